"""The public pages of organisations and programmes, and what search engines are told."""

import json
import re
import urllib.robotparser
import xml.etree.ElementTree as ET

import pytest
from django.urls import get_resolver, reverse

from tests.factories.communities import CommunityFactory
from tests.factories.people import GrantFactory, OrganisationFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import StoryFactory, add_picture
from tests.project.test_doors import ANYBODY, TABLE
from yingzao.people import actions as people

pytestmark = pytest.mark.django_db
LOC = ".//{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture
def organisation():
    return OrganisationFactory(name="东桥街道办事处", short_name="东桥街道")


@pytest.fixture
def programme(organisation):
    return ProgrammeFactory(
        organisation=organisation,
        name="先锋营",
        edition="2021",
        slug="xfy-2021",
        is_public=True,
        summary="学与做。",
    )


def page_of(client, address) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def told_by(page) -> list[dict]:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


def test_an_organisation_shows_what_is_public_of_it_alone(client, organisation, programme):
    ProgrammeFactory(organisation=organisation, name="筹备中的营", slug="nei-bu")
    ProgrammeFactory(name="别处的营", is_public=True)
    told = StoryFactory(programme=programme, published=True, article__title="公开的报道")
    StoryFactory(programme=programme, article__title="草稿的报道")
    StoryFactory(published=True, article__title="别处的报道")
    page = page_of(client, reverse("web:organisation", args=[organisation.code]))
    assert "先锋营 2021" in page
    assert f'href="{told.address}"' in page
    for hidden in ("筹备中的营", "别处的营", "草稿的报道", "别处的报道", "nei-bu"):
        assert hidden not in page
    about, trail = told_by(page)
    assert (about["@type"], about["name"]) == ("Organization", "东桥街道办事处")
    assert trail["itemListElement"][1]["name"] == "东桥街道"


def test_an_organisation_without_anything_public_is_not_there(client, organisation):
    ProgrammeFactory(organisation=organisation)
    assert client.get(reverse("web:organisation", args=[organisation.code])).status_code == 404


def test_colours_logo_and_words_stand_on_every_public_page_of_it(client, organisation, programme):
    people.set_look(
        organisation=organisation,
        by=GrantFactory(organisation=organisation).person,
        accent="#8a1f3c",
        introduction="桥东的办事处。",
    )
    OrganisationFactory()  # a second one: pages about all look like the house
    story = StoryFactory(programme=programme, published=True)
    style = f'href="/o/{organisation.code}/look.css?v=8a1f3c-'
    own = reverse("web:organisation", args=[organisation.code])
    for address in (own, "/p/xfy-2021/", story.address):
        assert style in page_of(client, address)
    assert "桥东的办事处。" in page_of(client, own)
    for address in ("/", "/p/", "/stories/"):
        assert style not in page_of(client, address)


def test_another_look_is_another_page(client, organisation, programme):
    story = StoryFactory(programme=programme, published=True)
    first = client.get(story.address)["ETag"]
    by = GrantFactory(organisation=organisation).person
    people.set_look(organisation=organisation, by=by, accent="#8a1f3c")
    client.cookies.clear()
    assert client.get(story.address, headers={"If-None-Match": first}).status_code == 200


def test_a_programme_shows_stories_in_pages_communities_and_feeds(client, organisation, programme):
    named = CommunityFactory(organisation=organisation, name="石塘社区")
    hidden = CommunityFactory(organisation=organisation, name="柳湾社区", is_public=False)
    CommunityFactory(organisation=organisation, name="没有写到的社区")
    stories = [StoryFactory(programme=programme, published=True, summary="来了。") for _n in range(13)]
    for story in stories:
        story.communities.set([named, hidden])
    add_picture(stories[-1], is_head=True)
    page = page_of(client, "/p/xfy-2021/")
    assert page.count("story-card-title") == 12
    assert f'href="/stories/?community={named.code}">石塘社区</a>' in page
    for other in ("柳湾社区", "没有写到的社区"):
        assert other not in page
    for form in ("atom", "rss", "json"):
        assert f'href="/p/xfy-2021/stories.{form}"' in page
    assert '<link rel="canonical" href="http://testserver/p/xfy-2021/">' in page
    assert "square-640.jpg" in page
    second = page_of(client, "/p/xfy-2021/?page=2")
    assert second.count("story-card-title") == 1
    assert '<link rel="canonical" href="http://testserver/p/xfy-2021/?page=2">' in second
    about, _trail = told_by(page)
    assert (about["@type"], about["provider"]["name"]) == ("EducationalOccupationalProgram", "东桥街道办事处")


@pytest.mark.parametrize("stories", [1, 3])
def test_organisation_page_query_count(
    client,
    bare_pages,
    organisation,
    programme,
    stories,
    django_assert_num_queries,
):
    for story in StoryFactory.create_batch(stories, programme=programme, published=True):
        add_picture(story)
    ProgrammeFactory.create_batch(stories - 1, organisation=organisation, is_public=True)
    address = reverse("web:organisation", args=[organisation.code])
    with django_assert_num_queries(6):
        page = client.get(address)
    assert page.content.count(b"story-card-title") == stories


@pytest.mark.parametrize("stories", [1, 3])
def test_front_page_query_count(client, bare_pages, programme, stories, django_assert_num_queries):
    for story in StoryFactory.create_batch(stories, programme=programme, published=True):
        add_picture(story)
    with django_assert_num_queries(7):
        page = client.get("/")
    assert page.content.count(b"story-card-title") == stories


def test_public_pages_fetch_no_more_than_they_need(client, organisation, programme):
    story = StoryFactory(programme=programme, published=True)
    for address in ("/", "/stories/", story.address, "/p/xfy-2021/", f"/o/{organisation.code}/"):
        page = page_of(client, address)
        assert "htmx.min" not in page
        assert page.count("<script src=") == 2  # the theme, and what every page needs
        assert not client.get(address).cookies


# For search engines


def test_the_sitemap_lists_what_everybody_may_read_and_nothing_else(client, organisation, programme):
    told = StoryFactory(programme=programme, published=True, slug="told")
    StoryFactory(programme=programme, slug="draft")
    StoryFactory(programme=programme, published=True, slug="gone", state="withdrawn")
    ProgrammeFactory(slug="nei-bu")
    index = [one.text for one in ET.fromstring(client.get("/sitemap.xml").content).iterfind(LOC)]
    assert index == ["http://testserver/sitemaps/pages.xml", "http://testserver/sitemaps/stories-1.xml"]
    listed = [
        one.text.removeprefix("http://testserver")
        for part in index
        for one in ET.fromstring(client.get(part.removeprefix("http://testserver")).content).iterfind(LOC)
    ]
    assert listed == [
        "/", "/p/", "/stories/", "/notices/", "/privacy/", f"/o/{organisation.code}/", "/p/xfy-2021/",
        "/stories/told/",
    ]  # fmt: skip
    assert (
        "<lastmod>2021-11-15T18:00:00+08:00</lastmod>"
        in client.get("/sitemaps/stories-1.xml").content.decode()
    )
    assert told.address in listed


def test_a_sitemap_that_holds_nothing_is_not_there(client):
    assert client.get("/sitemap.xml").status_code == 200
    for number in (0, 1, 2, 10**6):
        assert client.get(f"/sitemaps/stories-{number}.xml").status_code == 404


def test_robots_may_read_exactly_what_everybody_may(client):
    """Whatever asks who somebody is, and links given to one person, are shut; the sitemap is named."""
    text = client.get("/robots.txt").content.decode()
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(text.splitlines())
    assert robots.site_maps() == ["http://testserver/sitemap.xml"]
    begins_as_public = {
        "media:file",
        "media:file-at",
        "media:rendition",
        "people:look",
        "stories:public-story",
        "stories:public-card",
    }
    open_to_robots = {
        name
        for name, door in TABLE.items()
        if door.get != ANYBODY and robots.can_fetch("*", f"http://testserver{_pattern(name)}")
    }
    assert open_to_robots == begins_as_public
    assert not robots.can_fetch("*", "http://testserver/verify/X/")
    for path in (
        "/",
        "/p/x/",
        "/stories/x/",
        "/o/x/",
        "/notices/",
        "/files/x/whole-480.jpg",
        "/feeds/stories.atom",
    ):
        assert robots.can_fetch("*", f"http://testserver{path}")


def _pattern(name: str) -> str:
    room, short = name.split(":")
    resolver = get_resolver().namespace_dict[room][1]
    return "/" + re.sub(r"%\(\w+\)s", "X", resolver.reverse_dict.getlist(short)[0][0][0][0])
