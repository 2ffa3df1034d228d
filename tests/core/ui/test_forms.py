"""Forms whose fields stand under captions."""

import re

from django import forms

from yingzao.core.ui.forms import Form, grouped
from yingzao.core.ui.templatetags.ui import fields


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
