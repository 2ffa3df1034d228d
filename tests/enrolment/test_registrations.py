"""自主报名: the public form, the applicant's page, the desk's list. What could leak is there in every test that says it does not."""

import datetime as dt
import io
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.enrolment import actions, queries
from yingzao.enrolment.actions import registrations as module
from yingzao.enrolment.enums import RegistrationState
from yingzao.enrolment.models import Registration
from yingzao.people.models import Invitation, PrivacyNotice
from yingzao.people.queries import current_privacy_notice
from yingzao.programmes.enums import ProgrammeState, Role, StageKind, StageState

pytestmark = pytest.mark.django_db
VERSION = 41


@pytest.fixture(autouse=True)
def notice():
    return PrivacyNotice.objects.create(
        version=VERSION, text_zh="只留必要的。", text_en="Only what is needed."
    )


@pytest.fixture
def link(programme, by):
    return actions.set_registration(programme=programme, by=by, is_open=True, text="欢迎社区专员报名")


@pytest.fixture
def desk(client, by, notice):
    client.force_login(by)
    return client


def url(name, *args):
    return reverse(f"enrolment:{name}", args=args)


def given(**more):
    return {
        "key": str(uuid4()),
        "notice": VERSION,
        "name": "陈一甲",
        "phone": "138 0013 8001",
        "community_as_given": "桂一社区",
        "post": "社区专员",
        "note": "",
        "agree": "on",
        "homepage": "",
        **more,
    }


def put_down(link, **more):
    fields = {"name": "陈一甲", "phone": "13800138001", "community_as_given": "桂一社区", **more}
    return actions.register(
        link=link, key=fields.pop("key", None) or uuid4(), notice_version=VERSION, **fields
    )


# The form


def test_registering_without_an_account_keeps_what_was_said_and_leads_to_a_page_of_its_own(client, link):
    CommunityFactory(organisation=link.organisation, name="桂一社区")
    page = client.get(url("register", link.token)).content.decode()
    assert "欢迎社区专员报名" in page
    assert '<option value="桂一社区">' in page
    assert "只留必要的" in page
    data = given(note="周末方便")
    response = client.post(url("register", link.token), data)
    row = Registration.objects.get()
    assert response["Location"] == url("registration", UUID(data["key"]))
    assert (row.name, row.phone, row.community_as_given, row.post, row.note, row.state) == (
        "陈一甲",
        "13800138001",
        "桂一社区",
        "社区专员",
        "周末方便",
        RegistrationState.WAITING,
    )
    assert (row.notice.version, row.person, row.enrolment) == (VERSION, None, None)
    assert data["key"] not in str(Registration.objects.values().get())
    assert "等待审核" in client.get(response["Location"]).content.decode()


def test_the_same_submission_twice_is_one_row_and_one_answer(client, link):
    data = given()
    first, second = (client.post(url("register", link.token), data)["Location"] for _ in range(2))
    assert first == second
    assert Registration.objects.count() == 1
    assert AuditLine.objects.filter(act="enrolment.registration.received").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"phone": "1380013"},
        {"community_as_given": ""},
        {"agree": ""},
        {"homepage": "http://spam"},
        {"key": "x"},
        {"notice": VERSION - 1},
        {"note": "身份证 440605198001011234"},
        {"note": "440605 19800101 123X"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client, link, wrong):
    response = client.post(url("register", link.token), given(**wrong))
    assert response.status_code == 422
    assert Registration.objects.count() == 0


def test_after_a_renewed_notice_the_form_comes_back_with_the_new_version(client, link):
    PrivacyNotice.objects.create(version=VERSION + 1, text_zh="新的", text_en="New")
    page = client.post(url("register", link.token), given()).content.decode()
    assert f'name="notice" value="{VERSION + 1}"' in page


def test_who_is_known_already_gets_the_very_same_answer(client, link, programme):
    """Neither the roster nor the accounts can be asked through the form."""
    known = PersonFactory(phone="+8613800138001", display_name="陈一甲", agreed=False)
    EnrolmentFactory(
        programme=programme, name="陈一甲", phone="13800138001", community_as_given="桂一社区", person=known
    )
    pages = []
    for data in (given(), given(name="林二乙", phone="13900139002")):
        answer = client.post(url("register", link.token), data)
        page = client.get(answer["Location"]).content.decode()
        pages.append(
            (answer.status_code, page.replace(data["key"], "").replace("陈**", "").replace("林**", ""))
        )
    first, second = pages
    assert first[0] == second[0] == 302
    assert len(first[1]) == len(second[1])


def test_many_from_one_address_are_told_to_wait(client, link, monkeypatch):
    monkeypatch.setattr(module, "FROM_AN_ADDRESS", 2)
    answers = [client.post(url("register", link.token), given()) for _ in range(3)]
    assert [a.status_code for a in answers] == [302, 302, 422]
    assert "15 分钟" in answers[2].content.decode()
    elsewhere = client.post(url("register", link.token), given(), REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302


def test_form_needs_its_token(link):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url("register", link.token), given()).status_code == 403
    assert Registration.objects.count() == 0


def closed(link, programme, by):
    actions.set_registration(programme=programme, by=by, is_open=False)


def over(link, programme, by):
    type(link).objects.filter(pk=link.pk).update(open_until=clock.today() - dt.timedelta(days=1))


def no_stage(link, programme, by):
    programme.state = ProgrammeState.RUNNING
    programme.save()
    StageFactory(programme=programme, kind=StageKind.JUDGING, state=StageState.OPEN)


@pytest.mark.parametrize("how", [closed, over, no_stage])
def test_closed_link_is_not_there_and_takes_nothing(client, link, programme, by, how):
    how(link, programme, by)
    assert client.get(url("register", link.token)).status_code == 404
    answer = client.post(url("register", link.token), given())
    assert answer.status_code == 404
    assert programme.name not in answer.content.decode()
    assert Registration.objects.count() == 0


def test_last_day_is_open_to_its_end(client, link, programme, by):
    actions.set_registration(programme=programme, by=by, is_open=True, open_until=clock.today())
    assert client.get(url("register", link.token)).status_code == 200


def test_full_link_says_so_and_a_refusal_gives_a_place_back(client, link, programme, by):
    actions.set_registration(programme=programme, by=by, is_open=True, capacity=1)
    row = put_down(link)
    assert "名额已满" in client.get(url("register", link.token)).content.decode()
    assert client.post(url("register", link.token), given()).status_code == 422
    actions.refuse_registration(registration=row, by=by, reason="不在辖区")
    assert client.post(url("register", link.token), given()).status_code == 302


def test_running_programme_opens_registration_only_in_a_stage_that_enrols(programme, by):
    programme.state = ProgrammeState.RUNNING
    programme.save()
    with pytest.raises(Refused):
        actions.set_registration(programme=programme, by=by, is_open=True)
    StageFactory(programme=programme, kind=StageKind.ENROLMENT, state=StageState.OPEN)
    assert actions.set_registration(programme=programme, by=by, is_open=True).is_open


# The applicant


def test_account_that_was_signed_in_reads_its_registration_and_nobody_elses(client, link):
    person, other = PersonFactory(), PersonFactory()
    put_down(link, name="林二乙", person=other)
    client.force_login(person)
    client.post(url("register", link.token), given())
    assert Registration.objects.get(person=person).name == "陈一甲"
    page = client.get(url("my-registrations")).content.decode()
    assert page.count("row-title") == 1
    assert "已报过名" in client.get(url("register", link.token)).content.decode()
    client.post(url("register", link.token), given())
    assert Registration.objects.filter(person=person).count() == 1


def test_accepting_joins_the_account_and_tells_it(link, by):
    person = PersonFactory()
    row = put_down(link, person=person)
    learner = actions.accept_registration(registration=row, by=by)
    assert learner.person == person
    [message] = person.received_messages.all()
    assert message.url == url("my-registrations")


def test_without_an_account_the_page_leads_to_joining_once_accepted(client, link, by):
    key = uuid4()
    row = put_down(link, key=key)
    assert client.post(url("registration-join", key)).status_code == 422
    learner = actions.accept_registration(registration=row, by=by)
    page = client.get(url("registration", key)).content.decode()
    assert url("registration-join", key) in page
    assert "陈一甲" not in page
    assert "13800138001" not in page
    answer = client.post(url("registration-join", key))
    assert answer["Location"].startswith("/join/")
    assert Invitation.objects.get(accepted_at=None, revoked_at=None).target_code == learner.code
    client.post(
        answer["Location"],
        {"how": "new", "name": "13800138001", "password": "一二三四五六七八", "again": "一二三四五六七八"},
    )
    learner.refresh_from_db()
    assert learner.person is not None
    client.logout()
    assert client.post(url("registration-join", key)).status_code == 422


def test_refusal_and_its_reason_are_read_with_the_key(client, link, by):
    key = uuid4()
    actions.refuse_registration(registration=put_down(link, key=key), by=by, reason="不在辖区")
    assert "不在辖区" in client.get(url("registration", key)).content.decode()
    assert client.get(url("registration", uuid4())).status_code == 404


# The desk


def test_accept_makes_a_learner_with_the_next_number(desk, link, programme):
    EnrolmentFactory(programme=programme, number="07")
    team = TeamFactory(programme=programme)
    row = put_down(link, post="专员", note="晚到")
    desk.post(url("desk-registration-accept", programme.code, row.code), {"team": team.code})
    row.refresh_from_db()
    learner = row.enrolment
    assert (learner.number, learner.name, learner.phone, learner.team, learner.post, learner.note) == (
        "08",
        "陈一甲",
        "13800138001",
        team,
        "专员",
        "晚到",
    )
    assert (row.state, row.decided_at is not None) == (RegistrationState.ACCEPTED, True)
    assert AuditLine.objects.get(act="enrolment.registration.accepted").after == {"learner": learner.code}
    assert actions.accept_registration(registration=row, by=row.decided_by) == learner
    assert programme.enrolments.count() == 2


def test_same_phone_is_not_accepted_as_a_new_learner_but_as_that_learner(desk, link, programme):
    known = EnrolmentFactory(programme=programme, number="05", name="陈一甲", phone="13800138001")
    row = put_down(link)
    page = desk.get(url("desk-registration", programme.code, row.code)).content.decode()
    assert "与 05 号陈一甲手机号相同" in page
    assert desk.post(url("desk-registration-accept", programme.code, row.code)).status_code == 422
    desk.post(url("desk-registration-is", programme.code, row.code), {"learner": known.code})
    row.refresh_from_db()
    assert (row.state, row.enrolment) == (RegistrationState.ACCEPTED, known)
    assert programme.enrolments.count() == 1


def test_joining_as_somebody_who_has_joined_gives_nobody_the_account(client, link, by, programme):
    owner = PersonFactory()
    known = EnrolmentFactory(programme=programme, person=owner, name="陈一甲")
    key = uuid4()
    stranger = PersonFactory()
    row = put_down(link, key=key, person=stranger)
    actions.accept_as_learner(registration=row, enrolment=known, by=by)
    known.refresh_from_db()
    assert known.person == owner
    assert client.post(url("registration-join", key)).status_code == 422


def test_learner_of_another_programme_is_no_answer(desk, link, programme):
    elsewhere = EnrolmentFactory()
    row = put_down(link)
    answer = desk.post(url("desk-registration-is", programme.code, row.code), {"learner": elsewhere.code})
    assert answer.status_code == 404
    with pytest.raises(Refused):
        actions.accept_as_learner(registration=row, enrolment=elsewhere, by=link.programme.staff.get().person)


def test_hints_say_who_it_may_be(link, programme):
    CommunityFactory(organisation=link.organisation, name="桂一社区")
    row = put_down(link, community_as_given="桂一")
    made = {"programme": programme, "phone": ""}
    EnrolmentFactory(**made, number="01", name="陈一甲", community_as_given="桂一社区")
    EnrolmentFactory(**made, number="02", name="陈一佳", community_as_given="桂一社区")
    EnrolmentFactory(**made, number="03", name="陈一甲", community_as_given="桂二社区")
    EnrolmentFactory(**made, number="04", name="陈一甲", community_as_given="桂二社区", state="withdrawn")
    EnrolmentFactory(programme=programme, number="05", name="何五戊", phone="13800138001")
    EnrolmentFactory(name="陈一甲", phone="13800138001")  # elsewhere
    again = put_down(link, name="陈甲")
    hints = queries.hints_of(programme, [row])[row.pk]
    assert [(h.code, h.learner.number if h.learner else h.other) for h in hints] == [
        ("phone", "05"),
        ("same", "01"),
        ("like", "02"),
        ("left", "04"),
        ("namesake", "03"),
        ("again", again),
    ]


def test_refused_and_taken_back(desk, link, programme):
    row = put_down(link)
    path = (programme.code, row.code)
    assert desk.post(url("desk-registration-refuse", *path), {"reason": " "}).status_code == 422
    desk.post(url("desk-registration-refuse", *path), {"reason": "不在辖区"})
    row.refresh_from_db()
    assert (row.state, row.reason) == (RegistrationState.REFUSED, "不在辖区")
    assert desk.post(url("desk-registration-accept", *path)).status_code == 422
    desk.post(url("desk-registration-reopen", *path))
    row.refresh_from_db()
    assert (row.state, row.reason, row.decided_by) == (RegistrationState.WAITING, "", None)
    told = AuditLine.objects.filter(subject=row.code).order_by("pk").values_list("act", flat=True)
    assert [act.rpartition(".")[2] for act in told] == ["received", "refused", "reopened"]


def test_many_at_once_leave_those_who_may_be_known(desk, link, programme):
    EnrolmentFactory(programme=programme, name="何五戊", phone="13800138005")
    rows = [
        put_down(link, name="陈一甲", phone="13800138001"),
        put_down(link, name="林二乙", phone="13800138002"),
        put_down(link, name="何五戊", phone="13800138005"),
    ]
    desk.post(
        url("desk-registrations-many", programme.code),
        {"what": "accept", "registration": [row.code for row in rows]},
    )
    states = [Registration.objects.get(pk=row.pk).state for row in rows]
    assert states == ["accepted", "accepted", "waiting"]


def test_many_refused_for_one_reason(desk, link, programme):
    rows = [put_down(link, name=name, phone="") for name in ("甲", "乙")]
    where = url("desk-registrations-many", programme.code)
    codes = [row.code for row in rows]
    assert desk.post(where, {"what": "refuse", "registration": codes}).status_code == 422
    desk.post(where, {"what": "refuse", "registration": codes, "reason": "名额已满"})
    assert set(Registration.objects.values_list("state", "reason")) == {("refused", "名额已满")}


def test_accepting_needs_a_stage_that_enrols(link, programme, by):
    row = put_down(link)
    no_stage(link, programme, by)
    with pytest.raises(Refused):
        actions.accept_registration(registration=row, by=by)
    row.refresh_from_db()
    assert row.state == RegistrationState.WAITING


def test_phone_is_masked_and_reading_it_is_recorded(desk, link, programme):
    row = put_down(link)
    page = desk.get(url("desk-registration", programme.code, row.code)).content.decode()
    assert "138****8001" in page
    assert "13800138001" not in page
    page = desk.post(url("desk-registration-phone", programme.code, row.code)).content.decode()
    assert "13800138001" in page
    assert AuditLine.objects.get(act="enrolment.registration.phone_read").subject == row.code


def test_export_holds_what_the_list_shows(desk, link, programme):
    put_down(link, name="陈一甲", phone="13800138001")
    put_down(link, name="林二乙", phone="13800138002", community_as_given="桂二社区")
    response = desk.get(url("desk-registrations-export", programme.code), {"q": "lin"})
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert [row[1:4] for row in rows[2:]] == [("林二乙", "138****8002", "桂二社区")]


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(desk, link, programme, count, django_assert_num_queries):
    for n in range(count):
        EnrolmentFactory(programme=programme, name=f"何五{n}", phone=f"1380013800{n}")
        put_down(link, name=f"何五{n}", phone=f"1380013800{n}")
    desk.get(url("desk-registrations", programme.code))
    with django_assert_num_queries(LIST_QUERIES):
        page = desk.get(url("desk-registrations", programme.code)).content.decode()
    assert page.count('<th scope="row">') == count


LIST_QUERIES = 11


@pytest.mark.parametrize("count", [1, 3])
def test_own_list_query_count(client, by, count, django_assert_num_queries):
    person = PersonFactory()
    for _ in range(count):
        staff = StaffRoleFactory()
        link = actions.set_registration(programme=staff.programme, by=staff.person, is_open=True)
        put_down(link, person=person)
    client.force_login(person)
    client.get(url("my-registrations"))
    with django_assert_num_queries(3):
        page = client.get(url("my-registrations")).content.decode()
    assert page.count("row-title") == count


@pytest.mark.parametrize("role", [Role.JUDGE, Role.MENTOR, Role.EDITOR, Role.HOST, "elsewhere", "learner"])
def test_nobody_else_finds_the_desks_list(client, link, programme, role):
    row = put_down(link)
    special = {
        "elsewhere": lambda: StaffRoleFactory().person,
        "learner": lambda: EnrolmentFactory(programme=programme, person=PersonFactory()).person,
    }
    client.force_login(special.get(role, lambda: StaffRoleFactory(programme=programme, role=role).person)())
    for address in (
        url("desk-registrations", programme.code),
        url("desk-registrations-export", programme.code),
        url("desk-registration-poster", programme.code),
        url("desk-registration", programme.code, row.code),
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "陈一甲" not in answer.content.decode()


def test_supervisor_reads_and_decides_nothing(client, link, programme):
    row = put_down(link)
    client.force_login(StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person)
    page = client.get(url("desk-registration", programme.code, row.code)).content.decode()
    assert "陈一甲" in page
    assert url("desk-registration-accept", programme.code, row.code) not in page
    for what in ("accept", "refuse", "reopen", "is", "phone"):
        assert client.post(url(f"desk-registration-{what}", programme.code, row.code)).status_code == 404
    assert client.post(url("desk-registrations-many", programme.code)).status_code == 404


def test_settings_and_poster(desk, programme):
    assert desk.get(url("desk-registration-poster", programme.code)).status_code == 404
    desk.post(
        url("desk-registration-settings", programme.code),
        {"is_open": "on", "open_until": "2099-01-31", "capacity": "40", "text": "带上工作证"},
    )
    link = queries.link_of(programme)
    assert (link.is_open, link.open_until, link.capacity) == (True, dt.date(2099, 1, 31), 40)
    page = desk.get(url("desk-registration-poster", programme.code)).content.decode()
    assert "带上工作证" in page
    assert url("register", link.token) in page
    past = {"is_open": "on", "open_until": "2020-01-31", "capacity": "", "text": ""}
    assert desk.post(url("desk-registration-settings", programme.code), past).status_code == 422
    before = link.token
    desk.post(url("desk-registration-settings", programme.code), {"text": ""})
    link.refresh_from_db()
    assert (link.is_open, link.token) == (False, before)


def test_notice_of_this_test_is_the_current_one():
    assert current_privacy_notice().version == VERSION
