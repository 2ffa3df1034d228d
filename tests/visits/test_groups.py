"""Groups to ride in: filled by rule, moved by hand, never beyond their seats unless said, and on paper without a telephone."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from tests.factories.activities import ActivityFactory
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities import actions as activities
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.notices.models import Message
from yingzao.programmes.enums import Role
from yingzao.visits import actions, queries
from yingzao.visits.actions import GroupPlan, SignUpTerms
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import SeatGroup, SignUp
from yingzao.visits.settling.seating import Cluster, seat

HOUR = dt.timedelta(hours=1)
PHONE = "13900137788"


# The rule


def clusters(**sizes):
    """a=2 → Cluster("a", (0, 1)); members are numbered on."""
    made, n = [], 0
    for name, size in sizes.items():
        made.append(Cluster(name, tuple(range(n, n + size))))
        n += size
    return made


def names_by_group(made, seated):
    found = {}
    for cluster in made:
        for member in cluster.members:
            found.setdefault(seated.get(member), []).append(cluster.name)
    return {group: "".join(names) for group, names in found.items()}


@pytest.mark.parametrize(
    ("sizes", "free", "expected"),
    [
        ({"a": 2, "b": 3}, {1: 5}, {1: "aabbb"}),
        (
            {"a": 2, "b": 3, "c": 2},
            {1: 4, 2: 4},
            {1: "bbb", 2: "aacc"},
        ),  # the largest first, whole where it fits
        ({"a": 5}, {1: 3, 2: 4}, {1: "a", 2: "aaaa"}),  # fits nowhere whole: the roomiest is filled from it
        ({"a": 3, "b": 3}, {1: 4, 2: 2}, {1: "aaab", 2: "bb"}),  # split, and no seat is left empty
        ({"a": 2, "b": 2}, {1: 3}, {1: "aab", None: "b"}),
        ({"a": 1}, {1: 0}, {None: "a"}),
        ({"a": 1}, {}, {None: "a"}),
        ({"a": 1}, {1: -2, 2: 1}, {2: "a"}),  # a group beyond its seats gives none
        ({}, {1: 3}, {}),
    ],
)
def test_clusters_ride_together_as_far_as_seats_allow(sizes, free, expected):
    made = clusters(**sizes)
    assert names_by_group(made, seat(made, free)) == expected


def test_newcomers_sit_where_most_of_their_own_are_else_in_the_first_group():
    one = [Cluster("a", (7,))]
    assert seat(one, {1: 4, 2: 4, 3: 4}, {"a": {2: 1, 3: 2}}) == {7: 3}
    assert seat(one, {1: 4, 2: 4, 3: 0}, {"a": {2: 1, 3: 2}}) == {7: 2}
    assert seat(one, {1: 4, 2: 4}, {"b": {2: 9}}) == {7: 1}


@given(
    some.lists(some.integers(1, 9), max_size=12),
    some.lists(some.integers(-2, 12), max_size=6),
    some.randoms(use_true_random=False),
)
def test_no_seat_is_given_twice_none_stays_empty_and_order_of_asking_is_nothing(sizes, seats, random):
    made = clusters(**{f"c{n:02}": size for n, size in enumerate(sizes)})
    free = dict(enumerate(seats))
    seated = seat(made, free)
    for group, has in free.items():
        assert sum(g == group for g in seated.values()) <= max(has, 0)
    assert len(seated) == min(sum(sizes), sum(max(has, 0) for has in seats))
    shuffled = list(made)
    random.shuffle(shuffled)
    assert seat(shuffled, free) == seated


# On a visit


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def visit(camp):
    begins = clock.now() + dt.timedelta(days=10)
    visit = ActivityFactory(
        programme=camp.programme,
        kind="visit",
        title="走进霞石村",
        starts_at=begins,
        ends_at=begins + 8 * HOUR,
    )
    actions.set_sign_up(activity=visit, terms=SignUpTerms(), by=camp.by)
    return visit


def bus(camp, visit, name, capacity, **more):
    return actions.add_group(activity=visit, group=GroupPlan(name, capacity, **more), by=camp.by)


def team(camp, name, size):
    made = TeamFactory(programme=camp.programme, name=name)
    return [
        EnrolmentFactory(programme=camp.programme, person=PersonFactory(), team=made, name=f"{name}{n}")
        for n in range(size)
    ]


def come(visit, *learners):
    for learner in learners:
        actions.sign_up(enrolment=learner, activity=visit, by=learner.person)


def riders(visit):
    rows = SignUp.objects.exclude(group=None).order_by("enrolment__number_key")
    found = {}
    for row in rows:
        found.setdefault(row.group.name, []).append(row.enrolment.name)
    return found


def desk(name, visit, *more):
    return reverse(f"visits:{name}", args=[visit.programme.code, visit.code, *more])


def test_filling_keeps_teams_together_and_newcomers_follow_the_rule(camp, visit):
    bus(camp, visit, "1号车", 3)
    bus(camp, visit, "2号车", 4)
    a, b = team(camp, "甲", 4), team(camp, "乙", 4)
    come(visit, *a[:3], *b[:3])
    assert riders(visit) == {}  # nobody is seated before somebody filled the groups
    actions.fill_groups(activity=visit, together="team", by=camp.by)
    assert riders(visit) == {"1号车": ["乙0", "乙1", "乙2"], "2号车": ["甲0", "甲1", "甲2"]}
    come(visit, a[3], b[3])
    assert riders(visit)["2号车"] == ["甲0", "甲1", "甲2", "甲3"]
    assert [row.enrolment for row in queries.grouped(queries.open_plan(visit)).left] == [b[3]]


def test_a_seat_that_becomes_free_goes_to_who_moves_up(camp, visit):
    actions.set_sign_up(activity=visit, terms=SignUpTerms(capacity=2), by=camp.by)
    bus(camp, visit, "1号车", 2)
    a = team(camp, "甲", 3)
    come(visit, *a)
    actions.fill_groups(activity=visit, together="team", by=camp.by)
    assert riders(visit) == {"1号车": ["甲0", "甲1"]}
    actions.cancel_own_sign_up(enrolment=a[0], activity=visit, by=a[0].person)
    assert riders(visit) == {"1号车": ["甲1", "甲2"]}


def test_who_has_a_seat_keeps_it_unless_all_are_grouped_anew(camp, visit):
    one, two = bus(camp, visit, "1号车", 4), bus(camp, visit, "2号车", 4)
    a = team(camp, "甲", 3)
    come(visit, *a)
    actions.seat_learner(activity=visit, enrolment=a[2], group=two, by=camp.by)
    actions.fill_groups(activity=visit, together="team", by=camp.by)
    assert riders(visit) == {"2号车": ["甲0", "甲1", "甲2"]}  # where one of theirs sat already
    actions.fill_groups(activity=visit, together="team", afresh=True, by=camp.by)
    assert riders(visit) == {one.name: ["甲0", "甲1", "甲2"]}


def test_by_hand_never_beyond_the_seats_unless_said(camp, visit):
    one = bus(camp, visit, "1号车", 1)
    a, b, c = team(camp, "甲", 3)
    come(visit, a, b)
    actions.seat_learner(activity=visit, enrolment=a, group=one, by=camp.by)
    actions.seat_learner(activity=visit, enrolment=a, group=one, by=camp.by)  # sits there already
    with pytest.raises(Refused) as refusal:
        actions.seat_learner(activity=visit, enrolment=b, group=one, by=camp.by)
    assert (refusal.value.code, riders(visit)) == ("full", {"1号车": ["甲0"]})
    told = Message.objects.filter(kind="place", key__contains=":seat:")
    assert {m.person_id for m in told} == {a.person_id}
    assert told.count() == 1  # not for the seat that was theirs already
    actions.seat_learner(activity=visit, enrolment=b, group=one, by=camp.by, over=True)
    assert riders(visit) == {"1号车": ["甲0", "甲1"]}
    actions.seat_learner(activity=visit, enrolment=a, group=None, by=camp.by)
    assert riders(visit) == {"1号车": ["甲1"]}
    elsewhere = Learning()
    other = ActivityFactory(programme=elsewhere.programme, kind="visit")
    actions.set_sign_up(activity=other, terms=SignUpTerms(), by=elsewhere.by)
    foreign = bus(elsewhere, other, "1号车", 9)
    for act, code in (
        (lambda: actions.seat_learner(activity=visit, enrolment=c, group=one, by=camp.by), "no-place"),
        (lambda: actions.seat_learner(activity=visit, enrolment=a, group=foreign, by=camp.by), "elsewhere"),
        (lambda: actions.seat_learner(activity=visit, enrolment=a, group=None, by=a.person), "not-organiser"),
        (lambda: actions.fill_groups(activity=visit, together="team", by=a.person), "not-organiser"),
        (lambda: actions.remove_group(group=one, by=elsewhere.by), "not-organiser"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == code


def test_another_place_or_hour_is_told_to_whoever_rides_there_and_fewer_seats_put_nobody_out(camp, visit):
    one, two = bus(camp, visit, "1号车", 2), bus(camp, visit, "2号车", 2)
    a, b = team(camp, "甲", 2)
    come(visit, a, b)
    actions.seat_learner(activity=visit, enrolment=a, group=one, by=camp.by)
    actions.seat_learner(activity=visit, enrolment=b, group=two, by=camp.by)
    Message.objects.all().delete()  # of the seats
    actions.change_group(group=one, to=GroupPlan("1号车", 2, plate="粤X12345"), by=camp.by)
    assert not Message.objects.exists()
    actions.change_group(group=one, to=GroupPlan("1号车", 1, meeting_place="街道办东门"), by=camp.by)
    told = Message.objects.get()
    assert (told.person, told.title, "街道办东门" in told.body) == (
        a.person,
        "乘车安排有变：走进霞石村",
        True,
    )
    assert riders(visit) == {"1号车": ["甲0"], "2号车": ["甲1"]}
    assert actions.remove_group(group=two, by=camp.by) == 1
    assert (riders(visit), SignUp.objects.filter(state="in").count()) == ({"1号车": ["甲0"]}, 2)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": "1号车", "capacity": 9}, "name"),
        ({"name": "3号车", "capacity": 9, "leader_phone": "123"}, "leader_phone"),
        ({"name": "3号车", "capacity": 9, "departs_at": clock.now() + dt.timedelta(days=99)}, "departs_at"),
    ],
)
def test_what_cannot_be_right_of_a_group_is_said_at_its_field(camp, visit, told, field):
    bus(camp, visit, "1号车", 5)
    with pytest.raises(Refused) as refusal:
        actions.add_group(activity=visit, group=GroupPlan(**told), by=camp.by)
    assert (refusal.value.field, SeatGroup.objects.count()) == (field, 1)


# The learner's page, the calendar


def test_a_learner_reads_the_own_group_and_no_other(client, camp, visit):
    one = bus(
        camp, visit, "1号车", 5, plate="粤X12345", leader_name="何师傅", leader_phone=PHONE,
        meeting_place="街道办东门", departs_at=visit.starts_at,
    )  # fmt: skip
    two = bus(camp, visit, "2号车", 5, leader_name="陆师傅", leader_phone="13800138001")
    come(visit, camp.learner, camp.other)
    actions.seat_learner(activity=visit, enrolment=camp.learner, group=one, by=camp.by)
    actions.seat_learner(activity=visit, enrolment=camp.other, group=two, by=camp.by)
    client.force_login(camp.learner.person)
    for name in ("learner-sign-up", "learner-visit"):
        page = client.get(reverse(f"visits:{name}", args=[visit.code])).content.decode()
        assert [w in page for w in ("1号车", "粤X12345", f"tel:+86{PHONE}", "街道办东门")] == [True] * 4
        assert [w for w in ("2号车", "陆师傅", "13800138001", camp.other.name) if w in page] == []


def test_the_calendar_says_where_the_own_group_meets(client, camp, visit):
    one = bus(camp, visit, "1号车", 5, meeting_place="街道办东门", departs_at=visit.starts_at)
    bus(camp, visit, "2号车", 5, meeting_place="北门")
    come(visit, camp.learner)
    actions.seat_learner(activity=visit, enrolment=camp.learner, group=one, by=camp.by)
    assert "街道办东门" in FieldVisit().places_for([visit], camp.learner)[visit.pk]
    assert FieldVisit().places_for([visit], camp.other) == {}
    for learner, there in ((camp.learner, True), (camp.other, False)):
        feed = activities.renew_feed(enrolment=learner, by=learner.person)
        text = client.get(reverse("activities:calendar-feed", args=[feed.token])).content.decode()
        assert ("走进霞石村" in text, "街道办东门" in text, "北门" in text) == (True, there, False)


# The desk and paper


def test_the_desk_shows_first_and_fills_what_was_shown(client, camp, visit):
    bus(camp, visit, "1号车", 5)
    come(visit, camp.learner)
    client.force_login(camp.by)
    fill = desk("desk-groups-fill", visit)
    shown = client.get(fill, {"together": "team"})
    assert (camp.learner.name in shown.content.decode(), riders(visit)) == (True, {})
    token = shown.context["found"].token
    come(visit, camp.other)
    answer = client.post(fill, {"together": "team", "token": token})
    assert (answer.status_code, "名单刚有变动" in answer.content.decode(), riders(visit)) == (422, True, {})
    token = answer.context["found"].token
    assert client.post(fill, {"together": "team", "token": token}).status_code == 302
    assert len(riders(visit)["1号车"]) == 2
    assert client.get(fill, {"together": "nonsense"}).status_code == 422


def test_the_desk_moves_one_and_says_that_a_group_is_full(client, camp, visit):
    one = bus(camp, visit, "1号车", 1)
    come(visit, camp.learner, camp.other)
    client.force_login(camp.by)
    for learner in (camp.learner, camp.other):
        answer = client.post(desk("desk-seat", visit, learner.code), {"group": one.code})
    assert (answer.status_code, "1号车已满" in answer.content.decode()) == (422, True)
    answer = client.post(desk("desk-seat", visit, camp.other.code), {"group": one.code, "over": "on"})
    assert (answer.status_code, len(riders(visit)["1号车"])) == (302, 2)
    page = client.get(desk("desk-groups", visit)).content.decode()
    assert "比座位多1人" in page
    assert client.post(desk("desk-seat", visit, camp.other.code), {"group": "none"}).status_code == 302
    assert client.post(desk("desk-seat", visit, camp.other.code), {"group": "nonsense"}).status_code == 422
    assert riders(visit) == {"1号车": [camp.learner.name]}
    told = {"name": "1号车", "capacity": "1", "leader_phone": "12"}
    answer = client.post(desk("desk-group", visit, one.code), told)
    assert (answer.status_code, 'value="12"' in answer.content.decode()) == (422, True)


def test_lists_on_paper_hold_no_telephone_and_the_sign_in_sheet_names_the_group(client, camp, visit):
    one = bus(camp, visit, "1号车", 5, leader_name="何师傅", leader_phone=PHONE)
    camp.learner.phone = "13711112222"
    camp.learner.save()
    come(visit, camp.learner, camp.other)
    actions.seat_learner(activity=visit, enrolment=camp.learner, group=one, by=camp.by)
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    for person in (camp.by, supervisor):
        client.force_login(person)
        page = client.get(desk("desk-groups-sheet", visit)).content.decode()
        assert [w in page for w in (camp.learner.name, camp.other.name, "1号车", "未分组")] == [True] * 4
        assert [w for w in ("7788", "2222") if w in page] == []
        sheet = client.get(desk("desk-sheet", visit)).content.decode()
        assert ("1号车" in sheet, camp.other.name in sheet, "2222" in sheet) == (True, True, False)


def test_a_whole_bus_stands_on_one_sheet_in_two_columns():
    assert [len(column) for column in queries.in_columns(list(range(22)))] == [22]
    assert [list(column) for column in queries.in_columns(list(range(45)))] == [
        list(range(23)),
        list(range(23, 45)),
    ]


@pytest.mark.parametrize(("name", "costs"), [("desk-groups", 7), ("desk-groups-sheet", 7), ("desk-sheet", 8)])
@pytest.mark.parametrize("count", [1, 3])
def test_groups_query_count(client, camp, visit, count, name, costs, django_assert_num_queries):
    for n in range(count):
        group = bus(camp, visit, f"{n}号车", 5)
        (learner,) = team(camp, f"组{n}", 1)
        come(visit, learner)
        actions.seat_learner(activity=visit, enrolment=learner, group=group, by=camp.by)
    client.force_login(camp.by)
    client.get(desk(name, visit))
    with django_assert_num_queries(costs):
        text = client.get(desk(name, visit)).content.decode()
    assert [f"{n}号车" in text for n in range(count)] == [True] * count


def test_a_new_edition_takes_the_groups_without_who_drives_and_who_rides(camp, visit):
    one = bus(
        camp, visit, "1号车", 45, plate="粤X12345", leader_name="何师傅", leader_phone=PHONE,
        meeting_place="街道办东门", departs_at=visit.starts_at - HOUR,
    )  # fmt: skip
    come(visit, camp.learner)
    actions.seat_learner(activity=visit, enrolment=camp.learner, group=one, by=camp.by)
    later = visit.starts_at + dt.timedelta(days=365)
    target = ActivityFactory(kind="visit", starts_at=later, ends_at=later + 8 * HOUR)
    FieldVisit().copy(visit, target, {}, None)
    copied = queries.sign_up_plan(target).groups.get()
    assert (copied.name, copied.capacity, copied.meeting_place, copied.departs_at) == (
        "1号车",
        45,
        "街道办东门",
        later - HOUR,
    )
    assert (copied.plate, copied.leader_name, copied.leader_phone, copied.sign_ups.count()) == ("", "", "", 0)
    assert copied.organisation == target.organisation
