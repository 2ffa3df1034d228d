"""A record of the graph whose source names a story leads to it."""

from uuid import uuid4

import pytest

from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import StoryFactory
from yingzao.communities import actions as communities
from yingzao.communities.models import Community
from yingzao.communities.views.desk_graph import ties_of
from yingzao.stories.queries import story_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(programme):
    return StoryFactory(programme=programme, published=True)


def topic(programme, organiser, source):
    community = Community.objects.create(organisation=programme.organisation, name="霞石村")
    return communities.add_node(
        what="topic", key=uuid4(), community=community, by=organiser, title="河涌保洁", source=source
    )


@pytest.mark.parametrize(
    "named", ["{address}", "https://www.example.cn{address}?from=1", "{title}", "《{title}》"]
)
def test_by_address_or_title(programme, organiser, story, named):
    record = topic(programme, organiser, named.format(address=story.address, title=story.title))
    told = ties_of(programme.code, record, keeps=False)
    assert told["origins"] == [(story.title, story.address)]


@pytest.mark.parametrize("named", ["", "居委会", "/stories/nothing/", "{part}"])
def test_what_names_none_leads_nowhere(programme, story, named):
    assert story_named(programme.organisation, named.format(part=story.title[:2])) is None


def test_neither_a_draft_nor_another_offices_story_is_told(programme, story):
    draft = StoryFactory(programme=programme)
    foreign = StoryFactory(programme=ProgrammeFactory(is_public=True), published=True)
    assert story_named(programme.organisation, draft.address) is None
    assert story_named(programme.organisation, foreign.address) is None
    assert story_named(foreign.organisation, foreign.address) == foreign
