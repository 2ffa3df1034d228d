"""Whatever a roster holds: each row is taken or refused, once; and what is confirmed can be taken back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.programmes import StaffRoleFactory
from yingzao.communities.models import Community
from yingzao.communities.queries import CommunityIndex
from yingzao.core.errors import Refused
from yingzao.core.ports import RosterLayout, RosterRow
from yingzao.enrolment import actions
from yingzao.enrolment.actions.roster import next_numbers
from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import Enrolment, Team
from yingzao.enrolment.readers import RosterRead, plan_roster

names = st.sampled_from(["学员甲", "学员乙", "学 员 丙", "=1+1", "甲" * 61, "", "合计"])
phones = st.sampled_from(["", "13800138001", "13800138002", "138", "138****8001", "１３８００１３８００３"])
numbers = st.sampled_from(["", "01", "02", "7"])
places = st.sampled_from(["", "桂一社区", "桂一", "某中心", "仙涌村委会"])
teams = st.sampled_from(["", "第一组", "第二组"])
rows = st.lists(st.tuples(numbers, names, phones, places, teams), max_size=8)


def as_csv(lines):
    return "\n".join(["学号,姓名,手机,社区,小组", *(",".join(line) for line in lines)]).encode()


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=rows, second=rows)
def test_confirm_and_undo_leave_the_roster_as_it_was(first, second):
    organiser = StaffRoleFactory()
    programme, by = organiser.programme, organiser.person

    def state():
        learners = list(
            Enrolment.objects.filter(programme=programme)
            .order_by("number")
            .values_list("number", "name", "phone", "community__name", "team__name")
        )
        return learners, Team.objects.filter(programme=programme).count(), Community.objects.count()

    for lines in (first, second):
        before = state()
        try:
            source = actions.read_roster(programme=programme, by=by, data=as_csv(lines), name="名册.csv")
        except Refused:
            assert state() == before
            continue
        if source.state != SourceState.READ:  # the very same bytes again
            assert actions.confirm_roster(source, by=by).new == ()
            continue
        read, plan = actions.preview_roster(source)
        told = [c.row for c in plan.taken] + sorted({p.row for p in plan.problems})
        assert sorted(told) == sorted(set(told))
        assert {r.row for r in read.rows} <= set(told)
        try:
            actions.confirm_roster(source, by=by)
        except Refused:
            assert not plan.taken
            assert state() == before
            continue
        after = state()
        assert len(after[0]) == len(before[0]) + len(plan.new)
        _, again = actions.preview_roster(source)
        assert not again.new
        actions.undo_roster(source, by=by)
        assert state() == before
        anew = actions.read_roster(programme=programme, by=by, data=as_csv(lines), name="名册.csv")
        actions.confirm_roster(anew, by=by)
        assert state() == after


@given(taken=st.lists(st.integers(1, 300).map(lambda n: f"{n:02d}"), unique=True), count=st.integers(0, 200))
def test_next_numbers_are_free_and_of_one_width(taken, count):
    found = next_numbers(taken, count)
    assert len(set(found)) == count
    assert not set(found) & set(taken)


def test_numbers_begin_at_01_and_are_as_wide_as_the_last_needs():
    assert next_numbers([], 2) == ["01", "02"]
    assert next_numbers([], 100)[0] == "001"
    assert next_numbers(["07", "A3"], 1) == ["08"]


def test_plan_is_made_from_values_alone():
    """No database is needed to hold a roster against nobody."""
    layout = RosterLayout("名册", 1, ("姓名",), {0: "name"})
    read = RosterRead(layout, (RosterRow(2, {"name": "学员甲"}), RosterRow(3, {"name": "学员甲"})), ())
    plan = plan_roster(read, [], CommunityIndex([]), [])
    assert (len(plan.new), plan.same_names) == (2, {"学员甲": (2, 3)})
