"""The table of cards: piles and loose needs of one community, and the order in which they matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from yingzao.communities.enums import ENDED, Feasibility, Frequency, Urgency
from yingzao.communities.models import Community, Need, NeedTheme
from yingzao.communities.queries.needs import heads_of, voice_counts
from yingzao.people.models import Organisation

URGENCY = (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)
FREQUENCY = (Frequency.DAILY, Frequency.WEEKLY, Frequency.SOMETIMES, Frequency.ONCE, Frequency.UNKNOWN)
FEASIBILITY = (Feasibility.OWN, Feasibility.HELP, Feasibility.UNKNOWN, Feasibility.HARD)


@dataclass(frozen=True, slots=True)
class Weight:
    """What an order comes from, in this order: dots, voices, urgency, frequency, feasibility."""

    dots: int
    voices: int
    urgency: str
    frequency: str
    feasibility: str

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """Small is first."""
        return (
            -self.dots,
            -self.voices,
            URGENCY.index(Urgency(self.urgency)),
            FREQUENCY.index(Frequency(self.frequency)),
            FEASIBILITY.index(Feasibility(self.feasibility)),
        )


@dataclass(frozen=True, slots=True)
class Card:
    need: Need
    weight: Weight


@dataclass(frozen=True, slots=True)
class Pile:
    """A theme with its cards, those that matter most first."""

    theme: NeedTheme
    cards: Sequence[Card]
    weight: Weight


@dataclass(frozen=True, slots=True)
class CardTable:
    """`piles` as they lie on the table; `loose` in the order in which they matter."""

    piles: Sequence[Pile]
    loose: Sequence[Card]

    @property
    def by_weight(self) -> list[Pile]:
        """What residents' dots, then voices and the rest, put first. Piles without cards are left out."""
        return sorted((pile for pile in self.piles if pile.cards), key=lambda pile: pile.weight.rank)

    @property
    def count(self) -> int:
        return len(self.loose) + sum(len(pile.cards) for pile in self.piles)


def cards_of(community: Community) -> QuerySet[Need]:
    """Needs that are followed up and have no answer yet."""
    return heads_of(community.organisation).filter(community=community).exclude(state__in=ENDED)


def card_table(community: Community) -> CardTable:
    """Three queries, however many cards."""
    needs = list(cards_of(community))
    voices = voice_counts(needs)
    cards = sorted((_card(need, voices[need.pk]) for need in needs), key=lambda card: card.weight.rank)
    piles = []
    for theme in community.themes.all():
        own = [card for card in cards if card.need.theme_id == theme.pk]
        piles.append(Pile(theme, own, _together(theme.dots, own)))
    return CardTable(piles, [card for card in cards if card.need.theme_id is None])


def _card(need: Need, voices: int) -> Card:
    return Card(need, Weight(0, voices, need.urgency, need.frequency, need.feasibility))


def _together(dots: int, cards: Sequence[Card]) -> Weight:
    """Of several cards: the sum of their voices, and the most urgent, most frequent, easiest among them."""
    weights = [card.weight for card in cards]
    return Weight(
        dots=dots,
        voices=sum(weight.voices for weight in weights),
        urgency=min((w.urgency for w in weights), key=URGENCY.index, default=Urgency.NORMAL),
        frequency=min((w.frequency for w in weights), key=FREQUENCY.index, default=Frequency.UNKNOWN),
        feasibility=min((w.feasibility for w in weights), key=FEASIBILITY.index, default=Feasibility.UNKNOWN),
    )


def communities_with_cards(organisation: Organisation) -> QuerySet[Community]:
    """Those with needs that wait, each with `card_count`; the most first."""
    waiting = Q(needs__merged_into=None) & ~Q(needs__state__in=ENDED) & Q(needs__isnull=False)
    rows = Community.objects.filter(organisation=organisation).annotate(
        card_count=Count("needs", filter=waiting)
    )
    return rows.filter(card_count__gt=0).order_by("-card_count", "pinyin", "pk")
