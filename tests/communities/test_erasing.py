"""A resident leader is forgotten: what goes, what stays, and that a restore does not bring it back."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories.activities import moment
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import GrantFactory
from tests.factories.programmes import ProgrammeFactory
from tests.people.test_erasing import where
from yingzao.communities import actions
from yingzao.communities.models import Leader, LeaderContact, LeaderStep
from yingzao.core import erasing, media
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.people.enums import Right
from yingzao.people.models import Consent
from yingzao.practice.models import Finding

pytestmark = pytest.mark.django_db
AT = moment("2026-11-27 10:00")


@pytest.fixture(autouse=True)
def record(tmp_path, settings):
    settings.DATA = tmp_path
    return tmp_path / erasing.FILE


@pytest.fixture
def keeper(db):
    return GrantFactory().person


@pytest.fixture
def leader(keeper):
    organisation = keeper.grants.get().organisation
    leader = Leader.objects.create(
        organisation=organisation,
        key=uuid4(),
        community=CommunityFactory(organisation=organisation),
        name="梁满庭芳",
        phone="13355556666",
        reach="微信 liangmt",
        good_at="会张罗缝纫",
        willing_to="牵头旧物展",
        found_note="楼下凉亭遇见",
        found_on="2021-10-25",
        facets=["people"],
        step="takes_part",
        changed_at=AT,
        pinyin="liangmantingfang",
    )
    LeaderStep.objects.create(
        organisation=organisation,
        leader=leader,
        step="takes_part",
        on="2021-11-01",
        note="梁满庭芳来了",
        recorded_at=AT,
    )
    LeaderContact.objects.create(
        organisation=organisation, leader=leader, key=uuid4(), on="2021-11-02", way="phone", note="打给梁满庭芳",
        recorded_at=AT,
    )  # fmt: skip
    form = media.store(
        b"%PDF-1.4 liangmt\n%%EOF\n", name="liangmt.pdf", accept="document", organisation_id=organisation.pk,
        room="communities.consents", subject=leader.code, uploaded_by=keeper,
    )  # fmt: skip
    Consent.objects.create(
        organisation=organisation, subject_kind="leader", subject_code=leader.code, purpose="contact",
        given_at=AT, note="梁满庭芳口头同意", form=form,
    )  # fmt: skip
    Finding.objects.create(
        organisation=organisation,
        enrolment=EnrolmentFactory(programme=ProgrammeFactory(organisation=organisation)),
        leader=leader,
        made_at=AT,
    )
    return leader


WORDS = ("梁满庭芳", "13355556666", "liangmt", "会张罗缝纫", "牵头旧物展", "楼下凉亭遇见", "liangmantingfang")


def test_who_they_are_goes_and_that_somebody_was_found_stays(leader, keeper):
    for word in WORDS:
        assert where(word), word

    actions.erase_leader(leader=leader, by=keeper, reason="本人来电，已回拨核对", now=AT)

    assert [word for word in WORDS if where(word)] == []
    leader.refresh_from_db()
    assert (leader.erased_at, leader.step, leader.facets) == (AT, "takes_part", ["people"])
    assert leader.steps.get().on.isoformat() == "2021-11-01"
    assert leader.contacts.count() == 1
    assert Finding.objects.get().leader == leader
    assert Consent.objects.get().withdrawn_at == AT
    assert not StoredFile.objects.exists()
    assert AuditLine.objects.get(act="communities.leader.erased").after == {"reason": "本人来电，已回拨核对"}


def test_only_who_keeps_the_register_and_with_a_reason(leader, keeper):
    for person, reason in ((GrantFactory().person, "本人来电"), (keeper, "  ")):
        with pytest.raises(Refused):
            actions.erase_leader(leader=leader, by=person, reason=reason)
    assert where("梁满庭芳")


def test_a_restore_forgets_again(leader, keeper, record, django_capture_on_commit_callbacks):
    before = {f.attname: getattr(leader, f.attname) for f in Leader._meta.concrete_fields}
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase_leader(leader=leader, by=keeper, reason="本人来电", now=AT)
    line = json.loads(record.read_text())
    Leader.objects.filter(pk=leader.pk).update(**before)  # as a backup had it
    actions.erase_leader_again(**line["arguments"])
    assert where("13355556666") == []
    record.unlink()
    assert (actions.keep_leader_lines(), actions.keep_leader_lines()) == (1, 0)


def test_the_page_asks_first(client, leader, keeper):
    programme = ProgrammeFactory(organisation=leader.organisation)
    GrantFactory(  # as the role of an organiser brings
        person=keeper,
        organisation=leader.organisation,
        right=Right.KEEP_COMMUNITIES,
        scope_code=programme.code,
    )
    client.force_login(keeper)
    address = reverse("communities:desk-leader-erase", args=[programme.code, leader.code])
    page = client.get(address)
    assert page.status_code == 200
    assert "13355556666" not in page.content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "本人来电"}).status_code == 302
    assert client.get(address).status_code == 404
