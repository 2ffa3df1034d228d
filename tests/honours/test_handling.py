"""What was done about an objection, line by line, and who reads how to reach whoever raised it."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from tests.factories.activities import moment
from tests.factories.people import GrantFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.core.erasing import is_erased
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_contact
from yingzao.core.models import AuditLine
from yingzao.honours import actions
from yingzao.people import actions as people
from yingzao.people import personal
from yingzao.programmes.enums import Role

OBJECTED, ANSWERED = moment("2021-12-31 09:00"), moment("2021-12-31 15:00")
PHONE = "13612345678"


@pytest.fixture
def objection(camp):
    return actions.raise_objection(
        notice=camp.posted(), name="学员二", contact=PHONE, text="案例2当天就读了", now=OBJECTED
    )


def page(client, camp, objection, person):
    client.force_login(person)
    answer = client.get(reverse("honours:desk-objection", args=[camp.programme.code, objection.code]))
    return answer.content.decode()


def lines(objection):
    return [
        (entry.step, entry.text, entry.at, entry.by.display_name if entry.by else "")
        for entry in objection.handling.all()
    ]


def test_each_act_writes_its_line_and_an_organiser_adds_what_was_done_besides(camp, objection):
    name = camp.organiser.display_name
    actions.note_handling(
        objection=objection,
        step="talked",
        text="打电话 136 1234 5678 问清楚",
        by=camp.organiser,
        now=ANSWERED,
    )
    actions.note_handling(
        objection=objection, step="asked", text=f"又打 {PHONE}，查后台", by=camp.organiser, now=ANSWERED
    )
    actions.answer_objection(
        objection=objection, outcome="accepted", reply="属实", by=camp.organiser, now=ANSWERED
    )
    learner, case = camp.learner("学员二"), camp.cases[1]
    actions.correct_duty(
        objection=objection,
        enrolment_code=learner.code,
        activity_code=case.code,
        fact="confirmed",
        happened_at=moment("2021-11-01 20:00"),
        by=camp.organiser,
        now=ANSWERED,
    )
    made = actions.recheck_selection(
        objection=objection, enrolment_code=learner.code, by=camp.organiser, now=ANSWERED
    )
    assert lines(objection) == [
        ("received", "", OBJECTED, ""),
        ("talked", "打电话 136****5678 问清楚", ANSWERED, name),
        ("asked", "又打 136****5678，查后台", ANSWERED, name),
        ("accepted", "属实", ANSWERED, name),
        ("corrected", f"{learner.number} 案例2 2021-11-01 20:00", ANSWERED, name),
        ("rechecked", f"优秀学员 · SHA-256 {made.sha256[:10]}…", ANSWERED, name),
    ]


@pytest.mark.parametrize(
    ("step", "text", "code"), [("received", "补记", "step"), ("", "补记", "step"), ("asked", "  ", "text")]
)
def test_a_line_without_words_or_of_an_act_is_refused(camp, objection, step, text, code):
    with pytest.raises(Refused) as caught:
        actions.note_handling(objection=objection, step=step, text=text, by=camp.organiser)
    assert caught.value.code == code
    assert objection.handling.count() == 1


def test_only_an_organiser_writes_into_the_log_and_reads_the_contact(camp, objection):
    mentor = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR).person
    for person in (camp.supervisor, camp.learners[0].person, camp.judging.judges[0].person, mentor):
        for act in (
            lambda by: actions.note_handling(objection=objection, step="asked", text="查过", by=by),
            lambda by: actions.read_contact(objection=objection, by=by),
        ):
            with pytest.raises(Refused) as caught:
                act(person)
            assert caught.value.code == "not_organiser"
    assert objection.handling.count() == 1
    assert not AuditLine.objects.filter(act="honours.objection.contact_read").exists()


def test_the_contact_is_the_organisers_alone_masked_until_asked_for(camp, objection, client):
    shown = page(client, camp, objection, camp.organiser)
    assert "136****5678" in shown
    assert PHONE not in shown
    for person in (camp.supervisor,):
        seen = page(client, camp, objection, person)
        assert "案例2当天就读了" in seen  # it is the page of this objection
        assert not re.search(r"136\d{0,8}|\*{4}5678|联系方式", seen)
    address = reverse("honours:desk-objection-contact", args=[camp.programme.code, objection.code])
    assert client.post(address).status_code == 404  # the supervisor's session
    client.force_login(camp.organiser)
    assert PHONE in client.post(address).content.decode()
    assert list(
        AuditLine.objects.filter(act="honours.objection.contact_read").values_list("actor", "subject")
    ) == [(camp.organiser.pk, objection.code)]
    assert PHONE not in page(client, camp, objection, camp.organiser)


def test_the_page_shows_the_log_to_the_committee_and_takes_lines_of_the_organiser(camp, objection, client):
    address = reverse("honours:desk-objection-note", args=[camp.programme.code, objection.code])
    client.force_login(camp.organiser)
    assert client.post(address, {"step": "discussed", "text": "开会议过"}).status_code == 302
    wrong = client.post(address, {"step": "discussed", "text": ""})
    assert wrong.status_code == 422
    for person, writes in ((camp.organiser, True), (camp.supervisor, False)):
        shown = page(client, camp, objection, person)
        assert "会议讨论" in shown
        assert "开会议过" in shown
        assert ("desk-objection-note" in shown or address in shown) is writes
    assert client.post(address, {"step": "discussed", "text": "改一下"}).status_code == 404


@pytest.mark.parametrize(
    ("contact", "masked"),
    [
        ("13612345678", "136****5678"),
        ("+86 136 1234 5678", "136****5678"),
        ("wang@example.cn", "w****@example.cn"),
        ("0757-86330001", "**********01"),
        ("微信 阿珍", "微****"),
        ("", ""),
    ],
)
def test_contacts_are_masked_whatever_they_are(contact, masked):
    assert mask_contact(contact) == masked


def test_a_copy_holds_the_log_and_an_erasure_takes_the_name_out_of_it(camp, objection):
    actions.note_handling(objection=objection, step="talked", text="与学员二通话", by=camp.organiser)
    learner = camp.learner("学员二")
    learner.phone = PHONE
    learner.save()
    kind = next(kind for kind in personal.kinds() if kind.key == "objections")
    (row,) = kind.rows(learner.person)
    assert [(entry["step"], entry["text"]) for entry in row["handling"]] == [
        ("received", ""),
        ("talked", "与学员二通话"),
    ]
    GrantFactory(person=camp.organiser, organisation=camp.organisation)
    request = people.begin_erasure(
        organisation=camp.organisation,
        subject_code=learner.code,
        person=learner.person,
        name="学员二",
        how="phone",
        by=camp.organiser,
    )
    people.carry_out_erasure(request=request, by=camp.organiser, checked="回拨核对")
    objection.refresh_from_db()
    assert (is_erased(objection.name), objection.contact) == (True, "")
    assert [text for _step, text, *_more in lines(objection)] == ["", "与***通话"]


def test_objections_from_before_there_was_a_log_have_what_is_known(camp, objection):
    actions.answer_objection(
        objection=objection, outcome="rejected", reply="核对无误", by=camp.organiser, now=ANSWERED
    )
    told = lines(objection)
    objection.handling.all().delete()
    import_module("yingzao.honours.migrations.0005_objection_handling").write_what_is_known(apps, None)
    assert lines(objection) == told
