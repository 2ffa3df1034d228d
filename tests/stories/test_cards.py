"""Pictures of a story to send: what is on them, for whom, and when they are drawn anew."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from tests.factories.people import GrantFactory
from tests.factories.stories import StoryFactory, add_picture
from yingzao.core.models import StoredFile
from yingzao.people import actions as people
from yingzao.stories import actions, exports
from yingzao.stories.models import ShareCard

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _apart(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def card(story, form="excerpt") -> str:
    return reverse("stories:public-card", args=[story.slug, form])


def drawn(response) -> Image.Image:
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    return Image.open(io.BytesIO(response.content))


def test_the_beginning_and_the_whole_are_pictures_of_their_widths(client, programme):
    text = "".join(f"<p>第{n}段：邻里商量着把长凳修好了。</p>" for n in range(40))
    story = StoryFactory(programme=programme, published=True, article__html=text, article__text=text)
    add_picture(story, is_head=True)
    short, whole = drawn(client.get(card(story))), drawn(client.get(card(story, "whole")))
    assert (short.width, whole.width) == (1080, 720)
    assert whole.height / whole.width > 2 * short.height / short.width
    assert not short.info.get("exif")


def test_a_card_is_drawn_once_and_anew_after_a_correction(client, programme, editor, monkeypatch):
    story = StoryFactory(programme=programme, published=True)
    first = client.get(card(story))
    assert ShareCard.objects.count() == 1
    with monkeypatch.context() as still:
        still.setattr("yingzao.stories.exports.cards.draw", None)  # nothing is drawn any more
        assert client.get(card(story)).content == first.content
        same = client.get(card(story), headers={"If-None-Match": first["ETag"]})
        assert same.status_code == 304
    actions.edit_story(
        story=story, by=editor, title="改过的题目", byline="", text="改过的字。", wrong="写错了。"
    )
    again = client.get(card(story), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again.content != first.content
    assert ShareCard.objects.count() == StoredFile.objects.count() == 1


def test_another_colour_or_address_is_another_card(client, programme):
    story = StoryFactory(programme=programme, published=True)
    first = client.get(card(story)).content
    by = GrantFactory(organisation=programme.organisation).person
    people.set_look(organisation=programme.organisation, by=by, accent="#8a1f3c")
    second = client.get(card(story)).content
    actions.change_address(story=story, by=by, slug="elsewhere")
    assert client.get(card(story))["Location"] == "/stories/elsewhere/card/excerpt.png"
    third = client.get("/stories/elsewhere/card/excerpt.png").content
    assert len({first, second, third}) == 3
    colours = {colour for _n, colour in Image.open(io.BytesIO(second)).convert("RGB").getcolors(1 << 20)}
    assert (0x8A, 0x1F, 0x3C) in colours


def test_a_draft_s_card_is_for_those_who_work_on_it_and_kept_nowhere(
    client, as_person, programme, editor, stranger
):
    story = StoryFactory(programme=programme)
    assert client.get(card(story)).status_code == 404
    assert as_person(stranger).get(card(story)).status_code == 404
    drawn(as_person(editor).get(card(story)))
    assert not ShareCard.objects.exists()


def test_withdrawn_it_is_gone_with_its_bytes(
    client, programme, editor, tmp_path, django_capture_on_commit_callbacks
):
    story = StoryFactory(programme=programme, published=True)
    client.get(card(story))
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw_story(story=story, by=editor, reason="x")
    assert client.get(card(story)).status_code == 404
    assert not StoredFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_name_taken_back_goes_from_the_card_at_once(
    client, programme, editor, tmp_path, django_capture_on_commit_callbacks
):
    from tests.factories.enrolment import EnrolmentFactory

    learner = EnrolmentFactory(programme=programme, name="林小满")
    story = StoryFactory(
        programme=programme, published=True, article__html="<p>林小满来了。</p>", article__text="林小满来了。"
    )
    first = client.get(card(story)).content
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_back_naming(learner=learner, by=editor)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert client.get(card(story)).content != first


def test_a_long_text_is_no_one_picture_and_says_so(client, as_person, programme, editor):
    long = "长" * 9000
    story = StoryFactory(
        programme=programme, published=True, article__html=f"<p>{long}</p>", article__text=long
    )
    refused = client.get(card(story, "whole"))
    assert refused.status_code == 422
    assert "一张图放不下" in refused.content.decode()
    drawn(client.get(card(story)))
    page = as_person(editor).get(reverse("stories:desk-share", args=[programme.code, story.code]))
    assert "一张图放不下" in page.content.decode()


def test_the_phone_s_frame_may_show_the_story_and_nobody_else_s_page(client, as_person, programme, editor):
    story = StoryFactory(programme=programme, published=True)
    page = client.get(story.address)
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    desk = as_person(editor).get(reverse("stories:desk-share", args=[programme.code, story.code]))
    assert "frame-src 'self'" in desk["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in desk["Content-Security-Policy"]
    assert f'<iframe class="share-phone" src="{story.address}"' in desk.content.decode()


def test_what_is_no_card_is_not_there(client, programme):
    story = StoryFactory(programme=programme, published=True)
    assert client.get(f"/stories/{story.slug}/card/poster.png").status_code == 404
    assert exports.fingerprint_of(story, "excerpt", "a") != exports.fingerprint_of(story, "whole", "a")
