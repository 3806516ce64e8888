"""Phones, computers, earphones, cameras, white goods."""

from __future__ import annotations

from storefront.pictures.primitives import (
    INK,
    RED,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
    Tones,
    both_sides,
    circle,
    ellipse,
    line,
    path,
    rect,
    ring,
    turned,
)

SCREEN = "#26303c"


def phone(t: Tones, v: int) -> str:
    """Front, back with lenses, charger brick with lead, tablet with phone."""
    if v == 1:
        return turned(
            rect(72, 28, 96, 184, t.deep, 20)
            + rect(75, 30, 92, 180, t.base, 18)
            + rect(82, 40, 44, 50, t.dark, 14)
            + "".join(circle(x, y, 9, INK) + circle(x, y, 4, "#5c7fa8") for x, y in ((94, 54), (114, 54), (94, 76)))
            + circle(114, 76, 5, "#fff1c4")
            + line("M154 60V190", t.light, 6),
            8,
        )
    if v == 2:
        return (
            rect(62, 66, 116, 122, t.base, 20)
            + rect(74, 78, 10, 98, t.light, 5)
            + "".join(circle(x, 166, 5, "#63d2a0" if x < 150 else t.dark) for x in (114, 130, 146, 162))
            + rect(104, 56, 32, 12, t.deep, 3)
            + path("M126 88L102 126H118L114 152L140 114H124Z", WHITE)
            + line("M120 58Q120 26 160 30Q206 36 204 80", t.deep, 6)
        )
    if v == 3:
        return (
            rect(34, 42, 124, 164, t.base, 12)
            + rect(42, 52, 108, 144, SCREEN, 4)
            + path("M42 196V130L150 70V196Z", t.dark)
            + rect(138, 86, 68, 122, t.deep, 12)
            + rect(143, 94, 58, 106, t.light, 6)
            + rect(160, 98, 24, 5, t.deep, 2)
        )
    screen = (
        rect(82, 40, 76, 160, SCREEN, 12)
        + path("M82 132Q120 96 158 128V188Q158 200 146 200H94Q82 200 82 188Z", t.base)
        + path("M82 162Q120 130 158 166V188Q158 200 146 200H94Q82 200 82 188Z", t.light)
    )
    return turned(
        rect(72, 28, 96, 184, t.deep, 20) + screen + rect(104, 46, 32, 8, INK, 4) + rect(100, 68, 40, 8, WHITE, 4), -8
    )


def laptop(t: Tones, v: int) -> str:
    """Laptop, monitor, keyboard and mouse, tower."""
    picture = path("M0 62Q30 20 60 50Q90 76 128 26V86H0Z", t.base) + path(
        "M0 74Q40 50 70 70Q100 86 128 60V86H0Z", t.light
    )
    if v == 1:
        return (
            rect(34, 46, 172, 112, INK, 8)
            + rect(42, 54, 156, 94, t.pale, 3)
            + f'<g transform="translate(42 54) scale(1.218 1.09)">{picture}</g>'
            + rect(108, 158, 24, 30, STEEL_DARK)
            + rect(76, 186, 88, 12, STEEL, 6)
        )
    if v == 2:
        keys = "".join(
            rect(36 + 13 * x, 104 + 17 * y, 10, 13, t.pale if (x + y) % 7 else t.light, 2)
            for x in range(10)
            for y in range(3)
        )
        return turned(
            rect(26, 92, 146, 78, t.base, 8)
            + keys
            + rect(70, 155, 60, 9, t.pale, 3)
            + path("M184 124Q184 96 203 96Q222 96 222 124V144Q222 172 203 172Q184 172 184 144Z", t.dark)
            + rect(200, 104, 6, 20, t.pale, 3),
            -8,
        )
    if v == 3:
        return (
            rect(72, 32, 96, 172, t.base, 8)
            + rect(72, 32, 14, 172, t.dark, 6)
            + "".join(
                ring(128, y, 25, shade, 6) + circle(128, y, 8, t.deep)
                for y, shade in ((86, "#63d2d0"), (150, "#c08af0"))
            )
            + rect(98, 42, 60, 8, t.deep, 4)
            + circle(104, 188, 4, RED)
        )
    return (
        rect(52, 50, 136, 102, t.deep, 8)
        + rect(58, 56, 124, 88, t.pale, 3)
        + f'<g transform="translate(58 56) scale(.969 1.02)">{picture}</g>'
        + path("M52 152H188L212 184H28Z", STEEL_LIGHT)
        + path("M62 158H178L186 170H54Z", STEEL_DARK)
        + rect(28, 182, 184, 10, t.dark, 5)
    )


def earphone(t: Tones, v: int) -> str:
    """Over the head, buds in their case, neckband, speaker."""
    if v == 1:
        bud = path("M86 52A22 22 0 1 1 108 84V126Q108 134 100 134Q92 134 92 126V78Z", t.light) + circle(
            104, 62, 9, t.deep
        )
        return (
            both_sides(f'<g transform="translate(-14 -10)">{bud}</g>')
            + rect(56, 136, 128, 70, t.base, 32)
            + rect(56, 158, 128, 4, t.dark)
            + circle(120, 178, 5, "#8be3b5")
        )
    if v == 2:
        return (
            line("M58 196V112Q58 46 120 46Q182 46 182 112V196", t.base, 13)
            + line("M58 196Q58 218 82 204L100 168M182 196Q182 218 158 204L140 168", t.deep, 4)
            + both_sides(ellipse(102, 160, 12, 15, t.dark))
            + both_sides(rect(50, 110, 16, 44, t.light, 8))
        )
    if v == 3:
        return (
            rect(66, 32, 108, 176, t.base, 22)
            + circle(120, 146, 40, t.deep)
            + circle(120, 146, 25, t.dark)
            + circle(120, 146, 11, t.light)
            + circle(120, 72, 22, t.deep)
            + circle(120, 72, 9, t.light)
            + rect(74, 50, 7, 136, t.light, 3)
        )
    return (
        line("M58 136V118Q58 44 120 44Q182 44 182 118V136", t.dark, 14)
        + line("M66 96Q80 52 120 52", t.light, 5)
        + both_sides(rect(40, 124, 42, 74, t.base, 20) + rect(68, 120, 22, 82, t.deep, 11))
        + both_sides(rect(48, 140, 7, 42, t.light, 3))
    )


def camera(t: Tones, v: int) -> str:
    """Camera, dome camera, webcam or bullet camera, tripod light."""
    if v == 1:
        return (
            rect(58, 44, 124, 28, WHITE, 8)
            + path("M50 70H190Q190 190 120 190Q50 190 50 70Z", t.base)
            + circle(120, 118, 48, INK)
            + circle(120, 118, 30, t.deep)
            + circle(120, 118, 15, "#4a7fb5")
            + circle(112, 110, 6, WHITE)
        )
    if v == 2:
        return (
            rect(38, 84, 22, 90, STEEL_DARK, 4)
            + line("M58 140L92 118", STEEL, 13)
            + turned(
                rect(74, 74, 124, 60, t.base, 16)
                + rect(178, 72, 24, 64, INK, 10)
                + circle(190, 104, 16, "#4a7fb5")
                + rect(66, 64, 134, 16, t.dark, 7)
                + circle(92, 106, 5, RED),
                10,
            )
        )
    if v == 3:
        return (
            line("M120 124L78 208M120 124L162 208M120 124V206", INK, 7)
            + circle(120, 86, 54, t.base)
            + ring(120, 86, 43, "#fff3c9", 15)
            + rect(106, 62, 28, 50, INK, 5)
            + circle(120, 70, 4, "#4a7fb5")
        )
    return (
        path("M84 76L96 54H144L156 76Z", t.deep)
        + rect(34, 74, 172, 112, t.base, 16)
        + rect(34, 100, 172, 58, t.deep)
        + circle(120, 130, 46, STEEL_LIGHT)
        + circle(120, 130, 38, INK)
        + circle(120, 130, 24, "#3f6f9f")
        + circle(112, 121, 8, "#b8d7ee")
        + rect(168, 84, 26, 10, "#fff3c9", 3)
        + circle(56, 86, 5, RED)
    )


def fridge(t: Tones, v: int) -> str:
    """Two doors, side by side, chest freezer, display cooler."""
    if v == 2:
        return (
            rect(30, 92, 180, 100, t.base, 8)
            + rect(24, 76, 192, 22, t.light, 6)
            + rect(104, 84, 32, 6, t.deep, 3)
            + rect(150, 164, 46, 16, t.dark, 3)
            + both_sides(rect(44, 192, 18, 12, INK, 4))
        )
    if v == 3:
        shelf = "".join(
            rect(x, y, 9, 22, c, 3)
            for y in (70, 110, 150)
            for x, c in ((82, "#d9686b"), (97, "#e6b34f"), (112, "#6fae7c"), (127, "#5a90c9"), (142, "#e38b5a"))
        )
        return (
            rect(62, 26, 116, 182, t.base, 8)
            + rect(72, 54, 96, 136, "#dff0f6", 3)
            + shelf
            + "".join(rect(72, y, 96, 4, STEEL) for y in (92, 132, 172))
            + rect(160, 96, 5, 44, STEEL_DARK, 2)
            + rect(72, 34, 96, 14, t.light, 4)
        )
    marks = rect(62, 26, 116, 180, t.base, 10) + rect(62, 26, 10, 180, t.light, 5)
    if v == 1:
        return (
            rect(50, 26, 140, 180, t.base, 10)
            + rect(118, 26, 4, 180, t.deep)
            + both_sides(rect(108, 88, 5, 56, STEEL_LIGHT, 2))
            + rect(64, 70, 32, 44, t.deep, 5)
            + rect(50, 26, 9, 180, t.light, 4)
        )
    return (
        marks
        + rect(62, 92, 116, 4, t.deep)
        + rect(160, 60, 6, 26, STEEL_DARK, 3)
        + rect(160, 104, 6, 44, STEEL_DARK, 3)
        + rect(88, 46, 22, 8, t.deep, 3)
        + both_sides(rect(72, 206, 14, 6, INK))
    )


def washer(t: Tones, v: int) -> str:
    if v == 1:
        return (
            rect(56, 56, 128, 148, t.base, 10)
            + path("M56 56Q58 34 76 32H164Q182 34 184 56Z", t.dark)
            + rect(72, 66, 96, 50, "#9fc6dd", 12)
            + ellipse(120, 92, 38, 18, "#d6ebf5")
            + "".join(circle(x, 44, 4, t.light) for x in (96, 112, 128))
            + rect(66, 124, 8, 70, t.light, 4)
        )
    marks = (
        rect(50, 38, 140, 164, t.base, 10)
        + rect(50, 38, 140, 30, t.dark, 8)
        + circle(72, 53, 8, t.light)
        + rect(110, 46, 46, 14, SCREEN, 3)
        + circle(174, 53, 6, RED if v == 3 else t.pale)
    )
    marks += (
        circle(120, 136, 52, STEEL_LIGHT)
        + circle(120, 136, 41, "#41627c")
        + path("M80 142Q100 128 120 142Q140 156 160 140A41 41 0 0 1 80 142Z", "#8fc4e6")
        + circle(104, 120, 8, "#b9dcf0")
    )
    return (
        marks
        + (circle(138, 152, 6, WHITE) + circle(122, 162, 4, WHITE) if v else "")
        + both_sides(rect(60, 202, 18, 8, INK))
    )


SHAPES = {"phone": phone, "laptop": laptop, "earphone": earphone, "camera": camera, "fridge": fridge, "washer": washer}
