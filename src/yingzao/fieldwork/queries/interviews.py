"""Guides, interviews and proposals."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from yingzao.communities.enums import ConsentPurpose
from yingzao.communities.models import Community
from yingzao.communities.queries import MODELS, standing
from yingzao.fieldwork.enums import ProposalState
from yingzao.fieldwork.models import Guide, GuideVersion, Interview, Proposal
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Consent, Organisation


def guides_of(organisation: Organisation) -> QuerySet[Guide]:
    """Each with how many interviews were held with any version of it."""
    rows = Guide.objects.filter(organisation=organisation).select_related("organisation")
    return rows.annotate(held=Count("versions__interviews")).order_by("created_at", "pk")


def version_asked(guide: Guide) -> GuideVersion:
    return guide.versions.select_related("guide").get(number=guide.version)


def guides_offered(community: Community) -> list[GuideVersion]:
    """What learners of a community may ask now: the newest version of each guide that is offered. One query."""
    rows = GuideVersion.objects.filter(
        guide__organisation=community.organisation_id, guide__is_offered=True
    ).select_related("guide")
    newest = Guide.objects.filter(pk=OuterRef("guide")).values("version")
    return list(rows.filter(number=Subquery(newest)).order_by("guide__created_at", "guide__pk"))


def guide_version(community: Community, code: str, number: int) -> GuideVersion | None:
    """A version of a guide of the community's organisation, an old one as well: a phone may have held it for weeks."""
    rows = GuideVersion.objects.filter(guide__organisation=community.organisation_id)
    return rows.filter(guide__code=code, number=number).select_related("guide").first()


def interviews_of(organisation: Organisation) -> QuerySet[Interview]:
    return Interview.objects.filter(organisation=organisation).select_related(
        "community", "organisation", "version__guide", "by"
    )


def narrow_interviews(
    rows: QuerySet[Interview], *, words: str = "", community: str = "", guide: str = ""
) -> QuerySet[Interview]:
    if community:
        rows = rows.filter(community__code=community)
    if guide:
        rows = rows.filter(version__guide__code=guide)
    for word in words.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(role__icontains=word)
            | Q(observed__icontains=word)
            | Q(community__name__icontains=word)
        )
    return rows


def agreements_of(interview: Interview) -> list[tuple[str, str, Consent | None]]:
    """(purpose, its words, the consent that stands for it) for each purpose; None where they did not agree, or agree no more."""
    rows = Consent.objects.filter(
        subject_kind=ConsentSubject.NAMED_RESIDENT, subject_code=interview.code, withdrawn_at=None
    )
    found = {row.purpose: row for row in rows}
    return [(purpose.value, str(purpose.label), found.get(purpose)) for purpose in ConsentPurpose]


def answers_of(interview: Interview) -> list[tuple[str, str]]:
    """Each question as it was asked, with what was answered."""
    questions = interview.version.questions
    given = [*interview.answers, *([""] * len(questions))]
    return [(one["text"], answer) for one, answer in zip(questions, given, strict=False)]


# Proposals


def proposals_of(organisation: Organisation) -> QuerySet[Proposal]:
    return Proposal.objects.filter(organisation=organisation).select_related(
        "community", "organisation", "by", "topic", "group"
    )


def waiting_count(organisation: Organisation) -> int:
    return Proposal.objects.filter(organisation=organisation, state=ProposalState.WAITING).count()


def nodes_like(proposal: Proposal) -> QuerySet:
    """What the community has of this kind already."""
    rows = MODELS[proposal.kind].objects.filter(community=proposal.community)
    return standing(rows, proposal.kind).order_by("pinyin", "pk")
