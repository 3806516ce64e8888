"""Cars, tyres, lorries."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GOLD,
    INK,
    RED,
    SKY,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
    Tones,
    around,
    circle,
    dashes,
    line,
    path,
    rect,
    ring,
)


def _wheel(x: float, y: float, size: float) -> str:
    return circle(x, y, size, INK) + circle(x, y, size * 0.55, STEEL_LIGHT) + circle(x, y, size * 0.2, STEEL_DARK)


def car(t: Tones, v: int) -> str:
    """Saloon, van, car part (brake disc), motorcycle."""
    if v == 1:
        return (
            path("M24 164V92Q26 66 54 64H146Q168 64 184 92L212 118Q218 124 218 138V164Z", t.base)
            + path("M140 76Q160 76 174 98L184 112H140Z", SKY)
            + rect(92, 76, 40, 36, SKY, 4)
            + rect(40, 76, 44, 36, SKY, 4)
            + rect(24, 138, 194, 9, t.dark)
            + rect(206, 128, 12, 12, GOLD, 4)
            + _wheel(70, 166, 24)
            + _wheel(172, 166, 24)
        )
    if v == 2:
        return (
            circle(112, 124, 76, STEEL)
            + circle(112, 124, 68, STEEL_LIGHT)
            + around(circle(112, 70, 5, STEEL_DARK), 16, 112, 124)
            + circle(112, 124, 36, STEEL_DARK)
            + around(circle(112, 100, 5, STEEL_LIGHT), 5, 112, 124)
            + circle(112, 124, 12, INK)
            + path("M150 52Q206 84 196 158L158 154Q168 106 134 82Z", t.base)
            + line("M168 82Q186 108 184 140", t.light, 6)
        )
    if v == 3:
        return (
            ring(58, 164, 32, INK, 13)
            + ring(184, 164, 32, INK, 13)
            + circle(58, 164, 8, STEEL)
            + circle(184, 164, 8, STEEL)
            + line("M58 164L92 112M184 164L152 78", STEEL_DARK, 9)
            + path("M60 96Q92 92 104 104Q130 80 156 96L160 122L128 150H92Q86 122 60 96Z", t.base)
            + rect(96, 126, 44, 34, STEEL_DARK, 8)
            + line("M146 70L170 62", INK, 8)
            + circle(166, 88, 11, GOLD)
            + path("M50 88H100V100H60Z", INK)
            + line("M96 160H50", STEEL, 8)
        )
    return (
        path("M20 160V134Q22 118 50 114L78 112Q98 74 128 72H152Q178 74 192 112Q218 116 220 134V160Z", t.base)
        + path("M90 110Q104 84 128 84V110Z", SKY)
        + path("M136 84H150Q168 86 178 110H136Z", SKY)
        + path("M20 142H220V160H20Z", t.dark)
        + rect(20, 124, 14, 11, RED, 4)
        + rect(206, 122, 14, 12, GOLD, 4)
        + rect(140, 120, 16, 5, t.deep, 2)
        + _wheel(66, 162, 25)
        + _wheel(176, 162, 25)
    )


def tyre(t: Tones, v: int) -> str:
    rim = STEEL_LIGHT if v % 2 == 0 else t.base

    def one(x: float, y: float, size: float) -> str:
        tread = dashes(x, y, size, "#2b323b", size * 0.1, 26)
        return (
            tread
            + circle(x, y, size, "#343c46")
            + ring(x, y, size * 0.8, "#4b5561", size * 0.05)
            + circle(x, y, size * 0.6, rim)
            + dashes(x, y, size * 0.38, "#59636f", size * 0.3, 5 if v < 2 else 7)
            + circle(x, y, size * 0.13, t.deep)
        )

    return one(120, 120, 80) if v < 2 else one(146, 100, 58) + one(88, 146, 58)


def truck(t: Tones, v: int) -> str:
    """Box lorry, forklift, tipper, hand trolley or cargo ship."""
    if v == 1:
        return (
            rect(176, 40, 9, 150, STEEL_DARK)
            + rect(190, 40, 6, 150, STEEL_DARK)
            + line("M196 184H230", STEEL_DARK, 8)
            + path("M46 118H166V176H46Z", t.base)
            + line("M86 120L98 62H164V120", INK, 8)
            + path("M46 118Q46 96 66 96H92V118Z", t.dark)
            + rect(110, 92, 30, 34, INK, 6)
            + rect(196, 130, 36, 44, "#d8b07a", 3)
            + _wheel(74, 182, 23)
            + _wheel(148, 182, 23)
        )
    if v == 2:
        return (
            path("M20 84L142 74L134 142H40Z", t.base)
            + path("M20 84L142 74L140 90L24 98Z", t.light)
            + path("M34 84Q80 44 138 76Z", "#a88b63")
            + path("M152 92H190Q204 96 212 128V160H152Z", t.dark)
            + path("M162 102H186L198 128H162Z", SKY)
            + rect(24, 146, 190, 16, INK, 3)
            + _wheel(58, 170, 23)
            + _wheel(106, 170, 23)
            + _wheel(184, 170, 23)
        )
    if v == 3:
        boxes = "".join(
            rect(x, y, 30, 22, shade, 2)
            for x, y, shade in (
                (44, 110, t.base),
                (76, 110, "#e6b34f"),
                (108, 110, "#5a90c9"),
                (140, 110, t.light),
                (60, 86, "#d9686b"),
                (92, 86, t.dark),
                (124, 86, "#6fae7c"),
            )
        )
        return (
            boxes
            + rect(176, 76, 30, 56, WHITE, 3)
            + rect(182, 84, 18, 8, SKY)
            + path("M22 132H218L196 178H46Z", t.deep)
            + path("M30 150H210L196 178H46Z", t.base)
            + path(
                "M10 178Q30 166 50 178Q70 190 90 178Q110 166 130 178Q150 190 170 178Q190 166 210 178L230 184V206H10Z",
                "#7db8dc",
            )
        )
    return (
        rect(18, 66, 136, 92, t.base, 5)
        + rect(18, 66, 136, 10, t.light, 4)
        + "".join(rect(x, 82, 4, 68, t.dark) for x in (44, 72, 100, 128))
        + path("M160 90H192Q204 94 216 126V160H160Z", t.dark)
        + path("M170 100H190L204 126H170Z", SKY)
        + rect(18, 156, 200, 10, INK, 3)
        + rect(208, 138, 10, 10, GOLD, 3)
        + _wheel(58, 170, 23)
        + _wheel(104, 170, 23)
        + _wheel(186, 170, 23)
        + line("M24 110H150", WHITE, 6)
    )


SHAPES = {"car": car, "tyre": tyre, "truck": truck}
