"""Walks, interviews, guides, proposals and resource maps on the desk: what is made of them once, who sees them, what is forgotten."""

import csv
import io
import json
import threading
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.urls import reverse

from tests.factories.field import NUMBER, guide_of, proposed, shown, talked, walked
from tests.factories.findings import settle
from tests.factories.learning import Learning
from yingzao.communities import actions as communities
from yingzao.communities.enums import Facet
from yingzao.communities.models import Need, ResidentGroup, Topic, Venue
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.fieldwork import actions, queries
from yingzao.fieldwork.models import Guide, Interview, Origin, Proposal
from yingzao.fieldwork.settling.guides import as_lines, from_lines
from yingzao.fieldwork.settling.sketch import APART, FOOT, HEIGHT, WIDTH, sketch
from yingzao.people.models import Consent
from yingzao.programmes.actions.staff import give_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide(camp):
    return guide_of(camp.programme.organisation, camp.by)


@pytest.fixture
def desk(camp, client):
    client.force_login(camp.by)
    return client


def at(camp, name: str, *codes: str) -> str:
    return reverse(f"fieldwork:desk-{name}", args=[camp.programme.code, *codes])


# What is made of a point


def test_a_need_is_made_of_a_point_once_and_both_know_the_other(camp, desk):
    walk = walked(camp.learner, {"text": "河边路灯坏了\n晚上没人敢走", "facet": "place"})
    point = walk.points.get()
    address = at(camp, "point-make", walk.code, point.code, "need")
    form = desk.get(address).context["form"]
    assert (form["title"].value(), form["place"].value()) == ("河边路灯坏了", "河边步道")
    sent = {
        "key": str(uuid4()),
        "title": "河边要有灯",
        "whose": "老人",
        "evidence": "晚上没人敢走",
        "urgency": "high",
        "frequency": "daily",
        "facets": ["place"],
    }
    answer = desk.post(address, sent)
    need = Need.objects.get()
    assert answer.url == reverse("communities:desk-need", args=[camp.programme.code, need.code])
    assert (need.source, need.raised_by, need.community) == ("walk", "learner", camp.community)
    # Again, with another form: the record that stands.
    assert desk.post(address, sent | {"key": str(uuid4()), "title": "又一个"}).url == answer.url
    assert desk.get(address).url == answer.url
    assert Need.objects.count() == Origin.objects.count() == 1
    page = desk.get(answer.url).content.decode()
    assert f"{at(camp, 'walk', walk.code)}#{point.code}" in page
    assert answer.url in desk.get(at(camp, "walk", walk.code)).content.decode()
    assert AuditLine.objects.get(act="fieldwork.point.made_into").after == {"kind": "need", "code": need.code}


def test_a_venue_takes_the_place_of_the_point(camp, desk):
    walk = walked(camp.learner, {"kind": "resource", "text": "空铺", "place": [23.0293, 113.1502, 9]})
    point = walk.points.get()
    address = at(camp, "point-make", walk.code, point.code, "venue")
    form = desk.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in ("title", "text", "place", "source")}
    sent |= {"key": str(uuid4()), "state": "idle", "latitude": "23.0293", "longitude": "113.1502"}
    desk.post(address, sent)
    venue = Venue.objects.get()
    assert (venue.title, str(venue.latitude)) == ("空铺", "23.02930")
    spots = queries.resource_map(camp.community).spots
    assert [(spot.kind, spot.title) for spot in spots] == [("venue", "空铺")]  # stands once


def test_wrong_input_keeps_what_was_typed(camp, desk):
    walk = walked(camp.learner)
    address = at(camp, "point-make", walk.code, walk.points.get().code, "topic")
    answer = desk.post(address, {"key": str(uuid4()), "title": "", "text": f"打 {NUMBER}", "state": "raised"})
    assert answer.status_code == 422
    assert NUMBER in answer.content.decode()
    assert desk.get(at(camp, "point-make", walk.code, walk.points.get().code, "leader")).status_code == 404
    assert not Topic.objects.exists()


def test_what_was_taken_back_is_made_into_nothing_and_stands_on_no_page(camp, desk):
    walk = walked(camp.learner, {"text": "这条撤回了"})
    point = walk.points.get()
    actions.take_back_point(key=point.key, by=camp.learner.person, said_at=point.said_at.replace(year=2999))
    assert desk.get(at(camp, "point-make", walk.code, point.code, "need")).status_code == 404
    for name in ("walk", "walk-sheet"):
        assert "这条撤回了" not in desk.get(at(camp, name, walk.code)).content.decode()
    assert queries.resource_map(camp.community).spots == ()


def test_supervisors_read_and_make_nothing(camp, guide, client):
    walk = walked(camp.learner)
    interview = talked(camp.learner, guide, name="阿强", phone=NUMBER, purposes=["contact"])
    client.force_login(camp.supervisor.person)
    page = client.get(at(camp, "walk", walk.code)).content.decode()
    assert "/make/" not in page
    assert client.get(at(camp, "point-make", walk.code, walk.points.get().code, "need")).status_code == 404
    page = client.get(at(camp, "interview", interview.code)).content.decode()
    assert "138****4321" in page
    assert NUMBER not in page
    assert client.post(at(camp, "interview-contact", interview.code)).status_code == 404
    with pytest.raises(Refused):
        actions.make_of_point(point=walk.points.get(), what="need", by=camp.supervisor.person)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")
def test_two_who_make_the_same_at_once_make_one(camp):
    point = walked(camp.learner).points.get()

    def make() -> None:
        actions.make_of_point(point=point, what="need", by=camp.by, title="要有灯", whose="老人")
        connections.close_all()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Need.objects.count() == Origin.objects.count() == 1


# Interviews


def test_a_need_is_read_out_of_an_interview(camp, guide, desk):
    interview = talked(camp.learner, guide, role="楼长", answers=["二十年", "没地方晾衣服"])
    address = at(camp, "interview-need", interview.code)
    form = desk.get(address).context["form"]
    assert "没地方晾衣服" in form["evidence"].value()
    sent = {
        "key": str(uuid4()),
        "title": "要有晾晒的地方",
        "whose": "住户",
        "urgency": "normal",
        "frequency": "unknown",
    }
    desk.post(address, sent)
    desk.post(address, sent)
    need = Need.objects.get()
    assert (need.source, need.raised_by) == ("interview", "resident")
    page = desk.get(at(camp, "interview", interview.code)).content.decode()
    assert need.code in page


def test_a_resident_is_forgotten_and_a_backup_brings_nothing_back(camp, guide, desk):
    interview = talked(
        camp.learner,
        guide,
        name="阿强",
        phone=NUMBER,
        purposes=["contact"],
        answers=["我家在三楼"],
        role="楼长",
    )
    file = shown(camp.learner, interview).file
    address = at(camp, "interview-erase", interview.code)
    assert desk.post(address, {"reason": ""}).status_code == 422
    desk.post(address, {"reason": "本人当面提出"})
    interview.refresh_from_db()
    assert (interview.name, interview.phone, interview.role, interview.answers) == ("", "", "", [])
    erased_at = interview.erased_at
    assert erased_at is not None
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert not interview.photos.exists()
    assert not StoredFile.objects.filter(code=file.code).exists()
    page = desk.get(at(camp, "interview", interview.code)).content.decode()
    assert "我家在三楼" not in page
    assert desk.get(address).status_code == 404
    # As a restore would find it.
    Interview.objects.update(name="阿强", answers=["我家在三楼"], erased_at=None)
    actions.erase_interview_again(code=interview.code, at=erased_at.isoformat())
    interview.refresh_from_db()
    assert (interview.name, interview.answers) == ("", [])


def test_the_line_of_an_erased_interview_is_kept_where_a_crash_lost_it(camp, guide):
    interview = talked(camp.learner, guide)
    actions.erase_interview(
        interview=interview, by=camp.by, reason="本人当面提出"
    )  # nothing is committed here
    assert (actions.keep_interview_lines(), actions.keep_interview_lines()) == (1, 0)


# Guides


def test_the_ready_made_guides_are_taken_over_once_and_become_ones_own(camp, desk):
    for _time in range(2):
        desk.post(at(camp, "guides-ready"))
    guides = list(Guide.objects.order_by("pk"))
    assert [guide.title for guide in guides] == ["社区领袖访谈", "居民需求访谈"]
    address = at(camp, "guide", guides[0].code)
    form = desk.get(address).context["form"]
    sent = {name: form[name].value() for name in ("title", "purpose")}
    desk.post(address, sent | {"questions": form["questions"].value(), "is_offered": "on"})
    guides[0].refresh_from_db()
    assert guides[0].version == 1  # the same questions are no new version
    desk.post(address, sent | {"questions": "您贵姓？｜先问好\n\n您最愁什么？"})
    guides[0].refresh_from_db()
    assert (guides[0].version, guides[0].is_offered) == (2, False)
    newest = queries.version_asked(guides[0]).questions
    assert newest == [{"text": "您贵姓？", "hint": "先问好"}, {"text": "您最愁什么？", "hint": ""}]
    offered = [version.guide for version in queries.guides_offered(camp.community)]
    assert offered == [guides[1]]


@pytest.mark.parametrize("questions", ["", " \n ", "\n".join(f"问{n}" for n in range(41))])
def test_a_guide_has_between_one_and_forty_questions(camp, desk, questions):
    answer = desk.post(at(camp, "guide-new"), {"title": "新提纲", "questions": questions})
    assert answer.status_code == 422
    assert "新提纲" in answer.content.decode()
    assert not Guide.objects.exists()


def test_questions_go_round_as_lines():
    told = [{"text": "住了多久？", "hint": "拉家常"}, {"text": "最愁什么？", "hint": ""}]
    assert from_lines(as_lines(told)) == told


def test_a_blank_sheet_leads_to_the_guide_on_the_phone(camp, guide, desk):
    page = desk.get(at(camp, "guide-sheet", guide.code))
    assert page.context["address"].endswith(f"/my/interviews/?guide={guide.code}")
    assert "最愁什么？" in page.content.decode()


# Proposals


def test_a_proposal_is_taken_into_the_graph_once(camp, desk):
    proposal = proposed(camp.learner, kind="group", title="晨练队", facets=["people"])
    address = at(camp, "proposal", proposal.code)
    sent = {"do": "accept", "key": str(uuid4()), "title": "东门晨练队", "kind": "sport", "stage": ""}
    page = desk.get(address)
    sent["kind"] = page.context["accepting"].fields["kind"].choices[0][0]
    desk.post(address, sent)
    desk.post(address, sent | {"title": "又一支"})
    group = ResidentGroup.objects.get()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.group, group.title) == ("accepted", group, "东门晨练队")


def test_what_stands_already_is_found_by_its_likeness_and_merged(camp, desk):
    known = communities.add_node(
        what="topic", key=uuid4(), community=camp.community, by=camp.by, title="老旧小区加装电梯"
    )
    communities.add_node(what="topic", key=uuid4(), community=camp.community, by=camp.by, title="河涌整治")
    other = settle(Learning(), name="别处")
    give_rights(other.organiser)
    foreign = communities.add_node(
        what="topic", key=uuid4(), community=other.community, by=other.by, title="加装电梯"
    )
    proposal = proposed(camp.learner, title="小区加装电梯")
    address = at(camp, "proposal", proposal.code)
    page = desk.get(address)
    assert [node for node, _url in page.context["alike"]] == [known]
    for code in ("", foreign.code):
        desk.post(address, {"do": "merge", "code": code})
        proposal.refresh_from_db()
        assert proposal.state == "waiting"
    desk.post(address, {"do": "merge", "code": known.code})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.topic) == ("merged", known)
    assert Topic.objects.filter(community=camp.community).count() == 2


def test_declining_needs_a_reason(camp, desk):
    proposal = proposed(camp.learner)
    address = at(camp, "proposal", proposal.code)
    assert desk.post(address, {"do": "decline", "reason": " "}).status_code == 422
    desk.post(address, {"do": "decline", "reason": "已在街道计划里"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == ("declined", "已在街道计划里")


# The map


def test_the_map_says_which_facets_have_nothing_yet(camp, desk):
    communities.add_node(
        what="venue", key=uuid4(), community=camp.community, by=camp.by, title="祠堂", facets=["culture"]
    )
    walked(
        camp.learner,
        {"kind": "resource", "facet": "people", "text": "晨练队", "place": [23.03, 113.15, 9]},
        {"kind": "problem", "facet": "place", "text": "路灯坏了"},
        {"kind": "observation", "facet": "service", "text": "只是看看"},
        {"kind": "resource", "facet": "", "text": "空铺"},
    )
    shown_map = queries.resource_map(camp.community)
    assert set(shown_map.empty) == set(Facet) - {Facet.CULTURE, Facet.PEOPLE}
    counts = {(g.facet and g.facet.value): (g.resources, g.problems) for g in shown_map.groups}
    assert counts == {"people": (1, 0), "culture": (1, 0), "place": (0, 1), None: (1, 0)}
    assert (shown_map.without_coordinates, len(shown_map.marks)) == (3, 1)
    page = desk.get(at(camp, "map", camp.community.code)).content.decode()
    assert "还没有找到资源的特色：地、产、景、服。" in page
    assert "只是看看" not in page


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"kind": "problem"}, ["路灯坏了"]),
        ({"facet": "people"}, ["晨练队"]),
        ({"q": "东门"}, ["晨练队"]),
        ({"kind": "nonsense"}, ["晨练队", "路灯坏了"]),
        ({"q": "没有的"}, []),
    ],
)
def test_the_map_is_narrowed_and_taken_away_as_it_is_shown(camp, desk, asked, titles):
    walked(
        camp.learner,
        {"kind": "resource", "facet": "people", "text": "晨练队", "where": "东门"},
        {"kind": "problem", "facet": "place", "text": "路灯坏了"},
    )
    page = desk.get(at(camp, "map", camp.community.code), asked)
    assert [spot.title for spot in page.context["map"].spots] == titles
    answer = desk.get(at(camp, "map-csv", camp.community.code), asked)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[2] for row in rows[1:]] == titles
    assert desk.get(at(camp, "map-xlsx", camp.community.code), asked).content[:2] == b"PK"
    assert desk.get(at(camp, "map-sheet", camp.community.code), asked).status_code == 200


def test_no_cell_of_the_csv_is_a_formula(camp, desk):
    walked(camp.learner, {"kind": "resource", "text": "=1+1", "where": "@门"})
    answer = desk.get(at(camp, "map-csv", camp.community.code)).content.decode("utf-8-sig")
    assert "'=1+1" in answer
    assert "'@门" in answer


def test_nothing_of_another_community_stands_on_the_map(camp):
    walked(camp.learner, {"kind": "resource", "text": "这里的"})
    other = settle(Learning(), name="别处")
    walked(other.learner, {"kind": "resource", "text": "别处的"})
    assert [spot.title for spot in queries.resource_map(camp.community).spots] == ["这里的"]


# Drawing


def test_north_is_up_and_east_is_right_in_one_scale():
    south_west, north, east = (23.0, 113.0), (23.002, 113.0), (23.0, 113.002)
    drawn = sketch([south_west, north, east])
    (ax, ay), (bx, by), (cx, cy) = drawn.marks
    assert (bx, cy) == (ax, ay)
    assert by < ay
    assert cx > ax
    across, up = (cx - ax) / (0.002 * 102_470), (ay - by) / (0.002 * 111_320)
    assert abs(across / up - 1) < 0.02
    assert abs(drawn.bar / drawn.metres - up) < 0.01


def test_marks_on_one_spot_are_pushed_apart_and_stay_on_the_sheet():
    drawn = sketch([(23.0, 113.0)] * 12)
    for one, (ax, ay) in enumerate(drawn.marks):
        assert 0 <= ax <= WIDTH
        assert 0 <= ay <= HEIGHT - FOOT
        for bx, by in drawn.marks[one + 1 :]:
            assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 > APART / 2
    assert sketch([(23.0, 113.0)] * 12) == drawn
    assert sketch([]) is None


# Lists


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "count"),
    [("walks", 7), ("interviews", 9), ("guides", 6), ("proposals", 8), ("map-choose", 5)],
)
def test_queries_of_lists_do_not_grow(camp, guide, desk, name, count, rows, django_assert_num_queries):
    for number in range(rows):
        walked(camp.learner)
        talked(camp.learner, guide)
        guide_of(camp.programme.organisation, camp.by, title=f"提纲{number}")
        proposed(camp.learner, title=f"议题{number}")
    desk.get(at(camp, name))
    with django_assert_num_queries(count):
        assert desk.get(at(camp, name)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_walk_do_not_grow_with_its_points(camp, desk, rows, django_assert_num_queries):
    walk = walked(camp.learner, *({"place": [23.0 + n / 1000, 113.0, 9]} for n in range(rows)))
    for point in walk.points.all():
        shown(camp.learner, point)
        actions.make_of_point(point=point, what="need", by=camp.by, title=f"要有灯{point.pk}", whose="老人")
    desk.get(at(camp, "walk", walk.code))
    with django_assert_num_queries(8):
        desk.get(at(camp, "walk", walk.code))


def test_own_surveys_are_listed_for_whom_they_were_given(camp, survey, client):
    mine = actions.start_survey(
        community=camp.community, by=camp.by, title="交给我的", questions=(), for_person=camp.learner.person
    )
    client.force_login(camp.learner.person)
    page = client.get(reverse("fieldwork:my-list")).content.decode()
    assert mine.title in page
    assert survey.title not in page
    assert reverse("fieldwork:my-list") in client.get(reverse("web:learner-community")).content.decode()
    client.force_login(camp.other.person)
    assert mine.title not in client.get(reverse("fieldwork:my-list")).content.decode()


def test_no_audit_line_says_what_was_said(camp, guide):
    walked(camp.learner, {"text": "秘密的话", "where": "秘密的门"}, title="秘密的路")
    talked(camp.learner, guide, answers=["秘密的回答"], role="秘密的人", observed="秘密的样子")
    Proposal.objects.all()
    lines = AuditLine.objects.filter(act__startswith="fieldwork.")
    assert lines.exists()
    told = json.dumps([[one.before, one.after, one.subject] for one in lines], ensure_ascii=False)
    assert "秘密" not in told
