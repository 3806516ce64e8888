"""An order's number for people, as every page and paper shows it."""

from __future__ import annotations

from markupsafe import Markup

from catalog_service.domain.orders.numbers import number_parts


def number_html(number: str) -> Markup:
    """Parted for the eye by the style sheet (``order-number``), so that what is copied has no spaces."""
    parts = Markup("").join(Markup("<span>{}</span>").format(part) for part in number_parts(number))
    return Markup('<span class="order-number">{}</span>').format(parts)
