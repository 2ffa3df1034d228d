"""Leaders: who there are, what they agreed to, and whom to ask again."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from yingzao.communities.enums import ConsentPurpose, Step, Willingness
from yingzao.communities.models import Leader, LeaderContact, LeaderStep
from yingzao.communities.queries.register import with_facet
from yingzao.core import clock
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Consent, Organisation

ASKED_EVERY = dt.timedelta(days=365)  # the yearly question


def leaders_of(organisation: Organisation) -> QuerySet[Leader]:
    return Leader.objects.filter(organisation=organisation).select_related("community", "organisation")


def _consents() -> QuerySet[Consent]:
    return Consent.objects.filter(subject_kind=ConsentSubject.LEADER)


def consents_of(leader: Leader) -> QuerySet[Consent]:
    """All that was ever agreed to, the newest first."""
    rows = _consents().filter(subject_code=leader.code)
    return rows.select_related("recorded_by", "form").order_by("-given_at", "-pk")


def standing_purposes(leader: Leader) -> frozenset[str]:
    """For what the leader agrees now: ConsentPurpose values."""
    rows = _consents().filter(subject_code=leader.code, withdrawn_at=None)
    return frozenset(rows.values_list("purpose", flat=True))


def purposes_by_leader(leaders: Iterable[Leader]) -> dict[str, frozenset[str]]:
    """The same for many, by the leader's code: one query."""
    found: dict[str, set[str]] = defaultdict(set)
    codes = [leader.code for leader in leaders]
    rows = _consents().filter(subject_code__in=codes, withdrawn_at=None)
    for code, purpose in rows.values_list("subject_code", "purpose"):
        found[code].add(purpose)
    return {code: frozenset(found[code]) for code in codes}


def leaders_to_ask(leaders: QuerySet[Leader], *, today: dt.date | None = None) -> QuerySet[Leader]:
    """Those who agreed to something a year ago or longer, and were not asked since whether they still do."""
    limit = (today or clock.today()) - ASKED_EVERY
    old = _consents().filter(
        subject_code=OuterRef("code"), withdrawn_at=None, given_at__lte=clock.end_of(limit)
    )
    return leaders.filter(Q(asked_again_on=None) | Q(asked_again_on__lte=limit), Exists(old), erased_at=None)


def leaders_to_publish(leaders: QuerySet[Leader]) -> QuerySet[Leader]:
    """Those who may be named in what is published. Nobody else ever stands on a public page."""
    agreed = _consents().filter(
        subject_code=OuterRef("code"), withdrawn_at=None, purpose=ConsentPurpose.PUBLICATION
    )
    return leaders.filter(Exists(agreed), erased_at=None)


def has_namesake(leader: Leader) -> bool:
    """Whether somebody of the same name stands in the same community. Nothing else of them is told."""
    others = Leader.objects.filter(community=leader.community_id, name__iexact=leader.name, erased_at=None)
    return bool(leader.name) and others.exclude(pk=leader.pk).exists()


def narrow_leaders(
    leaders: QuerySet[Leader],
    *,
    words: str = "",
    community: str = "",
    step: str = "",
    facet: str = "",
    willingness: str = "",
    is_to_ask: bool = False,
) -> QuerySet[Leader]:
    """By name, pinyin, community, and what they are good at or willing to; a filter that does not exist narrows nothing."""
    for word in words.split():
        leaders = leaders.filter(
            Q(name__icontains=word)
            | Q(pinyin__icontains=word)
            | Q(community__name__icontains=word)
            | Q(good_at__icontains=word)
            | Q(willing_to__icontains=word)
        )
    if community:
        leaders = leaders.filter(community__code=community)
    if step in Step.values:
        leaders = leaders.filter(step=step)
    if willingness in Willingness.values:
        leaders = leaders.filter(willingness=willingness)
    leaders = with_facet(leaders, facet)
    return leaders_to_ask(leaders) if is_to_ask else leaders


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: when it was reached last, and whether the leader stands on or above it."""

    step: str
    label: str
    is_reached: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class LeaderFacts:
    """What a page shows of one leader beside the row itself. Neither telephone nor other ways are in it."""

    purposes: frozenset[str]
    agreements: tuple[tuple[str, str, Consent | None], ...]  # (purpose, its words, the consent that stands)
    consents: tuple[Consent, ...]
    ladder: tuple[Rung, ...]
    steps: tuple[LeaderStep, ...]
    contacts: tuple[LeaderContact, ...]
    is_to_ask: bool

    @property
    def may_be_contacted(self) -> bool:
        return ConsentPurpose.CONTACT in self.purposes

    @property
    def may_be_contacted_by_mentor(self) -> bool:
        return {ConsentPurpose.CONTACT, ConsentPurpose.MENTOR} <= self.purposes

    @property
    def forms(self) -> list[Consent]:
        """One consent for each sheet that was signed."""
        return list({c.form_id: c for c in self.consents if c.form_id is not None}.values())

    @property
    def missing(self) -> list[tuple[str, str]]:
        """What has not been agreed to: (purpose, its words)."""
        return [(purpose, words) for purpose, words, consent in self.agreements if consent is None]


def leader_facts(leader: Leader) -> LeaderFacts:
    consents = tuple(consents_of(leader))
    standing: dict[str, Consent] = {c.purpose: c for c in consents if c.withdrawn_at is None}
    here = Step.values.index(leader.step)
    return LeaderFacts(
        purposes=frozenset(standing),
        agreements=tuple((value, str(words), standing.get(value)) for value, words in ConsentPurpose.choices),
        consents=consents,
        ladder=tuple(
            Rung(value, str(words), at <= here, at == here) for at, (value, words) in enumerate(Step.choices)
        ),
        steps=tuple(reversed(leader.steps.select_related("by"))),
        contacts=tuple(leader.contacts.select_related("by")),
        is_to_ask=leaders_to_ask(Leader.objects.filter(pk=leader.pk)).exists(),
    )
