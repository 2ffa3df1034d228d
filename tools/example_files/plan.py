"""学习活动计划.xlsx: the programme, its stages, activities and roles."""

import datetime as dt
from pathlib import Path

from example_files.people import STAFF, staff_phone
from example_files.sheets import Book

LIVE = ("业主组织的建设与运营", "社区营造行业发展新观察", "社区场景营造：可持续发展的新探索")
CASES = ("老旧小区停车难，从一张车位表谈起", "楼道里的公共客厅", "村口榕树下的议事会", "电梯加装怎么谈")
CASE_FILES = (
    "案例/01_老旧小区停车难.md",
    "案例/02_楼道里的公共客厅.md",
    "案例/03_村口榕树下的议事会.md",
    "案例/04_电梯加装怎么谈.html",
)
COURSE = "社区治理线上主题课"
VISITS = ("走进龙江、伦教：空间改造与参与式规划", "走进容桂、陈村：矛盾化解与乡村文化")
TASKS = ("挖掘社区居民骨干", "发掘社区需求", "特定主题学习总结报告")
LIVE_DAYS = (dt.date(2021, 10, 14), dt.date(2021, 10, 28), dt.date(2021, 11, 24))
MEETINGS = ("123 456 781", "123 456 782", "123 456 783")
CASE_PUSHES = (
    dt.datetime(2021, 9, 16, 9),
    dt.datetime(2021, 9, 30, 9),
    dt.datetime(2021, 10, 21, 9),
    dt.datetime(2021, 11, 8, 9),
)
CASE_DUE = (dt.date(2021, 9, 30), dt.date(2021, 10, 17), dt.date(2021, 11, 4), dt.date(2021, 11, 22))
COURSE_OPENS, COURSE_DUE = dt.datetime(2021, 9, 6, 9), dt.date(2021, 11, 14)
# visit, stop, place as written, begins, ends
STOPS = (
    (0, "文华花园", "龙江镇文华花园", dt.datetime(2021, 11, 6, 9, 30), dt.datetime(2021, 11, 6, 11, 30)),
    (0, "霞石村", "伦教街道霞石村", dt.datetime(2021, 11, 6, 14, 30), dt.datetime(2021, 11, 6, 16, 30)),
    (1, "振华社区", "容桂街道振华社区", dt.datetime(2021, 11, 13, 9, 30), dt.datetime(2021, 11, 13, 11, 30)),
    (1, "仙涌村", "陈村镇仙涌村", dt.datetime(2021, 11, 13, 14, 30), dt.datetime(2021, 11, 13, 16, 30)),
)
TASK_OPENS, TASK_DUE = dt.datetime(2021, 11, 15, 9), dt.date(2021, 12, 12)

FACTS = [
    ("项目名称", "桂城街道关爱专员社区治理先锋营计划"),
    ("简称", "社区治理先锋营"),
    ("期次", "2021"),
    ("主办单位", "桂城街道办事处"),
    ("指导单位", "“关爱桂城”建设督导委员会"),
    ("对象", "桂城街道关爱专员"),
    ("开始日期", dt.date(2021, 9, 1)),
    ("结束日期", dt.date(2022, 1, 14)),
    ("任务完成度分值", 40),
    ("实际表现分值", 60),
    ("逾期完成折算", 0.5),
    ("评优比例", 0.15),
    ("公示开始日期", dt.date(2021, 12, 30)),
    ("公示工作日", 5),
    ("简介", "线上课程、案例学习和实地参访之后，学员回到自己的社区开展实践，最后评选优秀学员。"),
]

STAGES = [
    ("报名", "报名", dt.date(2021, 8, 23), dt.date(2021, 9, 5), "各社区推荐关爱专员，建立花名册"),
    ("学习", "学习", dt.date(2021, 9, 6), dt.date(2021, 11, 30), "直播课、在线课程、案例推送和参访"),
    ("实践", "实践", dt.date(2021, 11, 15), dt.date(2021, 12, 12), "在自己的社区完成三项实践任务"),
    ("评审", "评审", dt.date(2021, 12, 13), dt.date(2021, 12, 26), "各小组推荐两份成果，评委打分"),
    ("评选", "评选", dt.date(2021, 12, 27), dt.date(2021, 12, 29), "按评分办法产生名单，督导委员会审核"),
    ("公示", "公示", dt.date(2021, 12, 30), dt.date(2022, 1, 7), "公示5个工作日，受理异议"),
    ("结业", "结业", dt.date(2022, 1, 8), dt.date(2022, 1, 14), "发证书，写报道"),
]

ACTIVITY_HEADER = (
    "类别", "序", "名称", "简称", "环节/站点", "开始", "结束", "截止日期", "阶段", "最低出勤比例", "最低完成进度",
    "最少签到站点", "心得字数", "成果字数", "地点/社区", "讲师", "会议号/链接", "材料", "权重", "说明",
)  # fmt: skip


def _activity(kind: str, position: int, name: str, short: str, **cells: object) -> tuple:
    known = {"类别": kind, "序": position, "名称": name, "简称": short, "权重": 1} | cells
    return tuple(known.get(column, "") for column in ACTIVITY_HEADER)


def activities() -> list[tuple]:
    rows = []
    for n, (name, day, meeting) in enumerate(zip(LIVE, LIVE_DAYS, MEETINGS, strict=True), 1):
        rows.append(_activity(
            "直播课", n, name, f"直播课{n}", 开始=dt.datetime.combine(day, dt.time(19)),
            结束=dt.datetime.combine(day, dt.time(20, 30)), 阶段="学习", 最低出勤比例=0.8,
            讲师=f"讲师{'甲乙丙'[n - 1]}", **{"地点/社区": "线上", "会议号/链接": meeting},
            说明="听满 72 分钟算完成；入会请把昵称改成“社区-姓名”。",
        ))  # fmt: skip
    lessons = ("第一讲 认识社区里的人", "第二讲 把问题说清楚", "第三讲 一起定规矩")
    for lesson in lessons:
        rows.append(_activity(
            "在线课程", 1, COURSE, "主题课", 开始=COURSE_OPENS, 截止日期=COURSE_DUE, 阶段="学习", 最低完成进度=1.0,
            讲师="讲师丁", **{"环节/站点": lesson, "地点/社区": "线上", "会议号/链接": "https://example.org/course"},
            说明="自己安排时间，在截止日期前学完三讲。",
        ))  # fmt: skip
    for n, (name, file, pushed, due) in enumerate(
        zip(CASES, CASE_FILES, CASE_PUSHES, CASE_DUE, strict=True), 1
    ):
        rows.append(_activity(
            "案例推送", n, name, f"案例{n}", 开始=pushed, 截止日期=due, 阶段="学习", 心得字数=100, 材料=file,
            说明="读完案例，写不少于 100 字的心得。",
        ))  # fmt: skip
    for visit, stop, place, begins, ends in STOPS:
        rows.append(_activity(
            "参访", visit + 1, VISITS[visit], f"参访{visit + 1}", 开始=begins, 结束=ends, 阶段="学习", 最少签到站点=2,
            **{"环节/站点": stop, "地点/社区": place}, 说明="两个站点都签到算完成；参访日期为示例。",
        ))  # fmt: skip
    notes = (
        "找到两位以上愿意出面的居民，写清怎么认识、能做什么。",
        "用走访、访谈或问卷找出一件居民在意的事，写清依据。",
        "就一个主题总结所学，说明打算怎样用到自己的社区。",
    )
    for n, (name, note) in enumerate(zip(TASKS, notes, strict=True), 1):
        rows.append(_activity(
            "实践任务", n, name, ("骨干", "需求", "总结")[n - 1], 开始=TASK_OPENS, 截止日期=TASK_DUE, 阶段="实践",
            成果字数=60, **{"地点/社区": "学员所在社区"}, 说明=note,
        ))  # fmt: skip
    return rows


def write(folder: Path) -> None:
    staff = [
        (n, name, role, staff_phone(n - 1), unit, note) for n, (name, role, unit, note) in enumerate(STAFF, 1)
    ]
    with Book(folder / "学习活动计划.xlsx") as book:
        book.sheet("计划", ("项目", "内容"), FACTS, widths=(18, 70))
        book.sheet(
            "阶段", ("名称", "类型", "开始日期", "结束日期", "说明"), STAGES, widths=(10, 10, 14, 14, 50)
        )
        book.sheet(
            "活动",
            ACTIVITY_HEADER,
            activities(),
            widths=(10, 5, 36, 9, 24, 17, 17, 13, 8, 13, 13, 13, 9, 9, 20, 10, 26, 30, 6, 44),
        )
        book.sheet(
            "角色",
            ("序号", "姓名", "角色", "联系电话", "单位", "备注"),
            staff,
            widths=(6, 14, 12, 16, 32, 28),
        )
