"""Leaders and needs on the desk: found again, asked again, and their telephones in clear only by an act that is recorded."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.findings import EVERYTHING, PHONE, found_leader, found_need, settle
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from tests.factories.world import picture
from yingzao.communities import actions, queries, rules
from yingzao.communities.models import Leader, Need
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.people.models import Consent
from yingzao.programmes.actions.staff import give_rights
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    camp = settle(Learning())
    camp.supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR)
    camp.judge = StaffRoleFactory(programme=camp.programme, role=Role.JUDGE)
    for staff in (camp.organiser, camp.supervisor):
        give_rights(staff)
    return camp


def at(name: str, camp, *args) -> str:
    return reverse(f"communities:desk-{name}", args=[camp.programme.code, *args])


def acts(what: str) -> list[AuditLine]:
    return list(AuditLine.objects.filter(act=what))


def cells(answer) -> list[list]:
    return [[c.value for c in row] for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows()]


# Finding them again


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["阿珍", "陈伯"]),
        ({"words": "阿珍"}, ["阿珍"]),
        ({"words": "azhen"}, ["阿珍"]),
        ({"words": "az"}, ["阿珍"]),
        ({"words": "缝纫"}, ["阿珍"]),
        ({"words": "灯湖 旧物"}, ["陈伯"]),
        ({"words": "没有"}, []),
        ({"step": "found"}, ["阿珍"]),
        ({"step": "leads"}, ["陈伯"]),
        ({"step": "nonsense"}, ["阿珍", "陈伯"]),
        ({"facet": "culture"}, ["阿珍"]),
        ({"willingness": "leads"}, ["陈伯"]),
        ({"willingness": "leads", "facet": "culture"}, []),
    ],
)
def test_leaders_are_found_by_words_and_filters(camp, asked, found):
    found_leader(camp.learner, name="阿珍", good_at="缝纫", facets=["culture", "people"])
    chen = found_leader(
        camp.learner, name="陈伯", willingness="leads", willing_to="牵头旧物展", facets=["place"]
    )
    Leader.objects.filter(pk=chen.leader_id).update(step="leads")
    rows = queries.narrow_leaders(queries.leaders_of(camp.programme.organisation), **asked)
    assert [leader.name for leader in rows] == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "loudao"}, ["楼道没有灯"]),
        ({"words": "独居"}, ["楼道没有灯"]),
        ({"source": "survey"}, ["放学后没人看孩子"]),
        ({"urgency": "high"}, ["楼道没有灯"]),
        ({"state": "acting"}, ["放学后没人看孩子"]),
        ({"facet": "service"}, ["放学后没人看孩子"]),
        ({"state": "found", "source": "survey"}, []),
    ],
)
def test_needs_are_found_by_words_and_filters(camp, asked, found):
    found_need(camp.learner, urgency="high")
    other = found_need(
        camp.learner, title="放学后没人看孩子", whose="双职工家庭", source="survey", facets=["service"]
    )
    Need.objects.filter(pk=other.need_id).update(state="acting")
    rows = queries.narrow_needs(queries.needs_of(camp.programme.organisation), **asked)
    assert [need.title for need in rows] == found


def test_the_lists_are_narrowed_to_one_community_from_its_page(camp, client):
    elsewhere = settle(Learning())
    elsewhere.programme.organisation = camp.programme.organisation
    found_leader(camp.learner, name="阿珍")
    client.force_login(camp.by)
    page = client.get(at("community", camp, camp.community.code)).content.decode()
    assert f"{at('leaders', camp)}?community={camp.community.code}" in page
    page = client.get(at("leaders", camp), {"community": camp.community.code}).content.decode()
    assert "阿珍" in page


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("what", ["leaders", "needs"])
def test_a_list_asks_the_same_however_long(camp, client, count, what, django_assert_num_queries):
    for _n in range(count):
        found_leader(camp.learner, *EVERYTHING, phone=PHONE)
        found_need(camp.learner)
    client.force_login(camp.by)
    client.get(at(what, camp))
    with django_assert_num_queries({"leaders": 10, "needs": 13}[what]):
        page = client.get(at(what, camp))
    assert page.content.count(b'<th scope="row">') == count


# Asking again


def aged(camp, days: int, **said) -> Leader:
    leader = found_leader(camp.learner, "contact", "mentor", phone=PHONE, **said).leader
    Consent.objects.filter(subject_code=leader.code).update(given_at=clock.now() - timedelta(days=days))
    return leader


def test_whoever_agreed_a_year_ago_is_to_be_asked_again(camp):
    old, fresh, never = (
        aged(camp, 366, name="去年"),
        aged(camp, 300, name="今年"),
        found_leader(camp.learner).leader,
    )
    withdrawn = aged(camp, 400, name="撤回")
    for purpose in ("contact", "mentor"):
        actions.withdraw_consent(leader=withdrawn, purpose=purpose, by=camp.by)
    everybody = queries.leaders_of(camp.programme.organisation)
    assert list(queries.leaders_to_ask(everybody)) == [old]
    actions.ask_again(leader=old, agrees=True, by=camp.by)
    assert not queries.leaders_to_ask(everybody).exists()
    later = clock.today() + timedelta(days=366)
    assert set(queries.leaders_to_ask(everybody, today=later)) == {old, fresh}
    assert never.erased_at is None


def test_the_desk_lists_and_writes_down_the_yearly_question(camp, client):
    old = aged(camp, 400, name="去年的")
    aged(camp, 10, name="今年的")
    client.force_login(camp.by)
    page = client.get(at("leaders", camp), {"show": "ask"}).content.decode()
    assert "去年的" in page
    assert "今年的" not in page
    client.post(at("leader-asked", camp, old.code), {"agrees": "no"})
    old.refresh_from_db()
    assert (old.phone, old.asked_again_on) == ("", clock.today())
    assert "没有需要再次询问的人" in client.get(at("leaders", camp), {"show": "ask"}).content.decode()


# In clear


def test_no_page_and_no_ordinary_export_holds_a_telephone_or_other_ways(camp, client):
    leader = found_leader(camp.learner, *EVERYTHING, phone=PHONE, reach="微信 azhen").leader
    for staff in (camp.organiser, camp.supervisor):
        client.force_login(staff.person)
        for address in (
            at("leaders", camp),
            at("leader", camp, leader.code),
            at("community", camp, camp.community.code),
        ):
            page = client.get(address).content.decode()
            assert not [word for word in (PHONE, "微信 azhen") if word in page], address
        assert "138****1234" in client.get(at("leaders", camp)).content.decode()
        row = cells(client.get(at("leaders-export", camp)))[1]
        assert row[1] == "阿珍"
        assert row[-2:] == ["138****1234", "***"]
    assert not acts("communities.leader.contact_read")


def test_a_telephone_is_shown_to_organisers_by_an_act_that_is_recorded(camp, client):
    leader = found_leader(camp.learner, "contact", phone=PHONE, reach="微信 azhen").leader
    client.force_login(camp.supervisor.person)
    assert client.post(at("leader-contact", camp, leader.code)).status_code == 404
    client.force_login(camp.by)
    shown = client.post(at("leader-contact", camp, leader.code))
    assert PHONE in shown.content.decode()
    assert "微信 azhen" in shown.content.decode()
    (line,) = acts("communities.leader.contact_read")
    assert (line.actor, line.subject, line.after) == (camp.by, leader.code, {"reader": "desk"})


def test_the_export_in_clear_asks_first_needs_a_reason_and_is_recorded(camp, client):
    reached = found_leader(camp.learner, "contact", phone=PHONE).leader
    found_leader(camp.learner, name="没有电话的")
    client.force_login(camp.by)
    look = client.get(at("leaders-in-clear", camp))
    assert "含 1 个完整电话" in look.content.decode()
    assert PHONE not in look.content.decode()
    for reason in ("", "   "):
        refused = client.post(at("leaders-in-clear", camp), {"reason": reason})
        assert (refused.status_code, refused["Content-Type"].startswith("text/html")) == (422, True)
    assert not acts("communities.leaders.exported_in_clear")
    done = client.post(at("leaders-in-clear", camp), {"reason": "邀请参加社区日"})
    assert PHONE in [row[-2] for row in cells(done)]
    (line,) = acts("communities.leaders.exported_in_clear")
    assert line.after == {"reason": "邀请参加社区日", "count": 1, "leaders": [reached.code]}


@pytest.mark.parametrize("who", ["supervisor", "judge", "mentor"])
def test_nobody_but_organisers_exports_in_clear(camp, client, who):
    found_leader(camp.learner, *EVERYTHING, phone=PHONE)
    client.force_login(getattr(camp, who).person)
    assert client.get(at("leaders-in-clear", camp)).status_code == 404
    assert client.post(at("leaders-in-clear", camp), {"reason": "看看"}).status_code == 404
    with pytest.raises(Refused):
        actions.record_clear_contacts(
            organisation=camp.programme.organisation, by=getattr(camp, who).person, reason="看看", leaders=[]
        )


# Of another organisation


def test_another_organisation_has_none_of_it(camp, client):
    other = settle(Learning(), "外单位社区")
    give_rights(other.organiser)
    leader = found_leader(other.learner, *EVERYTHING, name="外单位骨干", phone="13900009999").leader
    need = found_need(other.learner, title="外单位需求").need
    found_leader(camp.learner)
    client.force_login(camp.by)
    for name in ("leaders", "needs"):
        assert "外单位" not in client.get(at(name, camp)).content.decode()
        assert client.get(at(name, other)).status_code == 404
        assert "外单位" not in str(cells(client.get(at(f"{name}-export", camp))))
    assert client.get(at("leader", camp, leader.code)).status_code == 404
    assert client.get(at("need", camp, need.code)).status_code == 404
    assert client.post(at("leader-contact", camp, leader.code)).status_code == 404
    assert client.post(at("leader-withdraw", camp, leader.code), {"purpose": "contact"}).status_code == 404
    assert client.get(at("leaders", camp), {"community": other.community.code}).context["leaders"] == []
    done = client.post(at("leaders-in-clear", camp), {"reason": "查看"})
    assert "13900009999" not in str(cells(done))


@pytest.mark.parametrize("who", ["judge", "mentor"])
def test_judges_and_mentors_have_no_desk_of_leaders(camp, client, who):
    leader = found_leader(camp.learner, *EVERYTHING, phone=PHONE).leader
    need = found_need(camp.learner).need
    client.force_login(getattr(camp, who).person)
    for address in (
        at("leaders", camp),
        at("needs", camp),
        at("leaders-export", camp),
        at("needs-export", camp),
        at("leader", camp, leader.code),
        at("need", camp, need.code),
    ):
        assert client.get(address).status_code == 404, address


def test_a_signed_sheet_is_for_organisers_and_not_for_supervisors(camp, client):
    leader = found_leader(camp.learner).leader
    sheet = SimpleUploadedFile("sheet.jpg", picture((1, 2, 3)), content_type="image/jpeg")
    actions.give_consent(leader=leader, purposes=["contact"], on=clock.today(), by=camp.by, upload=sheet)
    address = reverse("media:file", args=[Consent.objects.get().form.code])
    for staff, status in (
        (camp.organiser, 200),
        (camp.supervisor, 404),
        (camp.judge, 404),
        (camp.mentor, 404),
    ):
        client.force_login(staff.person)
        assert client.get(address).status_code == status
    assert [line.actor for line in acts("communities.leader.form_read")] == [camp.by]


# Publication


def test_only_who_agreed_may_be_named_in_public(camp):
    named, contacted = (
        found_leader(camp.learner, "publication").leader,
        found_leader(camp.learner, "contact").leader,
    )
    everybody = queries.leaders_of(camp.programme.organisation)
    assert list(queries.leaders_to_publish(everybody)) == [named]
    assert rules.may_be_named(named, queries.standing_purposes(named))
    assert not rules.may_be_named(contacted, queries.standing_purposes(contacted))
    Leader.objects.filter(pk=named.pk).update(erased_at=clock.now())
    assert not queries.leaders_to_publish(everybody).exists()


# Needs


def test_supervisors_read_a_need_and_organisers_say_what_became_of_it(camp, client):
    need = found_need(camp.learner).need
    client.force_login(camp.supervisor.person)
    assert client.get(at("need", camp, need.code)).status_code == 200
    said = {"state": "answered", "answer": "装了灯", "on": clock.today().isoformat()}
    assert client.post(at("need", camp, need.code), said).status_code == 404
    client.force_login(camp.by)
    refused = client.post(at("need", camp, need.code), said | {"answer": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["answer"])
    assert client.post(at("need", camp, need.code), said).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.answer) == ("answered", "装了灯")
    assert acts("communities.need.state_set")[0].after == {"state": "answered"}


def test_the_audit_holds_codes_and_no_word_of_anybody(camp):
    finding = found_leader(
        camp.learner, *EVERYTHING, name="甄阿珍", phone=PHONE, reach="微信 azhen", found_note="爱唱粤曲"
    )
    found_need(camp.learner, title="楼道没有灯", text="三单元黑")
    actions.edit_leader(leader=finding.leader, by=camp.by, found_note="爱听粤曲", name="甄珍")
    actions.take_step(leader=finding.leader, step="leads", on=clock.today(), by=camp.by, note="带队了")
    actions.withdraw_consent(leader=finding.leader, purpose="contact", by=camp.by)
    told = str(list(AuditLine.objects.values_list("before", "after", "subject", "act")))
    words = ("甄", PHONE, "1234", "azhen", "粤曲", "楼道", "三单元", "带队", "走访")
    assert not [word for word in words if word in told]


def test_nobody_signed_out_comes_near(camp, client):
    for name in ("leaders", "needs", "leaders-export", "leaders-in-clear"):
        assert client.get(at(name, camp)).status_code == 302
    client.force_login(PersonFactory())
    assert client.get(at("leaders", camp)).status_code == 404
