"""Who raised a need, who has been told its answer, and which needs may be the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from yingzao.communities.enums import ConsentPurpose, LikenessState
from yingzao.communities.models import Leader, Need, NeedLikeness, NeedMerge, Telling, Voice
from yingzao.communities.queries.leaders import purposes_by_leader
from yingzao.people.models import Organisation


def voices_of(head: Need) -> QuerySet[Voice]:
    """All who raised it: its own voices and those of what is merged into it, the earliest first."""
    rows = Voice.objects.filter(Q(need=head, need__merged_into=None) | Q(need__merged_into=head.pk))
    return rows.select_related("need__merged_into", "leader", "entered_by").order_by("on", "pk")


def _with_answer(voices: QuerySet[Voice]) -> QuerySet[Any]:
    """`answer`: the step in which the need that is followed up was answered."""
    return voices.annotate(
        answer=Case(
            When(need__merged_into=None, then=F("need__answered_in")),
            default=F("need__merged_into__answered_in"),
        )
    )


def voices_to_tell(organisation: Organisation) -> QuerySet[Voice]:
    """Those to whom an answer has still to be carried back, the oldest answer first."""
    told = Telling.objects.filter(voice=OuterRef("pk"), step=OuterRef("answer"))
    rows = _with_answer(Voice.objects.filter(organisation=organisation)).exclude(answer=None)
    return (
        rows.filter(~Exists(told))
        .select_related(
            "need__community", "need__merged_into__answered_in", "need__answered_in", "leader", "entered_by"
        )
        .order_by("answer", "on", "pk")
    )


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A voice as the desk sees it. `telling`: that it knows the answer that stands. `agreed`: what a leader agreed to."""

    voice: Voice
    telling: Telling | None = None
    agreed: frozenset[str] = frozenset()

    @property
    def leader(self) -> Leader | None:
        return self.voice.leader

    @property
    def may_be_contacted(self) -> bool:
        return ConsentPurpose.CONTACT in self.agreed

    @property
    def may_be_contacted_by_mentor(self) -> bool:
        return {ConsentPurpose.CONTACT, ConsentPurpose.MENTOR} <= self.agreed


def voice_rows(voices: Iterable[Voice], head: Need | None = None) -> list[VoiceRow]:
    """With whether each was told the answer of `head` (none where it has none), and what leaders agreed to. Two queries."""
    voices = list(voices)
    step = head.answered_in_id if head else None
    told: dict[int, Telling] = {}
    if step is not None:
        rows = Telling.objects.filter(step=step, voice__in=voices).select_related("by")
        told = {row.voice_id: row for row in rows}
    agreed = purposes_by_leader({v.leader.code: v.leader for v in voices if v.leader}.values())
    return [
        VoiceRow(voice, told.get(voice.pk), agreed[voice.leader.code] if voice.leader else frozenset())
        for voice in voices
    ]


def voices_with_tellings(heads: Iterable[Need]) -> list[tuple[Voice, Telling | None]]:
    """All who raised these needs, with the telling of the answer that stands, in the order of the needs. Two queries."""
    rank = {need.pk: at for at, need in enumerate(heads)}
    rows = Voice.objects.filter(Q(need__in=rank, need__merged_into=None) | Q(need__merged_into__in=rank))
    voices = sorted(
        _with_answer(rows).select_related("need", "leader").order_by("on", "pk"),
        key=lambda voice: rank[voice.need.merged_into_id or voice.need_id],
    )
    tellings = Telling.objects.filter(voice__in=[v.pk for v in voices])
    told = {(row.voice_id, row.step_id): row for row in tellings}
    return [(voice, told.get((voice.pk, voice.answer))) for voice in voices]


def own_voice(need: Need) -> Voice | None:
    return need.voices.filter(is_own=True).first()


def telling_of(voice: Voice, head: Need) -> Telling | None:
    """That the voice knows the answer that stands."""
    if head.answered_in_id is None:
        return None
    return Telling.objects.filter(voice=voice, step=head.answered_in_id).first()


def has_other_voices(need: Need) -> bool:
    """Whether others raised the same: then one who entered it does not answer for all."""
    return need.merged.exists() or need.voices.filter(is_own=False).exists()


# Merges and proposals


def merges_of(head: Need) -> QuerySet[NeedMerge]:
    """What went into it and came out again, the newest first."""
    return head.takings.select_related("need", "by", "undone_by")


def likenesses_of(organisation: Organisation) -> QuerySet[NeedLikeness]:
    """Pairs of which both are followed up, the likeliest first."""
    rows = NeedLikeness.objects.filter(
        organisation=organisation, first__merged_into=None, second__merged_into=None
    )
    return rows.select_related("first__community", "second", "decided_by").order_by("-score", "pk")


def likenesses_with(need: Need) -> QuerySet[NeedLikeness]:
    """Pairs in which the need stands."""
    return NeedLikeness.objects.filter(Q(first=need) | Q(second=need))


def likenesses_to_decide(organisation: Organisation) -> QuerySet[NeedLikeness]:
    return likenesses_of(organisation).filter(state=LikenessState.OPEN)


@dataclass(frozen=True, slots=True)
class LikenessRow:
    """A pair with the voices of both. `first_stays`: it may be kept, since the other holds no further ones; so `second_stays`."""

    likeness: NeedLikeness
    first_voices: Sequence[Voice]
    second_voices: Sequence[Voice]
    first_stays: bool
    second_stays: bool


def likeness_rows(likenesses: Iterable[NeedLikeness]) -> list[LikenessRow]:
    """Two queries, however many."""
    likenesses = list(likenesses)
    keys = {key for row in likenesses for key in (row.first_id, row.second_id)}
    voices: dict[int, list[Voice]] = defaultdict(list)
    rows = Voice.objects.filter(Q(need__in=keys) | Q(need__merged_into__in=keys))
    for voice in rows.select_related("need", "leader", "entered_by").order_by("on", "pk"):
        voices[voice.need.merged_into_id or voice.need_id].append(voice)
    holding = set(Need.objects.filter(merged_into__in=keys).values_list("merged_into", flat=True))
    return [
        LikenessRow(
            row,
            voices[row.first_id],
            voices[row.second_id],
            first_stays=row.second_id not in holding,
            second_stays=row.first_id not in holding,
        )
        for row in likenesses
    ]
