"""Check-ins as phones deliver them: late, twice, from two phones, with a wrong clock, with an old code, by guessing."""

import datetime as dt
import hashlib
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory, moment
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities.actions import recompute_all, resettle
from yingzao.activities.models import Duty, Evidence
from yingzao.core.models import AuditLine
from yingzao.enrolment.actions import link, undo_decision
from yingzao.enrolment.models import IdentityDecision, IdentityMatch, SourceFile
from yingzao.fieldwork.readers.deliveries import read_delivery, read_item
from yingzao.programmes.enums import Role
from yingzao.visits import actions, queries
from yingzao.visits.actions.tickets import Ticket
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import Scan, Stop
from yingzao.visits.settling import codes

pytestmark = pytest.mark.django_db
SYNC = moment("2021-11-06 18:00")


def at(text):
    return moment(f"2021-11-06 {text}")


def ms(when):
    return round(when.timestamp() * 1000)


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def visit(camp):
    visit = ActivityFactory(
        programme=camp.programme, kind="visit", title="参访一", starts_at=at("09:00"), ends_at=at("17:00")
    )
    for title in ("文华花园", "霞石村"):
        PartFactory(activity=visit, title=title)
    FieldVisit().plan(visit, [], None)
    return visit


@pytest.fixture
def stops(visit):
    return list(Stop.objects.order_by("pk"))


class Phone:
    """A phone that keeps what it did and delivers it later, with its own idea of the time."""

    def __init__(self, visit, *, learner=None, staff=None, fast_minutes=0):
        enrolment = learner.pk if learner else 0
        person = staff.pk if staff else (learner.person_id or 0)
        self.ticket = Ticket(visit.organisation_id, visit.pk, person, enrolment, int(at("08:00").timestamp()))
        self.device = uuid.uuid4()
        self.fast = dt.timedelta(minutes=fast_minutes)
        self.kept = []

    def do(self, what, stop, when, **told):
        """`when` is what the phone's own clock shows."""
        item = {"key": str(uuid.uuid4()), "do": what, "at": ms(when), "stop": stop.part.code, **told}
        self.kept.append(json.dumps(item, ensure_ascii=False))
        return uuid.UUID(item["key"])

    def deliver(self, now=SYNC):
        items = tuple(read_item(text) for text in self.kept)
        return actions.take(actions.Knock(self.ticket, items, now, ms(now + self.fast), self.device))


def states(receipts):
    return [r.state for r in receipts]


def test_two_phones_one_fast_one_attendance_both_scans_and_the_time_is_offered(camp, visit, stops):
    """Phone 2 runs seven minutes fast and delivers first."""
    first = Phone(visit, staff=camp.by)
    second = Phone(visit, staff=camp.by, fast_minutes=7)
    shown = actions.pass_of(camp.learner.code)
    first.do("in", stops[0], at("10:02"), **{"pass": shown})
    second.do("in", stops[0], at("10:05"), **{"pass": shown})
    second.do("out", stops[0], at("11:47"), **{"pass": shown})
    assert states(second.deliver()) == ["counted", "counted"]
    assert states(first.deliver(SYNC + dt.timedelta(minutes=1))) == ["again"]
    arrived = Evidence.objects.get(fact="checked_in", withdrawn_at=None)
    assert arrived.happened_at == at("10:05")  # never put right by itself
    assert Scan.objects.filter(what="in").count() == 2
    offers = {
        (o.scan.device, t) for o in queries.offered_times(visit) if o.scan.what == "in" for t in o.times
    }
    assert offers == {(second.device, at("09:58"))}  # 10:02 of the first phone would not be the first
    scan = Scan.objects.get(device=second.device, what="in")
    actions.take_time(scan=scan, at=at("09:58"), by=camp.by)
    old, new = Evidence.objects.filter(fact="checked_in").order_by("pk")
    assert (old.withdrawn_at is not None, "7" in old.withdrawn_reason) == (True, True)
    assert (new.happened_at, new.withdrawn_at, new.detail["instead_of"]) == (at("09:58"), None, str(old.key))
    assert [o.scan.what for o in queries.offered_times(visit)] == ["out"]
    assert not recompute_all().differences


def test_the_same_delivery_again_is_the_same_rows_and_answers(camp, visit, stops):
    phone = Phone(visit, staff=camp.by)
    phone.do("in", stops[0], at("10:00"), learner=camp.learner.code)
    phone.do("in", stops[1], at("14:00"), learner=camp.learner.code)
    once, twice = phone.deliver(), phone.deliver(SYNC + dt.timedelta(days=3))
    assert [(r.key, r.state, r.sha256) for r in once] == [(r.key, r.state, r.sha256) for r in twice]
    assert (Scan.objects.count(), Evidence.objects.count()) == (2, 2)
    assert Duty.objects.get(enrolment=camp.learner, activity=visit).state == "done"


def test_without_a_network_a_code_counts_once_staff_confirm_it(camp, visit, stops):
    phone = Phone(visit, learner=camp.learner)
    counter = codes.counter_at(at("10:00"))
    phone.do("in", stops[0], at("10:00"), digits=codes.code_of(stops[0].secret, counter), counter=counter)
    typed = codes.code_at(stops[1].secret, at("14:00"))
    phone.do("in", stops[1], at("14:00"), digits=typed)  # typed: no counter
    assert states(phone.deliver()) == ["waiting", "waiting"]
    facts = list(Evidence.objects.order_by("happened_at"))
    assert [f.detail["state"] for f in facts] == ["offline_unconfirmed"] * 2
    assert [f.detail["counter"] for f in facts] == [counter, codes.counter_at(at("14:00"))]
    assert [f.happened_at for f in facts] == [at("10:00"), at("14:00")]
    duty = Duty.objects.get(enrolment=camp.learner, activity=visit)
    assert (duty.state, duty.share, duty.reasons[1]["code"]) == ("pending", 0, "visit.waiting")
    keys = [s.key for s in queries.waiting_scans(visit)]
    assert actions.confirm_scans(activity=visit, scans=keys, by=camp.by) == 2
    assert actions.confirm_scans(activity=visit, scans=keys, by=camp.by) == 0  # pressed twice
    duty.refresh_from_db()
    assert duty.state == "done"
    assert not recompute_all().differences


def test_what_staff_did_not_see_is_withdrawn(camp, visit, stops):
    phone = Phone(visit, learner=camp.learner)
    counter = codes.counter_at(at("10:00"))
    phone.do("in", stops[0], at("10:00"), digits=codes.code_of(stops[0].secret, counter), counter=counter)
    phone.deliver()
    [scan] = queries.waiting_scans(visit)
    actions.turn_down_scans(activity=visit, scans=[scan.key], by=camp.by)
    assert Evidence.objects.get().withdrawn_reason
    assert not queries.waiting_scans(visit)


def test_a_code_of_another_minute_is_worth_a_look(camp, visit, stops):
    phone = Phone(visit, learner=camp.learner)
    counter = codes.counter_at(at("10:00"))
    phone.do("in", stops[0], at("10:20"), digits=codes.code_of(stops[0].secret, counter), counter=counter)
    phone.deliver()
    assert Scan.objects.get().reason == "old_code"


@pytest.mark.parametrize(
    "told",
    [
        {"digits": "000000", "counter": codes.counter_at(at("10:00"))},
        {"digits": "", "counter": -5},
        {"digits": "１２３", "counter": 2**62},
        {"digits": "12345678901234567890"},
        {"digits": ["x"], "counter": "y"},
        {},
    ],
)
def test_a_code_that_is_none_is_refused_and_kept_for_staff_to_see(camp, visit, stops, told):
    phone = Phone(visit, learner=camp.learner)
    phone.do("in", stops[0], at("10:00"), **told)
    [receipt] = phone.deliver()
    assert (receipt.state, receipt.kept, Evidence.objects.exists()) == ("refused", True, False)
    assert [s.enrolment for s in queries.refused_scans(visit)] == [camp.learner]
    actions.check_in_by_staff(stop=stops[0], enrolment=camp.learner, by=camp.by)
    assert not queries.refused_scans(visit)


def test_online_an_old_counter_is_refused_though_it_was_once_shown(camp, visit, stops):
    now = at("10:05")
    counter = codes.counter_at(at("10:00"))
    phone = Phone(visit, learner=camp.learner)
    phone.do("in", stops[0], now, digits=codes.code_of(stops[0].secret, counter), counter=counter)
    assert states(phone.deliver(now)) == ["refused"]


def test_a_clock_that_is_years_wrong_gives_no_time_until_staff_say_it(camp, visit, stops):
    phone = Phone(visit, staff=camp.by, fast_minutes=-60 * 24 * 365)
    phone.do("in", stops[0], moment("2020-11-06 10:00"), learner=camp.learner.code)
    assert states(phone.deliver()) == ["timeless"]
    assert not Evidence.objects.exists()
    [offer] = queries.offered_times(visit)
    assert (offer.recorded_at, offer.times[0]) == (None, at("10:00"))
    actions.take_time(scan=offer.scan, at=offer.times[0], by=camp.by)
    assert Evidence.objects.get().happened_at == at("10:00")


def test_staff_seeing_the_learner_confirms_what_the_phone_recorded_alone(camp, visit, stops):
    phone = Phone(visit, learner=camp.learner)
    counter = codes.counter_at(at("10:00"))
    phone.do("in", stops[0], at("10:00"), digits=codes.code_of(stops[0].secret, counter), counter=counter)
    phone.deliver()
    actions.check_in_by_staff(stop=stops[0], enrolment=camp.learner, by=camp.by, now=at("10:10"))
    assert Duty.objects.get(enrolment=camp.learner, activity=visit).share > 0


def test_nobody_is_checked_in_by_a_ticket_that_is_not_for_them(camp, visit, stops):
    elsewhere = Learning()
    for phone, told in (
        (Phone(visit, staff=camp.mentor.person), {"learner": camp.learner.code}),  # no organiser
        (Phone(visit, staff=elsewhere.by), {"learner": camp.learner.code}),
        (Phone(visit, staff=camp.by), {"learner": elsewhere.learner.code}),
        (Phone(visit, staff=camp.by), {"pass": actions.pass_of(elsewhere.learner.code)}),
        (Phone(visit, staff=camp.by), {"pass": camp.learner.code + ".aaaaaaaaaaaaaaaa"}),
        (Phone(visit, staff=camp.by), {}),
        (Phone(visit, learner=camp.learner), {"learner": camp.other.code, "digits": "1"}),
    ):
        phone.do("in", stops[0], at("10:00"), **told)
        assert states(phone.deliver()) == ["refused"]
    assert not Evidence.objects.exists()


def test_a_key_stands_for_one_act_only(camp, visit, stops):
    mine, others = Phone(visit, learner=camp.learner), Phone(visit, learner=camp.other)
    mine.do("in", stops[0], at("10:00"), digits="000000")
    mine.deliver()
    others.kept = list(mine.kept)
    [receipt] = others.deliver()
    assert receipt.more["code"] == "key-taken"


def test_a_stop_of_another_visit_is_none_of_this_one(camp, visit, stops):
    other = ActivityFactory(programme=camp.programme, kind="visit")
    PartFactory(activity=other)
    FieldVisit().plan(other, [], None)
    phone = Phone(visit, staff=camp.by)
    phone.do("in", Stop.objects.get(part__activity=other), at("10:00"), learner=camp.learner.code)
    assert states(phone.deliver()) == ["refused"]


def test_an_act_that_the_server_does_not_know_stays_on_the_phone(camp, visit, stops):
    phone = Phone(visit, staff=camp.by)
    phone.do("juggle", stops[0], at("10:00"))
    [receipt] = phone.deliver()
    assert (receipt.state, receipt.kept) == ("unknown", False)


def test_far_away_waits_for_staff_and_the_place_itself_is_not_kept(camp, visit, stops):
    stop = stops[0]
    stop.community = CommunityFactory(
        organisation=camp.programme.organisation, latitude="22.80000", longitude="113.20000"
    )
    stop.place_check_m = 300
    stop.save()
    now = at("10:00")
    for learner, place, state in (
        (camp.learner, [22.801, 113.2, 30], "counted"),  # 111 m
        (camp.other, [22.81, 113.2, 50], "waiting"),  # 1.1 km
        (EnrolmentFactory(programme=camp.programme), None, "waiting"),
        (EnrolmentFactory(programme=camp.programme), ["x", 1, 2], "waiting"),
    ):
        phone = Phone(visit, learner=learner)
        phone.do("in", stop, now, digits=codes.code_at(stop.secret, now), place=place)
        assert states(phone.deliver(now)) == [state]
    assert "113.2" not in json.dumps([*Evidence.objects.values_list("detail", flat=True)])
    assert Scan.objects.order_by("pk").values_list("distance_m", flat=True)[0] == 111


def test_one_picture_of_a_code_sent_around_and_one_phone_for_all_are_shown(camp, visit, stops):
    counter = codes.counter_at(at("10:00"))
    learners = [camp.learner, camp.other, EnrolmentFactory(programme=camp.programme)]
    phones = [Phone(visit, learner=learner) for learner in learners]
    phones[1].device = phones[0].device
    for phone in phones:
        phone.do("in", stops[0], at("10:00"), digits=codes.code_of(stops[0].secret, counter), counter=counter)
        phone.deliver()
    [use] = queries.codes_used_often(visit, 2)
    assert (use.learners, use.counter, queries.codes_used_often(visit, 3)) == (3, counter, [])
    phones[2].device = uuid.uuid4()  # one account on two phones: the code went farther than the people did
    phones[2].do("in", stops[0], at("10:00"), digits=codes.code_of(stops[0].secret, counter), counter=counter)
    phones[2].deliver()
    [use] = queries.codes_used_often(visit, 2)
    assert (use.learners, use.phones) == (3, 3)
    [scans] = queries.devices_shared(visit).values()
    assert {s.enrolment for s in scans} == {camp.learner, camp.other}


def test_the_audit_says_who_and_from_where(camp, visit, stops):
    phone = Phone(visit, staff=camp.by)
    phone.do("in", stops[0], at("10:00"), learner=camp.learner.code)
    items = tuple(read_item(text) for text in phone.kept)
    actions.take(actions.Knock(phone.ticket, items, SYNC, ms(SYNC), phone.device, "10.0.0.7"))
    line = AuditLine.objects.get(act="activities.evidence.recorded")
    assert (line.actor, line.origin, line.after["learners"]) == (camp.by, "10.0.0.7", [camp.learner.code])


# Rules of a visit


def settle(camp, visit, rule):
    visit.rule = rule
    visit.save()
    resettle(camp.programme)
    duty = Duty.objects.get(enrolment=camp.learner, activity=visit)
    return duty.state, float(duty.share), {r["code"] for r in duty.reasons}


def test_late_early_and_checking_out_count_as_the_rule_says(camp, visit, stops):
    part = stops[0].part
    part.starts_at, part.ends_at = at("10:00"), at("12:00")
    part.save()
    phone = Phone(visit, staff=camp.by)
    phone.do("in", stops[0], at("10:20"), learner=camp.learner.code)
    phone.do("in", stops[1], at("14:00"), learner=camp.learner.code)
    phone.deliver()
    assert settle(camp, visit, {})[:2] == ("done", 1)
    assert settle(camp, visit, {"late_after": 15}) == ("done", 1, {"visit.stops", "visit.late"})
    assert settle(camp, visit, {"late_after": 15, "marked": "late"})[0] == "late"
    assert settle(camp, visit, {"late_after": 15, "marked": "nothing"})[:2] == ("pending", 0.5)
    assert settle(camp, visit, {"late_after": 20, "marked": "nothing"})[0] == "done"
    assert settle(camp, visit, {"check_out": True})[1:] == (0, {"visit.stops", "visit.not_out"})
    later = Phone(visit, staff=camp.by)
    later.do("out", stops[0], at("11:30"), learner=camp.learner.code)
    later.do("out", stops[1], at("16:00"), learner=camp.learner.code)
    later.deliver()
    assert settle(camp, visit, {"check_out": True})[0] == "done"
    assert settle(camp, visit, {"check_out": True, "early_before": 10, "marked": "late"})[0] == "late"
    assert not recompute_all().differences


def test_excused_from_one_stop_the_other_is_still_asked(camp, visit, stops):
    actions.excuse(stop=stops[0], enrolment=camp.learner, by=camp.by, reason="送孩子")
    assert settle(camp, visit, {})[0] == "pending"
    actions.check_in_by_staff(stop=stops[1], enrolment=camp.learner, by=camp.by)
    assert settle(camp, visit, {})[:2] == ("done", 1)
    actions.excuse(stop=stops[1], enrolment=camp.other, by=camp.by, reason="请假")
    actions.excuse(stop=stops[0], enrolment=camp.other, by=camp.by, reason="请假")
    assert Duty.objects.get(enrolment=camp.other, activity=visit).state == "excused"
    actions.take_excuse_back(stop=stops[0], enrolment=camp.other, by=camp.by)
    assert Duty.objects.get(enrolment=camp.other, activity=visit).state == "pending"


# The door


def knock(client, ticket, texts, clock=None):
    body = {
        "ticket": ticket,
        "clock": clock or ms(dt.datetime.now(dt.UTC)),
        "items": texts,
        "language": "zh-hans",
    }
    return client.post("/checking-in/", json.dumps(body), content_type="application/json")


def test_the_door_needs_no_session_and_gives_hashes_of_what_came(camp, visit, stops, client):
    now = ms(dt.datetime.now(dt.UTC))
    text = json.dumps(
        {
            "key": str(uuid.uuid4()),
            "do": "in",
            "at": now,
            "stop": stops[0].part.code,
            "learner": camp.learner.code,
        }
    )
    answer = knock(client, actions.staff_ticket(camp.by, visit), [text, "[]", "{", '{"key": 3}'])
    told = answer.json()
    assert [(r["state"], r["sha256"]) for r in told["receipts"]] == [
        ("counted", hashlib.sha256(text.encode()).hexdigest())
    ]
    assert len(told["unreadable"]) == 3
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '{"clock": "x", "items": []}',
        '{"clock": 1, "items": [3]}',
        "[" * 5000,
        '{"clock": 1e400, "items": []}',
    ],
)
def test_what_is_no_delivery_is_answered_and_nothing_is_kept(client, body):
    assert client.post("/checking-in/", body, content_type="application/json").status_code == 400


def test_a_ticket_of_somebody_else_opens_nothing(camp, visit, stops, client):
    good = actions.staff_ticket(camp.by, visit)
    assert knock(client, good[:-2] + "xx", []).status_code == 403
    old = actions.staff_ticket(camp.by, visit, now=moment("2020-01-01 08:00"))
    assert knock(client, old, []).status_code == 403


def test_items_are_read_for_what_they_are():
    delivery = read_delivery(
        {"clock": 5, "items": [json.dumps({"key": str(uuid.uuid4()), "do": "in", "at": 5})] * 200}
    )
    assert len(delivery.items) == 100  # the rest comes with the next delivery
    assert read_item("x" * 30_000) is None
    assert read_item(json.dumps({"key": "1", "do": "in", "at": 5})) is None
    assert read_item(json.dumps({"key": str(uuid.uuid4()), "do": "in", "at": True})) is None


# The pages


def page(client, name, *path):
    return client.get(reverse(f"visits:{name}", args=path))


def test_staff_confirm_the_list_in_one_tap(camp, visit, stops, client):
    counter = codes.counter_at(at("10:00"))
    for learner in (camp.learner, camp.other):
        phone = Phone(visit, learner=learner)
        phone.do("in", stops[0], at("10:00"), digits=codes.code_of(stops[0].secret, counter), counter=counter)
        phone.deliver()
    client.force_login(camp.by)
    path = (camp.programme.code, visit.code)
    shown = page(client, "desk-check-ins", *path).content.decode()
    assert camp.learner.name in shown
    assert camp.other.name in shown
    client.post(reverse("visits:desk-decide", args=path), {"do": "all"})
    assert Evidence.objects.filter(fact="confirmed").count() == 2
    client.post(reverse("visits:desk-decide", args=path), {"do": "ticked", "scan": ["nonsense"]})
    assert Evidence.objects.filter(fact="confirmed").count() == 2


def test_the_list_asks_as_much_for_three_as_for_one(camp, visit, stops, client):
    client.force_login(camp.by)
    page(client, "desk-check-ins", camp.programme.code, visit.code)
    counted = []
    counter = codes.counter_at(at("10:00"))
    for more in (1, 2):
        for _n in range(more):
            phone = Phone(visit, learner=EnrolmentFactory(programme=camp.programme), fast_minutes=9)
            phone.do(
                "in", stops[0], at("10:00"), digits=codes.code_of(stops[0].secret, counter), counter=counter
            )
            phone.deliver()
        with CaptureQueriesContext(connection) as seen:
            page(client, "desk-check-ins", camp.programme.code, visit.code)
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_a_learners_code_leads_staff_to_the_stop_and_nobody_else_anywhere(camp, visit, stops, client):
    shown = actions.pass_of(camp.learner.code)
    for person in (camp.learner.person, camp.mentor.person, Learning().by):
        client.force_login(person)
        assert page(client, "pass", shown).status_code == 404
    client.force_login(camp.by)
    assert page(client, "pass", shown[:-1] + ("a" if shown[-1] == "b" else "b")).status_code == 404
    assert camp.learner.name in page(client, "pass", shown).content.decode()
    address = reverse("visits:pass", args=[shown])
    assert client.post(address, {"stop": stops[0].part.code, "do": "in"}).status_code == 302
    assert client.post(address, {"stop": "ANOTHER", "do": "in"}).status_code == 302
    scan = Scan.objects.get()
    assert (scan.way, scan.enrolment, scan.state) == ("pass", camp.learner, "counted")


def test_the_learner_checks_in_and_out_by_the_code(camp, visit, stops, client, monkeypatch):
    now = at("10:00")
    monkeypatch.setattr("yingzao.core.clock.now", lambda: now)
    client.force_login(camp.learner.person)
    address = reverse("visits:learner-visit", args=[visit.code])
    code = codes.code_at(stops[0].secret, now)
    scanned = client.get(
        address, {"s": stops[0].part.code, "n": codes.counter_at(now), "c": code}
    ).content.decode()
    assert f"<h2>{stops[0].part.title}</h2>" in scanned
    leave = (
        '<div id="field-leave"'  # there for the script, which shows it to whoever checks in on a kept page
    )
    assert f"{leave} hidden>" in scanned
    client.post(address, {"code": code, "what": "in"})
    assert f"{leave}>" in client.get(address).content.decode()
    client.post(address, {"code": code, "what": "out"})
    assert list(Evidence.objects.values_list("fact", flat=True).order_by("pk")) == [
        "checked_in",
        "checked_out",
    ]
    own = client.get(address).content.decode()
    assert actions.pass_of(camp.other.code) not in own


def test_excusing_asks_for_a_reason_and_loses_nothing(camp, visit, stops, client):
    client.force_login(camp.by)
    path = [camp.programme.code, visit.code, stops[0].part.code, camp.learner.code]
    address = reverse("visits:desk-excuse", args=path)
    assert client.post(address, {"reason": "  "}).status_code == 422
    assert client.post(address, {"reason": "送孩子"}).status_code == 302
    assert Evidence.objects.get().detail == {"reason": "送孩子"}


def test_a_host_reads_no_check_ins_that_wait(camp, visit, stops, client):
    host = StaffRoleFactory(programme=camp.programme, role=Role.HOST, unit="龙江镇文华花园")
    client.force_login(host.person)
    assert page(client, "desk-check-ins", camp.programme.code, visit.code).status_code == 404


# Walk-ins


def test_a_walk_in_goes_to_the_queue_and_counts_once_it_is_decided(camp, visit, stops):
    phone = Phone(visit, staff=camp.by)
    phone.do("walk_in", stops[0], at("10:30"), name="学员F", community="霞石村")
    assert states(phone.deliver()) == ["walk_in"]
    assert states(phone.deliver()) == ["walk_in"]
    assert not Evidence.objects.exists()
    [walk_in] = queries.walk_ins(stops[0])
    assert (walk_in.name, walk_in.waits, walk_in.learner) == ("学员F", True, None)
    match = IdentityMatch.objects.get()
    late = EnrolmentFactory(programme=camp.programme, name="学员F")
    link(match=match, enrolment=late, by=camp.by)
    fact = Evidence.objects.get()
    assert (fact.enrolment, fact.part, fact.happened_at, fact.source_row.cells["姓名"]) == (
        late,
        stops[0].part,
        at("10:30"),
        "学员F",
    )
    assert Duty.objects.get(enrolment=late, activity=visit).share > 0
    assert [w.learner for w in queries.walk_ins(stops[0])] == [late]


def test_a_walk_in_whose_telephone_is_on_the_roster_is_that_learner(camp, visit, stops):
    camp.learner.phone = "13800138077"
    camp.learner.save()
    actions.add_walk_in(stop=stops[0], by=camp.by, name="不认识", phone="138 0013 8077", now=at("10:00"))
    assert Evidence.objects.get().enrolment == camp.learner


@pytest.mark.parametrize("told", [{}, {"name": "  "}, {"name": ["x"]}])
def test_a_walk_in_without_a_name_or_stop_is_refused(camp, visit, stops, told):
    phone = Phone(visit, staff=camp.by)
    phone.do("walk_in", stops[0], at("10:30"), **told)
    assert states(phone.deliver()) == ["refused"]
    learner = Phone(visit, learner=camp.learner)
    learner.do("walk_in", stops[0], at("10:30"), name="朋友")
    assert states(learner.deliver()) == ["refused"]
    assert not SourceFile.objects.exists()


def test_the_form_of_a_walk_in_loses_nothing_and_hosts_count_them_apart(camp, visit, stops, client):
    client.force_login(camp.by)
    address = reverse("visits:desk-walk-in", args=[camp.programme.code, visit.code, stops[0].part.code])
    wrong = client.post(address, {"name": "学员F", "phone": "123"})
    assert (wrong.status_code, "学员F" in wrong.content.decode()) == (422, True)
    assert client.post(address, {"name": "学员F", "phone": "", "community": ""}).status_code == 302
    assert (
        "学员F"
        in page(client, "desk-stop", camp.programme.code, visit.code, stops[0].part.code).content.decode()
    )
    host = StaffRoleFactory(programme=camp.programme, role=Role.HOST, unit="龙江镇文华花园")
    client.force_login(host.person)
    seen = page(client, "host-stop", stops[0].part.code)
    assert seen.context["count"] == queries.Headcount(expected=2, arrived=0, unplaced=0, walk_ins=1)
    assert "学员F" not in seen.content.decode()


def test_a_pass_and_confirming_ask_as_much_for_many_as_for_one(camp, visit, stops, client):
    client.force_login(camp.by)
    shown = actions.pass_of(camp.learner.code)
    page(client, "pass", shown)
    with CaptureQueriesContext(connection) as two:
        page(client, "pass", shown)
    PartFactory(activity=visit, title="振华社区")
    FieldVisit().plan(visit, [], None)
    with CaptureQueriesContext(connection) as three:
        page(client, "pass", shown)
    assert len(two) == len(three)
    counter, counted = codes.counter_at(at("10:00")), []
    for many in (1, 3):
        for _n in range(many):
            phone = Phone(visit, learner=EnrolmentFactory(programme=camp.programme))
            phone.do(
                "in", stops[0], at("10:00"), digits=codes.code_of(stops[0].secret, counter), counter=counter
            )
            phone.deliver()
        keys = [scan.key for scan in queries.waiting_scans(visit)]
        with CaptureQueriesContext(connection) as asked:
            assert actions.confirm_scans(activity=visit, scans=keys, by=camp.by) == many
        counted.append(len([q for q in asked if "INSERT INTO" not in q["sql"]]))
    assert counted[0] == counted[1]


# What the line does to it


@pytest.mark.parametrize("way", ["counter", "digits"])
def test_a_line_that_broke_off_for_half_a_minute_loses_no_scan(camp, visit, stops, way):
    """Scanned in time, delivered some seconds after the code stopped being good: neither refused nor counted unseen."""
    phone = Phone(visit, learner=camp.learner)
    scanned = at("10:00") + dt.timedelta(seconds=25)
    counter = codes.counter_at(scanned)
    told = {"digits": codes.code_of(stops[0].secret, counter)} | (
        {"counter": counter} if way == "counter" else {}
    )
    phone.do("in", stops[0], scanned, **told)
    assert states(phone.deliver(now=scanned + dt.timedelta(seconds=45))) == ["waiting"]
    assert Evidence.objects.get().detail["state"] == "offline_unconfirmed"
    assert Evidence.objects.get().happened_at == scanned


def test_a_code_that_was_old_when_it_was_scanned_stays_refused_however_late_it_comes(camp, visit, stops):
    phone = Phone(visit, learner=camp.learner)
    scanned = at("10:02")
    counter = codes.counter_at(at("10:00"))
    phone.do("in", stops[0], scanned, digits=codes.code_of(stops[0].secret, counter), counter=counter)
    assert states(phone.deliver(now=scanned + dt.timedelta(seconds=45))) == ["refused"]


@pytest.mark.parametrize("spoilt", ["\x00", "刚\ud83d", "\ude00好"])
def test_letters_that_no_database_holds_spoil_neither_the_record_nor_those_behind_it(
    camp, visit, stops, client, spoilt
):
    """Half an emoji comes of a field that is full; a NUL of a keyboard that is broken."""
    now = ms(dt.datetime.now(dt.UTC))
    stop = stops[0].part.code
    told = [
        {"do": "walk_in", "name": f"学员F{spoilt}"},
        {"do": "note", "text": f"看到{spoilt}"},
        {"do": "photo", "people": "none", "caption": spoilt, "size": 9, "sum": spoilt},
        {"do": "in", "learner": camp.learner.code},
    ]
    texts = [json.dumps(one | {"key": str(uuid.uuid4()), "at": now, "stop": stop}) for one in told]
    answer = knock(client, actions.staff_ticket(camp.by, visit), texts)
    assert [r["state"] for r in answer.json()["receipts"]] == ["walk_in", "noted", "announced", "counted"]
    assert [r["sha256"] for r in answer.json()["receipts"]] == [
        hashlib.sha256(text.encode()).hexdigest() for text in texts
    ]
    assert IdentityMatch.objects.get().name_as_given == f"学员F{spoilt}".translate(
        {0: "�", 0xD83D: "�", 0xDE00: "�"}
    )


def test_a_walk_in_who_turned_out_to_be_a_learner_is_counted_once_on_the_phone(camp, visit, stops, client):
    client.force_login(camp.by)
    for name in ("学员F", "学员F"):  # two phones, one and the same person
        actions.add_walk_in(stop=stops[0], by=camp.by, name=name)
    code = stops[0].part.code
    assert queries.walk_in_counts(visit) == {code: 2}
    late = EnrolmentFactory(programme=camp.programme, name="学员F")
    for match in IdentityMatch.objects.all():
        link(match=match, enrolment=late, by=camp.by)
    now = page(client, "desk-phone-now", camp.programme.code, visit.code).json()
    assert (now["walkIns"], list(now["here"][code])) == ({}, [late.code])
    count = queries.headcount(queries.arrivals(stops[0]), queries.walk_ins(stops[0]))
    assert (count.arrived, count.beside) == (1, 0)
    assert not recompute_all().differences


def test_a_walk_in_on_a_fast_phone_is_offered_the_other_time_once_it_is_known_who_it_was(
    camp, visit, stops, client
):
    phone = Phone(visit, staff=camp.by, fast_minutes=7)
    key = phone.do("walk_in", stops[0], at("10:05"), name="学员F")
    phone.deliver()
    assert queries.offered_times(visit) == []  # nobody knows yet whose time it is
    late = EnrolmentFactory(programme=camp.programme, name="学员F")
    link(match=IdentityMatch.objects.get(), enrolment=late, by=camp.by)
    [offer] = queries.offered_times(visit)
    assert (offer.recorded_at, offer.times, offer.scan.enrolment) == (at("10:05"), (at("9:58"),), late)
    client.force_login(camp.by)
    assert "学员F" in page(client, "desk-check-ins", camp.programme.code, visit.code).content.decode()
    address = reverse("visits:desk-time", args=[camp.programme.code, visit.code, key])
    client.post(address, {"at": at("9:58").isoformat()})
    standing = Evidence.objects.filter(withdrawn_at=None)
    assert [(e.enrolment, e.happened_at) for e in standing] == [(late, at("9:58"))]
    assert queries.offered_times(visit) == []
    assert [w.learner for w in queries.walk_ins(stops[0])] == [late]  # still a walk-in
    assert not recompute_all().differences
    # Undoing who it was takes the corrected record along, and nothing else.
    actions.check_in_by_staff(stop=stops[0], enrolment=late, by=camp.by, what="out", now=at("11:00"))
    undo_decision(decision=IdentityDecision.objects.get(undone_at=None), by=camp.by)
    assert [e.fact for e in standing.all()] == ["checked_out"]
    assert not recompute_all().differences


def test_a_walk_in_whose_time_is_left_is_offered_no_more(camp, visit, stops):
    phone = Phone(visit, staff=camp.by, fast_minutes=7)
    phone.do("walk_in", stops[0], at("10:05"), name="学员F")
    phone.deliver()
    late = EnrolmentFactory(programme=camp.programme, name="学员F")
    link(match=IdentityMatch.objects.get(), enrolment=late, by=camp.by)
    actions.leave_time(scan=Scan.objects.get(), by=camp.by)
    assert queries.offered_times(visit) == []
    assert Evidence.objects.get().happened_at == at("10:05")


@pytest.mark.parametrize("do", ["walk_in", "note", "photo"])
def test_other_bytes_under_a_key_that_is_there_stay_on_their_phone(camp, visit, stops, client, do):
    """The receipt names the bytes that are here, which are others."""
    now = ms(dt.datetime.now(dt.UTC))
    item = {
        "key": str(uuid.uuid4()),
        "do": do,
        "at": now,
        "stop": stops[0].part.code,
        "size": 9,
        "name": "学员F",
    }
    texts = [json.dumps(item | {"text": text}) for text in ("先", "后")]
    sums = [
        knock(client, actions.staff_ticket(camp.by, visit), [text]).json()["receipts"][0]["sha256"]
        for text in texts
    ]
    assert sums == [hashlib.sha256(texts[0].encode()).hexdigest()] * 2


def test_a_clock_that_was_put_right_before_the_delivery_is_still_offered_its_correction(camp, visit, stops):
    """Phones set their clocks by the network; the phone remembers by how much it had been told that it was wrong."""
    minutes = 7 * 60_000
    phone = Phone(visit, staff=camp.by)  # right by now
    phone.do("in", stops[0], at("10:05"), learner=camp.learner.code, ahead=minutes)
    phone.do(
        "in", stops[1], SYNC, learner=camp.learner.code, ahead=minutes
    )  # just now, with the clock put right
    phone.do("in", stops[0], at("10:05"), learner=camp.other.code, ahead=10**15)  # no clock at all
    phone.deliver()
    [offer] = queries.offered_times(visit)
    assert (offer.scan.enrolment, offer.recorded_at, offer.times, offer.minutes) == (
        camp.learner,
        at("10:05"),
        (at("9:58"),),
        7,
    )
    assert Evidence.objects.get(part=stops[1].part).happened_at == SYNC
