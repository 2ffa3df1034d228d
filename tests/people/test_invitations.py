"""Invitations: accepted once, by whoever opens the link, in one transaction with what the rooms above do."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import OrganisationFactory, PersonFactory
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.people import actions, queries
from yingzao.people.models import Invitation, Person, SignIn
from yingzao.people.signals import invitation_accepted

pytestmark = pytest.mark.django_db
PASSWORD = "榕树下议事-2021"


@pytest.fixture
def office():
    return OrganisationFactory(short_name="示例街道")


@pytest.fixture
def invite(office):
    def invite(target_code="TARGET22", **options):
        given = {"by": None, "organisation": office, "purpose": "test", "target_code": target_code}
        return actions.invite(**given, shown_name="学员01", shown_for="先锋营 2021", **options)

    return invite


@pytest.fixture
def accepted():
    """What was announced; put a Refused into `refuse` and the room above refuses."""
    heard = {"calls": [], "refuse": None}

    def hear(sender, purpose, target_code, person, **further):
        heard["calls"].append((purpose, target_code, person))
        if heard["refuse"]:
            raise heard["refuse"]

    invitation_accepted.connect(hear)
    yield heard
    invitation_accepted.disconnect(hear)


def url(token):
    return reverse("people:join", args=[token])


def new(name, password=PASSWORD, **further):
    return {"how": "new", "name": name, "password": password, "again": password, **further}


@pytest.mark.parametrize(
    ("name", "username", "phone"), [("13800000001", None, "+8613800000001"), ("XueYuan01", "xueyuan01", None)]
)
def test_a_new_account_by_phone_or_username_joins_and_is_signed_in(
    client, invite, accepted, name, username, phone
):
    token = invite()
    page = client.get(url(token)).content.decode()
    assert "学员01，邀请您加入先锋营 2021" in page
    assert client.post(url(token), new(name))["Location"] == "/"
    person = Person.objects.get()
    assert (person.display_name, person.phone, person.check_password(PASSWORD)) == ("学员01", phone, True)
    assert username is None or person.username == username
    assert client.session["_auth_user_id"] == str(person.pk)
    assert accepted["calls"] == [("test", "TARGET22", person)]
    invitation = Invitation.objects.get()
    assert (invitation.accepted_by, invitation.accepted_at is not None) == (person, True)
    assert [e.outcome for e in SignIn.objects.all()] == ["entered"]


def test_a_known_account_joins_by_signing_in(client, invite, accepted):
    person = PersonFactory(username="xueyuan01", typed_password=PASSWORD)
    given = {"how": "known", "name": "xueyuan01", "password": PASSWORD}
    assert client.post(url(invite()), given)["Location"] == "/"
    assert accepted["calls"] == [("test", "TARGET22", person)]
    assert client.session["_auth_user_id"] == str(person.pk)
    person.refresh_from_db()
    assert person.display_name != "学员01"


def test_who_is_signed_in_joins_with_one_press(client, invite, accepted):
    person = PersonFactory()
    client.force_login(person)
    token = invite()
    assert accepted["calls"] == []
    client.get(url(token))
    assert accepted["calls"] == []
    assert client.post(url(token), {"how": "me"})["Location"] == "/"
    assert accepted["calls"] == [("test", "TARGET22", person)]


def test_a_wrong_password_joins_nothing(client, invite, accepted):
    PersonFactory(username="xueyuan01", typed_password=PASSWORD)
    token = invite()
    response = client.post(url(token), {"how": "known", "name": "xueyuan01", "password": "wrong"})
    assert response.status_code == 422
    assert accepted["calls"] == []
    assert client.get(url(token)).status_code == 200


def test_a_taken_name_makes_no_account_and_counts_against_the_address(client, invite, accepted):
    PersonFactory(phone="+8613800000001")
    token = invite()
    response = client.post(url(token), new("13800000001"))
    assert response.status_code == 422
    assert "这个用户名或手机号不能用" in response.content.decode()
    assert Person.objects.count() == 1
    assert accepted["calls"] == []
    assert [(e.outcome, e.person, e.name_key) for e in SignIn.objects.all()] == [("refused", None, "")]


def test_a_refusal_of_the_room_above_undoes_account_and_acceptance(client, invite, accepted):
    accepted["refuse"] = Refused("这个角色已经结束。", code="ended")
    token = invite()
    response = client.post(url(token), new("13800000001"))
    assert response.status_code == 422
    assert "这个角色已经结束。" in response.content.decode()
    assert not Person.objects.exists()
    assert Invitation.objects.get().accepted_at is None
    assert not AuditLine.objects.filter(
        act__in=["people.account.created", "people.invitation.accepted"]
    ).exists()


@pytest.mark.parametrize("how", ["used", "revoked", "old", "replaced", "unknown"])
def test_a_link_that_is_over_looks_the_same_whatever_ended_it(client, invite, accepted, how):
    token = invite()
    assert client.get(url(token)).status_code == 200
    invitation = Invitation.objects.get()
    if how == "used":
        actions.accept_invitation(token=token, person=PersonFactory())
    elif how == "revoked":
        actions.revoke_invitation(by=PersonFactory(), invitation=invitation)
    elif how == "old":
        Invitation.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    elif how == "replaced":
        invite()
    else:
        token = "nosuchtoken"
    calls = list(accepted["calls"])
    for response in (client.get(url(token)), client.post(url(token), new("13800000001"))):
        assert response.status_code == 404
        page = response.content.decode()
        assert "链接已失效" in page
        assert "学员01" not in page
        assert "先锋营 2021" not in page
    assert refused_code(token) == "gone"
    assert accepted["calls"] == calls


def test_a_link_that_is_gone_asks_nobody_to_sign_in_who_is_signed_in(client):
    assert 'href="/sign-in/"' in client.get(url("nosuchtoken")).content.decode()
    client.force_login(PersonFactory())
    page = client.get(url("nosuchtoken")).content.decode()
    assert 'href="/sign-in/"' not in page
    assert "回首页" in page


def refused_code(token):
    with pytest.raises(Refused) as caught:
        actions.accept_invitation(token=token, person=PersonFactory())
    return caught.value.code


def test_accepting_twice_by_the_same_person_is_once(invite, accepted):
    person, token = PersonFactory(), invite()
    first = actions.accept_invitation(token=token, person=person)
    assert actions.accept_invitation(token=token, person=person) == first
    assert len(accepted["calls"]) == 1


def test_only_the_hash_of_the_token_is_kept(invite):
    token = invite()
    assert token not in str(Invitation.objects.values().get())
    assert token not in str(list(AuditLine.objects.values()))


def test_a_new_link_ends_the_one_before_it_and_no_other(invite):
    first, other, second = invite("ONE"), invite("TWO"), invite("ONE")
    still = {i.token_hash for i in queries.open_invitations(["ONE", "TWO"])}
    assert still == {queries.hash_of(other), queries.hash_of(second)}
    assert queries.hash_of(first) not in still


def test_revoking_what_was_accepted_changes_nothing(invite, accepted):
    token, by = invite(), PersonFactory()
    actions.accept_invitation(token=token, person=PersonFactory())
    actions.revoke_invitation(by=by, invitation=Invitation.objects.get())
    assert Invitation.objects.get().revoked_at is None
    assert not AuditLine.objects.filter(actor=by).exists()


def test_the_csrf_token_is_asked_for(invite):
    assert Client(enforce_csrf_checks=True).post(url(invite()), new("13800000001")).status_code == 403
