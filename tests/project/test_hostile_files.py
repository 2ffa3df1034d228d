"""Files that would run in a browser, kept through a form and read again: nothing of them is a page of ours."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.world import World, picture
from yingzao.core.models import StoredFile

SCRIPT = b"<script>__x()</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="__x()"><script>__x()</script></svg>'
JPEG = picture((9, 99, 9))
FILES = {
    "page": ("页.html", b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"),
    "page as jpg": ("照片.jpg", b"<html>" + SCRIPT + b"</html>"),
    "page as txt": ("说明.txt", SCRIPT * 20),
    "page as pdf": ("说明.pdf", b"%PDF-1.4\n<html>" + SCRIPT + b"</html>\n%%EOF"),
    "page before pdf": ("a.pdf", b"<html>" + SCRIPT + b"%PDF-1.4\n%%EOF"),
    "svg": ("图.svg", SVG),
    "svg as png": ("图.png", SVG),
    "xhtml": (
        "a.xhtml",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    ),
    "xml with style": ("a.xml", b'<?xml-stylesheet href="javascript:__x()"?><a/>'),
    "script": ("a.js", b"__x = 1;"),
    "multipart page": ("a.mht", b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + SCRIPT),
    "jpeg with page behind": ("照片.jpg", JPEG + SCRIPT),
    "jpeg with page as its comment": ("照片.jpg", JPEG[:2] + b"\xff\xfe\x00\x18" + SCRIPT + JPEG[2:]),
    "gif that is a script": ("a.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=1;__x()"),
    "name with line ends": ('a"\r\nSet-Cookie: x=1\r\n\r\n<script>.txt', b"text"),
    "name turned round": ("照片\u202egpj.html", SCRIPT),
    "name with path": ("../../etc/passwd.html", SCRIPT),
    "name with semicolon": ("a\";filename*=UTF-8''b.html;x=\".txt", b"text"),
}
NEVER = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml", "text/javascript",
         "application/javascript", "multipart/related", "message/rfc822"}  # fmt: skip
SHOWN = {"image/jpeg", "image/png", "application/pdf"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World("甲")
        transaction.set_rollback(True)


def told(header: str) -> dict[str, str]:
    return dict(re.findall(r"(filename\*?)=(\"(?:[^\"\\]|\\.)*\"|[^;]+)", header))


@pytest.mark.parametrize("file", FILES)
def test_hostile_file_is_refused_or_handed_out_as_what_it_is(file, world, db):
    name, data = FILES[file]
    learner, mentor = Client(), Client()
    learner.force_login(world.learner.person)
    mentor.force_login(world.mentor)
    with transaction.atomic():
        before = set(StoredFile.objects.values_list("pk", flat=True))
        address = reverse("practice:learner-task", args=[world.task.code])
        page = learner.get(address)
        assert page.status_code == 200
        upload = SimpleUploadedFile("x", data)
        upload._name = name  # as it comes over the wire: nothing has cleaned it
        answer = learner.post(address, {"text": "正文", "files": [upload]})
        assert answer.status_code in (302, 422)
        kept = StoredFile.objects.exclude(pk__in=before)
        assert len(kept) == (file != "gif that is a script")  # which is no picture
        for stored in kept:
            for client in (learner, mentor):
                response = client.get(reverse("media:file", args=[stored.code]))
                if response.status_code == 404:
                    continue
                body = b"".join(response.streaming_content)
                kind = response["Content-Type"].partition(";")[0]
                disposition = response["Content-Disposition"]
                assert kind not in NEVER
                assert response["X-Content-Type-Options"] == "nosniff"
                assert disposition.startswith("inline" if kind in SHOWN else "attachment")
                assert not kind.startswith("image/") or SCRIPT not in body
                assert len(told(disposition)) == 1
                assert not re.search(
                    "[\r\n\u202e/]|%0[ad]|%E2%80%AE|%2F", "".join(told(disposition).values()), re.IGNORECASE
                )
                assert "x" not in response.cookies
        transaction.set_rollback(True)


def test_pages_that_leave_go_nowhere_else(world, db):
    """`next` and the like lead to addresses of ours alone."""
    wrong = []
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:__x()", "///evil.example",
                   "https:evil.example", "/\t/evil.example", " //evil.example", "http://testserver@evil.example", "data:text/html,x",
                   "/%0d%0aSet-Cookie:x=1", "/\r\nSet-Cookie: x=1"):  # fmt: skip
        for name, person in (
            ("ui:language", None),
            ("ui:theme", None),
            ("people:sign-in", world.organiser),
            ("people:privacy", world.organiser),
        ):
            client = Client(raise_request_exception=False)
            if person is not None:
                client.force_login(person)
            address = reverse(name)
            sent = {"next": wanted, "language": "en", "theme": "dark", "agree": "on"}
            for response in (client.post(address, sent), client.get(address, sent)):
                goes_to = response.get("Location", "/")
                if (
                    not re.match(r"/(?![/\\\s])[^\r\n\t]*$", goes_to)
                    or response.status_code >= 500
                    or "x" in response.cookies
                ):
                    wrong.append(f"{name} {wanted!r}: {response.status_code} {goes_to!r}")
    assert not wrong, "\n".join(wrong)
