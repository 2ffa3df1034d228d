import datetime as dt

import pytest

from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory, StageFactory
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.programmes import actions, signals
from yingzao.programmes.enums import ProgrammeState, Role, StageKind, StageState
from yingzao.programmes.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Signals that were sent, in order, with what they carried."""
    log = []

    def receiver(signal_name):
        def receive(sender, signal, **carried):
            log.append((signal_name, carried))

        return receive

    names = ("edition_made", "template_applied", "stage_opened", "stage_closed")
    receivers = {name: receiver(name) for name in names}
    for name, receive in receivers.items():
        getattr(signals, name).connect(receive)
    yield log
    for name, receive in receivers.items():
        getattr(signals, name).disconnect(receive)


def acts():
    return list(AuditLine.objects.order_by("pk").values_list("act", flat=True))


def test_create_programme_from_template(heard):
    grant = GrantFactory()
    programme = actions.create_programme(
        organisation=grant.organisation,
        by=grant.person,
        name="社区治理先锋营",
        edition="2026",
        starts_on=dt.date(2026, 9, 1),
        template="standard",
    )
    assert programme.slug == "sqzlxfy-2026"
    assert programme.ends_on == dt.date(2027, 1, 14)
    assert [s.kind for s in programme.stages.all()] == StageKind.values
    assert programme.stages.first().opens_on == dt.date(2026, 8, 23)
    assert [(s.role, s.person) for s in programme.staff.all()] == [(Role.ORGANISER, grant.person)]
    assert heard == [
        ("template_applied", {"programme": programme, "template": "standard", "by": grant.person})
    ]
    assert acts() == [
        "people.grant.given",
        "programmes.programme.created",
        "activities.plan.imported",  # the template's own plan
    ]


def test_create_programme_needs_a_grant():
    organiser = StaffRoleFactory()  # organises a programme, but not the organisation
    with pytest.raises(Refused):
        actions.create_programme(
            organisation=organiser.organisation,
            by=organiser.person,
            name="新计划",
            edition="2026",
            starts_on=dt.date(2026, 9, 1),
        )
    assert Programme.objects.count() == 1


def test_create_programme_twice_gets_an_address_of_its_own():
    grant = GrantFactory()
    given = {"organisation": grant.organisation, "by": grant.person, "name": "先锋营", "edition": "2026"}
    slugs = [actions.create_programme(starts_on=dt.date(2026, 9, 1), **given).slug for _ in range(2)]
    assert slugs == ["xfy-2026", "xfy-2026-2"]


def test_make_edition_shifts_stages_and_keeps_staff(heard):
    organiser = StaffRoleFactory()
    source = organiser.programme
    StageFactory(programme=source, state=StageState.CLOSED, opens_on=dt.date(2021, 9, 6))
    judge = StaffRoleFactory(programme=source, role=Role.JUDGE)
    StaffRoleFactory(programme=source, role=Role.JUDGE, person=None)  # waits: not taken over
    target = actions.make_edition(
        source=source, by=organiser.person, name=source.name, edition="2022", starts_on=dt.date(2022, 9, 1)
    )
    assert [(s.opens_on, s.state) for s in target.stages.all()] == [(dt.date(2022, 9, 6), StageState.PLANNED)]
    assert {(s.role, s.person) for s in target.staff.all()} == {
        (Role.ORGANISER, organiser.person),
        (Role.JUDGE, judge.person),
    }
    assert target.made_from == source
    assert target.state == ProgrammeState.DRAFT
    [(name, carried)] = heard
    assert name == "edition_made"
    assert carried == {
        "source": source,
        "target": target,
        "shift": dt.timedelta(days=365),
        "by": organiser.person,
    }


def test_make_edition_refuses_a_supervisor():
    supervisor = StaffRoleFactory(role=Role.SUPERVISOR)
    with pytest.raises(Refused):
        actions.make_edition(
            source=supervisor.programme,
            by=supervisor.person,
            name="先锋营",
            edition="2022",
            starts_on=dt.date(2022, 9, 1),
        )


def test_open_and_close_a_stage(heard):
    organiser = StaffRoleFactory()
    stage = StageFactory(programme=organiser.programme)
    later = StageFactory(programme=organiser.programme, kind=StageKind.PRACTICE)
    actions.open_stage(stage=stage, by=organiser.person)
    actions.open_stage(stage=stage, by=organiser.person)  # a double tap is one opening
    assert stage.programme.state == ProgrammeState.RUNNING
    actions.close_stage(stage=stage, by=organiser.person)
    assert stage.programme.state == ProgrammeState.RUNNING
    actions.open_stage(stage=later, by=organiser.person)
    actions.close_stage(stage=later, by=organiser.person)
    later.refresh_from_db()
    assert (later.state, later.programme.state) == (StageState.CLOSED, ProgrammeState.CLOSED)
    assert [name for name, _ in heard] == ["stage_opened", "stage_closed"] * 2
    assert acts() == [
        "programmes.stage.opened",
        "programmes.programme.running",
        "programmes.stage.closed",
        "programmes.stage.opened",
        "programmes.stage.closed",
        "programmes.programme.closed",
    ]


def test_close_a_planned_stage_is_refused():
    organiser = StaffRoleFactory()
    with pytest.raises(Refused):
        actions.close_stage(stage=StageFactory(programme=organiser.programme), by=organiser.person)


def test_opened_stage_cannot_be_removed():
    organiser = StaffRoleFactory()
    stage = StageFactory(programme=organiser.programme)
    actions.open_stage(stage=stage, by=organiser.person)
    with pytest.raises(Refused):
        actions.remove_stage(stage=stage, by=organiser.person)
    assert organiser.programme.stages.count() == 1


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ORGANISER])
def test_only_organisers_open_stages(role):
    staff = StaffRoleFactory(role=role)
    stage = StageFactory(programme=staff.programme)
    with pytest.raises(Refused):
        actions.open_stage(stage=stage, by=staff.person)
    stage.refresh_from_db()
    assert stage.state == StageState.PLANNED


def test_last_organiser_cannot_be_ended():
    organiser = StaffRoleFactory()
    StaffRoleFactory(programme=organiser.programme, person=None)  # an organiser who never came
    with pytest.raises(Refused):
        actions.end_staff_role(staff=organiser, by=organiser.person)
    second = StaffRoleFactory(programme=organiser.programme)
    actions.end_staff_role(staff=organiser, by=second.person)
    assert organiser.ended_at is not None


def test_edit_programme_records_what_differs_only():
    organiser = StaffRoleFactory()
    programme = organiser.programme
    actions.edit_programme(programme=programme, by=organiser.person, name=programme.name, subtitle="新副题")
    line = AuditLine.objects.get()
    assert (line.before, line.after) == ({"subtitle": ""}, {"subtitle": "新副题"})
    actions.edit_programme(programme=programme, by=organiser.person, subtitle="新副题")
    assert AuditLine.objects.count() == 1


def test_edit_programme_refuses_an_address_that_is_taken():
    organiser = StaffRoleFactory()
    other = ProgrammeFactory()
    with pytest.raises(Refused) as refusal:
        actions.edit_programme(programme=organiser.programme, by=organiser.person, slug=other.slug)
    assert refusal.value.field == "slug"


def test_publish_and_unpublish():
    organiser = StaffRoleFactory()
    actions.publish_programme(programme=organiser.programme, by=organiser.person)
    assert Programme.objects.get().is_public
    actions.unpublish_programme(programme=organiser.programme, by=organiser.person)
    assert not Programme.objects.get().is_public
    assert acts() == ["programmes.programme.published", "programmes.programme.unpublished"]


def test_same_role_twice_is_refused():
    organiser = StaffRoleFactory()
    judge = PersonFactory()
    given = {"programme": organiser.programme, "by": organiser.person, "role": Role.JUDGE, "name": "评委甲"}
    actions.add_staff(person=judge, **given)
    with pytest.raises(Refused):
        actions.add_staff(person=judge, **given)
