"""Posts that come as a zip, as they go out: a post with its folder, several, and the sources of a whole site."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.stories import jpeg
from yingzao.articles.enums import ImageState
from yingzao.articles.readers import NotAnArticle, folders, is_folder, posts_in
from yingzao.core.errors import Refused
from yingzao.stories import actions
from yingzao.stories.exports import files
from yingzao.stories.models import Story

POST = "---\ntitle: 桥下的长凳\ncategories: [报道]\n---\n开头。\n\n![长凳](1.jpg)\n\n结尾。\n"
RED, BLUE = jpeg(colour=(200, 0, 0)), jpeg(colour=(0, 0, 200))


def packed(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.django_db
def test_what_goes_out_as_a_zip_comes_in_again_and_out_as_the_same_post(programme, editor):
    sent = packed({"帖子.md": POST, "帖子/1.jpg": RED})
    (story,) = actions.import_stories(programme=programme, by=editor, data=sent, name="a.zip")
    assert [one.state for one in story.article.images.all()] == [ImageState.STORED]
    for _round in range(2):
        out = files.FORMS["hexo"].make(story)
        with zipfile.ZipFile(io.BytesIO(out)) as archive:
            assert archive.read("帖子.md") == POST.encode()
            assert len(archive.namelist()) == 2
        (story,) = actions.import_stories(programme=programme, by=editor, data=out, name="b.zip")
        assert [one.state for one in story.article.images.all()] == [ImageState.STORED]


@pytest.mark.django_db
def test_a_story_written_here_goes_out_and_comes_in_whole(programme, editor):
    story = actions.write_story(programme=programme, by=editor, title="长凳", byline="记者甲", text="一句。")
    actions.add_photo(story=story, by=editor, upload=SimpleUploadedFile("a.jpg", RED))
    actions.edit_story(story=story, by=editor, title="长凳", byline="记者甲", text="一句。\n\n[图1]")
    for form in ("hexo", "markdown", "wechat"):
        story.refresh_from_db()
        (again,) = actions.import_stories(
            programme=programme, by=editor, data=files.FORMS[form].make(story), name="a.zip"
        )
        assert again.title == "长凳", form
        assert "一句。" in again.article.text, form
        assert [one.state for one in again.article.images.all()] == [ImageState.STORED], form


@pytest.mark.django_db
def test_each_post_of_a_zip_is_a_draft_with_its_own_pictures(as_person, programme, editor):
    data = packed(
        {
            "a/一.md": POST.replace("长凳\n", "甲\n", 1),
            "a/一/1.jpg": RED,
            "b/二.md": POST,
            "b/1.jpg": BLUE,
            "b/说明.txt": "x",
        }
    )
    form = {"file": SimpleUploadedFile("两篇.zip", data)}
    page = as_person(editor).post(reverse("stories:desk-import", args=[programme.code]), form, follow=True)
    assert "已读入2篇" in page.content.decode()
    stories = list(Story.objects.order_by("pk"))
    assert [(one.title, one.article.images.get().state) for one in stories] == [
        ("桥下的甲", ImageState.STORED),
        ("桥下的长凳", ImageState.STORED),
    ]
    first, second = (one.article.images.get().file.sha256 for one in stories)
    assert first != second


@pytest.mark.django_db
def test_one_bad_post_refuses_all_and_is_named(programme, editor):
    data = packed({"一.md": POST, "二.md": b"\x00\x01\x02" * 50})
    with pytest.raises(Refused) as refusal:
        actions.import_stories(programme=programme, by=editor, data=data, name="a.zip")
    assert refusal.value.sentence.startswith("二.md：")
    assert not Story.objects.exists()


def test_of_a_whole_site_the_posts_alone_are_read_with_pictures_from_its_root():
    data = packed(
        {
            "blog/source/_posts/一.md": POST, "blog/source/images/a.jpg": RED, "blog/README.md": "# 说明",
            "blog/themes/x/layout.html": "<p>x</p>", "__MACOSX/blog/._一.md": "x", "blog/source/_posts/一/1.jpg": BLUE,
        }
    )  # fmt: skip
    (post,) = posts_in(data)
    assert (post.name, post.data) == ("一.md", POST.encode())
    assert (post.pictures["images/a.jpg"], post.pictures["1.jpg"], post.pictures["一/1.jpg"]) == (
        RED,
        BLUE,
        BLUE,
    )


class WindowsName(zipfile.ZipInfo):
    """A name in the code page of Chinese Windows, without a word of it."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def test_names_that_windows_wrote_are_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(WindowsName("帖子.md"), POST)
        archive.writestr(WindowsName("帖子/1.jpg"), RED)
    (post,) = posts_in(out.getvalue())
    assert (post.name, post.pictures["1.jpg"]) == ("帖子.md", RED)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"a.txt": "x"}, "no_post"),
        ({f"{n}.md": POST for n in range(51)}, "too_many_posts"),
        ({"a.md": POST, **{f"{n}.jpg": b"" for n in range(2_000)}}, "too_large"),
    ],
)
def test_what_is_no_folder_of_posts_is_refused(parts, code):
    with pytest.raises(NotAnArticle) as refusal:
        posts_in(packed(parts))
    assert refusal.value.code == code


def test_a_zip_that_unfolds_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(folders, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(NotAnArticle) as refusal:
        posts_in(packed({"a.md": POST, "a.png": b"\x00" * 2_000_000}))
    assert refusal.value.code == "too_large"


def test_what_is_cut_off_is_damaged():
    data = packed({"a.md": POST * 100})
    with pytest.raises(NotAnArticle) as refusal:
        posts_in(data[: len(data) // 2])
    assert refusal.value.code == "damaged"
    assert not is_folder(b"---\ntitle: x\n---\n")
