"""Pages that are one reader's own go packed to whoever takes them so; files, parts of files and streams as they are."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from yingzao.core.ui.middleware import PackingMiddleware
from yingzao.core.ui.shared import SHARED

PAGE = "<p>村里没有信号。</p>" * 200


def answered(response: HttpResponse, takes: str = "gzip, deflate, br") -> HttpResponse:
    request = RequestFactory().get("/", headers={"Accept-Encoding": takes} if takes else {})
    return PackingMiddleware(lambda _request: response)(request)


def test_a_page_is_packed_and_says_so():
    response = answered(HttpResponse(PAGE, headers={"ETag": '"a"', "Vary": "Cookie"}))
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == PAGE
    assert int(response["Content-Length"]) == len(response.content) < len(PAGE.encode()) / 5
    assert response["Vary"] == "Cookie, Accept-Encoding"
    assert response["ETag"] == 'W/"a"'


def test_the_length_of_the_same_page_is_not_the_same_each_time():
    assert len({len(answered(HttpResponse(PAGE)).content) for _again in range(40)}) > 5


@pytest.mark.parametrize("takes", ["", "br", "identity"])
def test_who_takes_no_gzip_gets_it_plain(takes):
    response = answered(HttpResponse(PAGE), takes)
    assert "Content-Encoding" not in response
    assert response.content.decode() == PAGE


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("short"),
        HttpResponse(b"\x00" * 5000, content_type="image/jpeg"),
        HttpResponse(b"\x00" * 5000, content_type="application/zip"),
        HttpResponse(PAGE, status=206),
        HttpResponse(PAGE, headers={"Cache-Control": SHARED}),  # whoever keeps it packs it
        HttpResponse(gzip.compress(PAGE.encode() * 50), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["short", "picture", "archive", "part", "shared", "packed"],
)
def test_what_is_left_as_it_is(response):
    before, encoding = response.content, response.get("Content-Encoding")
    after = answered(response)
    assert (after.content, after.get("Content-Encoding")) == (before, encoding)


def test_a_file_that_is_streamed_keeps_its_length(tmp_path):
    (tmp_path / "a.csv").write_text("姓名\n" * 2000)
    response = answered(FileResponse((tmp_path / "a.csv").open("rb"), content_type="text/csv"))
    assert "Content-Encoding" not in response
    assert response["Content-Length"] == str((tmp_path / "a.csv").stat().st_size)
    response.close()
