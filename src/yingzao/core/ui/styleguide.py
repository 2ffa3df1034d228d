"""What the styleguide page shows: invented people and figures, one example of every component."""

import datetime as dt
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest

from yingzao.core.clock import SHANGHAI
from yingzao.core.ui.forms import FileInput, Form, Levels
from yingzao.core.ui.navigation import Item, Section

BOARD = (
    ("学员01", "桂一社区", "done done todo done done part", "0.92", "0.98"),
    ("学员02", "桂二社区", "done done todo late done part", "0.85", "0.95"),
    ("学员03", "叠南社区", "done miss todo done excused part", "0.77", "0.90"),
    ("学员07", "石肯社区", "miss miss todo miss done todo", "0.38", "0.58"),
)
COLUMNS = ("直播一", "直播二", "直播三", "案例一", "参访一", "报告")


class ExampleForm(Form):
    name = forms.CharField(label="计划名称", help_text="学员会在首页看到，例如“社区治理先锋营 2026”。")
    starts_on = forms.DateField(label="开始日期")
    begins_at = forms.DateTimeField(label="第一次直播课", required=False)
    kind = forms.ChoiceField(
        label="活动类型", choices=[("live", "直播课"), ("case", "案例推送"), ("visit", "参访")]
    )
    roster = forms.FileField(
        label="学员名册",
        help_text=".xlsx 或 .csv，先试读，确认后才写入。",
        widget=FileInput(".xlsx,.csv"),
        required=False,
    )
    how = forms.ChoiceField(
        label="缺勤怎么算", choices=[("zero", "不计分"), ("half", "补看录像计一半")], widget=forms.RadioSelect
    )
    level = forms.ChoiceField(
        label="需求是不是从居民那里来的",
        choices=[(str(n), str(n)) for n in range(1, 6)],
        widget=Levels,
        required=False,
    )
    agreed = forms.BooleanField(label="我已经看过《个人信息说明》", required=False)
    words = forms.CharField(label="给学员的话", widget=forms.Textarea, required=False)


PAGES = {
    "desk": "ui/styleguide/desk.html",
    "phone": "ui/styleguide/phone.html",
    "jury": "ui/styleguide/jury.html",
    "public": "ui/styleguide/public.html",
    "print": "ui/styleguide/print.html",
    "refused": "ui/refused.html",
    "400": "400.html",
    "403": "403.html",
    "csrf": "403_csrf.html",
    "404": "404.html",
    "413": "413.html",
    "500": "500.html",
}
DESK = (
    Section(
        items=(
            Item(label="计划总览", url="#overview", icon="home"),
            Item(label="进度总表", url="#board", icon="table", current=True),
            Item(label="学习活动", url="#activities", icon="calendar"),
            Item(label="学员名册", url="#roster", icon="users"),
            Item(label="核对考勤", url="#attendance", icon="list-check", badge=7, badge_word="条待核对"),
        )
    ),
    Section(
        title="评审与评选",
        items=(
            Item(label="评审组", url="#panels", icon="scale"),
            Item(label="评选与公示", url="#selection", icon="speakerphone"),
            Item(label="证书", url="#certificates", icon="certificate"),
        ),
    ),
    Section(title="社区", items=(Item(label="社区图谱", url="#communities", icon="map"),)),
)
PHONE = (
    Section(
        items=(
            Item(label="今天", url="#today", icon="home", current=True),
            Item(label="任务", url="#duties", icon="checklist", badge=2, badge_word="项快到期"),
            Item(label="社区", url="#community", icon="users"),
            Item(label="我的", url="#me", icon="user"),
        )
    ),
)
PUBLIC = (
    Section(
        items=(
            Item(label="计划", url="#programme", icon="flag"),
            Item(label="报道", url="#stories", icon="news", current=True),
            Item(label="社区", url="#communities", icon="map"),
            Item(label="公示", url="#notices", icon="speakerphone"),
        )
    ),
)


def context(request: HttpRequest) -> dict:
    return {
        "desk_sections": DESK,
        "phone_sections": PHONE,
        "public_sections": PUBLIC,
        "refusal": {"sentence": "这份成果已经提交评审，不能再改；要改，请先请组织者退回。"},
        "board": [
            (name, community, keys.split(), Decimal(so_far), Decimal(best))
            for name, community, keys, so_far, best in BOARD
        ],
        "columns": COLUMNS,
        "whole": Decimal("0.46"),
        "so_far": Decimal("0.86"),
        "reachable": Decimal("0.94"),
        "start": dt.datetime(2021, 11, 15, 19, 30, tzinfo=SHANGHAI),
        "end": dt.datetime(2021, 11, 15, 21, 0, tzinfo=SHANGHAI),
        "form": ExampleForm({"name": "", "starts_on": "15 号", "how": "zero", "kind": "case", "level": "4"}),
        "paged": Paginator(range(90), 10).get_page(request.GET.get("page")),
        "filters": [
            ("", "全部", 90),
            ("behind", "落后", 11),
            ("soon", "需尽快补", 6),
            ("check", "待核对", 7),
        ],
    }
