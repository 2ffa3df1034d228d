"""Needs: recorded, changed, shown by photos. Whoever calls has asked who may do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import rules
from yingzao.communities.enums import NeedState, RaisedBy
from yingzao.communities.models import Community, Leader, Need, NeedPhoto, NeedStep, Voice
from yingzao.core import audit, clock, jobs, locking, media
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
    """Record a need with its voice and its photos. The same key from the same person is the same need and changes nothing.

    Whoever raised it is to have an answer by the day that the house's rule gives.
    """
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
        answer_due_on=rules.answer_due(clock.today()),
        **told,
    )
    NeedStep.objects.create(
        organisation_id=need.organisation_id,
        need=need,
        state=NeedState.FOUND,
        on=need.raised_on,
        by=by,
        recorded_at=clock.now(),
    )
    keep_own_voice(need)
    look_again(need)
    note(need, by, "added", after={"community": community.code, "source": need.source})
    _keep_photos(need, uploads, by)
    return need


@transaction.atomic
def edit_need(*, need: Need, by: Person, **changes: Any) -> Need:
    """Change what is known; fields that are not given stay. The audit names the fields and not what they say."""
    need = turn(need)
    told = _tidy(changes)
    _require_whole({field: getattr(need, field) for field in EDITABLE} | told, need.community)
    differing = {field: value for field, value in told.items() if getattr(need, field) != value}
    if not differing:
        return need
    for field, value in differing.items():
        setattr(need, field, value)
    save(need, list(differing))
    keep_own_voice(need)
    if differing.keys() & {"title", "text", "place"}:
        look_again(need)
    note(need, by, "edited", after={"fields": sorted(differing)})
    return need


@transaction.atomic
def add_need_photos(*, need: Need, uploads: Sequence[Any], by: Person) -> int:
    """Keep photos with the need; how many. One that cannot be taken is refused, and none is kept."""
    need = turn(need)
    if not uploads:
        raise Refused(_("Choose a photo first."), code="no_photo", field="photos")
    _keep_photos(need, uploads, by)
    save(need, [])
    note(need, by, "photos_added", after={"count": len(uploads)})
    return len(uploads)


@transaction.atomic
def remove_need_photo(*, photo: NeedPhoto, by: Person) -> None:
    """Take a photo off for good."""
    file = photo.file
    photo.delete()
    media.remove(file)
    note(photo.need, by, "photo_removed", after={"file": file.code})


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


def turn(need: Need) -> Need:
    """The need as it is now, while nobody else changes it."""
    locking.take_turn(f"communities:need:{need.key}")
    return Need.objects.select_related("community", "organisation", "raised_by_leader", "merged_into").get(
        pk=need.pk
    )


def keep_own_voice(need: Need) -> None:
    """Have the voice that the need began with say what is written of it."""
    Voice.objects.update_or_create(
        need=need,
        is_own=True,
        defaults={
            "organisation_id": need.organisation_id,
            "words": "\n".join(part for part in (need.title, need.evidence, need.text) if part),
            "raised_by": need.raised_by,
            "leader": need.raised_by_leader,
            "way": need.source,
            "way_note": need.source_note,
            "on": need.raised_on,
            "entered_by": need.entered_by,
        },
    )


def look_again(need: Need) -> None:
    """Soon after this, look which needs of the community may be the same."""
    jobs.enqueue("communities.look_for_likeness", community=need.community.code)


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
    require_leader_of(community, told.get("raised_by_leader"), "raised_by_leader")


def require_leader_of(community: Community, leader: Leader | None, field: str) -> None:
    if leader is not None and leader.community_id != community.pk:
        raise Refused(_("This leader is of another community."), code="other_community", field=field)


def save(need: Need, fields: list[str]) -> None:
    need.changed_at = clock.now()
    need.pinyin = pinyin(need.title)
    need.save(update_fields=[*fields, "changed_at", "pinyin"])


def note(
    need: Need, by: Person | None, what: str, *, before: dict | None = None, after: dict | None = None
) -> None:
    """The line in the audit."""
    audit.record(
        actor=by,
        act=f"communities.need.{what}",
        subject=need.code,
        organisation_id=need.organisation_id,
        before=before,
        after=after,
    )
