import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.enrolment.rosters import csv
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.core.models import AuditLine
from yingzao.enrolment import actions
from yingzao.enrolment.actions import Seen
from yingzao.enrolment.enums import EnrolmentState, Outcome, SourcePurpose, SourceState
from yingzao.enrolment.models import Enrolment, IdentityMatch, SourceFile
from yingzao.people.actions import accept_invitation
from yingzao.people.models import Invitation
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, by):
    client.force_login(by)
    return client


def url(name, *args):
    return reverse(f"enrolment:{name}", args=args)


def upload(client, programme, data, name="花名册.csv"):
    return client.post(url("desk-import", programme.code), {"file": SimpleUploadedFile(name, data)})


@pytest.fixture
def waiting(programme, by):
    """A name that waits, like a learner's."""
    EnrolmentFactory(programme=programme, number="01", name="林二乙", community_as_given="桂一社区")
    EnrolmentFactory(programme=programme, number="02", name="林二乙", community_as_given="桂二社区")
    source, _ = actions.keep_source(
        programme=programme, by=by, data=csv("x"), name="会议.csv", purpose=SourcePurpose.MEETING
    )
    [match] = actions.match_rows(source_file=source, seen=[Seen("1", "林二乙")], by=by)
    return match


# Who may come in

READING = ("desk-roster", "desk-roster-export", "desk-import", "desk-teams", "desk-queue", "desk-decisions")
RUNNING = ("desk-learner-new",)


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("role", ["organiser", "supervisor"])
def test_organisers_and_supervisors_read(client, programme, name, role):
    client.force_login(StaffRoleFactory(programme=programme, role=role).person)
    assert client.get(url(name, programme.code)).status_code == 200


@pytest.mark.parametrize("name", READING + RUNNING)
@pytest.mark.parametrize("role", ["judge", "mentor", "editor", "host", "elsewhere", "nobody", "learner"])
def test_everybody_else_finds_nothing(client, programme, name, role):
    special = {
        "elsewhere": lambda: StaffRoleFactory().person,
        "nobody": PersonFactory,
        "learner": lambda: EnrolmentFactory(programme=programme, person=PersonFactory()).person,
    }
    client.force_login(special.get(role, lambda: StaffRoleFactory(programme=programme, role=role).person)())
    assert client.get(url(name, programme.code)).status_code == 404


def test_supervisor_changes_nothing(client, programme, waiting):
    learner = Enrolment.objects.first()
    client.force_login(StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person)
    assert upload(client, programme, csv("01,甲,女,桂一社区,,,")).status_code == 404
    for name in ("edit", "leave", "reinstate", "invite", "password", "phone"):
        assert client.post(url(f"desk-learner-{name}", programme.code, learner.code)).status_code == 404
    assert client.post(url("desk-aside", programme.code, waiting.code)).status_code == 404
    assert client.post(url("desk-slips", programme.code)).status_code == 404
    assert client.post(url("desk-roster-export", programme.code), {"reason": "x"}).status_code == 404
    waiting.refresh_from_db()
    assert waiting.outcome == Outcome.PROPOSED


def test_rows_of_another_programme_are_not_found_here(desk, programme):
    stranger = EnrolmentFactory()
    assert desk.get(url("desk-learner", programme.code, stranger.code)).status_code == 404
    assert desk.get(url("desk-learner", stranger.programme.code, stranger.code)).status_code == 404


# The roster


def test_empty_roster_says_what_to_do(desk, programme):
    assert url("desk-import", programme.code) in desk.get(url("desk-roster", programme.code)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_roster_query_count(desk, programme, count, django_assert_num_queries):
    for _ in range(count):
        EnrolmentFactory(programme=programme, team=TeamFactory(programme=programme), person=PersonFactory())
    desk.get(url("desk-roster", programme.code))
    with django_assert_num_queries(ROSTER_QUERIES):
        page = desk.get(url("desk-roster", programme.code)).content.decode()
    assert page.count('<th scope="row">') == count


ROSTER_QUERIES = 9


@pytest.mark.parametrize(
    "words", ["陈一甲", "chenyijia", "cyj", "桂一", "01", "第一组", "13800138001", "8001"]
)
def test_roster_search(desk, programme, words):
    team = TeamFactory(programme=programme, name="第一组")
    EnrolmentFactory(
        programme=programme,
        number="01",
        name="陈一甲",
        community_as_given="桂一社区",
        team=team,
        phone="13800138001",
    )
    EnrolmentFactory(
        programme=programme, number="02", name="林二乙", community_as_given="桂二社区", phone="13900139002"
    )
    page = desk.get(url("desk-roster", programme.code), {"q": words}).content.decode()
    assert ("陈一甲" in page, "林二乙" in page) == (True, False)


def test_roster_masks_phones(desk, programme):
    EnrolmentFactory(programme=programme, phone="13800138001")
    page = desk.get(url("desk-roster", programme.code)).content.decode()
    assert "138****8001" in page
    assert "13800138001" not in page


def test_roster_shows_who_left_only_when_asked(desk, programme):
    EnrolmentFactory(programme=programme, name="在读者")
    EnrolmentFactory(programme=programme, name="离开者", state=EnrolmentState.WITHDRAWN)
    assert "离开者" not in desk.get(url("desk-roster", programme.code)).content.decode()
    assert "离开者" in desk.get(url("desk-roster", programme.code), {"show": "withdrawn"}).content.decode()


def cells(response):
    sheet = load_workbook(io.BytesIO(response.content)).active
    return [[cell for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_export_masks_phones_and_keeps_formulas_as_text(desk, programme):
    EnrolmentFactory(programme=programme, number="01", name="=1+1", phone="13800138001")
    rows = cells(desk.get(url("desk-roster-export", programme.code)))
    assert rows[-1][:2] == ["01", "=1+1"]
    assert "138****8001" in rows[-1]
    assert not AuditLine.objects.exists()


def test_export_in_clear_needs_a_reason_and_is_recorded(desk, programme, by):
    EnrolmentFactory(programme=programme, phone="13800138001")
    refused = desk.post(url("desk-roster-export", programme.code), {"reason": " "})
    assert refused.status_code == 422
    second_look = desk.post(url("desk-roster-export", programme.code), {"reason": "买保险"})
    assert "1 个手机号" in second_look.content.decode()
    assert "13800138001" not in second_look.content.decode()
    assert not AuditLine.objects.exists()
    response = desk.post(url("desk-roster-export", programme.code), {"reason": "买保险", "seen": "1"})
    assert "13800138001" in cells(response)[-1]
    line = AuditLine.objects.get()
    assert (line.act, line.actor, line.after) == (
        "enrolment.phones.exported",
        by,
        {"reason": "买保险", "count": 1},
    )


# Importing


def test_import_in_the_browser(desk, programme):
    response = upload(
        desk, programme, csv("01,学员甲,女,桂一社区,第一组,13800138001,", "02,学员乙,女,桂一社区,,138,")
    )
    source = SourceFile.objects.get()
    assert response.url == url("desk-import-check", programme.code, source.code)
    page = desk.get(response.url).content.decode()
    assert "第 3 行" in page
    assert not Enrolment.objects.exists()
    desk.post(url("desk-import-confirm", programme.code, source.code))
    assert list(Enrolment.objects.values_list("name", flat=True)) == ["学员甲"]
    desk.post(url("desk-import-undo", programme.code, source.code))
    assert not Enrolment.objects.exists()


def test_same_file_again_is_said(desk, programme):
    data = csv("01,学员甲,女,桂一社区,,,")
    desk.post(url("desk-import-confirm", programme.code, upload(desk, programme, data).url.split("/")[-2]))
    page = desk.get(upload(desk, programme, data, "改名.csv").url).content.decode()
    assert "导入过" in page
    assert Enrolment.objects.count() == SourceFile.objects.count() == 1


def test_confirming_in_a_second_tab_says_that_nothing_changed(desk, programme):
    address = upload(desk, programme, csv("01,林一,女,桂一社区,一组,,")).url
    assert "登记 1 名学员" in desk.post(f"{address}confirm/", follow=True).content.decode()
    again = desk.post(f"{address}confirm/", follow=True).content.decode()
    assert "这份文件以前导入过，没有任何变化。" in again
    assert "登记 0 名学员" not in again
    assert Enrolment.objects.count() == 1


def test_columns_are_chosen_on_the_page(desk, programme):
    address = upload(desk, programme, csv("甲,甲一,", header="姓名,曾用名,手机")).url
    assert "甲一" in desk.get(address, {"c0": "", "c1": "name", "c2": "phone"}).content.decode()
    assert desk.get(address, {"c0": "name", "c1": "name"}).status_code == 422
    desk.post(f"{address}confirm/", {"c0": "", "c1": "name", "c2": "phone"})
    assert Enrolment.objects.get().name == "甲一"


def test_refused_columns_stay_as_they_were_chosen(desk, programme):
    address = upload(desk, programme, csv("甲,甲一,", header="姓名,曾用名,手机")).url
    page = desk.get(address, {"c0": "name", "c1": "name", "c2": "phone"}).content.decode()
    assert page.count('<option value="name" selected>') == 2
    assert f"{address}confirm/" not in page
    assert f"{address}confirm/" in desk.get(address).content.decode()


def test_valid_phones_are_masked_in_what_is_wrong_with_a_row(desk, programme):
    lines = ("01,学员甲,女,,,13800138001,", "02,学员乙,女,,,13800138001,")
    page = desk.get(upload(desk, programme, csv(*lines)).url).content.decode()
    assert "138****8001”在第 2 行已经出现" in page
    assert "13800138001" not in page


def test_first_values_show_no_phone_however_it_is_written(desk, programme):
    lines = ("01,学员甲,女,,,+86-138 0013 8001,",)
    page = desk.get(upload(desk, programme, csv(*lines)).url).content.decode()
    assert "138****8001" in page
    assert "138 0013 8001" not in page


def test_what_was_taken_out_is_said(desk, programme):
    lines = ("01,学员甲,440605199001010011",)
    page = desk.get(upload(desk, programme, csv(*lines, header="学号,姓名,身份证号")).url).content.decode()
    assert "身份证号码、来自 IP 和银行账号已去掉" in page
    assert "一律不读入" in page
    assert "4406" not in page


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"<html><p>x</p></html>", b"%PDF-1.4"]
)
def test_any_file_gives_a_sentence(desk, programme, data):
    response = upload(desk, programme, data)
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert not SourceFile.objects.exists()


# One learner


def test_learner_page_shows_the_phone_only_when_asked_and_records_it(desk, programme, by):
    learner = EnrolmentFactory(programme=programme, phone="13800138001")
    assert "13800138001" not in desk.get(url("desk-learner", programme.code, learner.code)).content.decode()
    assert (
        "13800138001" not in desk.get(url("desk-learner-edit", programme.code, learner.code)).content.decode()
    )
    page = desk.post(url("desk-learner-phone", programme.code, learner.code)).content.decode()
    assert "13800138001" in page
    assert list(AuditLine.objects.values_list("act", "actor")) == [("enrolment.learner.phone_read", by.pk)]


def test_edit_keeps_the_phone_that_is_left_empty(desk, programme):
    learner = EnrolmentFactory(programme=programme, name="学员甲", phone="13800138001")
    desk.post(
        url("desk-learner-edit", programme.code, learner.code),
        {"name": "学员改", "phone": "", "note": "党员"},
    )
    learner.refresh_from_db()
    assert (learner.name, learner.phone, learner.note) == ("学员改", "13800138001", "党员")


def test_phone_of_another_learner_is_refused_at_its_field(desk, programme):
    EnrolmentFactory(programme=programme, phone="13800138001")
    response = desk.post(
        url("desk-learner-new", programme.code), {"name": "学员乙", "phone": "138 0013 8001"}
    )
    assert response.status_code == 422
    assert 'href="#id_phone"' in response.content.decode()


def test_leave_needs_a_reason_and_can_be_taken_back(desk, programme):
    learner = EnrolmentFactory(programme=programme)
    assert (
        desk.post(url("desk-learner-leave", programme.code, learner.code), {"how": "withdrawn"}).status_code
        == 422
    )
    desk.post(
        url("desk-learner-leave", programme.code, learner.code), {"how": "transferred", "reason": "调往别处"}
    )
    learner.refresh_from_db()
    assert (learner.state, learner.state_reason) == (EnrolmentState.TRANSFERRED, "调往别处")
    assert "调往别处" in desk.get(url("desk-learner", programme.code, learner.code)).content.decode()
    desk.post(url("desk-learner-reinstate", programme.code, learner.code))
    learner.refresh_from_db()
    assert (learner.state, learner.state_reason) == (EnrolmentState.ACTIVE, "")


def test_invitation_of_a_learner_is_shown_once_and_joins(desk, programme):
    learner = EnrolmentFactory(programme=programme)
    page = desk.post(url("desk-learner-invite", programme.code, learner.code)).content.decode()
    token = page.split("/join/")[1].split("/")[0]
    assert "/join/" not in desk.get(url("desk-learner", programme.code, learner.code)).content.decode()
    person = PersonFactory()
    accept_invitation(token=token, person=person)
    learner.refresh_from_db()
    assert learner.person == person


def test_one_person_joins_a_programme_once(desk, programme):
    from yingzao.core.errors import Refused

    first, second = EnrolmentFactory(programme=programme), EnrolmentFactory(programme=programme)
    person = PersonFactory()
    actions.join(enrolment=first, person=person)
    with pytest.raises(Refused):
        actions.join(enrolment=second, person=person)


def test_slips_are_for_those_who_have_not_joined(desk, programme):
    waiting = EnrolmentFactory(programme=programme, name="未加入者")
    EnrolmentFactory(programme=programme, name="已加入者", person=PersonFactory())
    EnrolmentFactory(programme=programme, name="离开者", state=EnrolmentState.WITHDRAWN)
    page = desk.post(url("desk-slips", programme.code)).content.decode()
    assert (page.count('class="slip"'), "未加入者" in page, "已加入者" in page) == (1, True, False)
    assert Invitation.objects.get().target_code == waiting.code


def test_password_link_of_a_learner(desk, programme):
    learner = EnrolmentFactory(programme=programme, person=PersonFactory())
    page = desk.post(url("desk-learner-password", programme.code, learner.code)).content.decode()
    assert "/reset/" in page


def test_teams(desk, programme):
    mentor = StaffRoleFactory(programme=programme, role=Role.MENTOR)
    team = TeamFactory(programme=programme, name="第一组")
    assert desk.post(url("desk-teams", programme.code), {"name": "第一组"}).status_code == 422
    desk.post(url("desk-team", programme.code, team.code), {"name": "第二组", "mentor": mentor.code})
    team.refresh_from_db()
    assert (team.name, team.mentor) == ("第二组", mentor)


def test_mentor_sees_the_learners_of_the_own_team_only(programme):
    from yingzao.enrolment.queries import enrolments_visible_to

    mentor = StaffRoleFactory(programme=programme, role=Role.MENTOR)
    mine = EnrolmentFactory(programme=programme, team=TeamFactory(programme=programme, mentor=mentor))
    EnrolmentFactory(programme=programme)
    assert list(enrolments_visible_to(mentor.person)) == [mine]


# The queue


def test_one_tap_decides_and_one_undoes(desk, programme, waiting):
    learner = Enrolment.objects.get(number="02")
    htmx = {"HTTP_HX_REQUEST": "true"}
    address = url("desk-link", programme.code, waiting.code)
    page = desk.post(address, {"enrolment": learner.code}, **htmx).content.decode()
    waiting.refresh_from_db()
    assert (waiting.outcome, waiting.enrolment) == (Outcome.LINKED, learner)
    decision = waiting.decisions.get()
    undo = url("desk-decision-undo", programme.code, decision.code)
    assert undo in page
    page = desk.post(undo, {"from": "queue"}, **htmx).content.decode()
    waiting.refresh_from_db()
    assert waiting.outcome == Outcome.PROPOSED
    assert address in page


@pytest.mark.parametrize("typed", ["02", "02 林二乙 桂二社区"])
def test_somebody_else_is_typed(desk, programme, waiting, typed):
    desk.post(url("desk-link", programme.code, waiting.code), {"who": typed})
    waiting.refresh_from_db()
    assert waiting.enrolment.number == "02"


@pytest.mark.parametrize("typed", ["", "林二乙", "99", "无此人"])
def test_what_does_not_name_one_learner_is_refused(desk, programme, waiting, typed):
    assert desk.post(url("desk-link", programme.code, waiting.code), {"who": typed}).status_code == 422
    waiting.refresh_from_db()
    assert waiting.outcome == Outcome.PROPOSED


def test_not_a_learner(desk, programme, waiting):
    desk.post(url("desk-aside", programme.code, waiting.code))
    waiting.refresh_from_db()
    assert waiting.outcome == Outcome.IGNORED


def test_ticked_names_go_to_their_only_candidate(desk, programme, by, waiting):
    source = waiting.source_file
    EnrolmentFactory(programme=programme, number="03", name="欧阳小明", community_as_given="桂三社区")
    [like] = actions.match_rows(source_file=source, seen=[Seen("2", "欧阳小民")], by=by)
    assert len(like.candidates) == 1
    desk.post(url("desk-link-many", programme.code), {"match": [like.code, waiting.code]})
    told = IdentityMatch.objects.order_by("pk").values_list("outcome", "enrolment__number")
    assert list(told) == [(Outcome.PROPOSED, None), (Outcome.LINKED, "03")]  # two candidates always wait


@pytest.mark.parametrize("count", [1, 3])
def test_queue_query_count(desk, programme, by, count, django_assert_num_queries):
    source, _ = actions.keep_source(
        programme=programme, by=by, data=csv("x"), name="会议.csv", purpose=SourcePurpose.MEETING
    )
    actions.match_rows(source_file=source, seen=[Seen(str(n), f"iPhone {n}") for n in range(count)], by=by)
    desk.get(url("desk-queue", programme.code))
    with django_assert_num_queries(QUEUE_QUERIES):
        page = desk.get(url("desk-queue", programme.code)).content.decode()
    assert page.count("data-match") == count


QUEUE_QUERIES = 11


@pytest.mark.parametrize("count", [1, 3])
def test_log_query_count(desk, programme, by, count, django_assert_num_queries):
    source, _ = actions.keep_source(
        programme=programme, by=by, data=csv("x"), name="会议.csv", purpose=SourcePurpose.MEETING
    )
    matches = actions.match_rows(
        source_file=source, seen=[Seen(str(n), f"iPhone {n}") for n in range(count)], by=by
    )
    for match in matches:
        actions.set_aside(match=match, by=by)
    desk.get(url("desk-decisions", programme.code))
    with django_assert_num_queries(LOG_QUERIES):
        page = desk.get(url("desk-decisions", programme.code)).content.decode()
    assert page.count("row-line") == count


LOG_QUERIES = 9


def test_log_keeps_what_was_undone(desk, programme, by, waiting):
    learner = Enrolment.objects.get(number="01")
    decision = actions.link(match=waiting, enrolment=learner, by=by)
    desk.post(url("desk-decision-undo", programme.code, decision.code), {"next_log": "1"})
    actions.link(match=waiting, enrolment=learner, by=by)
    page = desk.get(url("desk-decisions", programme.code)).content.decode()
    assert page.count("row-line") == 3
    assert [page.count(words) for words in ("“林二乙”是", "“林二乙”的认定已撤销")] == [2, 1]
    assert page.count("/undo/") == 1  # only what stands can be undone
    assert SourceFile.objects.get().state == SourceState.READ


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.SUPERVISOR])
def test_taking_a_roster_out_as_it_came_is_recorded(client, programme, by, role):
    """It holds telephone numbers in clear, which are recorded wherever else they are read."""
    source = actions.read_roster(programme=programme, by=by, data=PHONES, name="花名册.csv")
    reader = StaffRoleFactory(programme=programme, role=role).person
    client.force_login(reader)
    address = reverse("media:file", args=[source.file.code])
    assert b"".join(client.get(address).streaming_content) == PHONES
    [line] = AuditLine.objects.filter(act="enrolment.source.read")
    assert (line.actor, line.subject) == (reader, source.code)
    client.force_login(StaffRoleFactory(programme=programme, role=Role.MENTOR).person)
    assert client.get(address).status_code == 404
    assert AuditLine.objects.filter(act="enrolment.source.read").count() == 1


PHONES = "学号,姓名,联系电话\r\n001,学员一,13800000001\r\n".encode()


def test_a_typed_name_with_a_space_is_that_name_and_no_shorter_one(desk, programme, by):
    for number, name in (("90", "Li"), ("91", "Li Na")):
        EnrolmentFactory(programme=programme, number=number, name=name)
    source, _ = actions.keep_source(
        programme=programme, by=by, data=csv("x"), name="会议.csv", purpose=SourcePurpose.MEETING
    )
    [match] = actions.match_rows(source_file=source, seen=[Seen("1", "手机")], by=by)
    desk.post(url("desk-link", programme.code, match.code), {"who": "Li Na"})
    match.refresh_from_db()
    assert match.enrolment.number == "91"
