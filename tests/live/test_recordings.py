"""A recording that lies here: who missed the course makes up for it by watching, as far as the rule says."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.activities import LiveFactory, PartFactory, moment, record
from tests.factories.learning import Learning
from yingzao.activities import actions as activities
from yingzao.activities.models import Duty
from yingzao.activities.queries import duties_at


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def course(camp):
    course = LiveFactory(programme=camp.programme, rule={"make_up": {"until": "2021-10-20", "watch": "0.8"}})
    PartFactory(activity=course)
    activities.mark_held(course, by=camp.by, at=moment("2021-10-14 20:30"))
    return course


@pytest.fixture
def recording(camp, course):
    return activities.make_video(
        activity=course,
        part=None,
        title="录像",
        source="address",
        url="https://v.example/1.mp4",
        seconds=5400,
        by=camp.by,
    )


def watch(camp, recording, start, end, at):
    length = (end - start) * 1000
    spans = [[start * 1000, end * 1000, 0, length]]
    record(camp.learner, recording.activity, "watched", at, detail={"video": recording.code, "spans": spans})


def stands(camp):
    return duties_at(camp.programme, enrolments=[camp.learner.pk]).popitem()[1]


def test_its_length_stands_in_the_rule_as_long_as_it_is_there(camp, course, recording):
    course.refresh_from_db()
    assert course.rule["recordings"] == {recording.code: 5400}
    from yingzao.activities.actions import videos

    videos.remove_video(video=recording, by=camp.by)
    course.refresh_from_db()
    assert course.rule["recordings"] == {}


@pytest.mark.parametrize(
    ("full", "end", "at", "state"),
    [
        (False, 4320, "2021-10-19 20:00", "late"),
        (True, 4320, "2021-10-19 20:00", "done"),
        (False, 4300, "2021-10-19 20:00", "missed"),
        (True, 4320, "2021-10-20 23:30", "missed"),  # enough only after the last day
    ],
)
def test_seen_far_enough_and_in_time_makes_up(full, end, at, state, camp, course, recording):
    course.refresh_from_db()
    course.rule["make_up"]["full"] = full
    course.save()
    watch(camp, recording, 0, end, at)
    assert stands(camp).state == state
    assert not activities.recompute_all().differences


def test_what_was_seen_is_said_with_what_is_asked(camp, course, recording, client):
    watch(camp, recording, 0, 2700, "2021-10-19 20:00")
    reason = next(r for r in Duty.objects.get(enrolment=camp.learner).reasons if r["code"] == "live.watched")
    assert (reason["share"], reason["asked"]) == ("0.5", "4/5")
    client.force_login(camp.by)
    page = client.get(reverse("live:desk-session", args=[camp.programme.code, course.code])).content.decode()
    assert "录像已看 50%，看满 80% 算补课" in page


def test_without_the_rules_word_watching_makes_up_nothing(camp, course, recording):
    course.refresh_from_db()
    course.rule["make_up"].pop("watch")
    course.save()
    watch(camp, recording, 0, 5400, "2021-10-19 20:00")
    assert stands(camp).state == "missed"


def test_another_videos_watching_is_not_this_ones(camp, course, recording):
    spans = [[0, 5_400_000, 0, 5_400_000]]
    record(camp.learner, course, "watched", "2021-10-19 20:00", detail={"video": "ANOTHER1", "spans": spans})
    assert stands(camp).state == "missed"


def test_whoever_heard_it_has_nothing_to_make_up(camp, course, recording):
    record(camp.learner, course, "attended", "2021-10-14 19:00", "2021-10-14 20:30")
    watch(camp, recording, 0, 60, "2021-10-19 20:00")
    assert [r["code"] for r in stands(camp).reasons] == ["live.heard"]


def test_the_share_is_set_with_the_plan(camp, course, client):
    client.force_login(camp.by)
    url = reverse("activities:desk-edit", args=[camp.programme.code, course.code])
    form = client.get(url).context["form"]
    sent = {
        name: value
        for name in form.fields
        if (value := form.get_initial_for_field(form.fields[name], name)) not in (None, False)
    }
    sent |= {
        "starts_at": "2021-10-14T19:00",
        "ends_at": "2021-10-14T20:30",
        "make_up_until": "2021-10-20",
        "make_up_watch": "75",
    }
    assert client.post(url, sent).status_code == 302
    course.refresh_from_db()
    assert course.rule["make_up"]["watch"] == "0.75"


def test_a_new_edition_has_no_recording_of_the_old_one(camp, course, recording):
    from tests.factories.programmes import ProgrammeFactory

    target = ProgrammeFactory(organisation=camp.programme.organisation)
    activities.copy_plan(source=camp.programme, target=target, shift=dt.timedelta(days=365), by=camp.by)
    assert "recordings" not in target.activities.get().rule


def test_the_page_of_a_course_that_is_over_leads_to_its_recording(camp, course, recording, client):
    client.force_login(camp.learner.person)
    page = client.get(reverse("live:learner-session", args=[course.code])).content.decode()
    assert reverse("activities:learner-video", args=[recording.code]) in page


def test_those_for_whom_the_course_is_are_told_once(camp, course, recording):
    from yingzao.activities.actions import videos
    from yingzao.notices.models import Message

    videos.describe_video(
        video=recording, title="录像", url="https://v.example/2.mp4", seconds=5400, chapters=[], by=camp.by
    )
    assert Message.objects.filter(person=camp.learner.person, kind="recording").count() == 1
