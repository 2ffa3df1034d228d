"""Somebody who comes later has the duties of everybody, on every page, as they follow from the evidence."""

import pytest

from tests.enrolment.rosters import csv
from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities import actions as activities
from yingzao.activities.models import Duty
from yingzao.enrolment import actions
from yingzao.enrolment.models import Enrolment
from yingzao.web import queries

pytestmark = pytest.mark.django_db


def imported(programme, by, *lines):
    source = actions.read_roster(programme=programme, by=by, data=csv(*lines), name="名册.csv")
    actions.confirm_roster(source, by=by)
    return source


def test_learner_of_a_second_import_has_the_duties_of_everybody(client):
    organiser = StaffRoleFactory()
    programme, by = organiser.programme, organiser.person
    imported(programme, by, "01,学员甲,女,桂一社区,,13800138001,")
    held = LiveFactory(programme=programme)
    for kind in ("case", "course", "practice"):
        ActivityFactory(programme=programme, kind=kind, title=f"{kind}一", due_at=moment("2031-01-01 23:59"))
    visit = ActivityFactory(programme=programme, kind="visit", starts_at=moment("2031-01-02 09:00"))
    PartFactory(activity=visit)
    cancelled = ActivityFactory(programme=programme, title="取消的案例")
    hidden = ActivityFactory(programme=programme, title="未发布的案例", is_published=False)
    activities.resettle(programme)
    activities.mark_held(held, by=by, at=held.ends_at)
    activities.cancel_activity(activity=cancelled, by=by)

    imported(programme, by, "01,学员甲,女,桂一社区,,13800138001,", "02,学员乙,女,桂二社区,,13800138002,")

    first, late = programme.enrolments.all()
    assert late.number == "02"

    def stored(learner):
        return {d.activity_id: (d.state, d.share, d.still) for d in Duty.objects.filter(enrolment=learner)}

    assert stored(late) == stored(first)
    assert len(stored(late)) == 6
    assert hidden.pk not in stored(late)
    board = queries.board(programme)
    cells = dict(queries.cells_of(programme, board, board.rows))
    shown = [[(c.activity.pk, c.duty.shown) for c in cells[row]] for row in board.rows]
    assert len(shown[0]) == 5
    assert shown[0] == shown[1]
    found = activities.recompute_all()
    assert (found.duties, found.missing, found.differences) == (12, 0, ())

    late.person = PersonFactory()
    late.save()
    client.force_login(late.person)
    page = client.get("/my/duties/").content.decode()
    titles = [held.title, visit.title, "case一", "course一", "practice一"]
    assert [t for t in titles if t not in page] == []
    assert cancelled.title not in page


def test_undone_import_takes_the_duties_along():
    organiser = StaffRoleFactory()
    programme, by = organiser.programme, organiser.person
    LiveFactory(programme=programme)
    source = imported(programme, by, "01,学员甲,女,桂一社区,,13800138001,")
    assert Duty.objects.count() == 1
    actions.undo_roster(source, by=by)
    assert (Duty.objects.count(), Enrolment.objects.count()) == (0, 0)
