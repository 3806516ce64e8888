"""An address as a picture that a telephone reads."""

from __future__ import annotations

import segno
from markupsafe import Markup

ERROR_LEVEL = "m"  # 15 %: a screen is clean, and a denser picture is harder for cheap cameras
BORDER_MODULES = 4  # ISO/IEC 18004: narrower and readers miss it


def qr_svg(text: str) -> Markup:
    """An inline SVG, dark on white whatever the theme, without a style or script of its own."""
    code = segno.make_qr(text, error=ERROR_LEVEL, boost_error=False)
    drawn = code.svg_inline(
        border=BORDER_MODULES, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawn)  # noqa: S704 (segno draws modules, nothing of the text is in it)
