"""The few marks that every drawing is made of. Coordinates are those of a 240 x 240 view box."""

from __future__ import annotations

from dataclasses import dataclass

SIDE = 240
STEEL, STEEL_DARK, STEEL_LIGHT = "#aab3bd", "#7d8894", "#dde3e8"
WOOD, WOOD_DARK, WOOD_LIGHT = "#c89a65", "#a67a49", "#e2bf92"
INK, CREAM, WHITE, LEAF, LEAF_DARK = "#39424e", "#f7efdf", "#ffffff", "#6fae62", "#4b8a48"
GOLD, RED, SKY, GLASS = "#e2b857", "#d9584f", "#8cc3e8", "#cfe8f2"


@dataclass(frozen=True, slots=True)
class Tones:
    """Shades of one colour: ``base`` as stated, two darker, two lighter, and ``ground`` for the background."""

    base: str
    dark: str
    deep: str
    light: str
    pale: str
    ground: str
    ground_deep: str


def tones(colour: str) -> Tones:
    """Shades of a colour of six hexadecimal digits."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    luminance = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    bright = luminance > 0.86  # a white thing needs a ground that is not white
    return Tones(
        base=f"#{colour}",
        dark=_mix(colour, "26303f", 0.16 if bright else 0.22),
        deep=_mix(colour, "1d2533", 0.34 if bright else 0.45),
        light=_mix(colour, "ffffff", 0.32),
        pale=_mix(colour, "ffffff", 0.66),
        ground=_mix(colour, "b4c6d2", 0.62) if bright else _mix(colour, "ffffff", 0.86),
        ground_deep=_mix(colour, "a3b8c6", 0.72) if bright else _mix(colour, "ffffff", 0.74),
    )


def _mix(colour: str, other: str, share: float) -> str:
    channels = (
        round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share) for at in (0, 2, 4)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> str:
    """An upright rectangle, its corners rounded by ``radius``."""
    corner = f' rx="{radius:g}"' if radius else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{corner} fill="{fill}"/>'


def circle(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def ellipse(x: float, y: float, across: float, down: float, fill: str) -> str:
    """Half axes ``across`` and ``down``."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{across:g}" ry="{down:g}" fill="{fill}"/>'


def path(outline: str, fill: str) -> str:
    return f'<path d="{outline}" fill="{fill}"/>'


def line(outline: str, stroke: str, width: float = 4) -> str:
    """An open stroke with round ends."""
    return (
        f'<path d="{outline}" fill="none" stroke="{stroke}" stroke-width="{width:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def ring(x: float, y: float, radius: float, stroke: str, width: float = 4) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'


def dashes(x: float, y: float, radius: float, stroke: str, width: float, count: int) -> str:
    """``count`` marks on a circle, as long as the gaps between them: teeth, treads, spokes seen as strokes."""
    step = 3.14159265 * radius / count
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="none" stroke="{stroke}" stroke-width="{width:g}" '
        f'stroke-dasharray="{step:.4g}"/>'
    )


def turned(marks: str, degrees: float, x: float = 120, y: float = 120) -> str:
    """Turned clockwise about a point."""
    return f'<g transform="rotate({degrees:g} {x:g} {y:g})">{marks}</g>'


def moved(marks: str, x: float, y: float, scale: float = 1) -> str:
    return f'<g transform="translate({x:g} {y:g}) scale({scale:g})">{marks}</g>'


def both_sides(left_half: str) -> str:
    """A drawing of the left half and its mirror image about the upright middle."""
    return f'{left_half}<g transform="matrix(-1 0 0 1 240 0)">{left_half}</g>'


def around(mark: str, count: int, x: float = 120, y: float = 120, start: float = 0) -> str:
    """``count`` copies evenly around a point."""
    return "".join(turned(mark, start + 360 * place / count, x, y) for place in range(count))
