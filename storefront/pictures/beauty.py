"""Make-up, medicine, medical devices."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GLASS,
    GOLD,
    INK,
    RED,
    STEEL,
    STEEL_LIGHT,
    WHITE,
    Tones,
    circle,
    ellipse,
    line,
    moved,
    path,
    rect,
    turned,
)


def lipstick(t: Tones, v: int) -> str:
    """Lipstick, two of them, compact, nail varnish."""
    one = (
        path("M102 96V56L134 36Q140 60 138 96Z", t.base)
        + path("M102 96V56L114 48V96Z", t.light)
        + rect(96, 92, 48, 26, GOLD, 3)
        + rect(88, 114, 64, 90, t.deep, 6)
        + rect(96, 122, 8, 74, t.dark, 4)
    )
    if v == 1:
        closed = rect(88, 74, 64, 130, t.dark, 8) + rect(88, 120, 64, 8, GOLD) + rect(98, 84, 8, 110, t.light, 4)
        return moved(one, -44, 6) + moved(closed, 46, 0)
    if v == 2:
        return (
            circle(120, 86, 58, t.deep)
            + circle(120, 86, 48, GLASS)
            + line("M92 84L120 56M100 104L142 62", WHITE, 6)
            + ellipse(120, 168, 82, 34, t.deep)
            + ellipse(120, 160, 82, 34, t.dark)
            + ellipse(120, 158, 66, 25, t.base)
            + ellipse(104, 152, 26, 8, t.light)
            + rect(104, 140, 32, 6, GOLD, 3)
        )
    if v == 3:
        return "".join(
            rect(x + 12, 42, 26, 74, INK, 8) + rect(x, 112, 50, 84, shade, 14) + rect(x + 8, 122, 6, 62, t.pale, 3)
            for x, shade in ((40, t.base), (96, t.dark), (152, t.light))
        )
    return one


def pill(t: Tones, v: int) -> str:
    """Capsules, blister strip, pill bottle, herbs box."""
    if v == 1:
        return turned(
            rect(54, 52, 132, 140, STEEL_LIGHT, 12)
            + "".join(
                ellipse(86 + 34 * x, 78 + 30 * y, 13, 11, t.base if (x + y) % 3 else t.light)
                + ellipse(82 + 34 * x, 75 + 30 * y, 4, 3, WHITE)
                for x in range(3)
                for y in range(4)
            ),
            -12,
        )
    if v == 2:
        return (
            rect(80, 36, 80, 34, WHITE, 8)
            + "".join(rect(x, 40, 4, 26, STEEL_LIGHT) for x in range(88, 156, 11))
            + rect(72, 68, 96, 136, t.base, 14)
            + rect(72, 104, 96, 66, WHITE)
            + rect(114, 118, 12, 38, t.base, 2)
            + rect(101, 131, 38, 12, t.base, 2)
            + rect(80, 76, 7, 120, t.light, 3)
        )
    if v == 3:
        return (
            rect(48, 76, 120, 122, WHITE, 6)
            + rect(48, 76, 120, 34, t.base, 6)
            + rect(100, 126, 16, 50, t.base, 3)
            + rect(83, 143, 50, 16, t.base, 3)
            + path("M168 82L194 68V186L168 198Z", STEEL_LIGHT)
            + path("M48 76L76 60H194L168 78Z", t.light)
        )

    def capsule(shade: str) -> str:
        return (
            rect(92, 50, 56, 140, WHITE, 28)
            + path("M92 120V78A28 28 0 0 1 148 78V120Z", shade)
            + rect(102, 70, 8, 96, "#ffffff88", 4)
        )

    return moved(turned(capsule(t.base), 32), -32, -6, 0.96) + moved(turned(capsule(t.dark), -24), 66, 48, 0.72)


def device_medical(t: Tones, v: int) -> str:
    """Stethoscope, blood-pressure monitor, first-aid case, thermometer gun."""
    if v == 1:
        return (
            rect(44, 66, 124, 122, WHITE, 18)
            + rect(58, 80, 96, 62, "#d5e6da", 8)
            + line("M68 112H88L98 92L110 130L120 112H144", t.base, 5)
            + circle(84, 164, 10, t.base)
            + circle(126, 164, 10, STEEL)
            + line("M168 120Q214 116 206 170Q204 194 176 200", INK, 6)
            + rect(44, 66, 124, 9, t.base, 4)
        )
    if v == 2:
        return (
            line("M92 72V52H148V72", t.deep, 9)
            + rect(36, 70, 168, 124, t.base, 16)
            + rect(36, 106, 168, 8, t.dark)
            + circle(120, 134, 38, WHITE)
            + rect(112, 110, 16, 48, RED, 3)
            + rect(96, 126, 48, 16, RED, 3)
        )
    if v == 3:
        return turned(
            path("M52 60H164Q186 62 186 92Q184 112 150 112H128L112 192Q100 206 76 196L92 112H64Q46 108 52 60Z", WHITE)
            + path("M52 60H92V112H64Q46 108 52 60Z", t.base)
            + rect(108, 70, 52, 28, "#cfe6d8", 5)
            + path("M116 116H132L126 136H114Z", t.dark)
            + circle(98, 160, 7, t.light),
            6,
        )
    return (
        line("M82 36V84Q82 124 112 124Q142 124 142 84V36", t.deep, 8)
        + line("M112 124V156Q112 198 150 198Q184 196 184 158", t.base, 9)
        + circle(184, 138, 25, STEEL)
        + circle(184, 138, 15, t.light)
        + circle(82, 34, 8, INK)
        + circle(142, 34, 8, INK)
    )


def syringe(t: Tones, v: int) -> str:
    """Syringe, with a vial, drip bag, swabs and plaster."""
    one = (
        rect(112, 24, 16, 62, STEEL_LIGHT)
        + rect(92, 18, 56, 12, STEEL, 5)
        + rect(96, 76, 48, 96, GLASS, 5)
        + rect(100, 116, 40, 52, t.base, 3)
        + rect(84, 72, 72, 10, STEEL, 4)
        + rect(108, 172, 24, 14, STEEL, 3)
        + rect(118, 184, 4, 40, INK)
        + "".join(rect(126, y, 14, 3, INK) for y in range(92, 164, 14))
    )
    if v == 1:
        return (
            f'<g transform="translate(-30 0)">{turned(one, 14)}</g>'
            + rect(156, 130, 50, 74, GLASS, 8)
            + rect(156, 158, 50, 46, t.light, 8)
            + rect(164, 108, 34, 24, t.dark, 4)
        )
    if v == 2:
        return (
            rect(112, 18, 16, 14, STEEL, 6)
            + path("M72 32H168V136Q168 156 144 160H96Q72 156 72 136Z", GLASS)
            + path("M76 76H164V136Q164 152 144 156H96Q76 152 76 136Z", t.base)
            + rect(92, 46, 56, 20, WHITE, 4)
            + rect(112, 158, 16, 22, STEEL_LIGHT)
            + line("M120 180Q120 214 160 208Q196 202 200 224", t.dark, 5)
        )
    if v == 3:
        return turned(
            rect(40, 96, 160, 52, "#ecc49b", 26)
            + rect(92, 96, 56, 52, t.base)
            + "".join(circle(x, y, 3, WHITE) for x in (106, 120, 134) for y in (110, 122, 134)),
            -28,
        ) + turned(
            rect(76, 166, 130, 7, STEEL_LIGHT, 3) + ellipse(80, 169, 15, 9, WHITE) + ellipse(202, 169, 15, 9, WHITE),
            -28,
            140,
            170,
        )
    return turned(one, 40)


SHAPES = {"lipstick": lipstick, "pill": pill, "device_medical": device_medical, "syringe": syringe}
