"""Forgetting a person: what goes, what stays, and that a backup does not bring them back."""

import json

import pytest
from django.apps import apps
from django.test import Client

from tests.factories.activities import moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.world import World
from yingzao.activities.models import Duty, Evidence, Version
from yingzao.core import clock, erasing, media
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.models import Enrolment, NameCommitment, SourceRow
from yingzao.honours.models import Certificate, PublicNotice, Selection
from yingzao.judging.models import Mark
from yingzao.people import actions, personal
from yingzao.people.models import ErasureRequest, Person

pytestmark = pytest.mark.django_db

AT = moment("2026-11-27 10:00")
PASSWORD = "桂城的夏天很热"


@pytest.fixture(autouse=True)
def record(tmp_path, settings):
    """The record of erasures of this test alone."""
    settings.DATA = tmp_path
    return tmp_path / erasing.FILE


@pytest.fixture
def world(db):
    return World("阿")


@pytest.fixture
def organiser(world):
    """One who is not in the world's own programme."""
    return GrantFactory(organisation=world.organisation).person


def everything() -> dict[str, str]:
    """Every row of every table as text, by its table and key, and the bytes of every stored file."""
    told = {}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        names = [f.attname for f in model._meta.concrete_fields]
        for row in model._base_manager.values(*names):
            told[f"{model._meta.label}:{row[model._meta.pk.attname]}"] = json.dumps(
                row, ensure_ascii=False, default=str
            )
    for stored in StoredFile.objects.all():
        told[f"bytes:{stored.code}"] = media.read_bytes(stored).decode("utf-8", "replace")
    return told


def where(word: str) -> list[str]:
    return [place for place, text in everything().items() if word in text]


def asked(world, learner=None) -> ErasureRequest:
    learner = learner or world.learner
    return actions.begin_erasure(
        organisation=world.organisation,
        subject_code=learner.code,
        person=learner.person,
        name=learner.name,
        how="paper",
        by=world.organiser,
    )


def erase(world, organiser, learner=None) -> ErasureRequest:
    return actions.carry_out_erasure(
        request=asked(world, learner), by=organiser, checked="身份证原件已核对", now=AT
    )


def test_nothing_names_an_erased_learner_any_more(world, organiser):
    learner, person = world.learner, world.learner.person
    person.phone, person.email = "+8613912340000", "xue@example.org"
    person.save()
    report = (
        "姓名,时长,备注\n"
        + f"{learner.name},60,{learner.phone}\n{world.classmate.name},50,和{learner.name}同桌\n"
    )
    source, _new = enrolment.keep_source(
        programme=world.programme, by=world.organiser, data=report.encode(), name=f"{learner.name}.csv",
        purpose="meeting", about_code=world.live.code, meta={"host": str(learner.name)},
    )  # fmt: skip
    own, other = enrolment.match_rows(
        source_file=source,
        seen=[
            enrolment.Seen(str(learner.name), str(learner.name)),
            enrolment.Seen("b", str(world.classmate.name)),
        ],
        by=world.organiser,
    )
    for number, (match, cells) in enumerate(
        (
            (own, {"姓名": str(learner.name), "备注": learner.phone}),
            (other, {"姓名": str(world.classmate.name), "备注": f"和{learner.name}同桌"}),
        ),
        start=2,
    ):
        SourceRow.objects.create(
            organisation=world.organisation, source_file=source, number=number, cells=cells, match=match
        )
    words = [
        str(learner.name),
        learner.phone,
        person.username,
        "13912340000",
        "xue@example.org",
        "五位邻居的话",
    ]
    for word in words:
        assert where(word), word  # it was there to be found

    erase(world, organiser)

    assert {word: found for word in words if (found := where(word))} == {}
    assert where(str(world.classmate.name))  # and nobody else is gone
    assert SourceRow.objects.get(source_file=source, number=3).cells["备注"] == "和**同桌"


def test_evidence_duties_marks_and_hashes_stay(world, organiser):
    def figures():
        return {
            "evidence": list(
                Evidence.objects.order_by("pk").values_list("key", "fact", "happened_at", "until")
            ),
            "duties": list(Duty.objects.order_by("pk").values_list("enrolment_id", "state", "share")),
            "marks": list(Mark.objects.order_by("pk").values_list("assignment_id", "points")),
            "versions": list(Version.objects.order_by("pk").values_list("code", "sha256", "state")),
            "selections": list(Selection.objects.order_by("pk").values_list("sha256", "snapshot")),
            "notices": list(PublicNotice.objects.order_by("pk").values_list("sha256", "frozen")),
            "certificates": list(Certificate.objects.order_by("pk").values_list("sha256", "pdf_sha256")),
            "digests": list(NameCommitment.objects.order_by("pk").values_list("digest", flat=True)),
        }

    before = figures()

    erase(world, organiser)

    assert figures() == before
    assert not NameCommitment.objects.filter(enrolment_code=world.learner.code).exclude(salt="").exists()


def test_pages_say_withdrawn_in_the_language_of_the_reader(world, organiser):
    erase(world, organiser)

    learner = Enrolment.objects.get(code=world.learner.code)
    assert learner.name == "已注销（2026年11月27日）"
    client = Client()
    client.force_login(world.organiser)
    page = client.get(f"/desk/{world.programme.code}/roster/").content.decode()
    assert "已注销（2026年11月27日）" in page
    assert world.classmate.name in page
    client.cookies["django_language"] = "en"
    page = client.get(f"/desk/{world.programme.code}/roster/").content.decode()
    assert "withdrawn (27 November 2026)" in page
    listed = Client().get(f"/notices/{world.notice.code}/").content.decode()
    assert "已注销" in listed
    public = Client().get(f"/verify/{world.certificate.code}/")
    assert public.status_code == 200
    assert str(world.learner.name)[:1] + "**" not in public.content.decode()


def test_an_erased_account_cannot_be_signed_in_to(world, organiser):
    person = world.learner.person
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.force_login(person)
    assert client.get("/me/").status_code == 200

    erase(world, organiser)

    assert client.get("/me/").status_code == 302
    with pytest.raises(Refused):
        actions.begin_sign_in(name=person.username, password=PASSWORD, address="127.0.0.1", device="")
    gone = Person.objects.get(code=person.code)
    assert not gone.is_active
    assert gone.erased_at == AT
    assert gone.display_name == "已注销（2026年11月27日）"


def test_one_organisation_forgets_what_it_keeps_and_no_more(world, organiser):
    elsewhere = EnrolmentFactory(
        person=world.learner.person, name=str(world.learner.name), phone="13800010001"
    )

    erase(world, organiser)

    elsewhere.refresh_from_db()
    person = Person.objects.get(pk=elsewhere.person_id)
    assert elsewhere.name == world.learner.name
    assert elsewhere.phone == "13800010001"
    assert person.is_active
    assert person.display_name == world.learner.person.display_name
    assert personal.holding(person) == {elsewhere.organisation_id}


def test_a_namesake_keeps_every_row(world, organiser):
    namesake = EnrolmentFactory(programme=world.programme, name=str(world.learner.name), number="777")
    row = SourceRow.objects.create(
        organisation=world.organisation,
        source_file=world.report,
        number=99,
        cells={"姓名": str(world.learner.name), "组": "乙"},
    )

    erase(world, organiser)

    row.refresh_from_db()
    namesake.refresh_from_db()
    assert namesake.name == str(world.learner.name)
    assert row.cells["姓名"] == str(world.learner.name)


def test_somebody_without_an_account_can_be_erased(world, organiser):
    learner = EnrolmentFactory(
        programme=world.programme, name="阿无账号者", number="778", phone="13700009999"
    )

    erase(world, organiser, learner)

    assert where("阿无账号者") == []
    assert where("13700009999") == []


def test_who_asks_reads_the_reason_of_a_refusal_and_may_ask_again(world, organiser):
    request = asked(world)
    assert request.due_on == personal.working_days_after(clock.today(), 15)
    with pytest.raises(Refused):
        actions.refuse_erasure(request=request, by=organiser, reason=" ")
    actions.refuse_erasure(request=request, by=organiser, reason="评选尚未结束")
    assert asked(world).pk != request.pk
    assert where(str(world.learner.name))


def test_only_organisers_of_the_organisation_decide(world):
    stranger = GrantFactory().person
    for person in (stranger, world.judge, world.learner.person, world.supervisor):
        with pytest.raises(Refused):
            actions.carry_out_erasure(request=asked(world), by=person, checked="看过", now=AT)
    assert where(str(world.learner.name))


def test_nobody_carries_out_their_own_request(world):
    request = actions.begin_erasure(
        organisation=world.organisation,
        subject_code="",
        person=world.organiser,
        name="我",
        how="paper",
        by=world.organiser,
    )
    with pytest.raises(Refused) as refusal:
        actions.carry_out_erasure(request=request, by=world.organiser, checked="本人")
    assert refusal.value.code == "own"


def test_an_account_that_nobody_knows_goes_at_once(record, django_capture_on_commit_callbacks):
    person = PersonFactory(display_name="来客人", typed_password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.ask_erasure(person=person, password=PASSWORD) == []
    assert where("来客人") == []
    assert json.loads(record.read_text())["arguments"]["subject"] == person.code


def test_the_record_holds_codes_alone_and_each_line_once(
    world, organiser, record, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        request = erase(world, organiser)
    line = json.loads(record.read_text())
    assert line == {
        "job": "people.erase_again",
        "arguments": {
            "organisation": world.organisation.code,
            "subject": world.learner.person.code,
            "at": AT.isoformat(),
            "whole": True,
        },
    }
    record.unlink()
    assert actions.keep_lines() == 1  # what a crash kept from the disk
    assert actions.keep_lines() == 0
    assert record.read_text() == request.line + "\n"


def test_erasing_again_after_a_restore_gives_the_same(world, organiser):
    line = json.loads(erase(world, organiser).line)
    before = everything()
    actions.erase_again(**line["arguments"])
    after = everything()
    assert {k: v for k, v in after.items() if before.get(k) != v and not k.startswith("people.Person:")} == {}


def test_nobody_comes_back_into_the_row(world, organiser):
    erase(world, organiser)
    learner = Enrolment.objects.get(code=world.learner.code)
    for act in (
        lambda: enrolment.edit_learner(enrolment=learner, by=world.organiser, name="又来了"),
        lambda: enrolment.invite_learner(enrolment=learner, by=world.organiser),
        lambda: enrolment.join(enrolment=learner, person=PersonFactory()),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "erased"
    assert (
        enrolment.invite_learners(programme=world.programme, by=world.organiser, enrolments=[learner]) == []
    )
