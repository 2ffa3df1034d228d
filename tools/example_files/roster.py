"""学员花名册.xlsx, with the slips that every real roster has."""

from pathlib import Path

from example_files.people import LEARNERS, Learner
from example_files.sheets import Book

HEADER = ("序号", "姓名", "性别", "所在社区（单位）", "小组", "联系电话", "备注")
SPACED_NAMES = {6: "学 员 0 6", 52: "学员 52"}
SHORT_PLACES = {19, 28, 71}  # 灯湖, 叠北, 尖东 without 社区
NUMERIC_PHONES = {5, 10, 15, 20, 43, 66, 80}
NOTES = {14: "社区党委委员", 27: "关爱专员组长", 61: "接替同社区同事", 77: "兼网格员"}


def _row(learner: Learner) -> tuple:
    number = learner.number
    return (
        number,
        SPACED_NAMES.get(number, learner.name),
        learner.sex,
        learner.place if number in SHORT_PLACES else learner.community,
        learner.team,
        int(learner.phone) if number in NUMERIC_PHONES else learner.phone,
        NOTES.get(number, ""),
    )


def write(folder: Path) -> None:
    with Book(folder / "学员花名册.xlsx") as book:
        book.sheet(
            "花名册",
            HEADER,
            [_row(learner) for learner in LEARNERS],
            widths=(6, 12, 6, 20, 10, 16, 30),
            above=(
                "桂城街道关爱专员社区治理先锋营计划学员花名册",
                "填报单位：桂城街道办事处        填报日期：2021年9月1日",
            ),
            below=(
                "合计：90人",
                "注：联系电话仅用于本计划的通知和签到，名单中的人和电话均为示例，不是真人。",
            ),
        )
