"""Leaders and needs on the phone: recorded once, one's own alone, and how leaders are reached stays theirs."""

import io
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.urls import reverse

from tests.factories.activities import ActivityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.findings import EVERYTHING, PHONE, found_leader, found_need, settle
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.world import picture
from yingzao.activities.enums import KindKey
from yingzao.communities.models import Leader, LeaderContact, Need
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.people.models import Consent
from yingzao.practice import actions, queries
from yingzao.practice.models import Finding

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    return settle(Learning())


@pytest.fixture
def task(camp):
    return ActivityFactory(programme=camp.programme, kind=KindKey.PRACTICE, title="找到三位骨干")


def acts(what: str) -> list[AuditLine]:
    return list(AuditLine.objects.filter(act=what))


def upload(name="a.jpg"):
    return SimpleUploadedFile(name, picture((10, 120, 60)), content_type="image/jpeg")


def sent_leader(camp, **said):
    return {
        "key": str(uuid4()), "learner": camp.learner.code, "name": "阿珍", "willingness": "helps", "found_how": "visit",
        "found_on": clock.today().isoformat(),
    } | said  # fmt: skip


def sent_need(camp, **said):
    return {
        "key": str(uuid4()), "learner": camp.learner.code, "title": "楼道没有灯", "whose": "独居老人", "urgency": "high",
        "frequency": "daily", "source": "walk", "raised_by": "resident", "raised_on": clock.today().isoformat(),
    } | said  # fmt: skip


@pytest.fixture
def phone_of(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


# Recording


def test_a_leader_is_recorded_for_a_task_and_counts_for_it(camp, task, phone_of):
    phone = phone_of(camp.learner.person)
    page = phone.get(reverse("practice:learner-leader-new"), {"task": task.code})
    assert page.context["form"]["task"].value() == task.code
    answer = phone.post(
        reverse("practice:learner-leader-new"),
        sent_leader(
            camp,
            task=task.code,
            good_at="缝纫",
            facets=["people", "culture"],
            purposes=["contact"],
            phone=PHONE,
        ),
    )
    leader = Leader.objects.get()
    assert answer["Location"] == reverse("practice:learner-leader", args=[leader.code]) + "?sent=1"
    assert (leader.name, leader.phone, leader.facets) == ("阿珍", PHONE, ["people", "culture"])
    assert (leader.community, leader.entered_by, leader.step) == (
        camp.community,
        camp.learner.person,
        "found",
    )
    assert [f.leader for f in queries.findings_for(camp.learner, task)] == [leader]
    assert queries.findings_for(camp.other, task) == []
    assert leader.pinyin.startswith("azhen")
    assert acts("practice.finding.made")[0].after == {"learner": camp.learner.code, "task": task.code}


def test_a_need_is_recorded_with_photos_without_where_they_were_taken(camp, phone_of):
    answer = phone_of(camp.learner.person).post(
        reverse("practice:learner-need-new"), sent_need(camp, photos=[upload("门口.jpg"), upload()])
    )
    need = Need.objects.get()
    assert answer.status_code == 302
    assert [p.position for p in need.photos.all()] == [0, 1]
    assert need.photos.first().file.room == "communities.needs"


def test_a_task_that_is_over_costs_nothing_but_the_task(camp, task, phone_of):
    task.ends_at = clock.now() - timedelta(days=1)
    task.save()
    phone_of(camp.learner.person).post(
        reverse("practice:learner-leader-new"), sent_leader(camp, task=task.code)
    )
    assert Finding.objects.get().activity is None


def test_a_task_of_others_is_not_counted_for(camp, phone_of):
    elsewhere = ActivityFactory(kind=KindKey.PRACTICE)
    phone_of(camp.learner.person).post(
        reverse("practice:learner-leader-new"), sent_leader(camp, task=elsewhere.code)
    )
    assert Finding.objects.get().activity is None


@pytest.mark.parametrize("kind", ["leader", "need"])
def test_the_same_key_is_one_row_and_the_same_answer(camp, phone_of, kind):
    phone = phone_of(camp.learner.person)
    data = sent_leader(camp) if kind == "leader" else sent_need(camp)
    address = reverse(f"practice:learner-{kind}-new")
    first, second = phone.post(address, data), phone.post(address, data)
    assert first["Location"] == second["Location"]
    assert Finding.objects.count() == 1
    assert len(acts(f"communities.{kind}.added")) == len(acts("practice.finding.made")) == 1


@pytest.mark.parametrize("kind", ["leader", "need"])
def test_the_key_of_somebody_else_is_refused(camp, kind):
    make, key = (found_leader, uuid4()) if kind == "leader" else (found_need, uuid4())
    make(camp.learner, key=key)
    with pytest.raises(Refused) as refused:
        make(camp.other, key=key)
    assert refused.value.code == "other_key"
    assert Finding.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["leader", "need"])
def test_twenty_phones_at_once_with_one_key_are_one_row(camp, kind):
    make, key, came = (found_leader if kind == "leader" else found_need), uuid4(), []

    def send():
        try:
            came.append(make(camp.learner, key=key).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == 20
    assert len(set(came)) == 1
    assert (Leader.objects.count() + Need.objects.count(), Finding.objects.count()) == (1, 1)
    assert connection.vendor in {"sqlite", "postgresql"}


def test_whoever_has_no_community_is_told_and_keeps_what_was_typed(camp, phone_of):
    camp.learner.community = None
    camp.learner.save()
    phone = phone_of(camp.learner.person)
    assert "社区还没有登记" in phone.get(reverse("practice:learner-leader-new")).content.decode()
    answer = phone.post(reverse("practice:learner-leader-new"), sent_leader(camp))
    assert (answer.status_code, Leader.objects.count()) == (422, 0)


# What may be kept


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"phone": PHONE}, "phone"),
        ({"reach": "微信 azhen"}, "reach"),
        ({"phone": PHONE, "purposes": ["publication"]}, "phone"),
        ({"phone": PHONE, "purposes": ["mentor"]}, "phone"),
        ({"purposes": ["mentor"]}, "purposes"),
        ({"found_note": f"电话{PHONE}"}, "found_note"),
        ({"good_at": "找她 138 0000 1234"}, "good_at"),
        ({"willing_to": "１３８００００１２３４"}, "willing_to"),
        ({"found_note": "440605197001010013"}, "found_note"),
        ({"name": "440605197001010013"}, "name"),
        ({"purposes": ["contact"], "agreed_note": "440605 19700101 0013"}, "agreed_note"),
        ({"purposes": ["contact"], "reach": "440605197001010013"}, "reach"),
        ({"purposes": ["contact"], "agreed_on": "2099-01-01"}, "agreed_on"),
        ({"found_on": "2099-01-01"}, "found_on"),
        ({"name": " "}, "name"),
        ({"purposes": ["contact"], "phone": "一三八"}, "phone"),
    ],
)
def test_what_may_not_be_kept_is_refused_and_nothing_typed_is_lost(camp, phone_of, said, field):
    answer = phone_of(camp.learner.person).post(
        reverse("practice:learner-leader-new"), sent_leader(camp, willing_to="牵头旧物展") | said
    )
    assert (answer.status_code, Leader.objects.count(), Consent.objects.count()) == (422, 0, 0)
    assert field in answer.context["form"].errors
    shown = answer.content.decode()
    assert said.get("willing_to", "牵头旧物展") in shown
    for value in said.values():
        assert isinstance(value, list) or not value.strip() or value in shown


@pytest.mark.parametrize("field", ["title", "whose", "text", "evidence", "source_note", "place"])
@pytest.mark.parametrize("text", [PHONE, "440605197001010013"])
def test_no_number_stands_in_a_need(camp, phone_of, field, text):
    answer = phone_of(camp.learner.person).post(
        reverse("practice:learner-need-new"), sent_need(camp) | {field: f"王婆婆 {text}"}
    )
    assert (answer.status_code, Need.objects.count()) == (422, 0)
    assert field in answer.context["form"].errors


def test_a_signed_sheet_without_saying_for_what_is_not_taken(camp, phone_of):
    answer = phone_of(camp.learner.person).post(
        reverse("practice:learner-leader-new"), sent_leader(camp, agreed_form=upload())
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["purposes"])
    assert not StoredFile.objects.exists()


def test_withdrawing_consent_to_contact_takes_away_how_they_are_reached(camp, phone_of):
    finding = found_leader(camp.learner, *EVERYTHING, phone=PHONE, reach="微信 azhen")
    phone = phone_of(camp.learner.person)
    phone.post(
        reverse("practice:learner-leader-withdraw", args=[finding.leader.code]), {"purpose": "contact"}
    )
    leader = Leader.objects.get()
    assert (leader.phone, leader.reach) == ("", "")
    standing = Consent.objects.filter(withdrawn_at=None).values_list("purpose", flat=True)
    assert list(standing) == ["publication"]
    with pytest.raises(Refused):
        actions.change_leader(finding=finding, by=camp.learner.person, task=None, phone=PHONE)
    assert PHONE not in str(list(AuditLine.objects.values_list("before", "after")))


def test_the_yearly_no_ends_everything(camp, phone_of):
    finding = found_leader(camp.learner, *EVERYTHING, phone=PHONE)
    address = reverse("practice:learner-leader-asked", args=[finding.leader.code])
    phone_of(camp.learner.person).post(address, {"agrees": "no"})
    leader = Leader.objects.get()
    assert (leader.phone, leader.asked_again_on) == ("", clock.today())
    assert not Consent.objects.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize("said", [{}, {"agrees": ""}, {"agrees": "perhaps"}])
def test_a_yearly_answer_that_says_nothing_ends_nothing(camp, phone_of, said):
    finding = found_leader(camp.learner, *EVERYTHING, phone=PHONE)
    phone_of(camp.learner.person).post(
        reverse("practice:learner-leader-asked", args=[finding.leader.code]), said
    )
    assert (Leader.objects.get().phone, Leader.objects.get().asked_again_on) == (PHONE, None)


def test_the_yearly_yes_changes_nothing_but_the_day(camp, phone_of):
    finding = found_leader(camp.learner, *EVERYTHING, phone=PHONE)
    address = reverse("practice:learner-leader-asked", args=[finding.leader.code])
    phone_of(camp.learner.person).post(address, {"agrees": "yes"})
    assert (Leader.objects.get().phone, Leader.objects.get().asked_again_on) == (PHONE, clock.today())
    assert Consent.objects.filter(withdrawn_at=None).count() == 3


def test_consent_is_recorded_later_with_a_telephone_and_the_signed_sheet(camp, phone_of):
    finding = found_leader(camp.learner)
    phone = phone_of(camp.learner.person)
    address = reverse("practice:learner-leader-agreed", args=[finding.leader.code])
    data = {
        "purposes": ["contact"],
        "agreed_on": clock.today().isoformat(),
        "agreed_form": upload(),
        "phone": PHONE,
    }
    assert phone.post(address, data).status_code == 302
    consent = Consent.objects.get()
    assert (Leader.objects.get().phone, consent.purpose) == (PHONE, "contact")
    sheet = reverse("media:file", args=[consent.form.code])
    assert phone.get(sheet).status_code == 200
    assert len(acts("communities.leader.form_read")) == 1
    phone.force_login(camp.mentor.person)
    assert phone.get(sheet).status_code == 404
    phone.force_login(camp.other.person)
    assert phone.get(sheet).status_code == 404


# Steps and contacts


def test_steps_go_up_freely_and_down_with_a_note(camp, phone_of):
    finding = found_leader(camp.learner, found_on=clock.today() - timedelta(days=10))
    phone, today = phone_of(camp.learner.person), clock.today().isoformat()
    address = reverse("practice:learner-leader-step", args=[finding.leader.code])
    assert phone.post(address, {"step": "carries", "on": today}).status_code == 302
    down = phone.post(address, {"step": "in_touch", "on": today})
    assert (down.status_code, list(down.context["form"].errors)) == (422, ["note"])
    phone.post(address, {"step": "in_touch", "on": today, "note": "搬去女儿家了"})
    leader = Leader.objects.get()
    assert leader.step == "in_touch"
    assert [s.step for s in leader.steps.all()] == ["found", "carries", "in_touch"]
    early = phone.post(address, {"step": "leads", "on": (clock.today() - timedelta(days=3)).isoformat()})
    assert list(early.context["form"].errors) == ["on"]


def test_the_same_step_twice_is_one(camp):
    finding = found_leader(camp.learner)
    for _time in range(2):
        actions.take_step(finding=finding, by=camp.learner.person, step="in_touch", on=clock.today())
    assert [s.step for s in finding.leader.steps.all()] == ["found", "in_touch"]


def test_a_contact_is_logged_once(camp, phone_of):
    finding = found_leader(camp.learner)
    address = reverse("practice:learner-leader-touch", args=[finding.leader.code])
    data = {"key": str(uuid4()), "way": "met", "on": clock.today().isoformat(), "note": "喝了茶"}
    phone = phone_of(camp.learner.person)
    assert [phone.post(address, data).status_code for _n in range(2)] == [302, 302]
    assert [(c.way, c.note) for c in LeaderContact.objects.all()] == [("met", "喝了茶")]
    assert (
        "喝了茶" in phone.get(reverse("practice:learner-leader", args=[finding.leader.code])).content.decode()
    )


def test_what_became_of_a_need_is_said_with_a_note(camp, phone_of):
    finding = found_need(camp.learner)
    address = reverse("practice:learner-need-state", args=[finding.need.code])
    phone = phone_of(camp.learner.person)
    today = clock.today().isoformat()
    assert phone.post(address, {"state": "acting", "on": today}).status_code == 422
    assert phone.post(address, {"state": "acting", "note": "居委会去看灯", "on": today}).status_code == 302
    assert (Need.objects.get().state, Need.objects.get().state_note) == ("acting", "居委会去看灯")


def test_a_photo_is_taken_off_for_good(camp, phone_of):
    finding = found_need(camp.learner, uploads=[upload()])
    file = finding.need.photos.get().file
    phone = phone_of(camp.learner.person)
    phone.post(reverse("practice:learner-need-photo-remove", args=[finding.need.code, file.code]))
    assert not finding.need.photos.exists()
    assert not StoredFile.objects.filter(pk=file.pk).exists()


def test_seven_photos_are_too_many(camp):
    finding = found_need(camp.learner, uploads=[upload()] * 4)
    with pytest.raises(Refused):
        actions.add_need_photos(finding=finding, by=camp.learner.person, uploads=[upload()] * 3)
    assert finding.need.photos.count() == 4


def test_a_need_is_raised_by_ones_own_leader_of_the_same_community_alone(camp, phone_of):
    mine, theirs = found_leader(camp.learner).leader, found_leader(camp.other, name="阿强").leader
    phone = phone_of(camp.learner.person)
    for leader in (mine, theirs):
        phone.post(reverse("practice:learner-need-new"), sent_need(camp, raised_by_leader=leader.code))
    assert [(n.raised_by_leader, n.raised_by) for n in Need.objects.order_by("pk")] == [
        (mine, "leader"),
        (None, "resident"),
    ]


# Editing


def test_the_edit_form_never_shows_the_telephone_and_keeps_it(camp, phone_of):
    finding = found_leader(camp.learner, "contact", phone=PHONE, reach="微信 azhen")
    phone = phone_of(camp.learner.person)
    address = reverse("practice:learner-leader-edit", args=[finding.leader.code])
    page = phone.get(address)
    assert PHONE not in page.content.decode()
    assert "azhen" not in page.content.decode()
    held = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    given = {name: value for name, value in held.items() if value not in (None, False)}
    assert phone.post(address, given | {"name": "阿珍姐"}).status_code == 302
    leader = Leader.objects.get()
    assert (leader.name, leader.phone, leader.reach) == ("阿珍姐", PHONE, "微信 azhen")
    assert acts("communities.leader.edited")[0].after == {"fields": ["name"]}
    phone.post(address, given | {"phone": "", "reach": ""})
    assert (Leader.objects.get().phone, Leader.objects.get().reach) == ("", "")


def test_a_finding_is_given_to_a_task_later(camp, task, phone_of):
    finding = found_need(camp.learner)
    phone = phone_of(camp.learner.person)
    address = reverse("practice:learner-need-edit", args=[finding.need.code])
    page = phone.get(address)
    held = {n: page.context["form"][n].value() for n in page.context["form"].fields}
    phone.post(address, {n: v for n, v in held.items() if v is not None} | {"task": task.code})
    assert [f.need for f in queries.findings_for(camp.learner, task)] == [finding.need]


# Who sees what


def addresses(finding) -> list[str]:
    leader = [f"practice:learner-leader{end}" for end in ("", "-edit", "-step", "-touch", "-agreed")]
    need = [f"practice:learner-need{end}" for end in ("", "-edit", "-state", "-photos")]
    names, code = (leader, finding.leader.code) if finding.leader else (need, finding.need.code)
    return [reverse(name, args=[code]) for name in names]


def test_nobody_else_reads_or_changes_what_a_learner_found(camp, client):
    leader, need = found_leader(camp.learner, *EVERYTHING, phone=PHONE), found_need(camp.learner)
    elsewhere = settle(Learning(), "别处社区")
    for person in (camp.other.person, elsewhere.learner.person, camp.mentor.person, camp.by):
        client.force_login(person)
        for address in [*addresses(leader), *addresses(need)]:
            assert client.get(address).status_code == client.post(address).status_code == 404, address
        for end in ("contact", "withdraw", "asked"):
            address = reverse(f"practice:learner-leader-{end}", args=[leader.leader.code])
            assert client.post(address, {"purpose": "contact", "agrees": "no"}).status_code == 404
    assert Leader.objects.get().phone == PHONE


def test_actions_ask_whose_it_is_themselves(camp):
    finding = found_leader(camp.learner, *EVERYTHING, phone=PHONE)
    for act in (
        lambda: actions.withdraw_consent(finding=finding, by=camp.other.person, purpose="contact"),
        lambda: actions.show_own_contact(finding=finding, by=camp.mentor.person),
        lambda: actions.take_step(finding=finding, by=camp.other.person, step="leads", on=clock.today()),
        lambda: actions.record_leader(enrolment=camp.learner, by=camp.other.person, key=uuid4(), name="甲"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "not_own"


def test_whoever_left_the_programme_no_longer_reads_leaders(camp, client):
    finding = found_leader(camp.learner, *EVERYTHING, phone=PHONE)
    camp.learner.state = "withdrawn"
    camp.learner.save()
    client.force_login(camp.learner.person)
    assert client.get(reverse("practice:learner-leader", args=[finding.leader.code])).status_code == 404


def test_of_a_namesake_nothing_but_that_there_is_one(camp, client):
    found_leader(camp.other, *EVERYTHING, name="阿珍", phone=PHONE, good_at="会修电器")
    mine = found_leader(camp.learner, name="阿珍")
    client.force_login(camp.learner.person)
    page = client.get(reverse("practice:learner-leader", args=[mine.leader.code])).content.decode()
    assert "已记录过同名的人" in page
    assert not [word for word in (PHONE, "1234", "会修电器") if word in page]
    different = found_leader(camp.learner, name="阿强")
    page = client.get(reverse("practice:learner-leader", args=[different.leader.code])).content.decode()
    assert "已记录过同名的人" not in page


def test_the_community_page_shows_ones_own_alone(camp, client):
    found_leader(camp.learner, name="我的阿珍")
    found_need(camp.learner, title="我的需求")
    found_leader(camp.other, *EVERYTHING, name="别人的阿强", phone=PHONE)
    found_need(camp.other, title="别人的需求")
    client.force_login(camp.learner.person)
    page = client.get(reverse("web:learner-community"))
    shown = page.content.decode()
    assert "我的阿珍" in shown
    assert "我的需求" in shown
    assert "别人的" not in shown
    assert page["X-Keep"] == "page"


def test_the_telephone_is_masked_and_shown_by_an_act_that_is_recorded(camp, client):
    finding = found_leader(camp.learner, "contact", phone=PHONE, reach="微信 azhen")
    client.force_login(camp.learner.person)
    page = client.get(reverse("practice:learner-leader", args=[finding.leader.code])).content.decode()
    assert "138****1234" in page
    assert not [word for word in (PHONE, "微信 azhen") if word in page]
    assert not acts("communities.leader.contact_read")
    shown = client.post(reverse("practice:learner-leader-contact", args=[finding.leader.code]))
    assert PHONE in shown.content.decode()
    assert "微信 azhen" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert [a.after for a in acts("communities.leader.contact_read")] == [{"reader": "recorder"}]


@pytest.mark.parametrize(
    ("purposes", "may"), [(("contact",), False), (("contact", "publication"), False), (EVERYTHING, True)]
)
def test_a_mentor_reaches_a_leader_only_with_their_consent_to_that(camp, client, purposes, may):
    finding = found_leader(camp.learner, *purposes, phone=PHONE, reach="微信 azhen")
    client.force_login(camp.mentor.person)
    page = client.get(reverse("practice:mentor-leader", args=[finding.leader.code])).content.decode()
    assert "阿珍" in page
    assert not [word for word in (PHONE, "微信 azhen") if word in page]
    assert ("138****1234" in page) is may
    answer = client.post(reverse("practice:mentor-contact", args=[finding.leader.code]))
    assert (answer.status_code, PHONE in answer.content.decode()) == ((200, True) if may else (302, False))
    assert [a.after for a in acts("communities.leader.contact_read")] == [{"reader": "mentor"}] * may


def test_a_mentor_reads_the_own_team_alone(camp, client):
    other = found_leader(camp.other, *EVERYTHING, name="别组的骨干", phone=PHONE)
    need = found_need(camp.other, title="别组的需求", uploads=[upload()])
    mine = found_need(camp.learner, title="本组的需求", uploads=[upload()])
    client.force_login(camp.mentor.person)
    page = client.get(reverse("practice:mentor-findings"), {"show": "needs"}).content.decode()
    assert "本组的需求" in page
    assert "别组" not in page
    assert client.get(reverse("practice:mentor-leader", args=[other.leader.code])).status_code == 404
    assert client.get(reverse("practice:mentor-need", args=[need.need.code])).status_code == 404
    assert client.post(reverse("practice:mentor-contact", args=[other.leader.code])).status_code == 404
    for found, status in ((mine, 200), (need, 404)):
        file = found.need.photos.get().file
        assert client.get(reverse("media:file", args=[file.code])).status_code == status


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("show", ["leaders", "needs"])
def test_a_mentors_list_asks_the_same_however_long(camp, client, count, show, django_assert_num_queries):
    for _n in range(count):
        found_leader(camp.learner)
        found_need(camp.learner)
    client.force_login(camp.mentor.person)
    client.get(reverse("practice:mentor-findings"))
    with django_assert_num_queries(7):
        page = client.get(reverse("practice:mentor-findings"), {"show": show})
    assert page.content.count(b"row-line") == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_community_page_asks_the_same_however_much_was_found(
    camp, client, count, django_assert_num_queries
):
    for _n in range(count):
        found_leader(camp.learner)
        found_need(camp.learner)
    client.force_login(camp.learner.person)
    client.get(reverse("web:learner-community"))
    with django_assert_num_queries(10):
        client.get(reverse("web:learner-community"))


def test_an_erased_leader_stays_a_finding_without_a_name(camp, task, client):
    finding = found_leader(camp.learner, task=task)
    Leader.objects.update(name="", phone="", reach="", pinyin="", erased_at=clock.now())
    client.force_login(camp.learner.person)
    page = client.get(reverse("practice:learner-leader", args=[finding.leader.code])).content.decode()
    assert "姓名已抹去" in page
    assert len(queries.findings_for(camp.learner, task)) == 1
    with pytest.raises(Refused):
        actions.take_step(finding=finding, by=camp.learner.person, step="leads", on=clock.today())


def test_a_learner_of_two_programmes_records_for_the_one_that_the_form_names(camp, client):
    newer = settle(Learning(), "新社区")
    second = EnrolmentFactory(
        programme=newer.programme, person=camp.learner.person, community=newer.community
    )
    client.force_login(camp.learner.person)
    for enrolment in (camp.learner, second):
        client.post(reverse("practice:learner-leader-new"), sent_leader(camp, learner=enrolment.code))
    assert list(Finding.objects.order_by("pk").values_list("enrolment", flat=True)) == [
        camp.learner.pk,
        second.pk,
    ]


def test_what_was_found_in_an_earlier_programme_of_the_same_community_is_still_there(camp):
    newer = settle(Learning(), "新社区")
    second = EnrolmentFactory(programme=newer.programme, person=camp.learner.person, community=camp.community)
    early, elsewhere = found_leader(camp.learner), found_leader(newer.learner)
    assert [f.pk for f in queries.found_by(second).leaders] == [early.pk]
    assert list(queries.own_leaders(second)) == [early.leader]
    second.community = newer.community
    assert queries.found_by(second).leaders == ()
    assert elsewhere.leader.community == newer.community


def test_whoever_learns_nowhere_has_no_such_page(client):
    client.force_login(PersonFactory())
    assert client.get(reverse("practice:learner-leader-new")).status_code == 404
    assert client.post(reverse("practice:learner-need-new"), {"title": "甲"}).status_code == 404


def test_a_damaged_photo_is_refused_and_the_need_is_not_kept_by_halves(camp, phone_of):
    broken = SimpleUploadedFile(
        "a.jpg", io.BytesIO(b"\xff\xd8\xff nothing").read(), content_type="image/jpeg"
    )
    answer = phone_of(camp.learner.person).post(
        reverse("practice:learner-need-new"), sent_need(camp, photos=[broken])
    )
    assert (answer.status_code, Need.objects.count()) == (422, 0)
    assert "photos" in answer.context["form"].errors
