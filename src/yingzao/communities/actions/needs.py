"""Needs: recorded, changed, shown by photos, followed until they are met. Whoever calls has asked who may do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import rules
from yingzao.communities.enums import ENDED, NeedState, RaisedBy
from yingzao.communities.models import Community, Need, NeedPhoto
from yingzao.core import audit, clock, locking, media
from yingzao.core.errors import Refused
from yingzao.core.pinyin import pinyin
from yingzao.people.models import Person

NEED_PHOTOS = "communities.needs"  # whose files photos of needs are
EDITABLE = frozenset({
    "title", "text", "whose", "frequency", "urgency", "source", "source_note", "evidence", "place", "facets",
    "raised_by", "raised_by_leader", "raised_on",
})  # fmt: skip


@transaction.atomic
def add_need(
    *, key: UUID, community: Community, by: Person, uploads: Sequence[Any] = (), **said: Any
) -> Need:
    """Record a need with its photos. The same key from the same person is the same need and changes nothing."""
    locking.take_turn(f"communities:need:{key}")
    known = Need.objects.filter(key=key).first()
    if known is not None:
        if known.entered_by_id != by.pk:
            raise Refused(_("This form was sent by somebody else. Open it anew."), code="other_key")
        return known
    told = _tidy(said)
    told.setdefault("raised_on", clock.today())
    _require_whole(told, community)
    need = Need.objects.create(
        organisation_id=community.organisation_id,
        key=key,
        community=community,
        entered_by=by,
        changed_at=clock.now(),
        pinyin=pinyin(told["title"]),
        **told,
    )
    _audit(need, by, "added", after={"community": community.code, "source": need.source})
    _keep_photos(need, uploads, by)
    return need


@transaction.atomic
def edit_need(*, need: Need, by: Person, **changes: Any) -> Need:
    """Change what is known; fields that are not given stay. The audit names the fields and not what they say."""
    need = _turn(need)
    told = _tidy(changes)
    _require_whole({field: getattr(need, field) for field in EDITABLE} | told, need.community)
    differing = {field: value for field, value in told.items() if getattr(need, field) != value}
    if not differing:
        return need
    for field, value in differing.items():
        setattr(need, field, value)
    _save(need, list(differing))
    _audit(need, by, "edited", after={"fields": sorted(differing)})
    return need


@transaction.atomic
def set_need_state(*, need: Need, state: str, by: Person, note: str = "") -> Need:
    """Say what became of it. Everything but "open" needs a word on how: who acts on it, by what it was met."""
    need = _turn(need)
    note = " ".join(note.split())
    rules.require_plain(note=note)
    if state not in NeedState.values:
        raise Refused(_("Choose what became of it."), code="no_state", field="state")
    if state != NeedState.OPEN and not note:
        raise Refused(_("Say in a few words how: who acts on it, what met it."), code="no_note", field="note")
    if (need.state, need.state_note) == (state, note):
        return need
    before = need.state
    need.state, need.state_note = state, note
    _save(need, ["state", "state_note"])
    _audit(need, by, "state_set", before={"state": before}, after={"state": state})
    return need


@transaction.atomic
def add_need_photos(*, need: Need, uploads: Sequence[Any], by: Person) -> int:
    """Keep photos with the need; how many. One that cannot be taken is refused, and none is kept."""
    need = _turn(need)
    if not uploads:
        raise Refused(_("Choose a photo first."), code="no_photo", field="photos")
    _keep_photos(need, uploads, by)
    _save(need, [])
    _audit(need, by, "photos_added", after={"count": len(uploads)})
    return len(uploads)


@transaction.atomic
def remove_need_photo(*, photo: NeedPhoto, by: Person) -> None:
    """Take a photo off for good."""
    file = photo.file
    photo.delete()
    media.remove(file)
    _audit(photo.need, by, "photo_removed", after={"file": file.code})


def _keep_photos(need: Need, uploads: Sequence[Any], by: Person) -> None:
    have = need.photos.count()
    if have + len(uploads) > rules.MOST_PHOTOS:
        raise Refused(
            _("A need has at most %(most)d photos.") % {"most": rules.MOST_PHOTOS},
            code="many",
            field="photos",
        )
    for place, upload in enumerate(uploads, start=have):
        try:
            stored = media.store(
                upload,
                name=upload.name,
                accept="image",
                organisation_id=need.organisation_id,
                room=NEED_PHOTOS,
                subject=need.code,
                uploaded_by=by,
            )
        except Refused as refusal:
            raise Refused(refusal.sentence, code=refusal.code, field="photos") from None
        NeedPhoto.objects.create(organisation_id=need.organisation_id, need=need, file=stored, position=place)


def _turn(need: Need) -> Need:
    locking.take_turn(f"communities:need:{need.key}")
    return Need.objects.select_related("community", "organisation", "raised_by_leader").get(pk=need.pk)


def _tidy(said: dict[str, Any]) -> dict[str, Any]:
    unknown = set(said) - EDITABLE
    if unknown:
        raise TypeError(f"no such field of a need: {', '.join(sorted(unknown))}")
    told = {k: v.strip() if isinstance(v, str) else v for k, v in said.items()}
    rules.require_plain(**told)
    if told.get("raised_by_leader") is not None:
        told["raised_by"] = RaisedBy.LEADER
    return told


def _require_whole(told: dict[str, Any], community: Community) -> None:
    for field in ("title", "whose", "source"):
        if not told.get(field):
            raise Refused(_("Say what is needed, by whom, and how you know."), code="missing", field=field)
    if told["raised_on"] > clock.today():
        raise Refused(_("This day is still to come."), code="future", field="raised_on")
    leader = told.get("raised_by_leader")
    if leader is not None and leader.community_id != community.pk:
        raise Refused(
            _("This leader is of another community."), code="other_community", field="raised_by_leader"
        )


def _save(need: Need, fields: list[str]) -> None:
    need.changed_at = clock.now()
    need.pinyin = pinyin(need.title)
    need.save(update_fields=[*fields, "changed_at", "pinyin"])


def _audit(
    need: Need, by: Person, what: str, *, before: dict | None = None, after: dict | None = None
) -> None:
    audit.record(
        actor=by,
        act=f"communities.need.{what}",
        subject=need.code,
        organisation_id=need.organisation_id,
        before=before,
        after=after,
    )
