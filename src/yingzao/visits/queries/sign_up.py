"""Who signed up, who waits, and who is expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from yingzao.activities.models import Activity
from yingzao.activities.queries import asked_learners, learners_of
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole
from yingzao.visits.enums import SignUpState
from yingzao.visits.models import SignUp, SignUpPlan


def sign_up_plan(activity: Activity) -> SignUpPlan | None:
    """The terms, switched on or not; None where sign-up was never on."""
    return SignUpPlan.objects.filter(visit__activity=activity).first()


def open_plan(activity: Activity) -> SignUpPlan | None:
    """The terms, where one has to sign up."""
    return SignUpPlan.objects.filter(visit__activity=activity, is_on=True).first()


def standing(plan: SignUpPlan) -> QuerySet[SignUp]:
    """Who has a place and who waits, in the order in which they came."""
    return (
        SignUp.objects.filter(plan=plan)
        .exclude(state=SignUpState.CANCELLED)
        .select_related("enrolment__person", "enrolment__community", "enrolment__team", "group")
        .order_by("pk")
    )


def with_place(plan: SignUpPlan) -> QuerySet[SignUp]:
    return standing(plan).filter(state=SignUpState.IN)


def waiting(plan: SignUpPlan) -> QuerySet[SignUp]:
    return standing(plan).filter(state=SignUpState.WAITING)


@dataclass(frozen=True, slots=True)
class Places:
    """How many places there are, and how many are taken."""

    capacity: int | None
    taken: int
    waiting: int

    @property
    def free(self) -> int | None:
        """None: no limit. Never below 0, though more may be in than there are places."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    @property
    def over(self) -> int:
        """How many are in beyond the number of places."""
        return 0 if self.capacity is None else max(self.taken - self.capacity, 0)

    @property
    def has_room(self) -> bool:
        """Whether whoever signs up now has a place at once: nobody is passed who waits."""
        return not self.waiting and self.free != 0


def places(plan: SignUpPlan) -> Places:
    """One query."""
    counted = SignUp.objects.filter(plan=plan).aggregate(
        taken=Count("pk", filter=Q(state=SignUpState.IN)),
        waiting=Count("pk", filter=Q(state=SignUpState.WAITING)),
    )
    return Places(plan.capacity, counted["taken"], counted["waiting"])


def place_in_line(sign_up: SignUp) -> int:
    """1 is the next one."""
    return SignUp.objects.filter(plan=sign_up.plan_id, state=SignUpState.WAITING, pk__lte=sign_up.pk).count()


@dataclass(frozen=True, slots=True)
class MySignUp:
    """What a learner reads of the own sign-up."""

    plan: SignUpPlan
    sign_up: SignUp | None
    in_line: int  # 0: does not wait

    @property
    def lacks(self) -> bool:
        """Whether something that is asked has not been said: an organiser signed the learner up."""
        mine = self.sign_up
        if mine is None:
            return False
        lacks_contact = self.plan.asks_contact and not mine.contact_phone
        return lacks_contact or bool(self.plan.consent_text and mine.agreed_at is None)


def my_sign_up(activity: Activity, enrolment: Enrolment) -> MySignUp | None:
    """None where nobody has to sign up. At most three queries."""
    plan = open_plan(activity)
    if plan is None:
        return None
    mine = standing(plan).filter(enrolment=enrolment).first()
    waits = mine is not None and mine.state == SignUpState.WAITING
    return MySignUp(plan, mine, place_in_line(mine) if mine and waits else 0)


def expected_learners(activity: Activity) -> QuerySet[Enrolment]:
    """Whom the stops expect: who has a place where one signs up, else everybody for whom the visit is."""
    plan = open_plan(activity)
    return asked_learners(activity) if plan is None else learners_with_place(plan, activity)


def learners_with_place(plan: SignUpPlan, activity: Activity) -> QuerySet[Enrolment]:
    taken = SignUp.objects.filter(plan=plan, state=SignUpState.IN)
    return learners_of(activity.programme).filter(pk__in=taken.values("enrolment"))


def without_sign_up(plan: SignUpPlan, activity: Activity) -> QuerySet[Enrolment]:
    """Those for whom the visit is who neither have a place nor wait."""
    there = SignUp.objects.filter(plan=plan).exclude(state=SignUpState.CANCELLED)
    return (
        asked_learners(activity)
        .exclude(pk__in=there.values("enrolment"))
        .select_related("community", "team", "person")
    )


def sign_ups_of_those_who_left(enrolments: Sequence[Enrolment]) -> QuerySet[SignUp]:
    """Standing sign-ups of learners who are of no cohort any more."""
    gone = [one.pk for one in enrolments if one.state != EnrolmentState.ACTIVE]
    rows = SignUp.objects.filter(enrolment__in=gone).exclude(state=SignUpState.CANCELLED)
    rows = rows.select_related("plan__visit__activity__programme__organisation", "enrolment__person")
    return rows.order_by("plan__visit__activity_id", "pk")


def contacts_to_forget(now: dt.datetime) -> list[SignUp]:
    """Sign-ups whose contact was kept for as long as their visit says. A visit without any time counts from signing up."""
    rows = SignUp.objects.exclude(contact_name="", contact_phone="").select_related("plan__visit__activity")
    return [row for row in rows if _visit_ended(row) + dt.timedelta(days=row.plan.contact_days) <= now]


def _visit_ended(row: SignUp) -> dt.datetime:
    activity = row.plan.visit.activity
    return activity.ends_at or activity.starts_at or activity.held_at or row.made_at


def whom_to_ask(programme: Programme) -> list[str]:
    """Names of the organisers, as the programme's staff list has them."""
    roles = StaffRole.objects.filter(programme=programme, role=Role.ORGANISER, ended_at=None)
    return [name for name in roles.order_by("pk").values_list("name", flat=True) if name]


def sign_up_states(activity: Activity) -> dict[int, str] | None:
    """Enrolment → in or waiting; None where nobody has to sign up. Two queries at most."""
    plan = open_plan(activity)
    if plan is None:
        return None
    there = SignUp.objects.filter(plan=plan).exclude(state=SignUpState.CANCELLED)
    return dict(there.order_by().values_list("enrolment_id", "state"))
