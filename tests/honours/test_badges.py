"""Badges: signed with the certificate in one act, verified by openbadgeslib's own verifier, revoked with it, and holding no name."""

import base64
import io
import json
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.keys import KeyFactory, KeyType
from openbadgeslib.ob3 import OB3Signer, OB3VerificationError, OB3Verifier
from openbadgeslib.ob3.did import _jwk_to_pem
from PIL import Image

from tests.factories.honours import ISSUED, Camp
from tests.factories.people import GrantFactory, PersonFactory
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.honours import actions
from yingzao.honours.bridge import keys
from yingzao.honours.bridge.badge_files import look_at
from yingzao.honours.bridge.credentials import as_json, bake
from yingzao.honours.models import Achievement, Badge, BadgeKey, Certificate
from yingzao.honours.rules.badges import Finding, identity_hash

SITE = "https://example.cn/"


@pytest.fixture
def badges(camp) -> dict[str, Badge]:
    """Name and kind → badge."""
    issued = actions.issue_certificates(
        selection=camp.posted().selection, by=camp.organiser, site=SITE, now=ISSUED
    )
    return {f"{camp.names([c.enrolment_code])[0]} {c.kind}": c.badge for c in issued}


@pytest.fixture
def honour(badges) -> Badge:
    return badges["学员一 honour"]


@pytest.fixture
def fetch(client):
    """Fetches https://example.cn/… from the product, as a verifier elsewhere does."""
    client.logout()

    def download(address: str, **_more) -> bytes:
        assert address.startswith(SITE)
        response = client.get(urlsplit(address).path, SERVER_NAME="example.cn", secure=True)
        assert response.status_code == 200, address
        return b"".join(response.streaming_content) if response.streaming else response.content

    return download


def payload_of(token: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def header_of(token: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))


def revoke(badge: Badge, by, reason="代签到") -> None:
    actions.revoke_certificate(certificate=badge.certificate, reason=reason, by=by, now=ISSUED)


# What is signed


def test_each_certificate_comes_with_a_badge_in_one_act(camp, badges):
    assert sorted(badges) == ["学员一 completion", "学员一 honour", "学员三 completion", "学员二 completion"]
    assert Certificate.objects.filter(badge=None).count() == 0
    assert [b.status_index for b in Badge.objects.order_by("pk")] == [0, 1, 2, 3]
    assert BadgeKey.objects.count() == 1
    assert sorted(Achievement.objects.values_list("kind", flat=True)) == ["completion", "honour"]


def test_a_stranger_verifies_a_badge_with_the_key_that_it_names(honour, fetch):
    header = header_of(honour.token)
    assert header["alg"] == "RS256"
    public = _jwk_to_pem(json.loads(fetch(header["kid"])))
    credential = OB3Verifier(public).verify(honour.token, check_status=True, download=fetch)
    assert credential.id == honour.credential_id
    assert credential.achievement.name == "社区治理先锋营计划 2021 荣誉证书"
    assert credential.issuer.id == f"{SITE}badges/{honour.organisation.code}/"
    assert credential.issuance_date == ISSUED


def test_what_a_badge_points_to_agrees_with_what_it_says(honour, fetch):
    said = payload_of(honour.token)
    issuer = json.loads(fetch(said["issuer"]["id"]))
    assert {name: issuer[name] for name in said["issuer"]} == said["issuer"]
    assert [key["kid"] for key in issuer["keys"]] == [header_of(honour.token)["kid"]]
    achievement = json.loads(fetch(said["credentialSubject"]["achievement"]["id"]))
    assert {n: achievement[n] for n in said["credentialSubject"]["achievement"]} == said["credentialSubject"][
        "achievement"
    ]
    picture = Image.open(io.BytesIO(fetch(achievement["image"]["id"])))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (605, 605), "RGBA")
    assert honour.certificate.number in fetch(said["evidence"][0]["id"]).decode()


def test_the_public_documents_and_the_credential_hold_no_name(camp, honour, badges, fetch):
    said = payload_of(honour.token)
    public = [
        fetch(address).decode()
        for address in (
            said["issuer"]["id"],
            header_of(honour.token)["kid"],
            said["credentialSubject"]["achievement"]["id"],
        )
    ]
    listed = payload_of(fetch(said["credentialStatus"]["statusListCredential"]).decode())
    texts = [*public, json.dumps(listed, ensure_ascii=False), json.dumps(said, ensure_ascii=False)]
    assert not [text for text in texts for learner in camp.learners if learner.name in text]
    assert not [text for text in texts for learner in camp.learners if learner.code in text]


def test_the_holder_can_be_told_by_name_and_nobody_else(honour):
    (identity,) = payload_of(honour.token)["credentialSubject"]["identifier"]
    assert identity["identityType"] == "name"
    assert identity["identityHash"] == identity_hash("学员一", identity["salt"])
    assert identity["identityHash"] != identity_hash("学员二", identity["salt"])


def test_two_badges_of_one_person_cannot_be_told_to_be_one_persons(badges):
    identities = [
        payload_of(badges[f"学员一 {kind}"].token)["credentialSubject"]["identifier"][0]
        for kind in ("completion", "honour")
    ]
    assert identities[0]["salt"] != identities[1]["salt"]
    assert identities[0]["identityHash"] != identities[1]["identityHash"]


def test_the_credential_has_what_open_badges_asks_for(honour):
    said = payload_of(honour.token)
    assert said["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert said["validFrom"] == "2022-01-10T02:00:00Z"
    assert (said["iss"], said["jti"], said["nbf"]) == (said["issuer"]["id"], said["id"], 1641780000)
    achievement = said["credentialSubject"]["achievement"]
    assert {"id", "type", "name", "description", "criteria"} <= set(achievement)
    assert achievement["achievementType"] == "Award"
    assert said["credentialStatus"]["type"] == "BitstringStatusListEntry"
    assert said["credentialStatus"]["statusListIndex"] == str(honour.status_index)


# What comes later changes nothing


def test_a_rename_after_issue_changes_no_badge(camp, honour, fetch):
    before = honour.token
    camp.programme.name = "另一个名字"
    camp.programme.save()
    learner = camp.learner("学员一")
    learner.name = "改名后"
    learner.save()
    honour.refresh_from_db()
    assert honour.token == before
    achievement = payload_of(before)["credentialSubject"]["achievement"]
    assert json.loads(fetch(achievement["id"]))["name"] == achievement["name"]


def test_other_words_are_another_achievement(camp, honour):
    revoke(honour, camp.organiser)
    camp.programme.name = "另一个名字"
    camp.programme.save()
    honour.certificate.refresh_from_db()
    honour.certificate.selection.refresh_from_db()
    made = actions.reissue_certificate(
        certificate=Certificate.objects.get(pk=honour.certificate_id),
        by=camp.organiser,
        site=SITE,
        now=ISSUED,
    )
    assert made.badge.achievement_id != honour.achievement_id
    assert made.badge.achievement.frozen["name"] == "另一个名字 2021 荣誉证书"
    assert made.badge.status_index == 4


def test_a_name_that_the_pictures_font_lacks_stops_before_the_first(camp):
    camp.programme.organisation.name = "桂城\U0001f389街道"
    camp.programme.organisation.save()
    with pytest.raises(Refused) as refusal:
        actions.issue_certificates(selection=camp.posted().selection, by=camp.organiser, now=ISSUED)
    assert refusal.value.code == "missing_glyph"
    assert (Certificate.objects.count(), Badge.objects.count()) == (0, 0)


# Revocation


def test_revoking_a_certificate_revokes_its_badge_for_every_verifier(camp, badges, honour, fetch):
    public = honour.key.public_key
    other = badges["学员二 completion"]
    revoke(honour, camp.organiser)
    with pytest.raises(OB3VerificationError, match="is set at index 3"):
        OB3Verifier(public).verify(honour.token, check_status=True, download=fetch)
    assert OB3Verifier(public).verify(other.token, check_status=True, download=fetch)


def test_a_status_list_that_somebody_else_signed_is_not_believed(camp, honour, fetch):
    revoke(honour, camp.organiser)
    private, _public = KeyFactory(KeyType.RSA).generate_keypair()
    listed = payload_of(honour.token)["credentialStatus"]["statusListCredential"]
    forged = payload_of(fetch(listed).decode())
    forged["credentialSubject"]["encodedList"] = payload_of(fetch(listed).decode())["credentialSubject"][
        "encodedList"
    ]
    token = OB3Signer(private).sign_payload(forged).encode()
    with pytest.raises(OB3VerificationError, match="proof is invalid"):
        OB3Verifier(honour.key.public_key).verify(
            honour.token, check_status=True, download=lambda a, **_: token
        )


# Keys


def test_a_new_key_signs_and_the_old_one_still_verifies(camp, honour, fetch):
    before = honour.key
    after = actions.renew_key(programme=camp.programme, by=camp.organiser, now=ISSUED)
    revoke(honour, camp.organiser)
    made = actions.reissue_certificate(
        certificate=Certificate.objects.get(pk=honour.certificate_id),
        by=camp.organiser,
        site=SITE,
        now=ISSUED,
    )
    assert made.badge.key == after
    assert (made.badge.status_index, BadgeKey.objects.get(pk=before.pk).retired_at) == (0, ISSUED)
    public = _jwk_to_pem(json.loads(fetch(header_of(made.badge.token)["kid"])))
    assert OB3Verifier(public).verify(made.badge.token, check_status=True, download=fetch)
    with pytest.raises(OB3VerificationError, match="Invalid signature"):
        OB3Verifier(before.public_key).verify(made.badge.token)
    with pytest.raises(OB3VerificationError, match="is set at index"):
        OB3Verifier(before.public_key).verify(honour.token, check_status=True, download=fetch)


@pytest.mark.parametrize("person", ["supervisor", "learner"])
def test_only_an_organiser_renews_the_key(camp, badges, person):
    by = {"supervisor": camp.supervisor, "learner": camp.learners[0].person}[person]
    with pytest.raises(Refused) as refusal:
        actions.renew_key(programme=camp.programme, by=by)
    assert refusal.value.code == "not_organiser"


def test_the_private_half_lies_sealed_and_opens_for_its_own_row_alone(honour):
    key = honour.key
    assert "PRIVATE" not in key.sealed_key
    assert b"PRIVATE" not in base64.b64decode(key.sealed_key)
    assert b"PRIVATE KEY" in keys.unseal(key.sealed_key, key.code)
    with pytest.raises(keys.Unopenable):
        keys.unseal(key.sealed_key, "ANOTHER2")


def test_without_the_secret_key_old_badges_verify_and_a_new_key_signs(camp, honour, fetch, settings):
    settings.SECRET_KEY = "another instance's, after a restore"
    assert look_at(honour.token.encode()).finding == Finding.VALID
    revoke(honour, camp.organiser)
    made = actions.reissue_certificate(
        certificate=Certificate.objects.get(pk=honour.certificate_id),
        by=camp.organiser,
        site=SITE,
        now=ISSUED,
    )
    assert made.badge.key != honour.key
    listed = payload_of(honour.token)["credentialStatus"]["statusListCredential"]
    assert header_of(fetch(listed).decode())["kid"] == header_of(made.badge.token)["kid"]


# The file that a holder has


def holder_gets(client, person, badge, form) -> bytes:
    client.force_login(person)
    names = {"png": "learner-badge-picture", "jwt": "learner-badge-token", "json": "learner-badge-json"}
    response = client.get(reverse(f"honours:{names[form]}", args=[badge.certificate.code]))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    return response.content


@pytest.mark.parametrize("form", ["png", "jwt", "json"])
def test_a_holder_takes_the_badge_away_and_anybody_verifies_it(camp, client, honour, form):
    data = holder_gets(client, camp.learner("学员一").person, honour, form)
    client.logout()
    page = client.post(
        reverse("honours:verify-badge"), {"file": SimpleUploadedFile(f"x.{form}", data)}
    ).content.decode()
    assert "此徽章有效" in page
    assert "学**" in page
    assert "学员一" not in page
    assert honour.certificate.number in page


def test_a_baked_badge_is_a_picture_whose_credential_openbadgeslib_finds(camp, client, honour):
    data = holder_gets(client, camp.learner("学员一").person, honour, "png")
    assert Image.open(io.BytesIO(data)).size == (605, 605)
    assert OB3Verifier.extract_token_from_png(data) == honour.token


@pytest.mark.parametrize("name", ["learner-badge-picture", "learner-badge-token", "learner-badge-json"])
def test_a_badge_is_its_holders_alone(camp, client, honour, name):
    address = reverse(f"honours:{name}", args=[honour.certificate.code])
    others = [camp.learner("学员二").person, camp.organiser, camp.supervisor, PersonFactory()]
    for person in others:
        client.force_login(person)
        assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


# What the verification page says


def verified(client, data: bytes, name="x.jwt") -> str:
    response = client.post(reverse("honours:verify-badge"), {"file": SimpleUploadedFile(name, data)})
    return response.content.decode()


def altered(token: str, change) -> str:
    head, _body, signature = token.split(".")
    payload = payload_of(token)
    change(payload)
    body = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


def test_a_doctored_badge_is_told_and_what_it_says_is_not_shown(client, honour):
    def better(payload):
        payload["credentialSubject"]["achievement"]["name"] = "特等奖"

    page = verified(client, altered(honour.token, better).encode())
    assert "此徽章被篡改或伪造" in page
    assert "此徽章有效" not in page
    assert "特等奖" not in page


@pytest.mark.parametrize("keep_id", [True, False], ids=["with a known number", "with a number of its own"])
def test_a_badge_that_somebody_signed_in_our_name_is_told(client, honour, keep_id):
    private, _public = KeyFactory(KeyType.RSA).generate_keypair()
    payload = payload_of(honour.token)
    if not keep_id:
        payload["id"] = payload["jti"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
    assert "此徽章被篡改或伪造" in verified(client, OB3Signer(private).sign_payload(payload).encode())


def test_a_revoked_badge_says_why(camp, client, honour):
    revoke(honour, camp.organiser, "姓名有误，另发")
    page = verified(client, honour.token.encode())
    assert "此徽章已撤销" in page
    assert "姓名有误，另发" in page
    assert "此徽章有效" not in page


def test_another_issuers_badge_is_named_and_not_called_valid(client, honour):
    private, _public = KeyFactory(KeyType.RSA).generate_keypair()
    payload = payload_of(honour.token)
    payload["id"] = payload["jti"] = "urn:uuid:00000000-0000-4000-8000-000000000001"
    payload["issuer"] = {"id": "https://elsewhere.example/i", "type": ["Profile"], "name": "<b>别处</b>"}
    payload["iss"] = "https://elsewhere.example/i"
    page = verified(client, OB3Signer(private).sign_payload(payload).encode())
    assert "这是其他单位颁发的徽章" in page
    assert "&lt;b&gt;别处&lt;/b&gt;" in page
    assert "此徽章有效" not in page


def test_a_badge_of_ours_that_no_register_holds_is_told(client, honour):
    signer = keys.Signer(keys.unseal(honour.key.sealed_key, honour.key.code), header_of(honour.token)["kid"])
    payload = payload_of(honour.token)
    payload["id"] = payload["jti"] = "urn:uuid:00000000-0000-4000-8000-000000000002"
    assert "登记中查不到此徽章" in verified(client, signer.sign(payload).encode())


def deep(levels: int) -> str:
    body = base64.urlsafe_b64encode(b"[" * levels + b"]" * levels).decode().rstrip("=")
    return f"{body}.{body}.x"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"a.b.c",
        b"..",
        b"\xff\xfe\x00",
        b'{"id": 5}',
        b'{"id": "data:application/vc+jwt,"}',
        b"[]",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\nnot a picture",
        deep(5_000).encode(),
        b"{" * 5_000,
        b"e30.W10.x",
        b"e30.e30." + "名".encode(),
    ],
)
def test_what_is_no_badge_gets_a_sentence(client, db, data):
    response = client.post(reverse("honours:verify-badge"), {"file": SimpleUploadedFile("x.jwt", data)})
    assert response.status_code in (200, 422)
    page = response.content.decode()
    assert "此徽章有效" not in page
    if response.status_code == 422:
        assert 'role="alert"' in page


def test_a_picture_without_a_credential_is_no_badge(client, honour):
    picture = media.read_bytes(honour.achievement.picture)
    response = client.post(reverse("honours:verify-badge"), {"file": SimpleUploadedFile("x.png", picture)})
    assert response.status_code == 422
    assert "文件里没有徽章" in response.content.decode()


def test_a_bomb_in_a_picture_is_no_badge(client, honour):
    import zlib
    from struct import pack

    from openbadgeslib import baking

    bomb = baking.ITXT_KEYWORD_OB3 + b"\x00\x01\x00\x00\x00" + zlib.compress(b"a" * 50_000_000)
    whole = bake(media.read_bytes(honour.achievement.picture), "x")
    end = whole[-12:]
    chunk = b"iTXt" + bomb
    data = (
        media.read_bytes(honour.achievement.picture)[:-12]
        + pack("!I", len(bomb))
        + chunk
        + pack("!I", zlib.crc32(chunk))
        + end
    )
    with pytest.raises(Refused) as refusal:
        look_at(data)
    assert refusal.value.code == "no_badge"


def test_looking_at_a_badge_keeps_nothing(client, honour, settings):
    from pathlib import Path

    before = {p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()}
    verified(client, honour.token.encode())
    assert {p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()} == before


# After an erasure


def test_after_an_erasure_the_holders_file_verifies_without_a_name(camp, client, honour):
    from yingzao.people import actions as people

    kept = honour.token
    learner = camp.learner("学员一")
    request = people.begin_erasure(
        organisation=camp.organisation,
        subject_code=learner.code,
        person=learner.person,
        name=learner.name,
        how="paper",
        by=camp.organiser,
    )
    by = GrantFactory(organisation=camp.organisation).person
    people.carry_out_erasure(request=request, by=by, checked="身份证原件已核对", now=ISSUED)
    honour.refresh_from_db()
    assert honour.token == ""
    page = verified(client, kept.encode())
    assert "此徽章有效" in page
    assert "已按本人要求删除" in page
    assert "学**" not in page


def test_an_upgraded_instance_has_certificates_without_badges_and_makes_none(camp, client, badges):
    Badge.objects.all().delete()
    client.force_login(camp.learner("学员一").person)
    page = client.get(reverse("honours:learner-certificates")).content.decode()
    assert "下载 PDF" in page
    assert "下载徽章" not in page
    desk = reverse("honours:desk-certificate", args=[camp.programme.code, Certificate.objects.first().code])
    client.force_login(camp.organiser)
    assert client.get(desk).status_code == 200
    assert Badge.objects.count() == 0


# Pages


def test_the_desk_lists_keys_and_renews_them(camp, client, honour):
    address = reverse("honours:desk-badge-keys", args=[camp.programme.code])
    client.force_login(camp.organiser)
    page = client.get(address).content.decode()
    assert honour.key.code in page
    assert honour.key.sealed_key not in page
    assert client.post(address).status_code == 302
    assert BadgeKey.objects.count() == 2
    page = client.get(address).content.decode()
    assert page.index(BadgeKey.objects.get(retired_at=None).code) < page.index(honour.key.code)


@pytest.mark.parametrize("more", [0, 2])
def test_query_count_of_my_certificates(camp, client, badges, more, django_assert_num_queries):
    """One certificate, or three: of two programmes."""
    person = camp.learner("学员二").person
    if more:
        other = Camp()
        learner = other.learner("学员一")
        learner.person = person
        learner.save()
        other.issued()
    client.force_login(person)
    client.get(reverse("honours:learner-certificates"))
    with django_assert_num_queries(6):
        page = client.get(reverse("honours:learner-certificates")).content.decode()
    assert page.count("下载徽章") == 1 + more


@pytest.mark.parametrize("more", [0, 2])
def test_query_count_of_the_issuers_profile(camp, client, badges, more, django_assert_num_queries):
    for _ in range(more):
        actions.renew_key(programme=camp.programme, by=camp.organiser)
    address = reverse("honours:badge-issuer", args=[camp.organisation.code])
    with django_assert_num_queries(2):
        assert len(client.get(address).json()["keys"]) == 1 + more


def test_json_around_a_token_names_its_kind(honour):
    assert as_json(honour.token) == {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/vc+jwt,{honour.token}",
        "type": "EnvelopedVerifiableCredential",
    }


def test_openbadgeslibs_errors_are_one_family():
    """What `is_signed_by` catches."""
    assert issubclass(OB3VerificationError, LibOpenBadgesException)
