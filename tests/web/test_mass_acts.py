"""Every act on the desk that touches many at once can be undone, or says before how many it touches and that it stays.

Each address that takes a POST from the desk stands in one of the tables below, so that whoever adds one has to say which
it is. What can be undone names the address that undoes it. What says so is looked at here, with real rows and their number.
"""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from lxml import html as lxml_html

from tests.factories.activities import ActivityFactory, moment, record
from tests.factories.honours import ISSUED, POSTED, Camp
from tests.factories.judging import Judging
from tests.factories.people import GrantFactory
from tests.project.test_doors import COMMITTEE, ORGANISER, TABLE
from yingzao.activities import actions as ledger
from yingzao.judging import actions as judging
from yingzao.people.models import SignIn

# What cannot be taken back: the words that a page says it with.
FOR_GOOD = "不能收回"

# Known gaps, each with its reason: no new one.
GAPS = {
    "communities:desk-import": "adds and brings up to date, removes nothing, the same table twice changes nothing; no number before",
    "communities:desk-graph-import": "adds and brings up to date, removes nothing; no number before",
}

# What touches many, and the address that undoes it (the same one: it is done again with other values).
UNDONE = {
    "fieldwork:desk-guides-ready": "fieldwork:desk-guide",
    "communities:desk-needs-decide": "communities:desk-need-undo",
    "communities:desk-need-merge": "communities:desk-need-undo",
    "programmes:desk-public": "programmes:desk-public",
    "programmes:desk-stage-open": "programmes:desk-stage-close",
    "programmes:desk-stage-close": "programmes:desk-stage-open",
    "enrolment:desk-import-confirm": "enrolment:desk-import-undo",
    "enrolment:desk-link-many": "enrolment:desk-decision-undo",
    "enrolment:desk-link-together": "enrolment:desk-decision-undo",
    "enrolment:desk-registrations-many": "enrolment:desk-learner-leave",
    "activities:desk-plan": "activities:desk-cancel",
    "activities:desk-records": "activities:desk-records-take-back",
    "activities:desk-cancel": "activities:desk-restore",
    "activities:desk-survey-import": "activities:desk-survey-take-back",
    "activities:desk-survey-columns": "activities:desk-survey-take-back",
    "activities:desk-requests-approve": "activities:desk-request-undo",
    "live:desk-report": "live:desk-report-take-back",
    "live:desk-columns": "live:desk-report-take-back",
    "live:desk-paper": "live:desk-report-take-back",
    "live:desk-share": "live:desk-share",
    "live:desk-word": "live:desk-check-close",
    "live:desk-poll": "live:desk-check-close",
    "courses:desk-questions-file": "courses:desk-question-retire",
    "courses:desk-outside-list": "courses:desk-outside-take-back",
    "courses:desk-outside-columns": "courses:desk-outside-take-back",
    "cases:desk-library-push": "activities:desk-cancel",
    "cases:desk-inbox-decide": "cases:desk-inbox-decide",
    "visits:desk-groups-fill": "visits:desk-seat",
    "visits:desk-ask-visitors": "visits:desk-ask-visitors",
    "visits:desk-close": "visits:desk-tick",
    "judging:desk-draw": "judging:desk-draw",
    "judging:desk-calibration-accept": "judging:desk-calibration-accept",
    "honours:desk-scheme": "honours:desk-scheme",
    "honours:desk-submit": "honours:committee-decide",
    "honours:desk-part": "honours:desk-part",
    "stories:desk-publish": "stories:desk-withdraw",
}

SINGLE = {
    "people": """
        erasure erasure-refuse look
    """,
    "fieldwork": """
        new copy settings question-new import question question-act paper sheet need point-make interview-contact
        interview-withdraw interview-erase interview-need guide-new guide proposal
    """,
    "communities": """
        new community-edit untie node-new node-edit node-aside node-photos node-photo-remove group-step roll-new
        roll roll-edit roll-remove roll-strike-off leader-erase phone leaders-in-clear leader-contact
        leader-asked leader-withdraw need need-new need-terms need-voice need-undo need-told need-untold
        needs-look need-table need-theme need-arrange
    """,
    "programmes": """
        new edition settings stage-new stage stage-remove staff-new staff-invite staff-end staff-password
    """,
    "enrolment": """
        roster-export teams team import import-undo learner-new learner-erase learner-edit learner-phone
        learner-leave learner-reinstate learner-invite learner-password registration-settings registration-phone
        registration-accept registration-is registration-refuse registration-reopen decision-undo link aside
        split
    """,
    "activities": """
        plan-preview add edit restore records-take-back survey-make survey-settings survey-questions
        survey-remove survey-take-back request-add request-approve request-refuse request-undo videos video film
        film-piece captions video-remove
    """,
    "live": """
        session-edit check-close question material-add material-remove report-take-back
    """,
    "courses": """
        unit-add unit-edit unit-remove lesson-add lesson-film lesson-move lesson-remove course-edit quiz-settings
        quiz-items pools questions-import pool pool-remove question-add question question-retire question-remark
        lesson-edit outside outside-take-back
    """,
    "cases": """
        library-new library-edit feed-new feed-file feed-look feed-open feed-remove inbox-leave entry-pictures
        case-edit
    """,
    "visits": """
        sign-up-terms sign-up-add sign-up-let-in sign-up-cancel sign-up-phone group-new group group-remove seat
        phone-file-remove file decide time walk-in excuse contact hosts host-invite host-end documents
        document-move document-remove plan-new plan-stop plan-move plan-remove stop tick
    """,
    "practice": """
        part-template part-new part part-move part-remove guidance
    """,
    "judging": """
        rubric-new rubric-file rubric-edit limits lock third talk paper scan trial rubric-copy ties tie-withdraw
        round-new round-edit shortlist marks-file marks-preview calibration-run take-off reopen assign
    """,
    "honours": """
        selection-new selection-change remake bar lift-bar points points-take-back objection objection-note
        objection-contact correct recheck series design design-preview certificate reissue committee-decide
        committee-tie badge-keys
    """,
    "stories": """
        new import preview edit truth-answer truth-people truth-take-down truth-naming autosave forget turn photo put
        send send-back unschedule comment answer settle withdraw address from-activity
    """,
    "web": """
        reminders robots robot robot-act message-again folder-make
    """,
}


def named(tables: dict[str, str]) -> set[str]:
    """The addresses of the tables by room; `desk-` is left out where they begin with it."""
    return {
        f"{room}:{name if name.startswith('committee-') else f'desk-{name}'}"
        for room, names in tables.items()
        for name in names.split()
    }


def acts(table=TABLE) -> set[str]:
    """The addresses at which somebody of the desk or the committee acts."""
    return {
        name
        for name, line in table.items()
        if line.post & (ORGANISER | COMMITTEE) and re.search(r":(desk|committee)", name)
    }


def undecided(table=TABLE) -> set[str]:
    return acts(table) - named(SINGLE) - set(UNDONE) - set(SAYS) - set(GAPS)


def test_each_act_is_said_to_touch_one_or_many():
    assert undecided() == set()
    assert (named(SINGLE) | set(UNDONE) | set(SAYS) | set(GAPS)) - acts() == set()
    groups = [named(SINGLE), set(UNDONE), set(SAYS), set(GAPS)]
    assert sum(map(len, groups)) == len(set().union(*groups))


def test_a_new_act_that_nobody_decided_about_is_named():
    line = TABLE["web:desk-write"]
    assert undecided(TABLE | {"web:desk-tell-everybody": line}) == {"web:desk-tell-everybody"}


def test_what_undoes_an_act_is_an_act_of_the_desk():
    assert set(UNDONE.values()) - acts() == set()


# What says before how many it touches. Each scene gives the page on which it is pressed, and the number.


def draft(camp, client):
    return "honours:desk-selection", [camp.draft().code], "4 名学员"


def to_post(camp, client):
    return "honours:desk-notice-new", [camp.approved(quota=Decimal(2)).code], "2 名学员"


def to_issue(camp, client):
    camp.posted()
    return "honours:desk-certificates", [], "颁发 4 张证书"


def to_release(camp, client):
    return "judging:desk-round", [camp.judging.round.code], "4 名学员"


def slips(camp, client):
    camp.programme.enrolments.filter(pk__in=[e.pk for e in camp.learners[:3]]).update(person=None)
    return "enrolment:desk-roster", [], "打印 3 张邀请条"


def letter(camp, client):
    given = {"key": "ABCDEFGH", "to": "all", "title": "通知", "body": "明天上课", "step": "look"}
    return "web:desk-write", [], "发给 4 名学员", given


def miss_one_more(camp):
    """One more case that 学员三 and 学员四 have missed: 学员四 can reach the line no more."""
    case = ActivityFactory(programme=camp.programme, title="案例3", due_at=moment("2021-11-05 23:59"))
    for learner in camp.learners[:2]:
        record(learner, case, "confirmed", "2021-11-01 10:00")
    ledger.resettle(camp.programme)


def behind(camp, client):
    miss_one_more(camp)
    return "web:desk-remind", [], "发给 2 名学员", {"show": "behind"}


def warned(camp, client):
    miss_one_more(camp)
    return "web:desk-warnings-remind", [], "发给 2 名学员", {"show": ""}


def round_to_open(camp, client):
    camp.judging = Judging(learners=3, judges=2)
    camp.judging.draw()
    camp.programme, camp.organiser = camp.judging.programme, camp.judging.organiser
    return "judging:desk-round", [camp.judging.round.code], "3 份成果按现在的样子交给 2 位评委"


def round_to_remind(camp, client):
    round_to_open(camp, client)
    judging.open_round(round=camp.judging.round, by=camp.organiser)
    return "judging:desk-round", [camp.judging.round.code], "提醒 2 位评委"


def round_to_close(camp, client):
    round_to_remind(camp, client)
    camp.judging.mark(camp.judging.judges[0], camp.judging.learners[0], (3, 3))
    return "judging:desk-round-close", [camp.judging.round.code], "1 份评分计入"


def judge_to_take_off(camp, client):
    camp.judging = Judging(learners=4, judges=3)
    camp.judging.draw()
    camp.programme, camp.organiser = camp.judging.programme, camp.judging.organiser
    judging.open_round(round=camp.judging.round, by=camp.organiser)
    judge = camp.judging.judges[0]
    theirs = camp.judging.round.assignments.filter(judge=judge).count()
    return "judging:desk-drop-out", [camp.judging.round.code, judge.code], f"{theirs} 份成果"


def shorter_periods(camp, client):
    GrantFactory(person=camp.organiser, organisation=camp.organisation)
    at = POSTED - dt.timedelta(days=250)
    SignIn.objects.create(person=camp.organiser, outcome="entered", at=at)
    given = {"programme": 1095, "sign_ins": 200, "acts": 1825, "messages": 365}
    return "people:desk-retention", [camp.organisation.code], "1 条记录", given


SAYS = {
    "people:desk-retention": shorter_periods,
    "judging:desk-drop-out": judge_to_take_off,
    "enrolment:desk-slips": slips,
    "judging:desk-round-open": round_to_open,
    "judging:desk-remind": round_to_remind,
    "judging:desk-round-close": round_to_close,
    "judging:desk-round-release": to_release,
    "honours:desk-freeze": draft,
    "honours:desk-notice-new": to_post,
    "honours:desk-issue": to_issue,
    "web:desk-write": letter,
    "web:desk-remind": behind,
    "web:desk-warnings-remind": warned,
}


@pytest.mark.parametrize("act", sorted(SAYS))
def test_what_stays_says_so_with_its_number_before(db, client, monkeypatch, act):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: POSTED)
    camp = Camp()
    name, args, number, *given = SAYS[act](camp, client)
    if act == "honours:desk-issue":
        monkeypatch.setattr("yingzao.core.clock.now", lambda: ISSUED)
    client.force_login(camp.organiser)
    address = reverse(name, args=_whole(name, camp, args))
    answer = client.post(address, given[0]) if given else client.get(address)
    assert answer.status_code == 200
    page = lxml_html.fromstring(answer.content.decode())
    assert page.xpath(
        f"//form[@method='post'][not(@action) or @action='{reverse(act, args=_args(act, camp, args))}']"
    )
    said = " ".join(page.text_content().split())
    assert number in said
    assert FOR_GOOD in said


def _whole(name: str, camp, args: list[str]) -> list[str]:
    """What stands in an address: the programme comes first but at an organisation's own pages."""
    return args if name == "people:desk-retention" else [camp.programme.code, *args]


def _args(act: str, camp, args: list[str]) -> list[str]:
    if act == "honours:desk-issue":
        return [camp.programme.code, camp.programme.selections.get().code]
    if act == "enrolment:desk-slips":
        return [camp.programme.code]
    return _whole(act, camp, args)
