"""Versions, what differs between them, unsaved texts, and two people at one story."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.stories import StoryFactory, add_picture
from tests.stories.test_actions import NOON, edited, written
from tests.stories.test_desk_pages import typed
from yingzao.articles.actions import PictureWords
from yingzao.core.errors import Refused
from yingzao.stories import actions, queries
from yingzao.stories.models import UnsavedText
from yingzao.stories.settling import differences

TEXTS = st.text(alphabet="甲乙丙，。 ab1\n", max_size=40)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_their_difference(before, after):
    pieces = differences(before, after)
    assert "".join(p.text for p in pieces if p.kind != "new") == before
    assert "".join(p.text for p in pieces if p.kind != "gone") == after


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("同样", "同样", [("same", "同样")]),
        ("学员91人", "学员90人", [("same", "学员"), ("gone", "91"), ("new", "90"), ("same", "人")]),
        ("到了邻村。", "到了邻村里。", [("same", "到了邻村"), ("new", "里"), ("same", "。")]),
        ("", "新", [("new", "新")]),
    ],
)
def test_differences_are_by_character_and_by_number(before, after, told):
    assert [(piece.kind, piece.text) for piece in differences(before, after)] == told


def test_a_long_changed_text_is_told_whole_and_at_once():
    before, after = "甲" * 10_000, "乙" * 10_000
    assert [(p.kind, len(p.text)) for p in differences(before, after)] == [("gone", 10_000), ("new", 10_000)]


def later(hours: int) -> dt.datetime:
    return NOON + dt.timedelta(hours=hours)


@pytest.mark.django_db
def test_every_save_that_changes_something_keeps_one_version(programme, editor):
    story = written(programme, editor)
    edited(story, editor)
    edited(story, editor)
    assert [(v.number, v.by, v.source) for v in story.versions.order_by("number")] == [
        (1, editor, "第一段。\n\n第二段。"),
        (2, editor, "新的一段。"),
    ]


@pytest.mark.django_db
def test_words_about_pictures_are_part_of_a_version(programme, editor):
    from tests.stories.test_actions import upload
    from yingzao.articles.actions import NewPicture

    story = written(programme, editor, uploads=[NewPicture(upload(), "树")], text="[图1]")
    edited(story, editor, text="[图1]", words=[PictureWords(1, alt="桥", caption="村口")])
    assert [v.pictures for v in story.versions.order_by("number")] == [
        [[1, "树", "", "", False]],
        [[1, "桥", "村口", "", False]],
    ]


@pytest.mark.django_db
def test_a_story_from_before_versions_keeps_what_it_said(programme, editor):
    story = StoryFactory(programme=programme)
    edited(story, editor)
    assert [v.source.strip() for v in story.versions.order_by("number")] == [
        "十一月的第二个周六，学员到了邻村。",
        "新的一段。",
    ]


@pytest.mark.django_db
def test_going_back_is_a_new_version(programme, editor, as_person):
    story = edited(written(programme, editor), editor)
    client = as_person(editor)
    address = reverse("stories:desk-edit", args=[programme.code, story.code])
    form = client.get(address + "?version=1").context["form"]
    assert form["text"].value() == "第一段。\n\n第二段。"
    client.post(address, typed(text=form["text"].value(), seen=form["seen"].value()))
    assert list(story.versions.values_list("number", flat=True)) == [3, 2, 1]
    assert client.get(address + "?version=99999999999999").status_code == 200


@pytest.mark.django_db
def test_any_two_versions_are_compared(programme, editor, as_person):
    story = written(programme, editor, text="一")
    for text in ("二", "三"):
        edited(story, editor, text=text)
    client = as_person(editor)
    address = reverse("stories:desk-versions", args=[programme.code, story.code])
    page = client.get(address)
    assert (page.context["earlier"].number, page.context["later"].number) == (2, 3)
    page = client.get(address + "?from=3&to=1")
    assert (page.context["earlier"].number, page.context["later"].number) == (1, 3)
    assert "<del>" in page.content.decode()
    for wrong in ("?from=x&to=1", "?from=²&to=77", "?to=0"):
        assert client.get(address + wrong).status_code == 200


# Unsaved


@pytest.mark.django_db
def test_what_is_typed_is_kept_for_its_writer_alone_and_goes_with_the_save(
    programme, editor, organiser, as_person
):
    story = written(programme, editor)
    keep = reverse("stories:desk-autosave", args=[programme.code])
    edit = reverse("stories:desk-edit", args=[programme.code, story.code])
    answer = as_person(editor).post(keep, {"story": story.code, "text": "还没保存的话", "other": "x"})
    assert answer.json()["sentence"].startswith("已于")
    assert UnsavedText.objects.get().typed == {"text": "还没保存的话"}
    assert as_person(organiser).get(edit).context["unsaved"] is None
    page = as_person(editor).get(edit)
    assert page.context["unsaved"] is not None
    assert page.context["form"]["text"].value() != "还没保存的话"
    assert as_person(editor).get(edit + "?unsaved=1").context["form"]["text"].value() == "还没保存的话"
    edited(story, organiser)
    assert UnsavedText.objects.count() == 1
    edited(story, editor)
    assert UnsavedText.objects.count() == 0


@pytest.mark.django_db
def test_a_new_story_is_kept_too_and_can_be_thrown_away(programme, editor, as_person):
    client = as_person(editor)
    keep = reverse("stories:desk-autosave", args=[programme.code])
    for text in ("一", "二"):
        client.post(keep, {"text": text})
    assert UnsavedText.objects.get().typed == {"text": "二"}
    client.post(reverse("stories:desk-forget", args=[programme.code]))
    assert UnsavedText.objects.count() == 0


@pytest.mark.django_db
def test_an_unsaved_text_is_never_kept_for_anothers_story(programme, editor, as_person):
    keep = reverse("stories:desk-autosave", args=[programme.code])
    assert as_person(editor).post(keep, {"story": StoryFactory().code, "text": "x"}).status_code == 404
    assert as_person(editor).post(keep, {"text": "x" * 300_001}).status_code == 422
    assert UnsavedText.objects.count() == 0


# Two people


@pytest.mark.django_db
def test_the_second_save_is_refused_and_shows_both_texts(programme, editor, organiser, as_person):
    story = written(programme, editor, text="原来的话。")
    seen = story.changed_at
    edited(story, organiser, text="组织者改的话。")
    address = reverse("stories:desk-edit", args=[programme.code, story.code])
    page = as_person(editor).post(address, typed(text="编辑改的话。", seen=seen.isoformat()))
    assert page.status_code == 422
    assert page.context["theirs"] == "组织者改的话。"
    assert page.context["form"]["text"].value() == "编辑改的话。"
    assert [(p.kind, p.text) for p in page.context["pieces"]] == [
        ("gone", "组织者"), ("new", "编辑"), ("same", "改的话。"),
    ]  # fmt: skip
    again = typed(text="合起来的话。", seen=page.context["form"]["seen"].value())
    assert as_person(editor).post(address, again).status_code == 302
    assert [v.source for v in queries.versions_of(story).defer(None)][:2] == [
        "合起来的话。",
        "组织者改的话。",
    ]


@pytest.mark.django_db
def test_the_unsaved_text_of_an_older_story_cannot_overwrite_a_newer_one(programme, editor, organiser):
    story = written(programme, editor)
    actions.keep_unsaved(
        programme=programme,
        story=story,
        by=editor,
        typed={"text": "旧", "seen": story.changed_at.isoformat()},
    )
    edited(story, organiser)
    unsaved = queries.unsaved_text(programme, story, editor)
    with pytest.raises(Refused) as refusal:
        edited(
            story, editor, text=unsaved.typed["text"], seen=dt.datetime.fromisoformat(unsaved.typed["seen"])
        )
    assert refusal.value.code == "changed_meanwhile"


@pytest.mark.django_db
def test_what_stands_on_the_surface_and_words_of_pictures_are_kept_unsaved(programme, editor, as_person):
    story = written(programme, editor)
    add_picture(story, alt="旧的说法")
    client = as_person(editor)
    sent = {
        "story": story.code,
        "title": "题",
        "text": "旧的源文",
        "surface": "<p>新写的<strong>字</strong>。</p>",
    }
    sent |= {"alt-1": "新的说法", "caption-1": "榕树下", "alt-x": "没有这一张"}
    assert client.post(reverse("stories:desk-autosave", args=[programme.code]), sent).status_code == 200
    kept = UnsavedText.objects.get(story=story).typed
    assert kept == {
        "title": "题",
        "text": "新写的**字**。\n",
        "alt-1": "新的说法",
        "caption-1": "榕树下",
    }
    page = client.get(reverse("stories:desk-edit", args=[programme.code, story.code]) + "?unsaved=1")
    form = page.context["form"]
    assert (form["alt-1"].value(), form["caption-1"].value(), form["credit-1"].value()) == (
        "新的说法",
        "榕树下",
        "通讯员",
    )
