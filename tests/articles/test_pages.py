"""Saved pages of the sites that reports of this field come from: WeChat, governments, newspapers. All words are ours."""

import datetime as dt

import pytest

from yingzao.articles.readers import read

SHANGHAI = dt.timezone(dt.timedelta(hours=8))

WECHAT = """<!DOCTYPE html>
<html><head><title></title><meta property="og:title" content="社区花园开园 &amp; 义卖"/>
<meta name="author" content="小编"><meta property="og:image" content="http://mmbiz.qpic.cn/cover/0?wx_fmt=jpeg"/>
<script nonce="1">var msg_title = '社区花园开园'.html(false); var ct = "1636977600"; var nickname = htmlDecode("某街道");</script></head>
<body id="activity-detail" class="zh_CN"><div id="js_article"><div class="rich_media_area_primary"><div id="img-content">
<h1 class="rich_media_title" id="activity-name">
   社区花园开园 &amp; 义卖
</h1><div id="meta_content"><span class="rich_media_meta rich_media_meta_text">小编</span>
<span class="rich_media_meta_nickname"><a href="javascript:void(0);" id="js_name">某街道</a></span>
<em id="publish_time" class="rich_media_meta">2021年11月15日 20:00</em></div>
<div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0;">
<section style="font-size:16px"><section><p><span leaf="">第一段。</span></p></section></section>
<section><img class="rich_pages wxw-img" data-ratio="0.75" data-w="1080" data-src="https://mmbiz.qpic.cn/a/640?wx_fmt=jpeg"
 src="data:image/svg+xml,%3Csvg%3E" data-type="jpeg" alt="图片"/></section>
<section class="code-snippet__fix"><pre><code><span leaf="">一行</span></code><code><span leaf="">二行</span></code></pre></section>
<mpvoice class="js_editor_audio" name="录音" voice_encode_fileid="x"></mpvoice><mp-common-profile data-id="x"></mp-common-profile>
<p>末段。</p></div></div></div><div id="js_pc_qr_code">微信扫一扫关注该公众号</div></div></body></html>"""

GOVERNMENT = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知_某区政府网</title>
<meta name="SiteName" content="某区政府网"><meta name="ArticleTitle" content="关于开展培训的通知">
<meta name="PubDate" content="2021-11-15 09:30"><meta name="ContentSource" content="来源：区民政局">
<meta name="Keywords" content="培训;社区"></head><body><div class="nav">首页 &gt; 通知</div>
<h1>关于开展培训的通知</h1><div class="pages-date">2021-11-15</div>
<div class="pages_content" id="UCAP-CONTENT"><div class="trs_editor_view TRS_UEDITOR"><p style="text-indent:2em">各社区：</p>
<table><tr><td>时间</td><td>周三</td></tr></table></div></div><div class="share">分享到</div></body></html>"""

NEWSPAPER = """<html><head><title>某日报数字报-第A03版</title></head><body><table><tr><td><div>2021年11月15日 星期一</div></td></tr></table>
<!--enpproperty <articleid>1</articleid><date>2021-11-15 00:00:00:0</date><author>记者甲 通讯员乙</author><title>学员走进社区</title>
<keyword></keyword><subtitle></subtitle>/enpproperty--><div>A03版</div>
<founder-title>学员走进社区</founder-title>
<div id="ozoom"><table><tr><td><img src="../../images/a.jpg"></td></tr></table>
<founder-content><!--enpcontent--><p>　　第一段。</p><p>　　第二段。</p><!--/enpcontent--></founder-content></div>
<div>上一篇 下一篇</div></body></html>"""


def test_wechat_article():
    article = read(WECHAT.encode(), "保存的网页.html")
    assert (article.title, article.writers, article.kind) == ("社区花园开园 & 义卖", ("小编",), "page")
    assert article.published_at == dt.datetime(2021, 11, 15, 20, tzinfo=SHANGHAI)
    assert article.text.splitlines() == ["第一段。", "一行", "二行", "末段。"]
    assert [(i.origin, i.width, i.is_head, i.in_body) for i in article.images] == [
        ("https://mmbiz.qpic.cn/a/640?wx_fmt=jpeg", 1080, False, True),
        ("http://mmbiz.qpic.cn/cover/0?wx_fmt=jpeg", None, True, False),
    ]
    assert article.warnings == ("frame_dropped",)


def test_wechat_article_that_says_less_of_itself():
    bare = WECHAT
    for said in (
        '<meta property="og:title" content="社区花园开园 &amp; 义卖"/>',
        '<meta name="author" content="小编">',
    ):
        bare = bare.replace(said, "")
    article = read(bare.replace('var ct = "1636977600"; ', "").encode(), "a.html")
    assert (article.title, article.writers) == ("社区花园开园 & 义卖", ("某街道",))
    assert article.date_raw == "2021年11月15日 20:00"


def test_government_page():
    article = read(GOVERNMENT.encode(), "a.htm")
    assert (article.title, article.writers, article.categories) == (
        "关于开展培训的通知",
        ("区民政局",),
        ("培训", "社区"),
    )
    assert article.published_at == dt.datetime(2021, 11, 15, 9, 30, tzinfo=SHANGHAI)
    assert article.text.splitlines() == ["各社区：", "时间", "周三"]


def test_newspaper_page():
    article = read(NEWSPAPER.encode("gb18030"), "content_1.htm")
    assert (article.title, article.writers) == ("学员走进社区", ("记者甲 通讯员乙",))
    assert article.published_at == dt.datetime(2021, 11, 15, tzinfo=SHANGHAI)
    assert article.text.splitlines() == ["第一段。", "第二段。"]
    assert [image.origin for image in article.images] == ["../../images/a.jpg"]
    bare = NEWSPAPER.replace('<div id="ozoom">', "<div>").replace("founder-content", "div")
    assert read(bare.encode(), "a.htm").text.splitlines() == ["第一段。", "第二段。"]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>发布时间：2021-11-15 09:30 来源：甲</p><p>正文</p>", "2021-11-15 09:30"),
        ("<p>日期: 2021年11月15日</p><p>正文</p>", "2021年11月15日"),
        ("<time datetime='2021-11-15T09:30:00+08:00'>上周</time><p>正文</p>", "2021-11-15T09:30:00+08:00"),
        (
            '<script type="application/ld+json">{"datePublished": "2021-11-15"}</script><p>正文</p>',
            "2021-11-15",
        ),
        ("<p>会议于2021年11月15日召开</p>", ""),
    ],
)
def test_date_of_a_page(page, found):
    article = read(f"<html><head><title>题</title></head><body>{page}</body></html>".encode(), "a.html")
    assert article.date_raw == found


def test_an_empty_place_for_the_text_is_not_the_text():
    page = '<html><body><div id="zoom"> </div><article><p>正文</p></article><aside>旁边</aside></body></html>'
    assert read(page.encode(), "a.html").text == "正文"


def test_a_form_around_the_whole_page_does_not_take_it_away():
    page = "<html><body><form action='a.aspx'><input name='__VIEWSTATE' value='x'><p>第一段正文在这里。</p></form><form>登录</form></body></html>"
    assert read(page.encode(), "a.aspx").text == "第一段正文在这里。"


@pytest.mark.parametrize("tag", ["iframe", "object", "video", "form", "nav"])
def test_what_nobody_closed_takes_only_itself(tag):
    article = read(f"<p>前</p><{tag} src='https://x.example'><p>后</p>".encode(), "a.html")
    assert article.text == "前\n后"
    closed = read(f"<p>前</p><{tag}>中</{tag}><p>后</p>".encode(), "a.html")
    assert closed.text == "前\n后"
