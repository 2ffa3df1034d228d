"""What is done from a page that reads across rooms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.notices.actions import send_to_many
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import require_organiser


def remind(
    *, programme: Programme, person_ids: Collection[int], by: Person, today: dt.date | None = None
) -> int:
    """Tell learners that duties are open, at most once a day each; how many had not been told today."""
    require_organiser(by, programme)
    if not person_ids:
        raise Refused(_("There is nobody to remind."), code="nobody")
    today = today or clock.today()
    return send_to_many(
        organisation=programme.organisation,
        people=Person.objects.filter(pk__in=person_ids),
        programme_code=programme.code,
        kind="behind",
        key=f"web.remind:{programme.code}:{today.isoformat()}",
        title=lambda: _("Some of your duties are open"),
        body=lambda: (
            _(
                "You are behind in %(programme)s. See which duties are open and what each still needs; "
                "if something keeps you from it, tell the organiser."
            )
            % {"programme": programme.full_name}
        ),
        url=reverse("web:learner-duties"),
        by=by,
    )
