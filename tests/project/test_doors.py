"""Every address × every role: who may read, who may act, and that nobody else learns that there is anything.

TABLE names each address once, with who may GET it, who may POST to it, and the rows of the world it is asked about. An
address without a line fails, as does a line without an address.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.factories.world import World

pytestmark = pytest.mark.long

ANYBODY = frozenset({
    "anonymous", "learner", "classmate elsewhere", "organiser", "organiser elsewhere", "mentor", "judge", "supervisor",
    "editor", "host",
})  # fmt: skip
NOBODY: frozenset[str] = frozenset()
SIGNED_IN = ANYBODY - {"anonymous"}
LEARNER = frozenset({"learner"})
LEARNERS = frozenset({"learner", "classmate elsewhere"})
ORGANISER = frozenset({"organiser"})
ORGANISERS = frozenset({"organiser", "organiser elsewhere"})
COMMITTEE = frozenset({"supervisor"})
DESK = ORGANISER | COMMITTEE
MENTOR, JUDGE = frozenset({"mentor"}), frozenset({"judge"})
EDITOR, HOST = frozenset({"editor"}), frozenset({"host"})


# Who may do what is the same code on every database: PostgreSQL is asked by those who see the most pages, SQLite by all.
ROLES = sorted(ANYBODY) if connection.vendor == "sqlite" else ["anonymous", "learner", "organiser"]


@dataclass(frozen=True)
class Door:
    get: frozenset[str]
    post: frozenset[str] = NOBODY
    rows: dict[str, object] = field(
        default_factory=dict
    )  # what stands in the address: attributes of the world


def door(get, post=NOBODY, **rows) -> Door:
    return Door(get, post, rows)


TABLE = {
    # core
    "ui:language": door(NOBODY, ANYBODY),
    "ui:theme": door(NOBODY, ANYBODY),
    "ui:health": door(ANYBODY),
    "ui:csp-report": door(NOBODY, ANYBODY),
    "ui:worker": door(ANYBODY),
    "ui:manifest": door(ANYBODY),
    "ui:offline": door(ANYBODY, language="'en"),
    "ui:styleguide": door(NOBODY),
    "ui:styleguide-page": door(NOBODY, page="'desk"),
    "media:file": door(DESK | LEARNER | MENTOR, code="photo"),
    "media:file-at": door(DESK | LEARNER | MENTOR, code="photo", width=320),
    "media:rendition": door(DESK | LEARNER | MENTOR, code="photo", name="'whole-480.jpg"),
    # people
    "people:sign-in": door(ANYBODY, ANYBODY),
    "people:sign-in-demo": door(NOBODY),
    "people:sign-out": door(NOBODY, ANYBODY),
    "people:setup": door(NOBODY),
    "people:join": door(ANYBODY, ANYBODY, token="invitation"),
    "people:reset": door(ANYBODY, ANYBODY, token="reset"),
    "people:privacy": door(ANYBODY, ANYBODY),
    "people:me": door(SIGNED_IN),
    "people:details": door(SIGNED_IN, SIGNED_IN),
    "people:password": door(SIGNED_IN, SIGNED_IN),
    "people:sign-ins": door(SIGNED_IN),
    "people:sign-out-everywhere": door(NOBODY, SIGNED_IN),
    "people:sign-out-device": door(NOBODY, code="device"),  # the device of a session that is over
    "people:data": door(SIGNED_IN),
    "people:data-copy": door(NOBODY, SIGNED_IN),
    "people:data-copy-progress": door(LEARNER, code="data_copy"),
    "people:forget": door(SIGNED_IN, SIGNED_IN),
    "people:forget-take-back": door(NOBODY, LEARNER, code="erasure"),
    "people:desk-erasures": door(ORGANISERS),
    "people:desk-erasure": door(ORGANISER, ORGANISER, code="erasure"),
    "people:desk-erasure-refuse": door(NOBODY, ORGANISER, code="erasure"),
    "people:retention": door(SIGNED_IN),
    "people:desk-retention": door(ORGANISER, ORGANISER, code="organisation"),
    "people:desk-look": door(ORGANISER, ORGANISER, code="organisation"),
    "people:look": door(NOBODY, code="organisation"),  # it has the house's own colours
    # notices
    "notices:messages": door(SIGNED_IN),
    "notices:mark-all-read": door(NOBODY, SIGNED_IN),
    "notices:message": door(LEARNER, code="message"),
    "notices:settings": door(SIGNED_IN, SIGNED_IN),
    "notices:address": door(NOBODY, SIGNED_IN),
    "notices:add-device": door(NOBODY, SIGNED_IN),
    "notices:device": door(NOBODY, LEARNER, code="noticed"),
    "notices:confirm-address": door(ANYBODY, ANYBODY, token="'none"),
    "notices:stop": door(ANYBODY, ANYBODY, token="stop_token"),
    # fieldwork
    "fieldwork:survey": door(ANYBODY, ANYBODY, token="resident_token"),
    "fieldwork:survey-results": door(ANYBODY, token="resident_token"),
    "fieldwork:desk-list": door(DESK),
    "fieldwork:desk-new": door(ORGANISER, ORGANISER),
    "fieldwork:desk-copy": door(ORGANISER, ORGANISER, code="resident_survey"),
    "fieldwork:desk-survey": door(DESK, code="resident_survey"),
    "fieldwork:desk-settings": door(ORGANISER, ORGANISER, code="resident_survey"),
    "fieldwork:desk-poster": door(DESK, code="resident_survey"),
    "fieldwork:desk-blank": door(DESK, code="resident_survey"),
    "fieldwork:desk-export-xlsx": door(DESK, code="resident_survey"),
    "fieldwork:desk-export-csv": door(DESK, code="resident_survey"),
    "fieldwork:desk-export-form": door(DESK, code="resident_survey"),
    "fieldwork:desk-questions": door(ORGANISER, code="resident_survey"),
    "fieldwork:desk-question-new": door(ORGANISER, ORGANISER, code="resident_survey"),
    "fieldwork:desk-import": door(NOBODY, ORGANISER, code="resident_survey"),
    "fieldwork:desk-question": door(ORGANISER, ORGANISER, code="resident_survey", name="'age"),
    "fieldwork:desk-question-act": door(NOBODY, ORGANISER, code="resident_survey", name="'age"),
    "fieldwork:desk-paper": door(ORGANISER, ORGANISER, code="resident_survey"),
    "fieldwork:desk-sheets": door(DESK, code="resident_survey"),
    "fieldwork:desk-sheet": door(DESK, ORGANISER, code="resident_survey", sheet_code="filled_sheet"),
    "fieldwork:desk-need": door(ORGANISER, ORGANISER, code="resident_survey", sheet_code="filled_sheet"),
    "fieldwork:desk-walks": door(DESK),
    "fieldwork:desk-walk": door(DESK, code="walk"),
    "fieldwork:desk-walk-sheet": door(DESK, code="walk"),
    "fieldwork:desk-point-make": door(ORGANISER, ORGANISER, code="walk", point_code="point", kind="'venue"),
    "fieldwork:desk-interviews": door(DESK),
    "fieldwork:desk-interview": door(DESK, code="interview"),
    "fieldwork:desk-interview-contact": door(NOBODY, ORGANISER, code="interview"),
    "fieldwork:desk-interview-withdraw": door(NOBODY, ORGANISER, code="interview"),
    "fieldwork:desk-interview-erase": door(ORGANISER, ORGANISER, code="interview"),
    "fieldwork:desk-interview-need": door(ORGANISER, ORGANISER, code="interview"),
    "fieldwork:desk-guides": door(DESK),
    "fieldwork:desk-guide-new": door(ORGANISER, ORGANISER),
    "fieldwork:desk-guides-ready": door(NOBODY, ORGANISER),
    "fieldwork:desk-guide": door(ORGANISER, ORGANISER, code="guide"),
    "fieldwork:desk-guide-sheet": door(DESK, code="guide"),
    "fieldwork:desk-proposals": door(DESK),
    "fieldwork:desk-proposal": door(ORGANISER, ORGANISER, code="proposal"),
    "fieldwork:desk-map-choose": door(DESK),
    "fieldwork:desk-map": door(DESK, code="community"),
    "fieldwork:desk-map-sheet": door(DESK, code="community"),
    "fieldwork:desk-map-xlsx": door(DESK, code="community"),
    "fieldwork:desk-map-csv": door(DESK, code="community"),
    "fieldwork:my-list": door(SIGNED_IN),
    "fieldwork:my-survey": door(LEARNER, code="resident_survey"),
    "fieldwork:my-settings": door(LEARNER, LEARNER, code="resident_survey"),
    "fieldwork:my-poster": door(LEARNER, code="resident_survey"),
    "fieldwork:my-blank": door(LEARNER, code="resident_survey"),
    "fieldwork:my-export-xlsx": door(LEARNER, code="resident_survey"),
    "fieldwork:my-export-csv": door(LEARNER, code="resident_survey"),
    "fieldwork:my-export-form": door(LEARNER, code="resident_survey"),
    "fieldwork:my-questions": door(LEARNER, code="resident_survey"),
    "fieldwork:my-question-new": door(LEARNER, LEARNER, code="resident_survey"),
    "fieldwork:my-import": door(NOBODY, LEARNER, code="resident_survey"),
    "fieldwork:my-question": door(LEARNER, LEARNER, code="resident_survey", name="'age"),
    "fieldwork:my-question-act": door(NOBODY, LEARNER, code="resident_survey", name="'age"),
    "fieldwork:my-paper": door(LEARNER, LEARNER, code="resident_survey"),
    "fieldwork:my-sheets": door(LEARNER, code="resident_survey"),
    "fieldwork:my-sheet": door(LEARNER, LEARNER, code="resident_survey", sheet_code="filled_sheet"),
    "fieldwork:my-need": door(LEARNER, LEARNER, code="resident_survey", sheet_code="filled_sheet"),
    # communities
    "communities:desk-list": door(DESK),
    "communities:desk-export": door(DESK),
    "communities:desk-new": door(ORGANISER, ORGANISER),
    "communities:desk-import": door(ORGANISER, ORGANISER),
    "communities:desk-community": door(DESK, code="community"),
    "communities:desk-community-edit": door(ORGANISER, ORGANISER, code="community"),
    "communities:desk-gaps": door(DESK),
    "communities:desk-graph-import": door(ORGANISER, ORGANISER),
    "communities:desk-graph-export": door(DESK),
    "communities:desk-nodes": door(DESK, kind="'topic"),
    "communities:desk-walk": door(DESK, code="community"),
    "communities:desk-timeline": door(DESK, code="community"),
    "communities:desk-tie": door(NOBODY, code="community"),  # without a record that is named
    "communities:desk-untie": door(NOBODY, ORGANISER, code="community", key="tie_key"),
    "communities:desk-node-new": door(ORGANISER, ORGANISER, code="community", kind="'venue"),
    "communities:desk-node": door(DESK, code="community", kind="'venue", node_code="venue"),
    "communities:desk-node-edit": door(
        ORGANISER, ORGANISER, code="community", kind="'group", node_code="group"
    ),
    "communities:desk-node-aside": door(
        NOBODY, ORGANISER, code="community", kind="'group", node_code="group"
    ),
    "communities:desk-node-photos": door(
        NOBODY, ORGANISER, code="community", kind="'venue", node_code="venue"
    ),
    "communities:desk-node-photo-remove": door(NOBODY, ORGANISER, code="community", key="node_photo_key"),
    "communities:desk-group-step": door(NOBODY, ORGANISER, code="community", node_code="group"),
    "communities:desk-rolls": door(DESK),
    "communities:desk-roll-new": door(ORGANISER, ORGANISER),
    "communities:desk-roll": door(DESK, ORGANISER, code="roll"),
    "communities:desk-roll-edit": door(ORGANISER, ORGANISER, code="roll"),
    "communities:desk-roll-remove": door(NOBODY, ORGANISER, code="roll"),
    "communities:desk-roll-strike-off": door(NOBODY, ORGANISER, code="roll", key="roll_entry_key"),
    "communities:desk-leader-erase": door(ORGANISER, ORGANISER, code="old_leader"),
    "communities:desk-phone": door(NOBODY, ORGANISER, code="community"),
    "communities:desk-leaders": door(DESK),
    "communities:desk-leaders-export": door(DESK),
    "communities:desk-leaders-in-clear": door(ORGANISER, ORGANISER),
    "communities:desk-leader": door(DESK, code="leader"),
    "communities:desk-leader-contact": door(NOBODY, ORGANISER, code="leader"),
    "communities:desk-leader-asked": door(NOBODY, ORGANISER, code="leader"),
    "communities:desk-leader-withdraw": door(NOBODY, ORGANISER, code="leader"),
    "communities:desk-needs": door(DESK),
    "communities:desk-needs-export": door(DESK),
    "communities:desk-need": door(DESK, ORGANISER, code="need"),
    "communities:desk-need-new": door(ORGANISER, ORGANISER),
    "communities:desk-need-terms": door(NOBODY, ORGANISER, code="need"),
    "communities:desk-need-voice": door(ORGANISER, ORGANISER, code="need"),
    "communities:desk-need-merge": door(ORGANISER, ORGANISER, code="alike_need"),
    "communities:desk-need-undo": door(NOBODY, ORGANISER, code="alike_need"),
    "communities:desk-need-told": door(ORGANISER, ORGANISER, code="alike_need", voice_code="alike_voice"),
    "communities:desk-need-untold": door(NOBODY, ORGANISER, code="alike_need", voice_code="alike_voice"),
    "communities:desk-needs-to-tell": door(DESK),
    "communities:desk-needs-alike": door(DESK),
    "communities:desk-needs-look": door(NOBODY, ORGANISER),
    "communities:desk-needs-decide": door(NOBODY, ORGANISER, code="likeness"),
    "communities:desk-need-themes": door(DESK),
    "communities:desk-need-table": door(DESK, ORGANISER, code="community"),
    "communities:desk-need-sheet": door(DESK, code="community"),
    "communities:desk-need-theme": door(ORGANISER, ORGANISER, code="community", theme_code="theme"),
    "communities:desk-need-arrange": door(NOBODY, ORGANISER, code="community", theme_code="theme"),
    # programmes
    "programmes:desk-list": door(SIGNED_IN),
    "programmes:desk-new": door(ORGANISERS, ORGANISERS),
    "programmes:desk-edition": door(ORGANISER, ORGANISER),
    "programmes:desk-settings": door(DESK, ORGANISER),
    "programmes:desk-public": door(NOBODY, ORGANISER),
    "programmes:desk-stages": door(DESK),
    "programmes:desk-stage-new": door(ORGANISER, ORGANISER),
    "programmes:desk-stage": door(ORGANISER, ORGANISER, code="stage"),
    "programmes:desk-stage-open": door(NOBODY, ORGANISER, code="planned_stage"),
    "programmes:desk-stage-close": door(NOBODY, ORGANISER, code="stage"),
    "programmes:desk-stage-remove": door(NOBODY, ORGANISER, code="planned_stage"),
    "programmes:desk-staff": door(DESK),
    "programmes:desk-staff-new": door(ORGANISER, ORGANISER),
    "programmes:desk-staff-invite": door(NOBODY, ORGANISER, code="waiting_role"),
    "programmes:desk-staff-end": door(NOBODY, ORGANISER, code="mentor_role"),
    "programmes:desk-staff-password": door(NOBODY, ORGANISER, code="mentor_role"),
    # enrolment
    "enrolment:desk-roster": door(DESK),
    "enrolment:desk-roster-export": door(DESK, ORGANISER),
    "enrolment:desk-slips": door(NOBODY, ORGANISER),
    "enrolment:desk-teams": door(DESK, ORGANISER),
    "enrolment:desk-team": door(ORGANISER, ORGANISER, code="team"),
    "enrolment:desk-import": door(DESK, ORGANISER),
    "enrolment:desk-import-check": door(DESK, code="roster_file"),
    "enrolment:desk-import-confirm": door(NOBODY, ORGANISER, code="roster_file"),
    "enrolment:desk-import-undo": door(NOBODY, ORGANISER, code="roster_file"),
    "enrolment:desk-learner-new": door(ORGANISER, ORGANISER),
    "enrolment:desk-learner": door(DESK, code="learner"),
    "enrolment:desk-learner-erase": door(ORGANISER, ORGANISER, code="learner"),
    "enrolment:desk-learner-edit": door(ORGANISER, ORGANISER, code="learner"),
    "enrolment:desk-learner-phone": door(NOBODY, ORGANISER, code="learner"),
    "enrolment:desk-learner-leave": door(NOBODY, ORGANISER, code="learner"),
    "enrolment:desk-learner-reinstate": door(NOBODY, ORGANISER, code="learner"),
    "enrolment:desk-learner-invite": door(NOBODY, ORGANISER, code="learner"),
    "enrolment:desk-learner-password": door(NOBODY, ORGANISER, code="learner"),
    "enrolment:register": door(ANYBODY, ANYBODY, token="registration_link"),
    "enrolment:registration": door(ANYBODY, key="registration_key"),
    "enrolment:registration-join": door(NOBODY, ANYBODY, key="registration_key"),
    "enrolment:my-registrations": door(SIGNED_IN),
    "enrolment:desk-registrations": door(DESK),
    "enrolment:desk-registrations-export": door(DESK),
    "enrolment:desk-registration-settings": door(ORGANISER, ORGANISER),
    "enrolment:desk-registration-poster": door(DESK),
    "enrolment:desk-registrations-many": door(NOBODY, ORGANISER),
    "enrolment:desk-registration": door(DESK, code="registration"),
    "enrolment:desk-registration-phone": door(NOBODY, ORGANISER, code="registration"),
    "enrolment:desk-registration-accept": door(NOBODY, ORGANISER, code="registration"),
    "enrolment:desk-registration-is": door(NOBODY, ORGANISER, code="registration"),
    "enrolment:desk-registration-refuse": door(NOBODY, ORGANISER, code="registration"),
    "enrolment:desk-registration-reopen": door(NOBODY, ORGANISER, code="refused_registration"),
    "enrolment:desk-queue": door(DESK),
    "enrolment:desk-link-many": door(NOBODY, ORGANISER),
    "enrolment:desk-decisions": door(DESK),
    "enrolment:desk-decision-undo": door(NOBODY, ORGANISER, code="decision"),
    "enrolment:desk-link": door(NOBODY, ORGANISER, code="waiting"),
    "enrolment:desk-aside": door(NOBODY, ORGANISER, code="waiting"),
    "enrolment:desk-link-together": door(NOBODY, ORGANISER, code="waiting"),
    "enrolment:desk-split": door(NOBODY, ORGANISER, code="waiting"),
    # activities
    "activities:desk-list": door(DESK),
    "activities:desk-plan": door(ORGANISER, ORGANISER),
    "activities:desk-plan-preview": door(ORGANISER, ORGANISER, code="plan_file"),
    "activities:desk-records": door(ORGANISER, ORGANISER),
    "activities:desk-add": door(ORGANISER, ORGANISER, kind="'case"),
    "activities:desk-edit": door(ORGANISER, ORGANISER, code="case"),
    "activities:desk-cancel": door(NOBODY, ORGANISER, code="case"),
    "activities:desk-restore": door(NOBODY, ORGANISER, code="case"),
    "activities:desk-records-take-back": door(NOBODY, ORGANISER, code="record_file"),
    "activities:survey": door(LEARNER, LEARNER, token="survey_token"),
    "activities:mentor-surveys": door(SIGNED_IN),
    "activities:mentor-survey": door(MENTOR, code="survey"),
    "activities:desk-surveys": door(DESK),
    "activities:desk-survey-make": door(NOBODY, ORGANISER),
    "activities:desk-surveys-compare": door(DESK),
    "activities:desk-survey": door(DESK, code="survey"),
    "activities:desk-survey-settings": door(ORGANISER, ORGANISER, code="survey"),
    "activities:desk-survey-questions": door(ORGANISER, ORGANISER, code="survey"),
    "activities:desk-survey-remove": door(NOBODY, ORGANISER, code="unanswered_survey"),
    "activities:desk-survey-words": door(DESK, code="survey"),
    "activities:desk-survey-poster": door(DESK, code="survey"),
    "activities:desk-survey-screen": door(DESK, code="survey"),
    "activities:desk-survey-export": door(DESK, code="survey"),
    "activities:desk-survey-import": door(NOBODY, ORGANISER, code="survey"),
    "activities:desk-survey-columns": door(ORGANISER, ORGANISER, code="survey", file_code="answers_file"),
    "activities:desk-survey-take-back": door(NOBODY, ORGANISER, code="survey", file_code="answers_file"),
    "activities:calendar-feed": door(ANYBODY, token="calendar_token"),
    "activities:learner-calendar": door(LEARNERS),
    "activities:learner-calendar-renew": door(NOBODY, LEARNER, code="learner"),
    "activities:learner-calendar-close": door(NOBODY, LEARNER, code="learner"),
    "activities:learner-requests": door(LEARNERS),
    "activities:learner-request-new": door(LEARNER, LEARNER, code="live", kind="'correction"),
    "activities:learner-request": door(LEARNER, code="waiting_request"),
    "activities:learner-request-take-back": door(NOBODY, LEARNER, code="waiting_request"),
    "activities:desk-requests": door(DESK),
    "activities:desk-requests-export": door(DESK),
    "activities:desk-requests-approve": door(NOBODY, ORGANISER),
    "activities:desk-request-choose": door(ORGANISER),
    "activities:desk-request-add": door(ORGANISER, ORGANISER, code="live", kind="'leave"),
    "activities:desk-request": door(DESK, code="waiting_request"),
    "activities:desk-request-approve": door(NOBODY, ORGANISER, code="waiting_request"),
    "activities:desk-request-refuse": door(NOBODY, ORGANISER, code="waiting_request"),
    "activities:desk-request-undo": door(NOBODY, ORGANISER, code="refused_request"),
    # the five kinds
    "activities:watch-log": door(NOBODY, ANYBODY),  # asks for the signed ticket in its body
    "activities:film": door(NOBODY, token="'none", name="'film.mp4"),  # asks for a signed address
    "activities:learner-video": door(LEARNER, code="video"),
    "activities:desk-videos": door(DESK, ORGANISER, code="course"),
    "activities:desk-video": door(DESK, ORGANISER, code="video"),
    "activities:desk-film": door(NOBODY, ORGANISER, code="video"),
    "activities:desk-film-piece": door(ORGANISER, ORGANISER, code="video"),
    "activities:desk-captions": door(NOBODY, ORGANISER, code="video"),
    "activities:desk-video-remove": door(NOBODY, ORGANISER, code="video"),
    "live:learner-session": door(LEARNER, code="live"),
    "live:desk-session": door(DESK, code="live"),
    "live:desk-session-edit": door(ORGANISER, ORGANISER, code="live"),
    "live:desk-report": door(NOBODY, ORGANISER, code="live"),
    "live:desk-paper": door(ORGANISER, ORGANISER, code="live"),
    "live:desk-share": door(NOBODY, ORGANISER, code="live"),
    "live:desk-export": door(DESK, code="live"),
    "live:desk-columns": door(ORGANISER, ORGANISER, code="live", file_code="unread"),
    "live:learner-room": door(LEARNER, code="live"),
    "live:learner-question-ask": door(NOBODY, LEARNER, code="live"),
    "live:learner-question-like": door(NOBODY, LEARNER, code="live", question="question"),
    "live:learner-question-take-back": door(NOBODY, frozenset({"learner"}), code="live", question="question"),
    "live:learner-check": door(NOBODY, LEARNER, code="live", check="check"),
    "live:desk-room": door(DESK, code="live"),
    "live:desk-word": door(NOBODY, ORGANISER, code="live"),
    "live:desk-poll": door(NOBODY, ORGANISER, code="live"),
    "live:desk-check-close": door(NOBODY, ORGANISER, code="live", check="check"),
    "live:desk-question": door(NOBODY, ORGANISER, code="live", question="question"),
    "live:desk-material-add": door(NOBODY, ORGANISER, code="live"),
    "live:desk-material-remove": door(NOBODY, ORGANISER, code="live", material="material"),
    "live:desk-report-take-back": door(NOBODY, ORGANISER, code="live", file_code="report"),
    "courses:learner-course": door(LEARNER, code="course"),
    "courses:learner-finish": door(NOBODY, LEARNER, code="course", part_code="lesson"),
    "courses:learner-lesson": door(LEARNER, code="course", part_code="lesson"),
    "courses:desk-unit-add": door(ORGANISER, ORGANISER, code="course"),
    "courses:desk-unit-edit": door(ORGANISER, ORGANISER, code="course", unit_code="unit"),
    "courses:desk-unit-remove": door(NOBODY, ORGANISER, code="course", unit_code="unit"),
    "courses:desk-lesson-add": door(ORGANISER, ORGANISER, code="course"),
    "courses:desk-lesson-film": door(NOBODY, ORGANISER, code="course", part_code="lesson"),
    "courses:desk-lesson-move": door(NOBODY, ORGANISER, code="course", part_code="lesson"),
    "courses:desk-lesson-remove": door(NOBODY, ORGANISER, code="course", part_code="lesson"),
    "courses:desk-course": door(DESK, code="course"),
    "courses:desk-course-edit": door(ORGANISER, ORGANISER, code="course"),
    "courses:quiz-send": door(NOBODY, ANYBODY),  # asks for the signed ticket in its body
    "courses:learner-quiz": door(LEARNER, code="course", part_code="quiz_part"),
    "courses:learner-quiz-begin": door(NOBODY, LEARNER, code="course", part_code="quiz_part"),
    "courses:learner-quiz-hand-in": door(
        NOBODY, NOBODY, code="course", part_code="quiz_part"
    ),  # asks for the attempt in its form
    "courses:learner-attempt": door(LEARNER, code="course", part_code="quiz_part", attempt_code="attempt"),
    "courses:desk-quiz": door(DESK, code="course", part_code="quiz_part"),
    "courses:desk-quiz-settings": door(ORGANISER, ORGANISER, code="course", part_code="quiz_part"),
    "courses:desk-quiz-items": door(ORGANISER, ORGANISER, code="course", part_code="quiz_part"),
    "courses:desk-quiz-questions": door(DESK, code="course", part_code="quiz_part"),
    "courses:desk-quiz-export": door(DESK, code="course", part_code="quiz_part"),
    "courses:desk-attempt": door(DESK, code="course", part_code="quiz_part", attempt_code="attempt"),
    "courses:desk-pools": door(DESK, ORGANISER),
    "courses:desk-questions-import": door(ORGANISER, ORGANISER),
    "courses:desk-questions-file": door(ORGANISER, ORGANISER, code="questions_file"),
    "courses:desk-questions-template": door(ORGANISER),
    "courses:desk-pool": door(DESK, ORGANISER, code="pool"),
    "courses:desk-pool-remove": door(NOBODY, ORGANISER, code="pool"),
    "courses:desk-pool-export": door(ORGANISER, code="pool"),
    "courses:desk-question-add": door(ORGANISER, ORGANISER, code="pool"),
    "courses:desk-question": door(ORGANISER, ORGANISER, code="bank_question"),
    "courses:desk-question-retire": door(NOBODY, ORGANISER, code="bank_question"),
    "courses:desk-question-remark": door(ORGANISER, ORGANISER, code="bank_question"),
    "courses:desk-lesson-edit": door(ORGANISER, ORGANISER, code="course", part_code="lesson"),
    "courses:desk-outside": door(DESK, ORGANISER, code="course"),
    "courses:desk-outside-list": door(DESK, ORGANISER, code="course", file_code="completions"),
    "courses:desk-outside-columns": door(ORGANISER, ORGANISER, code="course", file_code="completions"),
    "courses:desk-outside-take-back": door(NOBODY, ORGANISER, code="course", file_code="completions"),
    "cases:learner-case": door(LEARNER, LEARNER, code="case"),
    "cases:desk-library": door(DESK),
    "cases:desk-library-new": door(ORGANISER, ORGANISER),
    "cases:desk-library-case": door(DESK, code="library_case"),
    "cases:desk-library-edit": door(ORGANISER, ORGANISER, code="library_case"),
    "cases:desk-library-push": door(ORGANISER, ORGANISER, code="library_case"),
    "cases:desk-feeds": door(DESK),
    "cases:desk-feed-new": door(ORGANISER, ORGANISER),
    "cases:desk-feed-file": door(ORGANISER, ORGANISER),
    "cases:desk-feed-look": door(NOBODY, ORGANISER, code="feed"),
    "cases:desk-feed-open": door(NOBODY, ORGANISER, code="feed"),
    "cases:desk-feed-remove": door(NOBODY, ORGANISER, code="feed"),
    "cases:desk-inbox": door(DESK),
    "cases:desk-inbox-decide": door(NOBODY, ORGANISER),
    "cases:desk-inbox-leave": door(NOBODY, ORGANISER),
    "cases:desk-entry": door(DESK, code="feed_entry"),
    "cases:desk-entry-pictures": door(NOBODY, ORGANISER, code="feed_entry"),
    "cases:learner-library": door(LEARNERS),
    "cases:learner-library-case": door(LEARNER, code="library_case"),
    "cases:mentor-reflections": door(SIGNED_IN),
    "cases:reflection": door(DESK | {"mentor"}, ORGANISER | {"mentor"}, key="reflection_key"),
    "cases:reflection-ask": door(NOBODY, ORGANISER | {"mentor"}, key="reflection_key"),
    "cases:learner-reflection-show": door(NOBODY, LEARNER, key="reflection_key"),
    "cases:desk-case": door(DESK, code="case"),
    "cases:desk-case-edit": door(ORGANISER, ORGANISER, code="case"),
    "visits:learner-visit": door(LEARNER, LEARNER, code="visit"),
    "visits:learner-sign-up": door(LEARNER, LEARNER, code="visit"),
    "visits:learner-sign-up-cancel": door(NOBODY, LEARNER, code="visit"),
    "visits:desk-sign-up": door(ORGANISER, code="visit"),
    "visits:desk-sign-up-terms": door(ORGANISER, ORGANISER, code="visit"),
    "visits:desk-sign-up-add": door(NOBODY, ORGANISER, code="visit"),
    "visits:desk-sign-up-let-in": door(ORGANISER, ORGANISER, code="visit", learner_code="learner"),
    "visits:desk-sign-up-cancel": door(NOBODY, ORGANISER, code="visit", learner_code="learner"),
    "visits:desk-sign-up-phone": door(NOBODY, ORGANISER, code="visit", learner_code="learner"),
    "visits:desk-groups": door(ORGANISER, code="visit"),
    "visits:desk-group-new": door(ORGANISER, ORGANISER, code="visit"),
    "visits:desk-groups-fill": door(ORGANISER, ORGANISER, code="visit"),
    "visits:desk-groups-sheet": door(DESK, code="visit"),
    "visits:desk-group": door(ORGANISER, ORGANISER, code="visit", group_code="seat_group"),
    "visits:desk-group-remove": door(NOBODY, ORGANISER, code="visit", group_code="seat_group"),
    "visits:desk-seat": door(ORGANISER, ORGANISER, code="visit", learner_code="learner"),
    "visits:field": door(NOBODY, ANYBODY),  # asks for the signed ticket in its body
    "visits:field-file": door(NOBODY, ANYBODY),  # asks for the signed ticket in its head
    "visits:my-notes": door(LEARNERS),
    "visits:learner-notes": door(LEARNER, code="visit"),
    "visits:learner-file-remove": door(NOBODY, LEARNER, code="visit", file_code="field_file"),
    "visits:desk-phone-notes": door(ORGANISER, code="visit"),
    "visits:desk-phone-file-remove": door(NOBODY, ORGANISER, code="visit", file_code="staff_file"),
    "visits:desk-material": door(ORGANISER, code="visit"),
    "visits:desk-file": door(ORGANISER, ORGANISER, code="visit", file_code="field_file"),
    "visits:pass": door(ORGANISER, ORGANISER, shown="learner_pass"),
    "visits:desk-check-ins": door(ORGANISER, code="visit"),
    "visits:desk-decide": door(NOBODY, ORGANISER, code="visit"),
    "visits:desk-time": door(NOBODY, ORGANISER, code="visit", key="scan_key"),
    "visits:desk-walk-in": door(ORGANISER, ORGANISER, code="visit", part_code="place"),
    "visits:desk-excuse": door(ORGANISER, ORGANISER, code="visit", part_code="place", learner_code="learner"),
    "visits:host-list": door(SIGNED_IN),
    "visits:host-stop": door(HOST, part_code="place"),
    "visits:host-ready": door(NOBODY, HOST, part_code="place"),
    "visits:host-after": door(NOBODY, HOST, part_code="place"),
    "visits:desk-contact": door(ORGANISER, ORGANISER, code="visit"),
    "visits:desk-hosts": door(ORGANISER, ORGANISER, code="visit", part_code="place"),
    "visits:desk-host-invite": door(NOBODY, ORGANISER, code="visit", part_code="place"),
    "visits:desk-ask-visitors": door(NOBODY, ORGANISER, code="visit", part_code="place"),
    "visits:desk-host-end": door(NOBODY, ORGANISER, code="visit", part_code="place", role_code="host_role"),
    "visits:desk-documents": door(ORGANISER, ORGANISER, code="visit", part_code="place"),
    "visits:desk-document-move": door(
        NOBODY, ORGANISER, code="visit", part_code="place", document_code="stop_document"
    ),
    "visits:desk-document-remove": door(
        NOBODY, ORGANISER, code="visit", part_code="place", document_code="stop_document"
    ),
    "visits:desk-visit": door(DESK, code="visit"),
    "visits:desk-sheet": door(DESK, code="visit"),
    "visits:desk-phone": door(ORGANISER, code="visit"),
    "visits:desk-phone-now": door(ORGANISER, code="visit"),
    "visits:desk-close": door(NOBODY, ORGANISER, code="visit"),
    "visits:desk-plan": door(ORGANISER, code="visit"),
    "visits:desk-plan-new": door(ORGANISER, ORGANISER, code="visit"),
    "visits:desk-plan-stop": door(ORGANISER, ORGANISER, code="visit", part_code="place"),
    "visits:desk-plan-move": door(NOBODY, ORGANISER, code="visit", part_code="place"),
    "visits:desk-plan-remove": door(NOBODY, ORGANISER, code="visit", part_code="place"),
    "visits:desk-stop": door(ORGANISER, ORGANISER, code="visit", part_code="place"),
    "visits:desk-code": door(ORGANISER, code="visit", part_code="place"),
    "visits:desk-code-now": door(ORGANISER, code="visit", part_code="place"),
    "visits:desk-tick": door(NOBODY, ORGANISER, code="visit", part_code="place", learner_code="learner"),
    "practice:learner-task": door(LEARNER, LEARNER, code="task"),
    "practice:learner-autosave": door(NOBODY, LEARNER, code="task"),
    "practice:learner-again": door(NOBODY, LEARNER, code="task"),
    "practice:learner-document": door(LEARNER, code="version", file_code="photo"),
    "practice:learner-changes": door(LEARNER, code="second_version"),
    "practice:learner-remark": door(NOBODY, LEARNER, code="told_remark"),
    "practice:learner-mentor": door(SIGNED_IN),
    "practice:learner-leader-new": door(LEARNERS, LEARNERS),
    "practice:learner-leader": door(LEARNER, code="leader"),
    "practice:learner-leader-edit": door(LEARNER, LEARNER, code="leader"),
    "practice:learner-leader-step": door(LEARNER, LEARNER, code="leader"),
    "practice:learner-leader-touch": door(LEARNER, LEARNER, code="leader"),
    "practice:learner-leader-agreed": door(LEARNER, LEARNER, code="leader"),
    "practice:learner-leader-withdraw": door(NOBODY, LEARNER, code="leader"),
    "practice:learner-leader-asked": door(NOBODY, LEARNER, code="leader"),
    "practice:learner-leader-contact": door(NOBODY, LEARNER, code="leader"),
    "practice:learner-need-new": door(LEARNERS, LEARNERS),
    "practice:learner-need": door(LEARNER, code="need"),
    "practice:learner-need-edit": door(LEARNER, LEARNER, code="need"),
    "practice:learner-need-state": door(LEARNER, LEARNER, code="need"),
    "practice:learner-need-told": door(LEARNER, LEARNER, code="need"),
    "practice:learner-need-photos": door(LEARNER, LEARNER, code="need"),
    "practice:learner-need-photo-remove": door(NOBODY, LEARNER, code="need", file_code="need_photo"),
    "practice:field": door(NOBODY, ANYBODY),  # asks for the signed ticket in its body
    "practice:field-file": door(NOBODY, ANYBODY),  # asks for the signed ticket in its head
    "practice:learner-walks": door(LEARNERS),
    "practice:learner-walk": door(LEARNER, code="walk"),
    "practice:learner-walk-photo-remove": door(NOBODY, LEARNER, code="walk", key="field_photo"),
    "practice:learner-interviews": door(LEARNERS),
    "practice:learner-interview": door(LEARNER, code="interview"),
    "practice:learner-interview-contact": door(NOBODY, LEARNER, code="interview"),
    "practice:learner-interview-withdraw": door(NOBODY, LEARNER, code="interview"),
    "practice:learner-proposals": door(LEARNERS),
    "practice:learner-map": door(LEARNERS),
    "practice:mentor-field": door(SIGNED_IN),
    "practice:mentor-walk": door(MENTOR, code="walk"),
    "practice:mentor-interview": door(MENTOR, code="interview"),
    "practice:mentor-interview-contact": door(NOBODY, MENTOR, code="interview"),
    "practice:mentor-findings": door(SIGNED_IN),
    "practice:mentor-leader": door(MENTOR, code="leader"),
    "practice:mentor-contact": door(NOBODY, MENTOR, code="leader"),
    "practice:mentor-need": door(MENTOR, code="need"),
    "practice:mentor-queue": door(SIGNED_IN),
    "practice:mentor-learners": door(SIGNED_IN),
    "practice:mentor-learner": door(ORGANISER | MENTOR, ORGANISER | MENTOR, code="learner"),
    "practice:mentor-note": door(MENTOR, MENTOR, code="learner", note_code="note"),
    "practice:mentor-note-remove": door(NOBODY, MENTOR, code="learner", note_code="note"),
    "practice:mentor-phrases": door(ORGANISER | MENTOR, ORGANISER | MENTOR),
    "practice:mentor-phrase": door(MENTOR, MENTOR, code="phrase"),
    "practice:mentor-phrase-remove": door(NOBODY, MENTOR, code="phrase"),
    "practice:version": door(DESK | MENTOR, ORGANISER | MENTOR, code="version"),
    "practice:version-changes": door(DESK | MENTOR, code="second_version"),
    "practice:version-document": door(DESK | MENTOR, code="version", file_code="photo"),
    "practice:version-remark-add": door(NOBODY, ORGANISER | MENTOR, code="second_version"),
    "practice:version-remark-remove": door(
        NOBODY, ORGANISER | MENTOR, code="second_version", remark_code="open_remark"
    ),
    "practice:desk-parts": door(ORGANISER, code="parted"),
    "practice:desk-part-template": door(NOBODY, ORGANISER, code="task"),
    "practice:desk-part-new": door(ORGANISER, ORGANISER, code="parted", kind="'needs"),
    "practice:desk-part": door(ORGANISER, ORGANISER, code="parted", part_code="task_part"),
    "practice:desk-part-move": door(NOBODY, ORGANISER, code="parted", part_code="task_part"),
    "practice:desk-part-remove": door(NOBODY, ORGANISER, code="parted", part_code="task_part"),
    "practice:desk-task": door(DESK, code="task"),
    "practice:desk-guidance": door(ORGANISER, ORGANISER, code="task"),
    # judging
    "judging:desk-rubrics": door(DESK),
    "judging:desk-rubric-new": door(ORGANISER, ORGANISER),
    "judging:desk-rubric-file": door(ORGANISER, ORGANISER),
    "judging:desk-rubric": door(DESK, code="rubric"),
    "judging:desk-rubric-edit": door(ORGANISER, ORGANISER, code="rubric"),
    "judging:desk-limits": door(NOBODY, ORGANISER, code="open_round"),
    "judging:desk-remind": door(NOBODY, ORGANISER, code="open_round"),
    "judging:desk-drop-out": door(ORGANISER, ORGANISER, code="open_round", judge_code="panel_judge"),
    "judging:desk-lock": door(NOBODY, ORGANISER, code="open_round", assignment_code="sheet"),
    "judging:desk-spread": door(DESK, code="open_round"),
    "judging:desk-third": door(NOBODY, ORGANISER, code="open_round", learner_code="learner"),
    "judging:desk-talk": door(DESK, ORGANISER, code="open_round", learner_code="learner"),
    "judging:desk-paper": door(ORGANISER, ORGANISER, code="open_round", assignment_code="sheet"),
    "judging:desk-scan": door(ORGANISER, ORGANISER, code="open_round", assignment_code="sheet"),
    "judging:jury-talk": door(NOBODY, JUDGE, code="sheet"),
    "judging:desk-trial": door(ORGANISER, ORGANISER, code="open_round"),
    "judging:desk-rubric-copy": door(NOBODY, ORGANISER, code="rubric"),
    "judging:desk-ties": door(DESK, ORGANISER),
    "judging:desk-tie-withdraw": door(NOBODY, ORGANISER, tie_code="tie"),
    "judging:jury-ties": door(SIGNED_IN, SIGNED_IN),
    "judging:desk-rounds": door(DESK),
    "judging:desk-round-new": door(ORGANISER, ORGANISER),
    "judging:desk-round": door(DESK, code="round"),
    "judging:desk-round-edit": door(ORGANISER, ORGANISER, code="open_round"),
    "judging:desk-shortlist": door(ORGANISER, ORGANISER, code="open_round"),
    "judging:desk-draw": door(ORGANISER, ORGANISER, code="open_round"),
    "judging:desk-round-open": door(NOBODY, ORGANISER, code="open_round"),
    "judging:desk-round-close": door(ORGANISER, ORGANISER, code="open_round"),
    "judging:desk-round-release": door(NOBODY, ORGANISER, code="round"),
    "judging:desk-marks-file": door(ORGANISER, ORGANISER, code="open_round"),
    "judging:desk-marks-preview": door(ORGANISER, ORGANISER, code="open_round", source_code="marks_file"),
    "judging:desk-calibration": door(DESK, code="round"),
    "judging:desk-calibration-run": door(NOBODY, ORGANISER, code="round"),
    "judging:desk-calibration-accept": door(NOBODY, DESK, code="round", calibration_code="calibration"),
    "judging:desk-calibration-export": door(DESK, code="round", calibration_code="calibration"),
    "judging:desk-take-off": door(NOBODY, ORGANISER, code="open_round", assignment_code="sheet"),
    "judging:desk-reopen": door(ORGANISER, ORGANISER, code="open_round", assignment_code="sheet"),
    "judging:desk-entry": door(DESK, code="round", learner_code="learner"),
    "judging:desk-assign": door(NOBODY, ORGANISER, code="open_round", learner_code="learner"),
    "judging:jury-queue": door(SIGNED_IN),
    "judging:jury-sheet": door(JUDGE, code="sheet"),
    "judging:jury-save": door(NOBODY, JUDGE, code="sheet"),
    "judging:jury-submit": door(NOBODY, JUDGE, code="sheet"),
    "judging:jury-recuse": door(JUDGE, JUDGE, code="sheet"),
    "judging:jury-unable": door(JUDGE, JUDGE, code="sheet"),
    "judging:jury-file": door(JUDGE, code="sheet", file_code="photo"),
    "judging:jury-file-at": door(JUDGE, code="sheet", file_code="photo", width=320),
    # honours
    "honours:desk-scheme": door(DESK, ORGANISER),
    "honours:desk-selections": door(DESK),
    "honours:desk-selection-new": door(ORGANISER, ORGANISER),
    "honours:desk-selection": door(DESK, code="approved"),
    "honours:desk-selection-change": door(ORGANISER, ORGANISER, code="draft"),
    "honours:desk-freeze": door(NOBODY, ORGANISER, code="draft"),
    "honours:desk-submit": door(NOBODY, ORGANISER, code="draft"),
    "honours:desk-remake": door(NOBODY, ORGANISER, code="approved"),
    "honours:desk-bar": door(NOBODY, ORGANISER, code="draft"),
    "honours:desk-lift-bar": door(NOBODY, ORGANISER, code="draft", bar_code="bar"),
    "honours:desk-points": door(NOBODY, ORGANISER, code="drafted"),
    "honours:desk-points-take-back": door(NOBODY, ORGANISER, code="drafted", points_code="given_points"),
    "honours:desk-part": door(ORGANISER, ORGANISER, code="drafted", part="'part3"),
    "honours:desk-what-if": door(DESK, code="approved"),
    "honours:desk-compare": door(DESK, code="approved"),
    "honours:desk-minutes": door(DESK, code="approved"),
    "honours:desk-pack": door(DESK, code="approved"),
    "honours:desk-place": door(DESK, code="approved", enrolment_code="learner"),
    "honours:desk-notice-new": door(ORGANISER, ORGANISER, code="approved"),
    "honours:desk-issue": door(NOBODY, ORGANISER, code="approved"),
    "honours:desk-notice": door(DESK, code="notice"),
    "honours:desk-notice-sheet": door(DESK, code="notice"),
    "honours:desk-objections": door(DESK),
    "honours:desk-objection": door(DESK, ORGANISER, code="objection"),
    "honours:desk-objection-note": door(NOBODY, ORGANISER, code="objection"),
    "honours:desk-objection-contact": door(NOBODY, ORGANISER, code="objection"),
    "honours:desk-correct": door(NOBODY, ORGANISER, code="objection"),
    "honours:desk-recheck": door(NOBODY, ORGANISER, code="objection"),
    "honours:desk-certificates": door(DESK),
    "honours:desk-series": door(ORGANISER, ORGANISER),
    "honours:desk-design": door(ORGANISER, ORGANISER, kind="'completion"),
    "honours:desk-design-preview": door(NOBODY, ORGANISER, kind="'completion"),
    "honours:desk-run": door(DESK, code="run"),
    "honours:desk-certificate": door(DESK, ORGANISER, code="certificate"),
    "honours:desk-certificate-picture": door(DESK, code="certificate"),
    "honours:desk-reissue": door(NOBODY, ORGANISER, code="certificate"),
    "honours:committee-selection": door(COMMITTEE, code="approved"),
    "honours:committee-decide": door(NOBODY, COMMITTEE, code="approved"),
    "honours:committee-tie": door(NOBODY, COMMITTEE, code="approved"),
    "honours:learner-certificates": door(SIGNED_IN),
    "honours:learner-record-sheet": door(LEARNER, code="learner"),
    "honours:learner-record-json": door(LEARNER, code="learner"),
    "honours:learner-record-token": door(LEARNER, code="learner"),
    "honours:desk-record-sheet": door(ORGANISER, code="learner"),
    "honours:desk-record-json": door(ORGANISER, code="learner"),
    "honours:learner-certificate-picture": door(LEARNER, code="certificate"),
    "honours:learner-badge-picture": door(LEARNER, code="certificate"),
    "honours:learner-badge-token": door(LEARNER, code="certificate"),
    "honours:learner-badge-json": door(LEARNER, code="certificate"),
    "honours:desk-badge-keys": door(ORGANISER, ORGANISER),
    "honours:badge-achievement": door(ANYBODY, code="achievement"),
    "honours:badge-picture": door(ANYBODY, code="achievement"),
    "honours:badge-issuer": door(ANYBODY, office="organisation"),
    "honours:badge-key": door(ANYBODY, office="organisation", code="badge_key"),
    "honours:badge-status": door(ANYBODY, office="organisation", code="badge_key", number=0),
    "honours:verify-badge": door(ANYBODY, ANYBODY),
    "honours:public-notices": door(ANYBODY),
    "honours:public-notice": door(ANYBODY, ANYBODY, code="notice"),
    "honours:verify": door(ANYBODY),
    "honours:verify-certificate": door(ANYBODY, ANYBODY, code="certificate"),
    # stories
    "stories:desk-list": door(SIGNED_IN),
    "stories:desk-stories": door(DESK | EDITOR),
    "stories:desk-new": door(ORGANISER | EDITOR, ORGANISER | EDITOR),
    "stories:desk-from": door(ORGANISER | EDITOR),
    "stories:desk-from-activity": door(ORGANISER | EDITOR, ORGANISER | EDITOR, activity_code="visit"),
    "stories:desk-import": door(ORGANISER | EDITOR, ORGANISER | EDITOR),
    "stories:desk-preview": door(NOBODY, ORGANISER | EDITOR),
    "stories:desk-story": door(DESK | EDITOR, code="story"),
    "stories:desk-edit": door(ORGANISER | EDITOR, ORGANISER | EDITOR, code="story"),
    "stories:desk-publish": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-truth": door(DESK | EDITOR, code="story"),
    "stories:desk-truth-answer": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-truth-people": door(NOBODY, ORGANISER | EDITOR, code="story", number=1),
    "stories:desk-truth-take-down": door(NOBODY, ORGANISER | EDITOR, code="story", number=1),
    "stories:desk-truth-naming": door(NOBODY, ORGANISER | EDITOR, code="story", learner_code="learner"),
    "stories:desk-autosave": door(NOBODY, ORGANISER | EDITOR),
    "stories:desk-forget": door(NOBODY, ORGANISER | EDITOR),
    "stories:desk-versions": door(DESK | EDITOR, code="story"),
    "stories:desk-turn": door(NOBODY, ORGANISER | EDITOR),
    "stories:desk-photo": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-put": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-send": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-send-back": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-unschedule": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-comment": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-answer": door(NOBODY, ORGANISER | EDITOR, code="story_comment"),
    "stories:desk-settle": door(NOBODY, ORGANISER | EDITOR, code="story_comment"),
    "stories:desk-address": door(NOBODY, ORGANISER | EDITOR, code="story"),
    "stories:desk-withdraw": door(NOBODY, ORGANISER | EDITOR, code="published_story"),
    "stories:desk-out": door(DESK | EDITOR, code="story"),
    "stories:desk-out-file": door(DESK | EDITOR, code="story", form="'docx"),
    "stories:desk-share": door(DESK | EDITOR, code="story"),
    "stories:public-card": door(DESK | EDITOR, slug="story", form="'excerpt"),
    "stories:public-list": door(ANYBODY),
    "stories:public-story": door(DESK | EDITOR, slug="story"),
    "stories:feed": door(ANYBODY, form="'atom"),
    "stories:programme-feed": door(ANYBODY, slug="programme", form="'atom"),
    "stories:category-feed": door(ANYBODY, category="story_category", form="'atom"),
    "stories:community-feed": door(ANYBODY, code="community", form="'atom"),
    # web
    "web:home": door(ANYBODY),
    "web:doors": door(SIGNED_IN),
    "web:learner-today": door(LEARNERS),
    "web:learner-choose": door(NOBODY, SIGNED_IN),
    "web:learner-duties": door(LEARNERS),
    "web:learner-duty": door(LEARNER, code="case"),
    "web:learner-score": door(LEARNERS),
    "web:learner-mine": door(LEARNERS),
    "web:learner-community": door(LEARNERS),
    "web:desk-overview": door(DESK),
    "web:desk-board": door(DESK),
    "web:desk-board-export": door(DESK),
    "web:desk-ledger": door(DESK),
    "web:desk-ledger-export": door(DESK),
    "web:desk-warnings": door(DESK),
    "web:desk-warnings-export": door(DESK),
    "web:desk-warnings-remind": door(NOBODY, ORGANISER),
    "web:desk-messages": door(DESK),
    "web:desk-write": door(ORGANISER, ORGANISER),
    "web:desk-reminders": door(ORGANISER, ORGANISER),
    "web:desk-robots": door(ORGANISER, ORGANISER),
    "web:desk-robot": door(ORGANISER, ORGANISER, code="robot"),
    "web:desk-robot-act": door(NOBODY, ORGANISER, code="robot"),
    "web:desk-message-again": door(NOBODY, ORGANISER, code="delivery"),
    "web:mentor-warnings": door(SIGNED_IN),
    "web:desk-remind": door(NOBODY, ORGANISER),
    "web:desk-record": door(DESK, code="learner"),
    "web:desk-trace": door(DESK, code="learner", activity_code="live"),
    "web:desk-evidence": door(DESK, key="evidence"),
    "web:desk-papers": door(DESK),
    "web:desk-paper-report": door(DESK),
    "web:desk-paper-objections": door(DESK),
    "web:desk-paper-news": door(DESK),
    "web:desk-paper-minutes": door(DESK, code="approved"),
    "web:desk-paper-notice": door(DESK, code="notice"),
    "web:desk-paper-sign-in": door(DESK, code="live"),
    "web:desk-folder": door(ORGANISER, code="live"),
    "web:desk-folder-make": door(NOBODY, ORGANISER, code="live"),
    "web:committee-list": door(SIGNED_IN),
    "web:public-programmes": door(ANYBODY),
    "web:organisation": door(ANYBODY, code="organisation"),
    "web:robots": door(ANYBODY),
    "web:sitemap": door(ANYBODY),
    "web:sitemap-pages": door(ANYBODY),
    "web:sitemap-stories": door(ANYBODY, number=1),
    "web:public-programme": door(ANYBODY, slug="programme"),
}


@cache
def addresses(resolver=None, space: str = "") -> dict[str, list[str]]:
    """Every named address of the product, with the names of what stands in it."""
    found = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found[f"{space}{pattern.name}"] = list(pattern.pattern.converters)
        else:
            found |= addresses(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
    return found


def test_every_address_has_a_line_and_every_line_an_address():
    assert sorted(TABLE) == sorted(addresses())


# The world


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker):
    """Ours, and another organisation that has everything too; built once and taken back whole."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World("甲"), World("乙")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def people(worlds):
    ours, theirs = worlds
    return {
        "anonymous": None,
        "learner": ours.learner.person,
        "classmate elsewhere": theirs.learner.person,
        "organiser": ours.organiser,
        "organiser elsewhere": theirs.organiser,
        "mentor": ours.mentor,
        "judge": ours.judge,
        "supervisor": ours.supervisor,
        "editor": ours.editor,
        "host": ours.host,
    }


def value_of(world: World, name: str, given: object) -> object:
    if not isinstance(given, str):
        return given
    if given.startswith("'"):
        return given[1:]
    row = getattr(world, given)
    if isinstance(row, str | UUID) or name == "key":
        return row
    return row.slug if name == "slug" else row.code


def address_of(world: World, name: str) -> str:
    rows = TABLE[name].rows | (
        {"programme_code": "programme"} if "programme_code" in addresses()[name] else {}
    )
    return reverse(name, kwargs={key: value_of(world, key, given) for key, given in rows.items()})


@dataclass
class Answer:
    status: int
    text: str
    location: str
    writes: list[str]


def browser_of(person, **options) -> Client:
    """A browser that has been here: signed in, and its session knows that the privacy notice was agreed to. Each request
    that is taken back would ask for that again."""
    client = Client(**options)
    if person is not None:
        client.force_login(person)
        client.get(reverse("people:me"))
    return client


class Visitor:
    """One role's browser; each request begins as that person, whatever the last one did to the session."""

    def __init__(self, person) -> None:
        self.client = browser_of(person)
        self.cookie = self.client.cookies.get("sessionid")
        self.key = self.cookie.value if self.cookie else ""

    def ask(self, method: str, address: str) -> Answer:
        self.client.cookies.clear()
        if self.key:
            self.client.cookies["sessionid"] = self.key
        writes: list[str] = []

        def watch(execute, sql, params, many, context):
            if sql.startswith(("INSERT", "UPDATE", "DELETE")) and '"django_session"' not in sql:
                writes.append(sql[:80])
            return execute(sql, params, many, context)

        with transaction.atomic(), connection.execute_wrapper(watch):
            response = getattr(self.client, method)(address)
            kind = response.get("Content-Type", "")
            body = b"".join(response.streaming_content) if response.streaming else response.content
            text = body.decode() if kind.startswith("text/") else ""
            transaction.set_rollback(True)
        return Answer(response.status_code, text, response.get("Location", ""), writes)


def leads_to_sign_in(answer: Answer) -> bool:
    return answer.status == 302 and answer.location.startswith("/sign-in/?")


@pytest.mark.parametrize("role", ROLES)
def test_role_reads_what_the_table_says_and_finds_nothing_else(role, worlds, people, db):
    ours, theirs = worlds
    visitor, wrong = Visitor(people[role]), []
    secrets = forbidden(role, ours, theirs)
    for name, line in TABLE.items():
        answer = visitor.ask("get", address_of(ours, name))
        if role in line.get:  # 422: the page of a file that cannot be taken, with the sentence why
            fine = answer.status in (200, 302, 422) and not leads_to_sign_in(answer)
        elif role == "anonymous":
            fine = answer.status in (404, 405) or leads_to_sign_in(answer)
        else:
            fine = answer.status in (404, 405)
        if not fine:
            wrong.append(f"{name}: {answer.status} {answer.location}")
        if role not in line.get and answer.writes:
            wrong.append(f"{name} wrote: {answer.writes}")
        wrong += [f"{name} shows {secret}" for secret in secrets if secret in answer.text]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_role_acts_where_the_table_says_and_nowhere_else(role, worlds, people, db):
    ours, _theirs = worlds
    visitor, wrong = Visitor(people[role]), []
    for name, line in TABLE.items():
        answer = visitor.ask("post", address_of(ours, name))
        if role in line.post:
            fine = (
                answer.status not in (403, 404, 405) and answer.status < 500 and not leads_to_sign_in(answer)
            )
        else:
            # A page may be drawn as for a get, by those who may read it; that it was read may be noted, and no more.
            drawn = role in line.get and answer.status in (200, 302)
            acted = [w for w in answer.writes if not (drawn and w.startswith('INSERT INTO "core_auditline"'))]
            fine = (answer.status in (403, 404, 405) or leads_to_sign_in(answer) or drawn) and not acted
        if not fine:
            wrong.append(f"{name}: {answer.status} {answer.location} {answer.writes}")
    assert not wrong, "\n".join(wrong)


# What nobody sees who should not


def forbidden(role: str, ours: World, theirs: World) -> list[str]:
    """What no page may show this role. All of it is in the database, behind the pages that are asked for."""
    at_home = theirs if role.endswith("elsewhere") else ours
    abroad = ours if at_home is theirs else theirs
    names = [learner.name for learner in ours.camp.learners]
    secrets = [*abroad.phones, *(learner.name for learner in abroad.camp.learners), f"{abroad.mark}评语"]
    secrets += [
        f"{abroad.mark}生人",
        f"{abroad.mark}某居民",
        f"{abroad.mark}同学的话",
        f"{abroad.mark}报名者",
        f"{abroad.mark}家人",
    ]
    if role not in ("organiser", "learner"):
        secrets += [f"{ours.mark}家人", "0139000"]  # whom to ring in an emergency
    if role not in ("organiser", "supervisor"):
        secrets += [f"{ours.mark}报名者", f"{ours.mark}生人", f"{ours.mark}某居民", f"{ours.mark}评语乙"]
    if role in ("anonymous", "judge", "host", "editor"):
        secrets += names
    if role == "learner":
        secrets += [name for name in names if name != ours.learner.name]
        secrets += [f"{ours.mark}评语", f"{ours.mark}同学的话", *(j.name for j in ours.camp.judging.judges)]
    if role == "mentor":
        secrets += [name for name in names if name != ours.learner.name]
    if role == "judge":
        secrets += [ours.colleague.name]
    return secrets + at_home.phones


def test_what_must_stay_hidden_is_there_to_be_shown(worlds, people, db):
    """The organiser sees what the others must not: the walk above looks for words that do stand on pages."""
    ours, _theirs = worlds
    visitor = Visitor(people["organiser"])
    pages = "".join(
        visitor.ask("get", address_of(ours, name)).text
        for name, line in TABLE.items()
        if "organiser" in line.get
    )
    hidden = [
        f"{ours.mark}报名者",
        f"{ours.mark}家人",
        f"{ours.mark}生人",
        f"{ours.mark}某居民",
        *(e.name for e in ours.camp.learners),
    ]
    assert [word for word in hidden if word not in pages] == []
    assert re.search(r"138\*{4}\d{4}", pages)


# What a code of another programme opens in one's own


@pytest.mark.parametrize("role", ["organiser", "supervisor"])
def test_codes_of_another_organisation_open_nothing_under_ones_own_programme(role, worlds, people, db):
    ours, theirs = worlds
    visitor, wrong = Visitor(people[role]), []
    for name, line in TABLE.items():
        keys = addresses()[name]
        if "programme_code" not in keys or not set(line.rows) - {"kind"}:
            continue
        foreign = {key: value_of(theirs, key, given) for key, given in line.rows.items()}
        address = reverse(name, kwargs=foreign | {"programme_code": ours.programme.code})
        for method in ("get", "post"):
            answer = visitor.ask(method, address)
            if answer.status not in (404, 405) or answer.writes:
                wrong.append(f"{method} {name}: {answer.status} {answer.writes}")
    assert not wrong, "\n".join(wrong)
