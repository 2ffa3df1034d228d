"""Live figures: what a list would look like now, and how a learner's own score is building up."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.settling import Progress
from yingzao.core.ui.templatetags.ui import sentences
from yingzao.enrolment.models import Enrolment
from yingzao.honours.models import Scheme, Selection
from yingzao.honours.queries import inputs, rows
from yingzao.honours.queries.threads import (
    Step,
    completion_sentence,
    part_title,
    phrase,
    shown,
    total_sentence,
)
from yingzao.honours.rules.figures import half_up
from yingzao.honours.rules.places import Outcome
from yingzao.honours.rules.snapshot import outcome_of, values_of
from yingzao.honours.rules.total import (
    DUTIES,
    ENTERED,
    MARKS,
    DutyLine,
    Part,
    completion_of,
    points_of,
    terms_of,
    total_of,
)
from yingzao.honours.rules.what_if import errors_of, not_separated
from yingzao.judging.queries import accepted_calibration, released_marks
from yingzao.programmes.models import Programme


def preview_of(selection: Selection, moment: dt.datetime) -> tuple[Outcome, frozenset[str]]:
    """The list as it would be frozen at `moment`, and who is not separated from the quota's line. Nothing is written."""
    if selection.round is not None:
        selection.calibration = accepted_calibration(selection.round)
    snapshot = inputs.collect_inputs(selection, moment, {})
    outcome = outcome_of(snapshot)
    return outcome, not_separated(errors_of(snapshot), outcome)


@dataclass(frozen=True)
class Composition:
    """How a learner's score is made. Figures are out of 100 and rounded; None where nothing counts or shows yet."""

    scheme: Scheme
    total: Decimal | None
    completion: Decimal | None
    performance: Decimal | None  # None until the marks are released
    progress: Progress
    thread: Step


def scheme_for(programme: Programme) -> Scheme:
    """The newest scheme, or the default one unsaved where the programme has none yet."""
    return rows.current_scheme(programme) or Scheme(
        programme=programme,
        number=0,
        late_share=programme.late_share,
        organisation_id=programme.organisation_id,
    )


def composition_of(enrolment: Enrolment, moment: dt.datetime) -> Composition:
    """The learner's score as it stands at `moment`: completion of the whole plan now, performance once released."""
    programme = enrolment.programme
    scheme = scheme_for(programme)
    terms = terms_of(inputs.scheme_values(scheme))
    asked = {activity.pk: activity for activity in activities.counted_activities(programme)}
    duties = activities.duties_at(programme, moment, enrolments=[enrolment.pk])
    mine = [(asked[activity], row) for (_learner, activity), row in duties.items() if activity in asked]
    mine.sort(key=lambda pair: (pair[0].position, pair[0].pk))
    lines = [
        DutyLine(activity.code, row.state, Fraction(activity.weight), activity.kind) for activity, row in mine
    ]
    completion = completion_of(lines, terms)
    released = [
        (found, found.performance) for found in released_marks(enrolment) if found.performance is not None
    ]
    performance = points_of(Fraction(released[-1][1]) if released else None, terms)
    values = values_of(lines, performance, {}, terms)
    total = total_of(values, terms)

    def figure(value: Fraction | None) -> Decimal | None:
        return None if value is None else half_up(value, terms.decimals)

    progress = activities.progress_of(programme, duties, {pk: a.weight for pk, a in asked.items()}).get(
        enrolment.pk, Progress(None, None, None)
    )

    def duties_of(part: Part) -> Step:
        own = [(activity, row) for activity, row in mine if part.takes(activity.kind)]
        return Step(
            text=part_title(part.title, part.source),
            value=shown(figure(values[part.key]), terms.decimals),
            note=completion_sentence([row.state for _a, row in own], inputs.written(scheme.late_share)),
            steps=tuple(
                Step(
                    text=activity.title,
                    key=row.state,
                    note=sentences([phrase(activity.kind, reason) for reason in row.reasons]),
                    activity=activity.code,
                )
                for activity, row in own
            ),
        )

    def marks_of(part: Part) -> Step:
        return Step(
            text=part_title(part.title, part.source),
            value=shown(figure(performance), terms.decimals),
            note=_("Marks of your entries by the judges")
            if released
            else _("Shown once the marks are released"),
            steps=tuple(
                Step(
                    text=_("Judge %(number)d") % {"number": sheet.number},
                    note=_("; ").join(f"{mark.criterion} {mark.points}/{mark.of}" for mark in sheet.marks),
                )
                for sheet in (released[-1][0].sheets if released else ())
            ),
        )

    def entered(part: Part) -> Step:
        return Step(
            text=part_title(part.title, part.source),
            value=shown(None, 0),
            note=_("Entered by staff when the list is made"),
        )

    of = {DUTIES: duties_of, MARKS: marks_of, ENTERED: entered}
    thread = Step(
        text=total_sentence(
            [(part.title, inputs.written(Decimal(str(float(part.weight))))) for part in terms.parts]
        ),
        value=shown(figure(total), terms.decimals),
        steps=tuple(of[part.source](part) for part in terms.parts),
    )
    return Composition(scheme, figure(total), figure(completion), figure(performance), progress, thread)
