"""Certificate numbers: XFY-2021-01-0007-K, the last character checking the rest (ISO 7064, Mod 37,36)."""

import re

from stdnum.iso7064 import mod_37_36

PATTERN = re.compile(r"^([A-Z]{2,8})(\d{4})(\d{2})(\d{4,6})([0-9A-Z])$")


def check_character(body: str) -> str:
    """Of a number's letters and digits, hyphens left out. It finds any one wrong character and nearly any two swapped."""
    return mod_37_36.calc_check_digit(body.replace("-", ""))


def certificate_number(*, prefix: str, year: int, term: int, serial: int) -> str:
    body = f"{prefix}-{year:04}-{term:02}-{serial:04}"
    return f"{body}-{check_character(body)}"


def read_number(text: str) -> str | None:
    """What somebody typed from paper as a number in its written form; None when it cannot be one.

    Spaces, missing hyphens, small letters and full-width characters are forgiven, a wrong character is not.
    """
    compact = re.sub(r"[^0-9A-Z]", "", _half_width(text).upper())
    found = PATTERN.match(compact)
    if not found or not mod_37_36.is_valid(compact):
        return None
    return "-".join(found.groups())


def _half_width(text: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)


def core_name(programme: str) -> str:
    """A programme's name without what every programme is called: 社区治理先锋营计划 → 社区治理先锋营."""
    core = "".join(c for c in programme if c.isalnum())
    return re.sub(r"(计划|项目|工程|行动)$", "", core) or programme


def suggested_prefix(initials: str) -> str:
    """The last three of the pinyin initials: sqzlxfy → XFY. YZ where there are no letters."""
    letters = "".join(c for c in initials.upper() if "A" <= c <= "Z")
    return letters[-3:] if len(letters) >= 2 else "YZ"


def seal_text(programme: str) -> str:
    """The four characters of the seal: the last three of the name's core and 印, else 营造之印."""
    han = "".join(c for c in core_name(programme) if "\u4e00" <= c <= "\u9fff")
    return f"{han[-3:]}印" if len(han) >= 3 else "营造之印"
