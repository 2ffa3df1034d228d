"""The selection pack, and the program in it that recomputes the list, run as anybody would run it."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from tests.factories.honours import FROZEN, LEARNERS, Camp
from yingzao.honours import actions
from yingzao.honours.exports import recompute, selection_pack


def unpack(selection, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(selection_pack(selection))) as archive:
        archive.extractall(folder)
    return folder / selection.code


def run(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "recompute.py")],
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def change_csv_mark(folder: Path, learner: str, points: int) -> tuple[str, str]:
    """Write other points into the learner's lowest mark; which one it was."""
    path = folder / "marks.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        marks = list(csv.DictReader(file))
    mark = min((mark for mark in marks if mark["learner"] == learner), key=lambda mark: mark["score"])
    mark["score"] = str(points)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(mark))
        writer.writeheader()
        writer.writerows(marks)
    return mark["judge"], mark["criterion"]


@pytest.fixture
def pack(camp, tmp_path):
    return unpack(camp.frozen(reserve=1), tmp_path)


def test_pack_holds_every_file_with_its_hash_and_no_name(camp, tmp_path):
    selection = camp.frozen(reserve=1)
    folder = unpack(selection, tmp_path)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(files) == [
        "README.md",
        "SHA256SUMS",
        "hashes.csv",
        "inputs.json",
        "marks.csv",
        "recompute.py",
        "result.json",
    ]
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != "SHA256SUMS"
    }
    assert sums["inputs.json"] == selection.sha256
    everything = b"".join(files.values()).decode("utf-8")
    assert all(learner.code in everything for learner in camp.learners)
    assert not any(learner.name in everything or learner.phone in everything for learner in camp.learners)


def test_the_same_selection_packs_to_the_same_bytes(camp):
    selection = camp.frozen()
    first = selection_pack(selection)
    selection.refresh_from_db()
    assert selection_pack(selection) == first


def test_the_program_is_short_enough_to_be_read():
    lines = Path(recompute.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) < 200


def test_the_original_pack_is_equal(camp, tmp_path):
    folder = unpack(camp.frozen(reserve=1), tmp_path)
    code, output = run(folder)
    assert code == 0
    assert output == f"相同 / EQUAL: 4 learners, 1 chosen: {camp.learner('学员一').code}\n"


@pytest.mark.parametrize(
    "settings",
    [
        {"quota_kind": "percent", "quota": Decimal(60), "reserve": 2},
        {"least_completion": Decimal(0), "quota": Decimal(4)},
        {"least_completion": Decimal("66.67"), "tie_rule": ("earlier", "completion")},
    ],
)
def test_equal_under_other_rules(camp, tmp_path, settings):
    code, output = run(unpack(camp.frozen(**settings), tmp_path))
    assert (code, output[:10]) == (0, "相同 / EQUAL")


def test_a_changed_mark_is_named_and_said_to_move_no_place(camp, tmp_path):
    folder = unpack(camp.frozen(reserve=1), tmp_path)
    first = camp.learner("学员一").code
    judge, criterion = change_csv_mark(folder, first, 3)
    code, output = run(folder)
    assert code == 1
    assert (
        f"mark changed in marks.csv: learner {first} judge {judge} criterion {criterion}: frozen 4, now 3"
        in output
    )
    assert f"{first} performance: published 96.00, recomputed 92.00" in output
    assert f"{first} total: published 97.60, recomputed 95.20" in output
    assert output.endswith("None of this moves a place.\n不同 / DIFFERENT\n")


def test_a_mark_raised_over_the_line_moves_both_places(db, tmp_path):
    camp = Camp([("学员甲", ("done",) * 3, ((4, 4), (4, 4))), ("学员乙", ("done",) * 3, ((4, 4), (4, 3)))])
    folder = unpack(camp.frozen(), tmp_path)
    first, second = camp.learner("学员甲").code, camp.learner("学员乙").code
    change_csv_mark(folder, second, 5)
    code, output = run(folder)
    assert code == 1
    assert f"{second}: 2 not_chosen -> 1 chosen" in output
    assert f"{first}: 1 chosen -> 2 not_chosen" in output


def test_a_mark_changed_in_the_inputs_is_named_too(camp, tmp_path):
    folder = unpack(camp.frozen(reserve=1), tmp_path)
    inputs = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
    learner, judge, criterion, points = inputs["calibration"]["inputs"]["marks"][0]
    inputs["calibration"]["inputs"]["marks"][0][3] = 1 if points > 1 else 2
    (folder / "inputs.json").write_text(json.dumps(inputs), encoding="utf-8")
    code, output = run(folder)
    assert code == 1
    assert (
        f"mark changed in inputs.json: learner {learner} judge {judge} criterion {criterion}: frozen {points}"
        in output
    )
    assert "inputs.json is not the one with sha256" in output
    assert "the marks are not those of the calibration" in output


@pytest.mark.parametrize("left_out", ["marks.csv"])
def test_a_mark_left_out_is_named(camp, tmp_path, left_out):
    folder = unpack(camp.frozen(reserve=1), tmp_path)
    lines = (folder / left_out).read_text(encoding="utf-8-sig").splitlines()
    gone = lines.pop(1)
    (folder / left_out).write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    code, output = run(folder)
    learner, judge, criterion, points = gone.split(",")
    assert code == 1
    assert f"learner {learner} judge {judge} criterion {criterion}: frozen {points}, now None" in output


def changed(folder: Path, change) -> str:
    """What the program says of inputs in which `change` wrote something else."""
    inputs = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
    change(inputs)
    (folder / "inputs.json").write_text(json.dumps(inputs), encoding="utf-8")
    code, output = run(folder)
    assert code == 1
    assert "inputs.json is not the one with sha256" in output
    return output


def duties_of(inputs: dict, learner) -> list[dict]:
    return next(line for line in inputs["learners"] if line["code"] == learner.code)["duties"]


def test_a_changed_state_is_not_believed(camp, pack):
    """It follows from the evidence, of which there is none."""
    learner = camp.learner("学员三")
    found = {}

    def change(inputs):
        duty = next(duty for duty in duties_of(inputs, learner) if duty["state"] == "pending")
        duty["state"] = "done"
        found["duty"] = f"{learner.code} duty {duty['activity']}"

    output = changed(pack, change)
    assert f"changed in inputs.json: learner {found['duty']}\n" in output
    assert f"not what its evidence comes to: {found['duty']}: done -> missed" in output
    assert "None of this moves a place." in output


def test_a_changed_fact_is_named_with_the_places_that_it_moves(db, tmp_path):
    camp = Camp(
        [("学员甲", ("done",) * 3, ((4, 4), (4, 4))), ("学员乙", ("late", *("done",) * 2), ((4, 4), (4, 4)))]
    )
    folder = unpack(camp.frozen(), tmp_path)
    first, second = camp.learner("学员甲"), camp.learner("学员乙")
    found = {}

    def change(inputs):
        cases = {case.code for case in camp.cases}
        duty = [duty for duty in duties_of(inputs, first) if duty["activity"] in cases]
        for each in duty:
            each["evidence"][0]["happened_at"] = "2021-11-25T02:00:00.000000+00:00"
        found["fact"] = (
            f"learner {first.code} duty {duty[0]['activity']} evidence {duty[0]['evidence'][0]['key']}"
        )

    output = changed(folder, change)
    assert f"changed in inputs.json: {found['fact']}\n" in output
    assert f"{first.code} completion: published 100.00, recomputed 66.67" in output
    assert f"{first.code}: 1 chosen -> 2 not_chosen" in output
    assert f"{second.code}: 2 not_chosen -> 1 chosen" in output


def test_a_fact_left_out_undoes_its_duty(camp, pack):
    learner = camp.learner("学员一")
    found = {}

    def change(inputs):
        duty = duties_of(inputs, learner)[0]
        found["duty"] = f"{learner.code} duty {duty['activity']}"
        found["key"] = duty["evidence"].pop()["key"]

    output = changed(pack, change)
    assert f"changed in inputs.json: learner {found['duty']} evidence {found['key']}\n" in output
    assert f"not what its evidence comes to: {found['duty']}: done -> missed" in output
    assert f"{learner.code} completion: published 100.00, recomputed 66.67" in output


@pytest.mark.parametrize(
    ("change", "named", "moves"),
    [
        (
            lambda inputs: inputs["scheme"].update(completion_weight="90", performance_weight="10"),
            ["scheme completion_weight", "scheme performance_weight"],
            True,
        ),
        (lambda inputs: inputs["learners"][0].update(name="0" * 64), ["learner {first}"], False),
        (lambda inputs: inputs["list"].update(quota="2"), ["list quota"], True),
        (lambda inputs: inputs["criteria"][0].update(weight="1"), ["criteria 0"], True),
        (lambda inputs: inputs["activities"][0].update(title="别的"), ["activities 0"], False),
    ],
)
def test_any_other_piece_that_was_changed_is_named(camp, pack, change, named, moves):
    first = min(learner.code for learner in camp.learners)
    output = changed(pack, change)
    for piece in named:
        assert f"changed in inputs.json: {piece.format(first=first)}\n" in output
    assert output.count("changed in inputs.json") == len(named)
    assert ("published otherwise" in output or "place moves" in output) == moves


def test_what_is_said_can_be_written_in_any_encoding_of_the_country(camp, pack):
    """A console or a file on Windows may be GBK."""
    assert changed(pack, lambda inputs: inputs["list"].update(quota="2")).encode("gbk")


def test_a_changed_hash_of_a_mark_is_named(camp, pack):
    found = {}

    def change(inputs):
        found["mark"], found["hash"] = next(iter(inputs["mark_hashes"].items()))
        inputs["mark_hashes"][found["mark"]] = "0" * 64

    output = changed(pack, change)
    learner, judge, criterion = found["mark"].split("|")
    assert f"changed in inputs.json: mark_hashes {found['mark']}\n" in output
    assert (
        f"mark changed in marks.csv: learner {learner} judge {judge} criterion {criterion}: frozen None"
        in output
    )


def test_a_changed_list_is_found(camp, tmp_path):
    folder = unpack(camp.frozen(reserve=1), tmp_path)
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    result["places"][1]["state"], result["places"][0]["state"] = "chosen", "reserve"
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    code, output = run(folder)
    assert code == 1
    assert f"{result['places'][0]['learner']}: 1 reserve -> 1 chosen" in output


@pytest.mark.parametrize("decided", [False, True])
def test_a_tie_recomputes_undecided_and_decided(db, tmp_path, decided):
    same = (("done", "done", "done"), ((4, 4), (4, 4)))
    camp = Camp([LEARNERS[0], ("学员乙", *same), ("学员丙", *same)])
    selection = camp.submitted(quota=Decimal(2), reserve=1)
    if decided:
        chosen = [camp.learner("学员丙").code]
        selection = actions.decide_tie(
            selection=selection, chosen=chosen, reason="路远", by=camp.supervisor, now=FROZEN
        )
    code, output = run(unpack(selection, tmp_path))
    assert (code, output[:10]) == (0, "相同 / EQUAL")
    assert f"{2 if decided else 1} chosen" in output


def test_a_draft_has_no_pack(camp):
    with pytest.raises(ValueError, match="frozen"):
        selection_pack(camp.draft())
