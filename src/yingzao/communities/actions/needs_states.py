"""What becomes of a need: steps, the answer for those who raised it, the day by which they are to have it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from hashlib import sha256

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.communities import queries, rules
from yingzao.communities.actions.needs import note as note_down
from yingzao.communities.actions.needs import save, turn
from yingzao.communities.actions.needs_telling import announce
from yingzao.communities.enums import ENDED, Feasibility, NeedState
from yingzao.communities.models import Need, NeedStep
from yingzao.core import clock, locking
from yingzao.core.errors import Refused
from yingzao.notices import actions as notices
from yingzao.people.models import Organisation, Person

DUE_SOON, OVERDUE = "soon", "over"
NAMED = 8  # needs that a reminder calls by their titles


@transaction.atomic
def set_need_state(
    *, need: Need, state: str, by: Person, note: str = "", answer: str = "", on: dt.date | None = None
) -> Need:
    """Take a need to another state, on a day. The same again changes nothing.

    What is answered or not followed up says so in words to those who raised it, and each of them is to be told. Taken up again,
    it has a new day for its answer. One that is merged is followed up where it was merged into.
    """
    need = turn(need)
    note, answer = " ".join(note.split()), answer.strip()
    if state not in ENDED:
        answer = ""
    if (need.state, need.state_note, need.answer) == (state, note, answer):
        return need
    on = on or clock.today()
    _require_step(need, state, note, answer, on)
    before = need.state
    step = NeedStep.objects.create(
        organisation_id=need.organisation_id,
        need=need,
        state=state,
        on=on,
        note=note,
        answer=answer,
        by=by,
        recorded_at=clock.now(),
    )
    need.state, need.state_note, need.answer = state, note, answer
    need.answered_in = step if state in ENDED else None
    if before in ENDED and state not in ENDED:
        need.answer_due_on, need.reminded = rules.answer_due(clock.today()), ""
    save(need, ["state", "state_note", "answer", "answered_in", "answer_due_on", "reminded"])
    note_down(need, by, "state_set", before={"state": before}, after={"state": state})
    if state in ENDED:
        announce(need, step, list(queries.needs_of_head(need)), by)
    return need


def _require_step(need: Need, state: str, note: str, answer: str, on: dt.date) -> None:
    rules.require_plain(note=note, answer=answer)
    if need.merged_into is not None:
        raise Refused(
            _("It is followed up under “%(title)s”.") % {"title": need.merged_into.title}, code="merged"
        )
    if state not in NeedState.values:
        raise Refused(_("Choose how it stands."), code="no_state", field="state")
    if state in ENDED and not answer:
        raise Refused(
            _("Say in words what those who raised it are to be told."), code="no_answer", field="answer"
        )
    if state in (NeedState.DISCUSSING, NeedState.ACTING) and not note:
        raise Refused(_("Say in a few words who talks about it or acts on it."), code="no_note", field="note")
    if need.state in ENDED and state not in ENDED and not note:
        raise Refused(_("Say in a few words why it is taken up again."), code="no_note", field="note")
    if on > clock.today():
        raise Refused(_("This day is still to come."), code="future", field="on")
    last = need.steps.last()
    if last is not None and on < last.on:
        raise Refused(
            _("The last step was taken on %(day)s. Enter that day or a later one.") % {"day": last.on},
            code="before_last",
            field="on",
        )


@transaction.atomic
def set_need_terms(*, need: Need, due_on: dt.date | None, feasibility: str, by: Person) -> Need:
    """The day by which an answer is due, and what it would take. A new day counts for all that is merged into it as well."""
    need = turn(need)
    if feasibility not in Feasibility.values:
        raise Refused(_("Choose what it would take."), code="no_feasibility", field="feasibility")
    if need.has_ended:
        due_on = need.answer_due_on
    elif due_on is None:
        raise Refused(_("Say by when they are to have an answer."), code="no_day", field="due_on")
    is_new_day = due_on != need.answer_due_on
    if is_new_day and due_on is not None and due_on < clock.today():
        raise Refused(_("This day has passed."), code="past", field="due_on")
    if not is_new_day and feasibility == need.feasibility:
        return need
    before = {"due_on": _iso(need.answer_due_on), "feasibility": need.feasibility}
    need.answer_due_on, need.feasibility = due_on, feasibility
    if is_new_day:
        need.reminded = ""
        need.merged.update(answer_due_on=due_on, reminded="")
    save(need, ["answer_due_on", "feasibility", "reminded"])
    note_down(
        need, by, "terms_set", before=before, after={"due_on": _iso(due_on), "feasibility": feasibility}
    )
    return need


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


# Reminding


def remind_of_answers(*, today: dt.date | None = None) -> int:
    """Tell who keeps a register which answers are due within three days and which are overdue; how many messages went out.

    Of each need once before and once after its day.
    """
    today = today or clock.today()
    return sum(
        _remind(organisation, today) for organisation in queries.organisations_waiting(today + rules.SOON)
    )


@transaction.atomic
def _remind(organisation: Organisation, today: dt.date) -> int:
    locking.take_turn(f"communities:reminder:{organisation.code}")
    waiting = queries.with_due_day(queries.heads_of(organisation)).exclude(state__in=ENDED)
    over = list(waiting.filter(due_on__lt=today).exclude(reminded=OVERDUE))
    soon = list(waiting.filter(due_on__range=(today, today + rules.SOON), reminded=""))
    if not over and not soon:
        return 0
    named = over + soon
    seal = sha256(" ".join(need.code for need in named).encode()).hexdigest()[:16]
    Need.objects.filter(pk__in=[need.pk for need in over]).update(reminded=OVERDUE)
    Need.objects.filter(pk__in=[need.pk for need in soon]).update(reminded=DUE_SOON)
    told = 0
    for keeper, programme_code in queries.keepers_of(organisation):
        notices.send(
            organisation=organisation,
            person=keeper,
            programme_code=programme_code,
            kind="answers_due",
            key=f"communities.answers_due:{organisation.code}:{today.isoformat()}:{seal}",
            title=partial(_reminder_title, len(over), len(soon)),
            body=lambda: "\n".join(need.title for need in named[:NAMED]),
            url=f"{reverse('communities:desk-needs', args=[programme_code])}?show=due",
        )
        told += 1
    return told


def _reminder_title(over: int, soon: int) -> str:
    parts = []
    if over:
        parts.append(
            ngettext("%(count)d answer is overdue", "%(count)d answers are overdue", over) % {"count": over}
        )
    if soon:
        parts.append(
            ngettext("%(count)d answer is due soon", "%(count)d answers are due soon", soon) % {"count": soon}
        )
    return _("; ").join(parts)
