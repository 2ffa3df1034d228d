"""Guides for interviews: written, changed by a new version, taken off the phones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities.rules import may_keep_register
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.fieldwork import rules
from yingzao.fieldwork.models import Guide, GuideVersion
from yingzao.people.models import Organisation, Person

Questions = Sequence[Mapping[str, str]]


@cache
def ready_guides() -> tuple[Mapping[str, object], ...]:
    """The guides that come with the program: data, to begin from."""
    file = resources.files("yingzao.fieldwork").joinpath("plans", "guides.json")
    return tuple(json.loads(file.read_text(encoding="utf-8")))


@transaction.atomic
def add_guide(
    *, organisation: Organisation, by: Person, title: str, questions: Questions, purpose: str = ""
) -> Guide:
    _require_keeper(by, organisation)
    told = _tidy(questions)
    title = _title(title)
    now = clock.now()
    guide = Guide.objects.create(
        organisation=organisation,
        title=title,
        purpose=" ".join(purpose.split())[:500],
        made_by=by,
        changed_at=now,
    )
    GuideVersion.objects.create(organisation=organisation, guide=guide, number=1, questions=told, made_at=now)
    _record(guide, by, "added", {"questions": len(told)})
    return guide


@transaction.atomic
def add_ready_guides(*, organisation: Organisation, by: Person) -> list[Guide]:
    """The ready-made guides, those whose title the organisation does not have yet."""
    locking.take_turn(f"fieldwork:guides:{organisation.code}")
    known = set(Guide.objects.filter(organisation=organisation).values_list("title", flat=True))
    return [
        add_guide(
            organisation=organisation,
            by=by,
            title=str(one["title"]),
            purpose=str(one["purpose"]),
            questions=one["questions"],  # type: ignore[arg-type]
        )
        for one in ready_guides()
        if one["title"] not in known
    ]


@transaction.atomic
def change_guide(
    *, guide: Guide, by: Person, title: str, questions: Questions, purpose: str = "", is_offered: bool = True
) -> Guide:
    """Change a guide. Other questions are a new version; interviews stay with the one they were asked by."""
    _require_keeper(by, guide.organisation)
    locking.take_turn(f"fieldwork:guide:{guide.code}")
    guide.refresh_from_db()
    told, now = _tidy(questions), clock.now()
    guide.title, guide.purpose, guide.is_offered = _title(title), " ".join(purpose.split())[:500], is_offered
    if told != guide.versions.get(number=guide.version).questions:
        guide.version += 1
        GuideVersion.objects.create(
            organisation_id=guide.organisation_id,
            guide=guide,
            number=guide.version,
            questions=told,
            made_at=now,
        )
    guide.changed_at = now
    guide.save()
    _record(guide, by, "changed", {"version": guide.version, "is_offered": is_offered})
    return guide


def _require_keeper(by: Person, organisation: Organisation) -> None:
    if not may_keep_register(by, organisation):
        raise Refused(_("Only organisers write guides."), code="not_keeper")


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Refused(_("Give the guide a title."), code="no_title", field="title")
    return title[:120]


def _tidy(questions: Questions) -> list[dict[str, str]]:
    told = [
        {"text": " ".join(one["text"].split()), "hint": " ".join(one.get("hint", "").split())}
        for one in questions
        if one["text"].strip()
    ]
    if not told:
        raise Refused(_("Write at least one question."), code="no_questions", field="questions")
    if len(told) > rules.MOST_GUIDE_QUESTIONS:
        raise Refused(
            _("At most %(most)d questions: a talk has an end.") % {"most": rules.MOST_GUIDE_QUESTIONS},
            code="many",
            field="questions",
        )
    return told


def _record(guide: Guide, by: Person, what: str, after: dict[str, object]) -> None:
    audit.record(
        actor=by,
        act=f"fieldwork.guide.{what}",
        subject=guide.code,
        organisation_id=guide.organisation_id,
        after=after,
    )
