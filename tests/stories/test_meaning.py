"""What a story tells of: entered, kept, shown where it may be, in feeds, in and out of the heads of posts."""

import json

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory
from tests.factories.communities import CommunityFactory
from tests.factories.stories import StoryFactory, jpeg
from tests.stories.test_out import POST, unpacked
from yingzao.core import ports
from yingzao.core.clock import SHANGHAI
from yingzao.stories import actions, queries
from yingzao.stories.actions import Meaning
from yingzao.stories.exports import files
from yingzao.stories.models import HubPing, Story, UnsavedText

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(programme):
    return CommunityFactory(organisation=programme.organisation, name="溪口村")


@pytest.fixture
def hidden(programme):
    return CommunityFactory(organisation=programme.organisation, name="暗渠社区", is_public=False)


@pytest.fixture
def visit(programme):
    return ActivityFactory(programme=programme, kind="visit", title="走进溪口村")


def typed(**more):
    return {
        "title": "榕树下",
        "byline": "记者甲",
        "correspondent": "乙",
        "photos_by": "丙",
        "text": "到了溪口村。",
        "categories": "新媒体，参访；新媒体",
        "tags": "#社区营造、长凳",
        "place": " 溪口村  榕树下 ",
        "communities": "溪口",
        "look": "1",
        **more,
    }


def new(programme):
    return reverse("stories:desk-new", args=[programme.code])


def edit(story):
    return reverse("stories:desk-edit", args=[story.programme.code, story.code])


def told(story):
    story.refresh_from_db()
    found = queries.meaning_of(story)
    return found["categories"], found["tags"], found["place"], found["activities"], found["communities"]


def test_what_is_entered_is_kept_with_its_version(as_person, programme, editor, village, visit):
    client = as_person(editor)
    client.post(new(programme), typed(activities=[visit.code]))
    story = Story.objects.get()
    expected = (["新媒体", "参访"], ["社区营造", "长凳"], "溪口村 榕树下", [visit.code], [village.code])
    assert told(story) == expected
    assert story.article.authors == "记者甲 通讯员乙 图 丙"
    assert story.versions.get().meaning == queries.meaning_of(story)
    page = client.get(edit(story)).content.decode()
    for words in (
        'value="新媒体、参访"',
        'value="社区营造、长凳"',
        'value="溪口村"',
        'value="乙"',
        'value="丙"',
    ):
        assert words in page
    assert f'value="{visit.code}" id="id_activities_0" checked' in page


def test_a_form_that_does_not_ask_leaves_it(as_person, programme, editor, village):
    story = StoryFactory(programme=programme, tags=["长凳"], article__categories=["参访"])
    story.communities.add(village)
    as_person(editor).post(edit(story), {"title": "榕树下", "byline": "", "text": "另一段。"})
    assert told(story) == (["参访"], ["长凳"], "", [], [village.code])


def test_a_community_that_is_not_in_the_register_is_said_and_nothing_is_lost(as_person, programme, editor):
    CommunityFactory(organisation=programme.organisation, name="新村", town="甲镇")
    CommunityFactory(organisation=programme.organisation, name="新村", town="乙镇")
    client = as_person(editor)
    page = client.post(new(programme), typed(communities="溪口村")).content.decode()
    assert "社区名册里没有“溪口村”" in page
    assert "到了溪口村。" in page
    page = client.post(new(programme), typed(communities="新村")).content.decode()
    assert "不止一个社区叫“新村”" in page
    client.post(new(programme), typed(communities="乙镇新村"))
    assert Story.objects.get().communities.get().town == "乙镇"


def test_an_editor_neither_finds_nor_loses_a_community_that_is_not_public(
    as_person, programme, editor, organiser, hidden, village
):
    client = as_person(editor)
    page = client.post(new(programme), typed(communities="暗渠社区")).content.decode()
    assert "社区名册里没有“暗渠社区”" in page
    story = StoryFactory(programme=programme, article__text="到了暗渠社区和溪口村。")
    assert "暗渠社区" not in client.get(edit(story)).content.decode().replace("到了暗渠社区和溪口村。", "")
    story.communities.add(hidden)
    client.post(edit(story), typed(communities="溪口村"))
    assert set(story.communities.all()) == {hidden, village}
    versions = client.get(reverse("stories:desk-versions", args=[programme.code, story.code]))
    assert "暗渠社区" not in versions.content.decode()
    assert 'value="暗渠社区、溪口村"' in as_person(organiser).get(edit(story)).content.decode()


def test_activities_of_other_programmes_and_unpublished_ones_are_not_offered(
    as_person, programme, editor, visit
):
    other = ActivityFactory(title="别家的")
    secret = ActivityFactory(programme=programme, title="还没公布", is_published=False)
    client = as_person(editor)
    page = client.get(new(programme)).content.decode()
    assert "走进溪口村" in page
    assert "别家的" not in page
    assert "还没公布" not in page
    for code in (other.code, secret.code):
        assert client.post(new(programme), typed(communities="", activities=[code])).status_code == 422


def test_readers_see_what_is_public_and_nothing_else(client, programme, village, hidden, visit):
    story = StoryFactory(
        programme=programme, published=True, tags=["长凳"], place="榕树下", article__categories=["参访"]
    )
    story.communities.set([village, hidden])
    secret = ActivityFactory(programme=programme, title="还没公布", is_published=False)
    story.activities.set([visit, secret])
    page = client.get(story.address).content.decode()
    assert f'href="/stories/?community={village.code}">溪口村</a>' in page
    assert 'href="/stories/?category=%E5%8F%82%E8%AE%BF">参访</a>' in page
    assert 'href="/stories/?tag=%E9%95%BF%E5%87%B3">#长凳</a>' in page
    assert "走进溪口村" in page
    assert '"contentLocation": {"@type": "Place", "name": "榕树下"}' in page
    assert '"keywords": ["参访", "长凳", "溪口村"]' in page
    for words in ("暗渠社区", hidden.code, "还没公布"):
        assert words not in page
    programme.is_public = False
    programme.save()
    assert "走进溪口村" not in client.get(story.address).content.decode()


def test_a_community_that_is_no_longer_public_leaves_the_page_at_once(client, programme, village):
    story = StoryFactory(programme=programme, published=True)
    story.communities.add(village)
    client.get(story.address)  # gives the cookie that the page goes with
    first = client.get(story.address)
    assert client.get(story.address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    village.is_public = False
    village.save()
    again = client.get(story.address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert "溪口村" not in again.content.decode()


def test_a_tag_has_a_list_of_its_own(client, programme):
    bears = StoryFactory(programme=programme, published=True, tags=["长凳"])
    other = StoryFactory(programme=programme, published=True)
    StoryFactory(programme=programme, tags=["秘密"])
    page = client.get("/stories/", {"tag": "长凳"}).content.decode()
    assert bears.title in page
    assert other.title not in page
    assert client.get("/stories/", {"tag": "秘密"}).status_code == 404


def test_feeds_say_categories_and_tags(client, programme):
    StoryFactory(programme=programme, published=True, tags=["长凳", "参访"], article__categories=["参访"])
    feed = json.loads(client.get("/feeds/stories.json").content)
    assert feed["items"][0]["tags"] == ["参访", "长凳"]


def test_the_hub_is_told_of_the_feeds_that_a_story_leaves(programme, editor, village, monkeypatch, settings):
    class Hub:
        def missing(self):
            return False

        def tell(self, topics):
            return ports.Answer(ports.Outcome.LATER)

    monkeypatch.setattr(ports, "port", lambda name: Hub())
    settings.YINGZAO_ADDRESS = "https://x.example"
    story = StoryFactory(programme=programme, published=True, article__categories=["参访"])
    story.communities.add(village)
    actions.edit_story(
        story=story, by=editor, title="改了", byline="", text="字。", meaning=Meaning(categories=["新媒体"])
    )
    topics = set(HubPing.objects.values_list("topic", flat=True))
    assert f"/feeds/communities/{village.code}.atom" in topics
    assert reverse("stories:category-feed", args=["参访", "atom"]) in topics
    assert reverse("stories:category-feed", args=["新媒体", "atom"]) in topics


def test_what_is_typed_is_kept_and_taken_up_again(as_person, programme, editor, visit):
    client = as_person(editor)
    client.post(
        reverse("stories:desk-autosave", args=[programme.code]),
        typed(communities="溪", activities=[visit.code]),
    )
    kept = UnsavedText.objects.get().typed
    assert (kept["categories"], kept["activities"]) == ("新媒体，参访；新媒体", [visit.code])
    page = client.get(new(programme) + "?unsaved=1").content.decode()
    assert 'value="溪"' in page
    assert f'value="{visit.code}" id="id_activities_0" checked' in page
    assert 'value="丙"' in page


def test_going_back_to_a_version_brings_back_what_it_told_of(as_person, programme, editor, village, visit):
    client = as_person(editor)
    client.post(new(programme), typed(activities=[visit.code]))
    story = Story.objects.get()
    client.post(edit(story), typed(categories="", tags="", place="", communities=""))
    assert told(story) == ([], [], "", [], [])
    page = client.get(edit(story) + "?version=1").content.decode()
    for words in ('value="新媒体、参访"', 'value="溪口村"', "checked"):
        assert words in page
    versions = client.get(
        reverse("stories:desk-versions", args=[programme.code, story.code])
    ).content.decode()
    assert "走进溪口村" in versions


# In and out

HEAD = (
    "---\ntitle: '榕树下'\ncategories:\n - 参访\nheadimg: 图/一.jpg\nauthor: 记者甲\ncomments: false\n"
    "date: Mon, 15 Nov 2021 13:49:30 GMT\nthumbnail: 图/一.jpg\ntags: [社区营造, 长凳]\nplace: 榕树下\nactivities:\n - 走进溪口村\n - 没有的\n"
    'communities:\n - 溪口村\n - 没有的村\n---\n\n<div>\n<p>到了溪口村。</p>\n<p><img src="图/一.jpg"></p>\n</div>\n'
).encode()


def brought(programme, editor, data=HEAD):
    return actions.import_story(
        programme=programme, by=editor, data=data, name="榕树下.md", pictures={"图/一.jpg": jpeg()}
    )


def test_the_head_of_a_post_says_what_it_tells_of(programme, editor, village, visit):
    story = brought(programme, editor)
    assert told(story) == (["参访"], ["社区营造", "长凳"], "榕树下", [visit.code], [village.code])
    assert unpacked(files.FORMS["hexo"].make(story))["榕树下.md"] == HEAD


def test_a_post_goes_out_with_what_it_tells_of_behind_the_seven_keys(
    programme, editor, village, hidden, visit
):
    story = brought(programme, editor)
    story.communities.add(hidden)
    actions.edit_story(
        story=story,
        by=editor,
        title="榕树下",
        byline="记者甲",
        text="换了。",
        dated=story.article.published_at,
    )
    story.refresh_from_db()
    text = unpacked(files.FORMS["hexo"].make(story))["榕树下.md"].decode()
    keys = [
        line.split(":")[0] for line in text.split("---")[1].strip().splitlines() if not line.startswith(" ")
    ]
    seven = ["title", "categories", "headimg", "author", "comments", "date", "thumbnail"]
    assert keys == [*seven, "tags", "place", "activities", "communities"]
    assert "暗渠社区" not in text
    again = brought(programme, editor, text.encode())
    assert told(again) == (["参访"], ["社区营造", "长凳"], "榕树下", [visit.code], [village.code])


@pytest.mark.parametrize("data", [POST, HEAD])
def test_an_imported_post_that_is_saved_as_it_came_goes_out_byte_by_byte(
    as_person, programme, editor, data, village, visit
):
    story = brought(programme, editor, data)
    client = as_person(editor)
    form = client.get(edit(story)).context["form"]
    sent = {name: value for name in form.fields if (value := form[name].value())}
    sent["dated"] = story.article.published_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    sent["alt-1"] = "大榕树"
    saved = client.post(edit(story), sent)
    assert (saved.status_code, saved.context and saved.context["form"].errors) == (302, None)
    story.refresh_from_db()
    assert next(iter(unpacked(files.FORMS["hexo"].make(story)).values())) == data
    client.post(edit(story), sent | {"seen": "", "categories": "别的"})
    story.refresh_from_db()
    out = next(iter(unpacked(files.FORMS["hexo"].make(story)).values())).decode()
    assert " - 别的\n" in out
    assert "大榕树" in out
