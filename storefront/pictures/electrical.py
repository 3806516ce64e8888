"""Cables, plugs, chips, lamps, batteries, solar panels."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GOLD,
    INK,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
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

GLOW = "#ffe9a8"


def cable(t: Tones, v: int) -> str:
    """Coil, reel, stripped end, data lead."""
    if v == 1:
        marks = (
            ellipse(70, 120, 24, 76, STEEL_DARK)
            + rect(70, 66, 100, 108, t.base)
            + "".join(rect(x, 66, 5, 108, t.dark) for x in range(78, 168, 12))
        )
        return (
            marks
            + ellipse(170, 120, 24, 76, STEEL)
            + ellipse(170, 120, 9, 28, STEEL_DARK)
            + line("M120 174Q130 206 196 200", t.base, 8)
        )
    if v == 2:
        marks = line("M28 176Q70 176 112 138", t.base, 52) + line("M26 162Q66 162 102 126", t.light, 6)
        cores = (
            ("#d9a05a", "M112 138Q140 116 150 70"),
            ("#c8894a", "M114 142Q150 126 184 96"),
            ("#b87a3e", "M118 148Q160 146 206 142"),
        )
        return (
            marks
            + "".join(
                line(way, shade, 12)
                for shade, way in zip((t.pale, t.light, t.dark), (way for _, way in cores), strict=True)
            )
            + "".join(
                line(way, shade, 6)
                for shade, way in (
                    ("#d9a05a", "M150 70L154 50"),
                    ("#d9a05a", "M184 96L202 82"),
                    ("#d9a05a", "M206 142L222 141"),
                )
            )
        )
    if v == 3:
        marks = line("M74 92Q60 190 120 176Q190 160 168 84", t.base, 12)
        return (
            marks
            + turned(rect(56, 52, 36, 46, t.dark, 8) + rect(62, 32, 24, 22, STEEL, 3), -8, 74, 76)
            + turned(rect(150, 44, 36, 46, t.dark, 8) + rect(157, 30, 22, 16, STEEL_LIGHT, 6), 8, 168, 70)
        )
    coils = "".join(
        ring(120, 118, radius, shade, 11) for radius, shade in ((70, t.base), (58, t.dark), (46, t.base), (34, t.dark))
    )
    return (
        coils
        + ring(120, 118, 72, t.light, 2)
        + rect(108, 44, 24, 46, t.deep, 4)
        + rect(108, 146, 24, 46, t.deep, 4)
        + line("M186 136Q196 176 214 196", t.base, 11)
    )


def plug(t: Tones, v: int) -> str:
    """Plug, wall socket, power strip, wall switch."""
    if v == 1:
        marks = (
            rect(50, 50, 140, 140, t.base, 16)
            + rect(62, 62, 116, 116, t.light, 10)
            + both_sides(turned(rect(84, 118, 10, 30, INK, 3), 20, 89, 133))
        )
        return marks + rect(115, 132, 10, 30, INK, 3) + both_sides(rect(98, 78, 10, 26, INK, 3))
    if v == 2:
        marks = rect(30, 92, 164, 54, t.base, 14) + "".join(
            circle(x, 119, 19, t.pale)
            + rect(x - 8, 108, 4, 12, INK)
            + rect(x + 4, 108, 4, 12, INK)
            + rect(x - 2, 124, 4, 9, INK)
            for x in (60, 106, 152)
        )
        return (
            marks + rect(178, 108, 10, 22, "#e0574b", 4) + line("M194 119Q222 122 206 172Q198 200 150 196", t.dark, 8)
        )
    if v == 3:
        return (
            rect(50, 50, 140, 140, t.base, 16)
            + rect(70, 66, 47, 108, t.pale, 8)
            + rect(123, 66, 47, 108, t.light, 8)
            + rect(86, 154, 14, 5, t.deep, 2)
            + rect(140, 80, 14, 5, "#63b57a", 2)
        )
    marks = (
        line("M120 212V178", t.dark, 14)
        + path("M72 92H168V134Q168 182 120 184Q72 182 72 134Z", t.base)
        + rect(66, 82, 108, 16, t.dark, 6)
    )
    return (
        marks
        + both_sides(rect(88, 38, 15, 46, STEEL, 4) + rect(88, 38, 5, 46, STEEL_LIGHT, 2))
        + path("M124 106L102 142H118L112 168L138 128H122Z", t.pale)
    )


def chip(t: Tones, v: int) -> str:
    """Square package, two-row package, resistors, capacitor and LED."""
    if v == 2:
        one = (
            line("M24 0H216", STEEL, 5)
            + rect(66, -20, 108, 40, t.base, 18)
            + "".join(rect(x, -20, 9, 40, c) for x, c in ((90, "#8d5f42"), (108, INK), (126, "#d9484b"), (150, GOLD)))
        )
        return "".join(f'<g transform="translate(0 {y})">{one}</g>' for y in (72, 122, 172))
    if v == 3:
        marks = (
            rect(56, 54, 54, 96, t.base, 10)
            + rect(56, 54, 54, 12, STEEL_LIGHT, 6)
            + rect(92, 66, 12, 84, t.pale)
            + line("M72 150V206M94 150V206", STEEL, 5)
        )
        return (
            marks
            + path("M136 134V92Q136 62 160 62Q184 62 184 92V134Z", "#e0574b")
            + rect(130, 130, 60, 14, "#b9433a", 5)
            + line("M150 144V206M170 144V196", STEEL, 5)
            + line("M148 84V110", "#f4a39c", 6)
        )
    pins = "".join(rect(x, 46, 8, 148, STEEL, 2) for x in range(74, 170, 18))
    if v == 1:
        return turned(
            pins
            + rect(58, 74, 124, 92, "#2e3641", 6)
            + circle(70, 120, 9, t.base)
            + line("M92 108H164M92 124H146", t.light, 4),
            -12,
        )
    side = pins + turned(pins, 90)
    return (
        side
        + rect(62, 62, 116, 116, "#2e3641", 8)
        + rect(82, 82, 76, 76, t.base, 5)
        + circle(74, 74, 4, WHITE)
        + line("M96 104H144M96 120H130", t.pale, 5)
    )


def board(t: Tones, v: int) -> str:
    shade = ("#2f7d5b", t.base, "#2d5f8f", t.base)[v]
    marks = rect(38, 54, 164, 132, shade, 8) + "".join(circle(x, y, 5, GOLD) for x in (50, 190) for y in (66, 174))
    marks += line(
        "M60 96H96V120M60 144H92M150 150V170H110M184 104H160M184 128H166V150", "#9fd8b4" if v == 0 else t.pale, 3
    )
    marks += (
        rect(96, 96, 54, 48, "#2b323c", 3)
        + "".join(rect(x, 90, 4, 60, STEEL) for x in range(102, 148, 11))
        + rect(99, 98, 48, 44, "#2b323c", 2)
    )
    marks += "".join(rect(x, 64, 14, 20, "#e7e2d2" if x % 4 else INK, 2) for x in (70, 94, 118, 142)) + circle(
        170, 78, 9, STEEL_LIGHT
    )
    return turned(marks + rect(58, 158, 36, 20, STEEL, 2), (-10, 8, -10, 0)[v])


def battery(t: Tones, v: int) -> str:
    """Two cells, car battery, pack, standing cell."""
    if v == 1:
        marks = (
            rect(40, 84, 160, 104, t.deep, 8)
            + rect(40, 110, 160, 78, t.base, 6)
            + both_sides(rect(60, 66, 24, 20, STEEL, 4))
            + line("M62 130H82M72 120V140", WHITE, 6)
        )
        return marks + line("M158 130H178", WHITE, 6) + path("M124 122L104 154H118L114 176L138 144H122Z", GOLD)
    if v == 2:
        return "".join(
            rect(x, 60, 42, 132, t.base, 10)
            + rect(x, 60, 42, 30, t.dark, 10)
            + rect(x + 13, 50, 16, 12, STEEL, 3)
            + rect(x + 6, 96, 6, 84, t.light, 3)
            for x in (50, 99, 148)
        )
    one = (
        rect(94, 58, 52, 140, t.base, 12)
        + rect(94, 58, 52, 38, GOLD if v == 0 else t.deep, 12)
        + rect(110, 44, 20, 16, STEEL, 4)
        + rect(102, 104, 8, 80, t.light, 4)
    )
    if v == 3:
        return one + path("M126 116L108 148H120L116 172L138 138H124Z", WHITE)
    return f'<g transform="translate(-34 4)">{turned(one, -10)}</g><g transform="translate(38 4)">{turned(one, 8)}</g>'


def solar(t: Tones, v: int) -> str:
    cells = "".join(line(f"M{58 + 31 * n} 66L{36 + 42 * n} 160", t.pale, 2) for n in range(1, 4)) + line(
        "M52 97H190M43 128H197", t.pale, 2
    )
    marks = (
        path("M58 62H182L206 164H34Z", "#25466f" if v % 2 == 0 else t.deep)
        + path("M58 62H120L110 164H34Z", "#315a8c" if v % 2 == 0 else t.dark)
        + cells
    )
    marks += line("M58 62H182L206 164H34Z", STEEL_LIGHT, 5) + line("M120 166V200M84 202H156", STEEL_DARK, 8)
    return marks + (
        circle(196, 44, 20, "#f7c64f") + around(rect(194, 12, 4, 10, "#f7c64f", 2), 8, 196, 44) if v > 1 else ""
    )


def lamp(t: Tones, v: int) -> str:
    """Table lamp, pendant, ceiling lamp, desk lamp."""
    if v == 1:
        return (
            line("M120 20V72", INK, 4)
            + path("M92 140L58 200H182L148 140Z", GLOW)
            + path("M104 72H136Q172 86 180 146H60Q68 86 104 72Z", t.base)
            + path("M104 72H116Q82 96 78 146H60Q68 86 104 72Z", t.light)
            + ellipse(120, 148, 24, 12, "#fff3c9")
        )
    if v == 2:
        return (
            rect(104, 40, 32, 14, STEEL, 4)
            + ellipse(120, 98, 88, 44, t.base)
            + ellipse(120, 108, 74, 34, GLOW)
            + ellipse(120, 108, 40, 18, "#fff7dd")
            + both_sides(line("M64 160L54 180M92 168L88 190", "#f2c65a", 5))
            + line("M120 170V194", "#f2c65a", 5)
        )
    if v == 3:
        marks = rect(62, 188, 92, 14, t.deep, 7) + line("M104 188L78 116L150 72", t.dark, 9) + circle(78, 116, 9, STEEL)
        return (
            marks
            + path("M140 112L196 142L176 176L124 140Z", GLOW)
            + turned(path("M124 70Q160 44 196 70L200 104H120Z", t.base), 26, 160, 84)
        )
    marks = (
        path("M84 124L62 196H178L156 124Z", GLOW)
        + rect(115, 118, 10, 74, WHITE if t.base == INK else t.deep)
        + rect(78, 190, 84, 14, t.deep, 7)
    )
    return (
        marks
        + path("M90 44H150L182 128H58Z", t.base)
        + path("M90 44H108L88 128H58Z", t.light)
        + rect(58, 122, 124, 8, t.dark, 4)
    )


def bulb(t: Tones, v: int) -> str:
    """Bulb, tube, spot, strip."""
    if v == 1:
        return turned(
            "".join(
                rect(34, y, 172, 24, WHITE, 10)
                + rect(34, y, 20, 24, STEEL, 5)
                + rect(186, y, 20, 24, STEEL, 5)
                + rect(56, y + 5, 128, 6, t.light, 3)
                for y in (84, 128)
            ),
            -14,
        )
    if v == 2:
        marks = (
            path("M64 84H176L196 128H44Z", t.base)
            + path("M44 128H196L204 196H36Z", GLOW)
            + rect(92, 40, 56, 46, t.dark, 6)
        )
        return (
            marks
            + "".join(rect(x, 44, 4, 40, t.light) for x in (102, 114, 126, 138))
            + ellipse(120, 128, 70, 12, "#fff7dd")
        )
    if v == 3:
        return (
            ring(120, 120, 64, t.light, 20)
            + ring(120, 120, 38, t.base, 20)
            + around(rect(113, 50, 14, 12, GLOW, 3), 14)
            + around(rect(114, 77, 12, 10, "#fff7dd", 3), 8)
            + line("M184 120V200H214", t.light, 18)
        )
    marks = (
        circle(120, 98, 60, GLOW)
        + path("M84 142Q98 156 98 168H142Q142 156 156 142Z", GLOW)
        + line("M104 112Q112 92 120 112Q128 92 136 112V162M104 112V162", "#eaa437", 4)
    )
    marks += (
        rect(96, 166, 48, 30, STEEL, 5)
        + line("M98 176H142M98 186H142", STEEL_DARK, 3)
        + rect(108, 196, 24, 10, INK, 4)
        + line("M84 84Q90 62 110 56", WHITE, 7)
    )
    return marks + around(rect(116, 16, 8, 14, t.base, 4), 8, 120, 98, 22)


def fan(t: Tones, v: int) -> str:
    """Standing fan, axial fan, small fan, ceiling fan."""
    blade = path("M120 100Q84 70 112 44Q148 40 128 94Z", t.base)
    if v == 1:
        return (
            rect(42, 42, 156, 156, t.deep, 14)
            + circle(120, 120, 68, t.ground)
            + around(path("M120 120Q82 94 108 58Q140 54 130 112Z", t.base), 6)
            + circle(120, 120, 20, t.dark)
            + "".join(circle(x, y, 5, STEEL) for x in (56, 184) for y in (56, 184))
        )
    if v == 3:
        return (
            rect(116, 28, 8, 60, STEEL)
            + around(path("M120 104Q150 96 204 106Q212 120 200 124Q150 122 120 116Z", t.base), 4, 120, 110, 12)
            + circle(120, 110, 22, t.deep)
            + circle(120, 122, 14, GLOW)
        )
    marks = (
        rect(114, 150, 12, 46, t.deep)
        + rect(78, 192, 84, 14, t.deep, 7)
        + circle(120, 100, 70, WHITE)
        + around(blade, 4 if v else 3, 120, 100)
    )
    return (
        marks
        + ring(120, 100, 70, t.dark, 6)
        + ring(120, 100, 46, t.light, 2)
        + around(line("M120 84V34", t.light, 2), 12, 120, 100)
        + circle(120, 100, 14, t.deep)
    )


SHAPES = {
    "cable": cable,
    "plug": plug,
    "chip": chip,
    "board": board,
    "battery": battery,
    "solar": solar,
    "lamp": lamp,
    "bulb": bulb,
    "fan": fan,
}
