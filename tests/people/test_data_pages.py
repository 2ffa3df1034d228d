"""The pages about one's own data, and those of the organisers who answer."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.world import World
from yingzao.core import clock, media
from yingzao.core.models import AuditLine, StoredFile
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.models import SourceRow
from yingzao.people import actions
from yingzao.people.models import DataCopy, ErasureRequest, Person

pytestmark = pytest.mark.django_db
PASSWORD = "桂城的夏天很热"


@pytest.fixture(autouse=True)
def record(tmp_path, settings):
    settings.DATA = tmp_path


@pytest.fixture
def world(db):
    return World("阿")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def archive_of(copy: DataCopy) -> zipfile.ZipFile:
    return zipfile.ZipFile(media.open_file(copy.file))


def test_a_copy_tells_of_its_person_and_of_nobody_else(world):
    person = world.learner.person
    copy = actions.make_copy(code=actions.ask_copy(person=person).code)

    with archive_of(copy) as archive:
        names = archive.namelist()
        text = "".join(archive.read(name).decode() for name in names if not name.startswith("files/"))
    assert str(world.learner.name) in text
    assert world.learner.phone in text
    assert "五位邻居的话" in text
    assert "阿问老师" in text
    assert "阿家人" in text
    assert any(name.startswith("files/work/") for name in names)
    others = [
        str(world.classmate.name),
        world.classmate.phone,
        "阿同学的话",
        *(str(judge.name) for judge in world.camp.judging.judges),
        *(judge.person.username for judge in world.camp.judging.judges),
        str(world.mentor_role.name),
        world.organiser.display_name,
        "阿评语甲",  # the first round's words are not released
    ]
    assert [word for word in others if word in text] == []


@pytest.mark.parametrize(("language", "told"), [("", "你"), ("zh-hans", "你"), ("en", "What Yingzao keeps")])
def test_a_copy_speaks_the_language_of_its_person_and_chinese_where_none_was_chosen(language, told):
    person = PersonFactory(language=language)
    copy = actions.make_copy(code=actions.ask_copy(person=person).code)
    with archive_of(copy) as archive:
        assert told in archive.read("README.txt").decode()


def test_rows_of_files_in_a_copy_say_nothing_of_others(world):
    learner, other = world.learner, world.classmate
    (match,) = enrolment.match_rows(
        source_file=world.report,
        seen=[enrolment.Seen("x", str(learner.name))],
        by=world.organiser,
    )
    cells = {
        "姓名": str(learner.name),
        "手机": learner.phone,
        "备注": f"和{other.name}同桌，家人 13711112222",
    }
    SourceRow.objects.create(
        organisation=world.organisation, source_file=world.report, number=50, cells=cells, match=match
    )
    SourceRow.objects.create(
        organisation=world.organisation, source_file=world.report, number=51, cells={"姓名": str(other.name)}
    )
    copy = actions.make_copy(code=actions.ask_copy(person=learner.person).code)
    with archive_of(copy) as archive:
        rows = json.loads(archive.read("rows_of_files.json"))["rows"]
    assert [row["cells"] for row in rows] == [
        {"姓名": str(learner.name), "手机": learner.phone, "备注": "和**同桌，家人 137****2222"}
    ]


def test_a_judges_copy_has_the_marks_given_and_no_learner(world):
    copy = actions.make_copy(code=actions.ask_copy(person=world.judge).code)
    with archive_of(copy) as archive:
        given = json.loads(archive.read("marks_given.json"))["rows"]
        text = "".join(
            archive.read(name).decode() for name in archive.namelist() if not name.startswith("files/")
        )
    assert given
    assert given[0]["marks"]
    assert [str(e.name) for e in world.camp.learners if str(e.name) in text] == []


def test_only_its_person_fetches_a_copy_and_not_for_ever(world):
    person = world.learner.person
    copy = actions.make_copy(code=actions.ask_copy(person=person).code)
    address = reverse("media:file", args=[copy.file.code])

    assert signed_in(person).get(address).status_code == 200
    for other in (world.organiser, world.classmate.person, world.supervisor):
        assert signed_in(other).get(address).status_code == 404
        assert signed_in(other).get(reverse("people:data-copy-progress", args=[copy.code])).status_code == 404
    assert actions.drop_old_copies(clock.now() + timedelta(days=6)) == 0
    assert actions.drop_old_copies(clock.now() + timedelta(days=8)) == 1
    assert signed_in(person).get(address).status_code == 404
    assert not StoredFile.objects.filter(room="people").exists()


def test_pressing_twice_makes_one_copy(world):
    client = signed_in(world.learner.person)
    for _time in range(2):
        assert client.post(reverse("people:data-copy")).status_code == 302
    assert DataCopy.objects.count() == 1


def test_the_page_counts_what_is_kept(world):
    page = signed_in(world.learner.person).get(reverse("people:data")).content.decode()
    assert "学员档案" in page
    assert "学习记录" in page


def test_asking_needs_the_password_and_a_tick_and_keeps_nothing_back(world):
    person = world.learner.person
    person.set_password(PASSWORD)
    person.save()
    client = signed_in(person)
    ErasureRequest.objects.all().delete()
    address = reverse("people:forget")
    assert client.post(address, {"password": PASSWORD}).status_code == 422
    assert client.post(address, {"password": "falsch", "understood": "on"}).status_code == 422
    assert not ErasureRequest.objects.exists()

    assert client.post(address, {"password": PASSWORD, "understood": "on"}).status_code == 302
    asked = ErasureRequest.objects.get()
    assert asked.organisation == world.organisation
    assert asked.state == "waiting"
    assert client.post(reverse("people:forget-take-back", args=[asked.code])).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "taken_back"


def test_an_organiser_begins_checks_and_carries_out(world, django_capture_on_commit_callbacks):
    organiser = GrantFactory(organisation=world.organisation).person
    begun = signed_in(world.organiser).post(
        reverse("enrolment:desk-learner-erase", args=[world.programme.code, world.learner.code]),
        {"how": "phone"},
    )
    assert begun.status_code == 302
    asked = ErasureRequest.objects.get()
    client = signed_in(organiser)
    address = reverse("people:desk-erasure", args=[asked.code])
    assert str(world.learner.name) in client.get(reverse("people:desk-erasures")).content.decode()
    assert client.post(address, {"checked": ""}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"checked": "回拨核对"}).status_code == 302
    world.learner.refresh_from_db()
    assert str(world.learner.name).startswith("已注销")
    assert str(world.classmate.name) not in str(world.learner.name)
    assert AuditLine.objects.filter(act="people.erasure.done").count() == 1


def test_a_refusal_is_read_by_who_asked(world):
    actions.begin_erasure(
        organisation=world.organisation,
        subject_code="",
        person=world.learner.person,
        name="甲",
        how="phone",
        by=world.organiser,
    )
    asked = ErasureRequest.objects.get()
    client = signed_in(world.organiser)
    address = reverse("people:desk-erasure-refuse", args=[asked.code])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "评选尚未结束"}).status_code == 302
    page = signed_in(world.learner.person).get(reverse("people:data")).content.decode()
    assert "评选尚未结束" in page


@pytest.mark.parametrize("requests", [1, 3])
def test_the_list_of_requests_does_not_ask_more_for_more(requests, django_assert_num_queries):
    organiser = GrantFactory().person
    organisation = organiser.grants.get().organisation
    for n in range(requests):
        person = PersonFactory(display_name=f"人{n}")
        actions.begin_erasure(
            organisation=organisation,
            subject_code="",
            person=person,
            name=f"人{n}",
            how="paper",
            by=organiser,
        )
    client = signed_in(organiser)
    client.get(reverse("people:desk-erasures"))
    with django_assert_num_queries(9):
        page = client.get(reverse("people:desk-erasures")).content.decode()
    assert page.count("人") >= requests
