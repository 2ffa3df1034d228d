"""Needs from the first voice to the answer carried back: steps, deadlines, merges that are undone exactly, who is told."""

import datetime as dt
import io
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.activities import ActivityFactory
from tests.factories.communities import CommunityFactory
from tests.factories.findings import found_leader, found_need, settle
from tests.factories.learning import Learning
from tests.factories.needs import answer, paper_need
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities.enums import KindKey
from yingzao.communities import actions, phrases, queries, rules
from yingzao.communities.models import Need, NeedLikeness, NeedMerge, NeedStep, Telling, Voice
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.notices.models import Message
from yingzao.people.models import Organisation
from yingzao.practice import actions as practice
from yingzao.practice.queries import findings_for
from yingzao.programmes.actions.staff import give_rights
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    camp = settle(Learning())
    camp.supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR)
    for staff in (camp.organiser, camp.supervisor):
        give_rights(staff)
    return camp


@pytest.fixture
def pair(camp):
    """The same need twice: a learner's, and one on paper."""
    camp.mine = found_need(camp.learner, title="楼道堆放", whose="老人", text="三楼纸箱挡路").need
    camp.paper = paper_need(camp.community, camp.by, text="婴儿车都推不过去")
    return camp


@pytest.fixture
def desk(client, camp):
    client.force_login(camp.by)
    return client


def at(name: str, camp, *args) -> str:
    return reverse(f"communities:desk-{name}", args=[camp.programme.code, *args])


def today() -> str:
    return clock.today().isoformat()


def acts(what: str) -> list[AuditLine]:
    return list(AuditLine.objects.filter(act=f"communities.{what}").order_by("pk"))


def snapshot(need: Need) -> tuple:
    """Everything of a need: its columns, steps, photos, voices and finding."""
    row = Need.objects.filter(pk=need.pk).values().get()
    steps = list(NeedStep.objects.filter(need=need).values())
    return row, steps, list(need.photos.values()), list(need.voices.values()), getattr(need, "finding", None)


# Steps


def test_every_step_is_kept_with_its_day_person_and_note(camp):
    need = found_need(camp.learner, raised_on=clock.today() - dt.timedelta(days=9)).need
    monday = clock.today() - dt.timedelta(days=5)
    actions.set_need_state(need=need, state="discussing", note="居民议事会", on=monday, by=camp.by)
    actions.set_need_state(need=need, state="acting", note="物业来看", by=camp.by)
    answer(need, camp.by, "灯已装好")
    assert [(s.state, s.on, s.note, s.answer, s.by) for s in need.steps.all()] == [
        ("found", clock.today() - dt.timedelta(days=9), "", "", camp.learner.person),
        ("discussing", monday, "居民议事会", "", camp.by),
        ("acting", clock.today(), "物业来看", "", camp.by),
        ("answered", clock.today(), "", "灯已装好", camp.by),
    ]
    need.refresh_from_db()
    assert (need.state, need.answer, need.answered_in) == ("answered", "灯已装好", need.steps.last())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"state": "answered"}, "answer"),
        ({"state": "closed", "answer": "  "}, "answer"),
        ({"state": "discussing"}, "note"),
        ({"state": "acting"}, "note"),
        ({"state": "met"}, "state"),
        ({"state": "answered", "answer": "打给 13800001234"}, "answer"),
        ({"state": "acting", "note": "找 440605197001010013"}, "note"),
        ({"state": "answered", "answer": "好", "on": clock.today() + dt.timedelta(days=1)}, "on"),
        ({"state": "answered", "answer": "好", "on": clock.today() - dt.timedelta(days=1)}, "on"),
    ],
)
def test_a_step_that_says_too_little_is_refused_and_nothing_is_kept(camp, said, field):
    need = found_need(camp.learner).need
    before = snapshot(need)
    with pytest.raises(Refused) as refused:
        actions.set_need_state(need=need, by=camp.by, **said)
    assert (refused.value.field, snapshot(need)) == (field, before)


def test_the_same_step_again_changes_nothing_and_a_new_answer_is_a_new_step(camp):
    need = found_need(camp.learner).need
    for _time in range(2):
        answer(need, camp.by, "下周装灯")
    assert need.steps.count() == 2
    answer(need, camp.by, "下周三装灯")
    assert [s.answer for s in need.steps.all()] == ["", "下周装灯", "下周三装灯"]


def test_taken_up_again_it_needs_a_reason_and_has_a_new_day(camp):
    need = answer(found_need(camp.learner).need, camp.by)
    with pytest.raises(Refused):
        actions.set_need_state(need=need, state="found", by=camp.by)
    Need.objects.update(answer_due_on=clock.today() - dt.timedelta(days=60))
    need = actions.set_need_state(need=need, state="acting", note="灯又坏了", by=camp.by)
    assert (need.answer, need.answered_in, need.answer_due_on) == ("", None, rules.answer_due(clock.today()))
    assert not queries.voices_to_tell(camp.programme.organisation).exists()


# Deadlines


def test_an_answer_is_due_fifteen_working_days_after_it_was_entered(camp):
    assert rules.answer_due(dt.date(2026, 3, 2)) == dt.date(2026, 3, 23)
    need = found_need(camp.learner, raised_on=clock.today() - dt.timedelta(days=90)).need
    assert need.answer_due_on == rules.answer_due(clock.today())


@pytest.mark.parametrize(
    ("days", "key", "words"),
    [
        (9, "", "还有 9 天"),
        (3, "soon", "还有 3 天"),
        (0, "soon", "今天到期"),
        (-1, "miss", "逾期 1 天"),
        (-2, "miss", "逾期 2 天"),
    ],
)
def test_how_long_there_is_says_a_word_and_a_shape(days, key, words):
    day = dt.date(2026, 3, 10)
    due = phrases.say_due(day + dt.timedelta(days=days), day)
    assert (due.key, due.words) == (key, words)


def test_overdue_ones_stand_in_a_list_of_their_own(camp, desk):
    late, ended, early = (
        found_need(camp.learner, title=title).need for title in ("没有灯", "装好了", "还早")
    )
    Need.objects.filter(pk__in=[late.pk, ended.pk]).update(answer_due_on=clock.today() - dt.timedelta(days=2))
    answer(ended, camp.by)
    page = desk.get(at("needs", camp), {"show": "overdue"})
    assert [need.title for need, _voices, _due in page.context["needs"]] == ["没有灯"]
    assert "逾期 2 天" in page.content.decode()
    assert [count for _key, _word, count in page.context["shows"]] == [3, 2, 1]
    assert [n.title for n, _v, _d in desk.get(at("needs", camp), {"show": "due"}).context["needs"]] == [
        "没有灯",
        "还早",
    ]
    assert early.pk


def test_what_was_promised_to_one_that_is_merged_counts_for_both(pair):
    Need.objects.filter(pk=pair.paper.pk).update(answer_due_on=clock.today() - dt.timedelta(days=1))
    actions.merge_needs(need=pair.paper, into=pair.mine, by=pair.by)
    known = queries.with_due_day(queries.heads_of(pair.programme.organisation))
    assert [(n.pk, n.due_on) for n in queries.narrow_needs(known, show="overdue")] == [
        (pair.mine.pk, clock.today() - dt.timedelta(days=1))
    ]


def test_another_day_is_said_on_the_page_and_none_that_has_passed(camp, desk):
    need = found_need(camp.learner).need
    later = clock.today() + dt.timedelta(days=40)
    passed = {"due_on": (clock.today() - dt.timedelta(days=1)).isoformat(), "feasibility": "own"}
    refused = desk.post(at("need-terms", camp, need.code), passed)
    assert (refused.status_code, list(refused.context["terms"].errors)) == (422, ["due_on"])
    assert (
        desk.post(
            at("need-terms", camp, need.code), {"due_on": later.isoformat(), "feasibility": "own"}
        ).status_code
        == 302
    )
    need.refresh_from_db()
    assert (need.answer_due_on, need.feasibility) == (later, "own")


def test_keepers_are_reminded_of_each_need_once_before_and_once_after(camp):
    for title, days in (("没有灯", 2), ("没有凳", -1), ("还早", 30)):
        need = found_need(camp.learner, title=title).need
        Need.objects.filter(pk=need.pk).update(answer_due_on=clock.today() + dt.timedelta(days=days))
    assert actions.remind_of_answers() == 1
    message = Message.objects.get(person=camp.by, kind="answers_due")
    assert message.title == "1 条需求逾期未答复；1 条需求快到答复期限"
    assert message.body == "没有凳\n没有灯"
    assert message.url == at("needs", camp) + "?show=due"
    assert not Message.objects.exclude(person=camp.by).filter(kind="answers_due").exists()
    assert actions.remind_of_answers() == 0
    assert actions.remind_of_answers(today=clock.today() + dt.timedelta(days=4)) == 1
    assert [m.body for m in Message.objects.filter(kind="answers_due").order_by("pk")][1:] == ["没有灯"]


# Voices and merging


def test_the_voice_of_a_need_follows_what_is_written_of_it(camp):
    need = found_need(camp.learner, title="没有灯", text="三单元").need
    actions.edit_need(need=need, by=camp.by, title="楼道没有灯", source="slip")
    voice = Voice.objects.get()
    assert (voice.words, voice.way, voice.entered_by, voice.is_own) == (
        "楼道没有灯\n三单元",
        "slip",
        camp.learner.person,
        True,
    )


def test_somebody_else_raises_the_same_on_the_desk(camp, desk):
    need = found_need(camp.learner).need
    page = at("need-voice", camp, need.code)
    said = {
        "words": "晚上回家看不见",
        "way": "slip",
        "way_note": "三月意见箱",
        "raised_by": "resident",
        "on": today(),
    }
    for wrong, field in (({"words": ""}, "words"), ({"words": "找我 13800001234"}, "words")):
        refused = desk.post(page, said | wrong)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
        assert "三月意见箱" in refused.content.decode()
    assert desk.post(page, said).status_code == 302
    assert [(v.words, v.is_own) for v in queries.voices_of(need)] == [
        ("楼道没有灯", True),
        ("晚上回家看不见", False),
    ]
    assert queries.voice_counts([need]) == {need.pk: 2}


def test_merged_both_voices_are_whole_and_one_line_stands_in_the_list(pair, desk):
    actions.merge_needs(need=pair.paper, into=pair.mine, by=pair.by)
    assert [v.words for v in queries.voices_of(pair.mine)] == [
        "楼道堆放\n三楼纸箱挡路",
        "楼道堆放杂物\n婴儿车都推不过去",
    ]
    page = desk.get(at("needs", pair))
    assert [(need.title, voices) for need, voices, _due in page.context["needs"]] == [("楼道堆放", 2)]
    assert "2 个声音" in page.content.decode()
    found = desk.get(at("needs", pair), {"q": "婴儿车"})
    assert [need.title for need, _voices, _due in found.context["needs"]] == ["楼道堆放"]
    assert "婴儿车" in desk.get(at("need", pair, pair.mine.code)).content.decode()
    assert [(line.act, line.subject) for line in acts("need.merged") + acts("need.took_in")] == [
        ("communities.need.merged", pair.paper.code),
        ("communities.need.took_in", pair.mine.code),
    ]


def test_undone_it_is_exactly_as_it_was(pair):
    actions.set_need_state(need=pair.paper, state="discussing", note="居民会", by=pair.by)
    before = snapshot(pair.paper), snapshot(pair.mine)
    actions.merge_needs(need=pair.paper, into=pair.mine, by=pair.by)
    answer(pair.mine, pair.by)
    actions.set_need_terms(need=pair.mine, due_on=None, feasibility="own", by=pair.by)
    actions.undo_merge(need=pair.paper, by=pair.by)
    assert snapshot(pair.paper) == before[0]
    merge = NeedMerge.objects.get()
    assert (merge.undone_by, merge.undone_at is not None) == (pair.by, True)
    assert pair.mine.voices.count() == 1


def test_undone_after_further_merges_the_others_stay(pair):
    third = paper_need(pair.community, pair.by, "楼梯间堆东西")
    for need in (pair.paper, third):
        actions.merge_needs(need=need, into=pair.mine, by=pair.by)
    actions.undo_merge(need=pair.paper, by=pair.by)
    assert [n.pk for n in queries.needs_of_head(pair.mine)] == [pair.mine.pk, third.pk]
    actions.merge_needs(need=pair.paper, into=pair.mine, by=pair.by)
    assert queries.voice_counts([pair.mine]) == {pair.mine.pk: 3}
    assert NeedMerge.objects.filter(need=pair.paper).count() == 2


def test_neither_chains_nor_circles_nor_strangers(pair):
    third = paper_need(pair.community, pair.by, "楼梯间堆东西")
    elsewhere = paper_need(CommunityFactory(organisation=pair.programme.organisation), pair.by)
    abroad = paper_need(CommunityFactory(), pair.by)
    actions.merge_needs(need=pair.paper, into=pair.mine, by=pair.by)
    for need, into, code in (
        (pair.mine, pair.mine, "itself"),
        (pair.mine, pair.paper, "merged"),  # a circle
        (third, pair.paper, "merged"),  # a chain: into one that is merged
        (pair.mine, third, "chain"),  # a chain: one that others are merged into
        (pair.paper, third, "merged"),
        (elsewhere, pair.mine, "other_community"),
        (abroad, pair.mine, "other_community"),
    ):
        with pytest.raises(Refused) as refused:
            actions.merge_needs(need=need, into=into, by=pair.by)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        actions.undo_merge(need=third, by=pair.by)
    assert refused.value.code == "not_merged"
    assert NeedMerge.objects.count() == 1


def test_one_that_is_merged_is_followed_up_where_it_went(pair, desk):
    actions.merge_needs(need=pair.paper, into=pair.mine, by=pair.by)
    said = {"state": "acting", "note": "物业", "on": today()}
    refused = desk.post(at("need", pair, pair.paper.code), said)
    assert refused.status_code == 422
    assert "楼道堆放" in refused.content.decode()
    assert Need.objects.get(pk=pair.paper.pk).state == "found"


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_at_once_make_neither_circle_nor_chain(pair):
    third = paper_need(pair.community, pair.by, "楼梯间堆东西")
    told: list[str] = []

    def merge(need, into):
        try:
            actions.merge_needs(need=need, into=into, by=pair.by)
            told.append("done")
        except Refused as refusal:
            told.append(refusal.code)
        finally:
            connections.close_all()

    pairs = [(pair.mine, pair.paper), (pair.paper, pair.mine), (pair.paper, third), (third, pair.mine)]
    threads = [threading.Thread(target=merge, args=one) for one in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(told) == 4
    merged = Need.objects.exclude(merged_into=None)
    assert merged.count() == told.count("done") >= 1
    assert not merged.exclude(merged_into__merged_into=None).exists()
    assert connection.vendor in {"sqlite", "postgresql"}


def test_a_merged_need_still_counts_for_the_learner_who_found_it(pair):
    task = ActivityFactory(programme=pair.programme, kind=KindKey.PRACTICE, title="收集需求")
    mine = found_need(pair.learner, title="楼梯间堆东西", task=task).need
    actions.merge_needs(need=mine, into=pair.paper, by=pair.by)
    assert [f.need for f in findings_for(pair.learner, task)] == [mine]
    actions.undo_merge(need=mine, by=pair.by)
    assert [f.need for f in findings_for(pair.learner, task)] == [mine]


# Telling


def test_answered_each_voice_has_to_be_told_and_the_learner_gets_a_message(pair, desk):
    actions.merge_needs(need=pair.mine, into=pair.paper, by=pair.by)
    answer(pair.paper, pair.by, "周六统一清理，请居民配合")
    message = Message.objects.get(person=pair.learner.person)
    assert message.title == "有答复了：楼道堆放"
    assert message.body.splitlines() == [
        "已答复：周六统一清理，请居民配合",
        "请转告提出人，并记下已转告。",
    ]
    assert message.url == reverse("practice:learner-need", args=[pair.mine.code])
    to_tell = list(queries.voices_to_tell(pair.programme.organisation))
    assert [v.need for v in to_tell] == [pair.mine, pair.paper]
    page = desk.get(at("needs-to-tell", pair)).content.decode()
    assert "婴儿车都推不过去" in page
    assert "三楼纸箱挡路" in page
    assert "来自纸条" in page
    for voice in to_tell:
        told = desk.post(
            at("need-told", pair, pair.paper.code, voice.code), {"way": "spoken", "on": today(), "note": ""}
        )
        assert told.status_code == 302
    assert not queries.voices_to_tell(pair.programme.organisation).exists()
    assert {(t.way, t.by) for t in Telling.objects.all()} == {("spoken", pair.by)}
    page = desk.get(at("need", pair, pair.paper.code)).content.decode()
    assert page.count("已告知") == 2
    assert "都已转告" in desk.get(at("needs-to-tell", pair)).content.decode()


def test_a_new_answer_has_to_be_told_anew_and_a_mistake_is_taken_back(pair, desk):
    answer(pair.paper, pair.by)
    voice = queries.own_voice(pair.paper)
    actions.record_telling(voice=voice, way="board", by=pair.by)
    actions.record_telling(voice=voice, way="spoken", by=pair.by)
    assert [t.way for t in Telling.objects.all()] == ["board"]
    desk.post(at("need-untold", pair, pair.paper.code, voice.code))
    assert not Telling.objects.exists()
    actions.record_telling(voice=voice, way="board", by=pair.by)
    answer(pair.paper, pair.by, "改到周日")
    assert [v.pk for v in queries.voices_to_tell(pair.programme.organisation)] == [voice.pk]


def test_what_a_learner_saw_is_told_by_the_message_itself(camp):
    need = found_need(camp.learner, raised_by="learner").need
    answer(need, camp.by)
    assert [(t.way, t.voice.need) for t in Telling.objects.all()] == [("app", need)]
    assert "转告" not in Message.objects.get(person=camp.learner.person).body


def test_merged_into_what_has_an_answer_it_is_told_at_once(pair):
    answer(pair.paper, pair.by, "周六清理")
    assert not Message.objects.filter(person=pair.learner.person).exists()
    actions.merge_needs(need=pair.mine, into=pair.paper, by=pair.by)
    assert Message.objects.get(person=pair.learner.person).body.startswith("已答复：周六清理")
    assert [v.need for v in queries.voices_to_tell(pair.programme.organisation)] == [pair.mine, pair.paper]


def test_who_could_not_be_reached_needs_a_word_on_what_was_tried(pair, desk):
    answer(pair.paper, pair.by)
    page = at("need-told", pair, pair.paper.code, queries.own_voice(pair.paper).code)
    refused = desk.post(page, {"way": "not_found", "on": today(), "note": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["note"])
    assert desk.post(page, {"way": "app", "on": today()}).status_code == 422
    assert desk.post(page, {"way": "not_found", "on": today(), "note": "已搬走"}).status_code == 302
    assert not queries.voices_to_tell(pair.programme.organisation).exists()


@pytest.mark.parametrize(
    ("purposes", "words"),
    [
        ((), "没有同意被联系"),
        (("contact",), "可由记录人和组织者联系。"),
        (("contact", "mentor"), "可由记录人、组织者和导师联系。"),
    ],
)
def test_a_leader_is_told_by_whoever_may_contact_them(camp, desk, purposes, words):
    leader = found_leader(camp.learner, *purposes, phone="13800001234" if purposes else "").leader
    need = found_need(camp.learner, raised_by_leader=leader).need
    answer(need, camp.by)
    page = desk.get(at("needs-to-tell", camp)).content.decode()
    assert words in page
    assert "阿珍" in page
    assert "1234" not in page


def test_a_leader_who_is_forgotten_leaves_no_word_of_theirs_in_the_tellings(camp, desk):
    leader = found_leader(camp.learner, "contact").leader
    need = answer(found_need(camp.learner, raised_by_leader=leader).need, camp.by)
    actions.record_telling(voice=queries.own_voice(need), way="spoken", note="在糖水铺告诉阿珍", by=camp.by)
    answer(need, camp.by, "再等一周")
    actions.erase_leader(leader=leader, by=camp.by, reason="本人要求")
    assert [t.note for t in Telling.objects.all()] == [""]
    page = desk.get(at("needs-to-tell", camp)).content.decode()
    assert "阿珍" not in page
    assert "无法再转告" in page


def test_a_learner_reads_the_answer_and_nothing_else_of_the_others(pair, client):
    paper = pair.paper
    actions.edit_need(need=paper, by=pair.by, evidence="王家的原话", whose="带孩子的人", place="二座")
    actions.set_need_state(need=paper, state="acting", note="找物业张工", by=pair.by)
    other = found_need(pair.other, title="楼梯间堆东西", text="别人的原话").need
    for need in (pair.mine, other):
        actions.merge_needs(need=need, into=paper, by=pair.by)
    answer(paper, pair.by, "周六清理", note="内部备注")
    client.force_login(pair.learner.person)
    page = client.get(reverse("practice:learner-need", args=[pair.mine.code])).content.decode()
    for shown in ("周六清理", "楼道堆放杂物", "三楼纸箱挡路", "已答复"):
        assert shown in page
    for hidden in ("婴儿车", "王家", "带孩子的人", "二座", "张工", "内部备注", "别人的原话", "楼梯间堆东西"):
        assert hidden not in page
    assert client.get(reverse("practice:learner-need", args=[paper.code])).status_code == 404
    assert client.get(reverse("practice:learner-need", args=[other.code])).status_code == 404
    assert client.post(reverse("practice:learner-need-told", args=[other.code])).status_code == 404
    told = {"way": "spoken", "on": today(), "note": ""}
    assert client.post(reverse("practice:learner-need-told", args=[pair.mine.code]), told).status_code == 302
    assert [(t.voice.need, t.by) for t in Telling.objects.all()] == [(pair.mine, pair.learner.person)]


def test_a_learner_answers_for_nobody_else(pair, client):
    actions.merge_needs(need=pair.paper, into=pair.mine, by=pair.by)
    client.force_login(pair.learner.person)
    said = {"state": "answered", "answer": "我说好了", "on": today()}
    refused = client.post(reverse("practice:learner-need-state", args=[pair.mine.code]), said)
    assert refused.status_code == 422
    assert "由组织者更新进展" in refused.content.decode()
    page = client.get(reverse("practice:learner-need", args=[pair.mine.code])).content.decode()
    assert "婴儿车" not in page
    with pytest.raises(Refused):
        practice.set_need_state(
            finding=pair.mine.finding, by=pair.learner.person, state="closed", answer="不办"
        )


def test_others_are_told_nothing(pair):
    answer(pair.mine, pair.by)
    assert {m.person for m in Message.objects.all()} == {pair.learner.person}


# Proposals


def test_likely_ones_are_proposed_with_the_reason_and_noise_is_not(camp):
    found_need(camp.learner, title="楼道堆放")
    for title in ("楼道堆放杂物", "楼梯间堆东西", "晚上跳舞噪音"):
        paper_need(camp.community, camp.by, title)
    paper_need(CommunityFactory(organisation=camp.programme.organisation), camp.by, "楼道堆放")
    assert actions.look_for_likeness(community=camp.community) == 3
    found = queries.likenesses_to_decide(camp.programme.organisation)
    assert {frozenset((p.first.title, p.second.title)) for p in found} == {
        frozenset(("楼道堆放", "楼道堆放杂物")),
        frozenset(("楼道堆放", "楼梯间堆东西")),
        frozenset(("楼道堆放杂物", "楼梯间堆东西")),
    }
    reasons = {p.second.title: p.shared for p in found if p.first.title == "楼道堆放"}
    assert reasons == {"楼道堆放杂物": ["楼道", "堆放"], "楼梯间堆东西": ["楼道＝楼梯间", "堆放＝堆东西"]}


def test_entering_a_need_has_its_community_looked_through(camp, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        found_need(camp.learner, title="楼道堆放")
        paper_need(camp.community, camp.by)
    assert NeedLikeness.objects.count() == 1


def test_a_pair_is_merged_refused_or_put_off_and_what_was_refused_stays_so(pair, desk):
    actions.look_for_likeness(community=pair.community)
    likeness = NeedLikeness.objects.get()
    decide = at("needs-decide", pair, likeness.code)
    page = desk.get(at("needs-alike", pair)).content.decode()
    for shown in ("楼道堆放杂物", "婴儿车都推不过去", "三楼纸箱挡路", "都提到"):
        assert shown in page
    for answered, counts in (("later", [0, 1, 0]), ("rejected", [0, 0, 1])):
        desk.post(decide, {"answer": answered})
        actions.look_for_likeness(community=pair.community)
        shows = desk.get(at("needs-alike", pair)).context["shows"]
        assert [count for _key, _word, count in shows] == counts
    desk.post(decide, {"answer": "open"})
    desk.post(decide, {"answer": "nonsense"})
    likeness.refresh_from_db()
    assert likeness.state == "open"
    desk.post(decide, {"answer": "second"})
    pair.mine.refresh_from_db()
    assert pair.mine.merged_into == pair.paper
    assert desk.post(decide, {"answer": "first"}).status_code == 404
    actions.undo_merge(need=pair.mine, by=pair.by)
    likeness.refresh_from_db()
    assert likeness.state == "open"


def test_what_is_no_longer_alike_is_no_longer_proposed(pair):
    actions.look_for_likeness(community=pair.community)
    actions.edit_need(need=pair.paper, by=pair.by, title="晚上跳舞噪音", text="")
    assert actions.look_for_likeness(community=pair.community) == 0
    assert not NeedLikeness.objects.exists()


def test_only_the_one_that_holds_others_may_be_kept(pair, desk):
    third = paper_need(pair.community, pair.by, "楼梯间堆东西")
    actions.merge_needs(need=pair.mine, into=third, by=pair.by)
    actions.look_for_likeness(community=pair.community)
    row = queries.likeness_rows(queries.likenesses_to_decide(pair.programme.organisation))[0]
    assert {row.likeness.first, row.likeness.second} == {pair.paper, third}
    stays = {row.likeness.first: row.first_stays, row.likeness.second: row.second_stays}
    assert stays == {pair.paper: False, third: True}


# Lists, workbooks, doors


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_however_many(camp, desk, count):
    for number in range(count):
        leader = found_leader(camp.learner, "contact").leader
        head = found_need(camp.learner, title=f"楼道堆放{number}", raised_by_leader=leader).need
        merged = paper_need(camp.community, camp.by)
        actions.merge_needs(need=merged, into=head, by=camp.by)
        answer(head, camp.by)
        paper_need(camp.community, camp.by, f"没有灯{number}")
        paper_need(camp.community, camp.by, f"没有灯的楼道{number}")
    actions.look_for_likeness(community=camp.community)
    desk.get(at("needs", camp))  # the first page of a session says so in its row
    asked = {}
    for page, *args in (["needs"], ["needs-to-tell"], ["needs-alike"], ["need-table", camp.community.code]):
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(at(page, camp, *args)).status_code == 200
        asked[page] = len(seen)
    assert asked == {"needs": 13, "needs-to-tell": 7, "needs-alike": 11, "need-table": 9}


def test_the_page_of_one_need_asks_the_same_however_many_voices(camp, desk, django_assert_num_queries):
    head = answer(found_need(camp.learner).need, camp.by)
    desk.get(at("needs", camp))
    for more in (1, 2):
        for _one in range(more):
            actions.merge_needs(need=paper_need(camp.community, camp.by), into=head, by=camp.by)
        with django_assert_num_queries(19):
            desk.get(at("need", camp, head.code))


def test_the_workbook_holds_each_need_once_and_each_voice_on_a_sheet_of_its_own(pair, desk):
    actions.merge_needs(need=pair.paper, into=pair.mine, by=pair.by)
    answer(pair.mine, pair.by, "周六清理")
    actions.record_telling(voice=queries.own_voice(pair.paper), way="spoken", by=pair.by)
    book = load_workbook(io.BytesIO(desk.get(at("needs-export", pair)).content))
    needs, voices = ([[c.value for c in row] for row in sheet.iter_rows()] for sheet in book.worksheets)
    assert [dict(zip(needs[0], row, strict=True))["需求"] for row in needs[1:]] == ["楼道堆放"]
    line = dict(zip(needs[0], needs[1], strict=True))
    assert (line["声音"], line["状态"], line["答复"]) == (
        2,
        "已答复",
        "周六清理",
    )
    assert [(row[2], row[7]) for row in voices[1:]] == [
        ("楼道堆放\n三楼纸箱挡路", None),
        ("楼道堆放杂物\n婴儿车都推不过去", "当面"),
    ]


def test_a_need_on_paper_is_entered_on_the_desk(camp, desk):
    page = at("need-new", camp)
    said = {
        "key": "0f8fad5b-d9cb-469f-a165-70867728950e", "community": camp.community.code, "title": "楼道堆放",
        "whose": "老人", "source": "slip", "raised_by": "resident", "raised_on": today(), "urgency": "normal",
        "frequency": "unknown",
    }  # fmt: skip
    wrong = desk.post(page, said | {"whose": "", "text": "说得很长"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["whose"])
    assert "说得很长" in wrong.content.decode()
    abroad = CommunityFactory()
    assert desk.post(page, said | {"community": abroad.code}).status_code == 422
    for _time in range(2):
        made = desk.post(page, said)
    need = Need.objects.get()
    assert made["Location"] == at("need", camp, need.code)
    assert (need.entered_by, queries.own_voice(need).way) == (camp.by, "slip")


def test_supervisors_read_all_of_it_and_change_nothing(pair, client):
    actions.look_for_likeness(community=pair.community)
    likeness = NeedLikeness.objects.get()
    answer(pair.mine, pair.by)
    voice = queries.own_voice(pair.mine)
    client.force_login(pair.supervisor.person)
    for page in ("needs", "needs-to-tell", "needs-alike"):
        assert client.get(at(page, pair)).status_code == 200
    page = client.get(at("need", pair, pair.mine.code)).content.decode()
    assert '<form method="post" action="/desk/' not in page
    for address in (
        at("need-told", pair, pair.mine.code, voice.code),
        at("need-untold", pair, pair.mine.code, voice.code),
        at("needs-decide", pair, likeness.code),
        at("need-undo", pair, pair.mine.code),
        at("needs-look", pair),
    ):
        assert client.post(address, {"way": "spoken", "on": today(), "answer": "first"}).status_code == 404
    assert not Telling.objects.exists()


def test_a_voice_of_another_need_is_not_told_through_this_one(pair, desk):
    answer(pair.mine, pair.by)
    foreign = queries.own_voice(pair.paper)
    assert desk.get(at("need-told", pair, pair.mine.code, foreign.code)).status_code == 404


def test_a_whole_register_is_looked_through_again(pair, desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(at("needs-look", pair))
    assert NeedLikeness.objects.count() == 1
    assert (
        Organisation.objects.get(code=acts("likeness.looked_for")[0].subject) == pair.programme.organisation
    )


# Themes


def table(desk, camp):
    return desk.get(at("need-table", camp, camp.community.code))


def piles_in(page) -> list[tuple[str, str, list[str]]]:
    return [
        (pile.theme.title, said, [n.title for n, _ in cards]) for pile, said, cards in page.context["piles"]
    ]


def test_the_order_is_by_dots_then_voices_then_urgency_and_says_so(camp, desk):
    many = paper_need(camp.community, camp.by, "没有灯")
    actions.add_voice(need=many, words="太黑", way="meeting", by=camp.by)
    urgent = paper_need(camp.community, camp.by, "井盖坏了", urgency="high", frequency="daily")
    plain = paper_need(camp.community, camp.by, "没有凳")
    named = {}
    for title, need in (("凳子", plain), ("照明", many), ("井盖", urgent)):
        named[title] = actions.make_theme(community=camp.community, title=title, needs=[need], by=camp.by)

    def order() -> list[str]:
        return [p.theme.title for p in queries.card_table(camp.community).by_weight]

    assert order() == ["照明", "井盖", "凳子"]
    actions.change_theme(theme=named["凳子"], title="凳子", dots=12, dots_on=clock.today(), by=camp.by)
    assert order() == ["凳子", "照明", "井盖"]
    assert piles_in(table(desk, camp)) == [
        ("凳子", "1 个声音 · 12 贴点", ["没有凳"]),
        ("照明", "2 个声音", ["没有灯"]),
        ("井盖", "1 个声音 · 紧急 · 每天", ["井盖坏了"]),
    ]
    sheet = desk.get(at("need-sheet", camp, camp.community.code)).content.decode()
    assert sheet.index("1. 凳子") < sheet.index("2. 照明") < sheet.index("3. 井盖")


def test_cards_are_moved_and_a_pile_is_taken_apart(camp, desk):
    first, second = (paper_need(camp.community, camp.by, title) for title in ("没有灯", "没有凳"))
    address = at("need-table", camp, camp.community.code)
    for wrong in ({"make": "1", "title": ""}, {"to": "loose"}, {"move": "1"}):
        refused = desk.post(address, wrong | {"need": [first.code] if "to" not in wrong else []})
        assert refused.status_code == 422
    desk.post(address, {"make": "1", "title": "公共空间", "need": [first.code]})
    theme = camp.community.themes.get()
    desk.post(address, {"here": theme.code, "to": "loose", "need": [second.code]})
    assert theme.needs.count() == 2
    desk.post(address, {"move": "1", "to": "loose", "need": [first.code]})
    assert [n.title for n in theme.needs.all()] == ["没有凳"]
    desk.post(at("need-arrange", camp, camp.community.code, theme.code), {"act": "dissolve"})
    assert not camp.community.themes.exists()
    assert Need.objects.filter(theme=None).count() == 2


def test_only_cards_of_the_community_lie_on_its_table(camp, desk):
    elsewhere = CommunityFactory(organisation=camp.programme.organisation)
    stranger = paper_need(elsewhere, camp.by)
    theme = actions.make_theme(community=camp.community, title="照明", by=camp.by)
    with pytest.raises(Refused) as refused:
        actions.move_cards(community=camp.community, needs=[stranger], theme=theme, by=camp.by)
    assert refused.value.code == "other_community"
    address = at("need-table", camp, camp.community.code)
    assert desk.post(address, {"here": theme.code, "need": [stranger.code]}).status_code == 422
    foreign = actions.make_theme(community=elsewhere, title="别处", by=camp.by)
    mine = paper_need(camp.community, camp.by, "没有灯")
    assert desk.post(address, {"here": foreign.code, "need": [mine.code]}).status_code == 404


def test_piles_are_moved_on_the_table(camp):
    themes = [actions.make_theme(community=camp.community, title=t, by=camp.by) for t in "甲乙丙"]
    actions.shift_theme(theme=themes[2], steps=-1, by=camp.by)
    actions.shift_theme(theme=themes[0], steps=-1, by=camp.by)
    assert [t.title for t in camp.community.themes.all()] == ["甲", "丙", "乙"]


def test_an_answered_need_lies_no_longer_among_the_cards(pair):
    assert queries.card_table(pair.community).count == 2
    answer(pair.paper, pair.by)
    assert [card.need for card in queries.card_table(pair.community).loose] == [pair.mine]
