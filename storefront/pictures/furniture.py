"""Sofas, chairs, tables, cabinets."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GOLD,
    INK,
    STEEL,
    STEEL_DARK,
    WOOD,
    WOOD_DARK,
    WOOD_LIGHT,
    Tones,
    both_sides,
    circle,
    ellipse,
    line,
    path,
    rect,
)


def sofa(t: Tones, v: int) -> str:
    """Two seats, armchair, corner, with cushions."""
    if v == 1:
        return (
            rect(66, 62, 108, 100, t.base, 28)
            + both_sides(rect(46, 108, 34, 74, t.dark, 16))
            + rect(74, 130, 92, 36, t.light, 12)
            + rect(66, 160, 108, 24, t.dark, 8)
            + both_sides(line("M70 184L62 206", WOOD_DARK, 8))
        )
    marks = (
        rect(36, 74, 168, 90, t.base, 22)
        + both_sides(rect(20, 108, 34, 74, t.dark, 15))
        + rect(116, 80, 8, 56, t.dark, 3)
        + both_sides(rect(50, 130, 68, 34, t.light, 10))
        + rect(40, 160, 160, 24, t.dark, 8)
        + both_sides(rect(44, 184, 12, 16, WOOD_DARK, 3))
    )
    if v == 2:
        return marks + rect(136, 150, 74, 44, t.light, 12) + rect(136, 178, 74, 22, t.dark, 8)
    return marks + (
        f'<g transform="rotate(-12 78 118)">{rect(60, 98, 40, 40, GOLD, 8)}</g>{rect(150, 100, 38, 36, t.pale, 8)}'
        if v == 3
        else ""
    )


def chair(t: Tones, v: int) -> str:
    """Dining chair, office chair, stool, folding chair."""
    if v == 1:
        return (
            rect(80, 28, 80, 92, t.base, 20)
            + rect(90, 38, 60, 8, t.light, 4)
            + rect(70, 124, 100, 24, t.dark, 12)
            + both_sides(line("M66 128V98H84", INK, 8))
            + rect(114, 148, 12, 32, STEEL)
            + line("M120 180L66 196M120 180L174 196M120 180V200", INK, 9)
            + "".join(circle(x, 202, 8, INK) for x in (64, 120, 176))
        )
    if v == 2:
        return (
            ellipse(120, 84, 62, 18, t.dark)
            + ellipse(120, 76, 62, 18, t.base)
            + ellipse(108, 72, 32, 7, t.light)
            + both_sides(line("M80 92L62 204", WOOD, 11) + line("M102 98L96 198", WOOD_DARK, 9))
            + line("M72 152H168", WOOD_DARK, 7)
        )
    if v == 3:
        return (
            line("M82 40L166 204M158 40L74 204", STEEL_DARK, 9)
            + path("M80 36H160L154 88H86Z", t.base)
            + path("M62 122H178L170 142H70Z", t.light)
            + rect(62, 136, 116, 10, t.dark, 4)
        )
    return (
        rect(78, 34, 84, 84, t.base, 14)
        + rect(88, 44, 9, 62, t.light, 4)
        + path("M66 124H174L182 148H58Z", t.dark)
        + path("M70 116H170L174 130H66Z", t.base)
        + both_sides(line("M70 150L62 208", WOOD, 10) + line("M92 150V196", WOOD_DARK, 9))
    )


def table(t: Tones, v: int) -> str:
    """Table, round table, desk with drawers, standing desk."""
    if v == 1:
        return (
            ellipse(120, 92, 92, 26, t.dark)
            + ellipse(120, 84, 92, 26, t.base)
            + ellipse(98, 78, 44, 9, t.light)
            + rect(111, 108, 18, 74, t.deep)
            + path("M66 204Q120 160 174 204Z", t.deep)
        )
    if v == 2:
        return (
            rect(26, 76, 188, 16, t.base, 4)
            + rect(26, 76, 188, 5, t.light, 2)
            + rect(142, 92, 62, 108, t.dark, 3)
            + "".join(rect(149, y, 48, 26, t.base, 3) + rect(166, y + 11, 14, 5, GOLD, 2) for y in (100, 132, 164))
            + rect(36, 92, 13, 108, t.dark)
        )
    if v == 3:
        return (
            rect(30, 76, 180, 14, t.base, 5)
            + both_sides(rect(62, 90, 16, 100, STEEL) + rect(40, 188, 60, 11, STEEL_DARK, 5))
            + rect(86, 30, 68, 42, INK, 5)
            + rect(116, 68, 8, 10, INK)
            + rect(92, 36, 56, 30, t.light, 2)
        )
    return (
        path("M44 74H196L222 104H18Z", t.base)
        + rect(18, 104, 204, 14, t.dark, 3)
        + both_sides(rect(28, 118, 14, 88, t.deep) + rect(60, 118, 11, 60, t.dark))
        + path("M62 82H150L156 92H54Z", t.light)
    )


def cabinet(t: Tones, v: int) -> str:
    """Wardrobe, drawers, shelves with things, low cupboard."""
    if v == 1:
        return (
            rect(52, 42, 136, 152, t.dark, 6)
            + "".join(
                rect(60, y, 120, 40, t.base, 4) + rect(106, y + 17, 28, 6, GOLD, 3) + rect(60, y, 120, 6, t.light, 3)
                for y in (50, 96, 142)
            )
            + both_sides(rect(60, 194, 12, 14, WOOD_DARK))
        )
    if v == 2:
        things = "".join(
            rect(x, y, 10, h, c, 2)
            for x, y, h, c in (
                (68, 54, 34, "#d9686b"),
                (80, 60, 28, "#5a90c9"),
                (92, 50, 38, "#e6b34f"),
                (140, 58, 30, "#6fae7c"),
                (152, 52, 36, "#8e6fc4"),
                (70, 154, 36, "#5a90c9"),
                (82, 160, 30, "#e38b5a"),
            )
        )
        return (
            rect(52, 32, 136, 172, t.dark, 4)
            + "".join(rect(60, y, 120, 46, t.pale) for y in (42, 94, 146))
            + things
            + circle(156, 176, 15, "#e9dcc0")
            + rect(84, 116, 56, 24, WOOD_LIGHT, 4)
        )
    if v == 3:
        return (
            rect(30, 84, 180, 96, t.base, 6)
            + rect(26, 76, 188, 14, t.deep, 4)
            + both_sides(rect(40, 98, 74, 72, t.dark, 3) + rect(44, 102, 66, 64, t.base, 3) + circle(104, 134, 4, GOLD))
            + both_sides(line("M46 182L40 204", WOOD, 9))
        )
    return (
        rect(54, 28, 132, 172, t.dark, 5)
        + both_sides(rect(62, 38, 55, 118, t.base, 3) + rect(62, 38, 7, 118, t.light) + rect(108, 86, 5, 28, GOLD, 2))
        + rect(62, 162, 116, 30, t.base, 3)
        + rect(106, 174, 28, 6, GOLD, 3)
        + both_sides(rect(62, 200, 14, 8, INK))
    )


SHAPES = {"sofa": sofa, "chair": chair, "table": table, "cabinet": cabinet}
