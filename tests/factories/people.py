"""Organisations, people and their rights."""

import factory
from factory.django import DjangoModelFactory

from yingzao.people.enums import Right
from yingzao.people.models import Grant, Organisation, Person


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"示例街道办事处{n}")
    short_name = factory.Sequence(lambda n: f"示例街道{n}")


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    username = factory.Sequence(lambda n: f"person{n}")
    display_name = factory.Sequence(lambda n: f"人员{n}")


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = Grant

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    right = Right.ORGANISE
