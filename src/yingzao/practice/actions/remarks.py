"""Comments at places of a version, and what the learner answers to them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.enums import VersionState
from yingzao.activities.models import Version
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.practice import queries, rules
from yingzao.practice.models import Remark

MOST = 100


@transaction.atomic
def add_remark(
    *,
    version: Version,
    part: str = "",
    file: str = "",
    paragraph: int,
    quote: str = "",
    text: str,
    by: Person,
    now: dt.datetime | None = None,
) -> Remark:
    """Comment on a paragraph of a part (its code), of the text of a task without parts, or of a document (its file's code).

    The learner reads it once the version is answered. A quote that does not stand in the paragraph is left out.
    """
    version = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not rules.may_review(by, version):
        raise Refused(_("Only the learner's mentor and the organisers may answer."), code="not-reviewer")
    if version.state != VersionState.SUBMITTED:
        raise Refused(_("This version was answered already."), code="answered")
    text = text.strip()
    if not text:
        raise Refused(_("Write the comment."), code="empty", field="text")
    place = queries.place_in(version, part=part, file=file, paragraph=paragraph)
    if place is None:
        raise Refused(_("This place is not in the version."), code="no-place")
    if version.remarks.count() >= MOST:
        raise Refused(_("A version takes at most %(count)d comments.") % {"count": MOST}, code="too-many")
    quote = " ".join(quote.split())[:300]
    remark = Remark.objects.create(
        organisation_id=version.organisation_id,
        version=version,
        part=part,
        file=place.file,
        paragraph=paragraph,
        quote=quote if quote in " ".join(place.text.split()) else "",
        text=text,
        by=by,
        at=now or clock.now(),
    )
    _record(remark, by, "added")
    return remark


@transaction.atomic
def remove_remark(*, remark: Remark, by: Person) -> None:
    """Take back an own comment, as long as the version is not answered."""
    if remark.by_id != by.pk:
        raise Refused(_("Only who wrote a comment takes it back."), code="not-own")
    if Version.objects.get(pk=remark.version_id).state != VersionState.SUBMITTED:
        raise Refused(_("This version was answered already."), code="answered")
    _record(remark, by, "removed")
    remark.delete()


@transaction.atomic
def settle_remark(
    *, remark: Remark, answer: str, done: bool, by: Person, now: dt.datetime | None = None
) -> Remark:
    """The learner says that it is done, or why not. Only of a version that came back."""
    if remark.version.entry.enrolment.person_id != by.pk:
        raise Refused(_("Only the learner answers a comment."), code="not-learner")
    if remark.version.state == VersionState.SUBMITTED:
        raise Refused(_("This version is not answered yet."), code="not-answered")
    remark.answer = " ".join(answer.split())[:500]
    remark.settled_at = (now or clock.now()) if done else None
    remark.save(update_fields=["answer", "settled_at"])
    _record(remark, by, "settled" if done else "reopened")
    return remark


def _record(remark: Remark, by: Person, what: str) -> None:
    audit.record(
        actor=by,
        act=f"practice.remark.{what}",
        subject=remark.code,
        organisation_id=remark.organisation_id,
        after={"version": remark.version.code},
    )
