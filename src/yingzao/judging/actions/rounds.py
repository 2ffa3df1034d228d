"""Rounds: prepared, drawn, opened, closed, released."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activity_actions
from yingzao.activities import queries as activity_queries
from yingzao.activities.enums import VersionState
from yingzao.activities.models import Activity, Entry, Version
from yingzao.core import audit, clock, jobs, locking
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.judging import bridge, queries, rules
from yingzao.judging.actions.conflicts import set_aside_conflicts
from yingzao.judging.enums import STANDING, AssignmentState, RoundState
from yingzao.judging.models import Assignment, Panel, Round, RubricVersion
from yingzao.people.models import Person
from yingzao.programmes.enums import Act, Role
from yingzao.programmes.models import Programme, StaffRole
from yingzao.programmes.rules import require_stage

SEEDS = 1_000_000
GAP = 20  # of 100: where two judges differ by so much, a third is asked


@transaction.atomic
def create_round(
    *,
    programme: Programme,
    name: str,
    rubric_version: RubricVersion,
    judges: Collection[StaffRole],
    by: Person | None,
    activity: Activity | None = None,
    judges_per_entry: int = 2,
    hides_names: bool = True,
    closes_at: dt.datetime | None = None,
    seed: int = 0,
    avoids_ties: bool = False,
    most_per_judge: int | None = None,
    gap: int = GAP,
) -> Round:
    """A round in preparation with one panel. Without an activity it judges portfolios of all practice tasks."""
    rules.require_preparer(by, programme)
    _check_round(programme, rubric_version, judges, activity, judges_per_entry)
    if not name.strip():
        raise Refused(_("Give the round a name."), code="name-missing", field="name")
    made = Round.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        name=name.strip(),
        activity=activity,
        rubric_version=rubric_version,
        judges_per_entry=judges_per_entry,
        hides_names=hides_names,
        closes_at=closes_at,
        seed=seed % SEEDS,
        avoids_ties=avoids_ties,
        most_per_judge=most_per_judge,
        gap=gap,
    )
    panel = Panel.objects.create(organisation_id=programme.organisation_id, round=made)
    panel.judges.set(judges)
    _record(made, "judging.round.created", by, rubric_version=rubric_version.code, judges=_codes(judges))
    return made


@transaction.atomic
def change_round(
    *,
    round: Round,
    name: str,
    rubric_version: RubricVersion,
    judges: Collection[StaffRole],
    judges_per_entry: int,
    hides_names: bool,
    closes_at: dt.datetime | None,
    by: Person | None,
    avoids_ties: bool = False,
    most_per_judge: int | None = None,
    gap: int = GAP,
) -> Round:
    """Change a round. Once it is open its rubric stands, and names that were hidden stay hidden until it is released."""
    rules.require_preparer(by, round.programme)
    if round.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(_("The round is closed."), code="round-closed")
    _check_round(round.programme, rubric_version, judges, round.activity, judges_per_entry)
    if round.state == RoundState.OPEN and (
        rubric_version.pk != round.rubric_version_id or hides_names != round.hides_names
    ):
        raise Refused(
            _("Once a round is open, its rubric and whether names are hidden stay as they are."),
            code="round-open",
        )
    round.name = name.strip() or round.name
    round.rubric_version = rubric_version
    round.judges_per_entry = judges_per_entry
    round.hides_names = hides_names
    round.closes_at = closes_at
    round.avoids_ties, round.most_per_judge, round.gap = avoids_ties, most_per_judge, gap
    round.save()
    panel, _made = Panel.objects.get_or_create(
        round=round, defaults={"organisation_id": round.organisation_id}
    )
    panel.judges.set(judges)
    _record(round, "judging.round.changed", by, judges=_codes(judges), judges_per_entry=judges_per_entry)
    return round


@transaction.atomic
def set_shortlist(*, round: Round, enrolments: Collection[Enrolment], by: Person | None) -> Round:
    """Say who takes part; nobody chosen means all who handed in. What was drawn for others in preparation is taken back."""
    rules.require_preparer(by, round.programme)
    _take_turn(round)
    if round.state != RoundState.DRAFT:
        raise Refused(_("Once a round is open, who takes part stays as it is."), code="round-open")
    if any(enrolment.programme_id != round.programme_id for enrolment in enrolments):
        raise Refused(_("This learner belongs to another programme."), code="other-programme")
    round.shortlist.set(enrolments)
    if enrolments:
        round.assignments.exclude(entry__enrolment__in=enrolments).delete()
    _record(round, "judging.round.shortlisted", by, learners=sorted(e.code for e in enrolments))
    return round


def _check_round(
    programme: Programme,
    rubric_version: RubricVersion,
    judges: Collection[StaffRole],
    activity: Activity | None,
    judges_per_entry: int,
) -> None:
    if rubric_version.organisation_id != programme.organisation_id:
        raise Refused(_("This rubric belongs to another organisation."), code="other-organisation")
    if activity and activity.programme_id != programme.pk:
        raise Refused(_("This task belongs to another programme."), code="other-programme")
    if any(j.programme_id != programme.pk or j.role != Role.JUDGE or j.ended_at for j in judges):
        raise Refused(
            _("Only judges of this programme can be on the panel."), code="not-a-judge", field="judges"
        )
    if not 1 <= judges_per_entry <= max(len(judges), 1):
        raise Refused(
            _("With %(count)d judges, an entry cannot have %(wanted)d.")
            % {"count": len(judges), "wanted": judges_per_entry},
            code="too-few-judges",
            field="judges_per_entry",
        )


@transaction.atomic
def confirm_draw(*, round: Round, seed: int, by: Person | None) -> bridge.Plan:
    """Draw with this seed and keep it. In an open round standing pairs stay and only what is missing is drawn.

    Raises Refused with every obstacle when no draw is possible; nothing is written then.
    """
    rules.require_preparer(by, round.programme)
    _take_turn(round)
    if round.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(_("The round is closed."), code="round-closed")
    set_aside_conflicts(round=round, by=by)
    return carry_out(round, bridge.plan_draw(round, seed=seed), by=by)


def carry_out(round: Round, plan: bridge.Plan, *, by: Person | None) -> bridge.Plan:
    """Write a plan: what was drawn and not begun is replaced by it, what is kept stays. Raises Refused with its obstacles."""
    if plan.obstacles:
        raise Refused(" ".join(plan.obstacles), code="impossible")
    wanted = {(learner.pk, judge.pk): (learner, judge) for learner, judge in plan.pairs}
    if round.state == RoundState.DRAFT:
        round.assignments.filter(by_hand=False, state__in=STANDING).delete()
    for learner, judge in plan.moved:
        round.assignments.filter(
            entry__enrolment=learner, judge=judge, state=AssignmentState.ASSIGNED, marks=None
        ).delete()
    standing = set(round.assignments.values_list("entry__enrolment_id", "judge_id"))
    versions: dict[int, Version] = {}
    for pair, (learner, judge) in wanted.items():
        if pair in standing:
            continue
        if learner.pk not in versions:
            versions[learner.pk] = version_to_judge(round, learner, by=by)
        assign(round, judge, versions[learner.pk], by_hand=False)
    round.seed = plan.seed
    round.save(update_fields=["seed"])
    _record(
        round,
        "judging.round.drawn",
        by,
        seed=plan.seed,
        judges_per_entry=round.judges_per_entry,
        pairs=sorted([learner.code, judge.code] for learner, judge in plan.pairs),
    )
    return plan


@transaction.atomic
def assign_by_hand(*, round: Round, enrolment: Enrolment, judge: StaffRole, by: Person | None) -> Assignment:
    """Give one entry to one judge. Refused where there is a conflict; a later draw keeps the pair."""
    rules.require_preparer(by, round.programme)
    _take_turn(round)
    if round.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(_("The round is closed."), code="round-closed")
    if judge.programme_id != round.programme_id or judge.role != Role.JUDGE or judge.ended_at:
        raise Refused(_("Only judges of this programme can be on the panel."), code="not-a-judge")
    before = round.assignments.filter(entry__enrolment=enrolment, judge=judge).first()
    if before:
        if before.state in STANDING:
            raise Refused(_("%(judge)s already judges this entry.") % {"judge": judge.name}, code="twice")
        raise Refused(
            _("%(judge)s stood aside from this entry or could not judge it.") % {"judge": judge.name},
            code="stood-aside",
        )
    if conflict := queries.conflict_between(judge, enrolment):
        raise Refused(
            _("%(judge)s cannot judge this entry: %(conflict)s.")
            % {"judge": judge.name, "conflict": conflict.label},
            code="conflict",
        )
    made = assign(round, judge, version_to_judge(round, enrolment, by=by), by_hand=True)
    _record_assignment(made, "judging.assignment.added", by)
    return made


@transaction.atomic
def take_off(*, assignment: Assignment, by: Person | None) -> None:
    """Take an entry from a judge who has not marked it. A begun sheet is not taken: the judge stands aside."""
    rules.require_preparer(by, assignment.round.programme)
    if assignment.state != AssignmentState.ASSIGNED or assignment.marks.exists():
        raise Refused(_("This sheet was begun; it cannot be taken away."), code="begun")
    if assignment.round.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(_("The round is closed."), code="round-closed")
    _record_assignment(assignment, "judging.assignment.removed", by)
    assignment.delete()


@transaction.atomic
def open_round(*, round: Round, by: Person | None, now: dt.datetime | None = None) -> Round:
    """Lay the entries before the judges: the rubric version and each entry's version stand still from here."""
    rules.require_preparer(by, round.programme)
    _take_turn(round)
    require_stage(round.programme, Act.JUDGE)
    if round.state != RoundState.DRAFT:
        raise Refused(_("The round is open already."), code="not-draft")
    assignments = list(
        round.assignments.filter(state__in=STANDING).select_related("entry__enrolment", "judge")
    )
    if not assignments:
        raise Refused(_("Draw the judges first: nothing is assigned yet."), code="nothing-assigned")
    now = now or clock.now()
    rubric_version = round.rubric_version
    if rubric_version.frozen_at is None:
        rubric_version.frozen_at = now
        rubric_version.save(update_fields=["frozen_at"])
    frozen: dict[int, Version] = {}
    for assignment in assignments:
        learner = assignment.entry.enrolment
        if learner.pk not in frozen:
            frozen[learner.pk] = version_to_judge(round, learner, by=by)
        assignment.version = frozen[learner.pk]
    Assignment.objects.bulk_update(assignments, ["version"])
    round.state = RoundState.OPEN
    round.opened_at = now
    round.save(update_fields=["state", "opened_at"])
    _record(
        round,
        "judging.round.opened",
        by,
        rubric_version=rubric_version.code,
        versions=sorted([version.code, version.sha256] for version in frozen.values()),
    )
    jobs.enqueue("judging.tell_of_opening", round_code=round.code)
    return round


@transaction.atomic
def close_round(
    *, round: Round, by: Person | None, reason: str = "", now: dt.datetime | None = None
) -> Round:
    """No mark changes after this. With sheets still missing it needs a reason, which is kept."""
    rules.require_preparer(by, round.programme)
    _take_turn(round)
    if round.state != RoundState.OPEN:
        raise Refused(_("Only an open round can be closed."), code="not-open")
    set_aside_conflicts(round=round, by=by, now=now)
    missing = round.assignments.filter(state__in=STANDING).exclude(state=AssignmentState.SUBMITTED).count()
    if missing and not reason.strip():
        raise Refused(
            _("%(count)d sheets are still missing. Say why the round is closed without them.")
            % {"count": missing},
            code="reason-missing",
            field="reason",
        )
    round.state = RoundState.CLOSED
    round.closed_at = now or clock.now()
    round.closed_reason = reason.strip()[:200] if missing else ""
    round.save(update_fields=["state", "closed_at", "closed_reason"])
    _record(round, "judging.round.closed", by, missing=missing)
    return round


@transaction.atomic
def release_round(*, round: Round, by: Person | None, now: dt.datetime | None = None) -> Round:
    """Learners see their own marks and comments from here on. Needs an accepted calibration."""
    rules.require_preparer(by, round.programme)
    _take_turn(round)
    if round.trial_of_id is not None:
        raise Refused(_("Marks of a trial count for nothing; they are not released."), code="trial")
    if round.state != RoundState.CLOSED:
        raise Refused(_("Close the round before releasing it."), code="not-closed")
    if queries.accepted_calibration(round) is None:
        raise Refused(
            _("Run the calibration and accept its figures before releasing the marks."), code="no-calibration"
        )
    round.state = RoundState.RELEASED
    round.released_at = now or clock.now()
    round.save(update_fields=["state", "released_at"])
    _record(round, "judging.round.released", by)
    return round


def version_to_judge(round: Round, enrolment: Enrolment, *, by: Person | None) -> Version:
    """The version of the learner that the round judges, as it stands; a portfolio is gathered for it."""
    if round.activity_id is None:
        version = activity_actions.freeze_portfolio(enrolment, by=by)
    else:
        entry = Entry.objects.filter(enrolment=enrolment, activity_id=round.activity_id).first()
        version = activity_queries.latest_submitted(entry) if entry else None
    if version is None or version.state not in (VersionState.SUBMITTED, VersionState.ACCEPTED):
        raise Refused(
            _("Learner %(number)s has handed in nothing that can be judged.") % {"number": enrolment.number},
            code="nothing-handed-in",
        )
    return version


def assign(round: Round, judge: StaffRole, version: Version, *, by_hand: bool) -> Assignment:
    """Write one assignment; who may and whether there is a conflict was asked before."""
    return Assignment.objects.create(
        organisation_id=round.organisation_id,
        round=round,
        judge=judge,
        entry_id=version.entry_id,
        version=version,
        by_hand=by_hand,
    )


def _take_turn(round: Round) -> None:
    """One change of a round at a time, on its newest state."""
    locking.take_turn(f"round:{round.code}")
    round.refresh_from_db(fields=["state", "seed", "judges_per_entry"])


def _codes(judges: Collection[StaffRole]) -> list[str]:
    return sorted(judge.code for judge in judges)


def _record(round: Round, act: str, by: Person | None, **after: object) -> None:
    audit.record(
        actor=by, act=act, subject=round.code, organisation_id=round.organisation_id, after=dict(after)
    )


def _record_assignment(assignment: Assignment, act: str, by: Person | None) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=assignment.code,
        organisation_id=assignment.organisation_id,
        after={
            "round": assignment.round.code,
            "judge": assignment.judge.code,
            "entry": assignment.entry.code,
        },
    )
