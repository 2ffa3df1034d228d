"""A learner's record: all that is one's own, nothing of anybody else, on paper and as JSON."""

import io
import json

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.honours import ISSUED
from tests.factories.people import PersonFactory
from tests.honours.test_badges import altered, payload_of
from yingzao.activities.actions import recompute_all
from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.honours import actions
from yingzao.honours.bridge.credentials import token_in
from yingzao.honours.bridge.record_sheet import set_record
from yingzao.honours.queries.records import record_of
from yingzao.judging import actions as judging
from yingzao.judging.models import Assignment

SITE = "https://example.cn/"


def text_of(pdf: bytes) -> str:
    """Without spaces: some are set between Chinese and Latin letters that nobody wrote."""
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def told(camp, monkeypatch):
    """Everything that could be told of anybody: comments, certificates, and a second learner on the list."""
    Assignment.objects.filter(round=camp.judging.round).update(comment="评语写得很细")
    camp.issued()
    Activity.objects.filter(pk=camp.cases[0].pk).update(hours="1.5")
    monkeypatch.setattr(clock, "now", lambda: ISSUED)
    recompute_all()
    return camp


def release(camp) -> None:
    judging.release_round(round=camp.judging.round, by=camp.organiser)


def mine(client, camp, name, form) -> bytes:
    learner = camp.learner(name)
    client.force_login(learner.person)
    names = {"pdf": "learner-record-sheet", "json": "learner-record-json", "jwt": "learner-record-token"}
    response = client.get(reverse(f"honours:{names[form]}", args=[learner.code]))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    return response.content


def test_the_sheet_tells_duties_hours_places_and_certificates(told, client):
    release(told)
    sheet = text_of(mine(client, told, "学员一", "pdf"))
    for word in ("学习档案", "社区治理先锋营计划", "学员一", "案例1", "案例2", "完成", "1.5", "优秀学员"):
        assert word in sheet, word
    for certificate in told.programme.certificates.filter(enrolment_code=told.learner("学员一").code):
        assert certificate.number in sheet
    assert "评审成绩成绩尚未公布" not in sheet
    assert record_of(told.learner("学员一"), ISSUED).marks[0].performance in sheet


def test_late_and_missed_are_said(told, client):
    assert "迟交" in text_of(mine(client, told, "学员二", "pdf"))
    assert "缺" in text_of(mine(client, told, "学员四", "pdf"))


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_a_record_holds_nothing_of_others(told, client, form):
    release(told)
    data = mine(client, told, "学员一", form)
    text = text_of(data) if form == "pdf" else data.decode()
    assert "学员一" in text
    others = [learner for learner in told.learners if learner.name != "学员一"]
    foreign = [str(learner.name) for learner in others] + [learner.code for learner in others]
    foreign += [
        c.number for c in told.programme.certificates.exclude(enrolment_code=told.learner("学员一").code)
    ]
    foreign += [str(judge.name) for judge in told.judging.judges] + [j.code for j in told.judging.judges]
    foreign += [told.organiser.display_name, told.supervisor.display_name, "评语写得很细"]
    assert [word for word in foreign if word and word in text] == []


def test_marks_that_are_not_released_are_not_in_it(told, client):
    sheet = text_of(mine(client, told, "学员一", "pdf"))
    assert "成绩尚未公布" in sheet
    record = json.loads(mine(client, told, "学员一", "json"))
    kinds = [
        m["credentialSubject"]["achievement"]["achievementType"]
        for m in record["credentialSubject"]["verifiableCredential"]
        if "credentialSubject" in m
    ]
    assert "Assessment" not in kinds
    release(told)
    assert "成绩尚未公布" not in text_of(mine(client, told, "学员一", "pdf"))
    assert "Assessment" in mine(client, told, "学员一", "json").decode()


def test_a_list_that_is_still_up_for_objection_is_not_in_it(camp, client, monkeypatch):
    notice = camp.posted()
    learner = camp.learner("学员一")
    monkeypatch.setattr(clock, "now", lambda: clock.start_of(notice.ends_on))
    assert record_of(learner, clock.now()).honours == []
    monkeypatch.setattr(clock, "now", lambda: ISSUED)
    (place,) = record_of(learner, clock.now()).honours
    assert (place.name, place.rank) == ("优秀学员", 1)
    assert record_of(camp.learner("学员二"), clock.now()).honours == []
    actions.raise_objection(
        notice=notice,
        name="某居民",
        contact="13800000000",
        text="名单有误。",
        now=clock.start_of(notice.ends_on),
    )
    assert record_of(learner, clock.now()).honours == []


def test_a_revoked_certificate_is_told_on_paper_and_is_no_credential(told, client):
    certificate = told.programme.certificates.get(kind="honour")
    actions.revoke_certificate(certificate=certificate, reason="代签到", by=told.organiser, now=ISSUED)
    assert "已撤销" in text_of(mine(client, told, "学员一", "pdf"))
    record = mine(client, told, "学员一", "json").decode()
    assert certificate.number not in record
    assert certificate.badge.token not in record


def test_the_json_is_a_clr_credential_with_the_badges_as_they_were_signed(told, client):
    release(told)
    record = json.loads(mine(client, told, "学员一", "json"))
    assert record["type"] == ["VerifiableCredential", "ClrCredential"]
    assert record["@context"][2] == "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
    subject = record["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == "学员一"
    enveloped = [m for m in subject["verifiableCredential"] if m["type"] == "EnvelopedVerifiableCredential"]
    tokens = {token_in(json.dumps(m).encode()) for m in enveloped}
    own = told.programme.certificates.filter(enrolment_code=told.learner("学员一").code)
    assert tokens == {c.badge.token for c in own}
    duties = {
        m["name"]: m["credentialSubject"]["result"][0]
        for m in subject["verifiableCredential"]
        if m.get("credentialSubject", {}).get("achievement", {}).get("achievementType") == "Assignment"
    }
    assert duties["案例1"] == {"type": ["Result"], "value": "完成", "status": "Completed"}


def test_a_signed_record_is_verified_and_a_doctored_one_is_told(told, client):
    token = mine(client, told, "学员一", "jwt").decode()
    assert payload_of(token)["type"] == ["VerifiableCredential", "ClrCredential"]
    client.logout()

    def page(sent: str) -> str:
        file = SimpleUploadedFile("x.jwt", sent.encode())
        return client.post(reverse("honours:verify-badge"), {"file": file}).content.decode()

    good = page(token)
    assert "此学习档案与签名时一致" in good
    assert "学**" in good
    assert "学员一" not in good

    def better(payload):
        payload["name"] = "全勤"

    bad = page(altered(token, better))
    assert "此徽章被篡改或伪造" in bad
    assert "与签名时一致" not in bad


def test_a_record_that_says_it_is_a_badge_is_none(told, client):
    """Its signature is good; only its kind decides by which rule it is looked at."""
    token = mine(client, told, "学员一", "jwt").decode()
    file = SimpleUploadedFile("x.jwt", token.encode())
    assert "此徽章有效" not in client.post(reverse("honours:verify-badge"), {"file": file}).content.decode()


@pytest.mark.parametrize("form", ["sheet", "json", "token"])
def test_a_learners_record_is_their_own_alone(told, client, form):
    address = reverse(f"honours:learner-record-{form}", args=[told.learner("学员一").code])
    for person in (
        told.learner("学员二").person,
        told.judging.judges[0].person,
        told.organiser,
        PersonFactory(),
    ):
        client.force_login(person)
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("form", ["sheet", "json"])
def test_the_desk_gives_it_to_organisers_alone(told, client, form):
    learner = told.learner("学员一")
    address = reverse(f"honours:desk-record-{form}", args=[told.programme.code, learner.code])
    client.force_login(told.organiser)
    assert client.get(address).status_code == 200
    for person in (told.supervisor, told.judging.judges[0].person, learner.person):
        client.force_login(person)
        assert client.get(address).status_code == 404


def test_the_desks_page_of_a_learner_leads_to_it(told, client):
    learner = told.learner("学员一")
    page = reverse("web:desk-record", args=[told.programme.code, learner.code])
    link = reverse("honours:desk-record-sheet", args=[told.programme.code, learner.code])
    client.force_login(told.organiser)
    assert link in client.get(page).content.decode()
    client.force_login(told.supervisor)
    assert link not in client.get(page).content.decode()


def test_a_character_that_the_font_lacks_leaves_a_mark_and_stops_nobody(told):
    Activity.objects.filter(pk=told.cases[0].pk).update(title='案例\U0001f389"甲\\乙')
    sheet = text_of(set_record(record_of(told.learner("学员一"), ISSUED)))
    assert '案例〓"甲\\乙' in sheet


def test_query_count_does_not_grow_with_duties(told, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories.activities import ActivityFactory

    learner = told.learner("学员一")
    with CaptureQueriesContext(connection) as few:
        record_of(learner, ISSUED)
    for n in range(3):
        ActivityFactory(programme=told.programme, title=f"另一{n}")
    with CaptureQueriesContext(connection) as more:
        assert len(record_of(learner, ISSUED).duties) >= 3
    assert len(more) == len(few)
