"""Posts as people write them: what stands at their head, Hexo's own tags, and HTML that goes over into Markdown."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.articles.harmless import assert_harmless
from yingzao.articles.exports.hexo import write_back
from yingzao.articles.readers import NotAnArticle, read
from yingzao.articles.readers.dates import read_date

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def post(body: str):
    return read(f"---\ntitle: 题\n---\n{body}".encode(), "a.md")


# The head


@pytest.mark.parametrize(
    ("head", "title", "date"),
    [
        ("---\n\ttitle: 开会\n\tdate: 2021-11-15\n---\n", "开会", "2021-11-15"),
        ("---\ntitle:开会\ndate:2021-11-15\ntags:\n\t- 甲\n---\n", "开会", "2021-11-15"),
        ("---\r\ntitle: 开会\r\ndate: 2021-11-15\r\n---\r\n", "开会", "2021-11-15"),
        ("\ufeff---\ntitle: 开会\ndate: 2021-11-15 # 周一\n---\n", "开会", "2021-11-15"),
        ('"title": "开会",\n"date": "2021-11-15"\n;;;\n', "开会", "2021-11-15"),
        ('{"title": "开会",\n"date": "2021-11-15"}\n;;;\n', "开会", "2021-11-15"),
        ('---\ntitle: "开\\\n  会"\ndate: 2021-11-15\n---\n', "开会", "2021-11-15"),
        ("---\ntitle: >-\n  开会\ndate: 2021-11-15\nseo:\n  title: 别的\n---\n", "开会", "2021-11-15"),
        ("---\ntitle: [通知]开会\ndate: 2021-11-15\nseo:\n  title: 别的\n---\n", "[通知]开会", "2021-11-15"),
    ],
)
def test_head_in_any_hand_is_read(head, title, date):
    article = read(f"{head}正文".encode(), "a.md")
    assert (article.title, article.date_raw, article.text) == (title, date, "正文")


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("{name: 甲, link: 'https://x.example'}", ("甲",)),
        ("\n  - name: 甲\n    link: x\n  - 乙", ("甲", "乙")),
        ("甲", ("甲",)),
    ],
)
def test_writer_with_a_link_is_the_name(author, names):
    assert read(f"---\nauthor: {author}\n---\n正文".encode(), "a.md").writers == names


def test_key_without_a_blank_is_set_in_its_own_line():
    text = "---\ntitle:开会\ndate:2021-11-15\nlink:https://x.example\n---\n正文"
    changed = "---\ntitle: 散会\ndate:2021-11-15\nlink:https://x.example\n---\n正文"
    assert write_back(text.encode(), changes={"title": "散会"}).decode() == changed


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("2021-1-5 9:5:3", dt.datetime(2021, 1, 5, 9, 5, 3, tzinfo=SHANGHAI)),
        ("2021/11/15 3:05:00 PM", dt.datetime(2021, 11, 15, 15, 5, tzinfo=SHANGHAI)),
        ("2021-11-15 12:05:00 AM", dt.datetime(2021, 11, 15, 0, 5, tzinfo=SHANGHAI)),
        ("2021-11-15 10:00:00 UTC", dt.datetime(2021, 11, 15, 10, tzinfo=dt.UTC)),
        ("2021-11-15 10:00:00 GMT+8", dt.datetime(2021, 11, 15, 10, tzinfo=SHANGHAI)),
        ("2021-11-15T1:2:3Z", dt.datetime(2021, 11, 15, 1, 2, 3, tzinfo=dt.UTC)),
        ("2021-11-15 13:49:30 Asia/Shanghai", dt.datetime(2021, 11, 15, 13, 49, 30, tzinfo=SHANGHAI)),
        ("2021-11-15, 13:49", dt.datetime(2021, 11, 15, 13, 49, tzinfo=SHANGHAI)),
        ("2021-11-15 星期一", dt.datetime(2021, 11, 15, tzinfo=SHANGHAI)),
        ("2021年11月15日 星期一 13:49", dt.datetime(2021, 11, 15, 13, 49, tzinfo=SHANGHAI)),
        ("2021年11月15日（周一）中午1点", dt.datetime(2021, 11, 15, 13, tzinfo=SHANGHAI)),
        ("2021年11月15日 凌晨12:10", dt.datetime(2021, 11, 15, 0, 10, tzinfo=SHANGHAI)),
        ("2021年11月15日 13:49 阅读 33", dt.datetime(2021, 11, 15, 13, 49, tzinfo=SHANGHAI)),
        ("November 15, 2021 at 3:05 PM", dt.datetime(2021, 11, 15, 15, 5, tzinfo=SHANGHAI)),
        ("Monday, November 15, 2021", dt.datetime(2021, 11, 15, tzinfo=SHANGHAI)),
        ("2021-11-15 25:00:00", None),
        ("2021-11-15 10:61", None),
        ("2021-11-15 10:00 大约", None),
        ("2021-11-15 +99:00", None),
        ("15/11/2021", None),
        ("{{ date }}", None),
    ],
)
def test_dates_in_any_hand(raw, found):
    assert read_date(raw) == found


# Hexo's tags


@pytest.mark.parametrize(
    ("tag", "origin", "alt"),
    [
        ("{% asset_img 门口.png %}", "门口.png", ""),
        ("{% asset_img 门口.png 改造后的门口 %}", "门口.png", "改造后的门口"),
        ('{% asset_img right 门口.png 300 200 "改造后 [一]" %}', "门口.png", "改造后 [一]"),
        ("{% img /images/a.jpg %}", "/images/a.jpg", ""),
        ("{%img https://x.example/a?b=1 %}", "https://x.example/a?b=1", ""),
        ("![门口](改造 之后.jpg)", "改造 之后.jpg", "门口"),
    ],
)
def test_picture_by_tag_is_a_picture(tag, origin, alt):
    article = post(f"前 **粗**\n{tag}\n后 **细**\n")
    assert [(image.origin, image.alt) for image in article.images] == [(origin, alt)]
    assert article.html.count("<strong>") == 2
    assert "{%" not in article.text


def test_tags_become_what_hexo_makes_of_them():
    article = post(
        "{% note info %}\n注意\n{% endnote %}\n\n{% blockquote 某人, 某书 %}\n引文\n{% endblockquote %}\n\n"
        "{% codeblock lang:xml %}\n<dependency>\n{% endcodeblock %}\n\n"
        "{% raw %}{{ 花括号 }} {% img a.png %}{% endraw %}\n\n"
        "{% post_link 旧文 上一篇 %}，{% link 官网 https://x.example/ %}。\n"
    )
    assert article.html.splitlines() == [
        "<p>注意</p>",
        "<blockquote>",
        "<p>引文</p>",
        "<p>— 某人, 某书</p>",
        "</blockquote>",
        "<pre><code>&lt;dependency&gt;",
        "</code></pre>",
        "<p>{{ 花括号 }} {% img a.png %}</p>",
        '<p>上一篇，<a href="https://x.example/" rel="noopener noreferrer nofollow">官网</a>。</p>',
    ]


@pytest.mark.parametrize("tag", ["{% youtube abc %}", "{% iframe https://x.example %}", "{% bilibili 1 %}"])
def test_player_goes_and_is_reported(tag):
    article = post(f"前\n\n{tag}\n\n后")
    assert (article.text, article.warnings) == ("前\n后", ("frame_dropped",))


@pytest.mark.parametrize(
    "kept", ["{% mystery a b %}", "`{% img a.png %}`", "{% include_code x.js %}", "100{%", "{% img %}"]
)
def test_what_is_no_known_tag_stays_text(kept):
    article = post(f"看 {kept} 吧")
    assert article.text == f"看 {kept.strip('`')} 吧"
    assert article.images == ()


def test_tag_in_a_fence_is_code():
    article = post("```\n{% img a.png %}\n[^1]: x\n```\n\n{% img b.png %}")
    assert article.html.splitlines()[:2] == ["<pre><code>{% img a.png %}", "[^1]: x"]
    assert [image.origin for image in article.images] == ["b.png"]


# Words that Markdown would take


def test_footnotes_keep_their_words():
    assert post("甲[^1]。\n\n[^1]: 注释\n[^2]: https://x.example\n").text.splitlines() == [
        "甲[^1]。",
        "[^1]: 注释",
        "[^2]: https://x.example",
    ]


def test_formula_keeps_its_signs():
    assert post("$$\na_1 * b_1 * c < d \\\\\n# x\n$$").text.splitlines() == [
        "$$",
        "a_1 * b_1 * c < d \\\\",
        "# x",
        "$$",
    ]


def test_html_at_the_beginning_does_not_make_the_rest_html():
    article = post('<div align="center">\n\n![徽](b.png)\n\n</div>\n\n## 小节\n\n一段 **粗**\n')
    assert article.html.splitlines() == [
        '<figure><img src="image:0"></figure>',
        "<h2>小节</h2>",
        "<p>一段 <strong>粗</strong></p>",
    ]
    article = post('<p class="note">提示</p>\n\n一段\n\n二段\n\n<div>尾</div>')
    assert article.html.splitlines() == ["<p>提示</p>", "<p>一段</p>", "<p>二段</p>", "<p>尾</p>"]


def test_post_in_html_stays_html():
    article = post("<div>\n\n    <p>一段</p>\n\n- 不是列表\n\n<pre>\n\n## 注释\n</pre>\n</div>\n")
    assert article.text.splitlines() == ["一段", "- 不是列表", "## 注释"]
    assert "<pre>## 注释\n</pre>" in article.html


@pytest.mark.parametrize(
    ("image", "origin"),
    [
        ('<img srcset="a.jpg 1x, b.jpg 2x">', "a.jpg"),
        ('<picture><source srcset="c.webp"><img src="a.jpg"></picture>', "a.jpg"),
        ('<img data-lazy-src="a.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "a.jpg"),
        ('<img class="lazy" data-echo="a.jpg" src="/loading.gif">', "a.jpg"),
        ('<img src="static/none.gif" zoomfile="a.jpg">', "a.jpg"),
    ],
)
def test_picture_loaded_late_is_the_real_one(image, origin):
    assert [found.origin for found in post(image).images] == [origin]


def test_picture_in_a_heading_that_goes_stays():
    article = read("# 标题 ![徽](b.png)\n\n正文".encode(), "a.md")
    assert article.title == "标题"
    assert article.html == '<figure><img src="image:0"></figure>\n<p>正文</p>'


def test_folded_text_is_a_paragraph_of_its_own():
    article = post("<details><summary>点开</summary>\n\n里**面**\n\n</details>")
    assert article.html.splitlines() == ["<p>点开</p>", "<p>里<strong>面</strong></p>"]


# All of it together

HEADS = [
    "title: 题", "title:题", "date: 2021-11-15 10:00:00", "date:", "tags: [甲, 乙]", "tags:\n  - 甲\n  - 乙",
    "tags:\n\t- 甲", "categories:\n- [甲, 乙]\n- 丙", "# 注释", "top: true", "cover: a.jpg", "title: 'it''s'",
    "description: |\n  两\n  行", "seo:\n  a: 1\n  b: [x, {y: z}]", "author: {name: 甲}", "keywords: 甲, 乙", "x: @y",
    'abbrlink: "0123"', "password:", "mathjax: true # 公式", "url: https://x.example/a:b", "— 破折号", "",
]  # fmt: skip
BODIES = [
    "一段。", "## 小节", "<!-- more -->", "![图](a b.png)", "{% asset_img a.png %}", "<div>\n", "</div>", "```\n<x>\n```",
    "<p align=center>中</p>", "| a | b |\n|---|---|\n| 1 | 2 |", "- 一\n  - 二", "> 引", "[^1]: 注", "$$a_1$$", "<script>x()</script>",
    "<iframe src=//x></iframe>", "{% raw %}", "{% endraw %}", "{% note %}", "<img data-src=a.png onerror=x()>", "---", "<化妆品>",
    "    缩进", "<details><summary>点</summary>", "</details>", "\t制表", "&#123;", "[链](javascript:x)", "`{% x %}`", "<br>", "***",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(HEADS), max_size=6),
    st.lists(st.sampled_from(BODIES), max_size=8),
    st.sampled_from(["---\n{}\n---\n", "{}\n---\n", "---\n{}\n", ";;;\n{}\n;;;\n", "----\n{}\n----\n\n"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
)
@settings(max_examples=300, deadline=None)
def test_any_post_of_such_parts_is_read_safely_and_written_back(heads, bodies, frame, newline, mark):
    text = mark + (frame.format("\n".join(heads)) + "\n\n".join(bodies)).replace("\n", newline)
    data = text.encode()
    assert write_back(data) == data
    try:
        article = read(data, "a.md")
    except NotAnArticle:  # nothing is left of it
        return
    assert_harmless(article.html)
    assert article.html.count('<img src="image:') == sum(image.in_body for image in article.images)
