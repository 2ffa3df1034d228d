"""Making a survey, its settings and its questions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities.models import Community
from yingzao.communities.rules import may_keep_register
from yingzao.core import audit, clock, locking
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.fieldwork import phrases, rules
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey, SurveyVersion
from yingzao.fieldwork.queries import tree_of, version_of
from yingzao.fieldwork.settling.questions import Tree, as_json, from_json, problems
from yingzao.people.actions import grant
from yingzao.people.enums import Right
from yingzao.people.models import Person

EDITABLE = frozenset({
    "title", "purpose", "opens_at", "closes_at", "allows_several", "most_answers", "handed_out", "is_shared",
})  # fmt: skip
PLANS = Path(__file__).parent.parent / "plans"
TOKEN_LENGTH = 10  # of 29 signs: 48 bits, each guess a request
DEFAULT_CONSENT = (
    "本调研由社区工作人员开展，用来了解居民的需要、改进社区服务。参加完全自愿，可以不答，也可以随时停止。"
    "问卷不记姓名，不记手机号和网络地址；请不要在回答里写姓名、电话或身份证号。"
    "回答只供社区和项目人员整理使用，对外只公布汇总的数字。"
)


@transaction.atomic
def start_survey(
    *,
    community: Community,
    by: Person,
    title: str,
    purpose: str = "",
    consent: str = "",
    questions: Tree = (),
    settings: Mapping[str, Any] | None = None,
    for_person: Person | None = None,
) -> ResidentSurvey:
    """Make a survey of a community, with these questions or none yet. `settings` are those of `edit_survey`.

    `for_person` gets the right to run it: a room above names somebody who does not keep the register, and has asked its own rule.
    """
    if for_person is None and not may_keep_register(by, community.organisation):
        raise Refused(_("Only organisers make surveys here."), code="not_keeper")
    title = " ".join(title.split())
    if not title:
        raise Refused(_("Give the survey a title."), code="no_title", field="title")
    told = _settings(settings or {})
    _require_times(told.get("opens_at"), told.get("closes_at"))
    now = clock.now()
    survey = ResidentSurvey.objects.create(
        organisation_id=community.organisation_id,
        community=community,
        title=title,
        purpose=purpose.strip(),
        token=new_token(),
        made_by=by,
        changed_at=now,
        **told,
    )
    SurveyVersion.objects.create(
        organisation_id=survey.organisation_id,
        survey=survey,
        number=1,
        consent=consent.strip() or DEFAULT_CONSENT,
        questions=as_json(questions),
        made_at=now,
    )
    _record(survey, by, "started", {"community": community.code, "questions": len(questions)})
    if for_person is not None:
        grant(
            by=None,
            person=for_person,
            organisation=community.organisation,
            right=Right.RUN_SURVEY,
            scope_code=survey.code,
        )
    return survey


@transaction.atomic
def edit_survey(
    *, survey: ResidentSurvey, by: Person, consent: str | None = None, **changes: Any
) -> ResidentSurvey:
    """Change the settings; what is not given stays. Another text of consent is another version, once answers have come."""
    survey = _turn(survey, by)
    told = _settings(changes)
    _require_times(*(told.get(name, getattr(survey, name)) for name in ("opens_at", "closes_at")))
    differing = sorted(name for name, value in told.items() if getattr(survey, name) != value)
    for name in differing:
        setattr(survey, name, told[name])
    survey.changed_at = clock.now()
    survey.save(update_fields=[*differing, "changed_at"])
    version = version_of(survey)
    if consent is not None and version is not None and consent.strip() != version.consent:
        if not consent.strip():
            raise Refused(
                _("Say what people agree to before they answer."), code="no_consent", field="consent"
            )
        _write(survey, version, consent=consent.strip(), questions=version.questions)
        differing.append("consent")
    if differing:
        _record(survey, by, "edited", {"fields": differing})
    return survey


@transaction.atomic
def save_questions(*, survey: ResidentSurvey, questions: Tree, by: Person) -> ResidentSurvey:
    """Ask these questions from now on. Where answers to the present ones have come, they become a new version."""
    survey = _turn(survey, by)
    if found := problems(questions):
        raise Refused(phrases.problem(found[0]), code=found[0].code, field="questions")
    version = version_of(survey)
    if version is None:
        raise Refused(_("This survey has no questions that could be changed."), code="no_version")
    told = as_json(questions)
    if told == version.questions:
        return survey
    _write(survey, version, consent=version.consent, questions=told)
    _record(survey, by, "questions_saved", {"version": survey.version})
    return survey


@transaction.atomic
def copy_survey(*, survey: ResidentSurvey, community: Community, by: Person) -> ResidentSurvey:
    """The same questions and settings for another community of the register, without answers, days and sheets given out."""
    if not rules.may_run_survey(by, survey) or not may_keep_register(by, community.organisation):
        raise Refused(_("Only organisers make surveys here."), code="not_keeper")
    version = version_of(survey)
    return start_survey(
        community=community,
        by=by,
        title=survey.title,
        purpose=survey.purpose,
        consent=version.consent if version else "",
        questions=tree_of(survey),
        settings={name: getattr(survey, name) for name in ("allows_several", "is_shared", "most_answers")},
    )


def plan_questions(name: str) -> Tree:
    """Questions that are there to begin with: plans/<name>.json."""
    return from_json(json.loads((PLANS / f"{name}.json").read_text(encoding="utf-8")))


def new_token() -> str:
    return new_code(TOKEN_LENGTH)


def _settings(changes: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(changes) - EDITABLE:
        raise TypeError(f"no such field of a survey: {', '.join(sorted(unknown))}")
    return {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}


def _require_times(opens: dt.datetime | None, closes: dt.datetime | None) -> None:
    if opens and closes and closes <= opens:
        raise Refused(_("It closes before it opens."), code="times", field="closes_at")


def _write(
    survey: ResidentSurvey, version: SurveyVersion, *, consent: str, questions: list[dict[str, Any]]
) -> None:
    """Into the present version while nobody has answered it, else into a new one."""
    now = clock.now()
    if FilledSheet.objects.filter(survey=survey, version=version.number).exists():
        SurveyVersion.objects.create(
            organisation_id=survey.organisation_id,
            survey=survey,
            number=version.number + 1,
            consent=consent,
            questions=questions,
            made_at=now,
        )
        survey.version = version.number + 1
    else:
        version.consent, version.questions, version.made_at = consent, questions, now
        version.save(update_fields=["consent", "questions", "made_at"])
    survey.changed_at = now
    survey.save(update_fields=["version", "changed_at"])


def _turn(survey: ResidentSurvey, by: Person) -> ResidentSurvey:
    if not rules.may_run_survey(by, survey):
        raise Refused(_("You may not change this survey."), code="not_yours")
    locking.take_turn(turn_of(survey.pk))
    return ResidentSurvey.objects.select_related("community", "organisation").get(pk=survey.pk)


def turn_of(survey_id: int) -> str:
    return f"fieldwork:survey:{survey_id}"


def _record(survey: ResidentSurvey, by: Person, what: str, after: dict[str, Any]) -> None:
    audit.record(
        actor=by,
        act=f"fieldwork.survey.{what}",
        subject=survey.code,
        organisation_id=survey.organisation_id,
        after=after,
    )
