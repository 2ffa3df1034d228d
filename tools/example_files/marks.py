"""评分表.xlsx and 评委打分.csv: five criteria, four judges who are not equally severe, three judges an entry."""

import csv
import datetime as dt
import random
from pathlib import Path

from example_files.people import FINALISTS
from example_files.sheets import Book

# title, weight, what it looks at, five levels from 1 to 5
CRITERIA = (
    ("任务切题", 15, "成果是否回应任务，问题是否来自自己的社区",
     ("没有回应任务", "回应了一部分，问题不清楚", "回应了任务，问题来自本社区", "问题具体，有时间地点和人", "问题抓得准，说明了为什么是它")),
    ("依据扎实", 25, "走访、访谈、问卷、记录等依据是否充分可查",
     ("没有依据", "只有印象或转述", "有一种依据，能查到", "有两种以上依据，互相印证", "依据充分，也写明了没有听到谁")),
    ("居民参与", 25, "居民是被通知、被询问，还是一起决定、一起做",
     ("居民没有参与", "只是通知居民", "听取了居民意见", "居民参与决定", "居民自己牵头，学员退到旁边")),
    ("行动成效", 20, "做成了什么，有没有可以看见的变化",
     ("没有行动", "有打算，还没有做", "做了一件事", "做成了，有变化的记录", "有变化，并且能持续下去")),
    ("反思表达", 15, "能否说清学到什么、哪里不足、下一步怎么做",
     ("没有反思", "泛泛而谈", "说清了学到什么", "说清了不足和下一步", "反思具体，别人可以照着做")),
)  # fmt: skip
LEVELS = ((1, "未做到"), (2, "起步"), (3, "达到"), (4, "良好"), (5, "突出"))

SEVERITY = {"评委甲": -0.55, "评委乙": 0.05, "评委丙": 0.6, "评委丁": 0.0}  # taken off every mark
# Three of four judges for each entry, each left out equally often but for the remainder.
STRENGTH = {
    3: 3.9, 8: 4.1, 12: 3.7, 17: 4.5, 21: 2.9, 26: 4.0, 33: 3.8, 40: 3.0, 44: 4.3, 47: 2.7, 55: 3.9, 58: 2.5, 62: 4.2,
    69: 3.8, 73: 3.1, 78: 4.6, 84: 4.0, 89: 2.8,
}  # fmt: skip
COMMENTS = {
    "high": ("居民自己站到了前面，记录也扎实。", "问题小，做得深，值得别的社区参考。", "过程写得清楚，能看出是怎样一步一步来的。"),
    "middle": ("依据再多一种会更有说服力。", "行动有了，变化可以再跟踪一段时间。", "下一步写得具体，建议继续做。"),
    "low": ("题目偏大，建议收到一件事上。", "居民的声音少，多数是学员自己的判断。", "有想法，可查的依据不够。"),
}  # fmt: skip


def panel(position: int) -> list[str]:
    judges = list(SEVERITY)
    return [judge for number, judge in enumerate(judges) if number != position % 4]


def rows() -> list[tuple]:
    """learner, judge, criterion, score 1–5, when, comment (with the last criterion only)."""
    chance, found = random.Random(1213), []
    for position, number in enumerate(FINALISTS):
        leaning = [chance.gauss(0, 0.35) for _ in CRITERIA]
        for judge in panel(position):
            at = dt.datetime(2021, 12, 14, 9) + dt.timedelta(
                days=chance.randrange(0, 11), hours=chance.randrange(0, 12), minutes=chance.randrange(60)
            )
            scores = [
                min(5, max(1, round(STRENGTH[number] + lean - SEVERITY[judge] + chance.gauss(0, 0.4))))
                for lean in leaning
            ]
            mean = sum(scores) / len(scores)
            tone = "high" if mean >= 4 else "middle" if mean >= 3 else "low"
            comment = COMMENTS[tone][(position + len(judge) + scores[0]) % 3]
            for n, ((title, *_), score) in enumerate(zip(CRITERIA, scores, strict=True), 1):
                last = n == len(CRITERIA)
                found.append(
                    (
                        f"学员{number:02d}",
                        judge,
                        title,
                        score,
                        f"{at:%Y-%m-%d %H:%M}",
                        comment if last else "",
                    )
                )
    return found


def write(folder: Path) -> None:
    with Book(folder / "评分表.xlsx") as book:
        header = ("序号", "评分项", "权重", "考察什么", *(f"{points}分" for points, _ in LEVELS))
        lines = [
            (n, title, weight, hint, *texts) for n, (title, weight, hint, texts) in enumerate(CRITERIA, 1)
        ]
        book.sheet("评分项", header, lines, widths=(6, 12, 8, 40, *([26] * 5)))
        book.sheet("等级", ("分值", "名称"), LEVELS, widths=(8, 12))
    with (folder / "评委打分.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("学员", "评委", "评分项", "得分", "打分时间", "评语"))
        writer.writerows(rows())
