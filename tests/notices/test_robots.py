"""Robots in groups: set up, told, held to their pace, and never led inside."""

import base64
import datetime as dt
import hashlib
import hmac
import socket
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.factories.people import PersonFactory
from tests.notices.conftest import NOON, at
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.core.ports import Letter, Outcome, port
from yingzao.integrations.robots import courier
from yingzao.notices import actions, phrases
from yingzao.notices.actions import handing_over
from yingzao.notices.enums import Channel
from yingzao.notices.models import Delivery, GroupPost, Robot

pytestmark = pytest.mark.django_db
SECRET = "SEC0123456789"


@pytest.fixture
def robot(office, group):
    """Makes robots that post to the endpoint of this test."""

    def make(service="wecom", secret="", kinds=("to_read",), **options):
        return actions.add_robot(
            organisation=office,
            programme_code="P1",
            name="学员群",
            service=service,
            address=f"{group.origin}/hook/0123?key=abcd",
            secret=secret,
            kinds_told=kinds,
            language=options.get("language", ""),
            by=PersonFactory(),
        )

    return make


@pytest.fixture
def tell(office):
    def tell(key="k", kind="to_read", now=NOON, **options):
        return actions.tell_groups(
            organisation=office,
            programme_code=options.pop("programme_code", "P1"),
            kind=kind,
            key=key,
            title=options.pop("title", "新案例：停车难"),
            now=now,
            **options,
        )

    return tell


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(handing_over, "_keep_pace", lambda parcel: None)


def go(now=NOON):
    return actions.hand_over_due(Channel.ROBOT, now=lambda: now)


def test_a_group_is_told_once_of_what_its_robot_is_set_to(robot, tell, group):
    robot()
    assert (tell(url="/my/cases/A/"), tell(url="/my/cases/A/"), tell("s", kind="stage_opened")) == (1, 0, 0)
    assert tell("elsewhere", programme_code="P2") == 0
    assert go() == 1
    assert group.posts == [
        {"msgtype": "text", "text": {"content": "新案例：停车难\nhttps://yingzao.example.org/my/cases/A/"}}
    ]
    assert go() == 0


def test_what_may_speak_of_one_person_never_goes_to_a_group(robot, tell):
    robot(kinds=("decided", "to_read"))
    assert Robot.objects.get().kinds == ["to_read"]
    with pytest.raises(ValueError, match="not for groups"):
        tell(kind="decided")
    assert GroupPost.objects.count() == 0


def test_dingtalk_is_signed(robot, tell, group):
    robot("dingtalk", SECRET)
    tell()
    go()
    asked = parse_qs(urlsplit(group.paths[0]).query)
    stamp = asked["timestamp"][0]
    expected = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert asked["key"] == ["abcd"]
    assert base64.b64decode(asked["sign"][0]) == expected


def test_feishu_is_signed_in_its_own_way(robot, tell, group):
    robot("feishu", SECRET)
    group.answers.append((200, {"code": 0, "msg": "success"}))
    tell()
    assert go() == 1
    post = group.posts[0]
    expected = hmac.new(f"{post['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert (post["msg_type"], base64.b64decode(post["sign"])) == ("text", expected)


def test_one_that_another_instance_sealed_says_so_and_goes_once_it_is_entered_again(
    robot, tell, group, settings
):
    made = robot()
    key, settings.SECRET_KEY = settings.SECRET_KEY, "of another machine"
    tell()
    assert go() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.problem, group.posts) == ("given_up", "sealed", [])
    assert "重新填写" in phrases.problem_sentence(delivery)
    assert phrases.masked_robot(Robot.objects.get().address) == "在这里读不出来，请重新填写"
    settings.SECRET_KEY = key
    assert Robot.objects.get().address == made.address


@pytest.mark.parametrize(
    ("answer", "state", "problem"),
    [
        ((200, {"errcode": 93000, "errmsg": "invalid webhook"}), "given_up", "refused"),
        ((200, {"errcode": 45009, "errmsg": "too often"}), "failed", "too_many"),
        ((200, {"errcode": 130101, "errmsg": "send too fast"}), "failed", "too_many"),
        ((200, {"code": 11232, "msg": "frequency limited"}), "failed", "too_many"),
        ((429, {}), "failed", "too_many"),
        ((503, {}), "failed", "busy"),
        ((404, {}), "given_up", "refused"),
        ((302, {}), "given_up", "refused"),
        ((200, {"hello": "portal"}), "uncertain", "strange"),
        ((200, None), "uncertain", "no_answer"),
    ],
)
def test_an_answer_is_understood_by_what_it_says_not_by_its_status(
    robot, tell, group, answer, state, problem
):
    robot()
    tell()
    group.answers.append(answer)
    assert go() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.problem) == (state, problem)
    assert len(group.posts) == (1 if answer[1] is None else 0)


def test_a_robot_that_was_used_too_often_rests_for_ten_minutes(robot, tell, group):
    robot()
    tell()
    group.answers.append((200, {"errcode": 130101, "errmsg": "send too fast"}))
    go()
    assert Delivery.objects.get().next_try_at == NOON + dt.timedelta(minutes=10)


def test_a_silent_endpoint_is_uncertain(robot, tell, group, monkeypatch):
    monkeypatch.setattr(courier, "SECONDS", 0.05)
    robot()
    tell()
    group.slow = 0.3
    assert go() == 0
    assert Delivery.objects.get().state == "uncertain"


def test_no_minute_holds_more_posts_than_a_robot_takes(robot, tell, group):
    made = robot()
    assert made.a_minute == 20
    for number in range(25):
        tell(str(number))
    assert (go(), len(group.posts)) == (20, 20)
    assert go(NOON + dt.timedelta(seconds=59)) == 0
    assert go(NOON + dt.timedelta(seconds=61)) == 5


def test_a_group_is_left_in_peace_at_night(robot, tell):
    robot()
    tell(now=at("2021-11-15 23:00"))
    assert Delivery.objects.get().next_try_at == at("2021-11-16 08:00")


def test_a_paused_robot_posts_nothing_not_even_what_waits(robot, tell, group):
    made = robot()
    tell()
    actions.pause_robot(robot=made, by=PersonFactory(), paused=True)
    assert (tell("later"), go(), group.posts) == (0, 0, [])
    assert Delivery.objects.get().problem == "paused"
    actions.pause_robot(robot=made, by=PersonFactory(), paused=False)
    assert tell("again") == 1


def test_a_removed_robot_leaves_no_address(robot):
    made = robot(secret=SECRET)
    actions.remove_robot(robot=made, by=PersonFactory())
    made.refresh_from_db()
    assert (made.address, made.secret) == ("", "")


def test_a_test_is_posted_and_no_audit_line_holds_the_address(robot, group):
    made = robot(secret=SECRET)
    actions.test_robot(robot=made, by=PersonFactory())
    assert actions.hand_over_due(Channel.ROBOT) == 1
    assert "学员群" in group.posts[0]["text"]["content"]
    told = str(list(AuditLine.objects.values_list("before", "after", "subject")))
    assert "abcd" not in told
    assert SECRET not in told


def test_an_empty_address_or_secret_keeps_the_one_that_is_there(robot):
    made = robot(secret=SECRET)
    before = made.address
    actions.edit_robot(
        robot=made,
        name="新名",
        address="",
        secret="",
        kinds_told=[],
        language="en",
        a_minute=5,
        by=PersonFactory(),
    )
    made.refresh_from_db()
    assert (made.name, made.address, made.secret, made.kinds, made.a_minute) == (
        "新名",
        before,
        SECRET,
        [],
        5,
    )


# Where a post may go


@pytest.mark.parametrize(
    ("service", "address", "allowed"),
    [
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", True),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1", True),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/1", True),
        ("feishu", "https://open.larksuite.com/open-apis/bot/v2/hook/1", True),
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", False),
        ("wecom", "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=1", False),
        ("wecom", "https://oapi.dingtalk.com/robot/send?access_token=1", False),
        ("wecom", "https://qyapi.weixin.qq.com@evil.example/x", False),
        ("wecom", "https://evil.example/qyapi.weixin.qq.com", False),
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/x", False),
        ("wecom", "https://127.0.0.1/x", False),
        ("wecom", "https://[::1]/x", False),
        ("wecom", "https://[", False),
        ("wecom", "file:///etc/passwd", False),
        ("wecom", "", False),
    ],
)
def test_only_the_services_own_hosts_are_posted_to(settings, service, address, allowed):
    settings.YINGZAO_ROBOT_HOSTS = []
    assert port("robots").refuses(service, address) is not allowed


def test_a_refused_address_is_said_at_its_field(office):
    with pytest.raises(Refused) as refusal:
        actions.add_robot(
            organisation=office,
            programme_code="P1",
            name="x",
            service="wecom",
            address="https://evil.example/x",
            secret="",
            kinds_told=[],
            language="",
            by=PersonFactory(),
        )
    assert refusal.value.field == "address"
    assert Robot.objects.count() == 0


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1",
        "10.0.0.7",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "64:ff9b::a00:7",
        "2002:a00:7::",
        "224.0.0.1",
        "168.63.129.16",
    ],
)
def test_a_name_that_leads_inside_is_not_posted_to_even_where_any_host_may_be(settings, monkeypatch, inside):
    settings.YINGZAO_ROBOT_HOSTS = ["*"]
    family = socket.AF_INET6 if ":" in inside else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **o: [(family, 1, 6, "", (inside, 443))])
    answer = courier.post(Letter("C", "https://robots.example.com/x", "题", "文", service="wecom"))
    assert (answer.outcome, answer.problem) == (Outcome.NEVER, "host")


def test_a_host_that_does_not_answer_is_tried_later(settings):
    settings.YINGZAO_ROBOT_HOSTS = ["http://127.0.0.1:1"]
    answer = courier.post(Letter("C", "http://127.0.0.1:1/x", "题", "文", service="wecom"))
    assert (answer.outcome, answer.problem) == (Outcome.LATER, "unreachable")


def test_a_long_text_is_cut_between_characters():
    cut = courier._cut("停" * 1000)
    assert len(cut.encode()) <= courier.LARGEST
    assert cut == "停" * 665 + "…"
