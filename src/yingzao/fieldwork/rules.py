"""Who makes and reads surveys of residents, when one takes answers, and what is kept of the field."""

from __future__ import annotations

import datetime as dt
import re

from yingzao.communities.rules import may_keep_register, may_read_register
from yingzao.core.models import StoredFile
from yingzao.fieldwork.models import FieldPhoto, FilledSheet, ResidentSurvey
from yingzao.people.enums import Right
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in, open_grants

LEAST_SHARED = 5  # answers; of fewer a shared page tells nothing but how many
MOST_PHOTOS = 3  # of one question
MOST_POINTS = 200  # of one walk
MOST_FIELD_PHOTOS = 6  # of a point or an interview
MOST_GUIDE_QUESTIONS = 40
PHONE_NUMBER = re.compile(r"\+?[0-9][0-9 \-]{4,18}", re.ASCII)
AHEAD, OPEN, CLOSED, FULL, EMPTY = "ahead", "open", "closed", "full", "empty"


def may_run_survey(person: Visitor, survey: ResidentSurvey) -> bool:
    """Who keeps the register of communities, and whoever holds the right for this survey."""
    return may_keep_register(person, survey.organisation) or _holds_right(person, survey)


def may_read_survey(person: Visitor, survey: ResidentSurvey) -> bool:
    """The same, and supervisors of the organisation's programmes."""
    return may_read_register(person, survey.organisation) or _holds_right(person, survey)


def _holds_right(person: Visitor, survey: ResidentSurvey) -> bool:
    if not is_signed_in(person):
        return False
    return open_grants(person).filter(right=Right.RUN_SURVEY, scope_code=survey.code).exists()


def may_read_photo(person: Visitor, stored: StoredFile) -> bool:
    sheets = FilledSheet.objects.filter(code=stored.subject).select_related("survey__organisation")
    sheet = sheets.first()
    return sheet is not None and may_read_survey(person, sheet.survey)


def may_read_field_photo(person: Visitor, stored: StoredFile) -> bool:
    """Who reads the register: people may be seen on it. Rooms above let the learner and the mentor read too."""
    photo = FieldPhoto.objects.filter(file=stored).select_related("organisation").first()
    return photo is not None and may_read_register(person, photo.organisation)


def state_of(survey: ResidentSurvey, *, now: dt.datetime, by_phone: int, asks: bool = True) -> str:
    """Whether it takes answers by phone, else why not. `by_phone`: how many came so."""
    if not asks:
        return EMPTY
    if survey.closes_at is not None and now >= survey.closes_at:
        return CLOSED
    if survey.opens_at is not None and now < survey.opens_at:
        return AHEAD
    if survey.most_answers is not None and by_phone >= survey.most_answers:
        return FULL
    return OPEN
