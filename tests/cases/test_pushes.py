"""Pushing a case: to whom, when, required or not, and what learners take along from it."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cases.test_library import enter, pushing, text, url
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from yingzao.activities.models import Activity, Duty, Evidence
from yingzao.cases import actions, queries
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.notices.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    camp = Learning()
    camp.programme.ends_on = timezone.localdate() + dt.timedelta(days=60)
    camp.programme.save()
    return camp


@pytest.fixture
def desk(camp, client):
    client.force_login(camp.by)
    return client


def local(when: dt.datetime) -> str:
    return f"{when.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def told() -> list[tuple[str, str]]:
    return [(m.person.code, m.url) for m in Message.objects.select_related("person").order_by("person", "pk")]


def reading(activity) -> str:
    return reverse("cases:learner-case", args=[activity.code])


def test_pushed_at_once_it_is_out_and_its_learners_are_told_once(desk, camp):
    EnrolmentFactory(programme=camp.programme)  # without an account: nobody to tell
    case = enter(camp, "夜谈", "正文")
    due = timezone.localdate() + dt.timedelta(days=7)
    desk.post(url(camp, "desk-library-push", case.code), pushing(due_on=due.isoformat(), characters="20"))
    activity = Activity.objects.get()
    assert abs(activity.starts_at - timezone.now()) < dt.timedelta(minutes=1)
    assert (activity.rule["reflection_characters"], activity.is_required) == (20, True)
    assert told() == [(p.code, reading(activity)) for p in (camp.learner.person, camp.other.person)]
    assert f"{due.month}月{due.day}日" in Message.objects.first().body
    assert actions.announce(activity) == actions.announce_due() == 0
    assert Duty.objects.filter(activity=activity).count() == 3


def test_scheduled_it_is_read_and_announced_from_its_time_on(desk, camp, client):
    case = enter(camp, "夜谈", "居民夜里说的话", is_shown=False)
    at = timezone.now() + dt.timedelta(days=2)
    answer = desk.post(
        url(camp, "desk-library-push", case.code),
        pushing(starts_at=local(at), audience="chosen", learners=camp.learner.name),
        follow=True,
    )
    assert "2" in text(answer)
    activity = Activity.objects.get()
    client.force_login(camp.learner.person)
    page = client.get(reading(activity))
    assert (page.status_code, "居民夜里说的话" in text(page), told()) == (200, False, [])
    assert client.post(reading(activity), {"text": "字" * 120, "key": str(uuid.uuid4())}).status_code == 422
    assert not Evidence.objects.exists()
    assert not queries.reads_case_of(camp.learner.person, case.article)
    assert actions.announce_due(now=at - dt.timedelta(minutes=1)) == 0
    later = at + dt.timedelta(minutes=1)
    assert (actions.announce_due(now=later), actions.announce_due(now=later)) == (1, 0)
    assert told() == [(camp.learner.person.code, reading(activity))]
    Activity.objects.update(starts_at=timezone.now() - dt.timedelta(minutes=1))
    assert "居民夜里说的话" in text(client.get(reading(activity)))
    assert queries.reads_case_of(camp.learner.person, case.article)
    assert not queries.reads_case_of(camp.other.person, case.article)


@pytest.mark.parametrize("hindrance", ["cancelled", "no article", "long ago", "due", "over"])
def test_what_is_no_longer_to_be_read_is_not_announced(camp, hindrance):
    case = enter(camp, "夜谈", "正文")
    now = timezone.now()
    activity = actions.push_case(
        case=case, programme=camp.programme, by=camp.by, values={"starts_at": now + dt.timedelta(hours=1)}
    )
    at = now + dt.timedelta(hours=2)
    match hindrance:
        case "cancelled":
            Activity.objects.update(state="cancelled")
        case "no article":
            activity.case_reading.article = None
            activity.case_reading.save()
        case "long ago":
            at += dt.timedelta(days=1)
        case "due":
            Activity.objects.update(due_at=at - dt.timedelta(minutes=1))
        case "over":
            camp.programme.ends_on = timezone.localdate() - dt.timedelta(days=3)
            camp.programme.save()
    assert actions.announce_due(now=at) == 0


def test_due_before_it_is_out_is_refused_and_nothing_is_lost(desk, camp):
    case = enter(camp, "夜谈", "正文")
    day = timezone.localdate()
    answer = desk.post(
        url(camp, "desk-library-push", case.code),
        pushing(
            starts_at=f"{day + dt.timedelta(days=3)}T08:00",
            due_on=f"{day + dt.timedelta(days=2)}",
            question="记住我",
        ),
    )
    assert (answer.status_code, "记住我" in text(answer), "due_on" in answer.context["form"].errors) == (
        422,
        True,
        True,
    )
    assert not Activity.objects.exists()


def test_a_voluntary_case_for_a_team(desk, camp):
    case = enter(camp, "夜谈", "正文")
    sent = pushing(audience="chosen", teams=[str(camp.team.pk)])
    del sent["is_required"]
    desk.post(url(camp, "desk-library-push", case.code), sent)
    activity = Activity.objects.get()
    assert (activity.is_required, [d.enrolment for d in activity.duties.all()]) == (False, [camp.learner])
    assert told() == [(camp.learner.person.code, reading(activity))]


def test_another_team_gets_the_same_case_later_and_nobody_gets_it_twice(desk, camp):
    second = TeamFactory(programme=camp.programme)
    late = EnrolmentFactory(programme=camp.programme, team=second, person=PersonFactory())
    case = enter(camp, "夜谈", "正文")
    push = {"case": case, "programme": camp.programme, "by": camp.by}
    page = url(camp, "desk-library-case", case.code)
    first = actions.push_case(**push, targets=[camp.team])
    for targets in ([camp.team], [camp.learner], []):
        with pytest.raises(Refused) as refusal:
            actions.push_case(**push, targets=targets)
        assert (refusal.value.code, camp.learner.name in refusal.value.sentence) == ("pushed", True)
    assert url(camp, "desk-library-push", case.code) in text(desk.get(page))
    actions.push_case(**push, targets=[second])
    assert [p for p, _u in told()] == [camp.learner.person.code, late.person.code]
    Activity.objects.filter(pk=first.pk).update(state="cancelled")
    actions.push_case(**push, targets=[camp.learner, camp.other])
    assert Activity.objects.count() == 3
    Activity.objects.update(audience="cohort")
    assert url(camp, "desk-library-push", case.code) not in text(desk.get(page))


def test_titles_taken_get_a_number(camp):
    for number in (1, 2, 3):
        case = enter(camp, "夜谈", f"正文{number}")
        actions.push_case(case=case, programme=camp.programme, by=camp.by)
    assert list(Activity.objects.order_by("pk").values_list("title", flat=True)) == [
        "夜谈",
        "夜谈 2",
        "夜谈 3",
    ]


# Methods that learners take along


@pytest.fixture
def pushed(camp):
    enter(camp, "别的", "正文", methods=["参与式规划", "协商议事"])
    case = enter(camp, "夜谈", "正文", methods=["社区导赏", "协商议事"])
    rule = {"reflection_characters": 5, "asks_method": True}
    return actions.push_case(case=case, programme=camp.programme, by=camp.by, values={"rule": rule})


def test_the_methods_of_the_case_are_offered_first(camp, pushed):
    offered = queries.methods_offered(pushed, pushed.case_reading.article)
    assert offered == ["社区导赏", "协商议事", "参与式规划"]
    assert queries.methods_offered(pushed, None) == ["协商议事", "参与式规划", "社区导赏"]


def test_a_reflection_names_its_methods_chosen_and_typed(camp, pushed, client):
    client.force_login(camp.learner.person)
    sent = {
        "text": "回去要试的",
        "key": str(uuid.uuid4()),
        "methods": ["协商议事"],
        "other_methods": "楼长会、协商议事， ",
    }
    assert client.post(reading(pushed), sent).status_code == 302
    [fact] = Evidence.objects.filter(fact="reflected")
    assert fact.detail["methods"] == ["协商议事", "楼长会"]
    assert "楼长会" in text(client.get(reading(pushed)))
    client.force_login(camp.by)
    assert "楼长会" in text(client.get(reverse("cases:reflection", args=[fact.key])))
    desk = text(client.get(reverse("cases:desk-case", args=[camp.programme.code, pushed.code])))
    assert ("楼长会" in desk, "协商议事" in desk) == (True, True)


def test_where_a_method_is_asked_a_reflection_without_one_is_refused_and_stays(camp, pushed, client):
    client.force_login(camp.learner.person)
    answer = client.post(reading(pushed), {"text": "回去要试的", "key": str(uuid.uuid4())})
    assert (answer.status_code, "回去要试的" in text(answer)) == (422, True)
    assert "methods" in answer.context["form"].errors
    assert not Evidence.objects.filter(fact="reflected").exists()
    with pytest.raises(Refused):
        actions.hand_in_reflection(
            enrolment=camp.learner,
            activity=pushed,
            text="回去要试的",
            key=uuid.uuid4(),
            by=camp.learner.person,
            methods=[" "],
        )


def test_a_method_counts_once_a_learner(camp, pushed):
    for learner, methods in (
        (camp.learner, ["协商议事"]),
        (camp.learner, ["协商议事", "导赏"]),
        (camp.other, ["导赏"]),
    ):
        actions.hand_in_reflection(
            enrolment=learner,
            activity=pushed,
            text="回去要试的",
            key=uuid.uuid4(),
            by=learner.person,
            methods=methods,
        )
    rows = queries.readable_reflections(camp.by).filter(activity=pushed)
    assert sorted(queries.methods_taken(rows)) == [("协商议事", 1), ("导赏", 2)]


def test_a_closed_account_and_a_withdrawn_learner_are_not_told(camp):
    gone = EnrolmentFactory(programme=camp.programme, person=PersonFactory(is_active=False))
    camp.other.state = "withdrawn"
    camp.other.save()
    activity = actions.push_case(case=enter(camp, "夜谈", "正文"), programme=camp.programme, by=camp.by)
    assert gone.person.code not in dict(told())
    assert told() == [(camp.learner.person.code, reading(activity))]
    assert AuditLine.objects.filter(act="notices.message.sent").count() == 1


# Plans that change after the push


def change(desk, camp, activity, **further) -> None:
    address = reverse("activities:desk-edit", args=[camp.programme.code, activity.code])
    form = desk.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    if activity.starts_at:
        sent["starts_at"] = local(activity.starts_at)
    assert desk.post(address, sent | further).status_code == 302


def test_a_scheduled_case_that_comes_out_at_once_after_all_is_announced(desk, camp):
    at = timezone.now() + dt.timedelta(days=2)
    case = enter(camp, "夜谈", "正文")
    activity = actions.push_case(
        case=case, programme=camp.programme, by=camp.by, values={"starts_at": at}, targets=[camp.team]
    )
    change(desk, camp, activity, starts_at="")
    assert (actions.announce_due(), actions.announce_due()) == (1, 0)
    assert told() == [(camp.learner.person.code, reading(activity))]


def test_a_case_that_is_for_more_people_later_is_announced_to_those_who_have_not_done_it(desk, camp):
    third = EnrolmentFactory(programme=camp.programme, person=PersonFactory())
    case = enter(camp, "夜谈", "正文")
    activity = actions.push_case(case=case, programme=camp.programme, by=camp.by, targets=[camp.team])
    at = timezone.now() - dt.timedelta(days=3)
    Activity.objects.update(starts_at=at, rule={"reflection_characters": 0}, revised_at=at)
    activity.refresh_from_db()
    assert actions.announce_due() == 0
    change(desk, camp, activity, audience="cohort", characters="0")
    actions.record_reading(enrolment=third, activity=activity, by=third.person)
    assert (actions.announce_due(), actions.announce_due()) == (1, 0)
    assert [p for p, _u in told()] == [camp.learner.person.code, camp.other.person.code]


def test_a_case_that_is_scheduled_is_not_found_in_the_library_before_its_hour(camp, client):
    case = enter(camp, "夜谈", "居民夜里说的话")
    kept = enter(camp, "别的", "居民夜里说的话")
    at = timezone.now() + dt.timedelta(days=2)
    push = {"programme": camp.programme, "by": camp.by}
    activity = actions.push_case(case=case, **push, values={"starts_at": at}, targets=[camp.team])
    library = reverse("cases:learner-library")
    pages = [reverse("cases:learner-library-case", args=[one.code]) for one in (case, kept)]

    def seen() -> tuple:
        client.force_login(camp.learner.person)
        listed, searched = text(client.get(library)), text(client.get(library, {"q": "居民"}))
        return (
            [case.title in page for page in (listed, searched)],
            [kept.title in page for page in (listed, searched)],
            [client.get(page).status_code for page in pages],
            case.title in text(client.get(pages[1])),
            queries.reads_case_of(camp.learner.person, case.article),
        )

    assert seen() == ([False, False], [True, True], [404, 200], False, False)
    outside = EnrolmentFactory(person=PersonFactory())
    outside.programme.organisation = camp.programme.organisation
    outside.programme.save()
    type(outside).objects.filter(pk=outside.pk).update(organisation=camp.programme.organisation)
    assert queries.shown_to(outside.person).filter(pk=case.pk).exists()
    Activity.objects.filter(pk=activity.pk).update(starts_at=timezone.now() - dt.timedelta(minutes=1))
    assert seen()[:1] + seen()[2:3] == ([True, True], [200, 200])
