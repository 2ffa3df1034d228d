"""Organisations, people and their rights."""

import factory
from factory.django import DjangoModelFactory

from yingzao.people import queries
from yingzao.people.enums import Right
from yingzao.people.models import Grant, Organisation, Person, PrivacyAgreement


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"示例街道办事处{n}")
    short_name = factory.Sequence(lambda n: f"示例街道{n}")


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    display_name = factory.Sequence(lambda n: f"人员{n}")

    @factory.post_generation
    def typed_password(self, create, given, **options):
        """PersonFactory(typed_password="…") can sign in with it."""
        if given:
            self.set_password(given)
            self.save(update_fields=["password"])

    @factory.post_generation
    def agreed(self, create, given, **options):
        """Everybody has agreed to the current privacy notice, but PersonFactory(agreed=False)."""
        notice = queries.current_privacy_notice() if given is not False else None
        if notice:
            PrivacyAgreement.objects.create(person=self, notice=notice)


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = Grant

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    right = Right.ORGANISE
