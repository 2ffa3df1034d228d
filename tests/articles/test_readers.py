"""Articles: the forms they come in, and what must never come through."""

import base64
import datetime as dt
import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.articles.harmless import assert_harmless
from tests.factories.hostile_texts import MARKDOWN, MARKUP
from yingzao.articles.readers import ImageRef, NotAnArticle, ParsedArticle, read
from yingzao.articles.readers.dates import read_date
from yingzao.articles.readers.markup import clean, escape_unknown, image_ref, strip_proxy

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "articles"
UTC, SHANGHAI = dt.UTC, dt.timezone(dt.timedelta(hours=8))
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n not really").decode()

HEXO = """
---
title: '_走出去_学干货！'
categories:
 - 新媒体
 - 分类
headimg: 'https://cors.zfour.workers.dev/?http://img.example/2021/a.jpeg'
author: 某聚合站
comments: false
date: Mon, 15 Nov 2021 13:49:30 GMT
thumbnail: 'https://cors.zfour.workers.dev/?http://img.example/2021/a.jpeg'
---

<div>
<p>第一段，违反<化妆品监督管理条例>的情况。</p><p><img src="https://cors.zfour.workers.dev/?http://img.example/2021/a.jpeg" data-size="700,525" referrerpolicy="no-referrer"></p><p><br></p><p>&nbsp;</p><p><strong>小标题</strong></p><p>一个 &#123;词&#125;。</p><p>展开阅读全文</p><p><strong>文/记者甲 通讯员乙</strong></p><p><strong>图片由通讯员提供</strong></p>
</div>
            """


def post(body: str, **matter: str) -> bytes:
    head = "".join(f"{key}: {value}\n" for key, value in matter.items())
    return f"---\ntitle: 标题\n{head}---\n\n{body}".encode()


def docx(xml: str) -> bytes:
    body = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{xml}</w:body></w:document>"
    )
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Target="word/document.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument"/></Relationships>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types/>')
        archive.writestr("_rels/.rels", relations)
        archive.writestr("word/document.xml", body)
    return out.getvalue()


# Forms


def test_hexo_post():
    article = read(HEXO.encode(), "post.md")
    assert article.title == "_走出去_学干货！"
    assert article.categories == ("新媒体", "分类")
    assert (article.authors, article.byline, article.credit) == ("某聚合站", "记者甲 通讯员乙", "通讯员")
    assert article.published_at == dt.datetime(2021, 11, 15, 13, 49, 30, tzinfo=UTC)
    assert article.date_raw == "Mon, 15 Nov 2021 13:49:30 GMT"
    assert article.html.splitlines() == [
        "<p>第一段，违反&lt;化妆品监督管理条例&gt;的情况。</p>",
        '<figure><img src="image:0"></figure>',
        "<p><strong>小标题</strong></p>",
        "<p>一个 {词}。</p>",
        "<p><strong>文/记者甲 通讯员乙</strong></p>",
        "<p><strong>图片由通讯员提供</strong></p>",
    ]
    assert article.text.splitlines() == [
        "第一段，违反<化妆品监督管理条例>的情况。",
        "小标题",
        "一个 {词}。",
        "文/记者甲 通讯员乙",
        "图片由通讯员提供",
    ]
    assert article.images == (
        ImageRef(
            "https://cors.zfour.workers.dev/?http://img.example/2021/a.jpeg",
            "http://img.example/2021/a.jpeg",
            "",
            "remote",
            is_head=True,
            width=700,
            height=525,
        ),
    )
    assert article.warnings == ("tag_shown_as_text", "junk_dropped")


def test_markdown_post():
    source = "> 引言\n\n![小区里](图片/停 车.jpg '题')\n\n## 小节\n\n- 一\n- 二\n\n```\n<version>1</version>\n```\n"
    article = read(post(source, headimg="图片/题图.jpg", date="2021-09-16 09:00:00", author="编写组"), "a.md")
    assert article.published_at == dt.datetime(2021, 9, 16, 9, tzinfo=SHANGHAI)
    assert "<pre><code>&lt;version&gt;1&lt;/version&gt;\n</code></pre>" in article.html
    assert article.images == (
        ImageRef("图片/题图.jpg", "图片/题图.jpg", "", "local", is_head=True, in_body=False),
    )
    assert article.text.splitlines()[0] == "引言"


def test_a_local_picture_keeps_its_readable_path_and_its_words():
    article = read(post("![小区里](图片/停车.jpg)"), "a.md")
    assert [(i.origin, i.alt, i.state) for i in article.images] == [("图片/停车.jpg", "小区里", "local")]
    assert article.html == '<figure><img src="image:0"></figure>'


def test_web_page():
    page = """<!DOCTYPE html><html><head><title>页面题目</title><meta name="author" content="甲">
    <meta name="date" content="2021-11-08T09:00:00+08:00"><meta name="keywords" content="协商，电梯"></head>
    <body><nav>导航</nav><article><h1>页面题目</h1><p>正文</p></article><footer>页脚</footer></body></html>"""
    article = read(page.encode(), "a.html")
    assert (article.title, article.authors, article.categories) == ("页面题目", "甲", ("协商", "电梯"))
    assert article.published_at == dt.datetime(2021, 11, 8, 9, tzinfo=SHANGHAI)
    assert article.html == "<p>正文</p>"


def test_page_without_article_element_loses_navigation():
    article = read(b"<html><body><nav>menu</nav><div>one<div>two</div>three</div></body></html>", "a.html")
    assert article.html.splitlines() == ["<p>one</p>", "<p>two</p>", "<p>three</p>"]


def test_plain_text_takes_the_file_name_as_title():
    article = read("你好\n\n再见".encode(), "folder/通知.txt")
    assert (article.title, article.html, article.warnings) == (
        "通知",
        "<p>你好</p>\n<p>再见</p>",
        ("no_title",),
    )


def test_word_file():
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>走访记录</w:t></w:r></w:p>"
    article = read(docx(f"{bold}<w:p><w:r><w:t>正文 &lt;通知&gt;</w:t></w:r></w:p>"), "a.docx")
    assert (article.title, article.html) == ("走访记录", "<p>正文 &lt;通知&gt;</p>")


def test_embedded_picture_comes_with_its_bytes():
    article = read(f'<p><img src="data:image/png;base64,{PIXEL}" alt="图"></p>'.encode(), "a.html")
    assert [(i.state, i.src, i.data) for i in article.images] == [("embedded", "", base64.b64decode(PIXEL))]
    assert "base64" not in article.html


def test_front_matter_that_is_not_yaml_is_mended():
    article = read("---\ntitle: 'it's “好”'\ncategories:\n - 甲\n — 乙\n---\n正文".encode(), "a.md")
    assert article.title == "it's “好”"
    assert article.categories == ("甲", "乙")
    assert article.warnings == ("front_matter_mended",)


def test_front_matter_without_references():
    with_references = b"---\ntitle: &a [x, x]\nb: [*a, *a]\n---\ntext"
    assert read(with_references, "a.md").warnings[0] == "front_matter_mended"


@pytest.mark.parametrize(
    ("encoded", "warned"),
    [
        ("标题党".encode("gb18030"), True),
        ("标题党".encode("utf-8-sig"), False),
        ("标题党".encode("utf-16"), False),
    ],
)
def test_encodings(encoded, warned):
    article = read(encoded, "a.txt")
    assert (article.text, "encoding_guessed" in article.warnings) == ("标题党", warned)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("Mon, 15 Nov 2021 13:49:30 GMT", dt.datetime(2021, 11, 15, 13, 49, 30, tzinfo=UTC)),
        ("2021-11-15T13:49:30Z", dt.datetime(2021, 11, 15, 13, 49, 30, tzinfo=UTC)),
        ("2021-11-15 18:00:00", dt.datetime(2021, 11, 15, 18, tzinfo=SHANGHAI)),
        ("2021-11-15", dt.datetime(2021, 11, 15, tzinfo=SHANGHAI)),
        ("2021/11/5 8:30", dt.datetime(2021, 11, 5, 8, 30, tzinfo=SHANGHAI)),
        ("2021年11月15日", dt.datetime(2021, 11, 15, tzinfo=SHANGHAI)),
        ("Invalid Date", None),
        ("", None),
        ("0001-01-01", None),
        ("2021-02-30", None),
        ("2021年13月1日", None),
        ("99999999999999999999", None),
    ],
)
def test_dates(raw, found):
    assert read_date(raw) == found


def test_unreadable_date_is_kept_as_it_was():
    article = read(post("正文", date="Invalid Date"), "a.md")
    assert (article.published_at, article.date_raw, article.warnings) == (
        None,
        "Invalid Date",
        ("invalid_date",),
    )


# Pictures


@pytest.mark.parametrize(
    ("address", "behind"),
    [
        ("https://cors.zfour.workers.dev/?http://a.example/x.jpg", "http://a.example/x.jpg"),
        ("https://images.weserv.nl/?url=https%3A%2F%2Fa.example%2Fx.jpg", "https://a.example/x.jpg"),
        ("//a.example/x.jpg", "https://a.example/x.jpg"),
        ("https://a.example/?http://b.example/x.jpg", "https://a.example/?http://b.example/x.jpg"),
    ],
)
def test_proxies_are_stripped(address, behind):
    assert strip_proxy(address) == behind


@pytest.mark.parametrize(
    "address",
    [
        "",
        "undefined",
        "https://www.jianshu.com/p/undefined",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_picture(address):
    assert image_ref(address) is None


def test_decoration_is_dropped_and_named():
    article = read(post('<p>文<img src="https://picsum.photos/400/300?random=3"></p>'), "a.md")
    assert (article.html, article.images, article.warnings) == ("<p>文</p>", (), ("decoration_dropped",))


def test_lazy_pictures_and_trackers():
    markup = (
        '<p>a<img class="lazy" data-original="http://a.example/big.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></p>'
        '<p>b<img src="https://count.example/?id=1" width="1" height="1"></p>'
    )
    body = clean(markup)
    assert [i.origin for i in body.images] == ["http://a.example/big.jpg"]
    assert body.html == '<p>a<img src="image:0"></p>\n<p>b</p>'
    assert body.warnings == ["tracker_dropped"]


# Tags that are none


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("违反<化妆品监督管理条例>。", "违反&lt;化妆品监督管理条例&gt;。"),
        ("<version>1</version>", "&lt;version&gt;1&lt;/version&gt;"),
        ("<b>粗</b>", "<b>粗</b>"),
        ("<o:p>x</o:p>", "<o:p>x</o:p>"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<svg onload=x>", "<svg onload=x>"),
    ],
)
def test_unknown_tags_become_text(source, kept):
    assert escape_unknown(source) == kept


# Attacks


def outcome(data: bytes, name: str) -> ParsedArticle | str:
    """The article, or the code of the refusal."""
    try:
        return read(data, name)
    except NotAnArticle as refusal:
        return refusal.code


@pytest.mark.parametrize("vector", MARKUP)
@pytest.mark.parametrize("form", ["html", "markdown", "inside", "title"])
def test_attack_does_not_come_through(vector, form):
    source = {
        "html": f"<div><p>安全</p>{vector}<p>尾</p></div>",
        "markdown": f"安全\n\n{vector}\n\n尾 {vector}\n",
        "inside": f"<html><head><title>t</title></head><body><article><p>安全{vector}</p></article></body></html>",
        "title": f"---\ntitle: {vector.splitlines()[0]}\nheadimg: {vector.splitlines()[0]}\n---\n安全",
    }[form]
    found = outcome(source.encode(), "a.html" if form in ("html", "inside") else "a.md")
    if isinstance(found, str):
        assert found in {"not_text", "damaged"}
    else:
        assert "安全" in found.text
        assert_harmless(found.html)


@pytest.mark.parametrize("source", MARKDOWN)
def test_markdown_links_are_no_way_in(source):
    assert_harmless(read(f"安全 {source}".encode(), "a.md").html)


@given(st.text(alphabet="<>/='\"& \n!-abpimgscriptonerror:化", max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_becomes_harmful(text):
    assert_harmless(clean(text).html)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    found = outcome(data, "a.md")
    if isinstance(found, str):
        assert found in {"empty", "not_text", "damaged", "too_large", "feed"}
    else:
        assert_harmless(found.html)


def test_cleaning_what_was_cleaned_changes_nothing():
    once = clean('<p>a <a href="https://a.example">b</a> &lt;通知&gt;</p><ul><li>c</li></ul>').html
    assert clean(once).html == once


# Limits


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.md", "empty"),
        (b" \n ", "a.md", "empty"),
        (b"<html><body><script>x</script></body></html>", "a.html", "empty"),
        (b"\x89PNG\r\n\x1a\nxxxx", "a.md", "not_text"),
        (b"%PDF-1.7\n", "a.md", "not_text"),
        (b"PK\x03\x04 broken", "a.docx", "not_text"),
        (b"ab\x00cd", "a.txt", "not_text"),
        (b"a" * 1_000_001, "a.txt", "too_large"),
        (b"<div>" * 50_000, "a.html", "damaged"),
        (docx('<!DOCTYPE x [<!ENTITY a "b">]>'), "a.docx", "damaged"),
        (docx("<w:p><w:r>"), "a.docx", "damaged"),
    ],
)
def test_refusals(data, name, code):
    with pytest.raises(NotAnArticle) as refusal:
        read(data, name)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        b"<" * 900_000,
        b"<" + b"a" * 900_000,
        b"<!-- -->x" * 90_000,
        b"<!--" * 200_000 + b"x",
        b"<a " * 300_000,
    ],
)
def test_costly_texts_are_done_in_time(data):
    begun = time.monotonic()
    outcome(data, "a.html")
    assert time.monotonic() - begun < 20  # a quadratic look would take hours


def test_pictures_are_counted():
    article = read(b"<p><img src=a.png></p>" * 500, "a.html")
    assert (len(article.images), "image_dropped" in article.warnings) == (200, True)


def test_reading_needs_no_django():
    program = "import sys, yingzao.articles.readers; print('django' in sys.modules)"
    source = str(Path(__file__).resolve().parents[2] / "src")
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "False\n"


# Real posts, where they are at hand


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="samples of third parties are not part of the project")
class TestSamples:
    def article(self, start: str):
        path = next(p for p in SAMPLES.iterdir() if p.name.startswith(start))
        return read(path.read_bytes(), path.name)

    @pytest.mark.parametrize(
        "path", sorted(SAMPLES.glob("*.md")) if SAMPLES.is_dir() else [], ids=lambda p: p.name[:4]
    )
    def test_every_one_is_harmless(self, path):
        article = read(path.read_bytes(), path.name)
        assert_harmless(article.html)
        assert article.title
        assert article.text

    def test_the_seed(self):
        article = self.article("seed")
        assert (article.byline, article.credit, len(article.images)) == (
            "珠江时报记者 梁棋清 通讯员 段蔚",
            "通讯员",
            5,
        )
        assert article.images[0].is_head
        assert "乡村文华振兴" in article.text  # as printed: nothing is corrected
        assert "多巴安线上主题课程" in article.text

    def test_pseudo_tags(self):
        assert "<化妆品监督管理条例>" in self.article("02").text

    def test_unescaped_xml(self):
        assert "<groupId>com.baomidou</groupId>" in self.article("09").text

    def test_invalid_date_and_lazy_picture(self):
        assert self.article("11").published_at is None
        assert [i.origin for i in self.article("12").images] == [
            "http://zkres1.myzaker.com/202206/62a1973a8e9f091def639698_1024.jpg"
        ]

    def test_random_head_picture_is_no_picture(self):
        assert self.article("04").images == ()
