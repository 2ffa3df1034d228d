"""Filled-in sheets: sent by phone, entered from paper, taken out of the figures and put back.

By phone whole halls answer at once: sheets are written by one writer, many in one transaction, and each is answered once it is on the disk.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking, media
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.core.masking import without_identity_numbers
from yingzao.core.models import StoredFile
from yingzao.core.writer import Writer
from yingzao.fieldwork import rules
from yingzao.fieldwork.actions.surveys import turn_of
from yingzao.fieldwork.enums import SheetSource, SheetState
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey, SheetPhoto
from yingzao.people.models import Person

PHOTOS = "fieldwork.sheets"  # whose files photos of sheets are


@dataclass(frozen=True, slots=True)
class Sending:
    """One sheet as a phone sent it, read and found whole."""

    survey_id: int
    organisation_id: int
    key: UUID
    version: int
    answers: Mapping[str, Any]
    now: dt.datetime
    code: str = field(default_factory=new_code)
    photos: Sequence[tuple[str, StoredFile]] = ()  # (question, row that is not saved yet)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it: new, known (the same key was here before), other (the key is of another survey), or why none is taken."""

    state: str
    code: str = ""


def send(
    *,
    survey: ResidentSurvey,
    key: UUID,
    version: int,
    answers: Mapping[str, Any],
    uploads: Mapping[str, Sequence[Any]] | None = None,
    now: dt.datetime | None = None,
) -> Sent:
    """Keep a sheet that came by phone; returns once it is on the disk. The same key is the same sheet and changes nothing.

    Nobody is named, and no address. Raises Refused for a photo that cannot be taken, with its question as the field.
    """
    sending = Sending(
        survey.pk, survey.organisation_id, key, version, _without_numbers(answers), now or clock.now()
    )
    if uploads and not FilledSheet.objects.filter(key=key).exists():
        sending = replace(sending, photos=_prepared(survey, sending.code, uploads, None))
    with audit.coming_from(""):
        return _writer.write(sending)


def _take(sendings: Sequence[Sending]) -> list[Sent]:
    """Write what phones sent, inside the writer's transaction."""
    for survey_id in sorted({one.survey_id for one in sendings}):
        locking.take_turn(turn_of(survey_id))
    known = {
        key: (survey_id, code)
        for key, survey_id, code in FilledSheet.objects.filter(
            key__in=[one.key for one in sendings]
        ).values_list("key", "survey_id", "code")
    }
    surveys = ResidentSurvey.objects.in_bulk({one.survey_id for one in sendings})
    by_phone = _by_phone([survey for survey in surveys.values() if survey.most_answers is not None])
    answers: list[Sent] = []
    new: list[tuple[Sending, FilledSheet]] = []
    for one in sendings:
        if one.key in known:
            survey_id, code = known[one.key]
            answers.append(Sent("known", code) if survey_id == one.survey_id else Sent("other"))
            continue
        state = rules.state_of(surveys[one.survey_id], now=one.now, by_phone=by_phone[one.survey_id])
        if state != rules.OPEN:
            answers.append(Sent(state))
            continue
        by_phone[one.survey_id] += 1
        known[one.key] = (one.survey_id, one.code)
        new.append((one, _sheet(one)))
        answers.append(Sent("new", one.code))
    FilledSheet.objects.bulk_create([sheet for _one, sheet in new])
    _keep_photos([(sheet, one.photos) for one, sheet in new if one.photos])
    audit.record_all(
        audit.Line(None, "fieldwork.sheet.sent", one.code, one.organisation_id) for one, _sheet in new
    )
    return answers


_writer: Writer[Sending, Sent] = Writer("fieldwork.sheets", _take)


def _sheet(one: Sending) -> FilledSheet:
    return FilledSheet(
        code=one.code,
        key=one.key,
        organisation_id=one.organisation_id,
        survey_id=one.survey_id,
        version=one.version,
        source=SheetSource.WEB,
        answers=dict(one.answers),
        sent_at=one.now,
    )


def _by_phone(surveys: Sequence[ResidentSurvey]) -> Counter[int]:
    counts: Counter[int] = Counter()
    if surveys:
        rows = FilledSheet.objects.filter(survey__in=surveys, source=SheetSource.WEB)
        rows = rows.exclude(state=SheetState.WITHDRAWN)
        counts.update(rows.order_by().values_list("survey_id", flat=True))
    return counts


class NumberTaken(Refused):
    """This number is on a sheet that was entered before: `sheet`."""

    def __init__(self, sheet: FilledSheet) -> None:
        super().__init__(
            _("Sheet %(number)s was entered before.") % {"number": sheet.number},
            code="number_taken",
            field="number",
        )
        self.sheet = sheet


@transaction.atomic
def enter_paper(
    *,
    survey: ResidentSurvey,
    by: Person,
    key: UUID,
    version: int,
    number: str,
    answers: Mapping[str, Any],
    photo: Any = None,
    now: dt.datetime | None = None,
) -> FilledSheet:
    """Keep a sheet of paper under the number that is written on it. Raises `NumberTaken` where another one has it.

    The same key is the same sheet. Paper is taken whenever it is entered: it was filled in before.
    """
    if not rules.may_run_survey(by, survey):
        raise Refused(_("You may not enter sheets of this survey."), code="not_yours")
    number = "".join(number.split())[:20]
    if not number:
        raise Refused(
            _("Write the number that stands on the sheet; number them if none does."),
            code="no_number",
            field="number",
        )
    locking.take_turn(turn_of(survey.pk))
    sheets = FilledSheet.objects.filter(survey=survey)
    if (known := sheets.filter(key=key).first()) is not None:
        return known
    if (taken := sheets.filter(number=number).first()) is not None:
        raise NumberTaken(taken)
    sheet = FilledSheet.objects.create(
        key=key,
        organisation_id=survey.organisation_id,
        survey=survey,
        version=version,
        source=SheetSource.PAPER,
        number=number,
        answers=_without_numbers(answers),
        sent_at=now or clock.now(),
        entered_by=by,
    )
    if photo is not None:
        _keep_photos([(sheet, _prepared(survey, sheet.code, {"": [photo]}, by))])
    _record(sheet, by, "entered", after={"survey": survey.code, "number": number})
    return sheet


@transaction.atomic
def set_sheet_state(*, sheet: FilledSheet, state: str, by: Person, reason: str = "") -> FilledSheet:
    """Take a sheet out of the figures with a reason (not valid, withdrawn), or count it again. Nothing is deleted."""
    if not rules.may_run_survey(by, sheet.survey):
        raise Refused(_("You may not change answers of this survey."), code="not_yours")
    locking.take_turn(turn_of(sheet.survey_id))
    sheet.refresh_from_db()
    reason = " ".join(reason.split())[:200]
    if state not in SheetState.values:
        raise Refused(_("Choose what to do with the answer."), code="no_state", field="state")
    if state != SheetState.VALID and not reason:
        raise Refused(_("Say in a few words why it does not count."), code="no_reason", field="reason")
    if (sheet.state, sheet.reason) == (state, reason):
        return sheet
    before = sheet.state
    sheet.state, sheet.reason = state, reason if state != SheetState.VALID else ""
    sheet.state_by, sheet.state_at = by, clock.now()
    sheet.save(update_fields=["state", "reason", "state_by", "state_at"])
    _record(sheet, by, "state_set", before={"state": before}, after={"state": state})
    return sheet


def _prepared(
    survey: ResidentSurvey, code: str, uploads: Mapping[str, Sequence[Any]], by: Person | None
) -> list[tuple[str, StoredFile]]:
    found = []
    for question, files in uploads.items():
        if len(files) > rules.MOST_PHOTOS:
            raise Refused(
                _("At most %(most)d photos here.") % {"most": rules.MOST_PHOTOS}, code="many", field=question
            )
        for file in files:
            try:
                stored = media.prepare(
                    file,
                    name=file.name,
                    accept="image",
                    organisation_id=survey.organisation_id,
                    room=PHOTOS,
                    subject=code,
                    uploaded_by=by,
                )
            except Refused as refusal:
                raise Refused(refusal.sentence, code=refusal.code, field=question) from None
            found.append((question, stored))
    return found


def _keep_photos(of_sheets: Sequence[tuple[FilledSheet, Sequence[tuple[str, StoredFile]]]]) -> None:
    for sheet, photos in of_sheets:
        for question, stored in photos:
            stored.save()
            SheetPhoto.objects.create(
                organisation_id=sheet.organisation_id, sheet=sheet, question=question, file=stored
            )


def _without_numbers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """No identity-card number is kept, wherever somebody wrote one."""
    return {
        name: without_identity_numbers(value) if isinstance(value, str) else value
        for name, value in answers.items()
    }


def _record(
    sheet: FilledSheet,
    by: Person,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        actor=by,
        act=f"fieldwork.sheet.{what}",
        subject=sheet.code,
        organisation_id=sheet.organisation_id,
        before=before,
        after=after,
    )
