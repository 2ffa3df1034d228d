"""Checking in at a stop: by the code on the screen, or ticked by staff."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.models import Activity, Evidence
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage
from yingzao.visits import queries
from yingzao.visits.models import Stop
from yingzao.visits.settling import codes

WRONG_TRIES, TRIES_WINDOW_SECONDS = 10, 600


def check_in_by_code(
    *,
    enrolment: Enrolment,
    activity: Activity,
    typed: str,
    stops: list[Stop],
    by: Person,
    now: dt.datetime | None = None,
) -> Stop:
    """Check the learner in at the stop whose code this is. A second time is the same record.

    Raises Refused for a code that no stop of this visit shows now, and for any code after ten wrong ones.
    """
    now = now or clock.now()
    require_stage(activity.programme, Act.LEARN)
    tries = _wrong_tries(enrolment, activity)
    stop = next((s for s in stops if codes.code_is_good(s.secret, typed, now)), None)
    if stop is None:
        cache.set(_tries_key(enrolment, activity), tries + 1, TRIES_WINDOW_SECONDS)
        raise Refused(
            _(
                "This code is not shown at any stop now. It changes every 30 seconds: scan or type the one on the screen."
            ),
            code="code-not-good",
            field="code",
        )
    _check_in(stop, enrolment, by=by, now=now, source=EvidenceSource.LEARNER, detail={"by": "code"})
    return stop


def _tries_key(enrolment: Enrolment, activity: Activity) -> str:
    return f"visits.wrong-codes:{enrolment.code}:{activity.code}"


def _wrong_tries(enrolment: Enrolment, activity: Activity) -> int:
    """Wrong codes so far. Refused after ten, until ten minutes have passed: a program could try six digits out from
    afar in some hours; at this pace it takes years."""
    tries = cache.get(_tries_key(enrolment, activity), 0)
    if tries >= WRONG_TRIES:
        raise Refused(
            _("Too many wrong codes. Wait some minutes, or ask the organiser to tick you on the list."),
            code="too-many-tries",
            field="code",
        )
    return tries


def check_in_by_staff(
    *, stop: Stop, enrolment: Enrolment, by: Person, now: dt.datetime | None = None
) -> None:
    """Tick a learner on the list."""
    require_stage(stop.part.activity.programme, Act.RECORD)
    _check_in(
        stop, enrolment, by=by, now=now or clock.now(), source=EvidenceSource.STAFF, detail={"by": "staff"}
    )


def _check_in(
    stop: Stop, enrolment: Enrolment, *, by: Person, now: dt.datetime, source: str, detail: dict
) -> None:
    standing = Evidence.objects.filter(
        enrolment=enrolment, part=stop.part, fact__in=queries.ARRIVED, withdrawn_at=None
    )
    if standing.exists():
        return
    before = Evidence.objects.filter(
        enrolment=enrolment, part=stop.part
    ).count()  # withdrawn ones: a new record
    activities.record_evidence(
        [
            activities.NewFact(
                key=activities.key_from("check-in", stop.part.code, enrolment.code, before),
                enrolment=enrolment,
                activity=stop.part.activity,
                part=stop.part,
                fact=FactKind.CHECKED_IN,
                happened_at=now,
                source=source,
                detail=detail,
            )
        ],
        by=by,
        now=now,
    )


def untick(*, stop: Stop, enrolment: Enrolment, by: Person, reason: str) -> None:
    """Take a check-in back; it stays readable as withdrawn."""
    require_stage(stop.part.activity.programme, Act.RECORD)
    activities.withdraw_evidence(
        Evidence.objects.filter(
            enrolment=enrolment, part=stop.part, fact__in=queries.ARRIVED, withdrawn_at=None
        ).select_related("activity__programme"),
        by=by,
        reason=reason,
    )
