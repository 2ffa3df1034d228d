"""A programme as plain files: by code, whole, and enough to recompute the list and the calibration."""

import csv
import hashlib
import io
import json
import subprocess
import sys

import pytest

from tests.factories.honours import Camp
from yingzao.activities.models import Duty
from yingzao.project import programme_export
from yingzao.project.calibrate import calibrate

pytestmark = pytest.mark.django_db
AT = "2021-12-30 01:00"


@pytest.fixture
def written(camp_posted, tmp_path):
    return programme_export.write(camp_posted.programme, tmp_path / "out", with_names=False, at=AT)


@pytest.fixture
def camp_posted():
    camp = Camp()
    camp.posted(reserve=1)
    return camp


def table(folder, name) -> list[dict]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8-sig"))))


def test_everything_is_there_by_code_with_its_hash(camp_posted, written):
    folder = written.folder
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert sums == {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if name != "SHA256SUMS"
    }
    assert len(table(folder, "learners.csv")) == 4
    kept = Duty.objects.filter(activity__programme=camp_posted.programme)
    assert len(table(folder, "duties.csv")) == kept.count() > 0
    evidence = [json.loads(line) for line in (folder / "evidence.jsonl").read_text().splitlines()]
    assert {e["key"] for e in evidence} == {
        str(e.key) for learner in camp_posted.learners for e in learner.evidence.all()
    }
    assert json.loads((folder / "programme.json").read_text())["code"] == camp_posted.programme.code


def test_nobody_is_named_in_it(camp_posted, written):
    everything = b"".join(path.read_bytes() for path in written.folder.rglob("*") if path.is_file()).decode()
    for learner in camp_posted.learners:
        assert learner.code in everything
        assert learner.name not in everything
        assert learner.phone not in everything
        assert learner.community_name not in everything
    for person in (
        camp_posted.organiser,
        camp_posted.supervisor,
        *(j.person for j in camp_posted.judging.judges),
    ):
        assert person.display_name not in everything


def test_names_are_written_where_they_are_asked_for(camp_posted, tmp_path):
    programme_export.write(camp_posted.programme, tmp_path / "out", with_names=True, at=AT)
    named = table(tmp_path / "out", "names.csv")
    assert {row["name"] for row in named} == {learner.name for learner in camp_posted.learners}
    assert {row["phone"] for row in named} == {learner.phone for learner in camp_posted.learners}


def test_the_list_and_the_marks_are_worked_out_again_from_it(camp_posted, written):
    (pack,) = (written.folder / "selections").iterdir()
    done = subprocess.run([sys.executable, pack / "recompute.py"], capture_output=True, text=True, cwd=pack)
    assert (done.returncode, done.stdout[:10]) == (0, "相同 / EQUAL")
    (judging,) = (written.folder / "judging").iterdir()
    stored = json.loads(next(judging.glob("calibration-*.json")).read_text())
    again = calibrate(judging / "marks.csv", lowest=1)
    assert {row["id"]: row["raw_mean"] is not None for row in again["learners"]} == {
        row["id"]: True for row in stored["results"]["adjusted"]["learners"]
    }


def test_nothing_is_written_over(camp_posted, tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(programme_export.NotEmpty):
        programme_export.write(camp_posted.programme, tmp_path, with_names=False, at=AT)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_programme_is_found_by_code_or_by_the_one_name(camp_posted):
    programme = camp_posted.programme
    assert programme_export.find_programme(programme.code.lower()) == programme
    assert programme_export.find_programme(programme.name) == programme
    Camp()  # of the same name
    assert programme_export.find_programme(programme.name) is None
    assert programme_export.find_programme("没有") is None


def test_another_programmes_rows_are_not_in_it(camp_posted, tmp_path):
    other = Camp()
    other.posted()
    programme_export.write(camp_posted.programme, tmp_path / "out", with_names=True, at=AT)
    everything = b"".join(
        path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()
    ).decode()
    for learner in other.learners:
        assert learner.code not in everything
