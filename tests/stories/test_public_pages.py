"""What everyone reads: the list and each story, when, and what never stands there."""

import json
import re

import pytest
from django.urls import reverse

from tests.factories.pages import bare_pages  # noqa: F401
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import StoryFactory, add_picture, vouch
from yingzao.core import media
from yingzao.stories import actions

pytestmark = pytest.mark.django_db
LISTED = "/stories/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# The list


def test_an_empty_list_says_so(client):
    assert "还没有发布报道" in text_of(client.get(LISTED))


def test_only_published_stories_are_listed(client):
    draft = StoryFactory(article__title="草稿甲")
    shown = StoryFactory(published=True, article__title="公开乙")
    gone = StoryFactory(published=True, article__title="撤回丙", state="withdrawn")
    page = client.get(LISTED)
    assert [s.story for s in page.context["shown"]] == [shown]
    for hidden in (draft, gone):
        assert hidden.title not in text_of(page)
    assert "没有找到报道" in text_of(client.get(LISTED + "?q=草稿甲"))


@pytest.mark.parametrize("stories", [1, 3])
def test_list_query_count(client, bare_pages, stories, django_assert_num_queries):  # noqa: F811
    for story in StoryFactory.create_batch(stories, published=True):
        add_picture(story)
    with django_assert_num_queries(5):
        page = client.get(LISTED)
    assert page.content.count(b"story-card-title") == stories


# One story


def test_a_story_shows_its_head_picture_once_with_caption_byline_and_date(client):
    story = StoryFactory(published=True)
    head = add_picture(story, alt="两座房子", is_head=True, placed=True)
    other = add_picture(story, alt="大树", placed=True)
    page = text_of(client.get(story.address))
    for picture in (head, other):
        assert page.count(f"/files/{picture.file.code}/whole-1600.avif 1600w") == 1
        assert page.count(f"/files/{picture.file.code}/whole-480.webp 480w") == 1
        assert page.count(f'src="/files/{picture.file.code}/whole-960.jpg"') == 1
        assert f"/files/{picture.file.code}/1280/" not in page
    assert page.count('width="1600" height="1000" fetchpriority="high"') == 1
    assert page.count('width="1600" height="1000" loading="lazy"') == 1
    assert page.index("两座房子") < page.index(f'<h1 class="story-title">{story.title}') < page.index("大树")
    assert "2021年11月15日" in page
    assert "文：记者甲 通讯员乙" in page
    assert '村口 <span class="tiny">图：通讯员</span>' in page


def test_drafts_are_for_those_who_work_on_them(client, as_person, programme, editor, supervisor, stranger):
    story = StoryFactory(programme=programme)
    assert client.get(story.address).status_code == 404
    assert as_person(stranger).get(story.address).status_code == 404
    for person in (editor, supervisor):
        response = as_person(person).get(story.address)
        assert "草稿：公众看不到这篇报道" in text_of(response)
        assert response["Cache-Control"] == "private, no-store"


def test_a_withdrawn_story_is_gone_with_a_sentence_and_its_reason_stays_inside(client, editor, programme):
    story = StoryFactory(programme=programme, published=True, article__title="原来的题目")
    actions.withdraw_story(story=story, by=editor, reason="当事人不同意")
    response = client.get(story.address)
    page = text_of(response)
    assert response.status_code == 410
    assert "这篇报道已撤回" in page
    for hidden in ("当事人不同意", "原来的题目", "邻村"):
        assert hidden not in page


def test_an_address_that_never_was_is_404(client):
    assert client.get("/stories/nothing/").status_code == 404


def test_pictures_are_public_exactly_as_long_as_the_story_is(client, programme, editor, organiser, as_person):
    story = StoryFactory(programme=programme)
    address = reverse("media:file-at", args=[add_picture(story, is_head=True).file.code, 640])
    assert client.get(address).status_code == 404
    actions.publish_story(story=vouch(story, editor), by=organiser)
    assert client.get(address).status_code == 200
    actions.withdraw_story(story=story, by=editor, reason="x")
    assert client.get(address).status_code == 404
    assert as_person(editor).get(address).status_code == 200


@pytest.mark.parametrize("name", ["whole-480.avif", "wide-960.webp", "square-640.jpg"])
def test_a_withdrawn_story_s_pictures_are_gone_in_every_size_and_form(client, programme, editor, name):
    story = StoryFactory(programme=programme, published=True)
    address = reverse("media:rendition", args=[add_picture(story, is_head=True).file.code, name])
    assert client.get(address).status_code == 200  # made and kept
    actions.withdraw_story(story=story, by=editor, reason="x")
    assert client.get(address).status_code == 404


def test_consent_taken_back_takes_the_picture_in_every_size(
    client, programme, editor, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    story = StoryFactory(programme=programme, published=True)
    stored = add_picture(story, is_head=True, placed=True).file
    media.make_all(stored)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 25
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_down_picture(story=story, number=1, reason="本人来电", by=editor)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    for name in ("whole-480.avif", "wide-960.webp", "square-640.jpg"):
        assert client.get(reverse("media:rendition", args=[stored.code, name])).status_code == 404
    assert stored.code not in text_of(client.get(story.address))


def test_a_picture_as_it_is_kept_is_for_those_who_work_on_the_story(
    client, as_person, programme, editor, organiser, stranger
):
    address = reverse(
        "media:file", args=[add_picture(StoryFactory(programme=programme, published=True)).file.code]
    )
    assert client.get(address).status_code == 404
    for person, status in ((stranger, 404), (editor, 200), (organiser, 200)):
        assert as_person(person).get(address).status_code == status


def test_publishing_makes_the_sizes_ahead(
    programme, editor, organiser, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    story = StoryFactory(programme=programme)
    add_picture(story, is_head=True)
    with django_capture_on_commit_callbacks(execute=True):
        actions.publish_story(story=vouch(story, editor), by=organiser)
    made = sorted(path.name for path in tmp_path.rglob("*.avif"))
    assert made == [
        "square-320-50x50.avif", "square-640-50x50.avif", "whole-1600.avif", "whole-480.avif", "whole-960.avif",
        "wide-1600-50x50.avif", "wide-480-50x50.avif", "wide-960-50x50.avif",
    ]  # fmt: skip


def test_a_programme_that_is_not_public_is_named_without_a_link(client):
    story = StoryFactory(published=True, programme=ProgrammeFactory(slug="nei-bu"))
    page = text_of(client.get(story.address))
    assert story.programme.full_name in page
    assert "nei-bu" not in page


# For machines


def test_machines_are_told_what_it_is(client):
    story = StoryFactory(published=True)
    picture = add_picture(story, alt="树", is_head=True)
    page = client.get(story.address).content.decode()
    address = f"http://testserver{story.address}"
    assert f'<link rel="canonical" href="{address}">' in page
    assert '<meta property="og:type" content="article">' in page
    site = f"http://testserver/files/{picture.file.code}"
    shared = re.findall(r'<meta property="og:image" content="([^"]+)"', page)
    assert shared == [f"{site}/square-640.jpg", f"{site}/wide-1600.jpg"]
    for cut in shared:
        assert client.get(cut).status_code == 200
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    told, trail = told
    assert (told["@type"], told["headline"], told["url"]) == ("NewsArticle", story.title, address)
    assert told["image"] == [f"{site}/{name}.jpg" for name in ("square-640", "wide-1600", "whole-1600")]
    assert [(step["position"], step["item"]) for step in trail["itemListElement"]] == [
        (1, "http://testserver/stories/"),
        (2, address),
    ]
    assert told["datePublished"] == "2021-11-15T18:00:00+08:00"
    assert told["author"] == [
        {"@type": "Person", "name": "甲", "jobTitle": "记者"},
        {"@type": "Person", "name": "乙", "jobTitle": "通讯员"},
    ]


NASTY = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def test_nothing_that_is_entered_becomes_code(client, programme, editor, as_person):
    story = StoryFactory(
        programme=programme,
        published=True,
        article__title=NASTY,
        article__authors=NASTY,
        summary=NASTY,
        article__html="<p>好。</p>",
    )
    picture = add_picture(story, alt=NASTY, is_head=True)
    second = add_picture(story, alt=NASTY, placed=True)
    for each in (picture, second):
        each.caption = each.credit = NASTY[:100]
        each.save()
    pages = [client.get(address) for address in (story.address, LISTED, "/p/xfy-2021/")]
    signed_in = as_person(editor)
    code = programme.code
    pages += [
        signed_in.get(reverse("stories:desk-stories", args=[code])),
        signed_in.get(reverse("stories:desk-story", args=[code, story.code])),
        signed_in.get(reverse("stories:desk-edit", args=[code, story.code])),
    ]
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert" in text


# Asked again


def test_an_unchanged_story_is_304_and_a_changed_one_is_not(client, editor, programme):
    story = StoryFactory(programme=programme, published=True)
    first = client.get(story.address)
    client.cookies.clear()
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get(story.address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = client.get(story.address, headers={"If-Modified-Since": first["Last-Modified"]})
    assert since.status_code == 304
    actions.edit_story(story=story, by=editor, title="改过的", byline="", text="改过的字。")
    changed = client.get(story.address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "改过的字。" in text_of(changed)


def test_another_language_or_theme_is_another_page(client):
    story = StoryFactory(published=True)
    first = client.get(story.address)["ETag"]
    for name, value in (("django_language", "en"), ("yz-theme", "dark")):
        client.cookies.clear()
        client.cookies[name] = value
        assert client.get(story.address, headers={"If-None-Match": first}).status_code == 200


def test_a_signed_in_reader_gets_no_page_to_keep(as_person, stranger):
    story = StoryFactory(published=True)
    response = as_person(stranger).get(story.address)
    assert response["Cache-Control"] == "private, no-cache"
    assert "ETag" not in response
