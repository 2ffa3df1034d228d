"""`yingzao calibrate`: tables of every kind in, figures or a named refusal out."""

import json
import subprocess

import pytest

from tests.commands import ran, ran_alone
from yingzao.project import calibrate as severity

SIX = """learner,judge,criterion,score
A,R2,总分,90
A,R3,总分,84
B,R1,总分,94
B,R2,总分,88
C,R1,总分,92
C,R3,总分,80
D,R1,总分,90
D,R2,总分,84
E,R2,总分,82
E,R3,总分,76
F,R1,总分,86
F,R3,总分,74
"""


def run(*arguments, code: int = 0, language: str = "zh_CN.UTF-8", by=ran) -> subprocess.CompletedProcess:
    done = by("calibrate", *arguments, PATH="/usr/bin:/bin", LANG=language)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def table(tmp_path):
    def write(content: str | bytes):
        file = tmp_path / "打分.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def told(file, **choices):
    return severity.calibrate(file, **choices)


def test_the_command_puts_six_finalists_right(table):
    answer = json.loads(run(table(SIX), "--top", 2, "--json", by=ran_alone).stdout)
    assert list(answer) == ["learners", "judges", "criteria", "fit", "agreement", "warnings", "refused"]
    assert [(row["id"], row["rank"], row["raw_rank"]) for row in answer["learners"]] == [
        ("A", 1, 2), ("B", 2, 1), ("C", 3, 4), ("D", 4, 2), ("E", 5, 6), ("F", 6, 5),
    ]  # fmt: skip
    assert [row["fair_average"] for row in answer["learners"]] == pytest.approx(
        [90, 88, 86, 84, 82, 80], abs=0.1
    )
    assert {
        "id", "measure", "se", "fair_average", "fair_se", "raw_mean", "infit", "outfit", "rank", "raw_rank", "rank_low", "rank_high", "p_top",
    } == set(answer["learners"][0])  # fmt: skip
    assert {"id", "severity", "se", "infit", "outfit", "n"} <= set(answer["judges"][0])
    assert {"id", "difficulty", "se", "thresholds", "infit", "outfit"} == set(answer["criteria"][0])
    assert {
        "scale", "method", "location", "iterations", "converged", "gradient", "log_likelihood", "sigma", "separation", "reliability",
        "strata", "subsets", "n",
    } <= set(answer["fit"])  # fmt: skip
    assert set(answer["agreement"]["icc"]) == {"ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"}
    assert set(answer["agreement"]["krippendorff"]["总分"]) == {"nominal", "ordinal", "interval"}
    assert answer["refused"] is None
    assert all(note["text"] for note in answer["warnings"])


def test_the_command_tells_people_in_their_language(table):
    chinese, english = run(table(SIX)), run(table(SIX), language="C.UTF-8")
    assert chinese.stdout.splitlines()[0].startswith("名次")
    assert english.stdout.splitlines()[0].startswith("Rank")
    assert "A\t89.98" in chinese.stdout
    assert "12" in chinese.stderr


def test_a_design_that_falls_apart_is_refused_with_json_and_one_line(table):
    lines = SIX.splitlines(keepends=True)
    apart = table(
        "".join(line for line in lines if ",R2," not in line and (",R3," not in line or line[0] in "AE"))
    )
    done = run(apart, "--json", code=2)
    answer = json.loads(done.stdout)
    assert answer["refused"]["code"] == "disconnected"
    assert answer["refused"]["text"] in done.stderr
    assert len(done.stderr.splitlines()) == 1
    for_people = run(apart, code=2)
    assert (for_people.stdout, for_people.stderr) == (done.stdout, done.stderr)
    within = json.loads(run(apart, "--json", "--on-disconnected", "per-subset").stdout)
    assert within["fit"]["subsets"] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_tables_come_in_several_encodings(table, encoding, delimiter):
    rows = SIX.replace("A,", "王小明,").replace("learner,judge,criterion,score", "学员,评委,评分项,得分,备注")
    found = told(table(rows.replace(",", delimiter).encode(encoding)))
    assert found["learners"][-1]["id"] == "王小明"
    assert found["refused"] is None


def test_synonyms_other_columns_and_blank_lines(table):
    rows = "序号;" + SIX.replace("learner,judge", "Person,Rater").replace(",", ";").replace("\n", "\n1;")[:-2]
    assert told(table(rows + "\n\n;;;;\n"))["fit"]["n"] == 12


GOOD = "learner,judge,criterion,score\n" + "".join(
    f"甲{n},评委{j},项,{(n + j) % 4}\n" for n in range(6) for j in range(2)
)


@pytest.mark.parametrize(
    ("content", "code", "rows"),
    [
        ("", "empty_table", []),
        ("learner,judge,criterion,score\n", "empty_table", []),
        ("learner,judge,score\n甲,乙,3\n", "missing_column", []),
        (b"\x00\x01\x02\xff" * 50, "not_a_table", []),
        (GOOD + "甲9,评委0,项,好\n", "not_a_number", [14]),
        (GOOD + "甲9,评委0,项,2.5\n", "not_whole", [14]),
        (GOOD + "甲9,评委0,项,inf\n", "infinite", [14]),
        (GOOD + "甲9,评委0,项,1e999\n", "infinite", [14]),
        (GOOD + "甲9,评委0,项,-1\n", "negative", [14]),
        (GOOD + "甲9,评委0,项,1000000000000\n", "too_large", [14]),
        (GOOD + "甲9,评委0,,3\n", "empty_name", [14]),
        (GOOD + "甲9\n", "empty_name", [14]),
        (GOOD + "甲0,评委0,项,1\n", "duplicate_rating", [2, 14]),
        ("learner,judge,criterion,score\n甲,乙,丙,3\n丁,乙,丙,3\n", "no_information", []),
        ("learner,judge,criterion,score\n甲,乙,丙,\n丁,乙,丙,nan\n", "empty_table", []),
    ],
)
def test_bad_tables_are_refused_by_name_and_row(table, content, code, rows):
    refused = told(table(content))["refused"]
    assert (refused["code"], refused["rows"]) == (code, rows)
    assert refused["text"]


def test_missing_marks_are_counted_and_named(table):
    found = told(table(GOOD + "甲9,评委0,项,\n甲9,评委1,项,NaN\n甲8,评委0,项,２\n"))
    (note,) = [note for note in found["warnings"] if note["code"] == "missing_score"]
    assert (note["data"]["n"], note["rows"]) == (2, [14, 15])
    assert found["fit"]["n"] == 13


def test_a_criterion_with_another_maximum(table):
    rows = GOOD + "".join(f"甲{n},评委{j},另一项,{(n + j) % 3}\n" for n in range(6) for j in range(2))
    found = told(table(rows), maxima={"另一项": 2}, scale="pcm")
    assert {row["id"]: len(row["thresholds"]) for row in found["criteria"]} == {"项": 3, "另一项": 2}
    assert told(table(rows), maxima={"另一项": 1})["refused"]["code"] == "out_of_range"
    assert told(table(rows), maxima={"没有": 1})["refused"]["code"] == "bad_maximum"
    assert "没有" in told(table(rows), maxima={"没有": 1})["refused"]["text"]
    for value in (-5, 0, 10**9):
        assert told(table(rows), maxima={"另一项": value})["refused"]["code"] == "bad_maximum"


def test_whoever_marked_themselves_is_named(table):
    found = told(table(GOOD + "评委0,评委0,项,3\n评委0,评委1,项,1\n"))
    (note,) = [note for note in found["warnings"] if note["code"] == "self_rating"]
    assert note["data"]["learners"] == ["评委0"]


def test_wrong_options_are_told_in_one_line(table):
    file = table(GOOD)
    for arguments in (
        ("--max", "项"),
        ("--max", "项=x"),
        ("--max", "项=2.5"),
        ("--method", "bayes"),
        ("--top", "0"),
        ("--anchor", "甲=b"),
    ):
        done = run(file, *arguments, code=2)
        assert len(done.stderr.strip().splitlines()) == 1
    run(file.parent / "没有.csv", code=2)
