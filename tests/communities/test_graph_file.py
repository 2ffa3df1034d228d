"""A table of the community graph: taken over whole, twice without a change, or not at all."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.findings import settle
from tests.factories.learning import Learning
from yingzao.communities import actions, queries
from yingzao.communities.models import CommunityAction, ResidentGroup, Tie, Topic, Venue
from yingzao.core.errors import Refused
from yingzao.programmes.actions.staff import give_rights

pytestmark = pytest.mark.django_db
HEAD = ("社区", "类别", "名称", "业务类型", "情况", "日期", "说明", "侧面", "关联", "来源")
GOOD = [
    (
        "灯湖社区",
        "公共议题",
        "河涌治理",
        "",
        "讨论中",
        "2021-03-01",
        "河里有垃圾",
        "地、景",
        "河长队、清河",
        "走访",
    ),
    ("灯湖", "社区组织", "河长队", "公益慈善", "备案组织", "2020/5/4", "", "人", "", ""),
    ("灯湖社区", "社区行动", "清河", "", "", "2021年4月5日", "", "", "河长队；河堤", ""),
    ("灯湖社区", "社区行动", "种树", "", "", "2019年启动", "", "", "", ""),
    ("灯湖社区", "场地", "河堤", "散步", "改造中", "", "", "", "", ""),
]


@pytest.fixture
def camp():
    camp = settle(Learning())
    give_rights(camp.organiser)
    return camp


def table(rows, head=HEAD) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode("utf-8-sig")


def bring(camp, rows, head=HEAD):
    return actions.import_graph(
        organisation=camp.programme.organisation, by=camp.by, data=table(rows, head), name="图谱.csv"
    )


def test_all_kinds_come_with_their_ties_and_twice_changes_nothing(camp):
    first = bring(camp, GOOD)
    assert (first.made, first.known, first.ties) == (5, 0, 4)
    topic, team = Topic.objects.get(), ResidentGroup.objects.get()
    assert (topic.state, str(topic.since), topic.facets) == (
        "discussed",
        "2021-03-01",
        ["place", "landscape"],
    )
    assert (team.kind, team.stage, str(team.since)) == ("charity", "filed", "2020-05-04")
    assert [(str(a.on), a.when) for a in CommunityAction.objects.order_by("title")] == [
        ("2021-04-05", ""),
        ("None", "2019年启动"),
    ]
    assert (Venue.objects.get().state, Venue.objects.get().use) == ("renewed", "散步")
    assert {n.title for n in queries.neighbours(team)} == {"河涌治理", "清河"}
    again = bring(camp, GOOD)
    assert (again.made, again.known, again.ties) == (0, 5, 0)
    assert Tie.objects.count() == 4


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({0: "没有的社区"}, "没有的社区"),
        ({1: "人物"}, "人物"),
        ({2: ""}, "第 2 行"),
        ({2: "长" * 121}, "第 2 行"),
        ({4: "刚刚开始"}, "刚刚开始"),
        ({5: "2021-02-30"}, "2021-02-30"),
        ({5: "去年"}, "去年"),
        ({6: "找 13800000001"}, "第 2 行"),
        ({7: "地、水"}, "水"),
        ({8: "没有的队"}, "没有的队"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_taken(camp, changed, said):
    row = tuple(changed.get(place, cell) for place, cell in enumerate(GOOD[0]))
    with pytest.raises(Refused, match=said):
        bring(camp, [row, *GOOD[1:]])
    assert not Topic.objects.exists()
    assert not Venue.objects.exists()


def test_every_wrong_row_is_told_and_many_are_counted(camp):
    with pytest.raises(Refused, match="还有 10 处"):
        bring(camp, [("灯湖社区", "人物", f"事{n}", *[""] * 7) for n in range(30)])
    with pytest.raises(Refused, match="第 3 行"):
        bring(camp, [("灯湖社区", "人物", "甲", *[""] * 7), ("灯湖社区", "人物", "乙", *[""] * 7)])


def test_three_columns_are_enough_and_another_table_is_refused(camp):
    assert bring(camp, [("灯湖社区", "议题", "停车")], head=HEAD[:3]).made == 1
    with pytest.raises(Refused):
        bring(camp, [("灯湖社区", "停车")], head=("社区", "名称"))


def test_the_page_says_what_is_wrong(client, camp):
    client.force_login(camp.by)
    address = reverse("communities:desk-graph-import", args=[camp.programme.code])
    bad = client.post(
        address, {"file": SimpleUploadedFile("图谱.csv", table([("灯湖社区", "人物", "甲")], HEAD[:3]))}
    )
    assert (bad.status_code, "人物" in bad.content.decode()) == (422, True)
    good = client.post(address, {"file": SimpleUploadedFile("图谱.csv", table(GOOD))})
    assert (good.status_code, Topic.objects.count()) == (302, 1)
