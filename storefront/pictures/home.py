"""Around the house: windows, doors, towels, bedding, brushes, vases."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GOLD,
    LEAF,
    LEAF_DARK,
    SKY,
    STEEL,
    WHITE,
    WOOD,
    Tones,
    around,
    both_sides,
    circle,
    ellipse,
    line,
    path,
    rect,
    turned,
)


def window(t: Tones, v: int) -> str:
    marks = (
        rect(46, 36, 148, 164, t.base, 6)
        + both_sides(rect(58, 48, 58, 140, SKY))
        + both_sides(path("M58 140L98 48H116L62 176Z", "#b5dcf3"))
    )
    if v == 1:
        return (
            marks
            + both_sides(
                path("M40 32H96Q100 130 52 196H40Z", t.light)
                + line("M62 40Q64 120 46 184M80 40Q82 110 58 170", t.dark, 3)
            )
            + rect(30, 26, 180, 10, WOOD, 5)
        )
    if v == 2:
        return marks + rect(58, 112, 58, 8, t.base) + rect(124, 112, 58, 8, t.base) + rect(36, 196, 168, 12, t.dark, 4)
    return (
        marks
        + rect(116, 48, 8, 140, t.dark)
        + both_sides(rect(106, 112, 5, 24, t.deep, 2))
        + (rect(36, 196, 168, 10, t.dark, 3) if v else "")
    )


def door(t: Tones, v: int) -> str:
    marks = rect(64, 26, 112, 182, t.deep, 4) + rect(72, 34, 96, 174, t.base) + rect(72, 34, 8, 174, t.light)
    if v == 1:
        return (
            marks
            + rect(92, 50, 56, 100, SKY, 4)
            + path("M92 120L130 50H148L96 150H92Z", "#b5dcf3")
            + rect(150, 122, 8, 30, STEEL, 4)
        )
    if v == 2:
        return (
            rect(38, 26, 164, 182, t.deep, 4)
            + both_sides(
                rect(46, 34, 70, 174, t.base) + rect(58, 50, 46, 60, t.dark, 4) + rect(58, 124, 46, 68, t.dark, 4)
            )
            + both_sides(circle(110, 122, 5, GOLD))
        )
    panels = "".join(
        rect(88, y, 64, h, t.dark, 4) + rect(92, y + 4, 56, h - 8, t.base, 3)
        for y, h in (((48, 64), (128, 66)) if v == 0 else ((48, 38), (98, 38), (148, 46)))
    )
    return marks + panels + circle(158, 124, 6, GOLD) + rect(146, 121, 14, 6, GOLD, 3)


def towel(t: Tones, v: int) -> str:
    """Folded stack, hanging, rolled, folded one."""
    if v == 1:
        return (
            rect(36, 50, 168, 10, STEEL, 5)
            + rect(62, 44, 116, 150, t.base, 6)
            + rect(62, 44, 116, 22, t.dark, 6)
            + rect(62, 150, 116, 8, t.pale)
            + rect(62, 164, 116, 8, t.pale)
            + "".join(line(f"M{x} 194V204", t.dark, 3) for x in range(68, 178, 9))
        )
    if v == 2:
        return "".join(
            ellipse(x, y, 36, 34, shade) + line(f"M{x} {y}m-18 4a18 17 0 1 1 22 14a12 11 0 1 1 -6 -20", t.pale, 4)
            for x, y, shade in ((78, 158, t.base), (158, 158, t.dark), (118, 98, t.light))
        )
    rows = ((170, t.dark), (138, t.base), (106, t.light), (74, t.base)) if v == 0 else ((160, t.base), (116, t.light))
    height = 30 if v == 0 else 42
    return "".join(
        rect(46, y - 8, 148, height, shade, 14)
        + line(f"M66 {y - 8 + height / 2:g}H190", t.pale, 4)
        + rect(168, y - 8, 8, height, t.pale)
        for y, shade in rows
    )


def bedding(t: Tones, v: int) -> str:
    """Made bed, folded quilt, pillow, curtains of cloth."""
    if v == 1:
        return (
            "".join(
                rect(42, y, 156, 34, shade, 16) + line(f"M64 {y + 17}H180", t.pale, 4)
                for y, shade in ((164, t.dark), (130, t.base), (96, t.light))
            )
            + rect(58, 58, 124, 40, WHITE, 18)
            + line("M76 78H164", t.pale, 4)
        )
    if v == 2:
        return turned(
            path("M46 76Q120 62 194 76Q204 120 194 168Q120 184 46 168Q36 120 46 76Z", t.base)
            + path("M60 88Q120 78 180 88Q188 120 180 156Q120 168 60 156Q52 120 60 88Z", t.light)
            + line("M78 104Q96 120 84 142M160 102Q146 120 158 142", t.dark, 4),
            -8,
        )
    marks = (
        rect(30, 52, 180, 80, WOOD, 12)
        + both_sides(rect(48, 78, 62, 40, WHITE, 14))
        + path("M36 110H204L214 186H26Z", t.base)
        + path("M36 110H204L206 128H34Z", t.light)
        + rect(24, 182, 192, 14, t.deep, 6)
        + both_sides(rect(34, 194, 12, 14, WOOD))
    )
    if v == 3:
        marks += "".join(circle(x, y, 7, t.pale) for x, y in ((66, 148), (104, 162), (142, 146), (178, 164)))
    return marks + line("M80 130L72 180M150 130L158 180", t.dark, 3)


def brush(t: Tones, v: int) -> str:
    """Make-up brush, broom, paint brush, toothbrush."""
    if v == 1:
        return turned(
            rect(114, 22, 12, 118, WOOD, 6)
            + rect(78, 136, 84, 18, t.base, 6)
            + path("M80 154H160L172 208H68Z", t.light)
            + "".join(line(f"M{x} 160L{120 + (x - 120) * 1.25:g} 204", t.dark, 3) for x in (92, 106, 120, 134, 148)),
            14,
        )
    if v == 2:
        return turned(
            path("M104 30H136L142 110H98Z", t.base)
            + circle(120, 46, 6, t.ground)
            + rect(80, 106, 80, 30, STEEL, 4)
            + path("M84 136H156L150 200Q120 214 90 200Z", "#e6d2ac")
            + "".join(line(f"M{x} 142V198", "#c7ae80", 3) for x in (98, 112, 128, 142)),
            -18,
        )
    if v == 3:
        return turned(
            rect(34, 112, 176, 16, t.base, 8)
            + rect(36, 90, 46, 24, WHITE, 4)
            + "".join(rect(x, 84, 6, 30, t.light, 2) for x in (40, 52, 64, 74))
            + line("M104 120H190", t.light, 4),
            -32,
        ) + turned(rect(34, 152, 176, 14, t.dark, 7) + rect(36, 132, 44, 22, t.pale, 4), -32)

    def powder_brush(shade: str, tip: str) -> str:
        return (
            path("M113 120H127L124 208Q120 212 116 208Z", t.deep)
            + rect(108, 88, 24, 34, GOLD, 3)
            + path("M108 90Q96 60 108 34Q120 22 132 34Q144 60 132 90Z", shade)
            + path("M103 52Q100 44 108 34Q120 22 132 34Q140 44 137 52Q120 62 103 52Z", tip)
        )

    return turned(powder_brush(t.base, t.light), 20, 120, 150) + turned(powder_brush(t.dark, t.base), -20, 120, 150)


def vase(t: Tones, v: int) -> str:
    """Vase with flowers, tall vase, pot with a plant, jar with dry stems."""
    body = path("M98 112H142Q140 128 160 146Q172 186 146 206H94Q68 186 80 146Q100 128 98 112Z", t.base) + line(
        "M90 152Q82 176 96 196", t.light, 6
    )
    if v == 1:
        return (
            path("M96 40H144L136 72Q172 104 164 150Q158 188 146 206H94Q82 188 76 150Q68 104 104 72Z", t.base)
            + ellipse(120, 40, 24, 7, t.deep)
            + line("M82 124Q120 138 158 124M80 138Q120 152 160 138", t.pale, 5)
            + line("M92 100Q84 130 94 176", t.light, 6)
        )
    if v == 2:
        leaves = "".join(
            turned(path("M120 132Q96 96 120 44Q144 96 120 132Z", shade), angle, 120, 134)
            for angle, shade in ((-56, LEAF_DARK), (56, LEAF_DARK), (-26, LEAF), (26, LEAF), (0, LEAF_DARK))
        )
        return (
            leaves
            + path("M74 130H166L154 206H86Z", t.base)
            + rect(68, 124, 104, 18, t.dark, 4)
            + path("M84 146H98L104 200H92Z", t.light)
        )
    if v == 3:
        return (
            "".join(
                line(f"M120 120Q{x} 84 {x + d} 40", "#b08d57", 4) + ellipse(x + d, 40, 8, 18, "#d8b880")
                for x, d in ((108, -28), (114, -2), (128, 14), (134, 40))
            )
            + body
        )

    def flower(x: int, y: int, shade: str) -> str:
        return around(ellipse(x, y - 13, 8, 12, shade), 6, x, y) + circle(x, y, 8, GOLD)

    return (
        line("M118 120L96 76M120 120V60M122 120L150 80", LEAF_DARK, 5)
        + flower(90, 68, "#ef9ab0")
        + flower(122, 48, "#f6c15a")
        + flower(154, 72, "#e8746e")
        + ellipse(104, 100, 6, 12, LEAF)
        + body
    )


SHAPES = {"window": window, "door": door, "towel": towel, "bedding": bedding, "brush": brush, "vase": vase}
