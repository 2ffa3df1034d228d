"""Notes, photos and voice notes: kept once, hashed, held back where people are on them, taken down for good."""

import datetime as dt
import hashlib
import io
import json
import uuid

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities.actions import resettle
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.fieldwork.readers.deliveries import read_item
from yingzao.people.models import Consent
from yingzao.programmes.enums import Role
from yingzao.visits import actions, queries
from yingzao.visits.actions import field
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import FieldFile, FieldNote, Stop

pytestmark = pytest.mark.django_db
WEBM = b"\x1aE\xdf\xa3" + b"\x00" * 40 + b"A_OPUS" + b"\x01" * 3000


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def visit(camp):
    visit = ActivityFactory(programme=camp.programme, kind="visit", title="走进霞石村")
    for title in ("文华花园", "霞石村"):
        PartFactory(activity=visit, title=title)
    FieldVisit().plan(visit, [], None)
    resettle(camp.programme)
    return visit


@pytest.fixture
def stop(visit):
    return Stop.objects.get(part__title="霞石村")


def picture(colour="red", size=(900, 600)) -> bytes:
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif[0x8825] = {1: "N", 2: (22.0, 48.0, 1.0)}
    Image.new("RGB", size, colour).save(data, "JPEG", exif=exif)
    return data.getvalue()


class Phone:
    """A phone with a ticket; `tell` delivers an item, `send` a file in pieces as the page does."""

    def __init__(self, visit, enrolment=None, staff=None):
        self.ticket = (
            actions.learner_ticket(enrolment, visit) if enrolment else actions.staff_ticket(staff, visit)
        )

    def tell(self, do, stop, key=None, at=None, **told):
        now = clock.now()
        key = key or uuid.uuid4()
        item = read_item(
            json.dumps(
                {
                    "key": str(key),
                    "do": do,
                    "at": round((at or now).timestamp() * 1000),
                    "stop": stop.part.code,
                    **told,
                }
            )
        )
        ticket = actions.Ticket.read(self.ticket, now)
        knock = field.Knock(ticket, (item,), now, round(now.timestamp() * 1000))
        [receipt] = actions.take(knock)
        return key, receipt

    def announce(self, stop, data, do="photo", **told):
        return self.tell(do, stop, size=len(data), sum=hashlib.sha256(data).hexdigest(), **told)[0]

    def send(self, client, key, data, at=0, piece=100_000, **headers):
        """Everything from `at`; the last answer."""
        have, answer = at, None
        while answer is None or not answer.get("done"):
            response = self.post(client, key, data[have : have + piece], have, **headers)
            answer = response.json()
            if response.status_code != 200 or answer["have"] <= have:
                break
            have = answer["have"]
        return answer

    def post(self, client, key, body, at=0, **headers):
        head = {"X-Ticket": self.ticket, "X-File": str(key), "X-At": str(at), **headers}
        return client.post(
            reverse("visits:field-file"), body, content_type="application/octet-stream", headers=head
        )

    def photo(self, client, stop, data=None, **told):
        data = data or picture()
        key = self.announce(stop, data, **told)
        self.send(client, key, data)
        return FieldFile.objects.get(key=key)


@pytest.fixture
def phone(visit, camp):
    return Phone(visit, camp.learner)


# Notes


def test_a_note_is_one_row_a_state_and_the_latest_counts_whatever_came_first(phone, stop, camp, visit):
    begun = clock.now() - dt.timedelta(hours=3)
    note = str(uuid.uuid4())
    key, receipt = phone.tell("note", stop, note=note, at=begun + dt.timedelta(hours=1), text="改过的")
    assert (receipt.state, receipt.kept) == ("noted", True)
    phone.tell(
        "note", stop, note=note, at=begun, text="先写的", method="夜谈", facets=["people", "moon", "people"]
    )
    phone.tell("note", stop, key=key, text="同一条再来一次")
    [now] = queries.own_notes(visit, camp.learner, camp.learner.person)
    assert (now.text, FieldNote.objects.count()) == ("改过的", 2)
    assert FieldNote.objects.get(text="先写的").facets == ["people"]
    phone.tell("note", stop, note=note, text="")
    assert queries.notes_of(visit) == []
    assert FieldNote.objects.count() == 3


def test_an_empty_note_and_a_stop_of_another_visit_are_refused_with_a_sentence(phone, stop, camp):
    other = ActivityFactory(programme=camp.programme, kind="visit")
    elsewhere = PartFactory(activity=other, title="别处")
    FieldVisit().plan(other, [], None)
    for told in ({"text": " \n "}, {"text": 5}):
        _key, receipt = phone.tell("note", stop, **told)
        assert (receipt.state, bool(str(receipt.sentence))) == ("refused", True)
    _key, receipt = phone.tell("note", Stop.objects.get(part=elsewhere), text="看到")
    assert receipt.more["code"] == "no-stop"
    assert not FieldNote.objects.exists()


def test_notes_of_others_are_nobodys_but_the_organisers(client, phone, stop, camp, visit):
    phone.tell("note", stop, text="居民自己管楼道", idea="我们也先找楼长", place=[22.9, 113.1, 12])
    address = reverse("visits:learner-notes", args=[visit.code])
    client.force_login(camp.learner.person)
    assert "居民自己管楼道" in client.get(address).content.decode()
    client.force_login(camp.other.person)
    assert "居民自己管楼道" not in client.get(address).content.decode()
    desk = reverse("visits:desk-material", args=[camp.programme.code, visit.code])
    client.force_login(camp.by)
    page = client.get(desk).content.decode()
    assert "居民自己管楼道" in page
    assert "22.900000" in page
    for person in (
        camp.learner.person,
        camp.mentor.person,
        StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person,
    ):
        client.force_login(person)
        assert client.get(desk).status_code == 404


# The bytes


def test_a_photo_in_pieces_arrives_whole_once_and_without_its_place(client, phone, stop):
    data = picture(size=(3000, 2000))
    key = phone.announce(stop, data)
    answer = phone.post(client, key, data[:10_000]).json()
    assert (answer["have"], answer["done"]) == (10_000, False)
    assert phone.post(client, key, data[:10_000]).json()["have"] == 10_000  # again: adds nothing
    assert (
        phone.post(client, key, data[20_000:30_000], at=20_000).json()["have"] == 10_000
    )  # a gap: go on there
    answer = phone.send(client, key, data, at=10_000, piece=20_000)
    assert answer == {
        "have": len(data),
        "done": True,
        "sha256": hashlib.sha256(data).hexdigest(),
        "sentence": "",
    }
    file = FieldFile.objects.get()
    kept = default_storage.open(file.file.path).read()
    assert b"PhoneMaker" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert phone.post(client, key, b"x").json()["done"]
    assert StoredFile.objects.count() == 1


def test_other_bytes_than_the_phone_told_of_begin_anew(client, phone, stop):
    data = picture()
    key = phone.announce(stop, data)
    spoilt = b"\x00" * len(data)
    assert phone.send(client, key, spoilt) == {"have": 0, "done": False, "sha256": "", "sentence": ""}
    assert phone.send(client, key, data)["done"]
    assert FieldFile.objects.get().state == "free"


def test_what_is_no_photo_is_answered_with_a_sentence_and_nothing_is_kept(client, phone, stop):
    data = b"<html>" + b"x" * 500
    key = phone.announce(stop, data)
    answer = phone.send(client, key, data)
    assert answer["done"]
    assert answer["sentence"]
    assert FieldFile.objects.get().state == "refused"
    assert not StoredFile.objects.exists()


def test_a_voice_note_is_kept_and_played_in_parts(client, phone, stop, camp):
    key = phone.announce(stop, WEBM, do="voice")
    assert phone.send(client, key, WEBM)["sha256"] == hashlib.sha256(WEBM).hexdigest()
    file = FieldFile.objects.get()
    assert (file.file.media_type, file.state) == ("audio/webm", "free")
    client.force_login(camp.learner.person)
    address = reverse("media:file", args=[file.file.code])
    part = client.get(address, headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.headers["Content-Range"], len(part.content)) == (
        206,
        f"bytes 0-99/{len(WEBM)}",
        100,
    )
    film = b"\x1aE\xdf\xa3" + b"\x00" * 40 + b"V_VP9 A_OPUS" + b"\x01" * 3000
    assert phone.send(client, phone.announce(stop, film, do="voice"), film)["sentence"]


def test_a_strangers_ticket_an_unknown_key_and_too_many_bytes_change_nothing(
    client, phone, stop, camp, visit
):
    data = picture()
    key = phone.announce(stop, data)
    stranger = Phone(visit, camp.other)
    assert stranger.post(client, key, data[:100]).status_code == 404
    assert phone.post(client, uuid.uuid4(), data[:100]).status_code == 404
    assert phone.post(client, "x", data[:100]).status_code == 400
    assert phone.post(client, key, data + b"more", at=0).status_code == 400
    assert phone.post(client, key, data[:100], **{"X-At": "-5"}).status_code == 400
    assert phone.post(client, key, data[:100], **{"X-Ticket": "forged"}).status_code == 403
    assert (
        phone.post(client, key, data[:100], **{"X-Size": "5000"}).json()["done"] is True
    )  # nobody asked for one
    _key, receipt = phone.tell("photo", stop, size=50_000_000, sum="")
    assert receipt.state == "refused"
    assert FieldFile.objects.get().state == "awaited"


# Who sees it


def sees(client, person, file) -> bool:
    client.force_login(person)
    return client.get(reverse("media:file", args=[file.file.code])).status_code == 200


def test_children_are_held_back_until_a_guardians_consent_is_recorded(client, phone, stop, camp, visit):
    file = phone.photo(client, stop, people="children", agreed=True)
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    assert file.state == "held"  # whatever the phone says
    assert sees(client, camp.learner.person, file)
    assert sees(client, camp.by, file)
    for person in (camp.other.person, supervisor, PersonFactory(), Learning().by):
        assert not sees(client, person, file)
    assert file.file.code not in client_page(client, camp.other.person, visit)
    with pytest.raises(Refused):
        actions.agree(file=file, note=" ", by=camp.by)
    actions.agree(file=file, note="学员甲之母，11月16日书面", by=camp.by)
    assert sees(client, camp.other.person, file)
    assert sees(client, supervisor, file)
    assert file.file.code in client_page(client, camp.other.person, visit)
    assert Consent.objects.get().subject_code == file.code
    client.logout()
    assert client.get(reverse("media:file", args=[file.file.code])).status_code == 404


def client_page(client, person, visit) -> str:
    client.force_login(person)
    return client.get(reverse("visits:learner-notes", args=[visit.code])).content.decode()


@pytest.mark.parametrize(
    ("people", "agreed", "state"),
    [("none", False, "free"), ("adults", False, "held"), ("adults", True, "free")],
)
def test_adults_are_shown_once_they_agreed(client, phone, stop, people, agreed, state):
    assert phone.photo(client, stop, people=people, agreed=agreed).state == state


def test_a_photo_told_wrongly_is_held_back_again(client, phone, stop, camp):
    file = phone.photo(client, stop, people="adults", agreed=True)
    actions.agree(file=file, note="本人口头", by=camp.by)
    actions.hold(file=file, people="children", by=camp.by)
    assert (file.state, Consent.objects.get().withdrawn_at is not None) == ("held", True)
    assert not sees(client, camp.other.person, file)


def test_taken_down_its_bytes_are_gone_and_late_pieces_bring_nothing_back(
    client, phone, stop, camp, visit, django_capture_on_commit_callbacks
):
    data = picture()
    file = phone.photo(client, stop, data, people="children")
    actions.agree(file=file, note="监护人书面", by=camp.by)
    client.force_login(camp.other.person)
    client.get(reverse("media:file-at", args=[file.file.code, 320]))
    path, address = file.file.path, reverse("media:file", args=[file.file.code])
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_down(file=file, by=camp.learner.person, reason="被拍的人不同意")
    assert not default_storage.exists(path)
    assert not default_storage.exists(f"thumbnails/320/{path}")
    assert not StoredFile.objects.exists()
    for person in (camp.learner.person, camp.by):
        client.force_login(person)
        assert client.get(address).status_code == 404
    assert Consent.objects.get().withdrawn_at is not None
    assert phone.post(client, file.key, data[:100]).json()["done"]
    assert FieldFile.objects.get().state == "taken_down"
    assert not StoredFile.objects.exists()


def test_what_was_taken_down_on_its_way_is_said_and_the_phone_may_forget_it(client, phone, stop, camp):
    data = picture()
    key = phone.tell("photo", stop, size=len(data), sum="", people="none")[0]
    phone.post(client, key, data[:100])
    actions.take_down(file=FieldFile.objects.get(), by=camp.by, reason="不合适")
    told = phone.post(client, key, data[100:], at=100).json()
    assert (told["done"], told["sha256"], told["sentence"]) == (True, "", "送达之前已被撤下。")


def test_bytes_that_are_gone_at_the_end_are_never_called_received(client, phone, stop, camp, monkeypatch):
    """Another piece of the same file came to the end first, and it was not what the phone had told of."""
    data = picture()
    key = phone.tell("photo", stop, size=len(data), sum="", people="none")[0]
    monkeypatch.setattr("yingzao.core.media.pieces.add", lambda name, *, at, data: at + len(data))
    told = phone.post(client, key, data).json()
    assert (told["have"], told["done"]) == (0, False)
    assert FieldFile.objects.get().state == "awaited"


def test_bytes_that_another_row_names_stay(client, phone, stop, camp, django_capture_on_commit_callbacks):
    data = picture()
    one, two = phone.photo(client, stop, data), phone.photo(client, stop, data)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_down(file=one, by=camp.by, reason="重复")
    assert default_storage.exists(two.file.path)


def test_a_learner_takes_own_photos_back_and_no_others(client, phone, stop, camp, visit):
    file = phone.photo(client, stop)
    address = reverse("visits:learner-file-remove", args=[visit.code, file.code])
    client.force_login(camp.other.person)
    assert client.post(address).status_code == 404
    client.force_login(camp.learner.person)
    client.post(address)
    assert FieldFile.objects.get().state == "taken_down"


def test_the_original_comes_only_when_it_was_asked_for(client, phone, stop, camp):
    small, large = picture(size=(800, 600)), picture(size=(2400, 1800))
    file = phone.photo(client, stop, small)
    with pytest.raises(Refused):
        actions.want_original(file=FieldFile(kind="voice"), by=camp.by)
    actions.want_original(file=file, by=camp.by)
    answer = phone.send(client, file.key, large, **{"X-Size": str(len(large))})
    file.refresh_from_db()
    assert answer["done"]
    assert (file.original.width, file.is_original_wanted) == (2400, False)
    assert sees(client, camp.other.person, file)


# The desk


def test_wrong_input_on_the_desk_is_answered_and_keeps_what_was_typed(client, phone, stop, camp, visit):
    file = phone.photo(client, stop, people="children")
    address = reverse("visits:desk-file", args=[camp.programme.code, visit.code, file.code])
    client.force_login(camp.by)
    page = client.post(address, {"do": "agree", "note": ""})
    assert (page.status_code, "请写明谁同意了" in page.content.decode()) == (422, True)
    assert client.post(address, {"do": "down", "reason": " "}).status_code == 422
    assert client.post(address, {"do": "people", "people": "ghosts"}).status_code == 422
    assert client.post(address, {"do": "dance"}).status_code == 422
    assert client.post(address, {"do": "agree", "note": "外婆，短信"}).status_code == 302
    assert FieldFile.objects.get().state == "free"


def test_as_many_questions_for_many_photos(client, phone, stop, camp, visit, django_assert_max_num_queries):
    for number in range(12):
        phone.photo(client, stop, picture(colour=(number, 0, 0), size=(40, 30)))
        phone.tell("note", stop, text=f"第{number}条")
    client.force_login(camp.by)
    desk = reverse("visits:desk-material", args=[camp.programme.code, visit.code])
    client.get(desk)
    with django_assert_max_num_queries(18):
        client.get(desk)
    client.force_login(camp.learner.person)
    own = reverse("visits:learner-notes", args=[visit.code])
    client.get(own)
    with django_assert_max_num_queries(22):
        client.get(own)


def test_staff_bring_photos_of_their_own(client, stop, camp, visit):
    phone = Phone(visit, staff=camp.by)
    file = phone.photo(client, stop)
    assert (file.enrolment, file.by) == (None, camp.by)
    mentor = Phone(visit, staff=camp.mentor.person)
    assert mentor.tell("photo", stop, size=10, sum="")[1].more["code"] == "not-staff"
    left = EnrolmentFactory(programme=camp.programme, state="withdrawn", person=PersonFactory())
    assert Phone(visit, left).tell("note", stop, text="看到")[1].more["code"] == "no-learner"


def test_what_one_noted_is_in_the_record_and_of_organisers_alone_beside(client, phone, stop, camp):
    phone.tell("note", stop, text="楼长轮流管钥匙", idea="先请三位楼长", facets=["people"])
    phone.photo(client, stop, people="children")
    client.force_login(camp.learner.person)
    page = client.get(reverse("visits:my-notes")).content.decode()
    assert "楼长轮流管钥匙" in page
    assert "先请三位楼长" in page
    client.force_login(camp.other.person)
    assert "楼长轮流管钥匙" not in client.get(reverse("visits:my-notes")).content.decode()
    record = reverse("web:desk-record", args=[camp.programme.code, camp.learner.code])
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    for person, sees_it in ((camp.by, True), (supervisor, False)):
        client.force_login(person)
        assert ("楼长轮流管钥匙" in client.get(record).content.decode()) is sees_it
