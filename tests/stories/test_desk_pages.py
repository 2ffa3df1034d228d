"""The editor's desk in pages: who comes in, what is shown, what a wrong form says."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.pages import bare_pages  # noqa: F401
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import EditorFactory, StoryFactory, add_picture, jpeg, vouch
from tests.stories.test_actions import POST
from yingzao.core.models import AuditLine
from yingzao.stories.models import Story

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def desk(name, *args) -> str:
    return reverse(f"stories:{name}", args=args)


def typed(**given) -> dict:
    return {
        "title": "邻里",
        "byline": "记者甲",
        "text": "第一段。",
        "summary": "",
        "dated": "",
        "upload_words": "",
        **given,
    }


# The list


def test_the_seal_leads_an_editor_to_a_page_that_is_theirs(programme, editor, as_person):
    """An editor has no overview of the programme; the mark at the top left leads to the stories."""
    page = text_of(as_person(editor).get(desk("desk-stories", programme.code)))
    [seal] = re.findall(r'<a class="brand" href="([^"]*)"', page)
    assert seal == desk("desk-stories", programme.code)


def test_an_empty_list_says_what_to_do(programme, editor, as_person):
    page = text_of(as_person(editor).get(desk("desk-stories", programme.code)))
    assert "还没有报道" in page
    assert desk("desk-from", programme.code) in page
    assert desk("desk-new", programme.code) in page


def test_the_list_counts_states_and_finds_by_word(programme, editor, as_person):
    StoryFactory(programme=programme, article__title="草稿甲")
    StoryFactory(programme=programme, published=True, article__title="公开乙")
    StoryFactory(article__title="别家的")
    client = as_person(editor)
    page = client.get(desk("desk-stories", programme.code))
    assert page.context["counts"] == {
        "all": 2, "draft": 1, "in_review": 0, "scheduled": 0, "published": 1, "withdrawn": 0,
    }  # fmt: skip
    assert [s.story.title for s in page.context["shown"]] == ["草稿甲", "公开乙"]
    for query, titles in (
        ("?show=draft", ["草稿甲"]),
        ("?q=公开", ["公开乙"]),
        ("?q=别家", []),
        ("?show=nonsense", 2),
    ):
        shown = client.get(desk("desk-stories", programme.code) + query).context["shown"]
        assert ([s.story.title for s in shown] if titles != 2 else len(shown)) == titles


@pytest.mark.parametrize("stories", [1, 3])
def test_list_query_count(programme, editor, as_person, bare_pages, stories, django_assert_num_queries):  # noqa: F811
    for story in StoryFactory.create_batch(stories, programme=programme, published=True):
        add_picture(story)
    client = as_person(editor)
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(desk("desk-stories", programme.code))
    assert page.content.count(b"story-stamp") == stories


LIST_QUERIES = 12


def test_an_editor_of_one_programme_comes_straight_to_it(programme, editor, as_person):
    assert as_person(editor).get(desk("desk-list")).url == desk("desk-stories", programme.code)


def test_an_editor_of_two_chooses(programme, editor, as_person):
    other = EditorFactory(person=editor).programme
    page = text_of(as_person(editor).get(desk("desk-list")))
    for each in (programme, other):
        assert desk("desk-stories", each.code) in page


# Who comes in


@pytest.mark.parametrize("name", ["desk-stories", "desk-new", "desk-import"])
def test_strangers_find_nothing(programme, stranger, as_person, name):
    assert as_person(stranger).get(desk(name, programme.code)).status_code == 404


@pytest.mark.parametrize("name", ["desk-story", "desk-edit"])
def test_a_story_is_found_under_its_own_programme_only(programme, editor, as_person, name):
    story = StoryFactory(programme=programme)
    other = EditorFactory(person=editor).programme
    client = as_person(editor)
    assert client.get(desk(name, programme.code, story.code)).status_code == 200
    assert client.get(desk(name, other.code, story.code)).status_code == 404


def test_supervisors_read_and_change_nothing(programme, supervisor, as_person):
    story = StoryFactory(programme=programme)
    client = as_person(supervisor)
    page = text_of(client.get(desk("desk-story", programme.code, story.code)))
    assert story.title in page
    assert desk("desk-edit", programme.code, story.code) not in page
    assert client.get(desk("desk-stories", programme.code)).status_code == 200
    assert client.get(desk("desk-edit", programme.code, story.code)).status_code == 404
    for name in ("desk-publish", "desk-withdraw"):
        assert client.post(desk(name, programme.code, story.code)).status_code == 404
    assert client.post(desk("desk-preview", programme.code), {"text": "x"}).status_code == 404


def test_the_signed_out_are_asked_to_sign_in(programme, client):
    response = client.get(desk("desk-stories", programme.code))
    assert response.status_code == 302
    assert "/sign-in/" in response.url


# Writing


def test_writing_with_a_picture_and_publishing(programme, editor, organiser, as_person):
    client = as_person(editor)
    photo = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    form = typed(text="开头。\n\n[图1]", uploads=[photo], upload_words="村口的大树\n", look="1")
    response = client.post(desk("desk-new", programme.code), form)
    story = Story.objects.get()
    assert response.url == desk("desk-story", programme.code, story.code)
    assert story.article.images.get().alt == "村口的大树"
    assert "已送审" in text_of(client.post(desk("desk-send", programme.code, story.code), follow=True))
    client = as_person(organiser)
    vouch(story, editor)
    response = client.post(desk("desk-publish", programme.code, story.code), follow=True)
    assert "已发布，现在任何人都能阅读。" in text_of(response)
    story.refresh_from_db()
    assert story.feed_id.startswith("tag:testserver,")


def test_a_wrong_form_is_drawn_again_with_what_was_typed(programme, editor, as_person):
    response = as_person(editor).post(desk("desk-new", programme.code), typed(title="", text="写好的话。"))
    page = text_of(response)
    assert response.status_code == 422
    assert "请填写标题。" in page
    assert "写好的话。" in page
    assert Story.objects.count() == 0


def test_a_file_that_is_no_picture_is_told(programme, editor, as_person):
    wrong = SimpleUploadedFile("a.jpg", b"not a picture", "image/jpeg")
    response = as_person(editor).post(desk("desk-new", programme.code), typed(uploads=[wrong]))
    assert response.status_code == 422
    assert Story.objects.count() == 0


def test_editing_keeps_what_is_said_about_pictures(programme, editor, as_person):
    story = StoryFactory(programme=programme)
    add_picture(story, alt="旧", placed=True)
    client = as_person(editor)
    page = client.get(desk("desk-edit", programme.code, story.code))
    assert "[图1]" in text_of(page)
    form = typed(text="[图1]", seen=page.context["form"]["seen"].value()) | {
        "alt-1": "新的", "caption-1": "说明", "credit-1": "通讯员", "head": "1"}  # fmt: skip
    response = client.post(desk("desk-edit", programme.code, story.code), form)
    assert response.url == desk("desk-edit", programme.code, story.code)
    picture = story.article.images.get()
    assert (picture.alt, picture.caption, picture.is_head) == ("新的", "说明", True)


def test_the_point_that_stays_in_view_is_entered_in_numbers(programme, editor, as_person):
    story = StoryFactory(programme=programme)
    add_picture(story, placed=True)
    client = as_person(editor)
    page = desk("desk-edit", programme.code, story.code)
    seen = client.get(page).context["form"]["seen"].value()
    given = typed(text="[图1]", seen=seen) | {"alt-1": "树", "focus-x-1": "20", "focus-y-1": "101"}
    wrong = client.post(page, given)
    assert wrong.status_code == 422
    assert "不能大于 100。" in text_of(wrong)
    assert client.post(page, given | {"focus-y-1": "90"}).status_code == 302
    stored = story.article.images.get().file
    assert (stored.focus_x, stored.focus_y) == (20, 90)
    seen = client.get(page).context["form"]["seen"].value()
    client.post(page, typed(text="[图1]", seen=seen) | {"alt-1": "树"})  # a page that does not send them
    stored.refresh_from_db()
    assert (stored.focus_x, stored.focus_y) == (20, 90)


def test_an_older_page_cannot_overwrite_a_newer_one(programme, editor, as_person):
    story = StoryFactory(programme=programme)
    client = as_person(editor)
    seen = client.get(desk("desk-edit", programme.code, story.code)).context["form"]["seen"].value()
    client.post(desk("desk-edit", programme.code, story.code), typed(text="先存的。", seen=seen))
    response = client.post(desk("desk-edit", programme.code, story.code), typed(text="后存的。", seen=seen))
    story.article.refresh_from_db()
    assert response.status_code == 422
    assert "在您修改期间，有同事保存了这篇报道" in text_of(response)
    assert story.article.text == "先存的。"


def test_importing_a_post(programme, editor, as_person):
    form = {
        "file": SimpleUploadedFile("a.md", POST),
        "pictures": [SimpleUploadedFile("村居.jpg", jpeg(), "image/jpeg")],
    }
    response = as_person(editor).post(desk("desk-import", programme.code), form, follow=True)
    assert "两个周六，四个社区" in text_of(response)
    assert Story.objects.get().article.images.get().state == "stored"


@pytest.mark.parametrize("form", [{}, {"file": SimpleUploadedFile("a.md", b"\x89PNG\r\n\x1a\n\x00\x00")}])
def test_importing_nothing_or_nonsense_is_told(programme, editor, as_person, form):
    response = as_person(editor).post(desk("desk-import", programme.code), form)
    assert (response.status_code, Story.objects.count()) == (422, 0)


def test_the_preview_shows_the_text_and_keeps_nothing(programme, editor, as_person):
    story = StoryFactory(programme=programme)
    add_picture(story)
    form = {
        "text": "## 小标题\n\n[图1]\n\n[图7]\n\n<script>x</script>",
        "title": "<b>题</b>",
        "story": story.code,
    }
    page = as_person(editor).post(desk("desk-preview", programme.code), form).content.decode()
    assert "<h2>小标题</h2>" in page
    assert page.count("<img") == 1
    assert '<p class="soft">[图7]</p>' in page
    assert "<script" not in page
    assert "&lt;b&gt;题" in page
    assert AuditLine.objects.count() == 0


def test_the_preview_shows_no_pictures_of_another_programme(programme, editor, as_person):
    other = StoryFactory(programme=ProgrammeFactory())
    picture = add_picture(other)
    page = as_person(editor).post(
        desk("desk-preview", programme.code), {"text": "[图1]", "story": other.code}
    )
    assert picture.file.code not in page.content.decode()


# Publishing and withdrawing


def test_a_story_without_alternative_text_leads_to_the_field(programme, editor, as_person):
    story = StoryFactory(programme=programme, state="in_review")
    add_picture(story, alt="", placed=True)
    client = as_person(editor)
    page = text_of(client.get(desk("desk-story", programme.code, story.code)))
    assert f"{desk('desk-edit', programme.code, story.code)}#id_alt-1" in page
    assert desk("desk-publish", programme.code, story.code) not in page
    response = client.post(desk("desk-publish", programme.code, story.code), follow=True)
    assert "图 1 还没有替代文字" in text_of(response)
    story.refresh_from_db()
    assert story.state == "in_review"


def test_withdrawing_asks_for_a_reason_and_publishing_again_is_offered(programme, editor, as_person):
    story = StoryFactory(programme=programme, published=True)
    client = as_person(editor)
    address = desk("desk-withdraw", programme.code, story.code)
    response = client.post(address, {"reason": ""})
    assert response.status_code == 422
    assert "请写明撤回的原因" in text_of(response)
    page = text_of(client.post(address, {"reason": "人名有误"}, follow=True))
    assert "人名有误" in page
    assert "重新发布" in page


def test_publishing_needs_a_post(programme, editor, as_person):
    story = StoryFactory(programme=programme)
    client = as_person(editor)
    for name in ("desk-publish", "desk-withdraw"):
        assert client.get(desk(name, programme.code, story.code)).status_code == 405


def test_what_was_written_on_the_surface_is_kept_whatever_else_is_wrong(as_person, programme, editor):
    sent = {"title": "", "byline": "", "text": "", "surface": "<h2>怎么做</h2><p>先<strong>听</strong>。</p>"}
    address = reverse("stories:desk-new", args=[programme.code])
    refused = as_person(editor).post(address, sent)
    assert refused.status_code == 422
    assert "## 怎么做\n\n先**听**。" in refused.content.decode()
    assert as_person(editor).post(address, sent | {"title": "邻里"}).status_code == 302
    assert Story.objects.get().article.text == "怎么做\n先听。"
