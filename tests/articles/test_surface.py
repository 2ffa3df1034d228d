"""What is pasted from Word and from WeChat, and what the writing surface gives back."""

import pytest

from yingzao.articles.exports import goes_into_surface, source_of, surface_of

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {mso-style-parent:"";} @page {size:595.3pt} --></style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
<h2>活动小结<o:p></o:p></h2>
<p class=MsoNormal style='text-indent:21.0pt;mso-char-indent-count:2.0'><span style='font-family:宋体;mso-ascii-font-family:Calibri'>十一月<b style='mso-bidi-font-weight:normal'>两个周六</b>，学员到了邻村。</span><span lang=EN-US><o:p></o:p></span></p>
<p class=MsoListParagraph style='margin-left:21.0pt;text-indent:-21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US style='font-family:Wingdings;mso-fareast-font-family:Wingdings'><span style='mso-list:Ignore'>l<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>看楼道<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>l<span>&nbsp;</span></span></span><![endif]>问邻居<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>先听</p>
<p class=MsoNormal><img width=415 height=277 src="file:///C:/Users/a/AppData/Local/Temp/msohtmlclip1/01/clip_image002.jpg" v:shapes="图片_x0020_1"></p>
<table class=MsoTableGrid border=1><tr><td width=277 style='mso-border-alt:solid'><p class=MsoNormal>社区<o:p></o:p></p></td><td><p class=MsoNormal>人数</p></td></tr></table>
<!--EndFragment--></body></html>"""

WECHAT = """<meta charset='utf-8'><section data-tools="135编辑器" data-id="93200" data-mpa-powered-by="yiban.io" style="box-sizing:border-box;">
<section style="text-align: center;"><span style="font-size: 18px;font-weight: bold;color: rgb(0, 128, 255);">走进邻村</span></section>
<p style="text-indent: 2em;line-height: 1.75em;"><span leaf="">学员看了<strong>三个楼道</strong>，</span><a href="https://mp.weixin.qq.com/s/abc" textvalue="全文">全文</a></p>
<mpvoice frameborder="0" class="rich_pages" voice_encode_fileid="Mz" name="语音"></mpvoice>
<p><img class="rich_pages wxw-img" data-src="https://mmbiz.qpic.cn/mmbiz_jpg/AbC/640?wx_fmt=jpeg" data-ratio="0.66" alt="图片"></p>
<p><img src="https://hm.baidu.com/hm.gif" width="1" height="1"></p>
<blockquote class="js_blockquote_wrap"><section>邻居说：常来。</section></blockquote>
<script>alert(1)</script><p style="display:none" onclick="x()">末</p></section>"""


def test_what_word_puts_on_the_clipboard_becomes_headings_lists_tables_and_words():
    source = source_of(WORD)
    assert source.startswith("## 活动小结\n\n十一月**两个周六**，学员到了邻村。\n\n- 看楼道\n- 问邻居\n")
    assert "\n\n1. 先听\n" in source
    assert "【待上传图片：clip\\_image002.jpg】" in source
    assert "社区" in source
    assert "<td>" in source
    for rest in ("mso", "o:p", "file:", "Wingdings", "@page"):
        assert rest not in source


def test_what_wechat_puts_on_the_clipboard_becomes_words_links_and_quotations():
    source = source_of(WECHAT)
    assert "**走进邻村**" in source
    assert "学员看了**三个楼道**，" in source
    assert "[全文](<https://mp.weixin.qq.com/s/abc>)" in source
    assert "> 邻居说：常来。" in source
    assert "【待上传图片：无名】" in source
    assert source.count("待上传图片") == 1
    for rest in ("mpvoice", "135", "alert", "style", "section", "qpic", "baidu"):
        assert rest not in source


@pytest.mark.parametrize(
    "source",
    [
        "## 标题\n\n一段**重点**话。\n\n- 一\n- 二\n\n> 引用\n\n[图1]\n\n---\n",
        "1. 先\n2. 后\n\n见 [链接](<https://a.example/b>)。\n",
        "一行\n又一行\n",
    ],
)
def test_a_source_goes_to_the_surface_and_back_as_it_was(source):
    assert source_of(surface_of(source, None)) == source


def test_what_the_surface_has_no_words_for_stays_out_of_it():
    assert goes_into_surface(surface_of("## 一\n\n二", None))
    assert not goes_into_surface(surface_of("```\ncode\n```", None))


@pytest.mark.parametrize(
    "hostile", ["<script>x</script>", "<img src=x onerror=x data-number='1x'>", "", "<p>", "\x00"]
)
def test_nothing_hostile_comes_through(hostile):
    source = source_of(hostile)
    for bad in ("script", "onerror"):
        assert bad not in source
