"""Hosts: named for a stop, what they see and say, what visitors say of them, and what none of them learns."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory, moment, record
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from tests.factories.surveys import answer
from yingzao.activities.actions import cancel_activity, restore_activity
from yingzao.activities.models import Survey
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.notices.models import Message
from yingzao.people.models import Invitation
from yingzao.programmes.actions import end_staff_role, make_edition
from yingzao.programmes.enums import Role
from yingzao.programmes.models import StaffRole
from yingzao.visits import actions, queries
from yingzao.visits.models import HostReply, Stop, StopHost, Visit

pytestmark = pytest.mark.django_db

BEFORE, DURING, CLOSED = moment("2021-11-05 10:00"), moment("2021-11-06 11:00"), moment("2021-11-06 17:00")


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def visit(camp):
    return ActivityFactory(
        programme=camp.programme,
        kind="visit",
        title="参访一",
        starts_at=moment("2021-11-06 09:00"),
        ends_at=moment("2021-11-06 17:00"),
    )


@pytest.fixture
def now(monkeypatch):
    """Say what time it is."""

    def set_to(when):
        monkeypatch.setattr(clock, "now", lambda: when)

    set_to(BEFORE)
    return set_to


def stop_at(visit, title, community=None):
    part = PartFactory(activity=visit, title=title, position=visit.parts.count())
    return Stop.objects.create(organisation=visit.organisation, part=part, community=community)


def host_of(programme, name="何主任", unit=""):
    return StaffRoleFactory(programme=programme, role=Role.HOST, name=name, unit=unit)


def hosted(role):
    return [stop.part.title for stop in queries.stops_hosted_by(role.person)]


def named(stop):
    return [(h.role.name, h.is_named) for h in queries.hosts_of(stop.part.activity).get(stop.pk, [])]


def desk(name, stop, *more):
    activity = stop.part.activity
    return reverse(f"visits:{name}", args=[activity.programme.code, activity.code, stop.part.code, *more])


def page_of(stop, name="host-stop"):
    return reverse(f"visits:{name}", args=[stop.part.code])


# Who is a host


def test_a_named_host_has_this_stop_and_no_other(camp, visit):
    first, _second = stop_at(visit, "文华花园"), stop_at(visit, "南湾")
    role = host_of(camp.programme)
    assert hosted(role) == []
    actions.name_host(stop=first, role=role, by=camp.by)
    assert hosted(role) == ["文华花园"]
    assert AuditLine.objects.filter(act="visits.host.named").get().subject == first.part.code
    told = Message.objects.get(person=role.person)
    assert (told.kind, told.url) == ("visit_host_named", page_of(first))


def test_several_hosts_receive_at_one_stop(camp, visit):
    stop = stop_at(visit, "文华花园")
    roles = [host_of(camp.programme, name) for name in ("何主任", "陈书记")]
    for role in roles:
        actions.name_host(stop=stop, role=role, by=camp.by)
    assert named(stop) == [("何主任", True), ("陈书记", True)]
    actions.end_host(stop=stop, role=roles[0], by=camp.by)
    assert (named(stop), hosted(roles[0])) == ([("陈书记", True)], [])


def test_by_the_units_name_one_hosts_only_where_nobody_was_ever_named(camp, visit):
    stop = stop_at(visit, "文华花园")
    by_unit = host_of(camp.programme, "何主任", unit="龙江镇文华花园")
    assert (hosted(by_unit), named(stop)) == (["文华花园"], [("何主任", False)])
    actions.name_host(stop=stop, role=host_of(camp.programme, "陈书记"), by=camp.by)
    assert named(stop) == [("何主任", True), ("陈书记", True)]  # who was host stays host
    for host in queries.hosts_of(visit)[stop.pk]:
        actions.end_host(stop=stop, role=host.role, by=camp.by)
    assert (named(stop), hosted(by_unit)) == (
        [],
        [],
    )  # and whoever was taken out does not come back by the unit


def test_who_is_found_by_the_unit_alone_can_be_taken_out(camp, visit):
    stop = stop_at(visit, "文华花园")
    role = host_of(camp.programme, unit="龙江镇文华花园")
    actions.end_host(stop=stop, role=role, by=camp.by)
    assert (hosted(role), named(stop)) == ([], [])


def test_two_villages_of_one_name_are_told_apart_by_their_town(camp, visit):
    organisation = camp.programme.organisation
    here, there = (
        CommunityFactory(organisation=organisation, name="文华花园", town=town)
        for town in ("龙江镇", "乐从镇")
    )
    other_visit = ActivityFactory(programme=camp.programme, kind="visit", title="参访二")
    first, _second = stop_at(visit, "文华花园", here), stop_at(other_visit, "文华花园", there)
    roles = [host_of(camp.programme, unit=unit) for unit in ("龙江镇文华花园", "文华花园")]
    assert [s.pk for s in queries.stops_hosted_by(roles[0].person)] == [first.pk]
    assert hosted(roles[1]) == []  # which of the two, nobody knows: an organiser names the host


def test_the_unit_of_another_programme_opens_nothing(visit):
    stop_at(visit, "文华花园")
    elsewhere = StaffRoleFactory(role=Role.HOST, unit="龙江镇文华花园")
    assert hosted(elsewhere) == []


def test_whoever_receives_in_a_community_is_named_for_its_next_stop(camp, visit):
    community = CommunityFactory(organisation=camp.programme.organisation, name="文华花园", town="龙江镇")
    role = host_of(camp.programme)
    actions.name_host(stop=stop_at(visit, "文华花园", community), role=role, by=camp.by)
    again = ActivityFactory(programme=camp.programme, kind="visit", title="参访二")
    stop = actions.plan_stop(activity=again, plan=actions.StopPlan(community=community), by=camp.by)
    other = actions.plan_stop(activity=again, plan=actions.StopPlan(title="别处"), by=camp.by)
    assert (named(stop), named(other)) == ([("何主任", True)], [])


def test_a_host_of_another_programme_gets_the_role_here(camp, visit):
    earlier = StaffRoleFactory(programme__organisation=camp.programme.organisation, person=camp.by).programme
    known = host_of(earlier, "老何", unit="文华社区")
    stop = stop_at(visit, "文华花园")
    actions.name_host(stop=stop, role=known, by=camp.by)
    assert hosted(known) == ["文华花园"]
    assert (
        StaffRole.objects.filter(programme=camp.programme, role=Role.HOST, person=known.person).count() == 1
    )
    with pytest.raises(Refused):
        actions.name_host(stop=stop, role=known, by=camp.by)


def test_a_host_of_another_organisation_is_neither_offered_nor_taken(client, camp, visit):
    stop, foreign = stop_at(visit, "文华花园"), StaffRoleFactory(role=Role.HOST, name="别家的人")
    client.force_login(camp.by)
    assert "别家的人" not in client.get(desk("desk-hosts", stop)).content.decode()
    answered = client.post(desk("desk-hosts", stop), {"role": foreign.pk})
    assert (answered.status_code, StopHost.objects.count()) == (422, 0)
    with pytest.raises(Refused):
        actions.name_host(stop=stop, role=foreign, by=camp.by)


def test_an_invited_host_waits_and_finds_the_stop_after_joining(client, camp, visit):
    stop = stop_at(visit, "文华花园")
    client.force_login(camp.by)
    asked = {"name": "欧阳秋月", "unit": "文华社区居委会", "phone": "0757-22661234"}
    shown = client.post(desk("desk-host-invite", stop), asked)
    link = shown.context["link"]
    role = StaffRole.objects.get(name="欧阳秋月")
    assert (role.role, role.person, role.phone, named(stop)) == (
        Role.HOST,
        None,
        "0757-22661234",
        [("欧阳秋月", True)],
    )
    assert Invitation.objects.get(target_code=role.code).accepted_at is None
    guest = PersonFactory()
    client.force_login(guest)
    client.post(link, {"how": "me"})
    role.refresh_from_db()
    assert (role.person, hosted(role)) == (guest, ["文华花园"])


@pytest.mark.parametrize("phone", ["12", "abc", "13800138000转1", "0" * 20])
def test_a_wrong_invitation_is_said_and_loses_nothing(client, camp, visit, phone):
    stop = stop_at(visit, "文华花园")
    client.force_login(camp.by)
    answered = client.post(desk("desk-host-invite", stop), {"name": "欧阳秋月", "phone": phone})
    assert (answered.status_code, list(answered.context["invite_form"].errors)) == (422, ["phone"])
    assert "欧阳秋月" in answered.content.decode()
    assert not StaffRole.objects.filter(role=Role.HOST).exists()


def test_a_host_whose_role_has_ended_sees_nothing(camp, visit):
    stop, role = stop_at(visit, "文华花园"), host_of(camp.programme)
    actions.name_host(stop=stop, role=role, by=camp.by)
    end_staff_role(staff=role, by=camp.by)
    assert (hosted(role), named(stop)) == ([], [])


def test_a_new_edition_takes_over_the_stop_and_not_its_hosts(camp, visit, now):
    stop, role = stop_at(visit, "文华花园"), host_of(camp.programme)
    actions.name_host(stop=stop, role=role, by=camp.by)
    actions.set_contact(activity=visit, by=camp.by, name="李老师", phone="138 0013 8000")
    actions.say_ready(stop=stop, host=role, ready="can")
    new = make_edition(
        source=camp.programme, by=camp.by, name="先锋营", edition="2022", starts_on=dt.date(2022, 9, 1)
    )
    [copied] = Stop.objects.filter(part__activity__programme=new)
    assert (copied.part.title, copied.hosts.count(), copied.replies.count()) == ("文华花园", 0, 0)
    assert Visit.objects.get(activity__programme=new).contact_name == ""


# What a host sees


def test_expected_arrived_and_beside_the_list_stand_apart(client, camp, visit, now):
    stop, role = stop_at(visit, "文华花园"), host_of(camp.programme)
    actions.name_host(stop=stop, role=role, by=camp.by)
    learners = [camp.learner, camp.other, *EnrolmentFactory.create_batch(36, programme=camp.programme)]
    for learner in learners[:37]:
        record(learner, visit, "checked_in", "2021-11-06 10:00", part=stop.part)
    now(DURING)
    actions.add_walk_in(stop=stop, by=camp.by, name="路过的人")
    client.force_login(role.person)
    page = client.get(page_of(stop))
    assert page.context["count"] == queries.Headcount(expected=38, arrived=37, unplaced=0, walk_ins=1)
    text = page.content.decode()
    assert "应到 38，实到 37，另有 1 人现场补登" in text
    assert "路过的人" not in text


def test_whoever_was_excused_is_not_expected_unless_there_all_the_same(camp, visit, now):
    stop = stop_at(visit, "文华花园")
    now(DURING)
    actions.excuse(stop=stop, enrolment=camp.other, by=camp.by, reason="生病")
    count = queries.headcount(queries.arrivals(stop), queries.walk_ins(stop))
    assert count == queries.Headcount(expected=1, arrived=0, unplaced=0)
    actions.check_in_by_staff(stop=stop, enrolment=camp.other, by=camp.by)
    count = queries.headcount(queries.arrivals(stop), queries.walk_ins(stop))
    assert count == queries.Headcount(expected=2, arrived=1, unplaced=0)


def test_a_host_reads_nothing_of_others(client, camp, visit, now):
    first, second = stop_at(visit, "文华花园"), stop_at(visit, "南湾")
    mine, other = host_of(camp.programme, "何主任"), host_of(camp.programme, "陈书记")
    actions.name_host(stop=first, role=mine, by=camp.by)
    actions.name_host(stop=first, role=other, by=camp.by)
    actions.name_host(stop=second, role=other, by=camp.by)
    actions.say_ready(stop=first, host=other, ready="changes", words="陈书记的话")
    abroad = stop_at(ActivityFactory(kind="visit", title="别处的参访"), "文华花园")
    camp.learner.community_as_given = "桂一社区"
    camp.learner.save()
    client.force_login(mine.person)
    text = client.get(page_of(first)).content.decode()
    assert "桂一社区" in text
    for learner in (camp.learner, camp.other):
        assert learner.name[0] + "*" in text
        assert (learner.name in text, learner.phone in text) == (False, False)
    assert ("陈书记" in text, "陈书记的话" in text) == (False, False)
    assert "南湾" not in client.get(reverse("visits:host-list")).content.decode()
    for stop in (second, abroad):
        assert client.get(page_of(stop)).status_code == 404
        for name in ("host-ready", "host-after"):
            assert client.post(page_of(stop, name), {"ready": "can", "came": "1"}).status_code == 404
    assert list(HostReply.objects.values_list("role", flat=True)) == [other.pk]


def test_a_host_rings_whom_the_visit_names_else_its_organisers(client, camp, visit, now):
    stop, role = stop_at(visit, "文华花园"), host_of(camp.programme)
    actions.name_host(stop=stop, role=role, by=camp.by)
    StaffRole.objects.filter(pk=camp.organiser.pk).update(name="组织者甲", phone="13700137000")
    client.force_login(role.person)
    assert 'href="tel:13700137000"' in client.get(page_of(stop)).content.decode()
    client.force_login(camp.by)
    address = reverse("visits:desk-contact", args=[camp.programme.code, visit.code])
    wrong = client.post(address, {"name": "带队的李老师", "phone": "没有"})
    assert (wrong.status_code, "带队的李老师" in wrong.content.decode()) == (422, True)
    assert client.post(address, {"name": "带队的李老师", "phone": "13600136000"}).status_code == 302
    client.force_login(role.person)
    text = client.get(page_of(stop)).content.decode()
    assert ("带队的李老师" in text, "13600136000" in text, "13700137000" in text) == (True, True, False)


# What a host says


@pytest.fixture
def stop(visit):
    return stop_at(visit, "文华花园")


@pytest.fixture
def role(camp, stop):
    role = host_of(camp.programme)
    actions.name_host(stop=stop, role=role, by=camp.by)
    Message.objects.all().delete()
    return role


def test_all_is_well_stands_at_the_desk_and_rings_nobody(client, camp, visit, stop, role, now):
    client.force_login(role.person)
    assert client.post(page_of(stop, "host-ready"), {"ready": "can", "words": ""}).status_code == 302
    assert (HostReply.objects.get().ready, Message.objects.count()) == ("can", 0)
    client.force_login(camp.by)
    board = client.get(reverse("visits:desk-visit", args=[camp.programme.code, visit.code]))
    assert "可以接待" in board.content.decode()


def test_a_change_is_told_to_the_organisers_once_for_each_wording(client, camp, visit, stop, role, now):
    client.force_login(role.person)
    address = page_of(stop, "host-ready")
    for words in ("议事厅在装修", "议事厅在装修", "改到三楼"):
        now(clock.now() + dt.timedelta(minutes=1))
        assert client.post(address, {"ready": "changes", "words": words}).status_code == 302
    told = Message.objects.order_by("pk")
    assert [m.body.split("：")[-1] for m in told] == ["议事厅在装修", "改到三楼"]
    assert {(m.person, m.kind) for m in told} == {(camp.by, "visit_host_word")}
    lines = AuditLine.objects.filter(act="visits.host.ready")
    assert (lines.count(), "议事厅" in str([line.after for line in lines])) == (3, False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ready": "changes", "words": " "}, "words"),
        ({"words": "说明"}, "ready"),
        ({"ready": "也许", "words": "说明"}, "ready"),
    ],
)
def test_a_wrong_answer_is_said_and_loses_nothing(client, stop, role, now, given, field):
    client.force_login(role.person)
    answered = client.post(page_of(stop, "host-ready"), given)
    assert (answered.status_code, list(answered.context["ready_form"].errors)) == (422, [field])
    assert given["words"] in answered.content.decode()
    assert not HostReply.objects.exclude(ready="").exists()


def test_it_is_asked_before_and_reported_from_the_beginning_until_two_weeks_after_the_closing(
    camp, visit, stop, role, now
):
    said = actions.Aftermath(37, {"punctual": 5})
    with pytest.raises(Refused, match="从这一站开始"):
        actions.say_after(stop=stop, host=role, said=said)
    now(DURING)
    with pytest.raises(Refused, match="已经开始"):
        actions.say_ready(stop=stop, host=role, ready="can")
    actions.say_after(stop=stop, host=role, said=said)
    now(CLOSED)
    actions.close_visit(activity=visit, by=camp.by)
    stop = queries.stops_of(visit).get()
    now(CLOSED + dt.timedelta(days=14))
    actions.say_after(
        stop=stop, host=role, said=actions.Aftermath(38, {"punctual": 4, "interest": 3}, "来得齐")
    )
    [reply] = HostReply.objects.all()
    assert (reply.came, reply.punctual, reply.interest, reply.arrangement, reply.words) == (
        38,
        4,
        3,
        None,
        "来得齐",
    )
    now(CLOSED + dt.timedelta(days=14, seconds=1))
    with pytest.raises(Refused):
        actions.say_after(stop=stop, host=role, said=said)


def test_of_a_cancelled_visit_a_host_can_be_taken_out_and_none_named(camp, visit, stop, role, now):
    cancel_activity(activity=visit, by=camp.by)
    stop = queries.stops_of(visit).get()
    with pytest.raises(Refused):
        actions.name_host(stop=stop, role=host_of(camp.programme, "陈书记"), by=camp.by)
    actions.end_host(stop=stop, role=role, by=camp.by)
    assert (hosted(role), named(stop)) == ([], [])


def test_a_stop_that_goes_elsewhere_asks_to_look_at_its_hosts(client, camp, visit, stop, role):
    community = CommunityFactory(organisation=camp.programme.organisation, name="南湾", town="龙江镇")
    client.force_login(camp.by)
    page = client.post(
        desk("desk-plan-stop", stop), {"community": community.pk, "title": "南湾"}, follow=True
    )
    assert "请检查接待人" in page.content.decode()
    page = client.post(
        desk("desk-plan-stop", stop), {"community": community.pk, "title": "南湾二"}, follow=True
    )
    assert "请检查接待人" not in page.content.decode()


def test_a_cancelled_visit_takes_no_word(client, camp, visit, stop, role, now):
    cancel_activity(activity=visit, by=camp.by)
    client.force_login(role.person)
    assert "已取消" in client.get(page_of(stop)).content.decode()
    assert client.post(page_of(stop, "host-ready"), {"ready": "can"}).status_code == 422
    assert not HostReply.objects.exists()


def test_a_moved_beginning_is_asked_anew(client, camp, visit, stop, role, now):
    actions.say_ready(stop=stop, host=role, ready="can")
    client.force_login(role.person)
    assert "您回复之后时间有改动" not in client.get(page_of(stop)).content.decode()
    visit.starts_at += dt.timedelta(hours=2)
    visit.save()
    assert "您回复之后时间有改动" in client.get(page_of(stop)).content.decode()
    assert "请确认" in client.get(reverse("visits:host-list")).content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"came": ""}, "came"),
        ({"came": "三十"}, "came"),
        ({"came": "-1"}, "came"),
        ({"came": "99999"}, "came"),
        ({"came": "3", "punctual": "6"}, "punctual"),
    ],
)
def test_a_wrong_report_is_said_and_loses_nothing(client, stop, role, now, given, field):
    now(DURING)
    client.force_login(role.person)
    answered = client.post(page_of(stop, "host-after"), {**given, "words": "来得齐"})
    assert (answered.status_code, list(answered.context["after_form"].errors)) == (422, [field])
    assert "来得齐" in answered.content.decode()
    assert not HostReply.objects.exclude(said_at=None).exists()


def test_the_report_stands_at_the_desk_and_on_no_learners_page(client, camp, visit, stop, role, now):
    now(DURING)
    client.force_login(role.person)
    said = {"came": "37", "punctual": "2", "interest": "4", "arrangement": "5", "words": "有人迟到很久"}
    assert client.post(page_of(stop, "host-after"), said).status_code == 302
    address = reverse("visits:desk-visit", args=[camp.programme.code, visit.code])
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    for reader in (camp.by, supervisor):
        client.force_login(reader)
        text = client.get(address).content.decode()
        assert ("有人迟到很久" in text, "清点 37 人" in text, "2/5" in text) == (True, True, True)
    client.force_login(camp.learner.person)
    text = client.get(reverse("visits:learner-visit", args=[visit.code])).content.decode()
    assert ("有人迟到很久" in text, "何主任" in text) == (False, False)


def test_a_reported_stop_stays_in_the_plan(camp, stop, role, now):
    now(DURING)
    actions.say_after(stop=stop, host=role, said=actions.Aftermath(1, {}))
    with pytest.raises(Refused):
        actions.remove_stop(stop=stop, by=camp.by)


def test_whoever_is_host_no_more_says_nothing_more(camp, stop, role, now):
    actions.end_host(stop=stop, role=role, by=camp.by)
    with pytest.raises(Refused):
        actions.say_ready(stop=stop, host=role, ready="can")
    assert not HostReply.objects.exists()


# What visitors say


@pytest.fixture
def answers(camp, visit, stop, role, now):
    """Five answers about the stop, one of them with words, and a form about another stop of another host."""
    form = actions.ask_visitors(stop=stop, by=camp.by)
    people = [camp.learner, camp.other, *EnrolmentFactory.create_batch(3, programme=camp.programme)]

    def give(count):
        for n, learner in enumerate(people[:count]):
            record(learner, visit, "checked_in", "2021-11-06 10:00", part=stop.part)
            words = "茶很好喝" if n == 0 else ""
            answer(Survey.objects.get(pk=form.pk), learner, 4, words, now=DURING)

    now(DURING)
    return give


def test_hosts_read_sums_and_words_from_five_answers_on_and_no_name(client, camp, stop, role, answers):
    answers(4)
    client.force_login(role.person)
    text = client.get(page_of(stop)).content.decode()
    assert ("茶很好喝" in text, "4.00" in text, "目前有 4 人填写" in text) == (False, False, True)


def test_the_fifth_answer_opens_them(client, camp, stop, role, answers):
    answers(5)
    client.force_login(role.person)
    text = client.get(page_of(stop)).content.decode()
    assert ("茶很好喝" in text, "4.00" in text, camp.learner.name in text) == (True, True, False)


def test_by_name_or_not_a_host_reads_sums_alone(client, camp, stop, role, answers):
    Survey.objects.update(is_anonymous=False, least_shown=1)
    answers(4)
    client.force_login(role.person)
    assert "茶很好喝" not in client.get(page_of(stop)).content.decode()


def test_feedback_on_another_host_or_of_another_form_is_not_read(client, camp, visit, stop, role, answers):
    answers(5)
    other = stop_at(visit, "南湾")
    second = host_of(camp.programme, "陈书记")
    actions.name_host(stop=other, role=second, by=camp.by)
    client.force_login(second.person)
    assert "茶很好喝" not in client.get(page_of(other)).content.decode()
    actions.ask_visitors_no_more(stop=stop, by=camp.by)
    client.force_login(role.person)
    assert "茶很好喝" not in client.get(page_of(stop)).content.decode()
    assert Survey.objects.filter(part=stop.part).count() == 1  # the answers stay for the desk


def test_a_form_without_answers_is_taken_away(client, camp, stop, role):
    client.force_login(camp.by)
    address = desk("desk-ask-visitors", stop)
    for _tap in range(2):
        client.post(address)
    assert Survey.objects.count() == 1
    client.post(address, {"do": "no-more"})
    assert Survey.objects.count() == 0


def test_learners_find_the_form_once_they_have_checked_in_there(client, camp, visit, stop, role, now):
    form = actions.ask_visitors(stop=stop, by=camp.by)
    now(DURING)
    client.force_login(camp.learner.person)
    address = reverse("visits:learner-visit", args=[visit.code])
    assert form.token not in client.get(address).content.decode()
    record(camp.learner, visit, "checked_in", "2021-11-06 10:00", part=stop.part)
    assert form.token in client.get(address).content.decode()
    answer(form, camp.learner, 5, now=DURING)
    assert form.token not in client.get(address).content.decode()


# Pages


def test_only_organisers_name_hosts(client, camp, stop, role):
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    for person in (supervisor, role.person, camp.learner.person, StaffRoleFactory().person):
        client.force_login(person)
        assert client.get(desk("desk-hosts", stop)).status_code == 404
        assert client.post(desk("desk-host-end", stop, role.code)).status_code == 404
    assert hosted(role) == ["文华花园"]


@pytest.mark.parametrize("count", [1, 3])
def test_host_list_query_count(client, camp, visit, count, django_assert_num_queries):
    role = host_of(camp.programme, unit="南湾")
    for n in range(count):
        actions.name_host(stop=stop_at(visit, f"第{n}站"), role=role, by=camp.by)
    client.force_login(role.person)
    client.get(reverse("visits:host-list"))
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(reverse("visits:host-list")).content.decode()
    assert page.count("row-line") == count


LIST_QUERIES = 7


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_as_much_for_many_hosts_as_for_one(
    client, camp, visit, count, django_assert_num_queries
):
    for n in range(count):
        stop = stop_at(visit, f"第{n}站")
        actions.name_host(stop=stop, role=host_of(camp.programme, f"主任{n}", unit=f"第{n}站"), by=camp.by)
    stop_at(visit, "南湾")
    client.force_login(camp.by)
    address = reverse("visits:desk-visit", args=[camp.programme.code, visit.code])
    client.get(address)
    with django_assert_num_queries(DESK_QUERIES):
        page = client.get(address).content.decode()
    assert page.count("hosts-line") == count + 1


DESK_QUERIES = 19


# Told of changes


def test_hosts_hear_that_a_visit_is_moved_or_cancelled_each_once_on_their_own_page(camp, visit, now):
    first, second = stop_at(visit, "文华花园"), stop_at(visit, "南湾")
    role, other = host_of(camp.programme), host_of(camp.programme, "李站长")
    away = host_of(camp.programme, "未加入")
    away.person = None
    away.save()
    for stop, host in ((first, role), (second, role), (second, other), (first, away)):
        actions.name_host(stop=stop, role=host, by=camp.by)
    Message.objects.all().delete()
    cancel_activity(activity=visit, by=camp.by)
    told = {message.person_id: message for message in Message.objects.filter(kind="changed")}
    assert told[role.person_id].url == page_of(first)
    assert told[other.person_id].url == page_of(second)
    assert Message.objects.filter(kind="changed", person=role.person).count() == 1
    actions.end_host(stop=second, role=other, by=camp.by)
    Message.objects.all().delete()
    restore_activity(activity=visit, by=camp.by)
    assert Message.objects.filter(person=role.person).exists()
    assert not Message.objects.filter(person=other.person).exists()
