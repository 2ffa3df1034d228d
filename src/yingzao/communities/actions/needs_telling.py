"""Answers carried back to those who raised a need: who entered a voice gets a message, and whoever told somebody writes it down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.communities import queries, rules
from yingzao.communities.actions.needs import note as note_down
from yingzao.communities.actions.needs import turn
from yingzao.communities.enums import RaisedBy, TellingWay
from yingzao.communities.models import Need, NeedStep, Telling, Voice
from yingzao.communities.signals import need_answered
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.notices import actions as notices
from yingzao.people.models import Person

ANSWERED = "need_answered"  # the kind of message


def announce(head: Need, step: NeedStep, needs: Sequence[Need], by: Person | None) -> None:
    """Tell who entered the voices of these needs that there is an answer. Belongs into the caller's transaction.

    Learners are told by the room that knows them as learners; for them, who raised it themselves, nobody has to do more. Everybody
    else who raised it has still to be told.
    """
    voices = list(Voice.objects.filter(need__in=needs).select_related("entered_by"))
    answers: list[tuple[Any, Any]] = need_answered.send(sender=Need, head=head, step=step, needs=needs, by=by)
    told = {pk for _receiver, reached in answers for pk in reached}
    for voice in voices:
        if voice.raised_by == RaisedBy.LEARNER and voice.need_id in told:
            Telling.objects.get_or_create(
                voice=voice,
                step=step,
                defaults={
                    "organisation_id": voice.organisation_id,
                    "on": clock.today(),
                    "way": TellingWay.APP,
                    "by": by,
                    "recorded_at": clock.now(),
                },
            )
    _tell_keepers(head, step, voices, by)


def _tell_keepers(head: Need, step: NeedStep, voices: Iterable[Voice], by: Person | None) -> None:
    entered = {voice.entered_by_id for voice in voices} - {by.pk if by else None}
    for keeper, programme_code in queries.keepers_of(head.organisation):
        if keeper.pk in entered:
            notices.send(
                organisation=head.organisation,
                person=keeper,
                programme_code=programme_code,
                kind=ANSWERED,
                key=f"communities.need_answered:{head.code}:{step.pk}",
                title=partial(answer_title, head.title),
                body=partial(answer_body, step, is_to_carry=True),
                url=reverse("communities:desk-need", args=[programme_code, head.code]),
                by=by,
            )


def answer_title(title: str) -> str:
    return _("An answer: %(title)s") % {"title": title[:80]}


def answer_body(step: NeedStep, *, is_to_carry: bool) -> str:
    said = _("%(state)s: %(answer)s") % {"state": step.get_state_display(), "answer": step.answer}
    if is_to_carry:
        said += "\n" + _("Please tell whoever raised it, and write down that they know.")
    return said


@transaction.atomic
def record_telling(
    *, voice: Voice, way: str, by: Person, on: dt.date | None = None, note: str = ""
) -> Telling:
    """Write down that whoever raised it knows the answer, or could not be reached. Twice is one row."""
    voice, head = _turn(voice)
    on, note = on or clock.today(), " ".join(note.split())
    rules.require_plain(note=note)
    step = head.answered_in
    if step is None:
        raise Refused(_("There is no answer to carry back yet."), code="no_answer")
    known = Telling.objects.filter(voice=voice, step=step).first()
    if known is not None:
        return known
    if way not in TellingWay.values or way == TellingWay.APP:
        raise Refused(_("Say how they were told."), code="no_way", field="way")
    if way == TellingWay.NOT_FOUND and not note:
        raise Refused(_("Say in a few words what was tried."), code="no_note", field="note")
    if not step.on <= on <= clock.today():
        raise Refused(_("Between the day of the answer and today."), code="day", field="on")
    telling = Telling.objects.create(
        organisation_id=voice.organisation_id,
        voice=voice,
        step=step,
        on=on,
        way=way,
        note=note,
        by=by,
        recorded_at=clock.now(),
    )
    note_down(head, by, "told", after={"voice": voice.code, "way": way})
    return telling


@transaction.atomic
def take_back_telling(*, voice: Voice, by: Person) -> bool:
    """It was written down by mistake: the answer is still to be carried back. Whether there was anything."""
    voice, head = _turn(voice)
    gone, _kinds = (
        Telling.objects.filter(voice=voice, step=head.answered_in).exclude(way=TellingWay.APP).delete()
    )
    if gone:
        note_down(head, by, "telling_taken_back", after={"voice": voice.code})
    return bool(gone)


def _turn(voice: Voice) -> tuple[Voice, Need]:
    """The voice, and the need under which it is followed up, while nobody merges or answers it."""
    turn(Need.objects.get(pk=voice.need_id))  # no merge of its own need is under way
    voice = Voice.objects.select_related("need__merged_into").get(pk=voice.pk)
    return voice, turn(voice.need.head)
