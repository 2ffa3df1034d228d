"""A learner's work: drafted, kept with files, handed in once, returned, accepted; and who may read it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from tests.factories.activities import ActivityFactory, moment
from tests.factories.enrolment import TeamFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities import actions as activities
from yingzao.activities.actions.entries import content_hash
from yingzao.activities.enums import VersionState
from yingzao.activities.models import Duty, Evidence, Version
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.practice import actions
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db
REPORT = "三位居民骨干的原话"


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def task(camp):
    return ActivityFactory(
        programme=camp.programme,
        kind="practice",
        title="实践一",
        rule={"characters": 4},
        due_at=moment("2021-11-30 23:59"),
    )


def photo(name="照片.png"):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def save(camp, task, text=REPORT, **more):
    return actions.save_work(enrolment=camp.learner, activity=task, text=text, by=camp.learner.person, **more)


def handed_in(camp, task, text=REPORT, at="2021-11-20 18:00"):
    draft = save(camp, task, text, now=moment(at))
    return actions.hand_in(version=draft, by=camp.learner.person, now=moment(at))


def duty(camp, task):
    return Duty.objects.get(enrolment=camp.learner, activity=task)


def test_handing_in_freezes_the_version_and_fulfils_the_duty(camp, task):
    version = handed_in(camp, task)
    assert (version.state, len(version.sha256), duty(camp, task).state) == (
        VersionState.SUBMITTED,
        64,
        "done",
    )
    [fact] = Evidence.objects.all()
    assert (fact.detail["version"], fact.detail["characters"], fact.detail["sha256"]) == (
        version.code,
        9,
        version.sha256,
    )
    with pytest.raises(Refused) as refusal:
        actions.hand_in(version=version, by=camp.learner.person)
    assert refusal.value.code == "already-submitted"


def test_nothing_at_all_is_not_handed_in(camp, task):
    with pytest.raises(Refused) as refusal:
        actions.hand_in(version=save(camp, task, "  "), by=camp.learner.person)
    assert refusal.value.code == "empty"


def test_handing_in_needs_an_open_stage_and_the_draft_stays(camp, task):
    camp.close()
    with pytest.raises(Refused):
        handed_in(camp, task)
    assert [(v.state, v.text) for v in Version.objects.all()] == [(VersionState.DRAFT, REPORT)]


def test_a_returned_version_keeps_its_time_for_the_next_one(camp, task):
    first = handed_in(camp, task, at="2021-11-20 18:00")
    actions.answer(version=first, accept=False, review="请补上时间", by=camp.mentor.person)
    assert duty(camp, task).state in ("pending", "missed")
    second = handed_in(camp, task, "三位居民骨干的原话，11 月 3 日", at="2021-12-05 09:00")
    assert (second.number, duty(camp, task).state) == (2, "done")
    assert [e.withdrawn_at is None for e in Evidence.objects.order_by("pk")] == [False, True]


def test_a_short_version_that_nobody_returned_keeps_no_place_in_time(camp, task):
    handed_in(camp, task, "短", at="2021-11-20 18:00")
    handed_in(camp, task, REPORT, at="2021-12-05 09:00")
    assert duty(camp, task).state == "late"


def test_the_next_draft_begins_with_the_files_of_the_last_version(camp, task):
    draft = save(camp, task, uploads=[photo()])
    actions.hand_in(version=draft, by=camp.learner.person)
    again = actions.begin_again(enrolment=camp.learner, activity=task, by=camp.learner.person)
    assert (again.number, again.text, [f.file.name for f in again.files.all()]) == (2, REPORT, ["照片.png"])
    again.text = "改了一半"
    again.save()
    twice = actions.begin_again(enrolment=camp.learner, activity=task, by=camp.learner.person)
    assert (twice, twice.text) == (again, "改了一半")


def test_a_refused_file_costs_neither_the_text_nor_the_other_files(camp, task):
    with pytest.raises(Refused) as refusal:
        save(
            camp,
            task,
            uploads=[photo("好.png"), SimpleUploadedFile("坏.exe", b"MZ\x00\x01"), photo("也好.png")],
        )
    assert "坏.exe" in refusal.value.sentence
    draft = Version.objects.get()
    assert (draft.text, [f.file.name for f in draft.files.all()]) == (REPORT, ["好.png", "也好.png"])


def test_no_more_than_twenty_files(camp, task):
    save(camp, task, uploads=[photo(f"{n}.png") for n in range(19)])
    with pytest.raises(Refused) as refusal:
        save(camp, task, uploads=[photo("20.png"), photo("21.png")])
    assert refusal.value.code == "too-many-files"
    assert Version.objects.get().files.count() == 20


def test_a_file_taken_off_leaves_the_draft_and_not_the_version_before(camp, task):
    first = actions.hand_in(version=save(camp, task, uploads=[photo()]), by=camp.learner.person)
    code = first.files.get().file.code
    draft = actions.begin_again(enrolment=camp.learner, activity=task, by=camp.learner.person)
    save(camp, task, drop=[code])
    assert (draft.files.count(), first.files.count()) == (0, 1)


def test_an_import_leaves_what_the_learner_is_writing(camp, task):
    draft = save(camp, task, "写到一半")
    kept = activities.keep_handed_in(
        enrolment=camp.learner,
        activity=task,
        text="纸质稿",
        title="",
        files=[],
        at=moment("2021-11-20 18:00"),
    )
    draft.refresh_from_db()
    assert [(v.number, v.text, v.state) for v in (kept, draft)] == [
        (1, "纸质稿", VersionState.SUBMITTED),
        (2, "写到一半", VersionState.DRAFT),
    ]


# The pages


def url(name, *codes):
    return reverse(f"practice:{name}", args=codes)


@pytest.fixture
def phone(camp, client):
    client.force_login(camp.learner.person)
    return client


def test_the_page_keeps_a_draft_and_hands_it_in(camp, task, phone):
    answer = phone.post(url("learner-task", task.code), {"text": REPORT, "files": [photo()], "number": 1})
    assert answer.status_code == 302
    assert Version.objects.get().state == VersionState.DRAFT
    phone.post(url("learner-task", task.code), {"text": REPORT, "hand_in": "1", "number": 1})
    assert Version.objects.get().state == VersionState.SUBMITTED


def test_a_double_tap_hands_in_once(camp, task, phone):
    for _tap in range(2):
        answer = phone.post(url("learner-task", task.code), {"text": REPORT, "hand_in": "1", "number": 1})
        assert answer.status_code == 302
    assert [v.number for v in Version.objects.all()] == [1]
    assert Evidence.objects.count() == 1


def test_what_is_typed_is_kept(camp, task, phone):
    answer = phone.post(url("learner-autosave", task.code), {"text": "写到一半"})
    assert (answer.status_code, Version.objects.get().text) == (200, "写到一半")


def test_typing_that_arrives_after_handing_in_begins_nothing(camp, task, phone):
    handed_in(camp, task)
    phone.post(url("learner-autosave", task.code), {"text": REPORT})
    assert Version.objects.count() == 1


def test_a_refused_file_is_named_on_the_page_and_the_text_is_still_there(camp, task, phone):
    bad = SimpleUploadedFile("坏.exe", b"MZ\x00\x01")
    answer = phone.post(url("learner-task", task.code), {"text": REPORT, "files": [bad], "number": 1})
    page = answer.content.decode()
    assert (answer.status_code, "坏.exe" in page, REPORT in page) == (422, True, True)
    assert Version.objects.get().text == REPORT


def test_in_a_closed_stage_the_page_says_why_and_keeps_the_draft(camp, task, phone):
    camp.close()
    answer = phone.post(url("learner-task", task.code), {"text": REPORT, "hand_in": "1", "number": 1})
    assert (answer.status_code, camp.stage.name in answer.content.decode()) == (422, True)
    assert Version.objects.get().state == VersionState.DRAFT


def test_begin_again_does_not_overwrite_a_draft(camp, task, phone):
    handed_in(camp, task)
    phone.post(url("learner-again", task.code))
    save(camp, task, "新的一版")
    phone.post(url("learner-again", task.code))
    assert [v.text for v in Version.objects.order_by("number")] == [REPORT, "新的一版"]


def test_a_task_of_another_programme_is_not_there(camp, phone):
    foreign = ActivityFactory(kind="practice")
    case = ActivityFactory(programme=camp.programme, kind="case")
    for code in (foreign.code, case.code, "nothing"):
        assert phone.get(url("learner-task", code)).status_code == 404
        assert phone.post(url("learner-autosave", code), {"text": "x"}).status_code == 404


# Answering


def test_the_mentor_of_the_team_answers_and_the_learner_reads_it(camp, task, client):
    version = handed_in(camp, task)
    client.force_login(camp.mentor.person)
    assert version.entry.activity.title in client.get(url("mentor-queue")).content.decode()
    assert client.post(url("version", version.code), {"review": "写得好", "accept": "1"}).status_code == 302
    version.refresh_from_db()
    assert (version.state, version.reviewed_by) == (VersionState.ACCEPTED, camp.mentor.person)
    assert version.entry.activity.title not in client.get(url("mentor-queue")).content.decode()
    client.force_login(camp.learner.person)
    assert "写得好" in client.get(url("learner-task", task.code)).content.decode()


def test_returning_needs_words_to_the_learner(camp, task, client):
    version = handed_in(camp, task)
    client.force_login(camp.mentor.person)
    assert client.post(url("version", version.code), {"review": " ", "return": "1"}).status_code == 422
    version.refresh_from_db()
    assert version.state == VersionState.SUBMITTED


def test_a_post_without_a_choice_answers_nothing(camp, task, client):
    version = handed_in(camp, task)
    client.force_login(camp.mentor.person)
    client.post(url("version", version.code), {"review": "嗯"})
    version.refresh_from_db()
    assert version.state == VersionState.SUBMITTED


def test_a_version_that_was_answered_is_not_answered_again(camp, task):
    version = handed_in(camp, task)
    actions.answer(version=version, accept=True, review="", by=camp.by)
    with pytest.raises(Refused) as refusal:
        actions.answer(version=version, accept=False, review="再改", by=camp.by)
    assert refusal.value.code == "not-submitted"


@pytest.fixture
def outsiders(camp):
    """Everybody who must not read the learner's work."""
    elsewhere = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR)
    TeamFactory(programme=camp.programme, mentor=elsewhere)
    return {
        "mentor of another team": elsewhere.person,
        "another learner": camp.other.person,
        "organiser elsewhere": StaffRoleFactory(role=Role.ORGANISER).person,
        "judge": StaffRoleFactory(programme=camp.programme, role=Role.JUDGE).person,
        "host": StaffRoleFactory(programme=camp.programme, role=Role.HOST).person,
        "nobody's": PersonFactory(),
    }


def test_version_and_files_are_read_by_the_learner_the_mentor_and_the_desk_alone(
    camp, task, outsiders, client
):
    version = actions.hand_in(version=save(camp, task, uploads=[photo()]), by=camp.learner.person)
    file = reverse("media:file", args=[StoredFile.objects.get().code])
    for person in (camp.mentor.person, camp.by):
        client.force_login(person)
        assert (client.get(url("version", version.code)).status_code, client.get(file).status_code) == (
            200,
            200,
        )
    client.force_login(camp.learner.person)
    assert client.get(file).status_code == 200
    for who, person in outsiders.items():
        client.force_login(person)
        assert (client.get(url("version", version.code)).status_code, client.get(file).status_code) == (
            404,
            404,
        ), who
        client.post(url("version", version.code), {"accept": "1", "review": "x"})
    version.refresh_from_db()
    assert version.state == VersionState.SUBMITTED


def test_a_mentor_whose_part_has_ended_reads_no_more(camp, task, client):
    version = handed_in(camp, task)
    camp.mentor.ended_at = moment("2021-12-01 09:00")
    camp.mentor.save()
    client.force_login(camp.mentor.person)
    assert client.get(url("version", version.code)).status_code == 404


def test_a_draft_is_nobodys_but_the_learners(camp, task, client):
    draft = save(camp, task)
    client.force_login(camp.by)
    assert client.get(url("version", draft.code)).status_code == 404


# What was handed in stays what was handed in


def test_what_is_handed_in_is_what_is_kept_whatever_an_older_page_held(camp, task):
    seen_first = save(camp, task, "第一个标签页里的五位邻居")
    save(camp, task, "第二个标签页里的五位邻居")
    version = actions.hand_in(version=seen_first, by=camp.learner.person, now=moment("2021-11-20 18:00"))
    kept = Version.objects.get()
    assert (kept.text, kept.state) == ("第二个标签页里的五位邻居", VersionState.SUBMITTED)
    assert kept.sha256 == version.sha256 == content_hash(kept.text, kept.content, [])


def test_double_tap_with_an_old_page_hands_in_once(camp, task):
    draft = save(camp, task)
    stale = Version.objects.get(pk=draft.pk)
    actions.hand_in(version=draft, by=camp.learner.person)
    with pytest.raises(Refused) as caught:
        actions.hand_in(version=stale, by=camp.learner.person)
    assert (caught.value.code, Evidence.objects.count()) == ("already-submitted", 1)


def test_a_version_accepted_meanwhile_is_not_sent_back_from_an_older_page(camp, task):
    version = handed_in(camp, task)
    stale = Version.objects.get(pk=version.pk)
    activities.accept_version(version=version, by=PersonFactory())
    with pytest.raises(Refused):
        activities.return_version(version=stale, by=PersonFactory(), review="再写写")
    assert Version.objects.get().state == VersionState.ACCEPTED
    assert Evidence.objects.get().withdrawn_at is None
