"""What is done from a page that reads across rooms."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from fractions import Fraction
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui.templatetags.ui import moment, share
from yingzao.notices.actions import Told, send_to_many
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import require_organiser
from yingzao.web import warnings
from yingzao.web.outlook import Group
from yingzao.web.queries import as_decimal

NEARLY_LATE = dt.timedelta(days=2)


def warn(programme: Programme, *, now: dt.datetime | None = None) -> int:
    """Tell learners for whom one more missed duty is one too many, while the nearest can still be done; how many were told.

    Once a duty, in the two days before it is too late for it. Those who are safe, or beyond help, hear nothing here.
    """
    now = now or clock.now()
    line = warnings.line_of(programme)
    at_stake: dict[str, list[int]] = defaultdict(list)
    by_code: dict[str, warnings.Chance] = {}
    for row in warnings.warnings_of(programme, show=Group.EDGE).rows:
        nearest = row.open[0] if row.open else None
        if nearest and nearest.by and row.learner.person_id and now < nearest.by <= now + NEARLY_LATE:
            at_stake[nearest.activity.code].append(row.learner.person_id)
            by_code[nearest.activity.code] = nearest
    told = 0
    for code, people in at_stake.items():
        chance = by_code[code]
        told += send_to_many(
            organisation=programme.organisation,
            programme_code=programme.code,
            people=Person.objects.filter(pk__in=people, is_active=True),
            kind="nearly_late",
            key=f"web.nearly_late:{code}:{clock.local_date(chance.by or now).isoformat()}",
            title=partial(_last_chance_title, chance),
            body=partial(_last_chance_body, chance, line),
            url=reverse("web:learner-duty", args=[code]),
            now=now,
        )
    return told


def remind(
    *, programme: Programme, person_ids: Collection[int], by: Person, today: dt.date | None = None
) -> int:
    """Tell learners that duties are open, at most once a day each; how many had not been told today."""
    require_organiser(by, programme)
    if not person_ids:
        raise Refused(_("There is nobody to remind."), code="nobody")
    today = today or clock.today()
    title, body = reminder_words(programme)
    return send_to_many(
        organisation=programme.organisation,
        people=Person.objects.filter(pk__in=person_ids),
        programme_code=programme.code,
        kind="behind",
        key=f"web.remind:{programme.code}:{today.isoformat()}",
        title=title,
        body=body,
        url=reverse("web:learner-duties"),
        by=by,
    )


def write(
    *,
    programme: Programme,
    people: Collection[Person],
    key: str,
    title: Told,
    body: Told,
    by: Person,
) -> int:
    """Send what an organiser wrote to learners; `key` is the form's, so that the same form sent twice is one letter."""
    require_organiser(by, programme)
    if not people:
        raise Refused(
            _("There is nobody to write to: none of them has joined yet."), code="nobody", field="to"
        )
    return send_to_many(
        organisation=programme.organisation,
        programme_code=programme.code,
        people=people,
        kind="letter",
        key=f"web.letter:{programme.code}:{key}",
        title=title,
        body=body,
        by=by,
    )


def reminder_words(programme: Programme) -> tuple[Told, Told]:
    """Title and body of the organiser's reminder."""
    return (
        lambda: _("Some of your duties are open"),
        lambda: (
            _(
                "You are behind in %(programme)s. See which duties are open and what each still needs; "
                "if something keeps you from it, tell the organiser."
            )
            % {"programme": programme.full_name}
        ),
    )


def _last_chance_title(chance: warnings.Chance) -> str:
    return _("Do not miss this one: %(title)s") % {"title": chance.activity.title[:80]}


def _last_chance_body(chance: warnings.Chance, line: Fraction) -> str:
    return _(
        "It can be done until %(moment)s. If one more duty is missed, %(line)s of the plan can no longer be "
        "reached. If something keeps you from it, tell the organiser in time."
    ) % {"moment": moment(chance.by), "line": share(as_decimal(line))}
