"""Trying a certificate's design out: the look that a template has, and everything that is wrong with one."""

import io

from django.utils.translation import gettext as _
from PIL import Image

from yingzao.core import media
from yingzao.core.fonts import missing_characters
from yingzao.core.models import StoredFile
from yingzao.honours.bridge.typesetting import FONT, Look, draw_preview
from yingzao.honours.bridge.wording import SAMPLES, sample_words
from yingzao.honours.models import CertificateTemplate
from yingzao.honours.rules.layout import LABELS, Layout, from_json, standard
from yingzao.honours.rules.layout_problems import (
    Box,
    Picture,
    Problem,
    problems_of,
    problems_of_boxes,
    problems_of_pictures,
)
from yingzao.programmes.models import Programme

Pictures = dict[str, StoredFile]


def pictures_of(template: CertificateTemplate | None) -> Pictures:
    if template is None:
        return {}
    given = {"background": template.background, "seal": template.seal, "signature": template.signature}
    return {key: stored for key, stored in given.items() if stored is not None}


def look_of(template: CertificateTemplate | None, kind: str) -> Look:
    layout = from_json(template.layout, kind) if template else standard(kind)
    return look_with(layout, pictures_of(template))


def look_with(layout: Layout, pictures: Pictures) -> Look:
    return Look(layout, {key: media.read_bytes(stored) for key, stored in pictures.items()})


def draw_sample(
    *, programme: Programme, layout: Layout, pictures: Pictures, sample: str, site: str
) -> tuple[bytes, list[Box], list[Problem]]:
    """A picture of a sample certificate, where its fields came to stand, and what is wrong with it."""
    look = look_with(layout, pictures)
    words = sample_words(programme, sample, site)
    drawn, boxes = draw_preview(words, look)
    return (
        drawn,
        boxes,
        problems_of(layout) + _of_pictures(look) + _of_characters(look) + problems_of_boxes(layout, boxes),
    )


def problems_in(*, programme: Programme, layout: Layout, pictures: Pictures, site: str) -> list[Problem]:
    """Whatever stands against keeping this design; the places are tried with a short name and with a long one."""
    look = look_with(layout, pictures)
    found = problems_of(layout) + _of_pictures(look) + _of_characters(look)
    for sample in SAMPLES:
        _drawn, boxes = draw_preview(sample_words(programme, sample, site), look)
        found += problems_of_boxes(layout, boxes)
    return list(dict.fromkeys(found))


def _of_pictures(look: Look) -> list[Problem]:
    known = {}
    for key, data in look.pictures.items():
        with Image.open(io.BytesIO(data)) as opened:
            known[key] = Picture(opened.width, opened.height, see_through="A" in opened.getbands())
    return problems_of_pictures(look.layout, known)


def _of_characters(look: Look) -> list[Problem]:
    return [
        Problem(
            _(
                "The certificate's font has no “%(character)s”, which stands in “%(field)s”. Write it another way."
            )
            % {"character": missing[0], "field": LABELS[spot.key]},
            spot.key,
            "text",
        )
        for spot in look.layout.shown
        if not spot.is_picture and (missing := missing_characters(spot.text, FONT))
    ]
