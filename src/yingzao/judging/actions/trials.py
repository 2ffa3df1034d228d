"""Trial marking: before a round all its judges mark the same few pieces, see each other's marks and talk about them."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.judging import queries, rules
from yingzao.judging.actions.rounds import assign, create_round, open_round, version_to_judge
from yingzao.judging.enums import RoundState
from yingzao.judging.models import Round
from yingzao.people.models import Person

MOST_PIECES = 10


@transaction.atomic
def begin_trial(*, round: Round, learners: Collection[Enrolment], by: Person | None) -> Round:
    """Lay these learners' entries before every judge of the panel who has no conflict with them. The rubric version is
    frozen with it: what the talk brings makes the next one, and the round, still in preparation, can be given that.

    Marks of a trial count for nothing; they are not calibrated and not released.
    """
    rules.require_preparer(by, round.programme)
    if round.trial_of_id is not None or round.state != RoundState.DRAFT:
        raise Refused(_("Trial marking comes before a round is open."), code="not-draft")
    if not 1 <= len(learners) <= MOST_PIECES:
        raise Refused(
            _("Choose 1 to %(most)d pieces.") % {"most": MOST_PIECES}, code="how-many", field="learners"
        )
    judges = queries.panel_judges(round)
    if len(judges) < 2:
        raise Refused(_("Trial marking needs at least two judges."), code="too-few-judges")
    trial = create_round(
        programme=round.programme,
        name=(_("Trial marking: %(round)s") % {"round": round.name})[:120],
        rubric_version=round.rubric_version,
        judges=judges,
        by=by,
        activity=round.activity,
        judges_per_entry=len(judges),
        hides_names=round.hides_names,
        gap=round.gap,
    )
    trial.trial_of = round
    trial.save(update_fields=["trial_of"])
    trial.shortlist.set(learners)
    conflicts = queries.Conflicts(judges)
    for learner in learners:
        version = version_to_judge(trial, learner, by=by)
        for judge in judges:
            if conflicts.between(judge, learner) is None:
                assign(trial, judge, version, by_hand=True)
    open_round(round=trial, by=by)
    audit.record(
        actor=by,
        act="judging.trial.begun",
        subject=trial.code,
        organisation_id=trial.organisation_id,
        after={"round": round.code, "learners": sorted(learner.code for learner in learners)},
    )
    return trial
