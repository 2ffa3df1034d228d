"""Putting cases into the library, saying what they show, giving them to learners."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities import actions as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity
from yingzao.articles.models import Article
from yingzao.cases import queries
from yingzao.cases.actions.announcing import announce
from yingzao.cases.enums import TagKind
from yingzao.cases.models import Case, CaseTag, CaseWords
from yingzao.cases.readers import plain, words_of
from yingzao.communities.enums import Facet
from yingzao.communities.models import Community
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment, Team
from yingzao.people.models import Organisation, Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import require_organiser

FIELDS = (
    "title",
    "community_kind",
    "community",
    "place",
    "problem",
    "done",
    "evidence",
    "outcome",
    "is_shown",
)
MOST_METHODS = 12


@transaction.atomic
def shelve(*, article: Article, by: Person | None) -> Case:
    """Put an article into the library under its own title; the case that it is already, where it is one."""
    case, created = Case.objects.get_or_create(
        article=article,
        defaults={"organisation_id": article.organisation_id, "title": article.title, "added_by": by},
    )
    if created:
        _index(case)
        _record(case, by, "cases.case.shelved", {})
    return case


@transaction.atomic
def save_case(
    *,
    organisation: Organisation,
    article: Article,
    by: Person,
    values: Mapping[str, Any],
    facets: Sequence[str] = (),
    methods: Sequence[str] = (),
    case: Case | None = None,
) -> Case:
    """Enter a case or change it. `values` are of FIELDS; `facets` codes, `methods` words, each counted once.

    A new article takes the place of the old one. Raises Refused for what belongs to another organisation, and without
    a title.
    """
    community: Community | None = values.get("community")
    if any(one is not None and one.organisation_id != organisation.pk for one in (article, community, case)):
        raise Refused(_("This belongs to another organisation."), code="other-organisation")
    if not str(values.get("title", "")).strip():
        raise Refused(_("Give the case a name."), code="title-missing", field="title")
    methods = list(dict.fromkeys(" ".join(m.split())[:40] for m in methods if m.strip()))
    if len(methods) > MOST_METHODS:
        raise Refused(
            _("A case has at most %(most)d methods.") % {"most": MOST_METHODS}, code="many", field="methods"
        )
    if case is None:
        case = Case(organisation=organisation, added_by=by)
    before = _told(case) if case.pk else {}
    case.article = article
    for name in FIELDS:
        if name in values:
            value = values[name]
            setattr(case, name, value.strip() if isinstance(value, str) else value)
    case.save()
    case.tags.all().delete()
    CaseTag.objects.bulk_create(
        CaseTag(organisation=organisation, case=case, kind=kind, value=value)
        for kind, several in (
            (TagKind.FACET, [f for f in Facet.values if f in facets]),
            (TagKind.METHOD, methods),
        )
        for value in several
    )
    _index(case)
    _record(case, by, "cases.case.changed" if before else "cases.case.entered", before)
    return case


@transaction.atomic
def push_case(
    *,
    case: Case,
    programme: Programme,
    by: Person,
    values: Mapping[str, Any] | None = None,
    question: str = "",
    targets: Sequence[Team | Enrolment] = (),
    now: dt.datetime | None = None,
) -> Activity:
    """Give the case to learners of a programme as an activity, to all or to chosen teams and learners.

    `values` are as `save_activity` takes them; without a `starts_at` it reaches them now. They are told when it does.
    Raises Refused where one of them has the case already, and where it would be due before it is out.
    """
    require_organiser(by, programme)
    now = now or clock.now()
    if case.organisation_id != programme.organisation_id:
        raise Refused(_("This belongs to another organisation."), code="other-organisation")
    locking.take_turn(f"cases.push:{programme.code}")
    if had := queries.who_has_it(case, programme, targets):
        raise Refused(
            ngettext(
                "%(count)d of these learners has this case already: %(names)s.",
                "%(count)d of these learners have this case already: %(names)s.",
                len(had),
            )
            % {
                "count": len(had),
                "names": "、".join(learner.name for learner in had[:3]) + ("…" if len(had) > 3 else ""),
            },
            code="pushed",
            field="audience",
        )
    values = {"title": case.title[:120], "rule": {}, **(values or {})}
    values["starts_at"] = values.get("starts_at") or now
    if values.get("due_at") and values["due_at"] <= values["starts_at"]:
        raise Refused(_("It is due before it reaches anybody."), code="due-before", field="due_on")
    activity = activities.save_activity(
        programme=programme,
        by=by,
        kind=KindKey.CASE,
        values=values | {"title": _free_title(programme, values["title"])},
        targets=targets,
    )
    reading = activity.case_reading
    reading.article, reading.question = case.article, question.strip()
    reading.save()
    audit.record(
        actor=by,
        act="cases.case.pushed",
        subject=case.code,
        organisation_id=case.organisation_id,
        after={"activity": activity.code},
    )
    announce(activity, now=now)
    return activity


def _free_title(programme: Programme, title: str) -> str:
    """The title, with a number behind it where a case of the programme has it already."""
    taken = set(programme.activities.filter(kind=KindKey.CASE).values_list("title", flat=True))
    numbered = (f"{title[:115]} {number}" for number in itertools.count(2))
    return title if title not in taken else next(one for one in numbered if one not in taken)


def _index(case: Case) -> None:
    tags = list(case.tags.all())
    methods = [tag.value for tag in tags if tag.kind == TagKind.METHOD]
    community = case.community.name if case.community else ""
    CaseWords.objects.update_or_create(
        case=case,
        defaults={
            "organisation_id": case.organisation_id,
            "words": words_of(
                (case.title, case.article.title, case.place, community, *methods),
                (case.problem, case.done, case.evidence, case.outcome, case.article.text),
            ),
            "marks": queries.marks_of(case, tags),
            "title": plain(case.title),
        },
    )


def _told(case: Case) -> dict[str, str]:
    return {name: str(getattr(case, name) or "")[:200] for name in FIELDS}


def _record(case: Case, by: Person | None, act: str, before: dict[str, str]) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=case.code,
        organisation_id=case.organisation_id,
        before=before,
        after=_told(case),
    )
