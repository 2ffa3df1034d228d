"""A task in parts: planned, asked for, counted, frozen when it is handed in."""

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.activities import ActivityFactory, moment
from tests.factories.communities import CommunityFactory
from tests.factories.documents import word
from tests.factories.learning import Learning
from yingzao.activities.actions import copy_plan
from yingzao.activities.actions.entries import content_hash
from yingzao.activities.models import Activity, Duty
from yingzao.communities.models import Leader, Need
from yingzao.core.errors import Refused
from yingzao.practice import actions, queries
from yingzao.practice.enums import PartKind
from yingzao.practice.models import Finding, TaskPart
from yingzao.practice.readers import PartPlan, task_templates
from yingzao.practice.settling.parts import Asked, Held, lines_of

pytestmark = pytest.mark.django_db
NOW = moment("2021-11-20 18:00")
LEADERS = PartPlan("居民骨干", PartKind.LEADERS, count=1)
NEEDS = PartPlan("社区需求", PartKind.NEEDS, count=2, methods=("survey", "interview"), ways=2)
REPORT = PartPlan("报告", PartKind.REPORT, characters=20, outline=("背景", "打算"))


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def task(camp):
    task = ActivityFactory(
        programme=camp.programme, kind="practice", title="实践一", rule={}, due_at=moment("2021-11-30 23:59")
    )
    for plan in (LEADERS, NEEDS, REPORT):
        actions.add_part(activity=task, plan=plan, by=camp.by)
    return Activity.objects.select_related("programme").get(pk=task.pk)


def part_of(task, title):
    return task.parts.get(title=title)


def found(camp, task, *, leader=False, need=""):
    """A leader, or a need by this source, that counts for the task."""
    community = camp.learner.community or CommunityFactory(organisation=camp.programme.organisation)
    base = {
        "organisation": camp.programme.organisation,
        "community": community,
        "key": uuid.uuid4(),
        "changed_at": NOW,
    }
    row = (
        {"leader": Leader.objects.create(**base, name="黄姨", found_on=dt.date(2021, 11, 1))}
        if leader
        else {
            "need": Need.objects.create(
                **base, title="楼下没有灯", whose="老人", source=need, raised_on=dt.date(2021, 11, 1)
            )
        }
    )
    return Finding.objects.create(
        organisation=camp.programme.organisation, enrolment=camp.learner, activity=task, made_at=NOW, **row
    )


def save(camp, task, text="字" * 20, **more):
    return actions.save_work(
        enrolment=camp.learner,
        activity=task,
        parts={part_of(task, "报告").code: text},
        by=camp.learner.person,
        now=NOW,
        **more,
    )


def hand_in(camp, task, **more):
    return actions.hand_in(version=save(camp, task, **more), by=camp.learner.person, now=NOW)


def duty(camp, task):
    return Duty.objects.get(enrolment=camp.learner, activity=task)


# Planning


def test_the_rule_holds_the_figures_and_the_row_the_words(camp, task):
    assert [(p["kind"], p["title"]) for p in task.rule["parts"]] == [
        ("leaders", "居民骨干"),
        ("needs", "社区需求"),
        ("report", "报告"),
    ]
    assert (task.rule["characters"], task.rule["photos"]) == (0, 0)
    assert TaskPart.objects.get(part=part_of(task, "报告")).outline == ["背景", "打算"]


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (PartPlan("居民骨干", PartKind.LEADERS, count=1), "known"),
        (PartPlan("", PartKind.FREE), "no-title"),
        (PartPlan("别的", PartKind.NEEDS), "no-count"),
        (PartPlan("别的", PartKind.NEEDS, count=2, ways=3), "too-many-ways"),
        (PartPlan("别的", PartKind.NEEDS, count=5, methods=("survey",), ways=2), "too-many-ways"),
    ],
)
def test_a_part_that_makes_no_sense_is_refused(camp, task, plan, code):
    with pytest.raises(Refused) as refused:
        actions.add_part(activity=task, plan=plan, by=camp.by)
    assert refused.value.code == code
    assert task.parts.count() == 3


def test_only_organisers_plan(camp, task):
    with pytest.raises(Refused) as refused:
        actions.add_part(activity=task, plan=PartPlan("别的", PartKind.FREE), by=camp.learner.person)
    assert refused.value.code == "not-organiser"


def test_parts_are_moved_changed_and_removed(camp, task):
    actions.move_part(part=part_of(task, "报告"), earlier=True, by=camp.by)
    task.refresh_from_db()
    assert [p["title"] for p in task.rule["parts"]] == ["居民骨干", "报告", "社区需求"]
    actions.change_part(
        part=part_of(task, "报告"), plan=PartPlan("总结", PartKind.REPORT, characters=5), by=camp.by
    )
    actions.remove_part(part=part_of(task, "社区需求"), by=camp.by)
    task.refresh_from_db()
    assert [(p["title"], p.get("characters")) for p in task.rule["parts"]] == [
        ("居民骨干", None),
        ("总结", 5),
    ]
    assert sorted(task.parts.values_list("title", flat=True)) == ["居民骨干", "总结"]


def test_a_change_settles_the_duties_afresh(camp, task):
    found(camp, task, leader=True)
    hand_in(camp, task)
    assert duty(camp, task).state == "pending"  # no needs
    actions.remove_part(part=part_of(task, "社区需求"), by=camp.by)
    assert duty(camp, task).state == "done"


@pytest.mark.parametrize("template", task_templates(), ids=lambda one: one.key)
def test_each_template_can_be_used_once(camp, template):
    task = ActivityFactory(programme=camp.programme, kind="practice", title="新", rule={})
    assert actions.use_template(activity=task, key=template.key, by=camp.by) == len(template.parts)
    task.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.use_template(activity=task, key=template.key, by=camp.by)
    assert refused.value.code == "has-parts"


def test_a_new_edition_takes_the_parts_along_and_nothing_that_was_found(camp, task):
    found(camp, task, leader=True)
    other = type(camp.programme).objects.create(
        organisation=camp.programme.organisation,
        name="下一期",
        starts_on=dt.date(2022, 9, 1),
        ends_on=dt.date(2023, 1, 1),
    )
    copy_plan(source=camp.programme, target=other, shift=dt.timedelta(days=365), by=camp.by)
    copy = other.activities.get(title="实践一")
    assert [(p["kind"], p["title"]) for p in copy.rule["parts"]] == [
        (p["kind"], p["title"]) for p in task.rule["parts"]
    ]
    assert {p["part"] for p in copy.rule["parts"]} == set(copy.parts.values_list("code", flat=True))
    assert TaskPart.objects.get(part=copy.parts.get(title="报告")).outline == ["背景", "打算"]
    assert copy.findings.count() == 0


# Counting


def test_what_is_asked_for_is_counted_when_it_is_handed_in(camp, task):
    found(camp, task, leader=True)
    found(camp, task, need="survey")
    found(camp, task, need="interview")
    version = hand_in(camp, task)
    assert duty(camp, task).state == "done"
    leader, survey, interview = (
        Leader.objects.get().code,
        Need.objects.get(source="survey").code,
        Need.objects.get(source="interview").code,
    )
    assert version.content["findings"] == {
        "leaders": [leader],
        "needs": [[survey, "survey"], [interview, "interview"]],
    }
    assert version.text == "报告\n" + "字" * 20
    assert version.sha256 == content_hash(version.text, version.content, [])


@pytest.mark.parametrize(
    ("leaders", "needs", "text", "missing"),
    [
        (0, ("survey", "interview"), 20, "还差：1位骨干。"),
        (1, ("survey", "survey"), 20, "还差：另外1种办法。"),
        (1, ("survey", "walk"), 20, "还差：1个需求；另外1种办法。"),
        (1, ("survey", "interview"), 19, "还差：报告还差1字。"),
    ],
)
def test_what_falls_short_says_what_is_missing(camp, task, leaders, needs, text, missing):
    for _ in range(leaders):
        found(camp, task, leader=True)
    for source in needs:
        found(camp, task, need=source)
    hand_in(camp, task, text="字" * text)
    row = duty(camp, task)
    assert (row.state, row.share < 1) == ("pending", True)
    from yingzao.activities import kind

    assert kind.get("practice").missing(task.rule, task, row.reasons) == missing


def test_what_was_found_for_another_task_or_by_another_learner_does_not_count(camp, task):
    other = ActivityFactory(programme=camp.programme, kind="practice", title="实践二")
    found(camp, other, leader=True)
    found(camp, None, leader=True)
    assert queries.held_by(save(camp, task)).leaders == ()


def test_a_word_document_counts_for_the_report(camp, task):
    found(camp, task, leader=True)
    found(camp, task, need="survey")
    found(camp, task, need="interview")
    upload = SimpleUploadedFile("报告.docx", word(["字" * 12, "字" * 8]))
    hand_in(camp, task, text="", uploads=[upload])
    assert duty(camp, task).state == "done"


def test_a_damaged_document_is_kept_and_counts_for_nothing(camp, task):
    upload = SimpleUploadedFile("报告.pdf", b"%PDF-1.7\nnothing")
    draft = save(camp, task, text="", uploads=[upload])
    version = actions.hand_in(version=draft, by=camp.learner.person, now=NOW)
    assert queries.files_of(version)[0].document.state in {"unreadable", "empty"}
    assert queries.held_by(version).documents == 0


def test_what_is_erased_or_changed_later_changes_no_hash(camp, task):
    leader = found(camp, task, leader=True).leader
    version = hand_in(camp, task)
    Leader.objects.filter(pk=leader.pk).update(name="", erased_at=NOW)
    version.refresh_from_db()
    assert version.sha256 == content_hash(version.text, version.content, [])
    assert [one.code for one in queries.findings_in(version).leaders] == [leader.code]
    assert duty(camp, task).reasons[0]["lines"][0] == {
        "part": part_of(task, "居民骨干").code,
        "title": "居民骨干",
        "unit": "leaders",
        "found": 1,
        "asked": 1,
    }


def test_a_task_that_is_not_for_early_hands_is_only_drafted_before_its_day(camp, task):
    Activity.objects.filter(pk=task.pk).update(starts_at=moment("2021-11-25 09:00"))
    actions.set_task(activity=task, guidance="", is_early=False, by=camp.by)
    draft = save(camp, task)
    with pytest.raises(Refused) as refused:
        actions.hand_in(version=draft, by=camp.learner.person, now=NOW)
    assert (refused.value.code, "2021年11月25日" in refused.value.sentence) == ("too-early", True)
    draft.refresh_from_db()
    assert draft.state == "draft"
    actions.hand_in(version=draft, by=camp.learner.person, now=moment("2021-11-25 09:00"))


def test_a_part_that_counts_files():
    asked = (Asked("P", "资料", "free", files=2),)
    [line] = lines_of(asked, Held(files=1))
    assert (line.unit, line.found, line.asked, line.is_met) == ("files", 1, 2, False)


# Pages


def test_the_page_shows_each_part_and_keeps_what_is_written(camp, task, client):
    client.force_login(camp.learner.person)
    found(camp, task, leader=True)
    address = reverse("practice:learner-task", args=[task.code])
    field = f"part-{part_of(task, '报告').code}"
    page = client.get(address).content.decode()
    assert [text in page for text in ("居民骨干", "黄姨", "背景 → 打算", field)] == [True] * 4
    client.post(reverse("practice:learner-autosave", args=[task.code]), {field: "写到一半"})
    assert "写到一半" in client.get(address).content.decode()
    client.post(address, {field: "字" * 20, "number": 1, "hand_in": "1"})
    assert camp.learner.entries.get(activity=task).versions.get().content["parts"] == {
        part_of(task, "报告").code: "字" * 20
    }
    client.post(reverse("practice:learner-again", args=[task.code]))
    assert "字" * 20 in client.get(address).content.decode()


def test_an_organiser_plans_on_the_page(camp, task, client):
    client.force_login(camp.by)
    address = reverse("practice:desk-parts", args=[camp.programme.code, task.code])
    assert "社区需求" in client.get(address).content.decode()
    new = reverse("practice:desk-part-new", args=[camp.programme.code, task.code, "needs"])
    response = client.post(
        new, {"title": "社区需求", "count": 2, "ways": 0, "help_text": "怎么问", "example": ""}
    )
    assert (response.status_code, "已有同名环节" in response.content.decode()) == (422, True)
    assert "怎么问" in response.content.decode()
    response = client.post(new, {"title": "再找需求", "count": 2, "ways": 0, "help_text": "", "example": ""})
    assert response.status_code == 302
    assert part_of(task, "再找需求").task_part.help_text == ""


def test_the_duty_shows_which_leaders_needs_and_files_count(camp, task, client):
    found(camp, task, leader=True)
    found(camp, task, need="survey")
    upload = SimpleUploadedFile("附表.docx", word(["一行"]))
    hand_in(camp, task, uploads=[upload])
    found(camp, task, need="interview")  # after it was handed in: not counted yet
    client.force_login(camp.learner.person)
    page = client.get(reverse("web:learner-duty", args=[task.code])).content.decode()
    assert [
        text in page for text in ("骨干：黄姨", "楼下没有灯（问卷）", "楼下没有灯（访谈）", "附件：附表.docx")
    ] == [
        True,
        True,
        False,
        True,
    ]


def test_judges_read_what_was_found_and_neither_names_nor_telephones(camp, task):
    from yingzao.activities import kind

    leader = found(camp, task, leader=True).leader
    Leader.objects.filter(pk=leader.pk).update(
        good_at="缝纫", willing_to="牵头旧物展，电话13900137788", phone="13900137788", reach="微信huangyi"
    )
    found(camp, task, need="survey")
    told = "\n".join(kind.get("practice").beside(hand_in(camp, task)))
    assert [text in told for text in ("缝纫", "牵头旧物展", "楼下没有灯")] == [True] * 3
    assert [text in told for text in ("黄姨", "13900137788", "huangyi")] == [False] * 3
