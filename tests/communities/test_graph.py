"""The community graph: what stands in it, what belongs to what, and what is missing."""

import datetime as dt
import io
import itertools
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.communities import CommunityFactory
from tests.factories.findings import found_leader, found_need, settle
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from tests.factories.world import picture
from yingzao.communities import actions, queries
from yingzao.communities.enums import Gap, GroupStage
from yingzao.communities.models import CommunityAction, NodePhoto, ResidentGroup, Tie, Topic, Venue
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.programmes.actions.staff import give_rights
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    camp = settle(Learning())
    camp.supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR)
    for staff in (camp.organiser, camp.supervisor):
        give_rights(staff)
    return camp


def at(name, camp, *args):
    return reverse(f"communities:desk-{name}", args=[camp.programme.code, *args])


def enter(camp, what, title, **said):
    said = {"on": dt.date(2021, 10, 2)} | said if what == "action" else said
    return actions.add_node(what=what, key=uuid4(), community=camp.community, by=camp.by, title=title, **said)


def tie(camp, one, other):
    return actions.tie(one=one, other=other, by=camp.by)


def found(camp, gap):
    return [node.title for node in queries.gaps(camp.programme.organisation, camp.community)[gap]]


# Entering


def test_the_same_form_sent_twice_is_one_record(camp):
    key = uuid4()
    said = {"what": "topic", "key": key, "community": camp.community, "by": camp.by}
    assert actions.add_node(**said, title="河涌") == actions.add_node(**said, title="河涌")
    with pytest.raises(Refused):
        actions.add_node(**said | {"by": PersonFactory()}, title="河涌")
    assert AuditLine.objects.filter(act="communities.topic.added").count() == 1


@pytest.mark.parametrize(
    ("what", "said", "code"),
    [
        ("topic", {"title": "  "}, "no_title"),
        ("topic", {"title": "河涌"}, "known"),
        ("venue", {"title": "榕树头", "text": "找 13800000001"}, "phone_in_text"),
        ("group", {"title": "河长队", "text": "440605199001010011"}, "identity_number"),
        ("group", {"title": "河长队", "since": dt.date(2099, 1, 1)}, "future"),
        ("action", {"title": "龙舟巡游", "on": None}, "no_day"),
        ("action", {"title": "龙舟巡游", "until": dt.date(2021, 10, 1)}, "order"),
        (
            "action",
            {"title": "清河", "figures": [{"label": "13800000001", "value": "1", "unit": ""}]},
            "phone_in_text",
        ),
    ],
)
def test_wrong_input_is_refused_with_its_reason(camp, what, said, code):
    enter(camp, "topic", "河涌")
    with pytest.raises(Refused) as refusal:
        enter(camp, what, **said)
    assert refusal.value.code == code


def test_a_feast_comes_round_every_year(camp):
    enter(camp, "action", "渔村文化节", on=dt.date(2020, 10, 2))
    enter(camp, "action", "渔村文化节", on=dt.date(2021, 10, 2))
    assert CommunityAction.objects.count() == 2


def test_a_name_is_free_again_once_its_record_is_put_aside(camp):
    first = enter(camp, "venue", "榕树头")
    actions.put_node_aside(node=first, by=camp.by)
    enter(camp, "venue", "榕树头")
    assert [v.pk for v in queries.nodes(camp.programme.organisation, "venue")] != [first.pk]


def test_an_owners_committee_has_no_stage(camp):
    owners = enter(camp, "group", "文华花园业委会", kind="owners", stage=GroupStage.FILED)
    assert owners.stage == ""
    actions.take_group_step(group=owners, by=camp.by, stage="registered", on=clock.today(), is_dormant=True)
    assert (owners.stage, owners.is_dormant) == ("", True)
    team = enter(camp, "group", "河长队", stage=GroupStage.FILED)
    actions.edit_node(node=team, by=camp.by, kind="owners")
    assert team.stage == ""


def test_every_stage_of_an_organisation_is_kept_with_its_day(camp):
    team = enter(camp, "group", "河长队", stage=GroupStage.INTEREST, since=dt.date(2019, 3, 1))
    for stage, day in (("volunteer", dt.date(2020, 1, 5)), ("filed", dt.date(2021, 6, 1))):
        actions.take_group_step(group=team, by=camp.by, stage=stage, on=day)
    actions.take_group_step(group=team, by=camp.by, stage="filed", on=dt.date(2021, 7, 1))
    assert [(s.stage, s.on) for s in team.steps.all()] == [
        ("interest", dt.date(2019, 3, 1)),
        ("volunteer", dt.date(2020, 1, 5)),
        ("filed", dt.date(2021, 6, 1)),
    ]
    assert team.filed_on == dt.date(2021, 6, 1)
    with pytest.raises(Refused):
        actions.take_group_step(group=team, by=camp.by, stage="registered", on=dt.date(2099, 1, 1))


def test_a_stage_whose_day_nobody_said_has_none(camp):
    enter(camp, "group", "河长队", stage=GroupStage.VOLUNTEER)
    book = enter(camp, "group", "书友会", stage=GroupStage.FILED, since=dt.date(2018, 5, 1))
    care = enter(camp, "group", "关爱队", stage=GroupStage.FILED, filed_on=dt.date(2020, 2, 2))
    assert [(m.title, m.what, m.on) for m in queries.timeline(camp.community)] == [
        (care.title, "filed", dt.date(2020, 2, 2)),
        (book.title, "since", dt.date(2018, 5, 1)),
    ]


# Ties


def test_a_pair_is_tied_once_whichever_way_it_is_named(camp):
    topic, team = enter(camp, "topic", "河涌"), enter(camp, "group", "河长队")
    assert tie(camp, topic, team) == tie(camp, team, topic)
    assert [n.title for n in queries.neighbours(topic)] == ["河长队"]
    assert [n.title for n in queries.neighbours(team)] == ["河涌"]
    actions.untie(tie=Tie.objects.get(), by=camp.by)
    assert queries.neighbours(topic) == []


def test_two_of_a_kind_or_of_different_communities_are_not_tied(camp):
    topic, other = enter(camp, "topic", "河涌"), enter(camp, "topic", "停车")
    with pytest.raises(Refused):
        tie(camp, topic, other)
    camp.community = CommunityFactory(organisation=camp.programme.organisation)
    team = enter(camp, "group", "河长队")
    with pytest.raises(Refused):
        tie(camp, topic, team)


def test_all_six_kinds_can_be_tied_and_walked(camp):
    leader, need = found_leader(camp.learner).leader, found_need(camp.learner).need
    own = {what: enter(camp, what, f"一个{what}") for what in ("topic", "group", "action", "venue")}
    everything = [*own.values(), leader, need]
    for place, one in enumerate(everything):
        for other in everything[place + 1 :]:
            tie(camp, one, other)
    for one in everything:
        assert len(queries.neighbours(one)) == 5
    drawn = queries.drawing(camp.community, own["topic"])
    assert len(drawn.nodes) == 6
    assert len(drawn.lines) == 15
    assert drawn == queries.drawing(camp.community, own["topic"])
    assert {n.title for n in drawn.narrow.nodes} == {n.title for n in drawn.nodes}
    assert len(drawn.narrow.lines) == 15


def test_on_a_phone_no_words_lie_upon_one_another(camp):
    topic = enter(camp, "topic", "河涌")
    for place in range(19):
        tie(camp, topic, enter(camp, "action", f"第 {place} 次清河行动", on=dt.date(2021, 1, 1 + place)))
    narrow = queries.drawing(camp.community, topic).narrow
    for side in ("start", "end"):
        heights = sorted(n.words_y for n in narrow.nodes if n.anchor == side)
        assert min(b - a for a, b in itertools.pairwise(heights)) >= 30
        assert heights[0] >= 20
        assert heights[-1] <= narrow.height - 10
    assert {n.on.day for n in narrow.nodes if n.kind == "action"} == set(range(1, 20))


def test_who_was_erased_or_put_aside_is_no_neighbour(camp):
    leader, topic = found_leader(camp.learner).leader, enter(camp, "topic", "河涌")
    team = enter(camp, "group", "河长队")
    tie(camp, topic, leader)
    tie(camp, topic, team)
    actions.put_node_aside(node=team, by=camp.by)
    actions.erase_leader(leader=leader, by=camp.by, reason="电话要求")
    assert queries.neighbours(topic) == []
    assert len(queries.drawing(camp.community, topic).nodes) == 1
    actions.put_node_aside(node=team, by=camp.by, aside=False)
    assert [n.title for n in queries.neighbours(topic)] == ["河长队"]


# What is missing


def test_a_topic_without_an_organisation_shows_until_one_is_tied(camp):
    topic, team = enter(camp, "topic", "河涌"), enter(camp, "group", "河长队")
    tie(camp, topic, enter(camp, "venue", "榕树头"))
    assert found(camp, Gap.TOPIC_WITHOUT_GROUP) == ["河涌"]
    tie(camp, topic, team)
    assert found(camp, Gap.TOPIC_WITHOUT_GROUP) == []
    actions.put_node_aside(node=team, by=camp.by)
    assert found(camp, Gap.TOPIC_WITHOUT_GROUP) == ["河涌"]
    actions.edit_node(node=topic, by=camp.by, state="settled")
    assert found(camp, Gap.TOPIC_WITHOUT_GROUP) == []


def test_gaps_of_needs_leaders_organisations_and_venues(camp):
    need, leader = found_need(camp.learner).need, found_leader(camp.learner).leader
    team, hall = enter(camp, "group", "河长队"), enter(camp, "venue", "旧祠堂", state="idle")
    by_gap = queries.gap_counts(camp.programme.organisation, camp.community)
    assert by_gap == {
        Gap.TOPIC_WITHOUT_GROUP: 0,
        Gap.NEED_WITHOUT_ANSWER: 1,
        Gap.GROUP_WITHOUT_LEADER: 1,
        Gap.GROUP_DORMANT: 0,
        Gap.LEADER_WITHOUT_TIE: 1,
        Gap.VENUE_IDLE: 1,
    }
    assert queries.gap_counts_by_community(camp.programme.organisation) == {camp.community.pk: 4}
    tie(camp, team, leader)
    tie(camp, need, enter(camp, "action", "清楼道"))
    actions.edit_node(node=hall, by=camp.by, state="in_use")
    assert set(queries.gap_counts(camp.programme.organisation, camp.community).values()) == {0}
    actions.take_group_step(group=team, by=camp.by, stage="volunteer", on=clock.today(), is_dormant=True)
    assert found(camp, Gap.GROUP_DORMANT) == ["河长队"]


def test_gaps_are_of_one_organisation_alone(camp):
    other = settle(Learning())
    enter(other, "topic", "别处的事")
    assert sum(queries.gap_counts(camp.programme.organisation).values()) == 0


# Pages


def test_xiashi_is_entered_in_the_browser_and_its_gap_shows(client, camp):
    """Three topics, two venues, an organisation for two of the topics, four actions."""
    client.force_login(camp.by)
    code = camp.community.code

    def post(what, **said):
        key = str(uuid4())
        answer = client.post(at("node-new", camp, code, what) + said.pop("of", ""), {"key": key, **said})
        assert answer.status_code == 302, answer.context["form"].errors
        return queries.MODELS[what].objects.get(key=key)

    topics = [post("topic", title=title, state="discussed") for title in ("环境改造", "文化传承", "生态教育")]
    post("venue", title="民间生活体验馆", state="in_use")
    post("venue", title="社区花园", state="in_use")
    for topic in topics[:2]:
        post(
            "group",
            title=f"{topic.title}小组",
            kind="culture",
            stage="volunteer",
            of=f"?from=topic:{topic.code}",
        )
    for month, title in enumerate(("渔村文化节", "龙舟巡游", "清河", "种花"), start=1):
        post(
            "action", title=title, on=f"2021-0{month}-01", figures="参加居民：120 人\n种树: 30 棵",
            of=f"?from=topic:{topics[0].code}",
        )  # fmt: skip
    page = client.get(at("community", camp, code)).content.decode()
    assert "生态教育" in page
    assert "环境改造小组" in page
    gaps = client.get(at("gaps", camp) + f"?community={code}").context["gaps"]
    assert [node.title for gap, _n, rows in gaps if gap == Gap.TOPIC_WITHOUT_GROUP for node in rows] == [
        "生态教育"
    ]
    assert CommunityAction.objects.get(title="清河").figures == [
        {"label": "参加居民", "value": "120", "unit": "人"},
        {"label": "种树", "value": "30", "unit": "棵"},
    ]
    moments = client.get(at("timeline", camp, code)).context["moments"]
    assert [m.title for m in moments if m.what == "done"] == ["种花", "清河", "龙舟巡游", "渔村文化节"]
    walked = client.get(at("walk", camp, code) + f"?at=topic:{topics[0].code}")
    assert {n.title for n, _url in walked.context["neighbours"]} == {
        "环境改造小组", "渔村文化节", "龙舟巡游", "清河", "种花"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("what", "said", "field"),
    [
        ("topic", {"title": "", "text": "河里有垃圾"}, "title"),
        ("action", {"title": "清河", "on": "2021-02-30", "text": "河里有垃圾"}, "on"),
        (
            "action",
            {"title": "清河", "on": "2021-02-03", "figures": "很多人来了", "text": "河里有垃圾"},
            "figures",
        ),
        (
            "venue",
            {"title": "祠堂", "state": "in_use", "latitude": "22.8", "text": "河里有垃圾"},
            "longitude",
        ),
        ("group", {"title": "河长队", "kind": "party", "text": "河里有垃圾"}, "kind"),
        (
            "group",
            {"title": "河长队", "kind": "charity", "member_count": "-3", "text": "河里有垃圾"},
            "member_count",
        ),
    ],
)
def test_wrong_input_is_said_and_loses_nothing(client, camp, what, said, field):
    client.force_login(camp.by)
    answer = client.post(at("node-new", camp, camp.community.code, what), {"key": str(uuid4()), **said})
    assert (answer.status_code, next(iter(answer.context["form"].errors))) == (422, field)
    assert "河里有垃圾" in answer.content.decode()
    assert not any(model.objects.exists() for model in (Topic, CommunityAction, Venue, ResidentGroup))


def test_change_put_aside_and_take_back_in_the_browser(client, camp):
    client.force_login(camp.by)
    topic = enter(camp, "topic", "河涌")
    where = (camp.community.code, "topic", topic.code)
    client.post(
        at("node-edit", camp, *where), {"key": str(topic.key), "title": "河涌治理", "state": "acted_on"}
    )
    topic.refresh_from_db()
    assert (topic.title, topic.state, topic.pinyin[:2]) == ("河涌治理", "acted_on", "he")
    client.post(at("node-aside", camp, *where))
    assert "河涌治理" not in client.get(at("nodes", camp, "topic")).content.decode()
    client.post(at("node-aside", camp, *where), {"back": "1"})
    assert "河涌治理" in client.get(at("nodes", camp, "topic") + "?q=heyong").content.decode()


def test_tying_in_the_browser_names_records_of_this_community_alone(client, camp):
    client.force_login(camp.by)
    topic = enter(camp, "topic", "河涌")
    elsewhere = settle(Learning())
    foreign = enter(elsewhere, "group", "别处的队")
    address = at("tie", camp, camp.community.code)
    assert (
        client.post(address, {"one": f"topic:{topic.code}", "other": f"group:{foreign.code}"}).status_code
        == 302
    )
    assert not Tie.objects.exists()
    assert (
        client.post(address, {"one": f"group:{foreign.code}", "other": f"topic:{topic.code}"}).status_code
        == 404
    )
    for wrong in ("", "topic", "x:y", "community:" + camp.community.code, "topic:" + "9" * 300):
        assert client.post(address, {"one": f"topic:{topic.code}", "other": wrong}).status_code == 302
    assert not Tie.objects.exists()


def test_photos_before_and_after(client, camp):
    client.force_login(camp.by)
    garden = enter(camp, "venue", "社区花园")
    where = (camp.community.code, "venue", garden.code)
    for moment, day in (("after", "2021-10-01"), ("before", "2019-05-01")):
        upload = SimpleUploadedFile("图.jpg", picture((1, 90, 1)))
        answer = client.post(
            at("node-photos", camp, *where), {"photos": upload, "moment": moment, "taken_on": day}
        )
        assert answer.status_code == 302
    page = client.get(at("node", camp, *where))
    assert [p.moment for p in page.context["photos"]] == ["before", "after"]
    photo = NodePhoto.objects.first()
    address = reverse("media:file", args=[photo.file.code])
    assert client.get(address).status_code == 200
    client.force_login(camp.learner.person)
    assert client.get(address).status_code == 404
    client.force_login(camp.supervisor.person)
    assert client.get(address).status_code == 200
    assert client.post(at("node-photo-remove", camp, camp.community.code, photo.pk)).status_code == 404
    client.force_login(camp.by)
    client.post(at("node-photo-remove", camp, camp.community.code, photo.pk))
    assert not StoredFile.objects.filter(code=photo.file.code).exists()
    bad = client.post(
        at("node-photos", camp, *where),
        {"photos": SimpleUploadedFile("图.jpg", b"no picture"), "moment": "before", "caption": "旧貌"},
    )
    assert bad.status_code == 422
    assert "旧貌" in bad.content.decode()


def test_supervisors_read_and_change_nothing(client, camp):
    topic = enter(camp, "topic", "河涌")
    client.force_login(camp.supervisor.person)
    page = client.get(at("node", camp, camp.community.code, "topic", topic.code)).content.decode()
    assert "河涌" in page
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]
    for name in ("node-edit", "node-aside"):
        assert client.post(at(name, camp, camp.community.code, "topic", topic.code)).status_code == 404


def test_the_workbook_holds_every_kind_and_what_belongs_to_what(client, camp):
    topic, team = (
        enter(camp, "topic", "河涌"),
        enter(camp, "group", "河长队", stage="filed", filing_number="备〔2021〕7号"),
    )
    enter(camp, "action", "清河", figures=[{"label": "参加居民", "value": "120", "unit": "人"}])
    gone = enter(camp, "venue", "旧祠堂")
    tie(camp, topic, team)
    tie(camp, topic, gone)
    actions.put_node_aside(node=gone, by=camp.by)
    client.force_login(camp.supervisor.person)
    book = load_workbook(io.BytesIO(client.get(at("graph-export", camp)).content))
    cells = {sheet.title: [[c.value for c in row] for row in sheet.iter_rows(min_row=2)] for sheet in book}
    flat = [value for rows in cells.values() for row in rows for value in row]
    assert "备〔2021〕7号" in flat
    assert "参加居民 120 人" in flat
    assert "旧祠堂" not in flat
    assert len(list(cells.values())[-1]) == 1


@pytest.mark.parametrize("name", ["community", "timeline", "walk", "gaps", "nodes"])
def test_queries_do_not_grow_with_the_rows(client, camp, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(camp.by)
    addresses = {"gaps": at("gaps", camp), "nodes": at("nodes", camp, "group")}
    address = addresses.get(name) or at(name, camp, camp.community.code)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def more(mark):
        topic, team = (
            enter(camp, "topic", f"事{mark}"),
            enter(camp, "group", f"队{mark}", stage="filed", since=dt.date(2021, 1, 1)),
        )
        tie(camp, topic, team)
        tie(camp, team, enter(camp, "action", f"做{mark}"))
        enter(camp, "topic", f"无人{mark}")
        enter(camp, "venue", f"地{mark}", state="idle")

    more(1)
    asked()
    first = asked()
    more(2)
    more(3)
    assert asked() <= first
