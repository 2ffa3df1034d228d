"""Conflicts of interest that the records tell (回避), and what a person with one does not see.

Hard ones always hold: the learner is the judge; the same community; the judge mentors the team, or anybody of that
community; somebody declared a tie. Soft ones (`Tie`) are kept by the draw where a round says so.
"""

from collections.abc import Collection, Iterable
from functools import cached_property

from django.db.models import QuerySet

from yingzao.enrolment.models import Enrolment, Team
from yingzao.judging.enums import STANDING, AssignmentState, Conflict, Tie
from yingzao.judging.models import Assignment, DeclaredTie, Round
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole

SHORTEST_NAME = 2  # a community given as one character would be found in any unit


class Conflicts:
    """Between these judges and any learners of their programme. Five queries, whatever the number of judges.

    Learners are asked with their `community` and `team.mentor`.
    """

    def __init__(self, judges: Iterable[StaffRole]) -> None:
        judges = list(judges)
        self._persons = {judge.person_id for judge in judges if judge.person_id}
        self._programmes = {judge.programme_id for judge in judges}
        self._units: dict[int, set[str]] = {}
        for person, unit in StaffRole.objects.filter(
            person__in=self._persons, programme__in=self._programmes, ended_at=None
        ).values_list("person", "unit"):
            self._units.setdefault(person, set()).add(_squashed(unit))
        self._homes: dict[int, set[str]] = {}  # communities that the judge belongs to or mentors
        own = Enrolment.objects.filter(person__in=self._persons, programme__in=self._programmes)
        self._remember(own.values_list("person", "community__name", "community_as_given"))
        self._mentored: dict[int, set[str]] = {}
        for row in Enrolment.objects.filter(
            team__mentor__person__in=self._persons, programme__in=self._programmes
        ).values_list("team__mentor__person", "community__name", "community_as_given"):
            self._mentored.setdefault(row[0], set()).update(_names(*row[1:]))
        self._declared = set()
        self._declared_places: dict[int, set[str]] = {}
        for judge, enrolment, community in DeclaredTie.objects.filter(
            judge__in=judges, withdrawn_at=None
        ).values_list("judge", "enrolment", "community_name"):
            self._declared.add((judge, enrolment))
            if community:
                self._declared_places.setdefault(judge, set()).add(_squashed(community))

    def _remember(self, rows: Iterable[tuple]) -> None:
        for person, *names in rows:
            self._homes.setdefault(person, set()).update(_names(*names))

    def between(self, judge: StaffRole, learner: Enrolment) -> Conflict | None:
        """Why this judge may not judge this learner, or None.

        A unit conflicts when the learner's community stands in its name: 桂一社区居委会 with 桂一社区.
        """
        person = judge.person_id or 0
        if person and person == learner.person_id:
            return Conflict.SELF
        if _digits(judge.phone) and _digits(judge.phone) == _digits(learner.phone):
            return Conflict.SELF
        communities = _names(learner.community.name if learner.community else "", learner.community_as_given)
        units = self._units.get(person, set()) | {_squashed(judge.unit)}
        if any(name in unit for name in communities for unit in units):
            return Conflict.COMMUNITY
        if communities & self._homes.get(person, set()):
            return Conflict.COMMUNITY
        mentor = learner.team.mentor if learner.team else None
        if mentor and (
            (person and mentor.person_id == person)
            or (_digits(mentor.phone) and _digits(mentor.phone) == _digits(judge.phone))
        ):
            return Conflict.MENTOR
        if communities & self._mentored.get(person, set()):
            return Conflict.MENTOR
        if (judge.pk, learner.pk) in self._declared or communities & self._declared_places.get(
            judge.pk, set()
        ):
            return Conflict.DECLARED
        return None

    def tie(self, judge: StaffRole, learner: Enrolment) -> Tie | None:
        """What may make this judge seem partial to this learner."""
        unit = _squashed(judge.unit)
        town = _squashed(learner.community.town) if learner.community else ""
        if len(town) >= SHORTEST_NAME and town in unit:
            return Tie.TOWN
        mentor = learner.team.mentor if learner.team else None
        if mentor and unit and unit == _squashed(mentor.unit):
            return Tie.MENTOR_UNIT
        if (judge.person_id, learner.person_id) in self._earlier:
            return Tie.EARLIER
        return None

    @cached_property
    def _earlier(self) -> set[tuple[int, int]]:
        """(mentor, learner) by person, of other programmes."""
        teams = Team.objects.filter(mentor__person__in=self._persons, learners__person__isnull=False)
        return set(
            teams.exclude(programme__in=self._programmes).values_list("mentor__person", "learners__person")
        )


def conflict_between(judge: StaffRole, learner: Enrolment) -> Conflict | None:
    """Why this judge may not judge this learner, or None. For many pairs ask one `Conflicts`."""
    return Conflicts([judge]).between(judge, learner)


def sheets_in_conflict(round: Round) -> list[Assignment]:
    """Standing sheets of judges whose conflict came to light after they were asked."""
    sheets = list(
        round.assignments.filter(state__in=STANDING).select_related(
            "judge", "entry__enrolment__community", "entry__enrolment__team__mentor"
        )
    )
    conflicts = Conflicts({sheet.judge for sheet in sheets})
    return [sheet for sheet in sheets if conflicts.between(sheet.judge, sheet.entry.enrolment)]


def withheld_from(person: Visitor, round: Round) -> frozenset[int]:
    """The learners (by primary key) of a round whose entries, and every figure with them in it, are kept from a person.

    That is a judge of the programme, for as long as they are one, and each learner they have a conflict with. It holds
    on the desk too: who is judge and organiser in one is a judge first. One query for who is no judge.
    """
    if not is_signed_in(person):
        return frozenset()
    judges = list(judge_roles(person).filter(programme_id=round.programme_id))
    if not judges:
        return frozenset()
    conflicts = Conflicts(judges)
    judged = Enrolment.objects.filter(entries__assignments__round=round).distinct()
    return frozenset(
        learner.pk
        for learner in judged.select_related("community", "team__mentor")
        if any(conflicts.between(judge, learner) for judge in judges)
    )


def stood_aside_from(round: Round) -> Collection[Assignment]:
    """Sheets with marks that count for nothing, since a conflict came to light after marking."""
    return list(
        round.assignments.filter(state=AssignmentState.SET_ASIDE)
        .select_related("judge", "entry__enrolment")
        .order_by("pk")
    )


def declared_ties(programme: Programme) -> QuerySet[DeclaredTie]:
    """Newest first, those taken back too."""
    return (
        DeclaredTie.objects.filter(judge__programme=programme)
        .select_related("judge__programme", "enrolment", "declared_by")
        .order_by("-pk")
    )


def own_ties(person: Visitor) -> QuerySet[DeclaredTie]:
    """What stands declared for a judge. Whose entries those are is not in it."""
    return DeclaredTie.objects.filter(judge__in=judge_roles(person), withdrawn_at=None).order_by("-pk")


def judge_roles(person: Visitor) -> QuerySet[StaffRole]:
    """The person's parts as a judge, now."""
    if not is_signed_in(person):
        return StaffRole.objects.none()
    return StaffRole.objects.filter(person=person, role=Role.JUDGE, ended_at=None).select_related("programme")


def _names(*given: str | None) -> set[str]:
    return {name for name in map(_squashed, given) if len(name) >= SHORTEST_NAME}


def _squashed(text: str | None) -> str:
    return "".join((text or "").split())


def _digits(phone: str) -> str:
    """The last 11 digits: +86 or not makes no difference."""
    return "".join(c for c in phone if c.isdigit())[-11:]
