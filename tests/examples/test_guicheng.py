"""The example's files: made by the script, whole, small, and of invented people."""

import csv
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "guicheng-2021"
SHEETS = sorted(str(path.relative_to(EXAMPLE)) for path in EXAMPLE.rglob("*.xlsx"))


def values(path: Path) -> dict[str, list[tuple]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path)}


def table(name: str, sheet: str, header_row: int) -> list[dict]:
    rows = values(EXAMPLE / name)[sheet]
    return [dict(zip(rows[header_row - 1], row, strict=True)) for row in rows[header_row:]]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for report in (EXAMPLE / "实践成果").rglob("总结报告.md"):
        copy = folder / report.relative_to(EXAMPLE)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(report.read_bytes())
    subprocess.run([sys.executable, ROOT / "tools" / "make_examples.py", folder], check=True)
    return folder


@pytest.mark.parametrize("name", SHEETS)
def test_sheet_is_what_the_script_makes(made, name):
    assert values(made / name) == values(EXAMPLE / name)


def test_script_makes_every_file_that_no_person_wrote(made):
    names = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()}
    kept = {str(path.relative_to(EXAMPLE)) for path in EXAMPLE.rglob("*") if path.is_file()}
    assert sorted(kept - names) == [
        "README.md",
        "报道/2021-11-15-两个周六四个社区.md",
        "案例/01_老旧小区停车难.md",
        "案例/02_楼道里的公共客厅.md",
        "案例/03_村口榕树下的议事会.md",
        "案例/04_电梯加装怎么谈.html",
        "案例库.csv",
        "社区图谱.csv",
    ]
    assert names - kept == set()


def test_marks_and_documents_are_what_the_script_makes(made):
    assert (made / "评委打分.csv").read_bytes() == (EXAMPLE / "评委打分.csv").read_bytes()
    documents = sorted(EXAMPLE.rglob("*.docx"))
    assert len(documents) == 3
    for path in documents:
        pair = [
            zipfile.ZipFile(p).read("word/document.xml") for p in (path, made / path.relative_to(EXAMPLE))
        ]
        assert pair[0] == pair[1]


def test_example_is_small():
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < 3_000_000


def test_pictures_are_whole():
    sizes = Counter()
    for path in EXAMPLE.rglob("*.jpg"):
        with Image.open(path) as picture:
            picture.load()
            sizes[picture.size] += 1
    assert sizes == {(1600, 1000): 4, (1200, 750): 4, (800, 500): 15}


def test_people_are_invented_and_look_it():
    roster = table("学员花名册.xlsx", "花名册", 3)[:90]
    assert {"".join(row["姓名"].split()) for row in roster} == {f"学员{n:02d}" for n in range(1, 91)}
    assert [str(row["联系电话"]) for row in roster] == [f"13800138{n:03d}" for n in range(1, 91)]
    assert Counter(row["所在社区（单位）"].removesuffix("社区") for row in roster).most_common(1)[0][1] == 2
    phones = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
    for name in SHEETS:
        for rows in values(EXAMPLE / name).values():
            found = {p for row in rows for cell in row if cell for p in phones.findall(str(cell))}
            assert {p[:8] for p in found} <= {"13800138"}


def test_facts_of_the_programme():
    activities = table("学习活动计划.xlsx", "活动", 1)
    assert Counter(kind for kind, _name in {(row["类别"], row["名称"]) for row in activities}) == {
        "直播课": 3, "在线课程": 1, "案例推送": 4, "参访": 2, "实践任务": 3,
    }  # fmt: skip
    held = [row["开始"].date().isoformat() for row in activities if row["类别"] == "直播课"]
    assert [day for day in held if day <= "2021-11-15"] == ["2021-10-14", "2021-10-28"]
    facts = {row["项目"]: row["内容"] for row in table("学习活动计划.xlsx", "计划", 1)}
    assert (facts["任务完成度分值"], facts["实际表现分值"], facts["指导单位"]) == (
        40,
        60,
        "“关爱桂城”建设督导委员会",
    )
    course = table("在线课程完成名单.xlsx", "完成名单", 1)
    assert (len(course), max(row["完成时间"] for row in course) < "2021-11-15") == (90, True)


def test_every_path_that_is_named_exists():
    named = [row["材料"] for row in table("学习活动计划.xlsx", "活动", 1) if row["材料"]]
    for row in table("实践成果登记.xlsx", "实践成果", 3):
        named += row["附件"].split("；") if row["附件"] else []
    assert len(named) == 4 + 12 + 15 + 3
    assert [name for name in named if not (EXAMPLE / name).is_file()] == []


def test_reflections_differ_and_few_are_too_short():
    texts = [row["心得"] for row in table("案例学习登记.xlsx", "案例学习登记", 3)]
    assert len(set(texts)) == len(texts) == 345
    assert sum(len(text) < 100 for text in texts) == 5


def test_records_name_what_the_plan_names():
    plan = {(row["名称"], row["环节/站点"]) for row in table("学习活动计划.xlsx", "活动", 1)}
    names = {name for name, _part in plan}
    assert {row["案例"] for row in table("案例学习登记.xlsx", "案例学习登记", 3)} <= names
    assert {row["任务"] for row in table("实践成果登记.xlsx", "实践成果", 3)} <= names
    assert {row["课程名称"] for row in table("在线课程完成名单.xlsx", "完成名单", 1)} <= names
    assert {(row["参访活动"], row["站点"]) for row in table("参访签到表.xlsx", "签到", 3)} <= plan


def test_marks_are_complete():
    rubric = {row["评分项"]: row["权重"] for row in table("评分表.xlsx", "评分项", 1)}
    assert (len(rubric), sum(rubric.values())) == (5, 100)
    with (EXAMPLE / "评委打分.csv").open(encoding="utf-8-sig", newline="") as file:
        marks = list(csv.DictReader(file))
    assert {mark["评分项"] for mark in marks} == set(rubric)
    assert {int(mark["得分"]) for mark in marks} <= {1, 2, 3, 4, 5}
    sheets = Counter((mark["学员"], mark["评委"]) for mark in marks)
    assert (len(sheets), set(sheets.values())) == (18 * 3, {5})
    assert set(Counter(learner for learner, _judge in sheets).values()) == {3}
    given = {
        judge: sum(int(m["得分"]) for m in marks if m["评委"] == judge)
        / sum(m["评委"] == judge for m in marks)
        for judge in ("评委甲", "评委丙")
    }
    assert given["评委甲"] - given["评委丙"] > 0.8  # the one is lenient, the other severe
