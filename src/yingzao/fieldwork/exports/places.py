"""A resource map as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from yingzao.communities.enums import facet_words
from yingzao.communities.models import Community
from yingzao.core import ports
from yingzao.core.masking import mask_phones_in
from yingzao.fieldwork.queries import ResourceMap, Spot

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def places_workbook(community: Community, shown: ResourceMap) -> bytes:
    sheet = ports.SheetOut(
        name=_("Resource map"),
        header=_header(),
        rows=[_row(spot) for spot in shown.spots],
        title=community.name,
        widths=(6, 12, 40, 20, 24, 12, 12),
        text_columns=frozenset({1, 2, 3, 4}),
    )
    return ports.port("table_writer").write([sheet])


def places_csv(shown: ResourceMap) -> bytes:
    """With a mark that lets Excel read it as UTF-8; telephones are masked, and no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_header())
    for spot in shown.spots:
        writer.writerow([_plain(str(cell)) for cell in _row(spot)])
    return text.getvalue().encode("utf-8-sig")


def _header() -> list[str]:
    return [
        _("No."),
        _("Kind"),
        _("What is there"),
        _("Facets"),
        _("Where it is"),
        _("Latitude"),
        _("Longitude"),
    ]


def _row(spot: Spot) -> Sequence[str | int | float]:
    return [
        spot.number,
        spot.word,
        spot.title,
        facet_words(spot.facets),
        spot.place,
        "" if spot.latitude is None else float(spot.latitude),
        "" if spot.longitude is None else float(spot.longitude),
    ]


def _plain(cell: str) -> str:
    masked = mask_phones_in(cell)
    is_number = masked.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{masked}" if masked.startswith(FORMULA) and not is_number else masked
