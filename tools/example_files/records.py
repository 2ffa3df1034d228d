"""What offices kept while they had no system: 在线课程完成名单, 案例学习登记, 参访签到表, 实践成果登记."""

import datetime as dt
import random
from pathlib import Path

from example_files import phrases, plan
from example_files.documents import DOCUMENTS, report_summary
from example_files.people import FINALISTS, LEARNERS, REPORTERS, Learner
from example_files.pictures import PICTURES
from example_files.sheets import Book

CASE_MISSING = ((46, 63), (29, 63, 81), (13, 45, 63, 90), (29, 57, 63, 64, 70, 83))
CASE_LATE = ((22, 26, 50, 71), (11, 49, 88), (24, 36, 61, 73, 76), (18, 32, 35, 40, 79))
CASE_SHORT = ({7: 0, 65: 3}, {20: 4}, {87: 2}, {54: 1})

VISIT_ABSENT = ((29, 57, 81), (45, 63, 90))
VISIT_EXCUSED = ({46: "社区疫苗接种值班", 70: "病假"}, {13: "社区换届工作", 61: "病假"})
ONE_STOP = ({24: 0, 52: 0}, {36: 1})  # the only stop at which they signed
MADE_UP = ({8: 0}, {84: 1})  # signed afterwards, with a reason

# learners who handed in nothing for a task, and who handed in after 2021-12-12
TASK_MISSING = ((13, 29, 57, 63), (29, 57, 63, 81), (29, 46, 57, 63, 64, 90))
TASK_LATE = ((36, 50), (24, 71), (22, 50, 58, 79))


def _pick(options: tuple, learner: Learner, salt: int) -> object:
    """Always the same one for this learner and purpose."""
    return random.Random(learner.number * 1000 + salt).choice(options)


def reflection(learner: Learner, case: int) -> str:
    """At least 100 characters, unless it is one of the few that are too short."""
    short = CASE_SHORT[case].get(learner.number)
    if short is not None:
        return phrases.SHORT_REFLECTIONS[short]
    place = f"{learner.place}社区"
    points = phrases.CASE_POINTS[case]
    first = (learner.number * 3 + case) % len(points)
    sentences = [
        _pick(phrases.OPENINGS, learner, case),
        points[first],
        _pick(phrases.LOCAL, learner, case * 3 + 1).format(place=place),
        _pick(phrases.NEXT_STEPS, learner, case * 2 + 5),
    ]
    if sum(map(len, sentences)) < 104:
        sentences.insert(2, points[(first + 3) % len(points)])
    return "".join(sentences)


def _read_at(learner: Learner, case: int, chance: random.Random) -> dt.datetime:
    pushed, due = plan.CASE_PUSHES[case], dt.datetime.combine(plan.CASE_DUE[case], dt.time(23, 59))
    if learner.number in CASE_LATE[case]:
        return due + dt.timedelta(days=chance.randrange(1, 6), minutes=-chance.randrange(120, 700))
    minutes = int((due - pushed).total_seconds() // 60)
    at = pushed + dt.timedelta(minutes=int(minutes * chance.random() ** 1.6))
    return (
        at.replace(hour=chance.choice((7, 8, 12, 13, 17, 19, 20, 21, 22)))
        if at.date() > pushed.date()
        else at
    )


def case_rows() -> list[tuple]:
    rows = []
    for case, title in enumerate(plan.CASES):
        chance = random.Random(410 + case)
        for learner in LEARNERS:
            read_at = _read_at(learner, case, chance)
            if learner.number in CASE_MISSING[case]:
                continue
            note = "补交" if learner.number in CASE_LATE[case] else ""
            rows.append((learner.name, learner.community, title, read_at, reflection(learner, case), note))
    return [
        (n, *row) for n, row in enumerate(sorted(rows, key=lambda row: (plan.CASES.index(row[2]), row[3])), 1)
    ]


def visit_rows() -> list[tuple]:
    rows = []
    for stop, (visit, name, _place, begins, _ends) in enumerate(plan.STOPS):
        chance, first_of_day = random.Random(610 + stop), stop % 2 == 0
        for learner in LEARNERS:
            number, signed_at = learner.number, begins + dt.timedelta(minutes=chance.randrange(-14, 6))
            reason = VISIT_EXCUSED[visit].get(number)
            if number in VISIT_ABSENT[visit] or ONE_STOP[visit].get(number, stop % 2) != stop % 2:
                continue
            line = (learner.name, learner.community, plan.VISITS[visit], name)
            if reason:
                if first_of_day:
                    rows.append((*line, begins, "请假", reason))
            elif MADE_UP[visit].get(number) == stop % 2:
                rows.append((*line, signed_at, "补签", "手机没电，组织者乙现场核实"))
            else:
                rows.append((*line, signed_at, "签到", ""))
    return [(n, *row) for n, row in enumerate(rows, 1)]


def course_rows() -> list[tuple]:
    chance, rows = random.Random(906), []
    for learner in LEARNERS:
        day = plan.COURSE_OPENS + dt.timedelta(days=chance.randrange(9, 68), hours=chance.randrange(0, 13))
        done_at = day + dt.timedelta(minutes=chance.randrange(60), seconds=chance.randrange(60))
        rows.append(
            (
                learner.name,
                learner.phone,
                learner.community,
                plan.COURSE,
                "100%",
                f"{done_at:%Y-%m-%d %H:%M:%S}",
            )
        )
    return rows


def _practice_text(learner: Learner, task: int) -> tuple[str, str]:
    place = f"{learner.place}社区"
    if task == 0:
        parts = (phrases.LEADER_FINDS, phrases.LEADER_TALENTS, phrases.LEADER_NEXT)
        title = f"{place}的两位热心人"
    elif task == 1:
        parts = (phrases.NEED_METHODS, phrases.NEED_FINDINGS, phrases.NEED_NEXT)
        title = f"{place}居民在意的一件事"
    else:
        title, opening = _pick(phrases.REPORT_TOPICS, learner, 3)
        body = _pick(phrases.REPORT_BODIES, learner, 1).format(place=place)
        return f"{title}——{place}", opening + body + _pick(phrases.REPORT_ENDS, learner, 2)
    return title, "".join(_pick(part, learner, salt * 10 + task + 40) for salt, part in enumerate(parts))


def _attachments(learner: Learner, task: int) -> str:
    if learner.number not in REPORTERS:
        return ""
    folder = f"实践成果/{learner.name}"
    if task == 2:
        return f"{folder}/总结报告.md"
    if task == 1:
        photos = [name for name, *_ in PICTURES if name.startswith(folder)]
        return "；".join(photos)
    return f"{folder}/走访记录.docx" if learner.number in DOCUMENTS else ""


def practice_rows(folder: Path) -> list[tuple]:
    chance, rows = random.Random(1212), []
    for learner in LEARNERS:
        for task, name in enumerate(plan.TASKS):
            due = dt.datetime.combine(plan.TASK_DUE, dt.time(23, 59))
            days, minutes = chance.randrange(1, 22), chance.randrange(60, 800)
            if learner.number in TASK_MISSING[task]:
                continue
            late = learner.number in TASK_LATE[task]
            at = (
                due + dt.timedelta(days=1 + days % 3, minutes=-minutes)
                if late
                else due - dt.timedelta(days=days, minutes=minutes)
            )
            title, text = _practice_text(learner, task)
            if task == 2 and learner.number in REPORTERS:
                title, text = report_summary(folder, learner)
            note = "补交" if late else "小组推荐参评" if task == 2 and learner.number in FINALISTS else ""
            rows.append((
                learner.name, learner.community, name, at, title, text, _attachments(learner, task), note,
            ))  # fmt: skip
    return [(n, *row) for n, row in enumerate(rows, 1)]


def write(folder: Path) -> None:
    with Book(folder / "在线课程完成名单.xlsx") as book:
        header = ("姓名", "手机号", "所在社区", "课程名称", "学习进度", "完成时间")
        book.sheet("完成名单", header, course_rows(), widths=(12, 16, 18, 24, 10, 22))
    with Book(folder / "案例学习登记.xlsx") as book:
        header = ("序号", "姓名", "所在社区", "案例", "阅读时间", "心得", "备注")
        above = ("案例推送学习登记表", "登记单位：桂城街道办事处        登记日期：2021年11月28日")
        book.sheet("案例学习登记", header, case_rows(), widths=(6, 10, 16, 32, 17, 90, 10), above=above)
    with Book(folder / "参访签到表.xlsx") as book:
        header = ("序号", "姓名", "所在社区", "参访活动", "站点", "签到时间", "情况", "备注")
        above = ("外出参访签到表", "登记单位：桂城街道办事处        两场参访，四个站点")
        book.sheet("签到", header, visit_rows(), widths=(6, 10, 16, 38, 12, 17, 8, 28), above=above)
    with Book(folder / "实践成果登记.xlsx") as book:
        header = ("序号", "姓名", "所在社区", "任务", "提交时间", "标题", "正文", "附件", "备注")
        above = ("社区治理实践成果登记表", "登记单位：桂城街道办事处        登记日期：2021年12月16日")
        widths = (6, 10, 16, 24, 17, 34, 90, 40, 16)
        book.sheet("实践成果", header, practice_rows(folder), widths=widths, above=above)
