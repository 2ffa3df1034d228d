"""Each component draws what it should and refuses what it does not know."""

import json
import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from yingzao.core.models import StoredFile
from yingzao.core.ui.forms import Form, Levels
from yingzao.core.ui.templatetags import ui


def draw(source: str, **context) -> str:
    return Template(source).render(Context(context)).strip()


SIX = [
    ("done", "done", "完成"),
    ("part", "part", "进行中"),
    ("todo", "todo", "未开始"),
    ("late", "soon", "迟交"),
    ("soon", "soon", "即将截止"),
    ("miss", "miss", "缺"),
    ("held", "held", "请假"),
    ("pending", "todo", "未开始"),
    ("missed", "miss", "缺"),
    ("excused", "held", "请假"),
    ("offered", "held", "自愿"),
]


@pytest.mark.parametrize(("key", "shape", "word"), SIX)
def test_state_is_a_word_and_a_shape(key, shape, word):
    assert draw(f"{{% state '{key}' %}}") == f'<span class="state {shape}">{word}</span>'
    assert (
        draw(f"{{% tick '{key}' %}}") == f'<span class="tick {shape}" role="img" aria-label="{word}"></span>'
    )
    assert draw(f"{{% state_word '{key}' %}}") == word


def test_every_state_is_listed_here():
    assert {key for key, _, _ in SIX} == set(ui.STATES)


def test_state_takes_its_own_word_and_escapes_it():
    assert draw("{% state 'soon' word %}", word="<b>2 天") == '<span class="state soon">&lt;b&gt;2 天</span>'


def test_tick_with_url_is_a_link():
    assert draw("{% tick 'miss' label='学员01，直播二：缺' url='/x/' %}") == (
        '<a class="tick-link" href="/x/"><span class="tick miss" role="img" aria-label="学员01，直播二：缺"></span></a>'
    )


TAGS = {
    "state": "{% state 'done' COLOUR %}",
    "tick": "{% tick 'done' COLOUR %}",
    "state_word": "{% state_word 'done' COLOUR %}",
    "legend": "{% legend COLOUR %}",
    "card": "{% card COLOUR %}{% endcard %}",
    "tiles": "{% tiles COLOUR %}{% endtiles %}",
    "tile": "{% tile 'a' 1 COLOUR %}",
    "empty": "{% empty 'a' COLOUR %}{% endempty %}",
    "notice": "{% notice COLOUR %}{% endnotice %}",
    "rows": "{% rows COLOUR %}{% endrows %}",
    "row": "{% row 'a' COLOUR %}{% endrow %}",
    "thread": "{% thread COLOUR %}{% endthread %}",
    "step": "{% step 'a' COLOUR %}{% endstep %}",
    "source": "{% source 'a' COLOUR %}",
    "progress": "{% progress 0 0 0 COLOUR %}",
    "bar": "{% bar 0 'a' COLOUR %}",
    "figure_list": "{% figure_list COLOUR %}{% endfigure_list %}",
    "figure": "{% figure 'a' 'b' COLOUR %}",
    "icon": "{% icon 'home' COLOUR %}",
    "button": "{% button 'a' COLOUR %}",
    "link_button": "{% link_button 'a' '/' COLOUR %}",
    "confirm_button": "{% confirm_button 'a' '/' 'b' COLOUR %}",
    "copy_code": "{% copy_code 'a' COLOUR %}",
    "qr": "{% qr 'a' 'b' COLOUR %}",
    "picture": "{% picture photo COLOUR %}",
    "json_ld": "{% json_ld told COLOUR %}",
    "field": "{% field form.x COLOUR %}",
    "fields": "{% fields form COLOUR %}",
    "error_summary": "{% error_summary form COLOUR %}",
    "pager": "{% pager page COLOUR %}",
    "search_bar": "{% search_bar 'a' COLOUR %}",
    "filter_chips": "{% filter_chips choices COLOUR %}",
    "navigation": "{% navigation 'desk' COLOUR %}",
    "place": "{% place 'desk' COLOUR %}",
    "here": "{% here COLOUR %}",
    "masked_name": "{% masked_name 'a' COLOUR %}",
    "sentences": "{% sentences 'a' COLOUR %}",
    "period": "{% period start end COLOUR %}",
}


@pytest.mark.parametrize("name", sorted(TAGS))
def test_component_refuses_an_attribute_that_it_does_not_know(name):
    Template(TAGS[name].replace("COLOUR", ""))
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument 'colour'"):
        Template(TAGS[name].replace("COLOUR", "colour='red'"))


def test_every_component_is_asked_for_unknown_attributes():
    assert set(TAGS) == set(ui.register.tags)


@pytest.mark.parametrize(
    "source",
    [
        "{% state 'finished' %}",
        "{% tick 'finished' %}",
        "{% legend 'done finished' %}",
        "{% icon 'unicorn' %}",
        "{% card tone='red' %}{% endcard %}",
        "{% card level=1 %}{% endcard %}",
        "{% tile 'a' 1 tone='red' %}",
        "{% notice tone='red' %}{% endnotice %}",
        "{% button 'a' tone='red' %}",
        "{% button 'a' type='reset' %}",
        "{% button 'a' icon='unicorn' %}",
        "{% link_button 'a' '/' tone='red' %}",
        "{% confirm_button 'a' '/' 'b' tone='red' %}",
        "{% step 'a' key='finished' %}{% endstep %}",
        "{% navigation 'strangers' %}",
        "{% navigation 'desk' style='tree' %}",
        "{% place 'strangers' %}",
        "{% qr 'a' 'b' size='huge' %}",
        "{% picture photo shape='round' %}",
        "{% field nothing %}",
        "{% pager nothing %}",
    ],
)
def test_component_refuses_a_value_that_it_does_not_know(source):
    with pytest.raises(TemplateSyntaxError):
        draw(source)


def test_block_components_escape_text_but_not_what_they_hold():
    page = draw("{% card title=title %}<i>inside</i>{% endcard %}", title="<b>")
    assert "<h2>&lt;b&gt;</h2>" in page
    assert "<i>inside</i>" in page


def test_thread_opens_downwards_to_its_source():
    page = draw(
        "{% thread %}{% step 'total' value='91.4' %}{% step 'heard' key='done' %}{% endstep %}"
        "{% source 'row 14' url='/e/' %}{% endstep %}{% endthread %}"
    )
    assert page.count("<details>") == 1
    assert page.count('<ol class="thread"') == 2
    assert '<span class="step-value num">91.4</span>' in page
    assert '<span class="state done">完成</span>' in page
    assert '<li class="leaf">' in page
    assert '<a class="small nowrap" href="/e/">看依据</a>' in page
    assert "&lt;" not in page


def test_a_zero_is_a_value_of_a_step():
    assert '<span class="step-value num">0</span>' in draw(
        "{% thread %}{% step 'a' value=0 %}{% endstep %}{% endthread %}"
    )


def test_progress_shows_three_figures_without_inline_style():
    page = draw("{% progress a b c %}", a=0.46, b=0.86, c=None)
    assert '<span class="bar-reach w-p0"></span><span class="bar-done w-p46"></span>' in page
    assert [page.index(word) for word in ("全部计划", "46%", "到今天为止", "86%", "最高可达", "—")] == sorted(
        page.index(word) for word in ("全部计划", "46%", "到今天为止", "86%", "最高可达", "—")
    )
    assert "style" not in page


def test_bar_is_read_out():
    assert draw("{% bar 0.5 '完成' %}") == (
        '<span class="bar" role="img" aria-label="完成 50%"><span class="bar-done w-p50"></span></span>'
    )


def test_icon_is_decoration_unless_it_has_a_label():
    assert draw("{% icon 'home' %}") == (
        '<svg class="icon" aria-hidden="true"><use href="/static/ui/vendor/icons.svg#home"/></svg>'
    )
    assert 'role="img" aria-label="首页"' in draw("{% icon 'home' label='首页' %}")


def test_button_carries_its_attributes():
    page = draw(
        "{% button '提交' name='act' value='submit' form='sheet' hx_post='/p/' hx_target='#t' disabled=True wide=True %}"
    )
    for part in (
        'type="submit"',
        'class="btn btn-primary btn-wide"',
        'name="act" value="submit"',
        'form="sheet"',
        'hx-post="/p/"',
        'hx-target="#t"',
        " disabled",
        "<span>提交</span>",
    ):
        assert part in page


def test_confirm_button_asks_first_and_posts_with_a_token():
    page = Template("{% confirm_button '撤回' '/w/' '撤回吗？' explanation='会留着' %}").render(
        Context({"request": RequestFactory().get("/")})
    )
    assert '<form class="confirm" method="post" action="/w/" data-confirm>' in page
    assert "csrfmiddlewaretoken" in page
    assert '<dialog class="ask" aria-label="撤回吗？">' in page


def test_qr_is_a_picture_that_is_read_out():
    page = draw("{% qr 'https://example.org/c/K7Q2' '签到码' size='small' %}")
    assert page.startswith('<span class="qr qr-small" role="img" aria-label="签到码"><svg')
    assert "style=" not in page


def photo(width=1200, height=800) -> StoredFile:
    return StoredFile(code="K7Q2", sha256="ab" * 32, width=width, height=height)


def test_picture_lets_the_browser_choose_and_stands_at_its_size():
    page = draw("{% picture photo alt='村口' shape='wide' sizes='20rem' %}", photo=photo())
    assert re.findall(r'<source type="([^"]+)"', page) == ["image/avif", "image/webp"]
    assert (
        'srcset="/files/K7Q2/wide-480.avif 480w, /files/K7Q2/wide-960.avif 960w, /files/K7Q2/wide-1600.avif 1200w"'
        in page
    )
    assert 'src="/files/K7Q2/wide-960.jpg"' in page
    assert 'width="1200" height="675" loading="lazy" decoding="async" alt="村口"' in page


def test_picture_that_stands_first_is_fetched_first():
    page = draw("{% picture photo head=True look='story-thumb' %}", photo=photo(300, 200))
    assert 'class="story-thumb" src="/files/K7Q2/whole-480.jpg"' in page
    assert 'fetchpriority="high"' in page
    assert "lazy" not in page
    assert draw("{% picture photo %}", photo=photo(None, None)) == ""


def test_json_ld_cannot_be_ended_by_what_it_says():
    nasty = "</script><script>alert(1)</script>\u2028&"
    page = draw("{% json_ld told %}", told={"name": nasty})
    assert page.count("<") == page.count(">") == 2
    assert json.loads(re.search(r">(.*)</script>", page)[1]) == {"name": nasty}


class Sheet(Form):
    title = forms.CharField(label="名称", help_text="学员会看到")
    on = forms.DateField(label="日期", required=False)
    at = forms.DateTimeField(label="时间", required=False)
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲")], required=False)
    level = forms.ChoiceField(label="等级", choices=[("1", "1"), ("2", "2")], widget=Levels)
    agreed = forms.BooleanField(label="同意", required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_field_joins_label_help_and_error():
    page = draw("{% field form.title %}", form=Sheet({"title": ""}))
    assert '<label class="field-label" for="id_title">名称</label>' in page
    assert '<div class="field-help" id="id_title_helptext">学员会看到</div>' in page
    assert 'id="id_title_error"' in page
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert 'aria-invalid="true"' in page
    assert " required" not in page.replace("not required", "")


def test_optional_field_says_so():
    assert "（选填）" in draw("{% field form.on %}", form=Sheet())
    assert "（选填）" not in draw("{% field form.title %}", form=Sheet())


def test_widgets_are_dressed():
    form = Sheet(initial={"on": "2021-11-15"})
    assert 'type="date"' in str(form["on"])
    assert 'class="form-control"' in str(form["on"])
    assert 'type="datetime-local"' in str(form["at"])
    assert 'class="form-select"' in str(form["kind"])
    assert 'class="form-check-input"' in str(form["agreed"])


def test_group_is_a_fieldset_with_a_legend():
    page = draw("{% field form.level %}", form=Sheet({"title": "x"}))
    assert "<fieldset" in page
    assert '<legend class="field-label">等级</legend>' in page
    assert page.count('type="radio"') == 2


def test_hidden_field_is_bare():
    assert draw("{% field form.key %}", form=Sheet()) == '<input type="hidden" name="key" id="id_key">'


def test_error_summary_leads_to_each_field():
    page = draw("{% error_summary form %}", form=Sheet({"title": "", "on": "no"}))
    assert '<a href="#id_title">名称：这个字段是必填项。</a>' in page
    assert '<a href="#id_on">日期：输入一个有效的日期。</a>' in page
    assert '<a href="#id_level_0">等级：这个字段是必填项。</a>' in page
    assert 'tabindex="-1" data-focus' in page
    drawn = draw("{% fields form %}", form=Sheet({"title": "", "on": "no"}))
    for target in ("id_title", "id_on", "id_level_0"):
        assert f'id="{target}"' in drawn


def test_error_summary_is_silent_when_all_is_well():
    assert draw("{% error_summary form %}", form=Sheet({"title": "a", "level": "1"})) == ""
    assert draw("{% error_summary form %}", form=Sheet()) == ""


def request_at(address: str):
    return RequestFactory().get(address)


def test_pager_keeps_the_search_and_says_how_many():
    page = Paginator(range(95), 10).page(5)
    drawn = draw("{% pager page %}", page=page, request=request_at("/r/?q=桂&page=5"))
    assert "共 95 条" in drawn
    assert '<span class="num" aria-current="page">5</span>' in drawn
    assert 'rel="prev" href="?q=%E6%A1%82&amp;page=4"' in drawn
    assert 'rel="next" href="?q=%E6%A1%82&amp;page=6"' in drawn


def test_pager_of_one_page_is_nothing():
    assert draw("{% pager page %}", page=Paginator(range(3), 10).page(1), request=request_at("/")) == ""


def test_search_bar_keeps_filters_and_forgets_the_page():
    drawn = draw("{% search_bar '姓名' %}", request=request_at("/r/?show=behind&page=3&q=李"))
    assert '<input type="hidden" name="show" value="behind">' in drawn
    assert 'name="page"' not in drawn
    assert 'name="q" value="李"' in drawn


def test_filter_chips_mark_the_chosen_one():
    choices = [("", "全部", 9), ("behind", "落后", None)]
    drawn = draw(
        "{% filter_chips choices %}", choices=choices, request=request_at("/r/?show=behind&q=李&page=2")
    )
    assert 'href="?show=behind&amp;q=%E6%9D%8E" aria-current="true">落后</a>' in drawn
    assert 'href="?q=%E6%9D%8E">全部 <span class="num">9</span></a>' in drawn


def test_components_speak_english_too():
    with translation.override("en"):
        assert draw("{% state 'done' %}{% state 'held' 'ill' %}") == (
            '<span class="state done">Done</span><span class="state held">ill</span>'
        )
