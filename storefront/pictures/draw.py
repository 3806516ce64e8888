"""From a shape's name to its picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from storefront.pictures import (
    beauty,
    clothing,
    digital,
    electrical,
    farming,
    food,
    furniture,
    home,
    kitchen,
    leisure,
    machinery,
    materials,
    packaging,
    vehicles,
    wearing,
)
from storefront.pictures.primitives import Tones, circle, ellipse, path, rect, tones

VARIANTS = 4
NEUTRAL_COLOUR = "8fa3b5"
_COLOUR = re.compile(r"[0-9a-f]{6}")

Drawing = Callable[[Tones, int], str]

SHAPES: Mapping[str, Drawing] = {
    **machinery.SHAPES,
    **electrical.SHAPES,
    **materials.SHAPES,
    **packaging.SHAPES,
    **clothing.SHAPES,
    **wearing.SHAPES,
    **leisure.SHAPES,
    **home.SHAPES,
    **kitchen.SHAPES,
    **furniture.SHAPES,
    **digital.SHAPES,
    **beauty.SHAPES,
    **food.SHAPES,
    **farming.SHAPES,
    **vehicles.SHAPES,
}


def draw(shape: str, colour: str, variant: int) -> str:
    """An SVG of 240 x 240 units, no text in it, under 3 kB.

    ``colour``: six hexadecimal digits, with or without ``#``; anything else gives a neutral one. An unknown ``shape``
    gives a box. ``variant`` counts modulo ``VARIANTS``.
    """
    code = colour.lower().removeprefix("#")
    shades = tones(code if _COLOUR.fullmatch(code) else NEUTRAL_COLOUR)
    place = variant % VARIANTS
    drawing = SHAPES.get(shape, packaging.box)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" role="img">'
        f"{_ground(shades, place)}{drawing(shades, place)}</svg>"
    )


def _ground(shades: Tones, variant: int) -> str:
    """Four quiet backgrounds."""
    marks = rect(0, 0, 240, 240, shades.ground)
    if variant == 0:
        return marks + circle(120, 118, 92, shades.ground_deep)
    if variant == 1:
        return marks + path("M0 178H240V240H0Z", shades.ground_deep)
    if variant == 2:
        return marks + path("M0 240V150L240 60V240Z", shades.ground_deep)
    return marks + ellipse(48, 44, 62, 50, shades.ground_deep) + ellipse(206, 204, 70, 56, shades.ground_deep)
