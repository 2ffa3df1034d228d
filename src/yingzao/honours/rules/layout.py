"""How a certificate is laid out: which fields stand where, and what may be wrong with that. No database, no drawing.

A layout is kept as JSON: `{"format", "orientation", "frame", "fields": {key: {"show", "text", "x", "y", "width", "size", "align",
"colour"}}}`. Millimetres from the upper left corner and points, each a string such as "45" or "7.5", so that it can be hashed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingzao.honours.enums import CertificateKind

FORMAT = "yingzao-layout/1"
LANGUAGE = "zh-hans"  # of the paper, whatever the organiser reads the desk in
PAGES = {"landscape": (297, 210), "portrait": (210, 297)}  # A4, millimetres
ALIGNS = ("left", "center", "right")
COLOURS = ("ink", "soft", "red", "gold")

# What may stand in braces, and what it is, for the page that offers them.
PLACEHOLDERS = {
    "姓名": gettext_lazy("full name"),
    "计划": gettext_lazy("programme"),
    "时间段": gettext_lazy("months of the programme"),
    "学时": gettext_lazy("credit hours"),
    "学时分钟": gettext_lazy("minutes of a credit hour"),
    "社区": gettext_lazy("community of the holder"),
    "指导单位": gettext_lazy("guided by, else the programme"),
    "颁发单位": gettext_lazy("issuing organisation"),
    "日期": gettext_lazy("date in Chinese figures"),
    "编号": gettext_lazy("certificate number"),
    "网址": gettext_lazy("address of the verification page"),
}
IN_BRACES = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
SENTENCE = re.compile(r"[^。！？\n]*[。！？]?\n?")

LABELS = {
    "heading": gettext_lazy("Line above the title"),
    "title": gettext_lazy("Title of the certificate"),
    "salutation": gettext_lazy("Salutation"),
    "body": gettext_lazy("Body"),
    "closing": gettext_lazy("Closing"),
    "issuer": gettext_lazy("Issuer"),
    "date": gettext_lazy("Date of issue"),
    "number": gettext_lazy("Number of the certificate"),
    "verify": gettext_lazy("How to verify"),
    "qr": gettext_lazy("QR code"),
    "seal": gettext_lazy("Seal"),
    "signature": gettext_lazy("Signature"),
}
PICTURES = ("qr", "seal", "signature")


@dataclass(frozen=True)
class Spot:
    """One field's place. `text` and `size`, `align`, `colour` mean nothing for pictures."""

    key: str
    x: Decimal
    y: Decimal
    width: Decimal
    size: Decimal = Decimal(12)
    align: str = "left"
    colour: str = "ink"
    show: bool = True
    text: str = ""

    @property
    def label(self) -> str:
        return str(LABELS[self.key])

    @property
    def is_picture(self) -> bool:
        return self.key in PICTURES


@dataclass(frozen=True)
class Layout:
    orientation: str
    frame: bool
    spots: tuple[Spot, ...]

    @property
    def page(self) -> tuple[int, int]:
        return PAGES[self.orientation]

    @property
    def shown(self) -> tuple[Spot, ...]:
        return tuple(spot for spot in self.spots if spot.show)

    def spot(self, key: str) -> Spot:
        return next(spot for spot in self.spots if spot.key == key)


@dataclass(frozen=True)
class Facts:
    """What stands for the placeholders on one certificate."""

    name: str
    programme: str
    period: str
    hours: str  # empty where no credit hours are counted
    hour_minutes: str
    community: str
    guided_by: str
    issuer: str
    date: str
    number: str
    address: str

    def values(self) -> dict[str, str]:
        return {
            "姓名": self.name,
            "计划": self.programme,
            "时间段": self.period,
            "学时": self.hours,
            "学时分钟": self.hour_minutes,
            "社区": self.community,
            "指导单位": self.guided_by,
            "颁发单位": self.issuer,
            "日期": self.date,
            "编号": self.number,
            "网址": self.address,
        }


def plain(number: Decimal) -> str:
    """45.0 as 45, 7.50 as 7.5: one way of writing it."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def standard(kind: str, orientation: str = "landscape") -> Layout:
    """The layout that comes with the product."""
    rows = _PORTRAIT if orientation == "portrait" else _LANDSCAPE
    texts = _standard_texts(kind)
    spots = tuple(
        Spot(
            key,
            Decimal(x),
            Decimal(y),
            Decimal(width),
            Decimal(size),
            align,
            colour,
            key != "signature",
            texts.get(key, ""),
        )
        for key, x, y, width, size, align, colour in rows
    )
    return Layout(orientation, True, spots)


_LANDSCAPE = (
    ("heading", "45", "31", "207", "13", "center", "soft"),
    ("title", "30", "43", "237", "46", "center", "ink"),
    ("salutation", "45", "80", "207", "22", "left", "ink"),
    ("body", "45", "96", "207", "18", "left", "ink"),
    ("closing", "45", "138", "207", "18", "left", "ink"),
    ("issuer", "130", "159", "92", "15", "right", "ink"),
    ("date", "130", "170", "92", "14", "right", "ink"),
    ("number", "73", "160", "62", "10.5", "left", "ink"),
    ("verify", "73", "167", "56", "9.5", "left", "soft"),
    ("qr", "45", "158", "23", "12", "left", "ink"),
    ("seal", "228", "155", "25", "12", "left", "red"),
    ("signature", "160", "140", "45", "12", "left", "ink"),
)
_PORTRAIT = (
    ("heading", "25", "44", "160", "13", "center", "soft"),
    ("title", "20", "58", "170", "42", "center", "ink"),
    ("salutation", "30", "106", "150", "21", "left", "ink"),
    ("body", "30", "122", "150", "17", "left", "ink"),
    ("closing", "30", "188", "150", "17", "left", "ink"),
    ("issuer", "60", "212", "92", "15", "right", "ink"),
    ("date", "60", "223", "92", "14", "right", "ink"),
    ("number", "58", "250", "80", "10.5", "left", "ink"),
    ("verify", "58", "257", "80", "9.5", "left", "soft"),
    ("qr", "30", "248", "23", "12", "left", "ink"),
    ("seal", "156", "208", "25", "12", "left", "red"),
    ("signature", "100", "196", "45", "12", "left", "ink"),
)


def _standard_texts(kind: str) -> dict[str, str]:
    told = {"programme": "{计划}", "period": "{时间段}"}
    with translation.override(LANGUAGE):
        if kind == CertificateKind.HONOUR:
            title = _("Certificate of Honour")
            body = _(
                "studied in earnest and practised with results in “%(programme)s” (%(period)s). After selection and "
                "public notice the holder is named an outstanding learner."
            )
            closing = _("This certificate is given in recognition.")
        else:
            title = _("Certificate of Completion")
            body = _(
                "took part in “%(programme)s” (%(period)s), fulfilled the duties of the programme and completed it."
            )
            closing = _("This certificate is given in witness.")
        hours = _(" In all, %(hours)s credit hours of %(minutes)s minutes were completed.") % {
            "hours": "{学时}",
            "minutes": "{学时分钟}",
        }
        return {
            "heading": "{指导单位}",
            "title": title,
            "salutation": "{姓名}" + _(" ,"),
            "body": body % told + hours,
            "closing": closing,
            "issuer": "{颁发单位}",
            "date": "{日期}",
            "number": _("Certificate no.") + " {编号}",
            "verify": _("Scan the code or enter the number to verify") + "\n{网址}",
        }


def as_json(layout: Layout) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "orientation": layout.orientation,
        "frame": layout.frame,
        "fields": {
            spot.key: {
                "show": spot.show,
                "x": plain(spot.x),
                "y": plain(spot.y),
                "width": plain(spot.width),
                **(
                    {}
                    if spot.is_picture
                    else {
                        "text": spot.text,
                        "size": plain(spot.size),
                        "align": spot.align,
                        "colour": spot.colour,
                    }
                ),
            }
            for spot in layout.spots
        },
    }


def from_json(kept: Mapping[str, Any], kind: str) -> Layout:
    """As it was kept. A field that came with a later version of the product stands where the standard has it, hidden."""
    usual = standard(kind, kept["orientation"])
    spots = []
    for spot in usual.spots:
        given = kept["fields"].get(spot.key)
        if given is None:
            spots.append(replace(spot, show=False))
            continue
        spots.append(
            replace(
                spot,
                show=given["show"],
                x=Decimal(given["x"]),
                y=Decimal(given["y"]),
                width=Decimal(given["width"]),
                text=given.get("text", ""),
                size=Decimal(given.get("size", spot.size)),
                align=given.get("align", spot.align),
                colour=given.get("colour", spot.colour),
            )
        )
    return Layout(kept["orientation"], kept["frame"], tuple(spots))


def filled(text: str, facts: Facts) -> str:
    """The text with what stands for its placeholders. A sentence about credit hours is left out where none are counted."""
    values = facts.values()
    if not facts.hours:
        text = "".join(
            part for part in SENTENCE.findall(text) if not {"学时", "学时分钟"} & set(IN_BRACES.findall(part))
        )
    return IN_BRACES.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def unknown_placeholders(text: str) -> list[str]:
    return [name for name in IN_BRACES.findall(text) if name.strip() not in PLACEHOLDERS]


def has_lone_brace(text: str) -> bool:
    return bool(re.search("[{}｛｝]", IN_BRACES.sub("", text)))


def names_in(layout: Layout) -> set[str]:
    return {name.strip() for spot in layout.shown for name in IN_BRACES.findall(spot.text)}
