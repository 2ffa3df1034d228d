"""Answers to the truth check, consent of people who are named or shown, and its withdrawal."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.articles.actions import drop_picture_file
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.actions import record_consent
from yingzao.people.enums import ConsentSubject, PeopleShown
from yingzao.people.models import Person
from yingzao.stories import personal
from yingzao.stories.actions.steps import locked, require_editor, save
from yingzao.stories.bridge.truth import check_story, shown_pictures
from yingzao.stories.enums import NAMED
from yingzao.stories.models import AdoptedPhoto, PicturePeople, Story, TruthAnswer
from yingzao.stories.rules.truth import Code, Finding, plain_words
from yingzao.visits.models import FieldFile

BY_TICK = frozenset({Code.NUMBER})  # somebody looked at it; all else needs words


@transaction.atomic
def answer_finding(
    *, story: Story, key: str, note: str, by: Person, now: dt.datetime | None = None
) -> TruthAnswer:
    """Vouch for one place of the text. Refused: `not_found` when it stands there no more, `no_note` for a warning without a
    word why it stands."""
    require_editor(by, story.programme)
    story = locked(story, now)
    finding = next((one.finding for one in check_story(story).asked if one.finding.key == key), None)
    if finding is None:
        raise Refused(_("The text has changed: this place is no longer in it."), code="not_found")
    return _answer(story, finding, note, by, now)


@transaction.atomic
def answer_findings(
    *, story: Story, notes: dict[str, str], by: Person, now: dt.datetime | None = None
) -> int:
    """Vouch for several at once: key → note. Keys of what is no longer there are passed over; how many were taken."""
    require_editor(by, story.programme)
    story = locked(story, now)
    found = {one.finding.key: one.finding for one in check_story(story).asked}
    known = [key for key in notes if key in found]
    for key in known:
        _answer(story, found[key], notes[key], by, now)
    return len(known)


def _answer(story: Story, finding: Finding, note: str, by: Person, now: dt.datetime | None) -> TruthAnswer:
    note = " ".join(note.split())[:300]
    if finding.code not in BY_TICK and len(note) < 2:
        raise Refused(
            _("Say in a few words why “%(quote)s” stands.") % {"quote": plain_words(finding.quote)[:40]},
            code="no_note",
            field=f"note-{finding.key}",
        )
    answer, _made = TruthAnswer.objects.update_or_create(
        story=story,
        key=finding.key,
        defaults={
            "organisation": story.organisation,
            "code": finding.code,
            "quote": plain_words(finding.quote)[:200],
            "note": note,
            "by": by,
            "at": now or clock.now(),
        },
    )
    audit.record(
        actor=by,
        act="stories.truth.answered",
        subject=story.code,
        organisation_id=story.organisation_id,
        after={"code": finding.code, "key": finding.key},
    )
    return answer


@transaction.atomic
def say_people(
    *, story: Story, number: int, people: str, note: str, by: Person, now: dt.datetime | None = None
) -> None:
    """Say who can be known on a picture and who agreed. Refused: `no_picture`, `no_consent` for people without a note of it."""
    require_editor(by, story.programme)
    story = locked(story, now)
    shown = next((one for one in shown_pictures(story) if one.number == number), None)
    if shown is None:
        raise Refused(_("There is no such picture in this story."), code="no_picture")
    note = " ".join(note.split())[:200]
    if people not in PeopleShown.values:
        raise Refused(_("Say who can be known on the picture."), code="no_people", field=f"people-{number}")
    if people != PeopleShown.NONE and len(note) < 2:
        sentence = (
            _("Picture %(number)d shows children: say which guardians agreed, and how.")
            if people == PeopleShown.CHILDREN
            else _("Picture %(number)d shows people: say who agreed, and how.")
        )
        raise Refused(sentence % {"number": number}, code="no_consent", field=f"agreed-{number}")
    PicturePeople.objects.update_or_create(
        picture=shown.picture,
        defaults={
            "organisation": story.organisation,
            "people": people,
            "note": note,
            "said_by": by,
            "said_at": now or clock.now(),
        },
    )
    audit.record(
        actor=by,
        act="stories.picture.people_told",
        subject=story.code,
        organisation_id=story.organisation_id,
        after={"number": number, "people": people},
    )


@transaction.atomic
def take_down_picture(
    *, story: Story, number: int, reason: str, by: Person, now: dt.datetime | None = None
) -> None:
    """Somebody on it took their consent back: the picture goes from the story, its feeds and the store at once."""
    require_editor(by, story.programme)
    story = locked(story, now)
    picture = story.article.images.filter(position=number - 1, file__isnull=False).first()
    if picture is None:
        raise Refused(_("There is no such picture in this story."), code="no_picture")
    if not (reason := " ".join(reason.split())[:200]):
        raise Refused(_("Say who took it back, and how."), code="no_reason", field=f"reason-{number}")
    drop_picture_file(picture=picture, by=by)
    PicturePeople.objects.update_or_create(
        picture=picture,
        defaults={
            "organisation": story.organisation,
            "people": PeopleShown.ADULTS,
            "note": "",
            "taken_down_at": now or clock.now(),
            "reason": reason,
        },
    )
    save(story, by, "stories.picture.taken_down", now=now)


@transaction.atomic
def take_down_adopted(*, photo: FieldFile, by: Person | None) -> int:
    """A photo of a visit may not be published any more: its copies go from every story, public ones among them. How many."""
    rows = AdoptedPhoto.objects.filter(photo=photo, picture__file__isnull=False)
    taken = 0
    for adopted in rows.select_related("picture__article__story"):
        story = locked(adopted.picture.article.story)
        drop_picture_file(picture=adopted.picture, by=by)
        save(story, by, "stories.picture.taken_down", now=clock.now())
        taken += 1
    return taken


@transaction.atomic
def agree_to_be_named(*, learner: Enrolment, note: str, by: Person, now: dt.datetime | None = None) -> None:
    """Record that a learner agreed to be named in the programme's stories; `note` says how they said so."""
    require_editor(by, learner.programme)
    if len(note := note.strip()) < 2:
        raise Refused(
            _("Say how they agreed: in writing, by message, when."),
            code="no_note",
            field=f"consent-{learner.code}",
        )
    record_consent(
        organisation_id=learner.organisation_id,
        subject_kind=ConsentSubject.PERSON,
        subject_code=learner.code,
        purpose=NAMED,
        note=note,
        by=by,
        now=now,
    )


@transaction.atomic
def take_back_naming(*, learner: Enrolment, by: Person, now: dt.datetime | None = None) -> int:
    """A learner no longer agrees: the name is masked in every story of the programme at once. How many stories it stood in."""
    require_editor(by, learner.programme)
    return personal.take_back_naming(learner=learner, by=by, now=now or clock.now())
