"""Learners and their teams."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment, Team
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes import queries as programmes
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole

_BETWEEN = re.compile(r"[、，,;；\n\r]+")


def learners_of(programme: Programme) -> QuerySet[Enrolment]:
    """All learners a programme ever had, with what a list shows of them."""
    return programme.enrolments.select_related("community", "team", "person")


def active_enrolments(programme: Programme) -> QuerySet[Enrolment]:
    """The cohort, by number."""
    return learners_of(programme).filter(state=EnrolmentState.ACTIVE)


def my_enrolments(person: Visitor) -> QuerySet[Enrolment]:
    """Where the person learns, the newest programme first; withdrawn ones too, so that nobody's page vanishes."""
    if not is_signed_in(person):
        return Enrolment.objects.none()
    return (
        Enrolment.objects.filter(person=person)
        .select_related("programme__organisation", "community", "team")
        .order_by("-programme__starts_on", "-pk")
    )


def enrolments_visible_to(person: Visitor) -> QuerySet[Enrolment]:
    """One's own; all of the programmes whose desk one may read; those of the teams one mentors."""
    if not is_signed_in(person):
        return Enrolment.objects.none()
    mentoring = StaffRole.objects.filter(person=person, role=Role.MENTOR, ended_at=None)
    return Enrolment.objects.filter(
        Q(person=person)
        | Q(programme__in=programmes.desk_programmes(person).values("pk"))
        | Q(team__mentor__in=mentoring)
    ).select_related("programme__organisation", "community", "team", "person")


def enrolments_managed_by(person: Visitor) -> QuerySet[Enrolment]:
    """Learners whom the person may change: those of the programmes the person organises."""
    return Enrolment.objects.filter(
        programme__in=programmes.programmes_organised_by(person).values("pk")
    ).select_related("programme__organisation", "community", "team", "person")


def find_enrolment_of(person: Visitor, programme: Programme) -> Enrolment | None:
    if not is_signed_in(person):
        return None
    return learners_of(programme).filter(person=person).first()


def learners_mentored_by(person: Visitor) -> QuerySet[Enrolment]:
    """Those in the teams that the person mentors now."""
    if not is_signed_in(person):
        return Enrolment.objects.none()
    return Enrolment.objects.filter(team__mentor__person=person, team__mentor__ended_at=None)


def teams_of(programme: Programme) -> QuerySet[Team]:
    """Teams in the order in which they were made, with `size`, the number of active learners."""
    active = Count("learners", filter=Q(learners__state=EnrolmentState.ACTIVE))
    return programme.teams.select_related("mentor").annotate(size=active).order_by("pk")


def state_counts(programme: Programme) -> dict[str, int]:
    """How many learners stand in each state; every state is named."""
    counted = dict(programme.enrolments.values_list("state").annotate(n=Count("pk")).order_by())
    return {state: counted.get(state, 0) for state in EnrolmentState.values}


def search(enrolments: QuerySet[Enrolment], words: str) -> QuerySet[Enrolment]:
    """By name, number, community, team, pinyin or initials; every word must be found. Phones only whole or by their last four."""
    for word in words.split():
        wanted = (
            Q(name__icontains=word)
            | Q(number=word)
            | Q(pinyin__icontains=word.lower())
            | Q(community__name__icontains=word)
            | Q(community__pinyin__icontains=word.lower())
            | Q(community_as_given__icontains=word)
            | Q(team__name__icontains=word)
        )
        if word.isdigit() and len(word) in {4, 11}:
            wanted |= Q(phone__endswith=word)
        enrolments = enrolments.filter(wanted)
    return enrolments


@dataclass(frozen=True, slots=True)
class Named:
    """Learners that a list of words names, and the words that name nobody or more than one."""

    learners: tuple[Enrolment, ...]
    unknown: tuple[str, ...]
    several: tuple[str, ...]


def learners_named(programme: Programme, words: str, *, known: Iterable[Enrolment] = ()) -> Named:
    """Active learners by number, name, or name with community in brackets; words are parted by commas or lines.

    A name that two have names nobody: the number tells them apart. `known` are learners that their numbers name as well,
    whether they are still in the programme or not. One query.
    """
    wanted = list(dict.fromkeys(word.strip() for word in _BETWEEN.split(words) if word.strip()))
    by_word: dict[str, dict[int, Enrolment]] = {}
    for learner in active_enrolments(programme) if wanted else ():
        for word in {learner.number, learner.name, f"{learner.name}({learner.community_name})"}:
            by_word.setdefault(_plain(word), {})[learner.pk] = learner
    for learner in known:
        by_word.setdefault(_plain(learner.number), {})[learner.pk] = learner
    found: dict[int, Enrolment] = {}
    unknown, several = [], []
    for word in wanted:
        match by_word.get(_plain(word), {}):
            case {} as nobody if not nobody:
                unknown.append(word)
            case some if len(some) > 1:
                several.append(word)
            case one:
                found |= one
    return Named(tuple(found.values()), tuple(unknown), tuple(several))


def _plain(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).lower().split())
