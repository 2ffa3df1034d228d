"""Forms, their answers, and the figures of both, read in batches."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.db.models import F, Q

from yingzao.activities.enums import SCALES, FactKind, QuestionKind
from yingzao.activities.models import (
    Activity,
    Evidence,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReceipt,
    SurveyResponse,
)
from yingzao.activities.queries import activities_for_learner, asked_learners
from yingzao.activities.queries.questions import Asked, plain
from yingzao.enrolment.enums import SourcePurpose, SourceState
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.people.models import Person
from yingzao.programmes.models import Programme

PRESENT = (
    FactKind.CHECKED_IN,
    FactKind.ATTENDED,
    FactKind.WATCHED,
    FactKind.READ,
    FactKind.REFLECTED,
    FactKind.HANDED_IN,
    FactKind.CONFIRMED,
    FactKind.IMPORTED,
)
FEW = 10  # of so few answers a difference says next to nothing


def surveys_of(programme: Programme) -> models.QuerySet[Survey]:
    """The programme's forms in the order of its activities, with `answered`, how many answers count in the version of now."""
    return programme.surveys.select_related("activity", "part", "programme").annotate(
        answered=models.Count(
            "responses", filter=_counts("responses__") & Q(responses__version=F("version")), distinct=True
        )
    )


def search_surveys(surveys: models.QuerySet[Survey], words: str) -> models.QuerySet[Survey]:
    """By title, activity or part; every word must be found."""
    for word in words.split():
        surveys = surveys.filter(
            Q(title__icontains=word) | Q(activity__title__icontains=word) | Q(part__title__icontains=word)
        )
    return surveys


def surveys_by_token() -> models.QuerySet[Survey]:
    return Survey.objects.select_related("activity", "part", "programme__organisation").filter(
        activity__is_published=True
    )


def questions_of(survey: Survey, version: int | None = None) -> list[SurveyQuestion]:
    return list(survey.questions.filter(version=version or survey.version))


def asked_of(question: SurveyQuestion) -> Asked:
    """The question as a value."""
    return Asked(
        kind=question.kind,
        text=question.text,
        is_required=question.is_required,
        low=question.low,
        high=question.high,
        options=tuple(question.options),
    )


def has_answers(survey: Survey) -> bool:
    """Whether anybody has answered the version of now."""
    return survey.responses.filter(version=survey.version).exists()


def has_ever_answers(survey: Survey) -> bool:
    return survey.responses.exists()


# Who answers


def learner_of(person: Person | None, survey: Survey) -> Enrolment | None:
    """The person as one of those whom the form asks."""
    if person is None or not person.is_authenticated:
        return None
    return asked_learners(survey.activity).filter(person=person).select_related("team").first()


def has_answered(survey: Survey, enrolment: Enrolment | None) -> bool:
    if enrolment is None:
        return False
    if survey.is_anonymous:
        receipt = survey.receipts.filter(version=survey.version).first()
        return receipt is not None and enrolment.code in receipt.codes
    return survey.responses.filter(version=survey.version, enrolment=enrolment, is_superseded=False).exists()


def present_at(survey: Survey) -> set[int]:
    """Primary keys of the learners who were there, by standing evidence: at the part, where the form is about one."""
    facts = Evidence.objects.filter(activity=survey.activity_id, withdrawn_at=None, fact__in=PRESENT)
    if survey.part_id:
        facts = facts.filter(Q(part=survey.part_id) | Q(part=None))
    return set(facts.values_list("enrolment_id", flat=True).distinct())


def waiting_for(enrolment: Enrolment, now: dt.datetime) -> list[Survey]:
    """Open forms about what the learner attended and that the learner has not answered. A fixed number of queries."""
    is_open = (Q(opens_at=None) | Q(opens_at__lte=now)) & (Q(closes_at=None) | Q(closes_at__gte=now))
    mine = activities_for_learner(enrolment).values("pk")
    offered = list(
        Survey.objects.filter(is_open, activity__in=mine)
        .select_related("activity", "part")
        .order_by("closes_at", "pk")
    )
    if not offered:
        return []
    facts = Evidence.objects.filter(enrolment=enrolment, withdrawn_at=None, fact__in=PRESENT)
    attended: dict[int, set[int | None]] = defaultdict(set)
    for activity, part in facts.values_list("activity_id", "part_id"):
        attended[activity].add(part)
    named = set(
        SurveyResponse.objects.filter(enrolment=enrolment, survey__in=offered).values_list(
            "survey_id", "version"
        )
    )
    receipts = SurveyReceipt.objects.filter(survey__in=offered).values_list("survey_id", "version", "codes")
    secret = {(survey, version) for survey, version, codes in receipts if enrolment.code in codes}
    return [
        s
        for s in offered
        if s.activity_id in attended
        and (s.part_id is None or attended[s.activity_id] & {s.part_id, None})
        and (s.pk, s.version) not in named | secret
    ]


# Figures


def _counts(prefix: str = "") -> Q:
    """Answers that figures are made of: the last one of each person, of nobody who is no learner, and none that was too
    fast where the form leaves those out."""
    slow = (
        Q(**{f"{prefix}survey__leaves_out_fast": False})
        | Q(**{f"{prefix}seconds": None})
        | Q(**{f"{prefix}seconds__gte": F(f"{prefix}survey__least_seconds")})
    )
    return Q(**{f"{prefix}is_superseded": False, f"{prefix}is_nobody": False}) & slow


def counted(responses: models.QuerySet[SurveyResponse]) -> models.QuerySet[SurveyResponse]:
    return responses.filter(_counts())


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a distribution; `share` of those who answered the question."""

    label: str
    count: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Told:
    """What was said to one question. `mean` and `median` are exact, None where it is no scale or nobody answered."""

    question: SurveyQuestion
    n: int
    mean: Fraction | None = None
    median: Fraction | None = None
    bars: tuple[Bar, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def mean_shown(self) -> str:
        return two_decimals(self.mean)

    @property
    def median_shown(self) -> str:
        return two_decimals(self.median).rstrip("0").rstrip(".")


def two_decimals(figure: Fraction | None) -> str:
    """3.80, rounded half up; nothing where there is none."""
    if figure is None:
        return ""
    hundredths = math.floor(figure * 100 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True, slots=True)
class Results:
    """Everything of one version. `told` is empty where there are too few answers to show."""

    version: int
    answered: int  # that count
    is_shown: bool
    told: tuple[Told, ...]
    superseded: int
    fast: int  # answered in too short a time, counted or not
    nobody: int
    waiting: int  # from a file, of a name that nobody has decided


@dataclass(frozen=True, slots=True)
class Reach:
    """Who was asked, who was there, and how many learners of both are known to have answered."""

    asked: int
    attended: int
    answered: int


def reach_of(survey: Survey, answered: int) -> Reach:
    return Reach(asked_learners(survey.activity).count(), len(present_at(survey)), answered)


def results_of(
    survey: Survey, version: int, responses: models.QuerySet[SurveyResponse] | None = None
) -> Results:
    """The figures of one version; of `responses` alone where they are given. Four queries."""
    every = (survey.responses.all() if responses is None else responses).filter(version=version)
    state = every.aggregate(
        answered=models.Count("pk", filter=_counts()),
        superseded=models.Count("pk", filter=Q(is_superseded=True)),
        nobody=models.Count("pk", filter=Q(is_nobody=True)),
        fast=models.Count("pk", filter=Q(is_superseded=False, seconds__lt=survey.least_seconds)),
        waiting=models.Count(
            "pk",
            filter=Q(source_row__match__isnull=False, enrolment=None, is_nobody=False, is_superseded=False),
        ),
    )
    answered = state.pop("answered")
    is_shown = not survey.is_anonymous or answered >= survey.least_shown
    told: tuple[Told, ...] = ()
    if is_shown:
        said: dict[int, list[tuple[int | None, list[str], str]]] = defaultdict(list)
        rows = SurveyAnswer.objects.filter(response__in=counted(every)).order_by()
        for question, number, chosen, text, pk in rows.values_list(
            "question_id", "number", "chosen", "text", "pk"
        ):
            said[question].append((number, chosen, f"{shuffled(survey, pk)}{text}" if text else ""))
        told = tuple(_told(q, said[q.pk]) for q in questions_of(survey, version))
    return Results(version=version, answered=answered, is_shown=is_shown, told=told, **state)


_HASHED = 16


def shuffled(survey: Survey, pk: object) -> str:
    """What open answers are ordered by: no order in which they came, and the same at each look."""
    return hashlib.sha256(f"{survey.token}{pk}".encode()).hexdigest()[:_HASHED]


def _told(question: SurveyQuestion, said: Sequence[tuple[int | None, list[str], str]]) -> Told:
    texts = tuple(text[_HASHED:] for text in sorted(t for _n, _c, t in said if t))
    if question.kind in SCALES:
        numbers = sorted(n for n, _chosen, _text in said if n is not None)
        of = Counter(numbers)
        bars = tuple(
            Bar(str(v), of[v], _share(of[v], len(numbers))) for v in SCALES[QuestionKind(question.kind)]
        )
        return Told(question, len(numbers), mean_of(numbers), median_of(numbers), bars, texts)
    if question.kind == QuestionKind.TEXT:
        return Told(question, len(texts), texts=texts)
    picked = [chosen for _n, chosen, _t in said if chosen]
    of_option = Counter(option for chosen in picked for option in chosen)
    options = list(dict.fromkeys([*question.options, *(o for o, _n in of_option.most_common())]))
    bars = tuple(Bar(o, of_option[o], _share(of_option[o], len(picked))) for o in options)
    return Told(question, len(picked), bars=bars, texts=texts)


def _share(count: int, total: int) -> Decimal:
    return Decimal(count) / Decimal(total) if total else Decimal(0)


def mean_of(numbers: Sequence[int]) -> Fraction | None:
    return Fraction(sum(numbers), len(numbers)) if numbers else None


def median_of(ordered: Sequence[int]) -> Fraction | None:
    """Of numbers in their order; of an even count the middle between the middle two."""
    if not ordered:
        return None
    half = len(ordered) // 2
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def versions_of(survey: Survey) -> list[int]:
    """Versions that have answers, and the one of now."""
    answered = set(survey.responses.values_list("version", flat=True).distinct())
    return sorted(answered | {survey.version})


def open_answers(survey: Survey, version: int, words: str = "") -> list[tuple[SurveyQuestion, str]]:
    """What was written in own words, question by question, in no order of their coming; every word of `words` must be in it.
    None where too few have answered to show any."""
    results = results_of(survey, version)
    wanted = [word.casefold() for word in words.split()]
    return [
        (told.question, text)
        for told in results.told
        for text in told.texts
        if all(word in text.casefold() for word in wanted)
    ]


# Comparing


@dataclass(frozen=True, slots=True)
class Line:
    """One form's figure of a question that several forms ask. `mean` is None where nothing may be shown."""

    survey: Survey
    n: int
    mean: Fraction | None
    spread: float  # variance of the answers
    is_earlier: bool  # of the edition before

    kind: str

    @property
    def is_few(self) -> bool:
        return self.n < FEW

    @property
    def mean_shown(self) -> str:
        return two_decimals(self.mean)

    @property
    def height(self) -> Decimal | None:
        """Where the mean lies between the ends of its scale, 0 to 1."""
        if self.mean is None:
            return None
        scale = SCALES[QuestionKind(self.kind)]
        at = (self.mean - scale[0]) / (scale[-1] - scale[0])
        return Decimal(at.numerator) / Decimal(at.denominator)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question, by its words and scale, over the forms that ask it."""

    text: str
    kind: str
    lines: tuple[Line, ...]
    now: Line | None = None  # this edition taken together, where both are known
    before: Line | None = None

    @property
    def verdict(self) -> str:
        """What may be said of this edition beside the last: "", "few", "chance" or "differs"."""
        if self.now is None or self.before is None or self.now.mean is None or self.before.mean is None:
            return ""
        return difference(
            self.now.mean, self.now.spread, self.now.n, self.before.mean, self.before.spread, self.before.n
        )


def difference(a: Fraction, spread_a: float, n_a: int, b: Fraction, spread_b: float, n_b: int) -> str:
    """ "few" below ten answers on a side; else whether the means lie further apart than 1.96 standard errors of their
    difference (Welch's): "differs" or "chance". Answers are taken to be independent, which the same people's are not."""
    if min(n_a, n_b) < FEW:
        return "few"
    error = math.sqrt(spread_a / n_a + spread_b / n_b)
    return "differs" if abs(float(a - b)) > 1.96 * error else "chance"


def compare(programme: Programme) -> list[Comparison]:
    """Every scale question that at least two forms of the programme ask, or one and the edition before; newest versions.
    Two queries."""
    both = [programme.pk, *([programme.made_from_id] if programme.made_from_id else [])]
    found_surveys = Survey.objects.filter(programme__in=both).select_related("activity", "part", "programme")
    in_order = found_surveys.order_by("activity__starts_at", "activity__position", "pk")
    surveys = sorted(
        in_order, key=lambda s: s.programme_id == programme.pk
    )  # the edition before stands first
    rows = (
        SurveyAnswer.objects.filter(_counts("response__"), question__survey__in=surveys, number__isnull=False)
        .filter(question__version=F("question__survey__version"))
        .values_list("question__survey_id", "question__text", "question__kind", "number")
        .annotate(count=models.Count("pk"))
        .order_by()
    )
    found: dict[tuple[str, str], dict[int, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    words: dict[tuple[str, str], str] = {}
    for survey, text, kind, number, count in rows:
        key = (plain(text), kind)
        words.setdefault(key, text)
        found[key][survey][number] += count
    comparisons = []
    for key, by_survey in found.items():
        lines = [
            _line(s, by_survey[s.pk], s.programme_id != programme.pk, key[1])
            for s in surveys
            if s.pk in by_survey
        ]
        if len(lines) < 2 or all(line.is_earlier for line in lines):
            continue
        comparisons.append(
            Comparison(
                words[key],
                key[1],
                tuple(lines),
                now=_together(surveys, by_survey, programme, key[1], earlier=False),
                before=_together(surveys, by_survey, programme, key[1], earlier=True),
            )
        )
    return sorted(comparisons, key=lambda c: -len(c.lines))


def _together(
    surveys: Iterable[Survey],
    by_survey: Mapping[int, Counter[int]],
    programme: Programme,
    kind: str,
    *,
    earlier: bool,
) -> Line | None:
    """All answers of one edition; of forms that may not be shown none, so that they cannot be reckoned back."""
    total: Counter[int] = Counter()
    last = None
    for survey in surveys:
        numbers = by_survey.get(survey.pk)
        if numbers is None or (survey.programme_id != programme.pk) != earlier:
            continue
        if _line(survey, numbers, earlier, kind).mean is not None:
            total += numbers
            last = survey
    return _line(last, total, earlier, kind) if last else None


def _line(survey: Survey, numbers: Counter[int], is_earlier: bool, kind: str) -> Line:
    n = sum(numbers.values())
    if not n or (survey.is_anonymous and n < survey.least_shown):
        return Line(survey, n, None, 0.0, is_earlier, kind)
    mean = Fraction(sum(v * c for v, c in numbers.items()), n)
    squares = sum(c * (v - mean) ** 2 for v, c in numbers.items())
    return Line(survey, n, mean, float(squares / (n - 1)) if n > 1 else 0.0, is_earlier, kind)


# Mentors


def named_surveys_for_mentor(person: Person) -> models.QuerySet[Survey]:
    """Named forms that a learner of the person's teams has answered."""
    return (
        Survey.objects.filter(is_anonymous=False, responses__enrolment__in=_mentored(person))
        .select_related("activity", "part", "programme")
        .distinct()
        .order_by("-programme__starts_on", "activity__position", "pk")
    )


def _mentored(person: Person) -> models.QuerySet[Enrolment]:
    return Enrolment.objects.filter(team__mentor__person=person, team__mentor__ended_at=None)


def responses_for_mentor(survey: Survey, person: Person) -> models.QuerySet[SurveyResponse]:
    return survey.responses.filter(enrolment__in=_mentored(person).filter(programme=survey.programme_id))


def named_answers(
    responses: models.QuerySet[SurveyResponse], questions: Collection[SurveyQuestion]
) -> list[tuple[SurveyResponse, list[SurveyAnswer | None]]]:
    """Each response with its answers in the order of the questions. Two queries."""
    rows = list(responses.select_related("enrolment__community", "source_row").order_by("sent_at", "key"))
    by_pair: dict[tuple[object, int], SurveyAnswer] = {
        (a.response_id, a.question_id): a for a in SurveyAnswer.objects.filter(response__in=responses)
    }
    return [(row, [by_pair.get((row.pk, q.pk)) for q in questions]) for row in rows]


# Files


def answer_files(survey: Survey) -> models.QuerySet[SourceFile]:
    return SourceFile.objects.filter(
        programme=survey.programme_id, purpose=SourcePurpose.SURVEY, about_code=survey.code
    )


def remembered_columns(source_file: SourceFile) -> list[Mapping[str, object]]:
    """The columns that were chosen for earlier files of the programme, newest first: `{"headers", "columns"}`."""
    files = SourceFile.objects.filter(programme=source_file.programme, purpose=SourcePurpose.SURVEY)
    named = files.exclude(pk=source_file.pk).exclude(state=SourceState.READ).exclude(mapping={})
    return list(named.order_by("-created_at", "-pk").values_list("mapping", flat=True)[:20])


def survey_activities(programme: Programme) -> models.QuerySet[Activity]:
    return programme.activities.filter(is_published=True).prefetch_related("parts")
