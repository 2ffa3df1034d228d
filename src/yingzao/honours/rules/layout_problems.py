"""What may be wrong with a layout: by its numbers, by its pictures, and by where the ink was when it was drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.utils.translation import gettext as _

from yingzao.honours.rules.layout import (
    LABELS,
    PLACEHOLDERS,
    Layout,
    Spot,
    has_lone_brace,
    names_in,
    plain,
    unknown_placeholders,
)

LEAST_DPI = 150
MM_PER_INCH = Decimal("25.4")
# A seal goes over the issuer and the date on purpose, a signature beside them.
MAY_TOUCH = frozenset(
    frozenset(pair)
    for pair in (
        ("seal", "issuer"),
        ("seal", "date"),
        ("seal", "signature"),
        ("signature", "issuer"),
        ("signature", "date"),
    )
)


@dataclass(frozen=True)
class Box:
    """Where a field's ink is, in millimetres."""

    key: str
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True)
class Problem:
    """A sentence, and the field and the input it is about: ("body", "text")."""

    sentence: str
    key: str = ""
    part: str = ""


@dataclass(frozen=True)
class Picture:
    """What is known of an uploaded picture."""

    width: int
    height: int
    see_through: bool = True


def problems_of(layout: Layout) -> list[Problem]:
    """What is wrong with a layout whatever it is filled with."""
    found = []
    for spot in layout.shown:
        found += _problems_of_text(spot) if not spot.is_picture else []
        page_width, page_height = layout.page
        if spot.x + spot.width > page_width or spot.y >= page_height:
            found.append(
                Problem(
                    _("“%(field)s” goes off the page: the page is %(width)d by %(height)d mm.")
                    % {"field": LABELS[spot.key], "width": page_width, "height": page_height},
                    spot.key,
                    "x",
                )
            )
    names = names_in(layout)
    if "姓名" not in names:
        found.append(
            Problem(_("{姓名} must stand somewhere: a certificate names its holder."), "salutation", "text")
        )
    if "编号" not in names:
        found.append(
            Problem(_("{编号} must stand somewhere: without it nobody can verify it."), "number", "text")
        )
    if not layout.spot("title").show:
        found.append(Problem(_("A certificate needs its title."), "title", "show"))
    return found


def _problems_of_text(spot: Spot) -> list[Problem]:
    found = []
    if not spot.text.strip():
        found.append(
            Problem(
                _("Write a text for “%(field)s”, or hide it.") % {"field": LABELS[spot.key]}, spot.key, "text"
            )
        )
    for name in unknown_placeholders(spot.text):
        found.append(
            Problem(
                _("There is no placeholder {%(name)s}. These can be used: %(known)s.")
                % {"name": name, "known": " ".join(f"{{{known}}}" for known in PLACEHOLDERS)},
                spot.key,
                "text",
            )
        )
    if has_lone_brace(spot.text):
        found.append(
            Problem(_("A brace stands alone. Write placeholders as {姓名}."), spot.key, "text"),
        )
    return found


def problems_of_boxes(layout: Layout, boxes: Iterable[Box]) -> list[Problem]:
    """Fields that reach over the edge of the page, or over one another, as they were drawn."""
    boxes = list(boxes)
    page_width, page_height = layout.page
    found = []
    for box in boxes:
        if box.y + box.height > page_height or box.x + box.width > page_width or min(box.x, box.y) < 0:
            found.append(
                Problem(
                    _("“%(field)s” does not fit: it reaches over the edge of the page.")
                    % {"field": LABELS[box.key]},
                    box.key,
                    "y",
                )
            )
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            if frozenset((one.key, other.key)) not in MAY_TOUCH and _touch(one, other):
                found.append(
                    Problem(
                        _("“%(field)s” and “%(other)s” stand over one another. Move one or make it smaller.")
                        % {"field": LABELS[one.key], "other": LABELS[other.key]},
                        other.key,
                        "y",
                    )
                )
    return found


def _touch(one: Box, other: Box) -> bool:
    slack = Decimal("0.3")  # letters have air around them
    return (
        one.x + one.width > other.x + slack
        and other.x + other.width > one.x + slack
        and one.y + one.height > other.y + slack
        and other.y + other.height > one.y + slack
    )


def pixels_needed(millimetres: Decimal | int) -> int:
    return ceil(Decimal(millimetres) / MM_PER_INCH * LEAST_DPI)


def problems_of_pictures(layout: Layout, pictures: Mapping[str, Picture]) -> list[Problem]:
    """Pictures with too few pixels for the size they are printed at, of another shape than the page, or not see-through."""
    found = []
    page_width, page_height = layout.page
    if background := pictures.get("background"):
        needed = pixels_needed(page_width)
        if background.width < needed or background.height < pixels_needed(page_height):
            found.append(
                Problem(
                    _(
                        "The background is too small for print: it has %(has)d × %(high)d pixels, and needs %(needs)d × %(needs_high)d."
                    )
                    % {
                        "has": background.width,
                        "high": background.height,
                        "needs": needed,
                        "needs_high": pixels_needed(page_height),
                    },
                    "background",
                )
            )
    for key in ("seal", "signature"):
        picture, spot = pictures.get(key), layout.spot(key)
        if not picture or not spot.show:
            continue
        needed = pixels_needed(spot.width)
        if picture.width < needed:
            found.append(
                Problem(
                    _(
                        "“%(field)s” is too small for print: at %(width)s mm it needs a picture %(needs)d pixels wide, this one has %(has)d."
                    )
                    % {
                        "field": LABELS[key],
                        "width": plain(spot.width),
                        "needs": needed,
                        "has": picture.width,
                    },
                    key,
                )
            )
        if key == "seal" and not picture.see_through:
            found.append(
                Problem(
                    _(
                        "The seal has no see-through background and would cover what is under it. Take a PNG that has."
                    ),
                    key,
                )
            )
    if layout.spot("signature").show and "signature" not in pictures:
        found.append(Problem(_("Choose a picture of the signature, or hide it."), "signature"))
    return found
