"""Captions as the browser reads them: WebVTT as it is, SRT turned into it."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused

CUE = re.compile(r"(\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{3}\s*-->\s*(\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{3}")


def read_captions(data: bytes) -> str:
    """WebVTT text. Raises Refused (`wrong_kind`) for what has no line of time in it."""
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\ufeff")
    if not CUE.search(text):
        raise Refused(
            _("These are no captions that can be read. Use a WebVTT (.vtt) or SubRip (.srt) file."),
            code="wrong_kind",
            field="captions",
        )
    if text.startswith("WEBVTT"):
        return text
    timed = CUE.sub(lambda found: found[0].replace(",", "."), text)
    return "WEBVTT\n\n" + timed.strip() + "\n"


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-16", "replace") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
