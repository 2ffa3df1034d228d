"""Pictures in the sizes and forms of public pages: how large, cut where, for whom, and gone with the picture."""

import io

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.core.test_media import picture
from yingzao.core import media
from yingzao.core.media import access, renditions
from yingzao.core.models import StoredFile

pytestmark = pytest.mark.django_db


def sized(width, height, **focus) -> StoredFile:
    return StoredFile(width=width, height=height, sha256="ab" * 32, **focus)


@pytest.mark.parametrize(
    ("width", "height", "shape", "sizes"),
    [
        (2400, 1600, "whole", [(480, 320), (960, 640), (1600, 1067)]),
        (2400, 1600, "wide", [(480, 270), (960, 540), (1600, 900)]),
        (2400, 1600, "square", [(320, 320), (640, 640)]),
        (700, 1400, "whole", [(480, 960), (700, 1400)]),  # no larger than it is
        (300, 200, "whole", [(300, 200)]),
        (960, 640, "whole", [(480, 320), (960, 640)]),
        (1, 9000, "wide", [(1, 1)]),
    ],
)
def test_what_is_offered_of_a_picture(width, height, shape, sizes):
    offered = renditions.renditions_of(sized(width, height), shape, "avif")
    assert [(one.shown, one.height) for one in offered] == sizes


@pytest.mark.parametrize(
    ("focus", "box"),
    [
        ((50, 50), (500, 0, 1000, 1000)),
        ((0, 50), (0, 0, 1000, 1000)),
        ((60, 10), (700, 0, 1000, 1000)),
        ((100, 100), (1000, 0, 1000, 1000)),
    ],
)
def test_a_cut_keeps_the_point_of_focus(focus, box):
    found = renditions.box_of(sized(2000, 1000, focus_x=focus[0], focus_y=focus[1]), "square")
    assert (found.left, found.top, found.width, found.height) == box


@given(
    width=st.integers(1, 4000),
    height=st.integers(1, 4000),
    x=st.integers(0, 100),
    y=st.integers(0, 100),
    shape=st.sampled_from(["wide", "square"]),
)
def test_a_cut_lies_within_the_picture_and_holds_its_focus(width, height, x, y, shape):
    box = renditions.box_of(sized(width, height, focus_x=x, focus_y=y), shape)
    assert 0 <= box.left <= box.left + box.width <= width
    assert 0 <= box.top <= box.top + box.height <= height
    assert box.left - 1 <= width * x / 100 <= box.left + box.width + 1
    assert box.top - 1 <= height * y / 100 <= box.top + box.height + 1


FORMS = [("avif", "image/avif", "AVIF"), ("webp", "image/webp", "WEBP"), ("jpg", "image/jpeg", "JPEG")]


@pytest.mark.parametrize(("form", "media_type", "written"), FORMS)
def test_each_form_is_made_once_and_carries_nothing_but_the_picture(
    client,
    keep,
    resolver,
    tmp_path,
    form,
    media_type,
    written,
):
    resolver.add(None)
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "走访记录"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (1000, 600), (1, 90, 90)).save(data, "JPEG", exif=exif)
    stored = keep(data.getvalue())
    address = reverse("media:rendition", args=[stored.code, f"whole-480.{form}"])
    for _ in range(2):
        response = client.get(address)
        made = b"".join(response.streaming_content)
        assert (response.status_code, response["Content-Type"]) == (200, media_type)
        with Image.open(io.BytesIO(made)) as image:
            assert (image.format, image.size) == (written, (480, 288))
            assert not image.getexif()
        assert "走访记录".encode() not in made
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_see_through_picture_stands_on_white_as_jpeg_and_stays_see_through_elsewhere(
    client, keep, resolver
):
    resolver.add(None)
    stored = keep(picture("PNG", size=(900, 600), mode="RGBA", colour=(1, 2, 3, 0)))
    for form, mode, corner in (
        ("jpg", "RGB", (255, 255, 255)),
        ("webp", "RGBA", None),
        ("avif", "RGBA", None),
    ):
        response = client.get(reverse("media:rendition", args=[stored.code, f"whole-480.{form}"]))
        with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
            assert image.mode == mode
            if corner:
                assert image.getpixel((3, 3)) == corner


def test_another_focus_is_another_cut(client, keep, resolver):
    resolver.add(None)
    two = Image.new("RGB", (1000, 500), (250, 0, 0))
    two.paste((0, 0, 250), (500, 0, 1000, 500))
    data = io.BytesIO()
    two.save(data, "PNG")
    stored = keep(data.getvalue())
    address = reverse("media:rendition", args=[stored.code, "square-320.jpg"])
    seen = []
    for x in (0, 100):
        media.point_at(stored, x=x, y=50)
        response = client.get(address)
        with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
            red, _green, blue = image.getpixel((160, 160))
            seen.append("red" if red > blue else "blue")
    assert seen == ["red", "blue"]


@pytest.mark.parametrize(
    "name",
    ["whole-481.avif", "tall-480.avif", "whole-480.png", "whole-480.svg", "square-960.jpg", "whole-.jpg"],
)
def test_what_is_not_offered_does_not_exist(client, keep, resolver, name):
    resolver.add(None)
    stored = keep(picture(size=(1000, 600)))
    assert client.get(f"/files/{stored.code}/whole-480.jpg").status_code == 200
    assert client.get(f"/files/{stored.code}/{name}").status_code == 404


def test_a_width_that_the_picture_does_not_fill_is_its_largest(client, keep, resolver, tmp_path):
    resolver.add(None)
    stored = keep(picture(size=(600, 400)))
    for width in (960, 1600):
        response = client.get(f"/files/{stored.code}/whole-{width}.webp")
        with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
            assert image.size == (600, 400)
    assert len([path for path in tmp_path.rglob("*.webp")]) == 1


def test_who_may_not_read_a_picture_gets_it_in_no_size(client, keep, resolver):
    stored = keep(picture(size=(1000, 600)))
    address = reverse("media:rendition", args=[stored.code, "whole-480.jpg"])
    assert client.get(address).status_code == 404
    resolver.add(None)
    assert client.get(address).status_code == 200
    resolver.clear()
    assert client.get(address).status_code == 404  # also now that it is made


def test_a_room_keeps_its_originals(client, keep, resolver, monkeypatch):
    resolver.add(None)
    stored = keep(picture(size=(1000, 600)))
    whole, sized_ = reverse("media:file", args=[stored.code]), f"/files/{stored.code}/whole-480.jpg"
    assert client.get(whole).status_code == 200
    monkeypatch.setitem(access._whole, stored.room, lambda person, asked: person is not None)
    assert (client.get(whole).status_code, client.get(sized_).status_code) == (404, 200)


def test_bytes_that_are_no_picture_have_no_sizes(client, keep, resolver):
    resolver.add(None)
    stored = keep("第一行".encode(), name="a.txt")
    assert client.get(f"/files/{stored.code}/whole-480.jpg").status_code == 404
    assert media.make_all(stored) == 0


def test_all_are_made_ahead_and_go_with_the_picture(keep, tmp_path, django_capture_on_commit_callbacks):
    stored = keep(picture(size=(1700, 1000)))
    assert media.make_all(stored) == 24  # (3 + 3 + 2) sizes in 3 forms
    assert media.make_all(stored) == 0
    media.point_at(stored, x=10, y=10)
    assert media.make_all(stored) == 15  # the cuts
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 40
    with django_capture_on_commit_callbacks(execute=True):
        media.remove(stored)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_same_bytes_of_another_row_keep_their_sizes(keep, tmp_path, django_capture_on_commit_callbacks):
    first, second = keep(picture(size=(500, 300))), keep(picture(size=(500, 300)))
    media.make_all(first)
    with django_capture_on_commit_callbacks(execute=True):
        media.remove(first)
    assert default_storage.exists(renditions.path_of(second, renditions.named(second, "whole-480.avif")))


def test_a_size_made_while_the_picture_went_is_not_left_behind(keep, tmp_path):
    stored = keep(picture(size=(500, 300)))
    wanted = renditions.named(stored, "whole-480.avif")
    StoredFile.objects.all().delete()  # another process, just now
    renditions.ensure(stored, wanted)
    assert not default_storage.exists(renditions.path_of(stored, wanted))
