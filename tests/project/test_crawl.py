"""Everything that is public, walked from the front page and the sitemap: no dead link, and nothing of what is not public."""

import re
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories.communities import CommunityFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import StoryFactory, add_picture, jpeg
from tests.factories.world import World
from yingzao.core.media import renditions
from yingzao.people import actions as people
from yingzao.stories import actions as stories
from yingzao.web.views.machines import private_paths

pytestmark = [pytest.mark.django_db, pytest.mark.long]
HOST = "http://testserver"
LINK = re.compile(r'(?:href|src|content)="([^"]*)"|<loc>([^<]*)</loc>|"(?:url|image|item)": ?"([^"]*)"')
SRCSET = re.compile(r'srcset="([^"]*)"')
MOST = 3000


def links_of(text: str, page: str) -> set[str]:
    found = {unescape(one) for match in LINK.findall(text) for one in match if one}
    for many in SRCSET.findall(text):
        found |= {unescape(part.split()[0]) for part in many.split(",") if part.split()}
    whole = {urldefrag(urljoin(page, one))[0] for one in found if one.startswith(("/", "?", "http"))}
    return {one for one in whole if one.startswith(f"{HOST}/")}


def walk() -> tuple[dict[str, str], dict[str, int]]:
    """The text of each public page by its address, and the status of each address that is linked."""
    client, texts, statuses = Client(), {}, {}
    waiting = [f"{HOST}/", f"{HOST}/sitemap.xml", f"{HOST}/robots.txt"]
    while waiting:
        address = waiting.pop()
        path = urlsplit(address).path
        if address in statuses or path.startswith("/static/"):
            continue
        assert len(statuses) < MOST
        response = client.get(address.removeprefix(HOST))
        statuses[address] = response.status_code
        if response.status_code in (301, 302):
            waiting.append(urljoin(address, response["Location"]))
            continue
        if response.streaming or not re.search("html|xml|json|text", response["Content-Type"]):
            continue
        texts[address] = response.content.decode()
        if not path.startswith(private_paths()):  # the sign-in page is public, what stands behind it is not
            waiting += links_of(texts[address], address)
    return texts, statuses


@pytest.fixture
def world(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return World("甲")


def test_nothing_private_is_public_and_no_link_is_dead(world):
    programme, organiser = world.programme, world.organiser
    people.set_look(
        organisation=world.organisation,
        by=organiser,
        accent="#8a1f3c",
        introduction="公开的介绍",
        logo=SimpleUploadedFile("标志.jpg", jpeg(size=(400, 200)), "image/jpeg"),
    )
    shown = StoryFactory(programme=programme, published=True, article__title="公开的报道", slug="before")
    head = add_picture(shown, alt="公开的图", is_head=True)
    shown = stories.change_address(story=shown, by=organiser, slug="after")
    stories.add_comment(story=shown, by=organiser, text="私下的批注")
    draft = StoryFactory(programme=programme, article__title="没有发布的草稿", slug="draft-address")
    unseen = add_picture(draft, alt="草稿里的图")
    gone = StoryFactory(programme=programme, published=True, article__title="撤下的报道", slug="gone-address")
    taken = add_picture(gone, alt="撤下的图", is_head=True)
    stories.withdraw_story(story=gone, by=organiser, reason="私下的原因")
    name = world.classmate.name
    masked = StoryFactory(
        programme=programme,
        published=True,
        article__title=f"{name}的办法",
        article__html=f"<p>{name}说了话。</p>",
        article__text=f"{name}说了话。",
    )
    assert name in Client().get(masked.address).content.decode()
    stories.take_back_naming(learner=world.classmate, by=organiser)
    hidden = CommunityFactory(organisation=world.organisation, name="不公开的社区", is_public=False)
    inner = ProgrammeFactory(organisation=world.organisation, name="筹备中的计划", slug="inner-programme")
    texts, statuses = walk()
    dead = {address: status for address, status in statuses.items() if status not in (200, 301)}
    assert dead == {}
    for path in (shown.address, masked.address, f"/p/{programme.slug}/", f"/o/{world.organisation.code}/"):
        assert statuses[f"{HOST}{path}"] == 200
    everything = "\n".join(texts.values())
    never = [
        "私下的批注", draft.title, draft.slug, unseen.file.code, gone.title, gone.slug, taken.file.code, "私下的原因",
        name, hidden.name, hidden.code, inner.name, inner.slug, "13800004321",
    ]  # fmt: skip
    assert [word for word in never if word in everything] == []
    assert re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", everything) == []
    assert [learner.name for learner in world.camp.learners if learner.name in everything] == []
    assert [one for one in statuses if re.search(r"/files/\w+/$", one)] == []  # pictures as they are kept
    for stored in (unseen.file, taken.file):
        for size in ("whole-480.avif", "wide-960.webp", "square-640.jpg"):
            assert Client().get(f"/files/{stored.code}/{size}").status_code == 404
    kept = renditions.named(head.file, "whole-480.avif")
    assert default_storage.exists(renditions.path_of(head.file, kept))


def test_the_walk_sees_what_it_looks_for():
    """Of each kind of link one: a walk that follows nothing finds nothing."""
    page = (
        '<a href="/a/?x=1&amp;y=2#z"><img srcset="/b/1.avif 480w, /b/2.avif 960w" src="/b/3.jpg">'
        '<meta property="og:image" content="http://testserver/c/"><loc>http://testserver/d/</loc>'
        '{"url": "http://testserver/e/"}<a href="https://elsewhere.example/"><a href="?page=2">'
    )
    found = {one.removeprefix(HOST) for one in links_of(page, f"{HOST}/stories/")}
    assert found == {
        "/a/?x=1&y=2", "/b/1.avif", "/b/2.avif", "/b/3.jpg", "/c/", "/d/", "/e/", "/stories/?page=2",
    }  # fmt: skip
