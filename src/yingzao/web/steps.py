"""From nothing to a running programme: what is done and what comes next, with where to do it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities.queries import activities_of, learners_of
from yingzao.programmes.enums import Role, StageState
from yingzao.programmes.models import Programme
from yingzao.programmes.queries import staff_of


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    note: str
    url: str
    done: bool
    is_next: bool = False


def of(programme: Programme) -> tuple[Step, ...]:
    """The setup in its order; empty once every step is done."""
    learners = learners_of(programme).count()
    joined = learners_of(programme).exclude(person=None).count()
    planned = activities_of(programme).count()
    judges = staff_of(programme, Role.JUDGE).count()
    opened = programme.stages.exclude(state=StageState.PLANNED).exists()
    code = programme.code
    found = [
        Step(
            _("Bring in the roster"),
            ngettext("%(count)d learner", "%(count)d learners", learners) % {"count": learners}
            if learners
            else _("A spreadsheet of names is enough; you see every problem before anything is written."),
            reverse("enrolment:desk-import", args=[code]),
            bool(learners),
        ),
        Step(
            _("Plan the activities"),
            ngettext("%(count)d activity", "%(count)d activities", planned) % {"count": planned}
            if planned
            else _(
                "Live courses, self-paced courses, cases, visits and practice tasks; by hand or from a sheet."
            ),
            reverse("activities:desk-list", args=[code]),
            bool(planned),
        ),
        Step(
            _("Name the judges"),
            ngettext("%(count)d judge", "%(count)d judges", judges) % {"count": judges}
            if judges
            else _("Each gets a link of their own and sees only what is assigned to them."),
            reverse("programmes:desk-staff", args=[code]),
            bool(judges),
        ),
        Step(
            _("Open the first stage"),
            _("A stage is open.")
            if opened
            else _("A stage says what can be done now: enrol, learn, hand in, judge."),
            reverse("programmes:desk-stages", args=[code]),
            opened,
        ),
        Step(
            _("Invite the learners"),
            _("%(joined)d of %(learners)d have joined.") % {"joined": joined, "learners": learners}
            if learners
            else _("Each learner gets a link or a slip with a code."),
            reverse("enrolment:desk-roster", args=[code]),
            bool(learners) and joined > 0,
        ),
    ]
    if all(step.done for step in found):
        return ()
    coming = next(i for i, step in enumerate(found) if not step.done)
    return tuple(
        Step(s.title, s.note, s.url, s.done, is_next=index == coming) for index, s in enumerate(found)
    )
