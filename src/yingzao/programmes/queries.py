"""Which programmes, stages and staff there are, and for whom."""

from django.db.models import Q, QuerySet

from yingzao.people.enums import Right
from yingzao.people.models import Grant, Organisation, Person, Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.enums import Role, StageState
from yingzao.programmes.models import Programme, StaffRole, Stage

DESK_ROLES = (Role.ORGANISER, Role.SUPERVISOR)


def organisations_organised_by(person: Visitor) -> QuerySet[Organisation]:
    """Organisations in which the person may create and run every programme."""
    if not is_signed_in(person):
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=_grants(person).values("organisation"))


def programmes_with_role(person: Visitor, *roles: str) -> QuerySet[Programme]:
    """Programmes in which the person holds one of the roles now; of no roles given, any."""
    if not is_signed_in(person):
        return Programme.objects.none()
    return Programme.objects.filter(pk__in=_held(person, *roles).values("programme"))


def _grants(person: Person) -> QuerySet[Grant]:
    return Grant.objects.filter(person=person, right=Right.ORGANISE, scope_code="", ended_at=None)


def _held(person: Person, *roles: str) -> QuerySet[StaffRole]:
    held = StaffRole.objects.filter(person=person, ended_at=None)
    return held.filter(role__in=roles) if roles else held


def _with_role_or_organised(person: Visitor, *roles: str) -> QuerySet[Programme]:
    """Asked several times a page, so it asks the two tables that hold the answer and none between."""
    if not is_signed_in(person):
        return Programme.objects.none()
    return Programme.objects.filter(
        Q(pk__in=_held(person, *roles).values("programme"))
        | Q(organisation__in=_grants(person).values("organisation"))
    ).select_related("organisation")


def programmes_visible_to(person: Visitor) -> QuerySet[Programme]:
    """Every programme in which the person has a part as staff, or that belongs to an organisation the person runs."""
    return _with_role_or_organised(person)


def programmes_organised_by(person: Visitor) -> QuerySet[Programme]:
    return _with_role_or_organised(person, Role.ORGANISER)


def desk_programmes(person: Visitor) -> QuerySet[Programme]:
    """Programmes whose desk the person may read: organisers, and supervisors, who read all and change nothing."""
    return _with_role_or_organised(person, *DESK_ROLES)


def public_programmes() -> QuerySet[Programme]:
    return Programme.objects.filter(is_public=True).select_related("organisation")


def roles_of(person: Visitor, programme: Programme) -> frozenset[str]:
    """The roles the person holds in the programme now."""
    if not is_signed_in(person):
        return frozenset()
    held = StaffRole.objects.filter(person=person, programme=programme, ended_at=None)
    return frozenset(held.values_list("role", flat=True))


def staff_of(programme: Programme, *roles: str) -> QuerySet[StaffRole]:
    """Standing roles, waiting ones included; of no roles given, all."""
    staff = programme.staff.filter(ended_at=None).select_related("person")
    return staff.filter(role__in=roles) if roles else staff


def open_stages(programme: Programme) -> QuerySet[Stage]:
    return programme.stages.filter(state=StageState.OPEN)


def stages_visible_to(person: Visitor) -> QuerySet[Stage]:
    return Stage.objects.filter(programme__in=desk_programmes(person)).select_related("programme")


def staff_visible_to(person: Visitor) -> QuerySet[StaffRole]:
    return StaffRole.objects.filter(programme__in=desk_programmes(person)).select_related(
        "programme", "person"
    )
