"""Forms: made with one click, changed until the first answer, answered once by each learner."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.enums import SCALES, AnswerSource, QuestionKind
from yingzao.activities.models import (
    Activity,
    Part,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReceipt,
    SurveyResponse,
)
from yingzao.activities.queries import surveys as queries
from yingzao.activities.queries.questions import Asked
from yingzao.activities.readers.surveys import StandardForm, standard_form
from yingzao.activities.rules import surveys as rules
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person

SETTINGS = (
    "title",
    "intro",
    "is_anonymous",
    "is_for_anybody",
    "opens_at",
    "closes_at",
    "least_shown",
    "least_seconds",
    "leaves_out_fast",
)
OPEN_DAYS = 7  # after its activity, unless somebody says otherwise
LONGEST_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to one question."""

    number: int | None = None
    chosen: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self.number is None and not self.chosen and not self.text


@transaction.atomic
def make_survey(
    *, activity: Activity, part: Part | None = None, by: Person, form: StandardForm | None = None
) -> Survey:
    """A form about an activity, the standard one where none is given, open from its beginning until a week after its end."""
    form = form or standard_form()
    about = part or activity
    end = about.ends_at or activity.due_at
    survey = Survey.objects.create(
        organisation_id=activity.organisation_id,
        programme=activity.programme,
        activity=activity,
        part=part,
        title=form.title,
        intro=form.intro,
        token=secrets.token_urlsafe(12),
        opens_at=about.starts_at,
        closes_at=clock.end_of(clock.local_date(end) + dt.timedelta(days=OPEN_DAYS)) if end else None,
    )
    write_questions(survey, form.questions)
    _record(survey, by, "made", after={"activity": activity.code})
    return survey


@transaction.atomic
def save_survey(*, survey: Survey, by: Person, values: Mapping[str, Any]) -> Survey:
    """Change what SETTINGS name. Raises Refused for what would break the promise made to those who have answered."""
    _take_turn(survey)
    if not str(values["title"]).strip():
        raise Refused(_("Give the form a title."), code="title-missing", field="title")
    if values["opens_at"] and values["closes_at"] and values["closes_at"] <= values["opens_at"]:
        raise Refused(_("It closes before it opens."), code="closes-before", field="closes_at")
    if queries.has_ever_answers(survey):
        rules.require_promise_kept(
            survey, is_anonymous=values["is_anonymous"], least_shown=values["least_shown"]
        )
    elif values["is_anonymous"] != survey.is_anonymous and queries.answer_files(survey).exists():
        raise Refused(
            _(
                "A file was brought in for this form as it is. Make another form to change whether it is anonymous."
            ),
            code="files",
            field="is_anonymous",
        )
    before = {name: str(getattr(survey, name)) for name in SETTINGS}
    for name in SETTINGS:
        setattr(survey, name, values[name])
    survey.save()
    after = {name: str(getattr(survey, name)) for name in SETTINGS}
    changed = {name for name in SETTINGS if before[name] != after[name]}
    if changed:
        _record(survey, by, "changed", {n: before[n] for n in changed}, {n: after[n] for n in changed})
    return survey


@transaction.atomic
def save_questions(*, survey: Survey, by: Person | None, questions: Sequence[Asked]) -> Survey:
    """Write the questions. Once answers have come they stay with theirs, and a new version begins; the same questions again
    change nothing."""
    _take_turn(survey)
    if not questions:
        raise Refused(_("Ask at least one question."), code="no-question")
    for asked in questions:
        if asked.kind in (QuestionKind.ONE, QuestionKind.MANY) and len(asked.options) < 2:
            sentence = _("“%(question)s” needs at least two options, one a line.")
            raise Refused(sentence % {"question": asked.text}, code="few-options")
    if [queries.asked_of(q) for q in queries.questions_of(survey)] == list(questions):
        return survey
    if queries.has_answers(survey):
        survey.version += 1
        survey.save(update_fields=["version"])
    else:
        survey.questions.filter(version=survey.version).delete()
    write_questions(survey, questions)
    _record(survey, by, "asked", after={"version": survey.version, "questions": len(questions)})
    return survey


def write_questions(survey: Survey, questions: Sequence[Asked]) -> None:
    SurveyQuestion.objects.bulk_create(
        SurveyQuestion(
            organisation_id=survey.organisation_id,
            survey=survey,
            version=survey.version,
            position=position,
            kind=asked.kind,
            text=asked.text,
            is_required=asked.is_required,
            low=asked.low,
            high=asked.high,
            options=list(asked.options),
        )
        for position, asked in enumerate(questions)
    )


@transaction.atomic
def remove_survey(*, survey: Survey, by: Person) -> None:
    """Take a form away that nobody has answered; with answers it can only be closed."""
    _take_turn(survey)
    if queries.has_ever_answers(survey):
        raise Refused(
            _("This form has answers, so it stays. Close it under Settings instead."), code="answered"
        )
    _record(survey, by, "removed")
    survey.delete()


@transaction.atomic
def answer_survey(
    *,
    survey: Survey,
    enrolment: Enrolment | None,
    key: UUID,
    said: Mapping[int, Said],
    version: int,
    is_promised_anonymous: bool,
    seconds: int | None = None,
    by: Person | None,
    now: dt.datetime | None = None,
) -> bool:
    """Take a filled-in form; whether it is new. `said`: question's primary key → answer.

    The same key again is the same answer. Of an anonymous form nothing of the person goes into the response, and no line
    into the audit; that the learner has answered is written into the receipt. Raises Refused where the form is not open,
    does not ask this person, was answered already, or has other questions by now; and where the person was told that the
    form is anonymous, or that it is not, and it is otherwise by now.
    """
    now = now or clock.now()
    _take_turn(survey)
    known = SurveyResponse.objects.filter(key=key).first()
    if known is not None:
        if known.survey_id != survey.pk:
            raise Refused(_("Open the form anew and send it again."), code="other-form")
        return False
    rules.require_open(survey, now)
    rules.require_learner(survey, enrolment)
    if is_promised_anonymous != survey.is_anonymous:
        raise Refused(
            _(
                "Whether this form is anonymous has changed. Read above how it is now, and send it again if you want to."
            ),
            code="other-promise",
        )
    if version != survey.version:
        raise Refused(
            _("The questions have changed in the meantime. Open the form anew; please answer again."),
            code="other-version",
        )
    if queries.has_answered(survey, enrolment):
        raise Refused(_("You have answered this form already."), code="answered")
    questions = queries.questions_of(survey)
    _require_answers(questions, said)
    secret = survey.is_anonymous
    response = SurveyResponse.objects.create(
        key=key,
        organisation_id=survey.organisation_id,
        survey=survey,
        version=survey.version,
        enrolment=None if secret else enrolment,
        sent_at=clock.start_of(clock.local_date(now)) if secret else now,
        seconds=None if seconds is None else max(0, min(seconds, LONGEST_SECONDS)),
        source=AnswerSource.PHONE,
    )
    write_answers(response, {q.pk: said[q.pk] for q in questions if q.pk in said})
    if secret and enrolment is not None:
        _note_receipt(survey, enrolment)
    if not secret:
        settle_repeats(survey)
        _record(survey, by, "answered", after={"enrolment": enrolment.code if enrolment else ""})
    return True


def _require_answers(questions: Sequence[SurveyQuestion], said: Mapping[int, Said]) -> None:
    for question in questions:
        answer = said.get(question.pk, Said())
        if question.is_required and answer.is_empty:
            raise Refused(
                _("Please answer “%(question)s”.") % {"question": question.text},
                code="missing",
                field=question.code,
            )
        allowed = SCALES.get(QuestionKind(question.kind))
        if answer.number is not None and (allowed is None or answer.number not in allowed):
            raise Refused(_("This answer does not fit its question."), code="misfit", field=question.code)


def write_answers(response: SurveyResponse, said: Mapping[int, Said]) -> None:
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            organisation_id=response.organisation_id,
            response=response,
            question_id=question,
            number=answer.number,
            chosen=list(answer.chosen),
            text=answer.text,
        )
        for question, answer in said.items()
        if not answer.is_empty
    )


def _note_receipt(survey: Survey, enrolment: Enrolment) -> None:
    receipt, _made = SurveyReceipt.objects.get_or_create(
        survey=survey, version=survey.version, defaults={"organisation_id": survey.organisation_id}
    )
    receipt.codes = sorted({*receipt.codes, enrolment.code})
    receipt.save(update_fields=["codes"])


def settle_repeats(survey: Survey) -> None:
    """Of several answers of one person the last counts: those a file knows to be one person's, and those of one learner,
    whether they came by phone or by file. Derived anew each time."""
    rows = sorted(
        survey.responses.select_related("source_row"),
        key=lambda r: (r.sent_at, r.source_row.number if r.source_row else 0),
    )
    last: dict[tuple[int, int], SurveyResponse] = {}
    for row in rows:
        if row.enrolment_id is not None and not row.is_nobody:
            last[row.version, row.enrolment_id] = row
    changed = []
    for row in rows:
        own = last.get((row.version, row.enrolment_id)) if row.enrolment_id is not None else None
        superseded = row.is_repeat or (own is not None and own is not row)
        if row.is_superseded != superseded:
            row.is_superseded = superseded
            changed.append(row)
    SurveyResponse.objects.bulk_update(changed, ["is_superseded"], batch_size=500)


def copy_surveys(source: Activity, target: Activity, parts: Mapping[int, Part], shift: dt.timedelta) -> None:
    """The forms of an activity with their newest questions, for its copy in a new edition; no answer comes along."""
    for survey in source.surveys.all():
        copy = Survey.objects.create(
            organisation_id=target.organisation_id,
            programme=target.programme,
            activity=target,
            part=parts.get(survey.part_id) if survey.part_id else None,
            title=survey.title,
            intro=survey.intro,
            is_anonymous=survey.is_anonymous,
            is_for_anybody=survey.is_for_anybody,
            least_shown=survey.least_shown,
            least_seconds=survey.least_seconds,
            leaves_out_fast=survey.leaves_out_fast,
            token=secrets.token_urlsafe(12),
            opens_at=survey.opens_at + shift if survey.opens_at else None,
            closes_at=survey.closes_at + shift if survey.closes_at else None,
        )
        write_questions(copy, [queries.asked_of(q) for q in queries.questions_of(survey)])


def _take_turn(survey: Survey) -> None:
    locking.take_turn(f"activities.survey:{survey.pk}")
    survey.refresh_from_db(fields=["version", "is_anonymous", "is_for_anybody", "opens_at", "closes_at"])


def _record(
    survey: Survey,
    by: Person | None,
    what: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        actor=by,
        act=f"activities.survey.{what}",
        subject=survey.code,
        organisation_id=survey.organisation_id,
        before=before,
        after=after,
    )
