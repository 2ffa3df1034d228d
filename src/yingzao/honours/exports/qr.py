"""QR codes as pictures for a page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """An SVG to stand in a page, black on white whatever the theme, without inline style; classes size it."""
    return mark_safe(
        segno.make(text, error="m").svg_inline(
            border=2, dark="#000000", light="#ffffff", svgclass=None, lineclass=None, omitsize=True
        )
    )
