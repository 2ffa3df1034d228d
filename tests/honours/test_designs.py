"""A design is kept in versions: what would not print is refused in a sentence, and nothing that was issued changes."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from tests.factories.honours import ISSUED, Camp
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.honours import actions
from yingzao.honours.models import Certificate, CertificateTemplate
from yingzao.honours.rules.layout import as_json, from_json, standard

SITE = "https://example.cn/"


def picture(width: int, height: int, *, see_through: bool = True, name: str = "图.png") -> SimpleUploadedFile:
    image = Image.new(
        "RGBA" if see_through else "RGB", (width, height), (0, 0, 0, 0) if see_through else "white"
    )
    ImageDraw.Draw(image).ellipse((5, 5, width - 5, height - 5), outline=(178, 58, 42), width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def sent(kind: str = "completion", orientation: str = "landscape", **changed) -> dict:
    """What a browser sends for the standard layout, with some of it changed (`body__text` for body-text)."""
    kept = as_json(standard(kind, orientation))
    data = {"orientation": orientation, "frame": "on", "sample": "usual"}
    for key, spot in kept["fields"].items():
        data |= {f"{key}-{part}": value for part, value in spot.items() if part != "show"}
        if spot["show"]:
            data[f"{key}-show"] = "on"
    data |= {name.replace("__", "-"): value for name, value in changed.items()}
    return {name: value for name, value in data.items() if value is not None}


def address(camp: Camp, name: str = "desk-design", kind: str = "completion") -> str:
    return reverse(f"honours:{name}", args=[camp.programme.code, kind])


@pytest.fixture
def clerk(client, camp):
    client.force_login(camp.organiser)
    return client


@pytest.mark.parametrize("kind", ["completion", "honour"])
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_the_standard_layouts_can_be_kept_as_they_are(camp, clerk, kind, orientation):
    answer = clerk.post(address(camp, kind=kind), sent(kind, orientation))
    assert answer.status_code == 302
    kept = CertificateTemplate.objects.get()
    assert (kept.kind, kept.number) == (kind, 1)
    assert from_json(kept.layout, kind) == standard(kind, orientation)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"body__text": "参加{计画}学习"}, "body-text", "没有 {计画} 这个占位词"),
        ({"body__text": "参加{计划学习"}, "body-text", "花括号没有成对"),
        ({"body__text": "参加学习\U0001f389"}, "body-text", "没有“正文”中的“\U0001f389”这个字"),
        ({"salutation__text": "同志："}, "salutation-text", "{姓名} 不能少"),
        ({"number__text": "第一号"}, "number-text", "{编号} 不能少"),
        ({"qr__x": "290"}, "qr-x", "“二维码”超出了纸面"),
        ({"verify__y": "206"}, "verify-y", "“核验说明”放不下"),
        ({"closing__y": "99"}, "closing-y", "“正文”和“结语”叠在一起了"),
        ({"title__size": "大"}, "title-size", "输入一个数"),
        ({"title__text": ""}, "title-text", "请填写“证书标题”"),
        ({"signature__show": "on"}, None, "请选一张签名图片"),
    ],
)
def test_what_would_not_print_is_said_and_nothing_typed_is_lost(camp, clerk, changed, field, sentence):
    data = sent(closing__text="特此留念，祝前程似锦。") | {
        k.replace("__", "-"): v for k, v in changed.items()
    }
    answer = clerk.post(address(camp), data)
    assert answer.status_code == 422
    form = answer.context["form"]
    errors = form.errors[field] if field else [e for found in form.errors.values() for e in found]
    assert any(sentence in error for error in errors), form.errors
    assert "特此留念，祝前程似锦。" in answer.content.decode()
    assert not CertificateTemplate.objects.exists()


@pytest.mark.parametrize(
    ("key", "file", "sentence"),
    [
        ("background", lambda: picture(1600, 1240, see_through=False), "底图太小"),
        ("seal", lambda: picture(100, 100), "“印章”图片太小"),
        ("seal", lambda: picture(400, 400, see_through=False), "不是透明底"),
    ],
)
def test_a_picture_that_would_print_badly_is_refused_and_stays_to_be_looked_at(
    camp, clerk, key, file, sentence
):
    answer = clerk.post(address(camp), sent() | {key: file()})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    stored = StoredFile.objects.get(room="honours")
    assert f'value="{stored.code}"' in answer.content.decode()


def test_a_file_that_is_no_picture_is_refused(camp, clerk):
    answer = clerk.post(address(camp), sent() | {"seal": SimpleUploadedFile("章.png", b"%PDF-1.7 x")})
    assert answer.status_code == 422
    assert answer.context["form"].errors["seal"]
    assert not StoredFile.objects.filter(room="honours").exists()


def test_pictures_are_kept_with_the_version_and_tried_ones_go(camp, clerk):
    clerk.post(address(camp, "desk-design-preview"), sent() | {"seal": picture(300, 300)})
    tried = StoredFile.objects.get(room="honours")
    clerk.post(
        address(camp),
        sent() | {"seal": picture(400, 400), "background": picture(1800, 1280, see_through=False)},
    )
    kept = CertificateTemplate.objects.get()
    assert (kept.seal.width, kept.background.width, kept.signature) == (400, 1800, None)
    assert not StoredFile.objects.filter(pk=tried.pk).exists()
    clerk.post(address(camp), sent() | {"seal_code": kept.seal.code, "seal_drop": "on"})
    newest = CertificateTemplate.objects.get(number=2)
    assert (newest.seal, newest.background) == (None, None)
    assert StoredFile.objects.filter(pk=kept.seal_id).exists()  # the first version has it


def test_the_preview_draws_what_is_typed_and_keeps_nothing(camp, clerk):
    answer = clerk.post(address(camp, "desk-design-preview"), sent(closing__y="99", sample="long"))
    page = answer.content.decode()
    assert 'src="data:image/png;base64,' in page
    assert "“正文”和“结语”叠在一起了" in page
    assert 'data-key="closing" data-x="45" data-y="99"' in page
    assert not CertificateTemplate.objects.exists()
    broken = clerk.post(address(camp, "desk-design-preview"), sent(title__x="左")).content.decode()
    assert "data:image" not in broken
    assert "排不出样张" in broken


def test_a_picture_of_another_programme_cannot_be_taken(camp, clerk):
    other = Camp()
    foreign = actions.keep_picture(programme=other.programme, file=picture(400, 400), by=other.organiser)
    clerk.post(address(camp), sent() | {"seal_code": foreign.code})
    assert CertificateTemplate.objects.get().seal is None
    pdf = camp.issued()[0].pdf
    clerk.post(address(camp), sent() | {"seal_code": pdf.code})
    assert CertificateTemplate.objects.get(number=2).seal is None


def test_pictures_are_read_by_the_desk_alone(camp, clerk, client):
    stored = actions.keep_picture(programme=camp.programme, file=picture(400, 400), by=camp.organiser)
    where = reverse("media:file", args=[stored.code])
    assert clerk.get(where).status_code == 200
    client.force_login(camp.learners[0].person)
    assert client.get(where).status_code == 404
    client.force_login(Camp().organiser)
    assert client.get(where).status_code == 404


def test_a_later_design_changes_nothing_issued_and_holds_for_the_next(camp, clerk):
    issued = camp.issued()
    before = [(c.frozen, c.pdf_sha256, media.read_bytes(c.pdf)) for c in issued]
    clerk.post(address(camp), sent(body__text="{姓名}参加{计划}（{时间段}），成绩合格。"))
    again = [
        (c.frozen, c.pdf_sha256, media.read_bytes(c.pdf)) for c in Certificate.objects.order_by("number")
    ]
    assert again == before
    actions.revoke_certificate(certificate=issued[0], reason="重发", by=camp.organiser, now=ISSUED)
    issued[0].refresh_from_db()
    made = actions.reissue_certificate(certificate=issued[0], by=camp.organiser, now=ISSUED)
    assert (made.template.number, made.frozen["design"]) == (1, 1)
    assert made.frozen["body"] == f"***参加{camp.programme.full_name}（2021年9月至2022年1月），成绩合格。"
    shown = clerk.get(reverse("honours:verify-certificate", args=[made.code])).content.decode()
    assert "学员一" not in shown


@pytest.mark.parametrize("person", ["supervisor", "learner"])
def test_only_an_organiser_designs(camp, client, person):
    who = camp.supervisor if person == "supervisor" else camp.learners[0].person
    client.force_login(who)
    assert client.get(address(camp)).status_code == 404
    assert client.post(address(camp), sent()).status_code == 404
    with pytest.raises(Refused) as refusal:
        actions.save_design(
            programme=camp.programme, kind="honour", layout=standard("honour"), pictures={}, site=SITE, by=who
        )
    assert refusal.value.code == "not_organiser"
    with pytest.raises(Refused):
        actions.keep_picture(programme=camp.programme, file=picture(400, 400), by=who)


def test_the_next_edition_begins_with_the_design_and_pictures_of_its_own(camp, clerk):
    clerk.post(address(camp), sent() | {"seal": picture(400, 400)})
    other = Camp()
    actions.copy_designs(source=camp.programme, target=other.programme, by=other.organiser)
    first, second = CertificateTemplate.objects.order_by("pk")
    assert (second.programme, second.layout, second.number) == (other.programme, first.layout, 1)
    assert second.seal.pk != first.seal.pk
    assert media.read_bytes(second.seal) == media.read_bytes(first.seal)


def test_back_to_the_standard_layout_is_offered_and_not_kept_by_itself(camp, clerk):
    clerk.post(address(camp), sent(title__text="结业之证"))
    assert "结业之证" in clerk.get(address(camp)).content.decode()
    page = clerk.get(address(camp) + "?standard=portrait").content.decode()
    assert "结业之证" not in page
    assert '<option value="portrait" selected>' in page
    assert CertificateTemplate.objects.count() == 1
