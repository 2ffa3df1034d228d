"""Learners."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.programmes import ProgrammeFactory
from yingzao.core.pinyin import pinyin
from yingzao.enrolment.models import Enrolment, Team


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    programme = factory.SubFactory(ProgrammeFactory)
    organisation = factory.SelfAttribute("programme.organisation")
    number = factory.Sequence(lambda n: f"{n + 1:03d}")
    name = factory.Sequence(lambda n: f"学员{n + 1:02d}")
    phone = factory.Sequence(lambda n: f"138001{n:05d}")
    community_as_given = "桂一社区"
    pinyin = factory.LazyAttribute(lambda e: pinyin(e.name))


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    programme = factory.SubFactory(ProgrammeFactory)
    organisation = factory.SelfAttribute("programme.organisation")
    name = factory.Sequence(lambda n: f"第{n + 1}组")
