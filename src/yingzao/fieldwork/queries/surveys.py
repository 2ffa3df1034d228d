"""Surveys of residents, their versions and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from yingzao.fieldwork.enums import SheetSource, SheetState
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey, SurveyVersion
from yingzao.fieldwork.settling.questions import Tree, from_json
from yingzao.people.enums import Right
from yingzao.people.models import Organisation, Visitor
from yingzao.people.queries import is_signed_in, open_grants

RETURNED = (SheetState.VALID, SheetState.INVALID)


def surveys_of(organisation: Organisation) -> QuerySet[ResidentSurvey]:
    rows = ResidentSurvey.objects.filter(organisation=organisation)
    return rows.select_related("community", "organisation")


def surveys_read_by(person: Visitor) -> QuerySet[ResidentSurvey]:
    """Those for which the person holds the right itself, whatever else they may."""
    if not is_signed_in(person):
        return ResidentSurvey.objects.none()
    codes = open_grants(person).filter(right=Right.RUN_SURVEY).values("scope_code")
    return ResidentSurvey.objects.filter(code__in=codes).select_related("community", "organisation")


def with_counts(surveys: QuerySet[ResidentSurvey]) -> QuerySet[Any]:
    """`returned`: what came back and was not withdrawn; `valid` of it; `asks`: whether there is anything to answer."""
    asking = SurveyVersion.objects.filter(survey=OuterRef("pk"), number=OuterRef("version"))
    return surveys.annotate(
        asks=Exists(asking.exclude(questions=[])),
        returned=Count("sheets", filter=Q(sheets__state__in=RETURNED)),
        valid=Count("sheets", filter=Q(sheets__state=SheetState.VALID)),
    )


def survey_by_token(token: str) -> QuerySet[ResidentSurvey]:
    return ResidentSurvey.objects.filter(token=token).select_related("community", "organisation")


def version_of(survey: ResidentSurvey, number: int | None = None) -> SurveyVersion | None:
    return SurveyVersion.objects.filter(
        survey=survey, number=survey.version if number is None else number
    ).first()


def tree_of(survey: ResidentSurvey, number: int | None = None) -> Tree:
    """The questions of a version, the one that is asked unless another is named; none where there is no such version."""
    version = version_of(survey, number)
    return from_json(version.questions) if version is not None else ()


def consent_of(survey: ResidentSurvey, number: int | None = None) -> str:
    """What people agree to, as the newest version says it unless another is named."""
    version = version_of(survey, number)
    return version.consent if version is not None else ""


def sheets_of(survey: ResidentSurvey) -> QuerySet[FilledSheet]:
    return FilledSheet.objects.filter(survey=survey)


def sheets_by_phone(survey: ResidentSurvey) -> int:
    """How many came by phone and stand: what was withdrawn makes room."""
    return sheets_of(survey).filter(source=SheetSource.WEB).exclude(state=SheetState.WITHDRAWN).count()


def narrow_sheets(
    sheets: QuerySet[FilledSheet], *, words: str = "", source: str = "", state: str = ""
) -> QuerySet[FilledSheet]:
    """By number and by what was said; a filter that does not exist narrows nothing."""
    if source in SheetSource.values:
        sheets = sheets.filter(source=source)
    if state in SheetState.values:
        sheets = sheets.filter(state=state)
    for word in words.split():
        escaped = word.encode("ascii", "backslashreplace").decode()  # SQLite keeps JSON so
        sheets = sheets.annotate(said=Cast("answers", TextField())).filter(
            Q(number=word) | Q(code=word) | Q(said__icontains=word) | Q(said__icontains=escaped)
        )
    return sheets


@dataclass(frozen=True, slots=True)
class Counts:
    """发放, 回收, 有效. A share is None where there is nothing that it could be a share of."""

    handed_out: int | None
    by_phone: int
    on_paper: int
    valid_by_phone: int
    valid_on_paper: int
    withdrawn: int

    @property
    def returned(self) -> int:
        return self.by_phone + self.on_paper

    @property
    def valid(self) -> int:
        return self.valid_by_phone + self.valid_on_paper

    @property
    def valid_share(self) -> float | None:
        return self.valid / self.returned if self.returned else None

    @property
    def paper_share(self) -> float | None:
        """How many of the sheets that were given out came back."""
        return self.on_paper / self.handed_out if self.handed_out else None

    @property
    def valid_paper_share(self) -> float | None:
        return self.valid_on_paper / self.handed_out if self.handed_out else None

    @property
    def is_more_than_given_out(self) -> bool:
        return self.handed_out is not None and self.on_paper > self.handed_out


def counts_of(survey: ResidentSurvey) -> Counts:
    rows = sheets_of(survey).order_by().values("source", "state").annotate(n=Count("pk"))
    found = {(row["source"], row["state"]): row["n"] for row in rows}

    def of(source: str, *states: str) -> int:
        return sum(found.get((source, state), 0) for state in states)

    web, paper = SheetSource.WEB, SheetSource.PAPER
    return Counts(
        handed_out=survey.handed_out,
        by_phone=of(web, *RETURNED),
        on_paper=of(paper, *RETURNED),
        valid_by_phone=of(web, SheetState.VALID),
        valid_on_paper=of(paper, SheetState.VALID),
        withdrawn=of(web, SheetState.WITHDRAWN) + of(paper, SheetState.WITHDRAWN),
    )
