"""Ninety invented learners, two to each of the forty-five communities of 桂城, and the people around them."""

from dataclasses import dataclass

COMMUNITIES = (
    "桂一 叠二 花苑 桂雅 桂园 大圩 江滨 江南名居 翠颐 灯湖 东二 石肯 叠南 叠北 平东 平南 平西 平北 平胜 夏东 "
    "夏北 中区 东区 林岳 大德 凤鸣 桂花 桂南 怡海 夏西 同德 中汇 大新 桂二 尖东 海逸 同成 文翰 东约 南约 "
    "西约 北约 夏南一 夏南二 同心"
).split()
TEAMS = [f"第{numeral}组" for numeral in "一二三四五六七八九"]
FIRST_PHONE = 13800138000
FIRST_STAFF_PHONE = 13800138900


@dataclass(frozen=True)
class Learner:
    number: int  # 1–90

    @property
    def name(self) -> str:
        return f"学员{self.number:02d}"

    @property
    def place(self) -> str:
        """The community without 社区, as people say it."""
        return COMMUNITIES[(self.number - 1) // 2]

    @property
    def community(self) -> str:
        return f"{self.place}社区"

    @property
    def team(self) -> str:
        return TEAMS[(self.number - 1) // 10]

    @property
    def sex(self) -> str:
        return "男" if self.number % 3 == 0 else "女"

    @property
    def phone(self) -> str:
        return str(FIRST_PHONE + self.number)


LEARNERS = [Learner(number) for number in range(1, 2 * len(COMMUNITIES) + 1)]

# Two of each team, chosen by their team for the judges; the twelve with a report of their own stand in `REPORTERS`.
FINALISTS = [3, 8, 12, 17, 21, 26, 33, 40, 44, 47, 55, 58, 62, 69, 73, 78, 84, 89]
REPORTERS = [3, 8, 12, 17, 26, 33, 44, 55, 62, 69, 78, 84]

# name, role, unit, note
STAFF = [
    ("组织者甲", "组织者", "桂城街道办事处", "项目负责人"),
    ("组织者乙", "组织者", "桂城街道办事处", "教务"),
    ("导师甲", "导师", "桂城某社会工作服务中心", "带第一组至第三组"),
    ("导师乙", "导师", "桂城某社会工作服务中心", "带第四组至第六组"),
    ("导师丙", "导师", "桂城某社会工作服务中心", "带第七组至第九组"),
    ("评委甲", "评委", "高校（社会工作）", ""),
    ("评委乙", "评委", "社会组织联合会", ""),
    ("评委丙", "评委", "社区营造专家库", ""),
    ("评委丁", "评委", "街道社会工作部门", ""),
    ("督导委员甲", "督导委员", "“关爱桂城”建设督导委员会", "审核优秀学员名单"),
    ("督导委员乙", "督导委员", "“关爱桂城”建设督导委员会", ""),
    ("编辑甲", "编辑", "桂城街道办事处", "报道与公示页面"),
    ("接待甲", "接待", "龙江镇文华花园", "2021年11月6日参访"),
    ("接待乙", "接待", "伦教街道霞石村", "2021年11月6日参访"),
    ("接待丙", "接待", "容桂街道振华社区", "2021年11月13日参访"),
    ("接待丁", "接待", "陈村镇仙涌村", "2021年11月13日参访"),
]


def staff_phone(position: int) -> str:
    """Phone of the person at this position of `STAFF`, counted from 0."""
    return str(FIRST_STAFF_PHONE + position + 1)
