"""Signing up for a visit: places, the line behind them, and whom to ring, which nobody but organisers reads."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState
from yingzao.activities.models import Duty, Evidence
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.enrolment import actions as enrolment
from yingzao.notices.models import Message
from yingzao.programmes.enums import Role
from yingzao.visits import actions, queries
from yingzao.visits.actions import Contact, SignUpTerms
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import SignUp, SignUpPlan, Stop, Visit
from yingzao.visits.rules import digest_of

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
PHONE = "13900137788"


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def visit(camp):
    begins = clock.now() + dt.timedelta(days=10)
    return ActivityFactory(
        programme=camp.programme,
        kind="visit",
        title="走进霞石村",
        starts_at=begins,
        ends_at=begins + 8 * HOUR,
    )


@pytest.fixture
def stop(visit):
    part = PartFactory(activity=visit, title="文华花园")
    return Stop.objects.create(organisation=visit.organisation, part=part)


def offer(camp, visit, **terms):
    return actions.set_sign_up(activity=visit, terms=SignUpTerms(**terms), by=camp.by)


def learners(camp, count):
    return [EnrolmentFactory(programme=camp.programme, person=PersonFactory()) for _ in range(count)]


def come(learner, visit, **more):
    return actions.sign_up(enrolment=learner, activity=visit, by=learner.person, **more)


def go(learner, visit, **more):
    actions.cancel_own_sign_up(enrolment=learner, activity=visit, by=learner.person, **more)


def states(visit):
    """Learner → state, in the order in which they came."""
    rows = SignUp.objects.filter(plan__visit__activity=visit).order_by("pk")
    return [(row.enrolment, row.state) for row in rows]


def my(name, visit):
    return reverse(f"visits:{name}", args=[visit.code])


def desk(name, visit, *more):
    return reverse(f"visits:{name}", args=[visit.programme.code, visit.code, *more])


# Places and the line


def test_the_first_have_places_the_next_wait_and_the_longest_waiting_moves_up(camp, visit):
    offer(camp, visit, capacity=2)
    a, b, c, d = learners(camp, 4)
    for learner in (a, b, c, d):
        come(learner, visit)
    assert states(visit) == [(a, "in"), (b, "in"), (c, "waiting"), (d, "waiting")]
    assert queries.my_sign_up(visit, d).in_line == 2
    go(a, visit)
    assert states(visit) == [(a, "cancelled"), (b, "in"), (c, "in"), (d, "waiting")]
    assert queries.my_sign_up(visit, d).in_line == 1
    told = Message.objects.get()
    assert (told.person, told.kind, told.title, told.url) == (
        c.person,
        "place",
        "你有名额了：走进霞石村",
        my("learner-sign-up", visit),
    )


def test_whoever_cancelled_and_comes_again_stands_behind_the_others(camp, visit):
    offer(camp, visit, capacity=1)
    a, b = learners(camp, 2)
    come(a, visit)
    come(b, visit)
    go(a, visit)
    come(a, visit)
    assert states(visit) == [(a, "cancelled"), (b, "in"), (a, "waiting")]


def test_signing_up_and_cancelling_twice_is_doing_it_once(camp, visit):
    offer(camp, visit, capacity=5)
    (a,) = learners(camp, 1)
    assert come(a, visit) == come(a, visit)
    go(a, visit)
    go(a, visit)
    assert states(visit) == [(a, "cancelled")]


def test_one_who_waits_and_cancels_frees_no_place(camp, visit):
    offer(camp, visit, capacity=1)
    a, b, c = learners(camp, 3)
    for learner in (a, b, c):
        come(learner, visit)
    go(b, visit)
    assert states(visit) == [(a, "in"), (b, "cancelled"), (c, "waiting")]
    assert not Message.objects.exists()


def test_more_places_let_people_in_and_fewer_throw_nobody_out(camp, visit):
    offer(camp, visit, capacity=1)
    a, b, c = learners(camp, 3)
    for learner in (a, b, c):
        come(learner, visit)
    raised = offer(camp, visit, capacity=2)
    assert (raised.moved_up, raised.over) == (1, 0)
    assert states(visit) == [(a, "in"), (b, "in"), (c, "waiting")]
    lowered = offer(camp, visit, capacity=1)
    assert (lowered.moved_up, lowered.over) == (0, 1)
    assert states(visit) == [(a, "in"), (b, "in"), (c, "waiting")]
    go(a, visit)  # one beyond the places went: no place is free by it
    assert states(visit)[2] == (c, "waiting")
    assert offer(camp, visit, capacity=None).moved_up == 1


def test_after_the_last_day_nobody_signs_up_cancels_or_moves_up(camp, visit):
    closes = clock.now() + 2 * HOUR
    offer(camp, visit, capacity=1, closes_at=closes)
    a, b, c = learners(camp, 3)
    come(a, visit, now=closes - HOUR)
    come(b, visit, now=closes - HOUR)
    for act in (lambda: come(c, visit, now=closes), lambda: go(a, visit, now=closes)):
        with pytest.raises(Refused, match=camp.organiser.name):
            act()
    actions.cancel_sign_up(activity=visit, enrolment=a, by=camp.by, now=closes)
    assert states(visit) == [(a, "cancelled"), (b, "waiting")]
    actions.sign_up_others(activity=visit, enrolments=[c], by=camp.by, now=closes)
    assert states(visit)[-1] == (c, "waiting")  # the free place is not given past who waits
    actions.set_sign_up(
        activity=visit, terms=SignUpTerms(capacity=9, closes_at=closes), by=camp.by, now=closes + HOUR
    )
    assert states(visit) == [(a, "cancelled"), (b, "waiting"), (c, "waiting")]


def test_without_a_last_day_it_ends_when_the_visit_begins(camp, visit):
    offer(camp, visit)
    (a,) = learners(camp, 1)
    with pytest.raises(Refused) as refusal:
        come(a, visit, now=visit.starts_at)
    assert refusal.value.code == "closed"


@pytest.mark.parametrize(
    "change", [{"state": ActivityState.CANCELLED}, {"held_at": clock.now(), "state": ActivityState.HELD}]
)
def test_of_a_visit_that_is_over_the_list_stays(camp, visit, change):
    offer(camp, visit)
    a, b = learners(camp, 2)
    come(a, visit)
    for field, value in change.items():
        setattr(visit, field, value)
    visit.save()
    for act in (
        lambda: come(b, visit),
        lambda: go(a, visit),
        lambda: actions.sign_up_others(activity=visit, enrolments=[b], by=camp.by),
        lambda: actions.cancel_sign_up(activity=visit, enrolment=a, by=camp.by),
    ):
        with pytest.raises(Refused):
            act()
    assert states(visit) == [(a, "in")]


def test_a_last_day_after_the_visit_begins_is_refused_at_its_field(camp, visit):
    with pytest.raises(Refused) as refusal:
        offer(camp, visit, closes_at=visit.starts_at + HOUR)
    assert (refusal.value.field, SignUpPlan.objects.exists()) == ("closes_at", False)


def test_who_leaves_the_programme_gives_the_place_back(camp, visit):
    offer(camp, visit, capacity=1)
    a, b = learners(camp, 2)
    come(a, visit)
    come(b, visit)
    enrolment.withdraw(enrolment=a, by=camp.by, reason="调离")
    assert states(visit) == [(a, "cancelled"), (b, "in")]


def test_nobody_signs_up_where_it_is_off_for_others_or_for_whom_it_is_not(camp, visit):
    a, b = learners(camp, 2)
    stranger = Learning().learner
    with pytest.raises(Refused) as refusal:
        come(a, visit)
    assert refusal.value.code == "off"
    offer(camp, visit)
    for act, code in (
        (lambda: come(stranger, visit), "not-asked"),
        (lambda: actions.sign_up(enrolment=a, activity=visit, by=b.person), "not-own"),
        (lambda: actions.cancel_own_sign_up(enrolment=a, activity=visit, by=b.person), "not-own"),
        (lambda: actions.sign_up_others(activity=visit, enrolments=[stranger], by=camp.by), "not-asked"),
        (lambda: actions.sign_up_others(activity=visit, enrolments=[b], by=a.person), "not-organiser"),
        (lambda: actions.set_sign_up(activity=visit, terms=SignUpTerms(), by=a.person), "not-organiser"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == code
    assert states(visit) == []


# By an organiser


def test_an_organiser_signs_up_and_lets_in_past_the_line_with_a_reason(camp, visit):
    offer(camp, visit, capacity=1)
    a, b, c, d = learners(camp, 4)
    actions.sign_up_others(activity=visit, enrolments=[a, b, a], by=camp.by)
    actions.sign_up_others(activity=visit, enrolments=[c, b], by=camp.by, over_reason="替补讲解员")
    assert states(visit) == [(a, "in"), (b, "waiting"), (c, "in")]
    with pytest.raises(Refused) as refusal:
        actions.let_in(activity=visit, enrolment=b, reason=" ", by=camp.by)
    assert refusal.value.field == "reason"
    actions.let_in(activity=visit, enrolment=b, reason="带队", by=camp.by)
    rows = SignUp.objects.order_by("pk")
    assert [(row.state, row.over_reason) for row in rows] == [
        ("in", ""),
        ("in", "带队"),
        ("in", "替补讲解员"),
    ]
    line = AuditLine.objects.get(act="visits.sign_up.let_in")
    assert (line.actor, line.subject, line.after["reason"]) == (camp.by, b.code, "带队")
    told = Message.objects.order_by("pk").values_list("person", "title")
    assert list(told) == [
        (a.person_id, "已为你报名：走进霞石村"),
        (b.person_id, "已为你报名：走进霞石村"),
        (c.person_id, "已为你报名：走进霞石村"),
        (b.person_id, "你有名额了：走进霞石村"),
    ]
    with pytest.raises(Refused):
        actions.let_in(activity=visit, enrolment=d, reason="没有报名", by=camp.by)


def test_an_organiser_cancels_for_somebody_who_is_told_and_the_next_one_moves_up(camp, visit):
    offer(camp, visit, capacity=1)
    a, b = learners(camp, 2)
    come(a, visit)
    come(b, visit)
    moved_up = actions.cancel_sign_up(activity=visit, enrolment=a, by=camp.by)
    assert [row.enrolment for row in moved_up] == [b]
    told = Message.objects.order_by("pk").values_list("person", "title")
    assert list(told) == [
        (a.person_id, "你的报名已取消：走进霞石村"),
        (b.person_id, "你有名额了：走进霞石村"),
    ]


# What is asked


def test_the_consent_is_kept_as_it_was_read(camp, visit):
    offer(camp, visit, consent_text="本人同意拍照。")
    a, b = learners(camp, 2)
    with pytest.raises(Refused) as refusal:
        come(a, visit)
    assert (refusal.value.field, states(visit)) == ("agreed", [])
    row = come(a, visit, agreed_to=digest_of("本人同意拍照。"))
    offer(camp, visit, consent_text="本人同意拍照和录像。")
    with pytest.raises(Refused) as refusal:
        come(b, visit, agreed_to=digest_of("本人同意拍照。"))
    assert refusal.value.code == "consent-changed"
    row.refresh_from_db()
    assert (row.consent_text, row.agreed_at is not None) == ("本人同意拍照。", True)


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (Contact("", PHONE), "contact_name"),
        (Contact("妈妈", ""), "contact_phone"),
        (Contact("妈妈", "12345"), "contact_phone"),
    ],
)
def test_a_contact_that_is_asked_is_whole(camp, visit, contact, field):
    offer(camp, visit, asks_contact=True)
    (a,) = learners(camp, 1)
    with pytest.raises(Refused) as refusal:
        come(a, visit, contact=contact)
    assert (refusal.value.field, states(visit)) == (field, [])


def test_what_is_not_asked_is_not_kept(camp, visit):
    offer(camp, visit)
    (a,) = learners(camp, 1)
    row = come(a, visit, contact=Contact("妈妈", PHONE), agreed_to=digest_of("别的"))
    assert (row.contact_name, row.contact_phone, row.consent_text, row.agreed_at) == ("", "", "", None)


def test_whom_an_organiser_signed_up_says_the_rest_alone(camp, visit):
    offer(camp, visit, asks_contact=True, consent_text="须知")
    (a,) = learners(camp, 1)
    actions.sign_up_others(activity=visit, enrolments=[a], by=camp.by)
    assert queries.my_sign_up(visit, a).lacks
    actions.complete_sign_up(
        enrolment=a,
        activity=visit,
        by=a.person,
        agreed_to=digest_of("须知"),
        contact=Contact(" 妈妈 ", "139 0013 7788"),
    )
    mine = queries.my_sign_up(visit, a)
    assert (mine.lacks, mine.sign_up.contact_name, mine.sign_up.contact_phone) == (
        False,
        "妈妈",
        f"+86{PHONE}",
    )


def test_a_contact_goes_with_the_sign_up_and_some_days_after_the_visit(camp, visit):
    offer(camp, visit, asks_contact=True, contact_days=30)
    a, b = learners(camp, 2)
    for learner in (a, b):
        come(learner, visit, contact=Contact("妈妈", PHONE))
    go(a, visit)
    kept = lambda: list(SignUp.objects.order_by("pk").values_list("contact_name", "contact_phone"))  # noqa: E731
    assert kept() == [("", ""), ("妈妈", f"+86{PHONE}")]
    last = visit.ends_at + dt.timedelta(days=30)
    assert actions.forget_contacts(now=last - dt.timedelta(seconds=1)) == 0
    assert kept()[1] == ("妈妈", f"+86{PHONE}")
    assert actions.forget_contacts(now=last) == 1
    assert kept() == [("", ""), ("", "")]
    line = AuditLine.objects.get(act="visits.sign_up.contacts_forgotten")
    assert (line.actor, line.subject, line.after) == (None, visit.code, {"count": 1})


def test_a_contact_of_a_visit_without_a_day_is_not_kept_for_ever(camp, visit):
    visit.starts_at = visit.ends_at = None
    visit.save()
    offer(camp, visit, asks_contact=True, contact_days=7)
    (a,) = learners(camp, 1)
    row = come(a, visit, contact=Contact("妈妈", PHONE))
    assert actions.forget_contacts(now=row.made_at + dt.timedelta(days=6)) == 0
    assert actions.forget_contacts(now=row.made_at + dt.timedelta(days=7)) == 1


def test_the_telephone_is_masked_and_reading_it_whole_is_recorded(client, camp, visit):
    offer(camp, visit, asks_contact=True)
    (a,) = learners(camp, 1)
    come(a, visit, contact=Contact("欧阳妈妈", PHONE))
    client.force_login(camp.by)
    page = client.get(desk("desk-sign-up", visit)).content.decode()
    assert ("欧阳妈妈" in page, "139****7788" in page, PHONE in page) == (True, True, False)
    assert not AuditLine.objects.filter(act="visits.sign_up.phone_read").exists()
    page = client.post(desk("desk-sign-up-phone", visit, a.code)).content.decode()
    assert PHONE in page
    line = AuditLine.objects.get(act="visits.sign_up.phone_read")
    assert (line.actor, line.subject, line.after["visit"]) == (camp.by, a.code, visit.code)


def test_nobody_else_reads_whom_to_ring(client, camp, visit, stop):
    """Staff of every other kind, classmates, an organiser of another programme; and no line of the audit holds it."""
    offer(camp, visit, asks_contact=True)
    a, b = learners(camp, 2)
    come(a, visit, contact=Contact("欧阳妈妈", PHONE))
    come(b, visit, contact=Contact("别人", "13811112222"))
    roles = [Role.SUPERVISOR, Role.HOST, Role.MENTOR, Role.JUDGE, Role.EDITOR]
    staff = [
        StaffRoleFactory(programme=camp.programme, role=role, unit="龙江镇文华花园").person for role in roles
    ]
    elsewhere = StaffRoleFactory(role=Role.ORGANISER).person
    pages = [
        desk("desk-sign-up", visit),
        desk("desk-visit", visit),
        desk("desk-sheet", visit),
        desk("desk-stop", visit, stop.part.code),
        reverse("visits:host-stop", args=[stop.part.code]),
        my("learner-sign-up", visit),
        my("learner-visit", visit),
    ]
    for person in (*staff, elsewhere, b.person):
        client.force_login(person)
        for page in pages:
            text = client.get(page).content.decode()
            assert [word for word in ("欧阳妈妈", "7788") if word in text] == [], (page, person)
        assert client.post(desk("desk-sign-up-phone", visit, a.code)).status_code == 404
    for line in AuditLine.objects.all():
        assert "7788" not in f"{line.before}{line.after}{line.subject}"


# Who is expected


def test_who_has_a_place_is_expected_and_the_duty_stays_for_all(client, camp, visit, stop):
    activities.resettle(camp.programme)
    asked = set(Duty.objects.filter(activity=visit).values_list("enrolment", flat=True))
    assert len(asked) == 2
    everybody = [arrival.learner for arrival in queries.arrivals(stop)]
    assert set(everybody) == {camp.learner, camp.other}
    offer(camp, visit, capacity=1)
    come(camp.other, visit)
    come(camp.learner, visit)  # waits
    assert set(Duty.objects.filter(activity=visit).values_list("enrolment", flat=True)) == asked
    assert [(a.learner, a.is_expected) for a in queries.arrivals(stop)] == [(camp.other, True)]
    assert list(queries.expected_learners(visit)) == [camp.other]
    client.force_login(camp.by)
    sheet = client.get(desk("desk-sheet", visit)).content.decode()
    assert (camp.other.name in sheet, camp.learner.name in sheet) == (True, False)
    offer(camp, visit, is_on=False, capacity=1)
    assert {a.learner for a in queries.arrivals(stop)} == {camp.learner, camp.other}


def test_who_comes_without_a_place_is_checked_in_and_shown_as_such(client, camp, visit, stop):
    visit.starts_at = clock.now() - HOUR
    visit.save()
    offer(camp, visit)
    SignUp.objects.create(
        organisation=visit.organisation,
        plan=SignUpPlan.objects.get(),
        enrolment=camp.other,
        state="in",
    )
    client.force_login(camp.by)
    page = client.get(desk("desk-stop", visit, stop.part.code))
    assert (page.context["count"].expected, "未报名" in page.content.decode()) == (1, True)
    ticked = client.post(
        desk("desk-tick", visit, stop.part.code, camp.learner.code),
        {"do": "in"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert "未报名" in ticked
    assert Evidence.objects.get().enrolment == camp.learner
    found = {a.learner: (a.is_expected, a.is_here) for a in queries.arrivals(stop)}
    assert found == {camp.other: (True, False), camp.learner: (False, True)}
    host = StaffRoleFactory(programme=camp.programme, role=Role.HOST, unit="龙江镇文华花园").person
    client.force_login(host)
    page = client.get(reverse("visits:host-stop", args=[stop.part.code]))
    assert page.context["count"] == queries.Headcount(expected=1, arrived=0, unplaced=1)


# The learner's page


def test_signing_up_on_the_phone_and_what_was_typed_wrongly_stays(client, camp, visit):
    offer(camp, visit, capacity=1, asks_contact=True, consent_text="本人同意拍照。")
    client.force_login(camp.learner.person)
    page = client.get(my("learner-sign-up", visit)).content.decode()
    assert ("还有1个名额" in page, "本人同意拍照。" in page) == (True, True)
    told = {"contact_name": "妈妈", "contact_phone": "1390", "consent_seen": digest_of("本人同意拍照。")}
    answer = client.post(my("learner-sign-up", visit), told)
    page = answer.content.decode()
    assert (answer.status_code, 'value="妈妈"' in page, 'value="1390"' in page) == (422, True, True)
    assert states(visit) == []
    answer = client.post(my("learner-sign-up", visit), {**told, "contact_phone": PHONE, "agreed": "on"})
    assert answer.status_code == 302
    assert "已报名" in client.get(my("learner-sign-up", visit)).content.decode()
    assert "已报名" in client.get(my("learner-visit", visit)).content.decode()
    assert client.post(my("learner-sign-up-cancel", visit)).status_code == 302
    assert states(visit) == [(camp.learner, "cancelled")]


def test_the_page_says_the_place_in_the_line_and_whom_to_ask_when_it_is_too_late(client, camp, visit):
    offer(camp, visit, capacity=1)
    for learner in (*learners(camp, 3), camp.learner):
        come(learner, visit)
    client.force_login(camp.learner.person)
    assert "候补第3位" in client.get(my("learner-sign-up", visit)).content.decode()
    assert "候补第3位" in client.get(my("learner-visit", visit)).content.decode()
    SignUpPlan.objects.update(closes_at=clock.now() - HOUR)
    page = client.get(my("learner-sign-up", visit)).content.decode()
    assert (camp.organiser.name in page, my("learner-sign-up-cancel", visit) in page) == (True, False)
    answer = client.post(my("learner-sign-up-cancel", visit), follow=True).content.decode()
    assert "已过取消的时间" in answer
    assert states(visit)[-1] == (camp.learner, "waiting")


def test_where_nobody_signs_up_the_page_leads_back(client, camp, visit):
    client.force_login(camp.learner.person)
    assert client.get(my("learner-sign-up", visit)).url == my("learner-visit", visit)
    assert my("learner-sign-up", visit) not in client.get(my("learner-visit", visit)).content.decode()


# The desk


def test_the_desk_says_that_nobody_was_thrown_out(client, camp, visit):
    offer(camp, visit, capacity=3)
    for learner in learners(camp, 3):
        come(learner, visit)
    client.force_login(camp.by)
    told = {"is_on": "on", "capacity": "1", "contact_days": "30"}
    page = client.post(desk("desk-sign-up-terms", visit), told, follow=True).content.decode()
    assert "多2人" in page
    assert [state for _learner, state in states(visit)] == ["in"] * 3
    page = client.post(desk("desk-sign-up-terms", visit), {**told, "capacity": "0"})
    assert (page.status_code, SignUpPlan.objects.get().capacity) == (422, 1)


def test_the_desk_signs_up_those_ticked(client, camp, visit):
    offer(camp, visit, capacity=1)
    client.force_login(camp.by)
    add = desk("desk-sign-up-add", visit)
    stranger = Learning().learner
    page = client.post(add, {"learner": [stranger.code, "nobody"]}, follow=True).content.decode()
    assert ("请先勾选学员" in page, states(visit)) == (True, [])
    chosen = [camp.learner.code, camp.other.code]
    page = client.post(add, {"learner": chosen}, follow=True).content.decode()
    assert "其中1人没有名额" in page
    assert sorted(state for _learner, state in states(visit)) == ["in", "waiting"]
    last = states(visit)[1][0]
    let_in = desk("desk-sign-up-let-in", visit, last.code)
    assert client.post(let_in, {"reason": ""}).status_code == 422
    assert client.post(let_in, {"reason": "带队"}).status_code == 302
    assert [state for _learner, state in states(visit)] == ["in", "in"]
    assert client.post(desk("desk-sign-up-cancel", visit, last.code)).status_code == 302
    assert states(visit)[1] == (last, "cancelled")


@pytest.mark.parametrize("count", [1, 3])
def test_desk_query_count(client, camp, visit, count, django_assert_num_queries):
    offer(camp, visit, capacity=count, asks_contact=True)
    for learner in learners(camp, 2 * count):
        come(learner, visit, contact=Contact("妈妈", PHONE))
    learners(camp, count)
    client.force_login(camp.by)
    client.get(desk("desk-sign-up", visit))
    with django_assert_num_queries(DESK_QUERIES):
        page = client.get(desk("desk-sign-up", visit)).content.decode()
    assert page.count("row-line arrival") == 2 * count


DESK_QUERIES = 8


def test_a_new_edition_takes_the_terms_and_nobody(camp, visit):
    offer(camp, visit, capacity=2, asks_contact=True, closes_at=visit.starts_at - 24 * HOUR)
    come(camp.learner, visit, contact=Contact("妈妈", PHONE))
    later = visit.starts_at + dt.timedelta(days=365)
    target = ActivityFactory(kind="visit", title="走进霞石村", starts_at=later, ends_at=later + 8 * HOUR)
    FieldVisit().copy(visit, target, {}, None)
    plan = queries.sign_up_plan(target)
    assert (plan.capacity, plan.asks_contact, plan.closes_at) == (2, True, later - 24 * HOUR)
    assert (plan.organisation, plan.sign_ups.count()) == (target.organisation, 0)


# Many at once


def at_once(acts):
    """Run these in threads that begin together; what failed."""
    gate, failures = threading.Barrier(len(acts)), []

    def run(act):
        try:
            gate.wait(30)
            act()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


@pytest.mark.django_db(transaction=True)
def test_of_sixty_at_once_forty_are_in_and_five_who_cancel_let_five_in():
    camp = Learning()
    begins = clock.now() + dt.timedelta(days=10)
    visit = ActivityFactory(programme=camp.programme, kind="visit", starts_at=begins)
    offer(camp, visit, capacity=40)
    many = learners(camp, 60)
    assert at_once([lambda one=one: come(one, visit) for one in many]) == []
    order = states(visit)
    assert {learner.pk for learner, _state in order} == {one.pk for one in many}
    assert [state for _learner, state in order] == ["in"] * 40 + ["waiting"] * 20
    leaving = [learner for learner, _state in order[:40:8]]
    assert at_once([lambda one=one: go(one, visit) for one in leaving]) == []
    after = dict(states(visit))
    assert [after[learner] for learner in leaving] == ["cancelled"] * 5
    assert [after[learner] for learner, _state in order[40:]] == ["in"] * 5 + ["waiting"] * 15
    told = Message.objects.filter(kind="place").values_list("person", flat=True)
    assert sorted(told) == sorted(learner.person_id for learner, _state in order[40:45])
    assert Visit.objects.count() == 1
