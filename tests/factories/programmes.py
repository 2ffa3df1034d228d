"""Programmes, stages and staff."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from tests.factories.people import OrganisationFactory, PersonFactory
from yingzao.programmes.enums import Role, StageKind, StageState
from yingzao.programmes.models import Programme, StaffRole, Stage


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    organisation = factory.SubFactory(OrganisationFactory)
    slug = factory.Sequence(lambda n: f"jihua-{n}")
    name = factory.Sequence(lambda n: f"先锋营{n}")
    edition = "2021"
    starts_on = dt.date(2021, 9, 1)
    ends_on = dt.date(2022, 1, 14)


class StageFactory(DjangoModelFactory):
    class Meta:
        model = Stage

    programme = factory.SubFactory(ProgrammeFactory)
    organisation = factory.SelfAttribute("programme.organisation")
    kind = StageKind.LEARNING
    name = factory.LazyAttribute(lambda stage: str(StageKind(stage.kind).label))
    position = factory.Sequence(lambda n: n + 1)
    opens_on = dt.date(2021, 9, 6)
    closes_on = dt.date(2021, 11, 30)
    state = StageState.PLANNED


class StaffRoleFactory(DjangoModelFactory):
    class Meta:
        model = StaffRole

    programme = factory.SubFactory(ProgrammeFactory)
    organisation = factory.SelfAttribute("programme.organisation")
    role = Role.ORGANISER
    person = factory.SubFactory(PersonFactory)
    name = factory.Sequence(lambda n: f"工作人员{n}")
