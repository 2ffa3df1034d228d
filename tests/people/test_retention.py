"""What is over goes, within bounds that an organisation may choose, and nothing else."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from tests.factories.activities import LiveFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import GrantFactory, OrganisationFactory, PersonFactory
from tests.factories.programmes import ProgrammeFactory
from yingzao.activities.enums import FactKind
from yingzao.activities.models import Evidence
from yingzao.core import clock, jobs
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.enrolment.models import Enrolment
from yingzao.notices.models import Message
from yingzao.people import actions, personal
from yingzao.people.models import SignIn

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-27 03:00")


@pytest.fixture
def organiser(db):
    return GrantFactory().person


@pytest.fixture
def organisation(organiser):
    return organiser.grants.get().organisation


def learner(organisation, ends_on: str) -> Enrolment:
    programme = ProgrammeFactory(
        organisation=organisation,
        starts_on=dt.date.fromisoformat(ends_on) - dt.timedelta(days=90),
        ends_on=dt.date.fromisoformat(ends_on),
    )
    found = EnrolmentFactory(programme=programme, person=PersonFactory())
    record(found, LiveFactory(programme=programme), FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:00")
    return found


def test_what_is_over_loses_its_name_and_keeps_its_figures(organisation):
    old, young = learner(organisation, "2023-11-26"), learner(organisation, "2023-11-30")
    SignIn.objects.create(person=young.person, outcome="entered", at=NOW - dt.timedelta(days=366))
    SignIn.objects.create(outcome="refused", typed="旧*", at=NOW - dt.timedelta(days=366))  # of nobody
    kept = SignIn.objects.create(person=young.person, outcome="entered", at=NOW - dt.timedelta(days=364))
    Message.objects.create(
        organisation=organisation,
        person=young.person,
        key="a",
        title="旧",
        sent_at=NOW - dt.timedelta(days=400),
    )

    assert actions.foresee(organisation, NOW) == {"learners": 1, "sign_ins": 2, "messages": 1}
    assert actions.remove_what_is_over(NOW) == {"learners": 1, "sign_ins": 2, "messages": 1}

    old.refresh_from_db()
    young.refresh_from_db()
    assert old.erased_at is not None
    assert old.phone == ""
    assert old.person is None
    assert young.erased_at is None
    assert young.phone
    assert Evidence.objects.count() == 2
    assert list(SignIn.objects.all()) == [kept]
    line = AuditLine.objects.get(act="people.retention.carried_out")
    assert line.after == {"learners": 1, "sign_ins": 2, "messages": 1}


def test_a_second_night_finds_nothing(organisation):
    learner(organisation, "2020-01-01")
    actions.remove_what_is_over(NOW)
    assert actions.foresee(organisation, NOW) == {}
    assert actions.remove_what_is_over(NOW) == {}
    assert AuditLine.objects.filter(act="people.retention.carried_out").count() == 1


def test_what_a_kill_cut_off_goes_on_the_next_night(organisation, monkeypatch):
    for _n in range(3):
        learner(organisation, "2020-01-01")
    asked = iter([False, False, True])
    monkeypatch.setattr(jobs, "is_stopping", lambda: next(asked, True))
    actions.remove_what_is_over(NOW)
    assert Enrolment.objects.exclude(erased_at=None).count() < 3
    monkeypatch.setattr(jobs, "is_stopping", lambda: False)
    actions.remove_what_is_over(NOW)
    assert Enrolment.objects.exclude(erased_at=None).count() == 3


def test_one_organisations_choice_binds_no_other(organisation, organiser):
    other = GrantFactory().organisation
    mine, theirs = learner(organisation, "2024-11-01"), learner(other, "2024-11-01")
    actions.set_retention(organisation=organisation, period="programme", days=365, by=organiser)
    actions.remove_what_is_over(NOW)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.erased_at is not None
    assert theirs.erased_at is None


@pytest.mark.parametrize(
    ("period", "days", "code"),
    [
        ("sign_ins", 182, "bounds"),
        ("acts", 182, "bounds"),
        ("programme", 4000, "bounds"),
        ("copies", 3, "fixed"),
    ],
)
def test_never_below_what_the_law_asks_nor_beyond_the_bounds(organisation, organiser, period, days, code):
    with pytest.raises(Refused) as refusal:
        actions.set_retention(organisation=organisation, period=period, days=days, by=organiser)
    assert refusal.value.code == code
    assert personal.days_of(organisation, period) == personal.PERIODS[period].days


def test_only_organisers_change_a_period(organisation):
    for person in (PersonFactory(), GrantFactory().person):
        with pytest.raises(Refused):
            actions.set_retention(organisation=organisation, period="acts", days=400, by=person)


def test_the_page_keeps_what_was_typed_wrong_and_shows_what_goes(client, organisation, organiser):
    learner(organisation, "2020-01-01")
    client.force_login(organiser)
    address = reverse("people:desk-retention", args=[organisation.code])
    assert "删去姓名的学员" in client.get(address).content.decode()
    good = {"programme": 1095, "sign_ins": 365, "acts": 1825, "messages": 365}
    wrong = client.post(address, good | {"sign_ins": 30, "acts": 700})
    assert wrong.status_code == 422
    assert 'value="30"' in wrong.content.decode()
    assert personal.days_of(organisation, "acts") == 1825
    assert client.post(address, good | {"acts": 700}).status_code == 302
    assert personal.days_of(organisation, "acts") == 700
    client.force_login(PersonFactory())
    assert client.get(reverse("people:retention")).status_code == 200


def test_periods_by_which_more_goes_are_looked_at_before_they_are_saved(client, organisation, organiser):
    """The first press says how many and that they do not come back, the second one saves; others are looked at again."""
    SignIn.objects.create(
        person=learner(organisation, "2026-11-01").person,
        outcome="entered",
        at=clock.now() - dt.timedelta(days=250),
    )
    client.force_login(organiser)
    address = reverse("people:desk-retention", args=[organisation.code])
    good = {"programme": 1095, "sign_ins": 365, "acts": 1825, "messages": 365}
    shorter = good | {"sign_ins": 200}
    looked = client.post(address, shorter)
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "1 条记录" in page
    assert "不能收回" in page
    assert 'value="200"' in page
    assert personal.days_of(organisation, "sign_ins") == 365
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page)
    other = client.post(address, shorter | {"sign_ins": 205, "seen": seen})
    assert other.status_code == 200
    assert personal.days_of(organisation, "sign_ins") == 365
    assert client.post(address, shorter | {"seen": seen}).status_code == 302
    assert personal.days_of(organisation, "sign_ins") == 200


def test_the_example_keeps_its_people(settings, tmp_path, db):
    settings.DATA = tmp_path
    OrganisationFactory()
    old = SignIn.objects.create(outcome="refused", typed="旧*", at=NOW - dt.timedelta(days=4000))
    (tmp_path / "demo-people.json").write_text("[]")
    jobs.perform("people.remove_what_is_over")
    assert list(SignIn.objects.all()) == [old]
    (tmp_path / "demo-people.json").unlink()
    jobs.perform("people.remove_what_is_over")
    assert list(SignIn.objects.all()) == []
