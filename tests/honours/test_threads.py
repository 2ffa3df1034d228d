"""A place opens downwards: total, parts, duty or mark, fact, row of the file."""

import uuid

from tests.factories.activities import moment
from tests.factories.honours import ISSUED
from yingzao.activities import actions as ledger
from yingzao.activities.enums import EvidenceSource
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import SourceFile, SourceRow
from yingzao.honours.bridge.figures import composition_of
from yingzao.honours.queries.rows import frozen_terms
from yingzao.honours.queries.threads import Leaf, place_thread
from yingzao.judging import actions as judging


def imported_row(camp) -> SourceRow:
    stored = StoredFile.objects.create(
        organisation_id=camp.organisation.pk,
        sha256="ab" * 32,
        name="签到.xlsx",
        media_type="x",
        size=1,
        room="enrolment",
    )
    file = SourceFile.objects.create(
        organisation=camp.organisation, programme=camp.programme, purpose="evidence", file=stored, sha256="ab" * 32,
        name="十月签到.xlsx",
    )  # fmt: skip
    return SourceRow.objects.create(organisation=camp.organisation, source_file=file, sheet="签到", number=14)


def test_a_thread_ends_at_the_row_of_the_file(camp):
    learner, key = camp.learner("学员四"), uuid.uuid4()
    ledger.record_evidence(
        [
            ledger.NewFact(
                key=key,
                enrolment=learner,
                activity=camp.cases[1],
                fact="confirmed",
                happened_at=moment("2021-10-30 09:05"),
                source=EvidenceSource.FILE,
                source_row=imported_row(camp),
            )
        ],
        by=None,
    )
    place = camp.frozen().places.get(enrolment_code=learner.code)
    thread = place_thread(place, frozen_terms(place.selection))
    completion, performance = thread.steps
    assert (thread.value, completion.value, performance.value) == ("86.67", "66.67", "100.00")
    assert [(step.text, step.key) for step in completion.steps] == [
        ("发掘社区需求", "pending"),
        ("案例1", "done"),
        ("案例2", "done"),
    ]
    assert completion.steps[2].leaves == (
        Leaf(text="工作人员确认 · 2021-10-30 09:05", key=str(key), note="十月签到.xlsx 签到 第 14 行"),
    )
    assert [(len(sheet.leaves), sheet.value) for sheet in performance.steps] == [(2, "100.00"), (2, "100.00")]


def test_a_mark_says_how_it_came(camp):
    learner = camp.learners[0]
    on_screen, on_paper = camp.judging.round.assignments.filter(entry__enrolment=learner).order_by("judge")
    scan = StoredFile.objects.create(
        organisation_id=camp.organisation.pk,
        sha256="cd" * 32,
        name="评分表.pdf",
        media_type="application/pdf",
        size=1,
        room="judging.scans",
        subject=on_paper.code,
    )
    on_paper.entered_by, on_paper.scan = camp.organiser, scan
    on_paper.save()
    place = camp.frozen().places.get(enrolment_code=learner.code)

    def sheets():
        thread = place_thread(place, frozen_terms(place.selection))
        return {sheet.text: sheet for sheet in thread.steps[1].steps}

    of_screen, of_paper = (sheets()[each.judge.name] for each in (on_screen, on_paper))
    assert of_screen.note.startswith("评委于 ")
    assert [leaf.round for leaf in of_screen.leaves] == [camp.judging.round.code] * 2
    assert [leaf.note for leaf in of_screen.leaves] == ["5 分（满分 5）"] * 2
    assert of_paper.note.startswith(f"来自纸质打分单，{camp.organiser.display_name}于 ")
    assert of_paper.leaves[-1] == Leaf(text="纸质打分单扫描件", file=scan.code)

    on_paper.marks.update(source_row=imported_row(camp))
    of_paper = sheets()[on_paper.judge.name]
    assert of_paper.note.startswith("来自表格，")
    assert [leaf.note for leaf in of_paper.leaves[:2]] == [
        "5 分（满分 5） · 十月签到.xlsx 签到 第 14 行",
        "4 分（满分 5） · 十月签到.xlsx 签到 第 14 行",
    ]


def test_asking_for_a_thread_does_not_grow_with_duties(camp, django_assert_max_num_queries):
    place = camp.frozen().places.select_related("selection").get(enrolment_code=camp.learners[0].code)
    with django_assert_max_num_queries(4):
        place_thread(place, frozen_terms(place.selection))


def test_a_learner_sees_completion_at_once_and_performance_after_release(camp):
    learner = camp.learner("学员二")
    before = composition_of(learner, ISSUED)
    assert (str(before.completion), before.performance, before.total) == ("83.33", None, None)
    assert [step.key for step in before.thread.steps[0].steps] == ["done", "done", "late"]
    judging.release_round(round=camp.judging.round, by=camp.organiser)
    after = composition_of(learner, ISSUED)
    assert [str(v) for v in (after.completion, after.performance, after.total)] == ["83.33", "86.00", "84.93"]
    names = [judge.name for judge in camp.judging.judges]
    assert not any(name in str(after.thread) for name in names)
