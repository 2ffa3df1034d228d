"""Communities."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.people import OrganisationFactory
from yingzao.communities.models import Community
from yingzao.core.pinyin import pinyin


class CommunityFactory(DjangoModelFactory):
    class Meta:
        model = Community

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"示例{n}社区")
    pinyin = factory.LazyAttribute(lambda community: pinyin(community.name))
