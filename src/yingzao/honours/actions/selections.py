"""From a scheme to an approved list."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment.actions import commit_names
from yingzao.honours.actions.holding import DRAFTS, held, record
from yingzao.honours.actions.points import give_points
from yingzao.honours.actions.schemes import make_scheme
from yingzao.honours.bridge.lists import outcome_now
from yingzao.honours.enums import QuotaKind, SelectionState
from yingzao.honours.models import Bar, Place, Scheme, Selection, TieDecision
from yingzao.honours.queries import inputs, rows
from yingzao.honours.rules import rights
from yingzao.honours.rules.places import TIE_RULES, Outcome, PlaceValue
from yingzao.honours.rules.snapshot import outcome_of, sha256_of
from yingzao.judging.enums import RoundState
from yingzao.judging.models import Round
from yingzao.judging.queries import accepted_calibration, newest_run
from yingzao.people.models import Person
from yingzao.programmes import rules as programmes
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme


def _check_list(
    quota_kind: str, quota: Decimal, reserve: int, least: Decimal, tie_rule: Sequence[str]
) -> None:
    if quota_kind == QuotaKind.PERCENT and not 0 < quota <= 100:
        raise Refused(_("A percentage lies between 0 and 100."), code="quota", field="quota")
    if quota_kind == QuotaKind.NUMBER and (quota < 1 or quota != int(quota)):
        raise Refused(_("The number of places is a whole number from 1."), code="quota", field="quota")
    if reserve < 0:
        raise Refused(_("The reserve cannot be negative."), code="reserve", field="reserve")
    if not 0 <= least <= 100:
        raise Refused(_("The threshold lies between 0 and 100."), code="threshold", field="least_completion")
    if set(tie_rule) - set(TIE_RULES) or len(set(tie_rule)) != len(tie_rule):
        raise Refused(_("The tie rule names each of its steps once."), code="tie_rule", field="tie_rule")


@transaction.atomic
def create_selection(
    *,
    programme: Programme,
    name: str,
    by: Person,
    scheme: Scheme | None = None,
    round: Round | None = None,
    quota_kind: str = QuotaKind.PERCENT,
    quota: Decimal = Decimal(15),
    reserve: int = 0,
    least_completion: Decimal = Decimal(60),
    tie_rule: Sequence[str] = TIE_RULES,
    group_by: str = "",
    made_from: Selection | None = None,
) -> Selection:
    """Begin a selection with the newest scheme, or the default one (40 : 60) where the programme has none."""
    programmes.require_organiser(by, programme)
    _check_list(quota_kind, quota, reserve, least_completion, tie_rule)
    scheme = scheme or rows.current_scheme(programme) or make_scheme(programme=programme, by=by)
    selection = Selection.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        name=name,
        scheme=scheme,
        round=round,
        made_from=made_from,
        quota_kind=quota_kind,
        quota=quota,
        reserve=reserve,
        least_completion=least_completion,
        tie_rule=list(tie_rule),
        group_by=group_by,
    )
    record("created", selection, by, after=inputs.list_values(selection) | {"scheme": scheme.code})
    return selection


@transaction.atomic
def change_selection(
    *,
    selection: Selection,
    by: Person,
    name: str,
    scheme: Scheme,
    round: Round | None,
    quota_kind: str,
    quota: Decimal,
    reserve: int,
    least_completion: Decimal,
    tie_rule: Sequence[str],
    group_by: str = "",
) -> Selection:
    """Change what a selection in preparation will be made with."""
    programmes.require_organiser(by, selection.programme)
    selection = held(selection)
    rights.require_state(selection, *DRAFTS)
    _check_list(quota_kind, quota, reserve, least_completion, tie_rule)
    before = inputs.list_values(selection) | {"scheme": selection.scheme.code}
    selection.name, selection.scheme, selection.round = name, scheme, round
    selection.quota_kind, selection.quota, selection.reserve = quota_kind, quota, reserve
    selection.least_completion, selection.tie_rule = least_completion, list(tie_rule)
    selection.group_by = group_by
    selection.save()
    record("changed", selection, by, before, inputs.list_values(selection) | {"scheme": scheme.code})
    return selection


@transaction.atomic
def bar_learner(
    *, selection: Selection, enrolment_code: str, reason: str, by: Person, now: dt.datetime | None = None
) -> Bar:
    """Keep one learner off the list (一票否决), with a reason and in one's own name. Only before freezing."""
    programmes.require_organiser(by, selection.programme)
    selection = held(selection)
    rights.require_state(selection, *DRAFTS)
    if not reason.strip():
        raise Refused(_("Say why this learner is barred."), code="reason", field="reason")
    if not activities.learners_of(selection.programme).filter(code=enrolment_code).exists():
        raise Refused(
            _("There is no such learner in this programme."), code="learner", field="enrolment_code"
        )
    if selection.bars.filter(enrolment_code=enrolment_code, lifted_at=None).exists():
        raise Refused(_("This learner is barred already."), code="barred", field="enrolment_code")
    bar = Bar.objects.create(
        organisation_id=selection.organisation_id,
        selection=selection,
        enrolment_code=enrolment_code,
        reason=reason.strip(),
        barred_by=by,
        barred_at=now or clock.now(),
    )
    record("learner_barred", selection, by, after={"bar": bar.code, "learner": enrolment_code})
    return bar


@transaction.atomic
def lift_bar(*, bar: Bar, by: Person, now: dt.datetime | None = None) -> Bar:
    """Take a bar back before freezing. The row stays, with who lifted it."""
    programmes.require_organiser(by, bar.selection.programme)
    rights.require_state(held(bar.selection), *DRAFTS)
    bar.refresh_from_db()
    if bar.lifted_at is None:
        bar.lifted_at, bar.lifted_by = now or clock.now(), by
        bar.save(update_fields=["lifted_at", "lifted_by"])
        record("bar_lifted", bar.selection, by, after={"bar": bar.code, "learner": bar.enrolment_code})
    return bar


@transaction.atomic
def freeze_selection(*, selection: Selection, by: Person, now: dt.datetime | None = None) -> Selection:
    """Collect every input by code, keep it with its hash, and write the places that follow from it alone.

    Names are committed beside the snapshot, not in it. Nothing that changes afterwards (names, rules, evidence,
    marks) changes this list. Refused while judging is open, without marks where performance carries weight, and
    without learners.
    """
    now = now or clock.now()
    programmes.require_organiser(by, selection.programme)
    selection = held(selection)
    rights.require_state(selection, *DRAFTS)
    programmes.require_stage(selection.programme, Act.SELECT)
    _require_marks(selection)
    learners = list(activities.learners_of(selection.programme))
    if not learners:
        raise Refused(_("There are no learners to select from."), code="no_learners")
    names = commit_names(programme=selection.programme, enrolments=learners)
    digests = {code: commitment.digest for code, commitment in names.items()}
    outcome = freeze_into(selection, inputs.collect_inputs(selection, now, digests), by=by, now=now)
    record("frozen", selection, by, after={"sha256": selection.sha256, "quota": outcome.quota})
    return selection


def freeze_into(selection: Selection, snapshot: dict, *, by: Person, now: dt.datetime) -> Outcome:
    """Keep the inputs with their hash, and write the places that follow from them alone."""
    selection.snapshot, selection.sha256 = snapshot, sha256_of(snapshot)
    selection.state, selection.frozen_at, selection.frozen_by = SelectionState.FROZEN, now, by
    selection.save()
    outcome = outcome_of(snapshot)
    _write_places(selection, outcome)
    return outcome


def _require_marks(selection: Selection) -> None:
    """Take the round's newest calibration; Refused when performance counts and there is none."""
    if selection.round is not None:
        if selection.round.state not in (RoundState.CLOSED, RoundState.RELEASED):
            raise Refused(_("Judging is still open. Close the round first."), code="round_open")
        selection.calibration = accepted_calibration(selection.round)
    if rows.needs_marks(selection.scheme) and selection.calibration is None:
        if selection.round is not None and newest_run(selection.round) is not None:
            raise Refused(
                _("The figures of “%(round)s” are a proposal. Accept them on the calibration page first.")
                % {"round": selection.round.name},
                code="not_accepted",
            )
        raise Refused(
            _("The judges' marks count %(weight)s%%, but there are no results of judging yet.")
            % {"weight": inputs.written(selection.scheme.performance_weight)},
            code="no_results",
        )


def _write_places(selection: Selection, outcome: Outcome) -> None:
    learners = {learner["code"]: learner for learner in selection.snapshot["learners"]}
    judged = selection.snapshot["calibration"]
    sheets = {row["enrolment"]: row["sheets"] for row in judged["results"]["learners"]} if judged else {}
    selection.places.all().delete()
    Place.objects.bulk_create(
        [
            Place(
                organisation_id=selection.organisation_id,
                selection=selection,
                enrolment_code=place.code,
                rank=place.rank,
                state=place.state,
                total=place.total,
                completion=place.completion,
                performance=place.performance,
                how={
                    "why": place.why,
                    "name": learners[place.code]["name"],
                    "completed_at": place.completed_at,
                    "duties": learners[place.code]["duties"],
                    "sheets": sheets.get(place.code, []),
                    **_parts_as_kept(place),
                },
            )
            for place in outcome.places
        ],
        batch_size=500,
    )


def _parts_as_kept(place: PlaceValue) -> dict:
    """The values of a scheme's own parts and what was added, where there are any."""
    kept: dict = {}
    if place.parts:
        kept["parts"] = {key: None if value is None else str(value) for key, value in place.parts.items()}
    if place.added:
        kept["added"] = str(place.added)
    if place.group:
        kept["group"] = place.group
    return kept


@transaction.atomic
def submit_to_committee(*, selection: Selection, by: Person, now: dt.datetime | None = None) -> Selection:
    """Lay the frozen list before the supervising committee."""
    programmes.require_organiser(by, selection.programme)
    selection = held(selection)
    rights.require_state(selection, SelectionState.FROZEN)
    selection.state, selection.submitted_at, selection.submitted_by = (
        SelectionState.SUBMITTED,
        now or clock.now(),
        by,
    )
    selection.save(update_fields=["state", "submitted_at", "submitted_by"])
    record("submitted", selection, by, after={"sha256": selection.sha256})
    return selection


@transaction.atomic
def decide_tie(
    *, selection: Selection, chosen: Iterable[str], reason: str, by: Person, now: dt.datetime | None = None
) -> Selection:
    """Give the open places of the first tie that the rules do not break, with a reason. Decided once, by a supervisor.

    `chosen` are enrolment codes among the tied, as many as there are places or fewer. The snapshot stays as it is;
    the places are made anew from it and this decision.
    """
    selection = held(selection)
    rights.require_decider(by, selection)
    rights.require_state(selection, SelectionState.SUBMITTED)
    outcome = outcome_now(selection)
    if not outcome.ties:
        raise Refused(_("There is no tie to decide."), code="no_tie")
    tie = outcome.ties[0]
    chosen = frozenset(chosen)
    if not chosen <= tie.tied:
        raise Refused(_("Choose among the learners who share the tie."), code="not_tied", field="chosen")
    if len(chosen) > tie.places:
        raise Refused(
            _("There are only %(places)d places to give.") % {"places": tie.places},
            code="too_many",
            field="chosen",
        )
    if not reason.strip():
        raise Refused(_("Say why the tie is decided this way."), code="reason", field="reason")
    decision = TieDecision.objects.create(
        organisation_id=selection.organisation_id,
        selection=selection,
        tied=sorted(tie.tied),
        chosen=sorted(chosen),
        reason=reason.strip(),
        decided_by=by,
        decided_at=now or clock.now(),
    )
    _write_places(selection, outcome_now(selection))
    record("tie_decided", selection, by, after={"tied": decision.tied, "chosen": decision.chosen})
    return selection


def _decide(selection: Selection, state: str, comment: str, by: Person, now: dt.datetime | None) -> Selection:
    rights.require_decider(by, selection)
    rights.require_state(selection, SelectionState.SUBMITTED)
    selection.state, selection.decided_by, selection.decided_at = state, by, now or clock.now()
    selection.decision_comment = comment.strip()
    selection.save(update_fields=["state", "decided_by", "decided_at", "decision_comment"])
    record(state, selection, by, after={"sha256": selection.sha256})
    return selection


@transaction.atomic
def approve_selection(
    *, selection: Selection, by: Person, comment: str = "", now: dt.datetime | None = None
) -> Selection:
    """The committee's yes, by another person than the one who froze the list. Refused while a tie is undecided."""
    selection = held(selection)
    rights.require_decider(by, selection)
    rights.require_state(selection, SelectionState.SUBMITTED)
    if outcome_now(selection).ties:
        raise Refused(_("Decide the tie first."), code="tie_open")
    return _decide(selection, SelectionState.APPROVED, comment, by, now)


@transaction.atomic
def return_selection(
    *, selection: Selection, by: Person, comment: str, now: dt.datetime | None = None
) -> Selection:
    """The committee's no, with what to mend. The list stays as it was; `remake_selection` begins the next."""
    if not comment.strip():
        raise Refused(_("Say what has to be mended."), code="comment", field="comment")
    return _decide(held(selection), SelectionState.RETURNED, comment, by, now)


@transaction.atomic
def remake_selection(*, selection: Selection, by: Person, now: dt.datetime | None = None) -> Selection:
    """Begin the next selection with the same settings and standing bars: after a return, or to correct a posted list."""
    programmes.require_organiser(by, selection.programme)
    selection = held(selection)
    rights.require_state(selection, SelectionState.RETURNED, SelectionState.APPROVED, SelectionState.FROZEN)
    made = create_selection(
        programme=selection.programme,
        name=selection.name,
        by=by,
        scheme=selection.scheme,
        round=selection.round,
        quota_kind=selection.quota_kind,
        quota=selection.quota,
        reserve=selection.reserve,
        least_completion=selection.least_completion,
        tie_rule=selection.tie_rule,
        group_by=selection.group_by,
        made_from=selection,
    )
    learners = activities.learners_of(selection.programme).values("code")
    for bar in selection.bars.filter(lifted_at=None, enrolment_code__in=learners):
        bar_learner(selection=made, enrolment_code=bar.enrolment_code, reason=bar.reason, by=by, now=now)
    for given in selection.points.filter(taken_back_at=None, enrolment_code__in=learners):
        give_points(
            selection=made,
            enrolment_code=given.enrolment_code,
            part=given.part,
            points=given.points,
            reason=given.reason,
            by=by,
            now=now,
        )
    return made
