"""A story that stands elsewhere now: who may move it, where its former addresses lead, and what stays."""

import pytest
from django.urls import reverse

from tests.factories.stories import StoryFactory
from yingzao.core.errors import Refused
from yingzao.stories import actions, queries
from yingzao.stories.models import FormerAddress, Story

pytestmark = pytest.mark.django_db


def move(story, by, slug) -> Story:
    return actions.change_address(story=story, by=by, slug=slug)


def test_a_former_address_leads_to_the_story_for_good_and_chains_collapse(client, programme, editor):
    story = StoryFactory(programme=programme, published=True, slug="one")
    named = story.feed_id
    for slug in ("two", "three"):
        story = move(story, editor, slug)
    for old in ("one", "two"):
        response = client.get(f"/stories/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/stories/three/")
    page = client.get("/stories/three/")
    assert '<link rel="canonical" href="http://testserver/stories/three/">' in page.content.decode()
    assert story.feed_id == named
    feed = client.get("/feeds/stories.atom").content.decode()
    assert named in feed
    assert "/stories/three/" in feed
    assert "/stories/one/" not in feed


def test_a_story_comes_back_to_its_own_address(client, programme, editor):
    story = StoryFactory(programme=programme, published=True, slug="one")
    move(move(story, editor, "two"), editor, "one")
    assert client.get("/stories/one/").status_code == 200
    assert client.get("/stories/two/")["Location"] == "/stories/one/"
    # A browser that kept 301 from its first visit would walk between the two for ever.
    for former in ("/stories/two/", "/stories/two/card/whole.png"):
        assert "no-cache" in client.get(former)["Cache-Control"]
    assert [former.slug for former in FormerAddress.objects.all()] == ["two"]


def test_a_former_address_is_taken_by_no_other_story(programme, editor, organiser):
    story = StoryFactory(programme=programme, published=True, slug="lin-li-de-ban-fa")
    move(story, editor, "elsewhere")
    other = StoryFactory(programme=programme)
    with pytest.raises(Refused) as refusal:
        move(other, editor, "lin-li-de-ban-fa")
    assert (refusal.value.code, refusal.value.field) == ("taken", "slug")
    written = actions.write_story(programme=programme, by=editor, title="邻里的办法", byline="", text="字。")
    assert written.slug == "lin-li-de-ban-fa-2"
    with pytest.raises(Refused):
        move(other, editor, "elsewhere")


@pytest.mark.parametrize("slug", ["", "-a", "a--b", "a b", "故事", "a/b", "../x", "a" * 81, "a_b"])
def test_what_is_no_address_is_refused(programme, editor, slug):
    story = StoryFactory(programme=programme, published=True, slug="one")
    with pytest.raises(Refused) as refusal:
        move(story, editor, slug)
    assert refusal.value.code == "bad_slug"
    assert Story.objects.get().slug == "one"


def test_a_draft_leaves_no_former_address_and_keeps_the_one_that_was_chosen(client, programme, editor):
    story = move(StoryFactory(programme=programme, slug="one"), editor, "Chosen")
    assert story.slug == "chosen"
    assert not FormerAddress.objects.exists()
    actions.edit_story(story=story, by=editor, title="另一个题目", byline="", text="字。")
    story.refresh_from_db()
    assert story.slug == "chosen"
    assert client.get("/stories/one/").status_code == 404


def test_a_former_address_tells_no_more_than_the_story(client, programme, editor):
    story = StoryFactory(programme=programme, published=True, slug="one")
    story = move(story, editor, "secret-name")
    actions.withdraw_story(story=story, by=editor, reason="x")
    assert client.get("/stories/one/").status_code == 301
    assert client.get("/stories/secret-name/").status_code == 410
    Story.objects.update(state="draft", feed_id="")
    response = client.get("/stories/one/")
    assert response.status_code == 404
    assert "secret-name" not in response.content.decode()


def test_who_wrote_a_public_story_does_not_move_it(programme, editor):
    story = StoryFactory(programme=programme, published=True, written_by=editor)
    with pytest.raises(Refused) as refusal:
        move(story, editor, "two")
    assert refusal.value.code == "four_eyes"


def test_words_that_name_a_former_address_name_the_story(programme, editor):
    story = move(StoryFactory(programme=programme, published=True, slug="one"), editor, "two")
    for slug in ("one", "two"):
        found = queries.story_named(programme.organisation, f"https://example.org/stories/{slug}/")
        assert found == story


def test_an_editor_moves_it_on_its_page(client, as_person, programme, editor):
    story = StoryFactory(programme=programme, published=True, slug="one")
    page = reverse("stories:desk-address", args=[programme.code, story.code])
    signed_in = as_person(editor)
    wrong = signed_in.post(page, {"slug": "a b"})
    assert wrong.status_code == 422
    assert 'value="a b"' in wrong.content.decode()
    assert signed_in.post(page, {"slug": "two"})["Location"].endswith("#address")
    shown = signed_in.get(reverse("stories:desk-story", args=[programme.code, story.code])).content.decode()
    assert "<li>/stories/one/</li>" in shown
