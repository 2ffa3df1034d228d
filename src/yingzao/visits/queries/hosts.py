"""Who receives the learners at a stop, what hosts said, and what visitors said of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet
from django.urls import reverse

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity, Survey
from yingzao.activities.queries import surveys as forms
from yingzao.communities.models import Community
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Role
from yingzao.programmes.models import StaffRole
from yingzao.programmes.queries import programmes_organised_by, staff_of
from yingzao.visits.models import HostReply, Stop, StopHost, Visit

LEAST_SHOWN = 5  # answers of visitors below which a host reads nothing of them
MARKS = ("punctual", "interest", "arrangement")  # of a reply, in the order in which they are asked


# Who is a host


def stops_hosted_by(person: Person) -> QuerySet[Stop]:
    """The stops for which the person is named; and those for which nobody ever was, in the community that the person's role
    names as its unit. A fixed number of queries."""
    roles = list(StaffRole.objects.filter(person=person, role=Role.HOST, ended_at=None))
    named = StopHost.objects.filter(
        role__in=roles, ended_at=None, stop__part__activity__programme=F("role__programme")
    ).values_list("stop_id", flat=True)
    found = {*named, *(stop.pk for stop, _role in _by_unit(roles))}
    return (
        Stop.objects.filter(pk__in=found)
        .select_related(
            "part__activity__programme__organisation", "part__activity__visit", "community", "visitors_form"
        )
        .order_by("part__starts_at", "pk")
    )


def role_of_host(person: Person, stop: Stop) -> StaffRole:
    """As whom the person hosts: one holds a role once in a programme."""
    return StaffRole.objects.get(
        person=person, role=Role.HOST, ended_at=None, programme=stop.part.activity.programme_id
    )


def _by_unit(roles: Sequence[StaffRole], activity: Activity | None = None) -> list[tuple[Stop, StaffRole]]:
    """Stops without a named host, with the roles whose unit names them: 龙江镇文华花园 names 文华花园. Where the register has
    two communities of that name the unit must say the town as well."""
    roles = [role for role in roles if role.unit]
    if not roles:
        return []
    unnamed = Stop.objects.filter(
        part__activity__programme__in={role.programme_id for role in roles},
        part__activity__kind=KindKey.VISIT,
        hosts=None,
    ).select_related("part__activity", "community")
    if activity is not None:
        unnamed = unnamed.filter(part__activity=activity)
    pairs = [
        (stop, role)
        for stop in unnamed
        for role in roles
        if role.programme_id == stop.part.activity.programme_id and role.unit.endswith(stop.part.title)
    ]
    twins = _names_of_several(stop for stop, _role in pairs)
    return [(stop, role) for stop, role in pairs if _is_certain(stop, role, twins)]


def _is_certain(stop: Stop, role: StaffRole, twins: set[tuple[int, str]]) -> bool:
    if (stop.organisation_id, stop.part.title) not in twins:
        return True
    town = stop.community.town if stop.community else ""
    return bool(town) and f"{town}{stop.part.title}" in "".join(role.unit.split())


def _names_of_several(stops: Iterable[Stop]) -> set[tuple[int, str]]:
    """(organisation, name) of which the register has more than one community."""
    asked = {(stop.organisation_id, stop.part.title) for stop in stops}
    if not asked:
        return set()
    rows = (
        Community.objects.filter(
            organisation__in={organisation for organisation, _name in asked},
            name__in={name for _organisation, name in asked},
        )
        .order_by()
        .values("organisation", "name")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
    )
    return {(row["organisation"], row["name"]) for row in rows} & asked


def roles_by_unit(stop: Stop) -> list[StaffRole]:
    """Who is the stop's host because of a unit's name; nobody, once somebody was named."""
    activity = stop.part.activity
    roles = list(staff_of(activity.programme, Role.HOST))
    return [role for one, role in _by_unit(roles, activity) if one.pk == stop.pk]


@dataclass(frozen=True, slots=True)
class Host:
    """One host of one stop, as the desk reads it."""

    role: StaffRole
    is_named: bool  # else found by the unit's name
    reply: HostReply | None

    @property
    def has_joined(self) -> bool:
        return self.role.person_id is not None

    @property
    def marks(self) -> list[tuple[str, int]]:
        given = [(name, getattr(self.reply, name, None)) for name in MARKS]
        return [(name, mark) for name, mark in given if mark is not None]


def hosts_of(activity: Activity) -> dict[int, list[Host]]:
    """Stop → its hosts, for all stops of a visit. A fixed number of queries."""
    replies = {
        (reply.stop_id, reply.role_id): reply
        for reply in HostReply.objects.filter(stop__part__activity=activity)
    }
    found: dict[int, list[Host]] = {}
    named = StopHost.objects.filter(stop__part__activity=activity, ended_at=None, role__ended_at=None)
    for row in named.select_related("role__person"):
        reply = replies.get((row.stop_id, row.role_id))
        found.setdefault(row.stop_id, []).append(Host(row.role, True, reply))
    for stop, role in _by_unit(list(staff_of(activity.programme, Role.HOST)), activity):
        found.setdefault(stop.pk, []).append(Host(role, False, replies.get((stop.pk, role.pk))))
    return found


def hosts_to_tell(activity: Activity) -> list[tuple[Person, str]]:
    """Hosts of a visit who have joined, each once, with the page of their first stop."""
    stops = {stop.pk: stop for stop in Stop.objects.filter(part__activity=activity).select_related("part")}
    found: dict[int, tuple[Person, str]] = {}
    for stop_pk, hosts in hosts_of(activity).items():
        for host in hosts:
            person = host.role.person
            if person is not None and person.is_active:
                url = reverse("visits:host-stop", args=[stops[stop_pk].part.code])
                found.setdefault(person.pk, (person, url))
    return list(found.values())


def nameable_hosts(stop: Stop, by: Person) -> list[StaffRole]:
    """Whom `by` can name without an invitation: hosts of this programme, and of others that `by` organises in the organisation,
    each person once."""
    programme = stop.part.activity.programme
    here = list(staff_of(programme, Role.HOST))
    known = {role.person_id for role in here}
    elsewhere = StaffRole.objects.filter(
        role=Role.HOST,
        ended_at=None,
        person__is_active=True,
        organisation=programme.organisation_id,
        programme__in=programmes_organised_by(by).values("pk"),
    ).exclude(programme=programme)
    for role in elsewhere.order_by("-pk"):
        if role.person_id not in known:
            known.add(role.person_id)
            here.append(role)
    named = set(StopHost.objects.filter(stop=stop, ended_at=None).values_list("role_id", flat=True))
    return [role for role in here if role.pk not in named]


def usual_hosts(stop: Stop) -> list[StaffRole]:
    """Who is named for another stop of the programme in the same community of the register."""
    if stop.community_id is None:
        return []
    named = StopHost.objects.filter(
        stop__community=stop.community_id,
        stop__part__activity__programme=stop.part.activity.programme_id,
        ended_at=None,
        role__ended_at=None,
    ).exclude(stop=stop)
    return list({row.role_id: row.role for row in named.select_related("role")}.values())


def reply_of(stop: Stop, role: StaffRole) -> HostReply | None:
    return HostReply.objects.filter(stop=stop, role=role).first()


def replies_of(person: Person, stops: Sequence[Stop]) -> dict[int, HostReply]:
    """Stop → what the person said of it as its host."""
    said = HostReply.objects.filter(role__person=person, role__ended_at=None, stop__in=stops)
    return {reply.stop_id: reply for reply in said}


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a host rings."""

    name: str
    phone: str


def contacts_of(activity: Activity) -> list[Contact]:
    """Who is named for the visit, else the programme's organisers, with the telephone that was given for their role."""
    visit = Visit.objects.filter(activity=activity).exclude(contact_name="", contact_phone="").first()
    if visit is not None:
        return [Contact(visit.contact_name, visit.contact_phone)]
    staff = staff_of(activity.programme, Role.ORGANISER).exclude(person=None)
    return [Contact(role.name, role.phone) for role in staff]


# What visitors said


@dataclass(frozen=True, slots=True)
class Heard:
    """What a host reads of the visitors' answers: sums, and words without anybody's name; nothing before there are enough."""

    answered: int
    least: int
    told: tuple[forms.Told, ...]

    @property
    def is_shown(self) -> bool:
        return bool(self.told)


def heard_of(stop: Stop) -> Heard | None:
    """None where visitors are not asked. By name or not, a host reads sums alone."""
    form = stop.visitors_form
    if form is None:
        return None
    results = forms.results_of(form, form.version)
    least = max(LEAST_SHOWN, form.least_shown)
    return Heard(results.answered, least, results.told if results.answered >= least else ())


def forms_waiting(enrolment: Enrolment, activity: Activity, now: dt.datetime) -> list[Survey]:
    """Forms about the stops of this visit that the learner has still to answer."""
    return [s for s in forms.waiting_for(enrolment, now) if s.activity_id == activity.pk and s.part_id]
