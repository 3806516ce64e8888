"""Pots, knives, cups, plates."""

from __future__ import annotations

from storefront.pictures.primitives import (
    INK,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
    WOOD,
    WOOD_DARK,
    Tones,
    both_sides,
    circle,
    ellipse,
    line,
    path,
    rect,
    turned,
)


def pot(t: Tones, v: int) -> str:
    """Stock pot, frying pan, wok, kettle."""
    if v == 1:
        return (
            turned(rect(150, 106, 84, 18, INK, 9), -14, 150, 116)
            + ellipse(100, 128, 74, 40, t.base)
            + ellipse(100, 120, 74, 40, t.dark)
            + ellipse(100, 120, 62, 31, "#3b4450")
            + ellipse(84, 110, 20, 8, "#5a6572")
        )
    if v == 2:
        return (
            path("M40 108H200Q190 186 120 188Q50 186 40 108Z", t.base)
            + ellipse(120, 108, 80, 20, t.deep)
            + ellipse(120, 106, 68, 14, "#4a535f")
            + both_sides(line("M42 112Q18 104 26 128Q32 138 46 132", INK, 9))
            + line("M62 136Q76 168 104 176", t.light, 6)
        )
    if v == 3:
        return (
            line("M78 82Q84 36 120 36Q156 36 162 82", INK, 9)
            + path("M66 96Q70 76 120 74Q170 76 174 96L188 186Q188 200 174 200H66Q52 200 52 186Z", t.base)
            + path("M180 130L216 100L220 112L186 164Z", t.dark)
            + circle(120, 70, 9, INK)
            + ellipse(120, 84, 42, 8, t.dark)
            + line("M74 112L66 180", t.light, 7)
        )
    return (
        both_sides(line("M54 128Q28 122 32 144Q36 154 54 148", t.deep, 9))
        + rect(50, 102, 140, 92, t.base, 16)
        + rect(46, 92, 148, 18, t.dark, 8)
        + path("M60 92Q66 62 120 62Q174 62 180 92Z", STEEL_LIGHT)
        + circle(120, 54, 11, t.deep)
        + rect(62, 116, 9, 62, t.light, 4)
    )


def knife(t: Tones, v: int) -> str:
    """Chef's knife, cleaver, knife and scissors, cutlery."""
    if v == 1:
        return turned(
            path("M40 70H154V144H52Q40 140 40 124Z", STEEL)
            + path("M40 126L154 130V144H52Q40 140 40 126Z", STEEL_LIGHT)
            + rect(154, 84, 62, 26, t.base, 10)
            + circle(60, 86, 6, t.ground)
            + line("M166 96H204", t.light, 3),
            -16,
        )
    if v == 3:
        return (
            rect(62, 120, 13, 84, t.base, 6)
            + path("M54 40Q54 104 62 122H75Q84 104 84 40H76V88H72V40H66V88H62V40Z", STEEL)
            + rect(113, 120, 14, 84, t.base, 6)
            + ellipse(120, 80, 19, 42, STEEL)
            + ellipse(116, 74, 8, 24, STEEL_LIGHT)
            + rect(166, 120, 14, 84, t.base, 6)
            + path("M166 124V38Q192 64 184 124Z", STEEL)
        )
    if v == 2:
        blade = path("M104 150L150 30Q160 60 122 158Z", STEEL)
        return (
            both_sides(blade)
            + circle(120, 138, 7, STEEL_DARK)
            + both_sides(f'<ellipse cx="92" cy="180" rx="20" ry="27" fill="none" stroke="{t.base}" stroke-width="11"/>')
            + both_sides(line("M114 148L104 162", t.base, 11))
        )
    return turned(
        path("M32 104H150V138Q80 140 32 104Z", STEEL)
        + path("M44 112Q90 134 150 132V138Q80 140 32 104Z", STEEL_LIGHT)
        + rect(146, 100, 12, 40, STEEL_DARK, 3)
        + path("M158 102H212Q220 112 212 134H158Z", t.base)
        + "".join(circle(x, 118, 4, STEEL_LIGHT) for x in (172, 190, 206)),
        -28,
    )


def cup(t: Tones, v: int) -> str:
    """Mug, insulated bottle, tumbler with a straw, tea cup."""
    if v == 1:
        return (
            rect(92, 26, 56, 34, t.deep, 10)
            + rect(96, 58, 48, 12, STEEL)
            + rect(84, 68, 72, 138, t.base, 18)
            + rect(94, 80, 9, 112, t.light, 4)
            + rect(84, 176, 72, 8, t.dark)
            + rect(124, 118, 22, 22, t.pale, 6)
        )
    if v == 2:
        return (
            line("M130 70L146 18", "#e8746e", 8)
            + path("M70 68H170L156 198Q154 206 146 206H94Q86 206 84 198Z", t.base)
            + rect(62, 56, 116, 18, t.deep, 8)
            + path("M82 82H96L106 196H96Z", t.light)
            + path("M76 116H164L160 156H80Z", t.pale)
        )
    if v == 3:
        return (
            ellipse(120, 182, 84, 18, t.dark)
            + ellipse(120, 178, 84, 16, t.light)
            + path("M58 92H182Q180 164 140 172H100Q60 164 58 92Z", t.base)
            + line("M180 106Q212 102 206 128Q200 146 174 142", t.base, 10)
            + ellipse(120, 92, 62, 16, t.pale)
            + ellipse(120, 94, 52, 11, "#a8703f")
            + line("M102 60Q94 48 104 36M132 60Q124 48 134 36", t.dark, 4)
        )
    return (
        line("M160 96Q206 92 202 132Q198 168 158 164", t.base, 14)
        + path("M58 64H164V184Q164 200 148 200H74Q58 200 58 184Z", t.base)
        + ellipse(111, 64, 53, 14, t.pale)
        + ellipse(111, 66, 44, 10, "#8a5a35")
        + rect(68, 86, 10, 98, t.light, 5)
        + rect(96, 112, 44, 44, t.pale, 22)
    )


def plate(t: Tones, v: int) -> str:
    """Plate, bowl, stacked plates with chopsticks, tray."""
    if v == 1:
        return (
            path("M36 100H204Q200 168 148 182V196H92V182Q40 168 36 100Z", t.base)
            + ellipse(120, 100, 84, 22, t.light)
            + ellipse(120, 102, 72, 16, t.pale)
            + line("M48 124Q120 148 192 124", t.pale, 5)
        )
    if v == 2:
        return (
            "".join(
                ellipse(108, y, 78, 22, t.dark) + ellipse(108, y - 6, 78, 22, shade)
                for y, shade in ((168, t.base), (150, t.light), (132, t.base))
            )
            + ellipse(108, 124, 54, 13, t.pale)
            + line("M196 34L150 196M214 44L166 200", WOOD, 7)
            + line("M196 34L188 62M214 44L206 70", WOOD_DARK, 7)
        )
    if v == 3:
        return (
            rect(30, 60, 180, 120, t.base, 20)
            + rect(42, 72, 156, 96, t.light, 12)
            + rect(52, 82, 62, 76, t.pale, 8)
            + rect(124, 82, 64, 34, t.pale, 8)
            + rect(124, 124, 64, 34, t.pale, 8)
        )
    return (
        circle(120, 120, 84, t.dark)
        + circle(120, 117, 82, t.base)
        + circle(120, 118, 58, t.light)
        + circle(120, 120, 52, WHITE)
        + line("M64 90Q82 60 112 52", t.pale, 5)
    )


SHAPES = {"pot": pot, "knife": knife, "cup": cup, "plate": plate}
