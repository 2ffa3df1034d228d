"""What learners' phones deliver from the field: each once, the newest word holds, nothing of anybody else's, and residents' names only with their yes."""

import datetime as dt
import hashlib
import json
from uuid import uuid4

import pytest
from django.core.signing import dumps
from django.urls import reverse

from tests.factories.enrolment import EnrolmentFactory
from tests.factories.field import (
    NUMBER,
    deliver,
    guide_of,
    item,
    photo_bytes,
    point,
    proposed,
    shown,
    talk,
    talked,
    walked,
)
from tests.factories.findings import settle
from tests.factories.learning import Learning
from tests.factories.needs import answer
from tests.factories.people import PersonFactory
from yingzao.communities.enums import ConsentPurpose
from yingzao.communities.models import Leader, Need, Telling
from yingzao.communities.queries import voices_to_tell
from yingzao.core import clock, media
from yingzao.core.models import AuditLine
from yingzao.enrolment.enums import EnrolmentState
from yingzao.fieldwork import actions as fieldwork
from yingzao.fieldwork.models import FieldPhoto, Interview, Origin, Proposal, Walk, WalkPoint
from yingzao.notices.models import Message
from yingzao.people.models import Consent
from yingzao.practice import actions
from yingzao.practice.models import FieldRecord
from yingzao.programmes.actions.staff import give_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    camp = settle(Learning())
    give_rights(camp.organiser)
    return camp


@pytest.fixture
def guide(camp):
    return guide_of(camp.programme.organisation, camp.by)


def states(receipts) -> list[str]:
    return [receipt.state for receipt in receipts]


def body_of(learner, *items, ticket=None) -> str:
    return json.dumps({
        "ticket": ticket or actions.field_ticket(learner),
        "clock": round(clock.now().timestamp() * 1000),
        "items": [json.dumps(one) for one in items],
    })  # fmt: skip


# Walks


def test_a_walk_and_its_points_arrive_once_however_often_they_are_sent(camp):
    key = str(uuid4())
    items = [item("walk", key=key, title="沿河走"), point(key), point(key, kind="resource", facet="")]
    for _time in range(2):
        receipts = deliver(camp.learner, *items)
        assert states(receipts) == ["noted"] * 3
        assert all(receipt.kept for receipt in receipts)
    walk = Walk.objects.get()
    assert (walk.title, walk.community, walk.by) == ("沿河走", camp.community, camp.learner.person)
    assert [p.kind for p in walk.points.all()] == ["problem", "resource"]
    assert FieldRecord.objects.get().enrolment == camp.learner


def test_a_point_that_comes_before_its_walk_begins_it(camp):
    key = str(uuid4())
    deliver(camp.learner, point(key))
    deliver(camp.learner, item("walk", key=key, title="沿河走"))
    assert Walk.objects.get().title == "沿河走"


def test_the_newest_word_about_a_point_holds_in_whatever_order_it_comes(camp):
    key, name = str(uuid4()), str(uuid4())
    old = point(key, point=name, text="先写的", at=1_700_000_000_000)
    new = point(key, point=name, text="改过的", kind="resource", at=1_700_000_060_000)
    deliver(camp.learner, new)
    deliver(camp.learner, old)
    found = WalkPoint.objects.get()
    assert (found.text, found.kind) == ("改过的", "resource")


def test_a_place_is_kept_to_the_metre_and_nonsense_is_none(camp):
    walk = walked(
        camp.learner,
        {"place": [23.0293049, 113.1502031, 11.6]},
        {"place": [91, 0, 1]},
        {"place": ["a", 0, 1]},
    )
    told = [(str(p.latitude), str(p.longitude), p.accuracy) for p in walk.points.order_by("pk")]
    assert told == [("23.02930", "113.15020", 12), ("None", "None", None), ("None", "None", None)]


def test_a_point_is_taken_back_and_stands_once_something_was_made_of_it(camp):
    walk = walked(camp.learner, {}, {})
    first, second = walk.points.order_by("pk")
    gone = {"walk": str(walk.key), "gone": True}
    assert states(deliver(camp.learner, item("point", point=str(first.key), **gone))) == ["noted"]
    first.refresh_from_db()
    assert first.taken_back_at is not None
    fieldwork.make_of_point(point=second, what="need", by=camp.by, title="要有灯", whose="老人")
    (receipt,) = deliver(camp.learner, item("point", point=str(second.key), **gone))
    assert (receipt.state, receipt.more["code"]) == ("refused", "made")
    second.refresh_from_db()
    assert second.taken_back_at is None


def test_whoever_walked_there_is_told_the_answer_to_what_was_made_of_it(camp):
    point = walked(camp.learner).points.get()
    need = fieldwork.make_of_point(point=point, what="need", by=camp.by, title="要有灯", whose="老人")
    answer(need, camp.by, "下月装灯")
    message = Message.objects.get(person=camp.learner.person)
    assert (message.title, message.body) == ("有答复了：要有灯", "已答复：下月装灯")
    assert message.url == reverse("practice:learner-walk", args=[point.walk.code])
    assert [(t.way, t.voice.need) for t in Telling.objects.all()] == [("app", need)]


def test_an_answer_that_nobody_was_told_is_still_to_be_told(camp):
    point = walked(camp.learner).points.get()
    need = fieldwork.make_of_point(point=point, what="need", by=camp.by, title="要有灯", whose="老人")
    camp.learner.state = EnrolmentState.WITHDRAWN
    camp.learner.save()
    answer(need, camp.by, "下月装灯")
    assert not Message.objects.filter(person=camp.learner.person).exists()
    assert not Telling.objects.exists()
    assert [voice.need for voice in voices_to_tell(camp.programme.organisation)] == [need]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"text": "  "}, "no_text"),
        ({"kind": "other"}, "no_kind"),
        ({"facet": "other"}, "no_facet"),
        ({"text": f"找他 {NUMBER}"}, "phone_in_text"),
        ({"point": "nonsense"}, "unreadable"),
    ],
)
def test_what_is_wrong_is_refused_alone_and_the_rest_is_taken(camp, told, code):
    key = str(uuid4())
    wrong, right = deliver(camp.learner, point(key, **told), point(key))
    assert (wrong.state, wrong.more["code"], bool(str(wrong.sentence))) == ("refused", code, True)
    assert right.state == "noted"
    assert WalkPoint.objects.count() == 1


def test_nobody_writes_on_somebody_elses_walk(camp):
    walk = walked(camp.learner)
    mine = walk.points.get()
    receipts = deliver(
        camp.other,
        item("walk", key=str(walk.key), title="我的"),
        point(str(walk.key), point=str(mine.key), text="改掉"),
        item("point", point=str(mine.key), walk=str(walk.key), gone=True),
        item("field_photo", of=str(mine.key), size=10, sum=""),
    )
    assert states(receipts) == ["refused"] * 4
    walk.refresh_from_db()
    mine.refresh_from_db()
    assert (walk.title, mine.text, mine.taken_back_at) == ("沿河走", "路灯坏了", None)
    assert not FieldPhoto.objects.exists()


def test_whoever_learns_no_more_or_has_no_community_is_told(camp):
    stranger = EnrolmentFactory(programme=camp.programme, person=PersonFactory())
    (told,) = deliver(stranger, item("walk", title="x"))
    assert (told.state, told.more["code"]) == ("refused", "no_community")
    camp.learner.state = EnrolmentState.WITHDRAWN
    camp.learner.save()
    (told,) = deliver(camp.learner, item("walk", title="x"))
    assert (told.state, told.more["code"]) == ("refused", "not_own")
    assert not Walk.objects.exists()


# The door


def test_the_door_takes_a_good_ticket_without_a_session_and_nothing_else(camp, client):
    address = reverse("practice:field")
    walk = item("walk", title="沿河走")
    answer = client.post(address, body_of(camp.learner, walk), content_type="application/json")
    assert [one["state"] for one in answer.json()["receipts"]] == ["noted"]
    text = json.dumps(walk)
    assert answer.json()["receipts"][0]["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    forged = dumps([camp.learner.pk, camp.learner.person_id, 4_000_000_000], salt="other")
    old = actions.field_ticket(camp.learner, clock.now() - dt.timedelta(days=61))
    stolen = dumps(
        [camp.learner.pk, camp.other.person_id, int(clock.now().timestamp())], salt="practice.field"
    )
    for ticket in (forged, old, stolen, "x"):
        body = body_of(camp.learner, item("walk"), ticket=ticket)
        answer = client.post(address, body, content_type="application/json")
        assert (answer.status_code, answer.json()) == (403, {"error": "ticket"})
    assert client.post(address, "{", content_type="application/json").status_code == 400
    assert client.get(address).status_code == 405
    assert Walk.objects.count() == 1


def test_an_unknown_act_stays_on_the_phone(camp):
    (receipt,) = deliver(camp.learner, item("dance"))
    assert (receipt.state, receipt.kept) == ("unknown", False)


# Photos


def test_a_photo_comes_in_pieces_without_its_maker(camp, client):
    spot = walked(camp.learner).points.get()
    data = photo_bytes()
    told = item("field_photo", of=str(spot.key), size=len(data), sum=hashlib.sha256(data).hexdigest())
    deliver(camp.learner, told, told)
    half = len(data) // 2
    headers = {"X-Ticket": actions.field_ticket(camp.learner), "X-File": told["key"]}

    def send(at: int, piece: bytes):
        return client.post(
            reverse("practice:field-file"),
            piece,
            content_type="application/octet-stream",
            headers=headers | {"X-At": str(at)},
        ).json()

    assert send(0, data[:half]) == {"have": half, "done": False, "sha256": "", "sentence": ""}
    assert send(0, data[:half])["have"] == half  # the same piece once more adds nothing
    done = send(half, data[half:])
    assert (done["done"], done["sha256"]) == (True, hashlib.sha256(data).hexdigest())
    assert send(half, data[half:]) == done
    photo = FieldPhoto.objects.get()
    assert b"PhoneMaker" not in media.read_bytes(photo.file)
    deliver(camp.learner, told)
    assert FieldPhoto.objects.get().file == photo.file


def test_a_photo_that_comes_before_its_mended_point_in_a_delivery_is_taken(camp):
    said = point(str(uuid4()))
    receipts = deliver(camp.learner, item("field_photo", of=said["point"], size=9, sum=""), said)
    assert states(receipts) == ["noted", "noted"]


def test_what_is_no_photo_says_so_and_is_not_kept(camp):
    spot = walked(camp.learner).points.get()
    photo = shown(camp.learner, spot, b"no picture at all")
    assert photo.file is None
    assert photo.refusal
    media_rows = photo.point.photos.exclude(file=None)
    assert not media_rows.exists()


def test_six_photos_a_point(camp):
    spot = walked(camp.learner).points.get()
    items = [item("field_photo", of=str(spot.key), size=9, sum="") for _ in range(7)]
    assert states(deliver(camp.learner, *items)) == ["noted"] * 6 + ["refused"]


def test_a_photo_is_read_by_learner_mentor_and_desk_alone(camp, client):
    photo = shown(camp.learner, walked(camp.learner).points.get())
    address = reverse("media:file", args=[photo.file.code])
    outsider = PersonFactory()
    for person, status in (
        (camp.learner.person, 200),
        (camp.mentor.person, 200),
        (camp.by, 200),
        (camp.other.person, 404),
        (outsider, 404),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(camp.other.person)
    remove = reverse("practice:learner-walk-photo-remove", args=[photo.point.walk.code, photo.key])
    assert client.post(remove).status_code == 404
    client.force_login(camp.learner.person)
    assert client.post(remove).status_code == 302
    assert not FieldPhoto.objects.exists()


# Interviews


def test_an_interview_keeps_the_wording_that_it_was_asked_by(camp, guide):
    first = talk(guide, answers=["二十年", "停车"])
    fieldwork.change_guide(
        guide=guide, by=camp.by, title=guide.title, questions=[{"text": "您贵姓？", "hint": ""}]
    )
    guide.refresh_from_db()
    assert guide.version == 2
    deliver(camp.learner, first, first)  # from a phone that had the old page
    interview = Interview.objects.get()
    assert [q["text"] for q in interview.version.questions] == ["住了多久？", "最愁什么？"]
    assert interview.answers == ["二十年", "停车"]


def test_without_a_yes_neither_name_nor_telephone_is_kept(camp, guide):
    talked(camp.learner, guide, name="阿强", phone=NUMBER, purposes=[])
    named = talked(camp.learner, guide, name="阿珍", phone=NUMBER, purposes=["publication"])
    reached = talked(
        camp.learner, guide, name="阿玲", phone=NUMBER, purposes=["contact"], agreed_note="当面说"
    )
    rows = list(Interview.objects.order_by("pk").values_list("name", "phone"))
    assert rows == [("", ""), ("阿珍", ""), ("阿玲", NUMBER)]
    consents = Consent.objects.order_by("pk").values_list("subject_code", "purpose")
    assert list(consents) == [(named.code, "publication"), (reached.code, "contact")]
    lines = AuditLine.objects.filter(act__startswith="fieldwork.interview")
    assert not [line for line in lines if "阿" in json.dumps([line.before, line.after], ensure_ascii=False)]


def test_the_mentor_alone_is_no_consent_to_be_reached(camp, guide):
    interview = talked(camp.learner, guide, name="阿强", phone=NUMBER, purposes=["mentor"])
    assert (interview.name, interview.phone) == ("", "")
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"answers": ["", " "]}, "empty"),
        ({"answers": [f"打 {NUMBER}"]}, "phone_in_text"),
        ({"on": "2999-01-01"}, "future"),
        ({"phone": "abc", "purposes": ["contact"]}, "bad_phone"),
        ({"version": 9}, "no_guide"),
    ],
)
def test_a_wrong_interview_is_refused_with_a_sentence(camp, guide, told, code):
    (receipt,) = deliver(camp.learner, talk(guide, **told))
    assert (receipt.state, receipt.more["code"]) == ("refused", code)
    assert not Interview.objects.exists()


def test_a_guide_of_another_organisation_is_none(camp):
    other = settle(Learning())
    give_rights(other.organiser)
    foreign = guide_of(other.programme.organisation, other.by)
    (receipt,) = deliver(camp.learner, talk(foreign))
    assert receipt.more["code"] == "no_guide"


def test_withdrawing_takes_the_telephone_then_the_name(camp, guide, client):
    interview = talked(
        camp.learner, guide, name="阿强", phone=NUMBER, purposes=["contact", "mentor", "publication"]
    )
    client.force_login(camp.learner.person)
    address = reverse("practice:learner-interview-withdraw", args=[interview.code])
    client.post(address, {"purpose": "contact"})
    interview.refresh_from_db()
    assert (interview.name, interview.phone) == ("阿强", "")
    assert fieldwork.consents_standing(interview) == {"publication"}
    client.post(address, {"purpose": "publication"})
    interview.refresh_from_db()
    assert interview.name == ""


def test_the_telephone_is_masked_and_each_look_is_recorded(camp, guide, client):
    interview = talked(
        camp.learner, guide, name="阿强", phone=NUMBER, purposes=["contact"], answers=["二十年"]
    )
    client.force_login(camp.learner.person)
    page = client.get(reverse("practice:learner-interview", args=[interview.code])).content.decode()
    assert NUMBER not in page
    assert "138****4321" in page
    clear = client.post(reverse("practice:learner-interview-contact", args=[interview.code]))
    assert NUMBER in clear.content.decode()
    line = AuditLine.objects.get(act="fieldwork.interview.contact_read")
    assert line.after == {"reader": "recorder"}
    # The mentor was not agreed to.
    client.force_login(camp.mentor.person)
    seen = client.get(reverse("practice:mentor-interview", args=[interview.code])).content.decode()
    assert "138****4321" not in seen
    asked = client.post(
        reverse("practice:mentor-interview-contact", args=[interview.code]), follow=True
    ).content.decode()
    assert NUMBER not in asked
    assert AuditLine.objects.filter(act="fieldwork.interview.contact_read").count() == 1


def test_the_mentor_reads_the_telephone_where_that_was_agreed_to(camp, guide, client):
    interview = talked(camp.learner, guide, name="阿强", phone=NUMBER, purposes=["contact", "mentor"])
    client.force_login(camp.mentor.person)
    page = client.post(reverse("practice:mentor-interview-contact", args=[interview.code]))
    assert NUMBER in page.content.decode()


def test_a_leader_and_a_need_are_made_of_an_interview_and_know_it(camp, guide, client):
    interview = talked(
        camp.learner, guide, name="阿强", purposes=["contact"], answers=["二十年", "想要晾晒的地方"]
    )
    client.force_login(camp.learner.person)
    new = reverse("practice:learner-leader-new")
    page = client.get(new, {"interview": interview.code})
    form = page.context["form"]
    assert (form["name"].value(), form["purposes"].value()) == ("阿强", [ConsentPurpose.CONTACT])
    sent = {
        "key": str(uuid4()), "learner": camp.learner.code, "interview": interview.code, "name": "阿强",
        "willingness": "helps", "found_how": "visit", "found_on": clock.today().isoformat(),
    }  # fmt: skip
    client.post(new, sent)
    client.post(new, sent)
    page = client.get(reverse("practice:learner-need-new"), {"interview": interview.code})
    assert "想要晾晒的地方" in page.context["form"]["evidence"].value()
    client.post(
        reverse("practice:learner-need-new"),
        {
            "key": str(uuid4()), "learner": camp.learner.code, "interview": interview.code, "title": "要有晾晒的地方",
            "whose": "住户", "urgency": "normal", "frequency": "unknown", "source": "interview", "raised_by": "resident",
            "raised_on": clock.today().isoformat(),
        },
    )  # fmt: skip
    made = [origin.leader or origin.need for origin in Origin.objects.order_by("pk")]
    assert made == [Leader.objects.get(), Need.objects.get()]
    page = client.get(reverse("practice:learner-interview", args=[interview.code])).content.decode()
    assert "要有晾晒的地方" in page


def test_of_somebody_elses_interview_no_form_tells(camp, guide, client):
    interview = talked(camp.other, guide, name="阿强", purposes=["contact"], answers=["别人听到的"])
    client.force_login(camp.learner.person)
    for name in ("practice:learner-leader-new", "practice:learner-need-new"):
        page = client.get(reverse(name), {"interview": interview.code}).content.decode()
        assert "阿强" not in page
        assert "别人听到的" not in page
    sent = {
        "key": str(uuid4()), "learner": camp.learner.code, "interview": interview.code, "name": "阿珍",
        "willingness": "helps", "found_how": "visit", "found_on": clock.today().isoformat(),
    }  # fmt: skip
    client.post(reverse("practice:learner-leader-new"), sent)
    assert Leader.objects.exists()
    assert not Origin.objects.exists()


# Proposals, pages


def test_a_proposal_arrives_once_and_the_learner_reads_what_became_of_it(camp, client):
    proposal = proposed(camp.learner, title="河涌整治", facets=["place", "nonsense"])
    assert proposal.facets == ["place"]
    told = item("proposal", key=str(proposal.key), kind="group", title="别的", text="", facets=[])
    deliver(camp.learner, told)
    assert Proposal.objects.get().title == "河涌整治"
    fieldwork.decline_proposal(proposal=proposal, by=camp.by, reason="已在街道计划里")
    client.force_login(camp.learner.person)
    page = client.get(reverse("practice:learner-proposals")).content.decode()
    assert "已在街道计划里" in page
    client.force_login(camp.other.person)
    assert "河涌整治" not in client.get(reverse("practice:learner-proposals")).content.decode()


def test_learners_see_their_own_walks_and_mentors_those_of_their_teams(camp, guide, client):
    walk = walked(camp.learner, {"text": "只有我看到的"})
    others = walked(camp.other, {"text": "别人看到的"})  # in no team of this mentor
    interview = talked(camp.other, guide, answers=["别人听到的"])
    client.force_login(camp.learner.person)
    assert "只有我看到的" in client.get(reverse("practice:learner-walk", args=[walk.code])).content.decode()
    assert client.get(reverse("practice:learner-walk", args=[others.code])).status_code == 404
    client.force_login(camp.mentor.person)
    assert "只有我看到的" in client.get(reverse("practice:mentor-walk", args=[walk.code])).content.decode()
    assert client.get(reverse("practice:mentor-walk", args=[others.code])).status_code == 404
    assert client.get(reverse("practice:mentor-interview", args=[interview.code])).status_code == 404
    assert others.code not in client.get(reverse("practice:mentor-field")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "count"),
    [("learner-walks", 6), ("learner-interviews", 7), ("learner-proposals", 6), ("learner-map", 6)],
)
def test_queries_of_the_phone_do_not_grow_with_rows(
    camp, guide, client, name, count, rows, django_assert_num_queries
):
    for number in range(rows):
        walked(camp.learner, {"kind": "resource"}, {})
        talked(camp.learner, guide)
        proposed(camp.learner, title=f"议题{number}")
    client.force_login(camp.learner.person)
    client.get(reverse(f"practice:{name}"))
    with django_assert_num_queries(count):
        assert client.get(reverse(f"practice:{name}")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("show", ["walks", "interviews"])
def test_queries_of_the_mentors_list_do_not_grow(camp, guide, client, show, rows, django_assert_num_queries):
    for _number in range(rows):
        walked(camp.learner)
        talked(camp.learner, guide)
    client.force_login(camp.mentor.person)
    address = f"{reverse('practice:mentor-field')}?show={show}"
    client.get(address)
    with django_assert_num_queries(7):
        assert client.get(address).content.count(b"row-title") == rows
