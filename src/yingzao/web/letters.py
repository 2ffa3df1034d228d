"""To whom an organiser may write: values of a form's choice, and the people behind them."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yingzao.activities.queries import learners_of
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.web import warnings
from yingzao.web.outlook import Group

GROUPS: dict[Group, Callable[[], str]] = {
    Group.LOST: lambda: _("Early warning: out of reach"),
    Group.EDGE: lambda: _("Early warning: out of reach if one more is missed"),
    Group.BEHIND: lambda: _("Early warning: behind, but in time"),
}


def choices(programme: Programme) -> list[tuple[str, str]]:
    """Everybody, each team, and the groups of the early warning."""
    teams = [(f"team:{team.code}", team.name) for team in programme.teams.order_by("pk")]
    return [("all", _("All learners")), *teams, *((str(group), word()) for group, word in GROUPS.items())]


def readers(programme: Programme, chosen: str) -> QuerySet[Person]:
    """The people behind a choice who have an account."""
    learners = learners_of(programme)
    if chosen.startswith("team:"):
        learners = learners.filter(team__code=chosen.removeprefix("team:"))
    elif chosen != "all":
        found = warnings.warnings_of(programme, show=chosen)
        return Person.objects.filter(pk__in=warnings.to_remind(found, chosen), is_active=True)
    return Person.objects.filter(pk__in=learners.values("person"), is_active=True)


def without_account(programme: Programme, chosen: str) -> int:
    """How many behind a choice have not joined: they cannot be written to."""
    learners = learners_of(programme)
    if chosen.startswith("team:"):
        learners = learners.filter(team__code=chosen.removeprefix("team:"))
    elif chosen != "all":
        found = warnings.warnings_of(programme, show=chosen)
        return sum(row.learner.person_id is None for row in found.rows)
    return learners.filter(person=None).count()
