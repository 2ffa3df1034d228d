"""Stories as files: Hexo byte by byte, Markdown, a page for a 公众号, Word and PDF."""

import io
import re
import zipfile
from urllib.parse import unquote

import docx
import pypdf
import pytest
from django.urls import reverse

from tests.factories.stories import StoryFactory, add_picture, jpeg
from yingzao.articles.readers import read
from yingzao.stories import actions
from yingzao.stories.enums import CardForm
from yingzao.stories.exports import cards, files

pytestmark = pytest.mark.django_db

POST = (
    "---\r\ntitle: '邻里 的办法'\r\ncategories: \r\n - 新媒体\r\nheadimg: 图/一.jpg\r\nauthor: 趣头条\r\ncomments: false\r\n"
    "date: Mon, 15 Nov 2021 13:49:30 GMT\r\nthumbnail: 图/一.jpg\r\n---\r\n\r\n<div>   \r\n<p>第一段。</p>"
    '<p><img src="图/一.jpg"></p>\r\n</div>\r\n'
).encode()
HTML = (
    "<h2>怎么做</h2><p>先<strong>听</strong>，再说 {{ 话 }}。</p><ul><li>一</li><li>二<ul><li>二之一</li></ul></li></ul>"
    "<blockquote><p>邻里如亲。</p></blockquote><table><tbody><tr><td>甲</td><td>乙</td></tr></tbody></table>"
)


def told(**more):
    story = StoryFactory(published=True, article__html=HTML, article__title="邻里: 的办法", **more)
    story.article.categories = ["新媒体", "a: b"]
    add_picture(story, alt="大榕树 <树>", placed=True, is_head=True)
    return story


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_imported_post_goes_out_byte_by_byte(programme, editor):
    story = actions.import_story(
        programme=programme, by=editor, data=POST, name="邻里.md", pictures={"图/一.jpg": jpeg()}
    )
    out = unpacked(files.FORMS["hexo"].make(story))
    assert (list(out), out["邻里.md"]) == (["邻里.md", "图/一.jpg"], POST)


def test_a_post_that_was_changed_is_written_anew(programme, editor):
    story = actions.import_story(programme=programme, by=editor, data=POST, name="邻里.md")
    actions.edit_story(story=story, by=editor, title="改了", byline="", text="另一段。")
    story.refresh_from_db()
    out = unpacked(files.FORMS["hexo"].make(story))
    assert "另一段" in out["改了.md"].decode()
    assert "趣头条" not in out["改了.md"].decode()


def test_the_head_of_a_post_has_its_keys_in_order_and_reads_back():
    out = unpacked(files.FORMS["hexo"].make(told()))
    (name,) = [name for name in out if name.endswith(".md")]
    head = out[name].decode().split("---\n")[1]
    assert re.findall(r"^(\w+):", head, re.MULTILINE) == [
        "title", "categories", "headimg", "author", "comments", "date", "thumbnail",
    ]  # fmt: skip
    back = read(out[name], name)
    assert (back.title, back.categories, back.writers) == (
        "邻里: 的办法", ("新媒体", "a: b"), ("记者甲 通讯员乙",),
    )  # fmt: skip
    assert back.published_at == told().published_at
    assert "先<strong>听</strong>，再说 {{ 话 }}。" in back.html
    assert [(image.src, image.alt) for image in back.images] == [("01.jpg", "大榕树 <树>")]
    assert "邻里_ 的办法/01.jpg" in out


def test_what_looks_like_code_in_a_title_is_no_code():
    out = unpacked(files.FORMS["hexo"].make(StoryFactory(article__title="it's {{ x }}: 'y'")))
    assert read(next(iter(out.values())), "a.md").title == "it's {{ x }}: 'y'"


def test_markdown_names_its_pictures_files():
    out = unpacked(files.FORMS["markdown"].make(told()))
    text = out["邻里_ 的办法.md"].decode()
    assert text.startswith("# 邻里: 的办法\n\n记者甲 通讯员乙 · 2021-11-15\n\n## 怎么做\n")
    assert '(邻里_%20的办法/01.jpg "村口 通讯员")' in text
    assert list(out) == ["邻里_ 的办法.md", "邻里_ 的办法/01.jpg"]


def test_the_page_for_an_account_carries_its_looks_and_nothing_else():
    out = unpacked(files.FORMS["wechat"].make(told()))
    page = out["邻里_ 的办法.html"].decode()
    assert not re.search(r"<script|<style|<link|class=|id=|/files/", page)
    assert re.search(r'<h2 style="[^"]+">怎么做</h2>', page)
    assert 'src="邻里_ 的办法/01.jpg"' in unquote(page)
    assert 'alt="大榕树 &lt;树&gt;"' in page or 'alt="大榕树 <树>"' in page


def test_a_word_file_has_headings_captions_and_alternative_texts():
    made = docx.Document(io.BytesIO(files.FORMS["docx"].make(told())))
    words = [(p.style.name, p.text) for p in made.paragraphs if p.text]
    assert words[:2] == [("Title", "邻里: 的办法"), ("Normal", "记者甲 通讯员乙 · 2021年11月15日")]
    assert ("Heading 2", "怎么做") in words
    assert ("Quote", "邻里如亲。") in words
    assert ("Caption", "村口 通讯员") in words
    assert "二之一" in "".join(text for _style, text in words)
    assert [shape._inline.docPr.get("descr") for shape in made.inline_shapes] == ["大榕树 <树>"]
    assert [cell.text for cell in made.tables[0].rows[0].cells] == ["甲", "乙"]


def test_a_word_file_reads_back(programme, editor):
    back = read(files.FORMS["docx"].make(told()), "a.docx")
    assert "邻里如亲" in back.text
    assert len(back.images) == 1


def test_a_pdf_is_the_same_each_time_and_holds_the_words():
    story = told()
    made = files.FORMS["pdf"].make(story)
    assert made == files.FORMS["pdf"].make(story)
    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "怎么做" in words
    assert "村口" in words


def test_emoji_are_left_out_on_paper_and_in_pictures(programme):
    html = "<p>完成啦🎉👨‍👩‍👧！1️⃣</p>"
    story = StoryFactory(programme=programme, published=True, article__title="结业🎓典礼", article__html=html)
    words = "".join(
        p.extract_text() for p in pypdf.PdfReader(io.BytesIO(files.FORMS["pdf"].make(story))).pages
    )
    assert "结业典礼" in words
    assert "完成啦！1" in words
    assert cards.draw(story, CardForm.WHOLE, address="http://testserver/x/").startswith(b"\x89PNG")


def test_small_signs_lines_and_cells_stand_in_word_and_pdf(programme):
    html = (
        "<p>面积12 m<sup>2</sup>，<u>重点</u><br>\n下一行</p><table><tbody><tr><td rowspan='2'><p>甲</p><p>乙</p></td><td>一</td></tr>"
        "<tr><td>二</td></tr><tr><td colspan='2'>丙</td></tr></tbody></table>"
    )
    story = StoryFactory(programme=programme, published=True, article__html=html)
    made = docx.Document(io.BytesIO(files.FORMS["docx"].make(story)))
    (line,) = [p for p in made.paragraphs if "面积" in p.text]
    assert line.text == "面积12 m2，重点\n下一行"
    assert [(run.text, run.font.superscript, run.underline) for run in line.runs[1:4]] == [
        ("2", True, None), ("，", None, None), ("重点", None, True),
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [
        ["甲\n乙", "一"], ["", "二"], ["丙", ""],
    ]  # fmt: skip
    assert b'w:eastAsia="zh-CN"' in unpacked(files.FORMS["docx"].make(story))["word/styles.xml"]
    assert files.FORMS["pdf"].make(story).startswith(b"%PDF")


def test_captions_go_out_and_come_in_again(programme, editor):
    story = told(programme=programme)
    for form in ("hexo", "markdown", "wechat"):
        out = files.FORMS[form].make(story)
        (again,) = actions.import_stories(programme=programme, by=editor, data=out, name="a.zip")
        (picture,) = again.article.images.all()
        assert (picture.alt, picture.caption) == ("大榕树 <树>", "村口 通讯员"), form
        assert "村口" not in again.article.html, form
        assert "村口" not in again.article.text, form


def test_a_title_that_is_the_name_of_a_file_is_no_caption(programme, editor):
    data = '![长凳](a.jpg "IMG_2021")\n\n![树](b.jpg "榕树 \\"百年\\"")\n'.encode()
    story = actions.import_story(programme=programme, by=editor, data=data, name="a.md")
    assert [(one.alt, one.caption) for one in story.article.images.all()] == [
        ("长凳", "长凳"),
        ("树", '榕树 "百年"'),
    ]


def test_a_character_without_a_glyph_is_named(as_person, programme, editor):
    story = StoryFactory(programme=programme, article__html="<p>油泼𰻝𰻝面</p>")
    client = as_person(editor)
    address = reverse("stories:desk-out-file", args=[programme.code, story.code, "pdf"])
    answer = client.get(address, follow=True)
    assert answer.redirect_chain[0][1] == 302
    assert "“油泼𰻝𰻝面”中的“𰻝”字" in answer.content.decode()
    assert "U+30EDD" in answer.content.decode()


def test_nobody_reads_the_kept_original(client, as_person, programme, editor):
    story = actions.import_story(programme=programme, by=editor, data=POST, name="a.md")
    address = reverse("media:file", args=[story.article.original.code])
    assert client.get(address).status_code == 404
    assert as_person(editor).get(address).status_code == 404


@pytest.mark.parametrize("form", sorted(files.FORMS))
def test_an_editor_takes_each_form_and_a_stranger_none(as_person, programme, editor, stranger, form):
    story = told(programme=programme)
    address = reverse("stories:desk-out-file", args=[programme.code, story.code, form])
    answer = as_person(editor).get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert "attachment" in answer["Content-Disposition"]
    assert as_person(stranger).get(address).status_code == 404


def test_the_page_offers_every_form_and_the_text_to_copy(as_person, programme, editor):
    story = told(programme=programme)
    page = (
        as_person(editor).get(reverse("stories:desk-out", args=[programme.code, story.code])).content.decode()
    )
    assert all(f"/out/{form}/" in page for form in files.FORMS)
    assert "http://testserver/files/" in page
