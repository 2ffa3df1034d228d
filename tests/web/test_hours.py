"""Credit hours 学时: earned by what is done, shown on board, record and certificate, and recomputed from the frozen list."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.activities import ActivityFactory, record
from tests.factories.honours import ISSUED, Camp
from tests.factories.learning import Learning
from yingzao.activities import actions, queries
from yingzao.activities.forms import ActivityForm
from yingzao.activities.models import Activity
from yingzao.honours import actions as honours
from yingzao.honours.queries.rows import frozen_hours, frozen_learners
from yingzao.honours.rules.total import hours_by_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    return Learning()


def case(camp, title, hours, **values) -> Activity:
    return ActivityFactory(
        programme=camp.programme, title=title, hours=hours, rule={"reflection_characters": 5}, **values
    )


def test_hours_are_earned_by_what_is_done_late_or_voluntary_and_by_nothing_else(camp):
    done, late, missed = case(camp, "一", "1.5"), case(camp, "二", "2"), case(camp, "三", "4")
    offered, without = case(camp, "四", "0.25", is_required=False), case(camp, "五", None)
    for activity in (done, offered, without):
        record(camp.learner, activity, "reflected", "2021-09-20 10:00", detail={"characters": 9})
    Activity.objects.filter(pk=late.pk).update(due_at=dt.datetime(2021, 9, 1, tzinfo=dt.UTC))
    late.refresh_from_db()
    record(camp.learner, late, "reflected", "2021-09-20 10:00", detail={"characters": 9})
    record(camp.learner, missed, "reflected", "2021-09-20 10:00", detail={"characters": 1})
    earned = {camp.learner.pk: Decimal("3.75")}
    assert queries.hours_earned(camp.programme) == earned
    assert queries.hours_earned(camp.programme, timezone.now() - dt.timedelta(seconds=1)) == earned
    assert queries.hours_earned(camp.programme, dt.datetime(2021, 9, 2, tzinfo=dt.UTC)) == {}


def test_board_export_record_and_score_show_them(camp, client):
    activity = case(camp, "一", "1.50")
    record(camp.learner, activity, "reflected", "2021-09-20 10:00", detail={"characters": 9})
    client.force_login(camp.by)
    code = camp.programme.code
    board = client.get(reverse("web:desk-board", args=[code])).content.decode()
    assert ("学时" in board, '<td class="num">1.5</td>' in board, '<td class="num">0</td>' in board) == (
        True,
    ) * 3
    record_page = client.get(reverse("web:desk-record", args=[code, camp.learner.code])).content.decode()
    assert "1.5 学时" in record_page
    client.force_login(camp.learner.person)
    assert "1.5 学时" in client.get(reverse("web:learner-score")).content.decode()
    Activity.objects.update(hours=None)
    client.force_login(camp.by)
    assert "学时" not in client.get(reverse("web:desk-board", args=[code])).content.decode()


def test_the_form_says_how_long_an_hour_is_and_keeps_hours(camp):
    camp.programme.hour_minutes = 60
    given = {"title": "案例", "weight": "1", "characters": "100", "audience": "cohort", "hours": "2.5"}
    form = ActivityForm("case", camp.programme, given)
    assert form.is_valid(), form.errors
    assert (form.values()["hours"], "60" in str(form.fields["hours"].help_text)) == (Decimal("2.5"), True)
    for wrong in ("0", "-1", "1000", "很多"):
        assert "hours" in ActivityForm("case", camp.programme, given | {"hours": wrong}).errors


def test_the_certificate_says_the_hours_of_the_frozen_list():
    camp = Camp()
    Activity.objects.filter(pk=camp.cases[0].pk).update(hours="1.5")
    Activity.objects.filter(pk=camp.cases[1].pk).update(hours="2", is_required=False)
    camp.programme.hour_minutes = 60
    camp.programme.save()
    actions.recompute_all()
    notice = camp.posted()
    snapshot = notice.selection.snapshot
    assert snapshot["hour_minutes"] == 60
    decimals, minutes, hours = frozen_hours(notice.selection)
    assert (decimals, minutes) == (2, 60)
    earned = hours_by_learner(frozen_learners(notice.selection), hours)
    assert earned == hours_by_learner(snapshot["learners"], hours)
    assert earned[camp.learners[1].code] == Decimal("3.5")
    Activity.objects.update(hours="9")
    issued = honours.issue_certificates(
        selection=notice.selection, by=camp.organiser, site="http://x/", now=ISSUED
    )
    told = {c.enrolment_code: (c.frozen.get("hours"), "3.5 学时" in c.frozen["body"]) for c in issued}
    assert told[camp.learners[1].code] == ("3.5", True)


def test_without_hours_nothing_of_them_is_frozen_or_said():
    camp = Camp()
    notice = camp.posted()
    assert "hour_minutes" not in notice.selection.snapshot
    issued = honours.issue_certificates(
        selection=notice.selection, by=camp.organiser, site="http://x/", now=ISSUED
    )
    assert not any("hours" in c.frozen or "学时" in c.frozen["body"] for c in issued)
