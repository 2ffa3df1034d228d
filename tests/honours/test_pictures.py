"""A certificate as a picture: drawn from the issued bytes, once, for whoever may read them."""

import io

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image, ImageChops

from tests.factories.people import PersonFactory
from yingzao.core import media
from yingzao.core.media.thumbnails import drawn_path
from yingzao.honours.bridge.typesetting import Look, draw_pdf, set_certificate
from yingzao.honours.bridge.wording import sample_words
from yingzao.honours.rules.layout import standard


def body(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(("orientation", "size"), [("landscape", (1754, 1240)), ("portrait", (1240, 1754))])
def test_the_picture_shows_what_the_pdf_shows(camp, orientation, size):
    words, look = (
        sample_words(camp.programme, "usual", "https://example.cn/"),
        Look(standard("honour", orientation)),
    )
    drawn = Image.open(io.BytesIO(draw_pdf(set_certificate(words, look)))).convert("L")
    set_anew = Image.open(io.BytesIO(set_certificate(words, look, form="png"))).convert("L")
    assert drawn.size == set_anew.size == size
    # Two renderers smooth the edges of strokes differently; no stroke stands elsewhere.
    far_off = sum(ImageChops.difference(drawn, set_anew).histogram()[128:])
    assert far_off < 0.002 * drawn.width * drawn.height


def test_the_holder_and_the_desk_get_the_picture_of_the_issued_bytes(camp, client):
    certificate = next(c for c in camp.issued() if c.kind == "honour")
    before = media.read_bytes(certificate.pdf)
    mine = reverse("honours:learner-certificate-picture", args=[certificate.code])
    desk = reverse("honours:desk-certificate-picture", args=[camp.programme.code, certificate.code])
    client.force_login(camp.learner("学员一").person)
    response = client.get(mine)
    first = body(response)
    assert response["Content-Disposition"] == f'attachment; filename="{certificate.number}.png"'
    assert first.startswith(b"\x89PNG")
    client.force_login(camp.organiser)
    assert body(client.get(desk)) == first
    certificate.refresh_from_db()
    assert media.read_bytes(certificate.pdf) == before


def test_a_picture_is_drawn_once(camp, client, monkeypatch):
    certificate = camp.issued()[0]
    client.force_login(camp.learner("学员一").person)
    address = reverse("honours:learner-certificate-picture", args=[certificate.code])
    first = body(client.get(address))
    monkeypatch.setattr("yingzao.honours.views.pictures.draw_pdf", lambda pdf: 1 / 0)
    assert body(client.get(address)) == first


def test_nobody_else_gets_the_picture(camp, client):
    certificate = camp.issued()[0]
    address = reverse("honours:learner-certificate-picture", args=[certificate.code])
    for person in (camp.learner("学员二").person, camp.judging.judges[0].person, PersonFactory()):
        client.force_login(person)
        assert client.get(address).status_code == 404


def test_after_an_erasure_there_is_no_picture_and_none_is_drawn(
    camp, client, django_capture_on_commit_callbacks
):
    certificate = camp.issued()[0]
    client.force_login(camp.organiser)
    address = reverse("honours:desk-certificate-picture", args=[camp.programme.code, certificate.code])
    client.get(address)
    kept = drawn_path(certificate.pdf)
    assert default_storage.exists(kept)
    with django_capture_on_commit_callbacks(execute=True):
        media.blank(certificate.pdf)
    assert not default_storage.exists(kept)
    assert client.get(address).status_code == 404
