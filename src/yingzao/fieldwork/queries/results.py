"""What a survey's valid answers say, question by question, by phone and on paper together and apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean, median
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from yingzao.core.masking import mask_phones_in
from yingzao.fieldwork.enums import QuestionKind, SheetSource, SheetState
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey, SheetPhoto
from yingzao.fieldwork.queries.surveys import sheets_of, tree_of
from yingzao.fieldwork.settling.questions import OTHER, Question, asked

NUMBERS = frozenset({QuestionKind.INTEGER, QuestionKind.DECIMAL})


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    share: float | None
    by_phone: int
    on_paper: int


@dataclass(frozen=True, slots=True)
class Figures:
    mean: float
    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Told:
    """What was said to one question. `n`: how many answered it."""

    question: Question
    n: int
    bars: tuple[Bar, ...] = ()
    figures: Figures | None = None
    texts: tuple[str, ...] = ()
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Results:
    """`answered` counts the valid sheets of this version; `versions` how many there are of each."""

    version: int
    versions: tuple[tuple[int, int], ...]
    answered: int
    told: tuple[Told, ...]


def versions_answered(survey: ResidentSurvey) -> tuple[tuple[int, int], ...]:
    rows = sheets_of(survey).filter(state=SheetState.VALID).order_by("version").values("version")
    return tuple((row["version"], row["n"]) for row in rows.annotate(n=Count("pk")))


def results_of(
    survey: ResidentSurvey, *, version: int | None = None, source: str = "", least: int = 0
) -> Results:
    """Of one version, the newest with answers unless another is named. `least`: of fewer answers a question tells nothing but how many,
    and own words, photos and single figures never stand there."""
    versions = versions_answered(survey)
    numbers = [number for number, _n in versions]
    number = version if version in numbers else (numbers[-1] if numbers else survey.version)
    rows = sheets_of(survey).filter(state=SheetState.VALID, version=number)
    if source in SheetSource.values:
        rows = rows.filter(source=source)
    sheets = list(rows.only("answers", "source"))
    told = [_told(question, sheets) for question in asked(tree_of(survey, number))]
    photos = _photos(survey, number, source)
    told = [
        Told(one.question, photos.get(one.question.name, 0))
        if one.question.kind == QuestionKind.IMAGE
        else one
        for one in told
    ]
    if least:
        told = [_guarded(one, least) for one in told]
        if len(sheets) < least:
            told = []
    return Results(number, versions, len(sheets), tuple(told))


def _guarded(told: Told, least: int) -> Told:
    """As whoever has the link may see it."""
    if told.n < least:
        return Told(told.question, told.n, is_shown=False)
    return Told(told.question, told.n, bars=told.bars, figures=told.figures)


def _photos(survey: ResidentSurvey, number: int, source: str) -> dict[str, int]:
    rows = SheetPhoto.objects.filter(
        sheet__survey=survey, sheet__version=number, sheet__state=SheetState.VALID
    )
    if source in SheetSource.values:
        rows = rows.filter(sheet__source=source)
    counted = rows.order_by().values("question").annotate(n=Count("sheet", distinct=True))
    return {row["question"]: row["n"] for row in counted}


def _told(question: Question, sheets: Sequence[FilledSheet]) -> Told:
    said = [(sheet.answers[question.name], sheet) for sheet in sheets if sheet.answers.get(question.name)]
    values = [value for value, _sheet in said]
    if question.chooses:
        others = (sheet.answers.get(question.other_name, "") for _value, sheet in said)
        return Told(question, len(said), bars=_bars(question, said), texts=_masked(others))
    if question.kind in NUMBERS:
        return Told(question, len(said), figures=_figures(values))
    if question.kind == QuestionKind.DATE:
        days = sorted(Counter(values).items())
        return Told(question, len(said), texts=tuple(f"{day} × {n}" if n > 1 else day for day, n in days))
    if question.kind == QuestionKind.GEOPOINT:
        return Told(question, len(said), texts=tuple(f"{one['lat']}, {one['lon']}" for one in values))
    return Told(question, len(said), texts=_masked(values))


def _masked(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(mask_phones_in(text) for text in texts if text)


def _bars(question: Question, said: Iterable[tuple[Any, FilledSheet]]) -> tuple[Bar, ...]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    n = 0
    for value, sheet in said:
        n += 1
        for chosen in value if isinstance(value, list) else [value]:
            counts[chosen][sheet.source] += 1
    offered = [(choice.name, choice.label) for choice in question.choices]
    if question.adds_other:
        offered.append((OTHER, _("Other")))
    return tuple(
        Bar(
            label,
            sum(counts[name].values()),
            sum(counts[name].values()) / n if n else None,
            counts[name][SheetSource.WEB],
            counts[name][SheetSource.PAPER],
        )
        for name, label in offered
    )


def _figures(values: Sequence[str]) -> Figures | None:
    if not values:
        return None
    numbers = [Decimal(value) for value in values]
    return Figures(float(mean(numbers)), float(median(numbers)), float(min(numbers)), float(max(numbers)))
