"""Uploads: what they are, what is kept of them, and who reads them."""

import io
import os
import zipfile
from contextlib import suppress
from urllib.parse import quote

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.factories.people import PersonFactory
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.core.media import access, images, keeping, sniff
from yingzao.core.models import StoredFile

pytestmark = pytest.mark.django_db
KINDS = ("image", "document", "table", "any")


def picture(form="JPEG", size=(400, 300), mode="RGB", colour=(20, 120, 110), **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A JPEG that lies on its side, and says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right to see it upright
    exif[0x010F] = "PHONEMAKER"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (23.0, 2.0, 12.0)
    return picture(exif=exif.tobytes(), comment=b"SECRETCOMMENT")


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>" * 50)
    return out.getvalue()


DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "Workbook".encode("utf-16-le") + bytes(100)


# What is kept


@pytest.mark.parametrize(
    ("data", "name", "accept", "media_type"),
    [
        (picture(), "a.txt", "image", "image/jpeg"),
        (picture("PNG"), "a.png", "image", "image/png"),
        (picture("GIF", mode="P", colour=3), "a.gif", "image", "image/png"),
        (picture("WEBP"), "a.webp", "image", "image/jpeg"),
        (picture("HEIF"), "a.heic", "image", "image/jpeg"),
        (picture("PNG", mode="RGBA", colour=(1, 2, 3, 100)), "a.png", "image", "image/png"),
        (picture("JPEG", mode="CMYK", colour=(1, 2, 3, 4)), "a.jpg", "image", "image/jpeg"),
        (PDF, "a", "document", "application/pdf"),
        (DOCX, "总结.docx", "document", sniff.DOCX),
        (XLSX, "名册.docx", "document", sniff.XLSX),
        ("走访记录".encode(), "a.txt", "document", "text/plain"),
        ("走访记录".encode("gb18030"), "a.md", "document", "text/markdown"),
        (XLSX, "名册.xlsx", "table", sniff.XLSX),
        (OLD_EXCEL, "名册.xls", "table", sniff.XLS),
        ("姓名,电话\n张三,1".encode("gbk"), "名册.csv", "table", "text/csv"),
        ("姓名\t电话\n".encode("utf-16"), "名册.xls", "table", "text/csv"),
        (b"<html><table></table></html>", "x.xls", "table", "text/html"),
        (b"<html><script>alert(1)</script></html>", "x.html", "document", "text/plain"),
        (picture(), "a.jpg", "any", "image/jpeg"),
        (PDF, "a.pdf", "any", "application/pdf"),
    ],
)
def test_a_file_is_what_its_bytes_say(keep, data, name, accept, media_type):
    stored = keep(data, name=name, accept=accept)
    assert stored.media_type == media_type
    assert stored.size == len(media.read_bytes(stored))


@pytest.mark.parametrize("data", [PDF, DOCX, XLSX, "文字".encode()])
def test_a_document_is_kept_byte_for_byte(keep, data):
    assert media.read_bytes(keep(data)) == data


def test_a_photo_loses_place_and_maker_and_stands_upright(keep):
    data = photo_with_place()
    assert b"PHONEMAKER" in data
    assert b"SECRETCOMMENT" in data
    stored = keep(data, accept="image")
    kept = media.read_bytes(stored)
    assert b"PHONEMAKER" not in kept
    assert b"SECRETCOMMENT" not in kept
    assert b"Exif" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.getexif() == {}
        assert image.size == (300, 400)
    assert (stored.width, stored.height) == (300, 400)


def test_a_large_photo_is_made_smaller(keep):
    stored = keep(picture(size=(4000, 3000)), accept="image")
    assert (stored.width, stored.height) == (2560, 1920)


def test_an_animated_picture_keeps_its_first_frame(keep):
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(media.read_bytes(keep(out.getvalue(), accept="image")))) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert image.convert("RGB").getpixel((5, 5))[0] > 200


def test_the_same_bytes_lie_once_and_have_a_row_each(keep, tmp_path):
    one, two = keep(PDF, name="one.pdf"), keep(PDF, name="two.pdf")
    assert one.sha256 == two.sha256
    assert one.code != two.code
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [one.sha256]


def test_a_write_that_fails_leaves_nothing(keep, tmp_path, monkeypatch):
    def full(source, target):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        keep(PDF)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\fakepath\\照片.jpg", "照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00\u202eb\n.pdf", "ab.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ("", "file"),
    ],
)
def test_a_name_is_only_a_name(name, kept):
    assert keeping.clean_name(name) == kept


# What is refused


@pytest.mark.parametrize(
    ("data", "accept", "code"),
    [
        (b"", "any", "empty"),
        (b"\x00\x01\x02\x03", "any", "wrong_kind"),
        (PDF, "image", "wrong_kind"),
        (picture(), "document", "wrong_kind"),
        (picture(), "table", "wrong_kind"),
        (DOCX, "table", "wrong_kind"),
        (picture()[:300], "image", "damaged"),
        (picture("PNG", size=(8000, 8000), mode="1", colour=0), "image", "too_many_pixels"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "document", "old_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "table", "protected"),
        (XLSX[:200], "table", "wrong_kind"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(keep, data, accept, code):
    with pytest.raises(Refused) as refusal:
        keep(data, accept=accept)
    assert refusal.value.code == code
    assert str(refusal.value.sentence).endswith("。")
    assert not StoredFile.objects.exists()


def test_a_file_above_its_limit_is_refused_before_it_is_read(keep, monkeypatch):
    monkeypatch.setitem(sniff.LIMITS, "document", 1024)
    assert keep(PDF + b" " * (1024 - len(PDF)), accept="document").size == 1024

    class Upload(io.BytesIO):
        size = 2000

        def read(self, *args):
            raise AssertionError("read although its size was known")

    with pytest.raises(Refused) as refusal:
        keep(Upload(), accept="document")
    assert refusal.value.code == "too_large"
    with pytest.raises(Refused) as refusal:
        keep(PDF + b" " * 1024, accept="document")
    assert refusal.value.code == "too_large"


def test_a_limit_belongs_to_the_kind_even_where_any_is_accepted(keep, monkeypatch):
    monkeypatch.setitem(sniff.LIMITS, "table", 100)
    assert keep(PDF).media_type == "application/pdf"
    with pytest.raises(Refused) as refusal:
        keep(XLSX)
    assert refusal.value.code == "too_large"


def test_a_table_that_unfolds_without_end_is_refused(keep, monkeypatch):
    assert keep(XLSX, accept="table").media_type == sniff.XLSX
    monkeypatch.setattr(sniff, "UNPACKED_LIMIT", 300)
    with pytest.raises(Refused) as refusal:
        keep(XLSX, accept="table")
    assert refusal.value.code == "bomb"


REAL = (
    picture(), photo_with_place(), picture("PNG"), picture("GIF", mode="P", colour=1), picture("WEBP"),
    picture("HEIF", size=(64, 64)), PDF, DOCX, XLSX, OLD_EXCEL, "文字".encode("gb18030"),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.builds(
            lambda whole, share: whole[: int(len(whole) * share)], st.sampled_from(REAL), st.floats(0, 1)
        ),
        st.builds(
            lambda whole, at, byte: whole[: at % len(whole)] + byte + whole[at % len(whole) + 1 :],
            st.sampled_from(REAL),
            st.integers(0, 10_000),
            st.binary(min_size=1, max_size=4),
        ),
        st.builds(lambda head, tail: head[:24] + tail, st.sampled_from(REAL), st.binary(max_size=300)),
    ),
    accept=st.sampled_from(KINDS),
    name=st.text(max_size=20),
)
def test_any_bytes_are_kept_or_refused_and_nothing_else(data, accept, name):
    with suppress(Refused):
        kind = sniff.sniff(data, name=name, accept=accept)
        if kind.family == "image":
            images.re_encode(data)
    assert keeping.clean_name(name)


# Who reads it


def test_a_reader_gets_the_file_and_others_do_not(client, keep, resolver):
    stored = keep(PDF, name="走访.pdf")
    reader, other = PersonFactory(), PersonFactory()
    resolver.add(reader)
    url = reverse("media:file", args=[stored.code])
    client.force_login(reader)
    response = client.get(url)
    assert (response.status_code, b"".join(response.streaming_content)) == (200, PDF)
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline")
    client.force_login(other)
    assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 404


def test_a_file_that_no_room_answers_for_is_not_there(client, keep, resolver):
    reader = PersonFactory()
    resolver.add(reader)
    client.force_login(reader)
    assert client.get(reverse("media:file", args=[keep(PDF).code])).status_code == 200
    assert client.get(reverse("media:file", args=[keep(PDF, room="nobody").code])).status_code == 404
    assert client.get(reverse("media:file", args=["NOSUCHCODE"])).status_code == 404


def test_the_public_reads_what_its_room_opens(client, keep, resolver):
    resolver.add(None)
    assert client.get(reverse("media:file", args=[keep(picture()).code])).status_code == 200


def test_a_known_file_is_not_sent_again_but_asked_for_again(client, keep, resolver):
    stored, reader = keep(PDF), PersonFactory()
    resolver.add(reader)
    client.force_login(reader)
    url = reverse("media:file", args=[stored.code])
    etag = client.get(url)["ETag"]
    again = client.get(url, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    resolver.clear()
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "content_type", "download"),
    [
        (b"<html><script>alert(1)</script>", "a.html", "text/plain", "a.txt"),
        (DOCX, "总结.docx", sniff.DOCX, "总结.docx"),
    ],
)
def test_what_a_browser_could_run_is_only_downloaded(
    client, keep, resolver, data, name, content_type, download
):
    resolver.add(None)
    response = client.get(reverse("media:file", args=[keep(data, name=name).code]))
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].startswith("attachment")
    assert quote(download) in response["Content-Disposition"]


def test_a_thumbnail_is_made_once(client, keep, resolver, tmp_path):
    resolver.add(None)
    stored = keep(picture(size=(1000, 600)))
    url = reverse("media:file-at", args=[stored.code, 320])
    for _ in range(2):
        response = client.get(url)
        with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
            assert image.size == (320, 192)
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 2


def test_a_see_through_thumbnail_stays_see_through(client, keep, resolver):
    resolver.add(None)
    stored = keep(picture("PNG", size=(1000, 600), mode="RGBA", colour=(1, 2, 3, 100)))
    response = client.get(reverse("media:file-at", args=[stored.code, 160]))
    assert response["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
        assert (image.size, image.mode) == ((160, 96), "RGBA")


def test_a_thumbnail_is_refused_to_whom_the_photo_is(client, keep, resolver):
    stored, reader = keep(picture(size=(1000, 600))), PersonFactory()
    resolver.add(reader)
    url = reverse("media:file-at", args=[stored.code, 320])
    client.force_login(reader)
    assert client.get(url).status_code == 200
    client.logout()
    assert client.get(url).status_code == 404


def test_a_small_picture_is_not_made_larger(client, keep, resolver, tmp_path):
    resolver.add(None)
    stored = keep(picture(size=(100, 60)))
    response = client.get(reverse("media:file-at", args=[stored.code, 320]))
    with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
        assert image.size == (100, 60)
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize("width", [0, 161, 99999])
def test_widths_that_are_not_offered_do_not_exist(client, keep, resolver, width):
    resolver.add(None)
    stored = keep(picture(size=(1000, 600)))
    assert client.get(reverse("media:file-at", args=[stored.code, 160])).status_code == 200
    assert client.get(reverse("media:file-at", args=[stored.code, width])).status_code == 404


def test_bytes_that_are_gone_are_a_404(client, keep, resolver, tmp_path):
    resolver.add(None)
    stored = keep(picture(size=(1000, 600)))
    (tmp_path / stored.path).unlink()
    assert client.get(reverse("media:file", args=[stored.code])).status_code == 404
    assert client.get(reverse("media:file-at", args=[stored.code, 320])).status_code == 404


def test_a_room_has_one_resolver(monkeypatch):
    monkeypatch.setattr(access, "_resolvers", {})
    media.register_resolver("tests", test_a_room_has_one_resolver)
    media.register_resolver("tests", test_a_room_has_one_resolver)
    with pytest.raises(ValueError, match="tests"):
        media.register_resolver("tests", print)
