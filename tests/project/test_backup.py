import datetime as dt
import json
import os
import sqlite3
import threading
import zipfile
from contextlib import closing
from decimal import Decimal

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from tests.factories.activities import LiveFactory, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import GrantFactory, OrganisationFactory, PersonFactory
from tests.factories.programmes import ProgrammeFactory
from tests.instances import yingzao
from yingzao.activities.enums import FactKind
from yingzao.activities.models import Evidence
from yingzao.articles.models import Article
from yingzao.cases.actions import shelve
from yingzao.core import audit, jobs, media
from yingzao.core.erasing import is_erased
from yingzao.core.models import AuditLine, StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.integrations.push import keys
from yingzao.notices.models import Device, Robot
from yingzao.people import actions as people
from yingzao.people.models import Person
from yingzao.project import backup, emptying, instance
from yingzao.project.instance import Unusable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("migrations_recorded")]


@pytest.fixture
def some_rows(data_folder):
    """Rows of many column types, a stored file, and an audit line from yesterday."""
    enrolment = EnrolmentFactory(name="学员一二")
    activity = LiveFactory(programme=enrolment.programme, weight=Decimal("1.25"))
    record(
        enrolment,
        activity,
        FactKind.ATTENDED,
        "2021-10-14 19:02",
        "2021-10-14 20:30",
        detail={"分钟": 88, "x": [1, None]},
    )
    organisation = enrolment.organisation
    shelve(
        article=Article.objects.create(organisation=organisation, title="霞石村", html="<p>一</p>"), by=None
    )
    stored = media.store(
        b"one,two\n1,2\n",
        name="名单.csv",
        accept="table",
        organisation_id=enrolment.organisation_id,
        room="practice",
        subject="X",
        uploaded_by=None,
    )
    audit.record(actor=None, act="test.made", subject="X", organisation_id=enrolment.organisation_id)
    AuditLine.objects.update(at=timezone.now() - dt.timedelta(days=1))
    return stored


def tables(file) -> dict[str, list]:
    """Every table of a backup as values; text that differs only in JSON's own freedom is the same."""
    with zipfile.ZipFile(file) as archive:
        return {
            name: [json.loads(line) for line in archive.read(name).decode().splitlines()]
            for name in archive.namelist()
            if name.startswith("tables/") and "django_tasks" not in name
        }


def files(file) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("media/")}


def test_restored_instance_is_the_same(some_rows, data_folder, tmp_path):
    """Out of this database, into an SQLite instance, and (where PostgreSQL runs) from there into PostgreSQL."""
    first, second, third = tmp_path / "first.zip", tmp_path / "second.zip", tmp_path / "third.zip"
    backup.write(first)
    assert first.stat().st_mode & 0o777 == 0o600
    assert tables(first)["tables/core.auditline.jsonl"][1:] != []
    assert list(files(first)) == [f"media/{some_rows.path}"]

    lite = tmp_path / "lite"
    done = yingzao("restore", first, "--json", data=lite)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["files"] == 1
    with closing(sqlite3.connect(lite / instance.DATABASE)) as restored:
        [found] = restored.execute(
            "SELECT count(*) FROM cases_index WHERE cases_index MATCH '霞石'"
        ).fetchone()
    assert found == 1  # search finds what was restored
    assert yingzao("backup", second, data=lite).returncode == 0
    assert tables(second) == tables(first)
    assert files(second) == files(first)

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE restored")
        url = os.environ["DATABASE_URL"].replace("/postgres?", "/restored?")
        grown = tmp_path / "grown"
        assert yingzao("restore", second, data=grown, DATABASE_URL=url).stderr == ""
        assert yingzao("backup", third, data=grown, DATABASE_URL=url).returncode == 0
        assert tables(third) == tables(first)
        assert files(third) == files(first)


def test_backup_reads_one_moment_and_keeps_no_writer_waiting(data_folder):
    audit.record(actor=None, act="test.before", subject="", organisation_id=None)
    waited = []

    def write_meanwhile():
        began = timezone.now()
        audit.record(actor=None, act="test.meanwhile", subject="", organisation_id=None)
        waited.append((timezone.now() - began).total_seconds())
        connection.close()

    with backup._one_moment():
        before = list(AuditLine.objects.values_list("act", flat=True))
        writer = threading.Thread(target=write_meanwhile)
        writer.start()
        writer.join(15)
        after = list(AuditLine.objects.values_list("act", flat=True))
    assert before == after == ["test.before"]
    assert AuditLine.objects.count() == 2
    assert waited[0] < 10


def test_a_changed_byte_is_found(some_rows, data_folder, tmp_path):
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    backup.write(good)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"1,2", b"1,3") if name.startswith("media/") else data)
    backup.verify(good)
    with pytest.raises(Unusable, match=f"media/{some_rows.path}"):
        backup.verify(bad)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip at all"])
def test_another_file_is_not_a_backup(content, data_folder, tmp_path):
    file = tmp_path / "some.zip"
    file.write_bytes(content)
    with pytest.raises(Unusable, match="not a whole backup"):
        backup.verify(file)


def test_a_backup_of_a_newer_version_is_refused(data_folder, tmp_path):
    file, newer = tmp_path / "a.zip", tmp_path / "b.zip"
    backup.write(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == backup.MANIFEST:
                manifest = json.loads(text)
                manifest["migrations"].append("judging.0099_later")
                text = json.dumps(manifest).encode()
            new.writestr(name, text)
    with pytest.raises(Unusable, match=r"newer version.*judging\.0099_later"):
        backup.verify(newer)


def test_a_missing_file_is_told_and_the_rest_is_kept(some_rows, data_folder, tmp_path):
    (data_folder / "media" / some_rows.path).unlink()
    manifest = backup.write(tmp_path / "a.zip")
    assert manifest.damaged == [some_rows.path]
    assert manifest.files == 0
    assert len(tables(tmp_path / "a.zip")["tables/activities.evidence.jsonl"]) == 1 + Evidence.objects.count()


def test_sign_in_sessions_are_left_out(client, data_folder, tmp_path):
    session = client.session
    session["who"] = "somebody"
    session.save()
    backup.write(tmp_path / "a.zip")
    assert session.session_key not in zipfile.ZipFile(tmp_path / "a.zip").read(backup.MANIFEST).decode()
    assert [name for name in zipfile.ZipFile(tmp_path / "a.zip").namelist() if "session" in name] == [
        "tables/live.session.jsonl"
    ]


def test_devices_and_the_key_to_write_to_them_are_left_out(data_folder, tmp_path):
    """A copy that was restored to be looked at would ring people's phones."""
    device = Device.objects.create(
        person=PersonFactory(), endpoint="https://push.example.org/device-1", key="k", secret="s"
    )
    keys.public_key(data_folder)
    backup.write(tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert [name for name in archive.namelist() if "push" in name or "device" in name] == []
        assert not any(b"device-1" in archive.read(name) for name in archive.namelist())
    backup.restore(tmp_path / "b.zip")
    assert not Device.objects.filter(pk=device.pk).exists()


def test_a_robots_address_is_sealed_in_a_backup_and_opens_where_its_key_is(data_folder, tmp_path, settings):
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-abcd"
    Robot.objects.create(
        organisation=OrganisationFactory(), programme_code="P1", name="群", service="wecom", address=address
    )
    file = tmp_path / "a.zip"
    backup.write(file)
    assert b"0123-abcd" not in zipfile.ZipFile(file).read("tables/notices.robot.jsonl")
    backup.restore(file)
    assert Robot.objects.get().address == address
    settings.SECRET_KEY = "of another machine"
    backup.restore(file)
    assert Robot.objects.get().address == ""


def test_erasures_after_the_backup_are_applied_again(some_rows, data_folder, tmp_path, monkeypatch):
    """The tables stay as they are here; making them anew is shown above."""
    file = tmp_path / "a.zip"
    backup.write(file)
    erased = []
    monkeypatch.setitem(
        jobs._jobs, "people.erase", type("Job", (), {"call": staticmethod(lambda **a: erased.append(a))})
    )
    stones = [{"job": "people.erase", "arguments": {"code": code}} for code in ("A", "B")]
    (data_folder / instance.TOMBSTONES).write_text(json.dumps(stones[0]) + "\n")
    (tmp_path / instance.TOMBSTONES).write_text("".join(json.dumps(stone) + "\n" for stone in stones))
    monkeypatch.setattr(emptying, "empty", lambda: None)
    monkeypatch.setattr(backup.database, "bring_up_to_date", lambda: None)
    monkeypatch.setattr(backup.MigrationExecutor, "migrate", lambda self, targets: None)

    assert backup.restore(file) == 2
    assert erased == [{"code": "A"}, {"code": "B"}]
    assert [
        json.loads(line) for line in (data_folder / instance.TOMBSTONES).read_text().splitlines()
    ] == stones
    assert StoredFile.objects.get().code == some_rows.code


def test_an_erasure_that_cannot_be_applied_stops_the_restore(data_folder, tmp_path):
    file = tmp_path / "a.zip"
    backup.write(file)
    (tmp_path / instance.TOMBSTONES).write_text('{"job": "people.unheard_of"}\n')
    with pytest.raises(Unusable, match="erasure"):
        backup.verify(file)


def test_a_table_that_nobody_would_read_stops_the_restore_before_anything_is_lost(
    some_rows, data_folder, tmp_path
):
    MigrationRecorder(connection).flush()
    backup.write(tmp_path / "a.zip")
    with pytest.raises(Unusable, match=r"tables/"):
        backup.restore(tmp_path / "a.zip")
    assert StoredFile.objects.get() == some_rows


def test_an_instance_with_a_row_is_not_vacant():
    assert emptying.is_vacant()
    EnrolmentFactory()
    assert not emptying.is_vacant()


def test_a_restore_does_not_bring_back_who_was_erased(data_folder, tmp_path, settings):
    """Backup, erase, restore: the person is in the backup, and erased again after it."""
    settings.DATA = data_folder
    organiser = GrantFactory().person
    organisation = organiser.grants.get().organisation
    learner = EnrolmentFactory(
        programme=ProgrammeFactory(organisation=organisation),
        name="要走的人",
        phone="13700005555",
        person=PersonFactory(display_name="要走的人", phone="+8613700005555"),
    )
    code, person_code = learner.code, learner.person.code
    file = tmp_path / "b.zip"
    backup.write(file)
    request = people.begin_erasure(
        organisation=organisation, subject_code=code, person=learner.person, name="要走的人", how="phone",
        by=organiser,
    )  # fmt: skip
    people.carry_out_erasure(request=request, by=organiser, checked="回拨核对")
    assert "要走的人" in zipfile.ZipFile(file).read("tables/enrolment.enrolment.jsonl").decode()

    backup.verify(file)
    assert backup.restore(file) == 1

    learner = Enrolment.objects.get(code=code)
    assert is_erased(learner.name)
    assert learner.phone == ""
    assert learner.person is None
    person = Person.objects.get(code=person_code)
    assert is_erased(person.display_name)
    assert person.phone is None
    assert not person.is_active


def test_a_line_of_the_record_that_was_cut_off_stops_no_restore(data_folder, tmp_path, some_rows):
    file = tmp_path / "b.zip"
    backup.write(file)
    (data_folder / instance.TOMBSTONES).write_text('{"job":"peo\n')
    backup.verify(file)
    assert backup.restore(file) == 0
