"""Venues, topics, organisations and actions of a community: entered, changed, put aside, shown by photos, tied to each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import queries, rules
from yingzao.communities.enums import GroupKind, GroupStage, NodeKind
from yingzao.communities.models import (
    Community,
    CommunityAction,
    GroupStep,
    NodePhoto,
    ResidentGroup,
    Tie,
    Venue,
)
from yingzao.core import audit, clock, locking, media
from yingzao.core.errors import Refused
from yingzao.core.pinyin import pinyin
from yingzao.people.models import Person

NODE_PHOTOS = "communities.graph"  # whose files photos of venues and actions are
COMMON = frozenset({"title", "text", "facets", "source"})
EDITABLE: Mapping[str, frozenset[str]] = {
    NodeKind.VENUE: COMMON | {"use", "place", "state", "latitude", "longitude"},
    NodeKind.TOPIC: COMMON | {"state", "since"},
    NodeKind.GROUP: COMMON | {"kind", "stage", "since", "member_count", "filing_number", "filed_on"},
    NodeKind.ACTION: COMMON | {"on", "when", "until", "figures"},
}


@transaction.atomic
def add_node(*, what: str, key: UUID, community: Community, by: Person | None, **said: Any) -> Any:
    """Enter a venue, topic, organisation or action. The same key is the same record and changes nothing. `by` None: the instance itself."""
    locking.take_turn(f"communities:node:{key}")
    model = queries.MODELS[what]
    known = model.objects.filter(key=key).first()
    if known is not None:
        if known.community_id != community.pk or known.entered_by_id != (by.pk if by else None):
            raise Refused(_("This form was sent by somebody else. Open it anew."), code="other_key")
        return known
    told = _tidy(what, said)
    _require_whole(what, told)
    _require_new_title(what, community, told["title"])
    node = model.objects.create(
        organisation_id=community.organisation_id,
        key=key,
        community=community,
        entered_by=by,
        changed_at=clock.now(),
        pinyin=pinyin(told["title"]),
        **told,
    )
    if isinstance(node, ResidentGroup) and node.stage and (on := _stage_day(node)):
        _note_step(node, by, on, "")
    _audit(node, by, "added", after={"community": community.code})
    return node


@transaction.atomic
def edit_node(*, node: Any, by: Person, **changes: Any) -> Any:
    """Change what is known; fields that are not given stay. The stage of an organisation has a step of its own."""
    kind = queries.kind_of(node)
    told = _tidy(kind, changes)
    told.pop("stage", None)
    _require_whole(kind, {field: getattr(node, field) for field in EDITABLE[kind]} | told)
    if "title" in told and told["title"] != node.title:
        _require_new_title(kind, node.community, told["title"])
    if told.get("kind") == GroupKind.OWNERS:
        told["stage"] = ""
    differing = {field: value for field, value in told.items() if getattr(node, field) != value}
    if not differing:
        return node
    for field, value in differing.items():
        setattr(node, field, value)
    node.changed_at, node.pinyin = clock.now(), pinyin(node.title)
    node.save(update_fields=[*differing, "changed_at", "pinyin"])
    _audit(node, by, "edited", after={"fields": sorted(differing)})
    return node


@transaction.atomic
def put_node_aside(*, node: Any, by: Person, aside: bool = True) -> None:
    """Take a record off all lists, or back onto them. Its ties and photos stay."""
    if (node.put_aside_at is not None) == aside:
        return
    node.put_aside_at = clock.now() if aside else None
    node.save(update_fields=["put_aside_at"])
    _audit(node, by, "put_aside" if aside else "taken_back")


@transaction.atomic
def take_group_step(
    *, group: ResidentGroup, by: Person, stage: str, on: dt.date, is_dormant: bool = False, note: str = ""
) -> None:
    """Say how far an organisation has come, or that it sleeps. An owners' committee only sleeps or wakes."""
    note = " ".join(note.split())
    rules.require_plain(note=note)
    if group.kind == GroupKind.OWNERS:
        stage = ""
    elif stage not in GroupStage.values:
        raise Refused(_("Choose how far the organisation has come."), code="no_stage", field="stage")
    if on > clock.today():
        raise Refused(_("This day is still to come."), code="future", field="on")
    if (group.stage, group.is_dormant) == (stage, is_dormant):
        return
    before = {"stage": group.stage, "is_dormant": group.is_dormant}
    group.stage, group.is_dormant, group.changed_at = stage, is_dormant, clock.now()
    if stage == GroupStage.FILED and group.filed_on is None:
        group.filed_on = on
    group.save(update_fields=["stage", "is_dormant", "changed_at", "filed_on"])
    _note_step(group, by, on, note)
    _audit(group, by, "step_taken", before=before, after={"stage": stage, "is_dormant": is_dormant})


def _stage_day(group: ResidentGroup) -> dt.date | None:
    """Since when an organisation is as far as it is entered; None where nobody said so, since the day of entering says nothing of it."""
    return group.filed_on if group.stage in (GroupStage.FILED, GroupStage.REGISTERED) else group.since


def _note_step(group: ResidentGroup, by: Person | None, on: dt.date, note: str) -> None:
    GroupStep.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        stage=group.stage,
        is_dormant=group.is_dormant,
        on=on,
        note=note,
        by=by,
        recorded_at=clock.now(),
    )


# Ties


@transaction.atomic
def tie(*, one: Any, other: Any, by: Person | None) -> Tie:
    """Say that two records of a community belong together. Said twice it is there once."""
    if one.community_id != other.community_id:
        raise Refused(_("The two are of different communities."), code="other_community", field="other")
    kinds = (queries.kind_of(one), queries.kind_of(other))
    if kinds[0] == kinds[1]:
        raise Refused(_("Two of the same kind are not tied."), code="same_kind", field="other")
    made, is_new = Tie.objects.get_or_create(
        key=queries.key_of(one, other),
        defaults={
            "organisation_id": one.organisation_id,
            "community_id": one.community_id,
            "by": by,
            "made_at": clock.now(),
            **dict(zip(kinds, (one, other), strict=True)),
        },
    )
    if is_new:
        _audit(one, by, "tied", after={"to": other.code})
    return made


@transaction.atomic
def untie(*, tie: Tie, by: Person) -> None:
    one, other = queries.ends(tie)
    tie.delete()
    _audit(one, by, "untied", before={"to": other.code})


# Photos


@transaction.atomic
def add_node_photos(
    *,
    node: Venue | CommunityAction,
    by: Person,
    uploads: Sequence[Any],
    moment: str,
    taken_on: dt.date | None = None,
    caption: str = "",
) -> int:
    """Keep photos of a place or an action; how many. One that cannot be taken is refused, and none is kept."""
    caption = " ".join(caption.split())
    rules.require_plain(caption=caption)
    if not uploads:
        raise Refused(_("Choose a photo first."), code="no_photo", field="photos")
    if taken_on and taken_on > clock.today():
        raise Refused(_("This day is still to come."), code="future", field="taken_on")
    locking.take_turn(f"communities:node:{node.key}")
    if node.photos.count() + len(uploads) > rules.MOST_NODE_PHOTOS:
        raise Refused(
            _("At most %(most)d photos are kept here.") % {"most": rules.MOST_NODE_PHOTOS},
            code="many",
            field="photos",
        )
    for upload in uploads:
        try:
            stored = media.store(
                upload,
                name=upload.name,
                accept="image",
                organisation_id=node.organisation_id,
                room=NODE_PHOTOS,
                subject=node.code,
                uploaded_by=by,
            )
        except Refused as refusal:
            raise Refused(refusal.sentence, code=refusal.code, field="photos") from None
        NodePhoto.objects.create(
            organisation_id=node.organisation_id,
            file=stored,
            moment=moment,
            taken_on=taken_on,
            caption=caption,
            **{"venue" if isinstance(node, Venue) else "action": node},
        )
    _audit(node, by, "photos_added", after={"count": len(uploads)})
    return len(uploads)


@transaction.atomic
def remove_node_photo(*, photo: NodePhoto, by: Person) -> None:
    """Take a photo off for good."""
    node, file = photo.venue or photo.action, photo.file
    photo.delete()
    media.remove(file)
    _audit(node, by, "photo_removed", after={"file": file.code})


def _tidy(kind: str, said: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(said) - EDITABLE[kind]
    if unknown:
        raise TypeError(f"no such field of a {kind}: {', '.join(sorted(unknown))}")
    told: dict[str, Any] = {k: v.strip() if isinstance(v, str) else v for k, v in said.items()}
    if "title" in told:
        told["title"] = " ".join(told["title"].split())
    rules.require_plain(**{field: value for field, value in told.items() if field != "filing_number"})
    figures: Sequence[Mapping[str, str]] = told.get("figures", ())
    for figure in figures:
        rules.require_plain(figures=figure["label"])
    if told.get("kind") == GroupKind.OWNERS:
        told["stage"] = ""
    return told


def _require_whole(kind: str, told: Mapping[str, Any]) -> None:
    if not told.get("title"):
        raise Refused(_("Give it a name."), code="no_title", field="title")
    if kind == NodeKind.ACTION and not (told.get("on") or told.get("when")):
        raise Refused(_("Say on which day it was, or about when."), code="no_day", field="on")
    begun, ended = told.get("on"), told.get("until")
    if begun and ended and ended < begun:
        raise Refused(_("It cannot end before it began."), code="order", field="until")
    for field in ("since", "filed_on"):
        day = told.get(field)
        if day and day > clock.today():
            raise Refused(_("This day is still to come."), code="future", field=field)


def _require_new_title(kind: str, community: Community, title: str) -> None:
    rows = queries.standing(queries.MODELS[kind].objects.filter(community=community, title=title), kind)
    if kind != NodeKind.ACTION and rows.exists():  # a feast comes round every year
        raise Refused(_("This community has one of that name already."), code="known", field="title")


def _audit(
    node: Any, by: Person | None, what: str, *, before: dict | None = None, after: dict | None = None
) -> None:
    audit.record(
        actor=by,
        act=f"communities.{queries.kind_of(node)}.{what}",
        subject=node.code,
        organisation_id=node.organisation_id,
        before=before,
        after=after,
    )
