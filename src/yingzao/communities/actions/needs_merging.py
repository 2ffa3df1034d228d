"""Needs that are the same: proposed, merged, taken apart again; and further voices for one need.

A merge changes one column of the need that goes into another. It keeps its state, steps, photos, theme, findings and voice, so
undoing restores it exactly, whatever happened to the other one meanwhile.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yingzao.communities import bridge, rules
from yingzao.communities.actions.needs import note as note_down
from yingzao.communities.actions.needs import require_leader_of, turn
from yingzao.communities.actions.needs_telling import announce
from yingzao.communities.enums import LikenessState, NeedSource, RaisedBy
from yingzao.communities.models import Community, Leader, Need, NeedLikeness, NeedMerge, Voice
from yingzao.core import audit, clock, jobs, locking, rows
from yingzao.core.errors import Refused
from yingzao.people.models import Organisation, Person

ROWS_AT_ONCE = 500


@transaction.atomic
def add_voice(
    *,
    need: Need,
    words: str,
    way: str,
    by: Person,
    raised_by: str = RaisedBy.RESIDENT,
    leader: Leader | None = None,
    way_note: str = "",
    on: dt.date | None = None,
) -> Voice:
    """Somebody else raised the same: write down their words. Names do not belong into them."""
    need = turn(need)
    words, way_note, on = words.strip(), " ".join(way_note.split()), on or clock.today()
    rules.require_plain(words=words, way_note=way_note)
    if not words:
        raise Refused(_("Write down what they said."), code="no_words", field="words")
    if way not in NeedSource.values:
        raise Refused(_("Say how it came."), code="no_way", field="way")
    if on > clock.today():
        raise Refused(_("This day is still to come."), code="future", field="on")
    require_leader_of(need.community, leader, "leader")
    voice = Voice.objects.create(
        organisation_id=need.organisation_id,
        need=need,
        words=words,
        raised_by=RaisedBy.LEADER if leader else raised_by,
        leader=leader,
        way=way,
        way_note=way_note,
        on=on,
        entered_by=by,
    )
    note_down(need, by, "voice_added", after={"voice": voice.code, "way": way})
    return voice


# Merging


@transaction.atomic
def merge_needs(*, need: Need, into: Need, by: Person) -> NeedMerge:
    """Follow `need` up under `into` from now on. Both keep their voices; where `into` has an answer, the new ones are to be told.

    Raises Refused across communities, for one that is merged already, and for one that others are merged into: so there
    are neither chains nor circles, whoever else merges at the same moment.
    """
    need, into = _both(need, into)
    _require_mergeable(need, into)
    need.merged_into = into
    need.save(update_fields=["merged_into"])
    merge = NeedMerge.objects.create(
        organisation_id=need.organisation_id, need=need, into=into, at=clock.now(), by=by
    )
    _set_likeness(need, into, LikenessState.MERGED, by)
    note_down(need, by, "merged", after={"into": into.code})
    note_down(into, by, "took_in", after={"need": need.code})
    if into.answered_in is not None:
        announce(into, into.answered_in, [need], by)
    return merge


@transaction.atomic
def undo_merge(*, need: Need, by: Person) -> Need:
    """Take a need out again. It is as it was; what it shared with the other one may be proposed again."""
    into = Need.objects.filter(merged=need.pk).first()
    if into is None:
        raise Refused(_("This need is not merged."), code="not_merged")
    need, into = _both(need, into)
    if need.merged_into_id != into.pk:
        raise Refused(_("This need is not merged."), code="not_merged")
    need.merged_into = None
    need.save(update_fields=["merged_into"])
    need.merges.filter(undone_at=None).update(undone_at=clock.now(), undone_by=by)
    _set_likeness(need, into, LikenessState.OPEN, by)
    note_down(need, by, "merge_undone", before={"into": into.code})
    note_down(into, by, "let_out", before={"need": need.code})
    return need


def _both(one: Need, other: Need) -> tuple[Need, Need]:
    """Both as they are now, locked in one order, so that two who merge at once neither block each other nor make a chain."""
    if one.pk == other.pk:
        raise Refused(_("A need cannot be merged into itself."), code="itself")
    for need in sorted((one, other), key=lambda need: str(need.key)):
        locking.take_turn(f"communities:need:{need.key}")
    return turn(one), turn(other)


def _require_mergeable(need: Need, into: Need) -> None:
    if need.organisation_id != into.organisation_id or need.community_id != into.community_id:
        raise Refused(_("Only needs of one community can be merged."), code="other_community")
    for one in (need, into):
        if one.merged_into_id is not None:
            raise Refused(
                _("“%(title)s” is merged already. Undo that first.") % {"title": one.title}, code="merged"
            )
    if need.merged.exists():
        raise Refused(
            _("Others are merged into “%(title)s”. Keep this one, or undo those first.")
            % {"title": need.title},
            code="chain",
        )


# What is proposed


@transaction.atomic
def look_for_likeness(*, community: Community) -> int:
    """Look anew which needs of a community may be the same; how many wait for a decision. What was decided stays."""
    locking.take_turn(f"communities:likeness:{community.code}")
    needs = (
        Need.objects.filter(community=community)
        .order_by("pk")
        .only("pk", "title", "text", "place", "community_id", "merged_into_id", "organisation_id")
    )
    alike = {(pair.first.pk, pair.second.pk): pair for pair in bridge.needs_alike(needs)}
    known = {
        (row.first_id, row.second_id): row for row in NeedLikeness.objects.filter(first__community=community)
    }
    NeedLikeness.objects.filter(
        pk__in=[
            row.pk for pair, row in known.items() if pair not in alike and row.state == LikenessState.OPEN
        ]
    ).delete()
    changed = []
    for pair, found in alike.items():
        row = known.get(pair)
        if row is not None and (row.score, row.shared) != (found.score, list(found.shared)):
            row.score, row.shared = found.score, list(found.shared)
            changed.append(row)
    NeedLikeness.objects.bulk_update(changed, ["score", "shared"], batch_size=500)
    fresh = [
        {
            "organisation_id": found.first.organisation_id,
            "first_id": first,
            "second_id": second,
            "score": found.score,
            "shared": list(found.shared),
            "state": LikenessState.OPEN.value,
        }
        for (first, second), found in alike.items()
        if (first, second) not in known
    ]
    for begin in range(0, len(fresh), ROWS_AT_ONCE):
        rows.insert_told(NeedLikeness, fresh[begin : begin + ROWS_AT_ONCE])
    return len(fresh) + sum(row.state == LikenessState.OPEN for pair, row in known.items() if pair in alike)


def look_everywhere(*, organisation: Organisation, by: Person) -> int:
    """Have all communities of a register looked through, soon after this; how many there are."""
    found = Community.objects.filter(organisation=organisation, needs__merged_into=None, needs__isnull=False)
    codes = list(found.order_by("pk").values_list("code", flat=True).distinct())
    with transaction.atomic():
        for code in codes:
            jobs.enqueue("communities.look_for_likeness", community=code)
        audit.record(
            actor=by,
            act="communities.likeness.looked_for",
            subject=organisation.code,
            organisation_id=organisation.pk,
            after={"communities": len(codes)},
        )
    return len(codes)


@transaction.atomic
def accept_likeness(*, likeness: NeedLikeness, keep: Need, by: Person) -> NeedMerge:
    """They are the same: merge the other one into `keep`."""
    other = likeness.second if keep.pk == likeness.first_id else likeness.first
    return merge_needs(need=other, into=keep, by=by)


@transaction.atomic
def put_likeness(*, likeness: NeedLikeness, state: str, by: Person) -> NeedLikeness:
    """They are not the same (never proposed again), or it is put off, or looked at again."""
    locking.take_turn(f"communities:likeness:{likeness.code}")
    likeness.refresh_from_db()
    if likeness.state == LikenessState.MERGED:
        raise Refused(_("They are merged already."), code="merged")
    if state not in (LikenessState.OPEN, LikenessState.LATER, LikenessState.REJECTED):
        raise Refused(_("Choose what to do with them."), code="no_state")
    if likeness.state != state:
        before = likeness.state
        likeness.state, likeness.decided_by, likeness.decided_at = state, by, clock.now()
        likeness.save(update_fields=["state", "decided_by", "decided_at"])
        note_down(
            likeness.first,
            by,
            "likeness_decided",
            before={"state": before},
            after={"state": state, "other": likeness.second.code},
        )
    return likeness


def _set_likeness(one: Need, other: Need, state: str, by: Person) -> None:
    pair = NeedLikeness.objects.filter(Q(first=one, second=other) | Q(first=other, second=one))
    pair.update(state=state, decided_by=by, decided_at=clock.now())
