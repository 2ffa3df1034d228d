"""`yingzao attendance`: files in, verdicts out, every row accounted for."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.commands import ran
from tests.integrations.test_tables import workbook
from tests.samples import SAMPLES, needs_samples
from yingzao.cli import main

SOURCE = Path(__file__).parents[2] / "src"
ROSTER = [
    ["序号", "姓名", "所在社区", "联系电话"],
    [1, "学员01", "桂一社区", "13800000001"],
    [2, "学员02", "桂二社区", "13800000002"],
    [3, "学员07", "石肯社区", "13800000003"],
    [4, "学员07", "夏北社区", "13800000004"],
    [5, "学员05", "平东社区", "13800000005"],
]
HEADER = ["用户昵称（入会昵称）", "入会时间", "退会时间", "身份"]


def on(clock: str) -> str:
    return f"2021-10-20 {clock}:00"


START, END = on("19:00"), on("20:30")


@pytest.fixture
def roster(tmp_path):
    file = tmp_path / "花名册.xlsx"
    file.write_bytes(workbook(*ROSTER))
    return file


@pytest.fixture
def report(tmp_path):
    def write(*rows, header=HEADER, name="会议.xlsx") -> Path:
        file = tmp_path / name
        file.write_bytes(workbook(header, *rows))
        return file

    return write


def run(*arguments) -> subprocess.CompletedProcess:
    return ran("attendance", *arguments, LC_ALL="C.UTF-8", PYTHONIOENCODING="utf-8")


@pytest.fixture
def reconcile(capsys, monkeypatch):
    """The command in this process, answering JSON."""

    def call(*files, roster, start=START, end=END, more=()) -> dict:
        words = [*files, "--roster", roster, "--start", start, "--end", end, "--json", *more]
        monkeypatch.setattr(sys, "argv", ["yingzao", "attendance", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert (ended.value.code, printed.err) == (0, "")
        return json.loads(printed.out)

    return call


def told(answer: dict, *keys: str) -> list[tuple]:
    return [tuple(one[key] for key in keys) for one in answer["learners"]]


def rows_of(answer: dict, kind: str) -> list[tuple]:
    return [(entry["row"], entry["name"]) for entry in answer[kind]]


def test_every_row_is_in_one_place_and_every_learner_has_a_verdict(roster, report, reconcile):
    file = report(
        ["学员01(手机)", on("19:00"), on("19:50"), "普通参会者"],
        ["学员01(电脑)", on("19:40"), on("20:30"), "普通参会者"],
        ["桂二-学员02", on("19:20"), on("20:30"), "普通参会者"],
        ["学员07", on("19:05"), on("20:30"), "普通参会者"],
        ["夏北 学员07", on("19:42"), "--", "普通参会者"],
        ["叠滘社区-学员05", on("19:00"), on("20:30"), "普通参会者"],
        ["iPhone", on("19:00"), on("20:30"), "普通参会者"],
        ["学员05(主持)", on("18:50"), on("20:40"), "主持人"],
        ["+1+1", on("19:00"), on("20:30"), "普通参会者"],
    )
    answer = reconcile(file, roster=roster, more=["--min-share", "0.8"])
    assert told(answer, "id", "name", "status", "minutes", "flags", "first_join", "last_leave", "rows") == [
        ("S01", "学员01", "出勤", 90, [], on("19:00"), on("20:30"), 2),
        ("S02", "学员02", "时长不足", 70, ["迟到"], on("19:20"), on("20:30"), 1),
        ("S03", "学员07", "缺勤", 0, ["待核对"], None, None, 0),
        ("S04", "学员07", "时长不足", 48, ["待核对", "迟到"], on("19:42"), on("20:30"), 1),
        ("S05", "学员05", "缺勤", 0, ["待核对"], None, None, 0),
    ]
    assert rows_of(answer, "ambiguous") == [(5, "学员07"), (7, "叠滘社区-学员05")]
    assert [entry["candidates"] for entry in answer["ambiguous"]] == [["S03", "S04"], ["S05"]]
    assert rows_of(answer, "unmatched") == [(8, "iPhone"), (10, "+1+1")]
    assert [(e["row"], e["why"]) for e in answer["ignored"]] == [(9, "主持人")]
    assert (
        sum(one["rows"] for one in answer["learners"])
        + sum(len(answer[kind]) for kind in ("ambiguous", "unmatched", "ignored"))
        == 9
    )


def test_a_share_is_exact(roster, report, reconcile):
    file = report(["学员01", on("19:00"), on("19:55"), ""], ["学员02", on("19:00"), on("19:54"), ""])
    answer = reconcile(file, roster=roster, end="2021-10-20T20:40:00+08:00", more=["--min-share", "55%"])
    assert answer["session"]["min_share"] == "0.55"
    assert told(answer, "status", "minutes")[:2] == [("出勤", 55), ("时长不足", 54)]


def test_several_reports_make_one_union_and_the_same_file_counts_once(roster, report, reconcile):
    first = report(["学员01", on("19:00"), on("19:40"), ""], name="一.xlsx")
    second = report(
        ["学员01", on("19:30"), on("20:00"), ""], ["路人", on("19:00"), on("20:00"), ""], name="二.xlsx"
    )
    again = first.with_name("副本.xlsx")
    again.write_bytes(first.read_bytes())
    answer = reconcile(first, second, again, roster=roster)
    assert told(answer, "minutes", "rows")[0] == (60, 2)
    assert [(entry["file"], entry["row"]) for entry in answer["unmatched"]] == [("二.xlsx", 3)]
    assert [warning["code"] for warning in answer["warnings"] if warning["code"] == "same_file"] == [
        "same_file"
    ]


def test_a_row_that_cannot_be_read_credits_nobody_and_is_told(roster, report, reconcile):
    file = report(
        ["学员01", "昨天", on("20:30"), ""],
        ["学员02", on("20:30"), on("19:00"), ""],
        ["学员05", "--", "--", ""],
    )
    answer = reconcile(file, roster=roster)
    assert told(answer, "name", "status", "minutes") == [
        ("学员01", "需核实", 0), ("学员02", "需核实", 0), ("学员07", "缺勤", 0), ("学员07", "缺勤", 0), ("学员05", "时长不足", 0),
    ]  # fmt: skip
    assert [(w["code"], w["rows"]) for w in answer["warnings"] if not w["code"].startswith("roster")] == [
        ("unreadable_time", [2, 3])
    ]


def test_a_summary_of_somebody_who_came_twice_counts_no_more_than_it_claims(roster, report, reconcile):
    header = ["用户昵称（入会昵称）", "首次入会时间", "最后退会时间", "入会次数", "累计参会时长", "身份"]
    file = report(
        ["学员01", on("19:00"), on("20:30"), "2", "00:30:00", ""],
        ["学员02", on("19:00"), on("20:30"), "1", "00:30:00", ""],
        ["学员05", on("19:00"), on("20:30"), "2", "", ""],
        header=header,
    )
    assert told(reconcile(file, roster=roster), "name", "status", "minutes", "flags") == [
        ("学员01", "时长不足", 30, ["only_totals"]),
        ("学员02", "出勤", 90, []),
        ("学员07", "缺勤", 0, []),
        ("学员07", "缺勤", 0, []),
        ("学员05", "需核实", 0, ["only_totals"]),
    ]


def test_header_only_changes_nothing(roster, report, reconcile):
    answer = reconcile(report(), roster=roster)
    assert (answer["learners"], [w["code"] for w in answer["warnings"] if w["code"] == "no_rows"]) == (
        [],
        ["no_rows"],
    )


def test_the_file_of_another_session_is_noticed(roster, report, reconcile):
    file = report(["学员01", "2021-10-13 19:00:00", "2021-10-13 20:30:00", ""])
    answer = reconcile(file, roster=roster)
    assert told(answer, "status", "minutes")[0] == ("时长不足", 0)
    assert "outside_session" in [warning["code"] for warning in answer["warnings"]]


def test_the_roster_may_be_json(tmp_path, report, reconcile):
    roster = tmp_path / "roster.json"
    roster.write_text(
        json.dumps({"roster": [{"id": "X1", "name": "学员01", "community": "桂一社区", "phone": ""}]})
    )
    file = report(["学员01", on("19:00"), on("20:30"), ""])
    assert told(reconcile(file, roster=roster), "id", "status") == [("X1", "出勤")]


def test_codes_of_the_roster_are_ids(tmp_path, report, reconcile):
    roster = tmp_path / "r.xlsx"
    roster.write_bytes(workbook(["学号", "姓名"], ["GC001", "学员01"], ["GC002", "学员02"]))
    assert told(
        reconcile(report(["GC002", on("19:00"), on("20:30"), ""]), roster=roster), "id", "status"
    ) == [
        ("GC001", "缺勤"),
        ("GC002", "出勤"),
    ]


def test_for_reading_it_prints_lines(roster, report):
    file = report(["学员01", on("19:00"), on("20:30"), ""], ["路人", on("19:00"), on("20:30"), ""])
    ran = run(file, "--roster", roster, "--start", on("19:00"), "--end", on("20:30"))
    assert ran.stdout.splitlines()[:2] == [
        "S01\t学员01\t桂一社区\t出勤\t90",
        "S02\t学员02\t桂二社区\t缺勤\t0",
    ]
    assert "  3\t路人\tnot on the roster" in ran.stdout


@pytest.mark.parametrize(
    ("make", "options", "words"),
    [
        (lambda: b"", {}, "会议.xlsx: The file is empty"),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 20, {}, "会议.xlsx: This is a picture"),
        (lambda: workbook(["甲", "乙"], ["1", "2"]), {}, "会议.xlsx: This is no export that is known"),
        (lambda: workbook(HEADER), {"end": "昨天"}, "昨天 is not a time"),
        (lambda: workbook(HEADER), {"end": on("18:00")}, "must end after it starts"),
        (lambda: workbook(HEADER), {"end": "9999-12-31T23:59-14:00"}, "is not a time"),
        (lambda: workbook(HEADER), {"more": ["--min-share", "1.5"]}, "1.5 is not a share"),
        (lambda: workbook(HEADER), {"more": ["--min-share", "60"]}, "60 is not a share"),
        (lambda: workbook(HEADER), {"more": ["--min-share", "1e-400000000"]}, "is not a share"),
        (lambda: workbook(HEADER), {"more": ["--late-after", "-1"]}, "-1 is not a number of minutes"),
        (lambda: workbook(HEADER), {"more": ["--early-before", "9" * 20]}, "is not a number of minutes"),
        (lambda: workbook(HEADER), {"more": ["--roster", "无.xlsx"]}, "There is no file 无.xlsx"),
        (lambda: workbook(HEADER), {"more": ["--roster", "/"]}, "/ is a folder, not a file"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(roster, tmp_path, make, options, words):
    file = tmp_path / "会议.xlsx"
    file.write_bytes(make())
    ran = run(
        file, "--roster", roster, "--start", on("19:00"), "--end", options.get("end", on("20:30")), *options.get("more", ())
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert words in ran.stderr


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_a_terminal_that_knows_no_pictures_is_no_failure(roster, report, encoding):
    words = [
        report(["😀路人", on("19:00"), on("20:30"), ""]),
        "--roster",
        roster,
        "--start",
        START,
        "--end",
        END,
    ]
    for more in ([], ["--json"]):
        ran = subprocess.run(
            [sys.executable, "-m", "yingzao", "attendance", *map(str, words), *more],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": encoding},
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout)["unmatched"][0]["name"] == "😀路人"


def expectations() -> list[Path]:
    return sorted(
        file for file in (SAMPLES / "attendance").glob("*.expected.json") if file.name[:2] not in ("09", "11")
    )


@needs_samples
@pytest.mark.parametrize("file", expectations(), ids=lambda file: file.name[:2])
def test_the_samples(file, reconcile):
    expected = json.loads(file.read_text())
    rule = expected.get("rule", {"start": on("19:30"), "end": on("21:00")})
    answer = reconcile(
        file.with_name(file.name.removesuffix(".expected.json")),
        roster=SAMPLES / "attendance" / "00_roster.json",
        start=rule["start"],
        end=rule["end"],
        more=["--min-share", rule.get("min_ratio", 0.6)],
    )
    found = {one["id"]: one for one in answer["learners"]}
    for wanted in expected["learners"]:
        flags = {"flags": sorted(wanted["flags"])} if "flags" in wanted else {}
        assert {key: found[wanted["id"]][key] for key in wanted} == {**wanted, **flags}
    for kind in ("ambiguous", "unmatched", "ignored"):
        if kind in expected:
            assert Counter(e["name"] for e in answer[kind]) == Counter(e["name"] for e in expected[kind])
