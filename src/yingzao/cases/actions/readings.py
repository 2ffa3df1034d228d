"""Reading a case and writing about it; saying which article a case is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.models import Activity
from yingzao.articles.models import Article
from yingzao.cases import rules
from yingzao.cases.actions.library import MOST_METHODS, shelve
from yingzao.cases.models import CaseReading
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage, stage_allows

ON_ITS_WAY = dt.timedelta(minutes=2)  # what took longer to arrive waited for a network
LONGEST_WAY = dt.timedelta(days=90)


def record_reading(
    *, enrolment: Enrolment, activity: Activity, by: Person, now: dt.datetime | None = None
) -> None:
    """Note that the learner opened the case: once, however often it is opened, and only while learning is open."""
    now = now or clock.now()
    if not stage_allows(activity.programme, Act.LEARN) or not rules.is_out(activity.starts_at, now):
        return
    activities.record_evidence(
        [
            activities.NewFact(
                key=activities.key_from("case-read", activity.code, enrolment.code),
                enrolment=enrolment,
                activity=activity,
                fact=FactKind.READ,
                happened_at=now,
                source=EvidenceSource.LEARNER,
            )
        ],
        by=by,
        now=now,
    )


@transaction.atomic
def hand_in_reflection(
    *,
    enrolment: Enrolment,
    activity: Activity,
    text: str,
    key: UUID,
    by: Person,
    methods: Sequence[str] = (),
    pressed_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Record a reflection and the methods that its writer takes along. `key` comes with the form: the same text under it is
    one reflection, however often it is sent; another text under it is another.

    It counts from when it arrives. What a phone without a network says of when it was handed in there (`pressed_at`) is kept
    beside it, for an organiser to weigh: clocks of phones can be set.
    """
    now = now or clock.now()
    require_stage(activity.programme, Act.LEARN)
    if not rules.is_out(activity.starts_at, now):
        raise Refused(_("This case is not out yet."), code="not-out")
    text = text.strip()
    characters = len("".join(text.split()))
    asked = rules.asked_characters(activity.rule)
    if characters < asked:
        raise Refused(
            _("A reflection has at least %(asked)d characters; this one has %(characters)d.")
            % {"asked": asked, "characters": characters},
            code="too-short",
            field="text",
        )
    taken = list(dict.fromkeys(" ".join(m.split())[:40] for m in methods if m.strip()))[:MOST_METHODS]
    if rules.asks_method(activity.rule) and not taken:
        raise Refused(
            _("Choose a method that you take along, or name one."), code="no-method", field="methods"
        )
    activities.record_evidence(
        [
            activities.NewFact(
                key=activities.key_from("reflection", activity.code, enrolment.code, key, text),
                enrolment=enrolment,
                activity=activity,
                fact=FactKind.REFLECTED,
                happened_at=now,
                source=EvidenceSource.LEARNER,
                detail={"text": text, "characters": characters, "form": str(key)}
                | ({"methods": taken} if taken else {})
                | _pressed(pressed_at, now),
            )
        ],
        by=by,
        now=now,
    )


def _pressed(at: dt.datetime | None, now: dt.datetime) -> dict[str, str]:
    if at is None or not ON_ITS_WAY < now - at < LONGEST_WAY:
        return {}
    return {"pressed_at": at.isoformat(timespec="seconds")}


@transaction.atomic
def set_case(*, activity: Activity, article: Article | None, question: str, by: Person) -> CaseReading:
    """Say which article the case is, and what to write about. An article that is new goes into the library as well."""
    if article is not None and article.organisation_id != activity.organisation_id:
        raise Refused(_("This article belongs to another organisation."), code="other-organisation")
    reading, _created = CaseReading.objects.get_or_create(
        activity=activity, defaults={"organisation_id": activity.organisation_id}
    )
    if article is not None:
        reading.article = article
        shelve(article=article, by=by)
    reading.question = question.strip()
    reading.save()
    audit.record(
        actor=by,
        act="cases.case.set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"article": reading.article.code if reading.article else ""},
    )
    return reading
