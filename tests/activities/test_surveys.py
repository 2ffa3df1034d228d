"""Forms: who answers, what is kept of it, what is shown. Anonymous means that nothing leads from an answer to a person."""

import datetime as dt
import uuid
from fractions import Fraction

import pytest
from django.core import serializers

from tests.factories.activities import LiveFactory, PartFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.surveys import DURING, answer, counting, first_mean, make, said
from yingzao.activities import actions
from yingzao.activities.actions import Said
from yingzao.activities.actions.surveys import SETTINGS
from yingzao.activities.enums import FactKind
from yingzao.activities.models import (
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReceipt,
    SurveyResponse,
)
from yingzao.activities.queries import surveys as queries
from yingzao.activities.queries.questions import Asked
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning():
    return Learning()


@pytest.fixture
def live(learning):
    return LiveFactory(programme=learning.programme)


@pytest.fixture
def secret(learning, live):
    return make(live, learning.by)


@pytest.fixture
def named(learning, live):
    return make(live, learning.by, anonymous=False)


def cohort(learning, count):
    return [EnrolmentFactory(programme=learning.programme, person=PersonFactory()) for _n in range(count)]


# Making one


def test_one_click_makes_five_questions_open_until_a_week_after(learning, live):
    survey = actions.make_survey(activity=live, by=learning.by)
    assert [(q.kind, q.text, q.is_required) for q in queries.questions_of(survey)] == [
        ("scale5", "总体满意吗？", True),
        ("scale5", "内容有用吗？", True),
        ("scale5", "老师讲得清楚吗？", True),
        ("scale5", "时间安排合适吗？", True),
        ("text", "一句话建议", False),
    ]
    assert survey.opens_at == live.starts_at
    assert survey.closes_at == moment("2021-10-21 23:59") + dt.timedelta(seconds=59)


# Anonymous


def test_nothing_of_an_anonymous_answer_leads_to_a_person(learning, secret):
    lines = set(AuditLine.objects.values_list("pk", flat=True))
    answer(secret, learning.learner, 4, "声音小")
    response = SurveyResponse.objects.get()
    assert response.enrolment is None
    assert response.sent_at == moment("2021-10-14 00:00")
    assert AuditLine.objects.exclude(pk__in=lines).count() == 0
    person = learning.learner.person
    kept = serializers.serialize("json", [response, *SurveyAnswer.objects.all()])
    for trace in (learning.learner.code, person.code, learning.learner.name, person.username, "21:00"):
        assert trace not in kept
    assert not {f.name for f in SurveyResponse._meta.get_fields()} & {"created_at", "person", "by", "address"}


def test_rows_of_anonymous_answers_have_no_counting_number():
    assert SurveyResponse._meta.pk.name == "key"
    assert SurveyAnswer._meta.pk.get_internal_type() == "UUIDField"


def test_receipt_is_sorted_and_keeps_no_order_of_coming(learning, secret):
    learners = sorted(cohort(learning, 4), key=lambda e: e.code, reverse=True)
    for learner in learners:
        answer(secret, learner)
    receipt = SurveyReceipt.objects.get()
    assert receipt.codes == sorted(e.code for e in learners)
    assert {f.name for f in SurveyReceipt._meta.get_fields()} == {
        "id",
        "organisation",
        "survey",
        "version",
        "codes",
    }


def test_one_learner_answers_an_anonymous_form_once(learning, secret):
    answer(secret, learning.learner)
    with pytest.raises(Refused) as refused:
        answer(secret, learning.learner)
    assert refused.value.code == "answered"
    assert secret.responses.count() == 1
    assert queries.has_answered(secret, learning.learner)
    assert not queries.has_answered(secret, learning.other)


def test_double_tap_is_one_answer(learning, secret):
    key = uuid.uuid4()
    assert answer(secret, learning.learner, key=key) is True
    assert answer(secret, learning.learner, key=key) is False
    assert secret.responses.count() == 1


def test_key_of_another_form_is_refused(learning, live, secret):
    key = uuid.uuid4()
    answer(secret, learning.learner, key=key)
    with pytest.raises(Refused) as refused:
        answer(make(live, learning.by), learning.learner, key=key)
    assert refused.value.code == "other-form"


@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_fewer_than_five_anonymous_answers_are_a_number_alone(learning, secret, count, shown):
    for n, learner in enumerate(cohort(learning, count)):
        answer(secret, learner, 3, f"意见{n}")
    results = queries.results_of(secret, 1)
    assert (results.answered, results.is_shown, bool(results.told)) == (count, shown, shown)
    assert len(queries.open_answers(secret, 1)) == (count if shown else 0)


def test_named_answers_are_shown_from_the_first(learning, named):
    answer(named, learning.learner, 3)
    assert first_mean(named) == 3


def test_promise_cannot_be_broken_once_somebody_has_answered(learning, secret):
    answer(secret, learning.learner)
    values = {name: getattr(secret, name) for name in SETTINGS}
    for change, code in (({"is_anonymous": False}, "is_anonymous"), ({"least_shown": 3}, "least_shown")):
        with pytest.raises(Refused) as refused:
            actions.save_survey(survey=secret, by=learning.by, values=values | change)
        assert (refused.value.code, refused.value.field) == ("promised", code)
    actions.save_survey(survey=secret, by=learning.by, values=values | {"least_shown": 8})
    assert Survey.objects.get(pk=secret.pk).least_shown == 8


def test_open_answers_stand_in_another_order_than_they_came(learning, secret):
    texts = [f"意见{n:02d}" for n in range(12)]
    for learner, text in zip(cohort(learning, 12), texts, strict=True):
        answer(secret, learner, 4, text)
    shown = [text for _question, text in queries.open_answers(secret, 1)]
    assert sorted(shown) == texts
    assert shown != texts
    assert shown == [text for _question, text in queries.open_answers(secret, 1)]


def test_search_finds_words_in_open_answers(learning, named):
    for learner, text in zip(cohort(learning, 3), ("声音太小", "多讲案例", "声音清楚"), strict=True):
        answer(named, learner, 4, text)
    assert sorted(t for _q, t in queries.open_answers(named, 1, "声音")) == ["声音太小", "声音清楚"]


# By name


def test_named_answer_stands_with_the_learner_and_in_the_audit(learning, named):
    answer(named, learning.learner)
    response = SurveyResponse.objects.get()
    assert (response.enrolment, response.sent_at) == (learning.learner, DURING)
    line = AuditLine.objects.get(act="activities.survey.answered")
    assert (line.subject, line.after) == (named.code, {"enrolment": learning.learner.code})
    assert SurveyReceipt.objects.count() == 0


def test_whoever_is_not_asked_does_not_answer_unless_the_form_is_for_anybody(learning, live):
    with pytest.raises(Refused) as refused:
        answer(make(live, learning.by))
    assert refused.value.code == "not_asked"
    open_to_all = make(live, learning.by, is_for_anybody=True)
    assert answer(open_to_all)
    assert answer(open_to_all)


@pytest.mark.parametrize(
    ("opens", "closes", "code"),
    [("2021-10-14 22:00", None, "ahead"), (None, "2021-10-14 20:00", "closed")],
)
def test_form_is_answered_only_while_it_is_open(learning, live, opens, closes, code):
    survey = make(live, learning.by, opens_at=opens and moment(opens), closes_at=closes and moment(closes))
    with pytest.raises(Refused) as refused:
        answer(survey, learning.learner)
    assert (refused.value.code, survey.responses.count()) == (code, 0)


def test_required_question_without_an_answer_is_refused_by_its_name(learning, named):
    first, *others = queries.questions_of(named)
    with pytest.raises(Refused) as refused:
        answer(named, learning.learner, said={q.pk: Said(number=3) for q in others if q.kind != "text"})
    assert refused.value.field == first.code
    assert first.text in str(refused.value.sentence)


def test_number_outside_the_scale_is_refused(learning, named):
    with pytest.raises(Refused) as refused:
        answer(named, learning.learner, 6)
    assert refused.value.code == "misfit"
    assert SurveyAnswer.objects.count() == 0


# Versions


def test_questions_change_in_place_until_the_first_answer_then_begin_a_version(learning, named):
    actions.save_questions(survey=named, by=learning.by, questions=[Asked("scale5", "好吗？")])
    assert (named.version, SurveyQuestion.objects.filter(survey=named).count()) == (1, 1)
    answer(named, learning.learner, 2)
    actions.save_questions(survey=named, by=learning.by, questions=[Asked("scale10", "推荐吗？")])
    assert named.version == 2
    answer(named, learning.other, 9)
    answer(named, learning.learner, 10)
    old, new = queries.results_of(named, 1), queries.results_of(named, 2)
    assert (old.answered, old.told[0].question.text, old.told[0].mean) == (1, "好吗？", 2)
    assert (new.answered, new.told[0].question.text, new.told[0].mean) == (2, "推荐吗？", Fraction(19, 2))


def test_same_questions_again_begin_no_version(learning, named):
    answer(named, learning.learner)
    asked = [queries.asked_of(q) for q in queries.questions_of(named)]
    actions.save_questions(survey=named, by=learning.by, questions=asked)
    assert named.version == 1


def test_answer_to_questions_that_have_changed_is_refused(learning, named):
    answer(named, learning.learner)
    old = said(named)
    actions.save_questions(survey=named, by=learning.by, questions=[Asked("scale5", "好吗？")])
    with pytest.raises(Refused) as refused:
        answer(named, learning.other, version=1, said=old)
    assert refused.value.code == "other-version"


def test_choice_with_one_option_is_refused(learning, named):
    with pytest.raises(Refused) as refused:
        actions.save_questions(
            survey=named, by=learning.by, questions=[Asked("one", "哪天？", options=("周一",))]
        )
    assert refused.value.code == "few-options"


def test_form_with_answers_is_not_removed(learning, named):
    answer(named, learning.learner)
    with pytest.raises(Refused):
        actions.remove_survey(survey=named, by=learning.by)
    assert Survey.objects.filter(pk=named.pk).exists()


# A new edition


def test_forms_come_along_into_a_new_edition_without_answers(learning, live, named):
    part = PartFactory(activity=live, title="上半场")
    named.part, named.closes_at = part, moment("2021-10-20 12:00")
    named.save()
    actions.save_questions(
        survey=named, by=learning.by, questions=[Asked("one", "哪天？", options=("一", "二"))]
    )
    answer(named, learning.learner, said={q.pk: Said(chosen=("一",)) for q in queries.questions_of(named)})
    target = ProgrammeFactory(organisation=learning.programme.organisation)
    actions.copy_plan(source=learning.programme, target=target, shift=dt.timedelta(days=365), by=learning.by)
    copy = Survey.objects.get(programme=target)
    assert (copy.activity.programme, copy.part.title, copy.part.activity) == (target, "上半场", copy.activity)
    assert [queries.asked_of(q) for q in queries.questions_of(copy)] == [
        Asked("one", "哪天？", options=("一", "二"))
    ]
    assert copy.closes_at == moment("2022-10-20 12:00")
    assert (copy.token != named.token, copy.responses.count(), copy.is_anonymous) == (True, 0, False)


def test_part_with_a_form_stays_when_the_plan_no_longer_names_it(learning, live, named):
    named.part = PartFactory(activity=live, title="上半场")
    named.save()
    PartFactory(activity=live, title="下半场")
    actions.save_activity(
        programme=learning.programme,
        by=learning.by,
        kind=live.kind,
        values={"title": live.title},
        activity=live,
    )
    assert [p.title for p in live.parts.filter(title__endswith="半场")] == ["上半场"]


# Who is offered one


def test_open_form_is_offered_to_those_who_attended_until_they_answer(learning, live, secret):
    now = DURING
    assert queries.waiting_for(learning.learner, now) == []
    record(learning.learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:00")
    assert queries.waiting_for(learning.learner, now) == [secret]
    assert queries.waiting_for(learning.other, now) == []
    answer(secret, learning.learner)
    assert queries.waiting_for(learning.learner, now) == []


def test_excuse_is_no_attendance(learning, live, secret):
    record(learning.learner, live, FactKind.EXCUSED, "2021-10-14 19:00")
    assert queries.waiting_for(learning.learner, DURING) == []


def test_closed_form_and_another_part_are_not_offered(learning, live):
    morning, noon = (PartFactory(activity=live, title=t) for t in ("上午", "中午"))
    record(learning.learner, live, FactKind.CHECKED_IN, "2021-10-14 19:00", part=morning)
    for part, closes in ((morning, None), (noon, None), (morning, moment("2021-10-14 20:00"))):
        survey = make(live, learning.by, closes_at=closes)
        survey.part = part
        survey.save()
    assert [s.part for s in queries.waiting_for(learning.learner, DURING)] == [morning]


def test_reach_counts_those_asked_and_those_who_were_there(learning, live, secret):
    record(learning.learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:00")
    record(learning.learner, live, FactKind.CHECKED_IN, "2021-10-14 19:05")
    answer(secret, learning.learner)
    assert queries.reach_of(secret, 1) == queries.Reach(asked=2, attended=1, answered=1)


# Figures


def test_mean_median_and_distribution_are_exact(learning, named):
    for learner, number in zip(cohort(learning, 4), (1, 4, 5, 5), strict=True):
        answer(named, learner, number)
    told = queries.results_of(named, 1).told[0]
    assert (told.n, told.mean, told.median) == (4, Fraction(15, 4), Fraction(9, 2))
    assert (told.mean_shown, told.median_shown) == ("3.75", "4.5")
    assert [(b.label, b.count) for b in told.bars] == [("1", 1), ("2", 0), ("3", 0), ("4", 1), ("5", 2)]


def test_choices_are_counted_by_those_who_answered(learning, live):
    asked = [Asked("many", "哪些？", is_required=False, options=("甲", "乙", "丙"))]
    survey = make(live, learning.by, anonymous=False, questions=asked)
    (question,) = queries.questions_of(survey)
    for learner, chosen in zip(cohort(learning, 3), (("甲", "乙"), ("甲",), ()), strict=True):
        answer(survey, learner, said={question.pk: Said(chosen=chosen)})
    told = queries.results_of(survey, 1).told[0]
    assert (told.n, [(b.label, b.count, str(b.share)) for b in told.bars]) == (
        2,
        [("甲", 2, "1"), ("乙", 1, "0.5"), ("丙", 0, "0")],
    )


def test_too_fast_is_marked_and_left_out_only_where_the_form_says_so(learning, live):
    survey = make(live, learning.by, anonymous=False)
    for learner, number, seconds in zip(cohort(learning, 3), (1, 5, 3), (9, 10, None), strict=True):
        answer(survey, learner, number, seconds=seconds)
    assert (queries.results_of(survey, 1).fast, first_mean(survey)) == (1, 3)
    survey.leaves_out_fast = True
    survey.save()
    assert (queries.results_of(survey, 1).fast, first_mean(survey)) == (1, 4)
    assert sorted(r.seconds or 0 for r in counting(survey)) == [0, 10]
    survey.least_seconds = 9
    survey.save()
    assert first_mean(survey) == 3


# Comparing


def test_same_questions_stand_side_by_side_with_the_edition_before(learning, live):
    before = ProgrammeFactory(organisation=learning.programme.organisation)
    learning.programme.made_from = before
    learning.programme.save()
    old = make(LiveFactory(programme=before), learning.by, anonymous=False, is_for_anybody=True)
    new = make(live, learning.by, anonymous=False, is_for_anybody=True)
    for survey, numbers in ((old, [3] * 6 + [4] * 6), (new, [5] * 8 + [4] * 4)):
        for number in numbers:
            answer(survey, number=number)
    first = next(c for c in queries.compare(learning.programme) if c.text.startswith("总体满意"))
    assert [(line.survey, line.n, line.mean_shown, line.is_earlier) for line in first.lines] == [
        (old, 12, "3.50", True),
        (new, 12, "4.67", False),
    ]
    assert first.verdict == "differs"


def test_comparison_shows_no_mean_of_few_anonymous_answers(learning, live):
    few = make(live, learning.by, is_for_anybody=True)
    many = make(LiveFactory(programme=learning.programme), learning.by, is_for_anybody=True)
    for survey, count in ((few, 4), (many, 5)):
        for _n in range(count):
            answer(survey, number=2)
    lines = queries.compare(learning.programme)[0].lines
    assert {line.survey: (line.n, line.mean) for line in lines} == {few: (4, None), many: (5, 2)}


@pytest.mark.parametrize(("n", "b", "verdict"), [(9, 5, "few"), (10, 3, "chance"), (1000, 3, "differs")])
def test_difference_says_no_more_than_the_number_of_answers_allows(n, b, verdict):
    apart = Fraction(3) + Fraction(1, 5) if b == 3 else Fraction(b)
    assert queries.difference(Fraction(3), 1.0, n, apart, 1.0, n) == verdict


def test_comparison_takes_two_queries(learning, live, django_assert_num_queries):
    for count in (2, 4):
        while learning.programme.surveys.count() < count:
            answer(make(live, learning.by, anonymous=False, is_for_anybody=True))
        with django_assert_num_queries(2):
            queries.compare(learning.programme)
