"""Requests on the phone and at the desk: what is offered, what is sent, who sees it."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from tests.factories.requests import ask
from tests.factories.world import picture
from yingzao.activities import actions
from yingzao.activities.enums import KindKey, RequestKind
from yingzao.activities.models import AttendanceRequest, Evidence
from yingzao.enrolment.enums import EnrolmentState
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning():
    return Learning()


@pytest.fixture
def live(learning):
    """Over, its report in, and making up for it open for long."""
    rule = {"min_share": "0.8", "make_up": {"until": "2099-01-01", "how": "看回放并写心得", "characters": 5}}
    live = LiveFactory(programme=learning.programme, title="业主组织", rule=rule)
    actions.mark_held(live, by=None, at=live.ends_at)
    return live


@pytest.fixture
def phone(client, learning):
    client.force_login(learning.learner.person)
    return client


@pytest.fixture
def desk(client, learning):
    client.force_login(learning.by)
    return client


def url(name, *args):
    return reverse(f"activities:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


# The phone


@pytest.mark.parametrize("page", ["web:learner-duty", "live:learner-session"])
def test_a_missed_course_offers_leave_correction_and_making_up(phone, live, page):
    shown = text(phone.get(reverse(page, args=[live.code])))
    for kind in RequestKind:
        assert url("learner-request-new", live.code, kind) in shown


def test_a_course_to_come_offers_leave_alone(phone, learning):
    live = LiveFactory(
        programme=learning.programme, starts_at=moment("2099-01-01 19:00"), ends_at=moment("2099-01-01 20:00")
    )
    shown = text(phone.get(reverse("live:learner-session", args=[live.code])))
    assert url("learner-request-new", live.code, "leave") in shown
    assert url("learner-request-new", live.code, "correction") not in shown


def test_a_visit_offers_a_correction_at_one_of_its_stops(phone, learning):
    visit = ActivityFactory(
        programme=learning.programme,
        kind=KindKey.VISIT,
        starts_at=moment("2021-10-16 09:00"),
        ends_at=moment("2021-10-16 17:00"),
    )
    stop = PartFactory(activity=visit, title="文华花园")
    assert url("learner-request-new", visit.code, "correction") in text(
        phone.get(reverse("visits:learner-visit", args=[visit.code]))
    )
    form = {"key": uuid.uuid4(), "part": stop.code, "from_at": "2021-10-16T09:30", "reason": "没有信号"}
    phone.post(url("learner-request-new", visit.code, "correction"), form)
    asked = AttendanceRequest.objects.get()
    assert (asked.part, asked.from_at) == (stop, moment("2021-10-16 09:30"))


def test_a_double_tap_is_one_request_and_both_answers_lead_to_it(phone, live):
    address, form = url("learner-request-new", live.code, "leave"), {"key": uuid.uuid4(), "reason": "值班"}
    first, again = (
        phone.post(address, form | {"files": SimpleUploadedFile("假条.jpg", picture((1, 2, 3)))})
        for _ in range(2)
    )
    asked = AttendanceRequest.objects.get()
    assert first.url == again.url == url("learner-request", asked.code)
    assert [f.file.name for f in asked.files.all()] == ["假条.jpg"]
    assert phone.get(address).url == first.url  # while it waits the form is not shown again


@pytest.mark.parametrize(
    ("kind", "form", "sentence"),
    [
        ("leave", {}, "请写明原因。"),
        (
            "correction",
            {"from_at": "2021-10-14T18:00", "until_at": "2021-10-14T20:00", "reason": "在"},
            "开始之前",
        ),
        ("make_up", {"text": "好"}, "至少要写 5 字"),
        ("leave", {"reason": "病", "files": SimpleUploadedFile("x.exe", b"MZ\x00")}, "x.exe"),
    ],
)
def test_wrong_input_is_said_and_nothing_is_kept(phone, live, kind, form, sentence):
    answer = phone.post(url("learner-request-new", live.code, kind), {"key": uuid.uuid4()} | form)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not AttendanceRequest.objects.exists()


def test_what_making_up_counts_stands_beside_its_last_day(phone, live):
    shown = text(phone.get(url("learner-request-new", live.code, "make_up")))
    assert "截止到 2099年1月1日。同意后按迟交计。" in shown


def test_how_to_call_oneself_in_the_meeting_is_told_until_it_is_over(phone, learning, live):
    coming = LiveFactory(
        programme=learning.programme,
        starts_at=moment("2099-01-01 19:00"),
        ends_at=moment("2099-01-01 20:30"),
    )
    hint = "入会时把昵称改成“社区-姓名”"
    assert hint in text(phone.get(reverse("live:learner-session", args=[coming.code])))
    assert hint not in text(phone.get(reverse("live:learner-session", args=[live.code])))


def test_a_kind_that_is_not_offered_shows_no_form(phone, learning, live):
    live.rule = {}
    live.save()
    shown = text(phone.get(url("learner-request-new", live.code, "make_up")))
    assert "现在不能申请" in shown
    assert "提交申请" not in shown
    assert phone.get(url("learner-request-new", live.code, "nonsense")).status_code == 404


def test_the_learner_reads_the_note_and_not_a_classmates_request(phone, learning, live):
    mine, theirs = ask(learning.learner, live), ask(learning.other, live, reason="同学的事")
    actions.refuse_request(request=mine, by=learning.by, note="请附假条")
    assert "请附假条" in text(phone.get(url("learner-request", mine.code)))
    listed = text(phone.get(url("learner-requests")))
    assert url("learner-request", mine.code) in listed
    assert url("learner-request", theirs.code) not in listed
    assert phone.get(url("learner-request", theirs.code)).status_code == 404
    assert phone.post(url("learner-request-take-back", theirs.code)).status_code == 404


def test_taking_back_from_the_phone(phone, learning, live):
    mine = ask(learning.learner, live)
    phone.post(url("learner-request-take-back", mine.code))
    mine.refresh_from_db()
    assert mine.state == "taken_back"


def test_whoever_left_finds_nothing(phone, learning, live):
    mine = ask(learning.learner, live)
    learning.learner.state = EnrolmentState.WITHDRAWN
    learning.learner.save()
    for address in (
        url("learner-requests"),
        url("learner-request", mine.code),
        url("learner-request-new", live.code, "correction"),
    ):
        assert phone.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_my_requests_query_count(phone, learning, count, django_assert_num_queries):
    for _ in range(count):
        ask(learning.learner, LiveFactory(programme=learning.programme))
    phone.get(url("learner-requests"))
    with django_assert_num_queries(MINE_QUERIES):
        assert text(phone.get(url("learner-requests"))).count("row-title") == count


MINE_QUERIES = 5


# Proof


def test_proof_is_read_by_learner_mentor_and_desk_alone(client, learning, live):
    asked = ask(learning.learner, live, uploads=[SimpleUploadedFile("假条.jpg", picture((1, 2, 3)))])
    address = reverse("media:file", args=[asked.files.get().file.code])
    supervisor = StaffRoleFactory(programme=learning.programme, role=Role.SUPERVISOR).person
    judge = StaffRoleFactory(programme=learning.programme, role=Role.JUDGE).person
    readers = [learning.learner.person, learning.mentor.person, learning.by, supervisor]
    strangers = [learning.other.person, judge, PersonFactory(), StaffRoleFactory().person]
    for person, status in [(p, 200) for p in readers] + [(p, 404) for p in strangers]:
        client.force_login(person)
        assert client.get(address).status_code == status


# The desk


def test_an_empty_list_says_where_requests_come_from(desk, learning):
    shown = text(desk.get(url("desk-requests", learning.programme.code)))
    assert "还没有申请" in shown
    assert url("desk-request-choose", learning.programme.code) in shown


def test_the_list_shows_what_waits_and_filters_the_rest(desk, learning, live):
    other = LiveFactory(programme=learning.programme, title="另一门课")
    waits = ask(learning.learner, live, reason="家人住院")
    done = ask(learning.other, live, RequestKind.CORRECTION, reason="换了手机")
    elsewhere = ask(learning.other, other, reason="出差")
    actions.approve_request(request=done, by=learning.by)

    def codes(query=""):
        page = desk.get(url("desk-requests", learning.programme.code) + query)
        return [r.code for r, _own in page.context["lines"]]

    assert codes() == [waits.code, elsewhere.code]
    assert codes("?show=approved") == [done.code]
    assert codes("?show=refused") == []
    assert codes("?show=all&kind=correction") == [done.code]
    assert codes(f"?show=all&activity={other.code}") == [elsewhere.code]
    assert codes(f"?show=all&q={learning.learner.name}") == [waits.code]
    assert codes("?q=另一门") == [elsewhere.code]
    assert codes("?show=nonsense&kind=nonsense") == [waits.code, elsewhere.code]
    states = desk.get(url("desk-requests", learning.programme.code)).context["states"]
    assert [count for _key, _word, count in states] == [2, 1, 0, 3]


def test_one_tap_approves_and_leads_back_to_the_list_as_it_was(desk, learning, live):
    asked = ask(learning.learner, live)
    back = "kind=leave&q=%E5%AD%A6"
    answer = desk.post(url("desk-request-approve", learning.programme.code, asked.code), {"back": back})
    assert answer.url == url("desk-requests", learning.programme.code) + "?" + back
    asked.refresh_from_db()
    assert asked.state == "approved"


def test_ticked_requests_are_approved_together(desk, learning, live):
    asked = [ask(learning.learner, live), ask(learning.other, live)]
    desk.post(url("desk-requests-approve", learning.programme.code), {"request": [r.code for r in asked]})
    assert set(AttendanceRequest.objects.values_list("state", flat=True)) == {"approved"}
    assert Evidence.objects.filter(detail__has_key="request").count() == 2


@pytest.mark.parametrize(
    ("name", "sentence"), [("refuse", "请写明不同意的理由"), ("undo", "请写明撤销的原因")]
)
def test_an_answer_without_its_words_is_asked_for_them(desk, learning, live, name, sentence):
    asked = ask(learning.learner, live)
    if name == "undo":
        actions.approve_request(request=asked, by=learning.by)
    before = AttendanceRequest.objects.values().get()
    answer = desk.post(url(f"desk-request-{name}", learning.programme.code, asked.code), {"back": ""})
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert AttendanceRequest.objects.values().get() == before


def test_a_request_about_oneself_has_no_buttons(desk, learning, live):
    StaffRoleFactory(programme=learning.programme, person=learning.learner.person, role=Role.ORGANISER)
    asked = ask(learning.learner, live)
    desk.force_login(learning.learner.person)
    approve = url("desk-request-approve", learning.programme.code, asked.code)
    for page in ("desk-requests", "desk-request"):
        args = [asked.code] if page == "desk-request" else []
        shown = text(desk.get(url(page, learning.programme.code, *args)))
        assert approve not in shown
        assert "其他组织者处理" in shown
    assert desk.post(approve).status_code == 422


def test_a_supervisor_reads_and_changes_nothing(client, learning, live):
    asked = ask(learning.learner, live, reason="家人住院")
    client.force_login(StaffRoleFactory(programme=learning.programme, role=Role.SUPERVISOR).person)
    shown = text(client.get(url("desk-requests", learning.programme.code)))
    assert "家人住院" in shown
    assert url("desk-request-approve", learning.programme.code, asked.code) not in shown
    for name in ("approve", "refuse", "undo"):
        answer = client.post(url(f"desk-request-{name}", learning.programme.code, asked.code), {"note": "x"})
        assert answer.status_code == 404
    assert client.get(url("desk-request-choose", learning.programme.code)).status_code == 404


def test_an_organiser_enters_what_was_told_by_telephone(desk, learning, live):
    choose = text(desk.get(url("desk-request-choose", learning.programme.code)))
    address = url("desk-request-add", learning.programme.code, live.code, "leave")
    assert address in choose
    form = {
        "key": uuid.uuid4(),
        "learner": learning.learner.code,
        "asked_at": "2021-10-13T18:00",
        "reason": "电话里说值班",
    }
    desk.post(address, form)
    asked = AttendanceRequest.objects.get()
    assert (asked.enrolment, asked.asked_by, asked.in_advance) == (learning.learner, learning.by, True)
    future = desk.post(address, form | {"key": uuid.uuid4(), "asked_at": "2099-01-01T00:00"})
    assert (future.status_code, "这个时间还没有到" in text(future)) == (422, True)
    learning.other.state = EnrolmentState.WITHDRAWN
    learning.other.save()
    gone = desk.post(address, form | {"key": uuid.uuid4(), "learner": learning.other.code})
    assert gone.status_code == 422
    assert AttendanceRequest.objects.count() == 1


def test_the_export_is_the_list_and_formulas_stay_text(desk, learning, live):
    for learner, reason in ((learning.learner, "=1+1"), (learning.other, "@家里有事")):
        ask(learner, live, reason=reason)
    answer = desk.get(url("desk-requests-export", learning.programme.code) + f"?q={learning.learner.name}")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    reasons = [(cell.value, cell.data_type) for cell in cells if "1+1" in str(cell.value)]
    assert reasons == [("=1+1", "s")]
    assert not any("家里有事" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("count", [1, 3])
def test_desk_list_query_count(desk, learning, live, count, django_assert_num_queries):
    for _ in range(count):
        learner = EnrolmentFactory(programme=learning.programme, person=PersonFactory())
        ask(learner, live, uploads=[SimpleUploadedFile("假条.txt", b"x")])
    address = url("desk-requests", learning.programme.code)
    desk.get(address)
    with django_assert_num_queries(LIST_QUERIES):
        assert text(desk.get(address)).count("request-ticked") == count


LIST_QUERIES = 9


@pytest.mark.parametrize("count", [1, 3])
def test_export_query_count(desk, learning, live, count, django_assert_num_queries):
    for _ in range(count):
        ask(EnrolmentFactory(programme=learning.programme, person=PersonFactory()), live)
    address = url("desk-requests-export", learning.programme.code)
    desk.get(address)
    with django_assert_num_queries(EXPORT_QUERIES):
        assert desk.get(address).status_code == 200


EXPORT_QUERIES = 5


# Where it shows besides


def test_the_trace_says_who_asked_when_and_who_decided(desk, learning, live):
    asked = ask(learning.learner, live, reason="家人住院", now=moment("2021-10-13 18:00"))
    actions.approve_request(request=asked, by=learning.by)
    trace = text(
        desk.get(reverse("web:desk-trace", args=[learning.programme.code, learning.learner.code, live.code]))
    )
    for words in (
        "2021年10月13日 18:00 提出，在开始之前",
        "学员本人提出",
        learning.by.display_name,
        "请假：家人住院",
    ):
        assert words in trace
    evidence = Evidence.objects.get(detail__request=asked.code)
    page = text(desk.get(reverse("web:desk-evidence", args=[learning.programme.code, evidence.key])))
    assert url("desk-request", learning.programme.code, asked.code) in page
    assert "事前提出" in page
