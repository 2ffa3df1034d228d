"""Forms whose fields stand under captions."""

import re

import pytest
from django import forms

from yingzao.core.ui.forms import Form, grouped
from yingzao.core.ui.templatetags.ui import error_summary, fields


class Grouped(Form):
    GROUPS = (("时间", ("b", "c")), ("其他", ("d",)), ("空", ("x",)))
    a = forms.CharField(label="甲")
    b = forms.CharField(label="乙")
    c = forms.CharField(label="丙")
    d = forms.CharField(label="丁")


def test_every_field_stands_once_under_its_caption_and_empty_captions_are_left_out():
    form = Grouped()
    assert [(caption, [f.name for f in several]) for caption, several in grouped(form)] == [
        ("", ["a"]), ("时间", ["b", "c"]), ("其他", ["d"]),
    ]  # fmt: skip
    drawn = fields(form)
    assert re.findall(r'<legend>(.*?)</legend>|name="(\w)"', drawn) == [
        ("", "a"), ("时间", ""), ("", "b"), ("", "c"), ("其他", ""), ("", "d"),
    ]  # fmt: skip


class Dated(Form):
    day = forms.DateField(label="日期")
    moment = forms.DateTimeField(label="时间", required=False)
    name = forms.CharField(label="名称", max_length=5, required=False)
    count = forms.IntegerField(label="我已数过。", min_value=1, max_value=9, required=False)


@pytest.mark.parametrize(
    ("year", "taken"), [("0001", False), ("1999", False), ("2000", True), ("2100", True), ("9999", False)]
)
def test_a_date_that_can_only_be_a_slip_of_the_hand_is_refused_at_its_field(year, taken):
    form = Dated({"day": f"{year}-12-31", "moment": f"{year}-01-01T10:00"})
    assert form.is_valid() is taken
    said = [] if taken else ["年份要在 2000 和 2100 之间。"]
    assert form.errors.get("day", []) == form.errors.get("moment", []) == said


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("name", "字" * 6, "最多 5 个字，现在有 6 个字。"),
        ("count", "0", "不能小于 1。"),
        ("count", "10", "不能大于 9。"),
    ],
)
def test_limits_are_told_in_plain_words(name, given, said):
    assert Dated({"day": "2026-01-01", name: given}).errors == {name: [said]}


def test_a_label_that_is_a_sentence_ends_once_above_the_form():
    assert "我已数过：不能小于 1。" in error_summary(Dated({"day": "2026-01-01", "count": "0"}))
