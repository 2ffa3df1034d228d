"""Words that are used again, and notes of meetings with learners."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.practice import rules
from yingzao.practice.models import FeedbackPhrase, MeetingNote
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise

MOST_PHRASES = 60


@transaction.atomic
def save_phrase(
    *,
    programme: Programme,
    title: str,
    text: str,
    by: Person,
    is_shared: bool = False,
    phrase: FeedbackPhrase | None = None,
) -> FeedbackPhrase:
    """Keep words for later, one's own, or (organisers) for everybody who answers in the programme."""
    title, text = title.strip(), text.strip()
    if not text:
        raise Refused(_("Write the words."), code="empty", field="text")
    if not rules.may_use_phrases(by, programme) or (phrase and not rules.may_edit_phrase(by, phrase)):
        raise Refused(_("Only mentors and organisers keep words for answers."), code="not-reviewer")
    if is_shared and not may_organise(by, programme):
        raise Refused(_("Only organisers keep words for everybody."), code="not-organiser", field="is_shared")
    if phrase is None:
        mine = FeedbackPhrase.objects.filter(programme=programme, owner=None if is_shared else by)
        if mine.count() >= MOST_PHRASES:
            raise Refused(
                _("There are %(count)d already; remove one first.") % {"count": MOST_PHRASES}, code="too-many"
            )
        phrase = FeedbackPhrase(
            organisation_id=programme.organisation_id, programme=programme, position=mine.count()
        )
    phrase.owner = None if is_shared else by
    phrase.title, phrase.text = title or text[:20], text
    phrase.save()
    _record(phrase, by, "phrase.saved")
    return phrase


@transaction.atomic
def remove_phrase(*, phrase: FeedbackPhrase, by: Person) -> None:
    if not rules.may_edit_phrase(by, phrase):
        raise Refused(_("Only mentors and organisers keep words for answers."), code="not-reviewer")
    _record(phrase, by, "phrase.removed")
    phrase.delete()


@transaction.atomic
def save_note(
    *,
    enrolment: Enrolment,
    on: dt.date,
    text: str,
    next_steps: str = "",
    is_shared: bool = True,
    by: Person,
    note: MeetingNote | None = None,
    now: dt.datetime | None = None,
) -> MeetingNote:
    """Write down what was talked about. A note is changed by whoever wrote it; the learner reads it when it is shared."""
    now = now or clock.now()
    if not rules.may_mentor(by, enrolment) or (note and note.by_id != by.pk):
        raise Refused(_("Only the learner's mentor and the organisers write notes."), code="not-mentor")
    if not text.strip():
        raise Refused(_("Write what was talked about."), code="empty", field="text")
    if on > clock.local_date(now):
        raise Refused(_("This day is still to come."), code="to-come", field="on")
    if note is None:
        note = MeetingNote(organisation_id=enrolment.organisation_id, enrolment=enrolment, by=by)
    note.on, note.text, note.next_steps = on, text.strip(), next_steps.strip()
    note.is_shared, note.changed_at = is_shared, now
    note.save()
    _record(note, by, "note.saved")
    return note


@transaction.atomic
def remove_note(*, note: MeetingNote, by: Person) -> None:
    if note.by_id != by.pk:
        raise Refused(_("Only who wrote a note removes it."), code="not-own")
    _record(note, by, "note.removed")
    note.delete()


def _record(row: FeedbackPhrase | MeetingNote, by: Person, what: str) -> None:
    audit.record(actor=by, act=f"practice.{what}", subject=row.code, organisation_id=row.organisation_id)
