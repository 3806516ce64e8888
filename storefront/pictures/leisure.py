"""Pens, books, balls, bicycles, tents, toys, things for babies."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GOLD,
    INK,
    RED,
    STEEL,
    STEEL_LIGHT,
    WHITE,
    WOOD,
    WOOD_LIGHT,
    Tones,
    around,
    both_sides,
    circle,
    ellipse,
    line,
    path,
    rect,
    ring,
    turned,
)

SKIN = "#f3cfae"


def pen(t: Tones, v: int) -> str:
    """Ball pens, pencils, marker, fountain pen."""
    one = (
        rect(110, 40, 20, 122, t.base, 6)
        + rect(110, 40, 20, 52, t.dark, 6)
        + path("M110 160H130L122 194H118Z", STEEL)
        + rect(130, 46, 5, 44, STEEL, 2)
        + rect(114, 98, 4, 58, t.light, 2)
    )
    if v == 1:

        def pencil(shade: str) -> str:
            return (
                rect(110, 44, 20, 118, shade)
                + rect(110, 44, 6, 118, t.light)
                + path("M110 162H130L120 196Z", WOOD_LIGHT)
                + path("M117 186H123L120 196Z", INK)
                + rect(110, 36, 20, 14, "#e98d93", 4)
            )

        return "".join(
            f'<g transform="translate({x} 0)">{turned(pencil(shade), angle)}</g>'
            for x, angle, shade in ((-48, -12, t.base), (0, 0, t.dark), (48, 12, GOLD))
        )
    if v == 2:
        return turned(
            rect(102, 80, 36, 112, WHITE, 8)
            + rect(102, 30, 36, 60, t.base, 8)
            + rect(102, 172, 36, 22, t.base, 8)
            + rect(132, 36, 7, 44, t.dark, 3)
            + rect(102, 110, 36, 40, t.light),
            24,
        )
    if v == 3:
        return turned(
            rect(108, 22, 24, 100, t.base, 10)
            + rect(108, 116, 24, 8, GOLD)
            + path("M110 124H130L128 154H112Z", t.deep)
            + path("M112 154H128L120 200Z", GOLD)
            + line("M120 164V190", INK, 2)
            + rect(132, 30, 5, 52, GOLD, 2),
            34,
        )
    return f'<g transform="translate(-26 0)">{turned(one, 22)}</g><g transform="translate(34 4)">{turned(one, 38)}</g>'


def notebook(t: Tones, v: int) -> str:
    """Bound book, spiral pad, open book, stack."""
    if v == 1:
        return turned(
            rect(58, 40, 124, 166, t.dark, 8)
            + rect(62, 42, 118, 160, WHITE, 5)
            + "".join(line(f"M76 {y}H164", t.light, 3) for y in range(84, 192, 18))
            + rect(62, 42, 118, 22, t.base, 4)
            + "".join(rect(x, 32, 6, 22, STEEL, 3) for x in range(72, 176, 15)),
            -6,
        )
    if v == 2:
        return both_sides(
            path("M120 66Q84 44 34 56V180Q84 168 120 190Z", WHITE)
            + path("M34 56V180Q84 168 120 190V200Q80 178 24 192V62Z", t.base)
            + "".join(line(f"M52 {y}Q84 {y - 6} 106 {y + 6}", t.light, 4) for y in (88, 108, 128, 148))
        ) + line("M120 66V194", t.deep, 3)
    if v == 3:
        return "".join(
            rect(46, y, 148, 30, shade, 5) + rect(56, y + 6, 140, 18, WHITE) + rect(46, y, 14, 30, t.deep, 5)
            for y, shade in ((158, t.base), (124, t.light), (90, t.dark))
        )
    return turned(
        rect(62, 36, 122, 168, WHITE, 8)
        + rect(56, 34, 122, 168, t.base, 8)
        + rect(56, 34, 20, 168, t.dark, 6)
        + rect(148, 34, 9, 168, GOLD)
        + rect(90, 66, 46, 34, t.pale, 5),
        6,
    )


def ball(t: Tones, v: int) -> str:
    """Basketball, football, dumb-bell, racket and ball."""
    if v == 1:
        return (
            circle(120, 120, 78, WHITE)
            + path("M120 86l32 23l-12 38h-40l-12 -38Z", t.base)
            + around(
                path("M120 42Q140 44 150 52L140 70H100L90 52Q100 44 120 42Z", t.base) + line("M120 70V86", t.deep, 4), 5
            )
            + ring(120, 120, 78, t.deep, 4)
        )
    if v == 2:
        return turned(
            rect(60, 112, 120, 16, STEEL, 4)
            + both_sides(
                rect(60, 74, 26, 92, t.base, 8) + rect(40, 86, 22, 68, t.dark, 8) + rect(66, 82, 6, 76, t.light, 3)
            ),
            -20,
        )
    if v == 3:
        return (
            turned(
                ring(120, 88, 56, t.base, 10)
                + "".join(line(f"M{x} 42V134M74 {x - 32}H166", t.light, 2) for x in (92, 110, 128, 146))
                + path("M100 138H140L128 160H112Z", t.dark)
                + rect(112, 154, 16, 62, t.deep, 6),
                32,
            )
            + circle(186, 180, 20, "#d7e26a")
            + line("M172 168Q186 178 182 198", WHITE, 3)
        )
    return (
        circle(120, 120, 78, t.base)
        + path("M120 42A78 78 0 0 1 120 198Q160 160 160 120Q160 80 120 42Z", t.dark)
        + line("M120 42V198M42 120H198M64 66Q104 120 64 174M176 66Q136 120 176 174", t.deep, 4)
        + ellipse(90, 76, 14, 8, t.light)
    )


def bike(t: Tones, v: int) -> str:
    """Bicycle, road bicycle, scooter, exercise wheel set."""
    wheels = "".join(
        ring(x, 160, 40, INK, 7)
        + circle(x, 160, 5, STEEL)
        + line(
            f"M{x - 36} 160H{x + 36}M{x} 124V196M{x - 25} 135L{x + 25} 185M{x + 25} 135L{x - 25} 185", STEEL_LIGHT, 2
        )
        for x in (62, 178)
    )
    if v == 2:
        return (
            "".join(ring(x, 176, 24, INK, 10) + circle(x, 176, 6, STEEL) for x in (58, 182))
            + line("M62 170H148L172 62", t.base, 13)
            + line("M146 60H190", INK, 9)
            + path("M60 150Q60 136 84 136H122V152H60Z", t.dark)
            + rect(72, 112, 46, 14, INK, 7)
            + line("M94 124V140", STEEL, 7)
        )
    frame = line("M62 160L98 98H158L120 160ZM98 98L120 160M158 98L178 160", t.base, 8)
    marks = (
        wheels
        + frame
        + line("M92 84L98 98M80 82H108", INK, 7)
        + circle(120, 160, 11, t.deep)
        + line("M120 160L128 178", INK, 5)
    )
    if v == 1:
        return marks + line("M158 98L152 76H172Q188 78 180 94", INK, 6)
    return (
        marks + line("M158 98L152 70M152 70Q168 60 182 72", INK, 6) + (rect(160, 76, 38, 26, WOOD, 4) if v == 3 else "")
    )


def tent(t: Tones, v: int) -> str:
    """Ridge tent, dome, canopy, parasol and chair."""
    if v == 1:
        return (
            path("M30 190Q34 72 120 68Q206 72 210 190Z", t.base)
            + path("M120 68Q206 72 210 190H170Q168 110 120 68Z", t.dark)
            + path("M92 190Q94 116 120 104Q146 116 148 190Z", t.deep)
            + path("M92 190Q94 116 120 104V190Z", t.light)
            + line("M30 190H210", t.deep, 5)
        )
    if v == 2:
        return (
            "".join(rect(x, 98, 7, 104, STEEL) for x in (44, 90, 143, 189))
            + path("M120 44L212 94H28Z", t.base)
            + path("M120 44L212 94H120Z", t.dark)
            + "".join(
                path(f"M{28 + 23 * n} 94h23v10q-11.500 16 -23 0Z", t.light if n % 2 else t.dark) for n in range(8)
            )
        )
    if v == 3:
        return (
            rect(116, 50, 7, 152, STEEL)
            + path(
                "M26 104Q40 40 120 40Q200 40 214 104Q190 90 167 104Q144 90 120 104Q96 90 73 104Q50 90 26 104Z", t.base
            )
            + path("M120 40Q150 60 167 104Q144 90 120 104Z", t.dark)
            + path("M120 40Q84 62 73 104Q50 90 26 104Q40 40 120 40Z", t.light)
            + ellipse(120, 202, 40, 7, t.deep)
        )
    return (
        path("M120 50L26 192H120Z", t.base)
        + path("M120 50L214 192H120Z", t.dark)
        + path("M120 86L84 192H156Z", t.deep)
        + path("M120 86L84 192H112Z", t.light)
        + line("M120 40V60M26 192H214", t.deep, 5)
        + line("M26 192L14 204M214 192L226 204", WOOD, 4)
    )


def doll(t: Tones, v: int) -> str:
    """Teddy bear, rabbit, doll, robot."""
    if v == 2:
        return (
            path("M64 96Q60 36 120 36Q180 36 176 96L184 140H56Z", "#7a5540")
            + circle(120, 90, 42, SKIN)
            + path("M78 84Q90 48 120 50Q150 48 162 84Q140 66 120 68Q100 66 78 84Z", "#7a5540")
            + path("M96 132H144L178 204H62Z", t.base)
            + both_sides(line("M96 142L70 172", SKIN, 12))
            + both_sides(circle(104, 92, 5, INK) + circle(94, 104, 6, "#f0a9a0"))
            + line("M112 112Q120 118 128 112", "#c2605a", 3)
            + line("M70 192H170", t.light, 6)
        )
    if v == 3:
        return (
            line("M120 34V52", STEEL, 5)
            + circle(120, 32, 8, RED)
            + rect(76, 52, 88, 62, t.base, 14)
            + rect(88, 66, 64, 28, INK, 10)
            + both_sides(circle(104, 80, 7, "#7de0e8"))
            + rect(84, 120, 72, 60, t.dark, 10)
            + both_sides(rect(58, 124, 20, 46, t.light, 10) + rect(90, 180, 22, 26, t.deep, 6))
            + circle(120, 146, 13, GOLD)
        )
    ears = (
        both_sides(circle(78, 54, 22, t.base) + circle(78, 54, 12, t.light))
        if v == 0
        else both_sides(ellipse(98, 44, 14, 36, t.base) + ellipse(98, 46, 7, 26, "#f2b8c0"))
    )
    marks = (
        ears
        + both_sides(ellipse(72, 150, 18, 30, t.dark) + ellipse(90, 196, 24, 15, t.dark))
        + ellipse(120, 162, 48, 46, t.base)
        + ellipse(120, 166, 30, 32, t.light)
        + circle(120, 90, 52, t.base)
    )
    return (
        marks
        + ellipse(120, 106, 24, 18, t.pale)
        + both_sides(circle(100, 84, 6, INK))
        + ellipse(120, 98, 8, 6, INK)
        + line("M120 104V112M112 116Q120 120 128 116", INK, 3)
    )


def block_toy(t: Tones, v: int) -> str:
    """Interlocking bricks, wooden blocks, cube puzzle, stacking rings."""

    def brick(x: int, y: int, shade: str, studs: int) -> str:
        return (
            "".join(rect(x + 8 + 26 * n, y - 10, 16, 12, shade, 3) for n in range(studs))
            + rect(x, y, 6 + 26 * studs, 38, shade, 4)
            + rect(x, y, 6 + 26 * studs, 7, WHITE + "55", 4)
        )

    if v == 1:
        return (
            rect(46, 144, 58, 58, t.base, 5)
            + rect(108, 144, 86, 58, "#e6b34f", 5)
            + path("M54 140L92 78L130 140Z", "#d9686b")
            + rect(134, 98, 44, 44, "#5a90c9", 5)
            + path("M134 94Q134 58 156 58Q178 58 178 94Z", t.light)
            + rect(60, 158, 30, 8, t.light, 4)
        )
    if v == 2:
        face = "".join(
            rect(
                2 + 25 * x,
                2 + 25 * y,
                22,
                22,
                ("#d9686b", t.base, "#e6b34f", "#5a90c9", WHITE, "#6fae7c")[(x * 2 + y * 5) % 6],
                4,
            )
            for x in range(3)
            for y in range(3)
        )
        return (
            f'<g transform="translate(46 96) skewY(26)">{rect(0, 0, 76, 76, INK, 5)}{face}</g>'
            f'<g transform="translate(122 133) skewY(-26)">{rect(0, 0, 76, 76, INK, 5)}{face}</g>'
            + path("M46 96L122 58L198 96L122 134Z", INK)
            + path("M54 96L122 62L190 96L122 130Z", t.base)
            + line("M78 84L148 120M100 72L168 108M78 108L148 73M100 120L168 85", INK, 4)
        )
    if v == 3:
        return (
            rect(114, 44, 12, 150, WOOD)
            + "".join(
                rect(120 - w, y, 2 * w, 26, c, 13)
                for w, y, c in ((34, 66, "#d9686b"), (46, 94, "#e6b34f"), (58, 122, t.base), (70, 150, "#5a90c9"))
            )
            + circle(120, 48, 18, t.light)
            + rect(40, 176, 160, 20, WOOD, 10)
        )
    return (
        brick(46, 160, t.base, 3)
        + brick(134, 160, "#e6b34f", 2)
        + brick(72, 110, "#5a90c9", 4)
        + brick(96, 60, t.dark, 2)
    )


def stroller(t: Tones, v: int) -> str:
    marks = line("M160 92L200 54", INK, 8) + line("M84 150L150 196M156 150L92 196", STEEL, 7)
    marks += (
        path("M52 100H174Q174 158 126 160H92Q52 158 52 100Z", t.base)
        + path("M52 100Q52 44 112 44V100Z", t.dark)
        + line("M52 100Q80 84 112 44M82 100Q96 76 112 44", t.light, 3)
    )
    marks += "".join(ring(x, 194, 16, INK, 7) + circle(x, 194, 5, STEEL) for x in (82, 158))
    return (
        marks
        + (line("M66 126Q112 140 164 126", t.light, 5) if v % 2 else rect(126, 112, 30, 30, t.light, 8))
        + (circle(140, 86, 16, SKIN) if v > 1 else "")
    )


def baby_bottle(t: Tones, v: int) -> str:
    marks = (
        path("M108 58Q106 34 120 30Q134 34 132 58L150 76H90Z", "#f0d3a4")
        + rect(82, 74, 76, 22, t.dark, 8)
        + path("M84 96H156V186Q156 206 138 206H102Q84 206 84 186Z", "#e6f1f5")
        + path("M88 126H152V186Q152 202 138 202H102Q88 202 88 186Z", WHITE)
    )
    marks += "".join(line(f"M136 {y}H150", t.dark, 3) for y in range(136, 196, 14)) + rect(94, 104, 6, 88, t.light, 3)
    handles = both_sides(line("M84 116Q46 118 54 150Q60 170 84 160", t.base, 10)) if v % 2 else ""
    return (
        handles
        + marks
        + path("M104 150q8 -12 14 0q8 -12 14 0q-2 14 -14 22q-12 -8 -14 -22Z", t.base)
        + (rect(78, 64, 84, 12, t.base, 6) if v > 1 else "")
    )


SHAPES = {
    "pen": pen,
    "notebook": notebook,
    "ball": ball,
    "bike": bike,
    "tent": tent,
    "doll": doll,
    "block_toy": block_toy,
    "stroller": stroller,
    "baby_bottle": baby_bottle,
}
