"""For how long things are kept: chosen by an organisation within bounds, and carried out day by day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, jobs
from yingzao.core.errors import Refused
from yingzao.people import personal, rules
from yingzao.people.models import Organisation, Person, Retention


@transaction.atomic
def set_retention(*, organisation: Organisation, period: str, days: int, by: Person) -> None:
    """Keep one kind for so many days from now on. Raises Refused (field: the period's key) outside its bounds."""
    if not rules.has_right(by, organisation):
        raise Refused(_("Only organisers of the organisation decide about this."), code="not_yours")
    found = personal.PERIODS.get(period)
    if found is None or found.least is None or found.most is None:
        raise Refused(_("This period cannot be changed."), code="fixed")
    if not found.least <= days <= found.most:
        raise Refused(
            _("Between %(least)d and %(most)d days.") % {"least": found.least, "most": found.most},
            code="bounds",
            field=period,
        )
    before = personal.days_of(organisation, period)
    if before == days:
        return
    Retention.objects.update_or_create(
        organisation=organisation,
        period=period,
        defaults={"days": days, "changed_at": clock.now(), "changed_by": by},
    )
    audit.record(
        actor=by,
        act="people.retention.changed",
        subject=period,
        organisation_id=organisation.pk,
        before={"days": before},
        after={"days": days},
    )


def foresee(
    organisation: Organisation,
    at: dt.datetime | None = None,
    periods: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """What would go tomorrow, by sort; nothing is written. `periods` are days by key, where others than the saved ones are
    thought of."""
    at = at or clock.now() + dt.timedelta(days=1)
    found: Counter[str] = Counter()
    for rule in personal.rules():
        if (before := _before(organisation, rule, at, periods)) is not None:
            found.update(rule.count(organisation, before))
    return {name: count for name, count in found.items() if count}


def remove_what_is_over(now: dt.datetime | None = None) -> dict[str, int]:
    """Take away what is over, one organisation after the other, with a line of counts for each. What a kill cuts off is still
    over the next time, and nothing is over twice."""
    now = now or clock.now()
    whole: Counter[str] = Counter()
    for organisation in Organisation.objects.order_by("pk"):
        gone: Counter[str] = Counter()
        for rule in personal.rules():
            if jobs.is_stopping():
                break
            if (before := _before(organisation, rule, now)) is not None:
                gone.update(rule.remove(organisation, before))
        counts = {name: count for name, count in gone.items() if count}
        if counts:
            audit.record(
                actor=None,
                act="people.retention.carried_out",
                subject=organisation.code,
                organisation_id=organisation.pk,
                after=counts,
            )
        whole.update(counts)
    return dict(whole)


def _before(
    organisation: Organisation,
    rule: personal.Rule,
    at: dt.datetime,
    periods: Mapping[str, int] | None = None,
) -> dt.datetime | None:
    days = (periods or {}).get(rule.period, personal.days_of(organisation, rule.period))
    return None if days is None else at - dt.timedelta(days=days)
