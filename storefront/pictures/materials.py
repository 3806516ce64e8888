"""What things are made of: pellets, drums, bricks, cloth, yarn, hides."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GLASS,
    INK,
    STEEL,
    STEEL_LIGHT,
    WHITE,
    WOOD,
    WOOD_DARK,
    WOOD_LIGHT,
    Tones,
    both_sides,
    circle,
    ellipse,
    line,
    moved,
    path,
    rect,
    ring,
    turned,
)


def flask(t: Tones, v: int) -> str:
    """Conical flask, test tubes, round flask, measuring cylinder."""
    if v == 1:
        return (
            "".join(
                rect(x, 48, 30, 124, GLASS, 15)
                + rect(x + 4, y, 22, 168 - y, shade, 11)
                + rect(x - 3, 44, 36, 9, STEEL_LIGHT, 4)
                for x, y, shade in ((54, 110, t.base), (105, 84, t.dark), (156, 126, t.light))
            )
            + rect(38, 140, 164, 14, WOOD, 4)
            + rect(38, 184, 164, 14, WOOD_DARK, 4)
            + both_sides(rect(40, 140, 10, 56, WOOD))
        )
    if v == 2:
        return (
            rect(104, 38, 32, 60, GLASS, 4)
            + circle(120, 142, 60, GLASS)
            + path("M66 136H174A56 56 0 1 1 66 136Z", t.base)
            + rect(98, 34, 44, 10, STEEL, 4)
            + line("M84 170Q96 188 116 190", t.light, 6)
            + circle(138, 158, 7, t.pale)
            + circle(122, 174, 5, t.pale)
        )
    if v == 3:
        return (
            rect(92, 36, 56, 160, GLASS, 6)
            + rect(97, 100, 46, 92, t.base, 4)
            + "".join(rect(122, y, 20 if y % 40 == 0 else 12, 3, INK) for y in range(60, 190, 20))
            + rect(72, 192, 96, 14, STEEL, 6)
            + rect(100, 106, 7, 78, t.light, 3)
        )
    marks = path("M100 40H140V96L190 184Q194 202 174 202H66Q46 202 50 184L100 96Z", GLASS) + path(
        "M82 140H158L182 184Q185 195 172 195H68Q55 195 58 184Z", t.base
    )
    return (
        marks
        + rect(94, 34, 52, 11, STEEL, 5)
        + circle(104, 172, 8, t.light)
        + circle(132, 160, 5, t.pale)
        + circle(142, 180, 6, t.light)
        + line("M108 52V98L92 128", WHITE, 5)
    )


def drum(t: Tones, v: int) -> str:
    """Steel drum, jerrycan, pail, two drums."""
    one = (
        rect(70, 54, 100, 142, t.base)
        + ellipse(120, 196, 50, 14, t.base)
        + rect(76, 54, 16, 142, t.light)
        + rect(152, 54, 18, 142, t.dark)
    )
    one += (
        "".join(rect(66, y, 108, 9, t.deep, 4) for y in (94, 140))
        + ellipse(120, 54, 50, 15, t.deep)
        + ellipse(120, 52, 44, 11, t.dark)
        + ellipse(140, 52, 9, 4, STEEL_LIGHT)
    )
    if v == 1:
        return (
            path("M62 78L84 56H166Q178 56 178 70V190Q178 202 166 202H74Q62 202 62 190Z", t.base)
            + rect(76, 36, 34, 24, t.deep, 5)
            + line("M122 56V40H160V56", t.dark, 10)
            + line("M84 98L156 178M156 98L84 178", t.dark, 9)
            + rect(66, 84, 8, 106, t.light, 4)
        )
    if v == 2:
        return (
            line("M62 76Q64 24 120 24Q176 24 178 76", STEEL, 5)
            + path("M58 72H182L168 200H72Z", t.base)
            + path("M58 72H82L90 200H72Z", t.light)
            + ellipse(120, 72, 62, 14, t.deep)
            + ellipse(120, 69, 54, 10, t.light)
            + rect(92, 112, 56, 52, t.pale, 6)
        )
    if v == 3:
        return (
            f'<g transform="translate(-14 -4) scale(.82)">{one}</g><g transform="translate(62 30) scale(.82)">{one}</g>'
        )
    return one


def pellet(t: Tones, v: int) -> str:
    """A heap of granules, an open sack of them, powder in a dish, lumps."""
    if v == 1:
        return (
            path("M62 76Q120 96 178 76L190 198Q120 212 50 198Z", "#e9dfc9")
            + ellipse(120, 76, 60, 20, t.dark)
            + "".join(
                ellipse(x, y, 10, 7, shade)
                for x, y, shade in (
                    (84, 72, t.base),
                    (104, 66, t.light),
                    (126, 70, t.base),
                    (148, 68, t.light),
                    (116, 80, t.light),
                    (140, 82, t.base),
                    (96, 84, t.base),
                )
            )
            + line("M66 120Q120 132 174 120", "#d3c5a5", 4)
            + circle(120, 158, 18, t.base)
        )
    if v == 2:
        return (
            path("M58 148Q96 66 120 66Q144 66 182 148Z", t.base)
            + path("M120 66Q144 66 182 148H120Q150 110 120 66Z", t.dark)
            + path("M36 144H204Q196 196 150 198H90Q44 196 36 144Z", WHITE)
            + path("M120 144H204Q196 196 150 198H120Z", STEEL_LIGHT)
            + ellipse(102, 104, 10, 16, t.light)
        )
    if v == 3:
        return "".join(
            path(f"M{x} {y}l22 -26l34 4l14 28l-20 26l-38 -4Z", t.base)
            + path(f"M{x} {y}l22 -26l12 24l-22 26Z", t.light)
            + path(f"M{x + 34} {y - 2}l36 8l-20 26l-38 -4Z", t.dark)
            for x, y in ((88, 92), (42, 152), (122, 156))
        )
    spots = (
        (120, 78),
        (98, 100),
        (142, 100),
        (76, 124),
        (120, 122),
        (164, 124),
        (54, 150),
        (98, 148),
        (142, 148),
        (186, 150),
        (40, 176),
        (80, 174),
        (122, 174),
        (162, 174),
        (200, 176),
    )
    return ellipse(120, 186, 96, 16, t.dark) + "".join(
        ellipse(x, y, 21, 15, (t.base, t.light, t.dark)[place % 3]) + ellipse(x - 6, y - 5, 6, 3, t.pale)
        for place, (x, y) in enumerate(spots)
    )


def brick(t: Tones, v: int) -> str:
    """Bricks stacked, one hollow brick, a wall, blocks."""
    if v == 2:
        return rect(36, 62, 168, 124, t.pale, 4) + "".join(
            rect(max(38, x), y, min(202, x + 50) - max(38, x), 26, (t.base, t.dark, t.light)[(x // 7 + y) % 3], 3)
            for row, y in enumerate((66, 96, 126, 156))
            for x in range(38 - 27 * (row % 2), 200, 54)
        )

    def block(x: int, y: int) -> str:
        return (
            path(f"M{x} {y}l58 -18l44 16l-58 20Z", t.light)
            + path(f"M{x} {y}l44 18v34l-44 -18Z", t.base)
            + path(f"M{x + 44} {y + 18}l58 -20v34l-58 20Z", t.dark)
        )

    if v == 1:
        holes = "".join(ellipse(x, y, 8, 4, t.deep) for x, y in ((92, 96), (112, 90), (114, 104), (134, 97)))
        return moved(block(62, 96) + holes, -84, -76, 1.8)
    return block(28, 150) + block(108, 146) + block(68, 106) + (block(88, 66) if v == 0 else "")


def tile(t: Tones, v: int) -> str:
    squares = "".join(
        rect(48 + 74 * x, 48 + 74 * y, 70, 70, (t.base, t.light)[(x + y) % 2], 3) for x in (0, 1) for y in (0, 1)
    )
    if v == 1:
        return turned(
            squares
            + "".join(
                path(f"M{83 + 74 * x} {56 + 74 * y}l27 27l-27 27l-27 -27Z", t.dark if (x + y) % 2 else t.pale)
                for x in (0, 1)
                for y in (0, 1)
            ),
            0,
        )
    if v == 2:
        return (
            path("M120 52L208 104L120 156L32 104Z", t.base)
            + path("M76 78L164 130M164 78L76 130", t.dark)
            + path("M32 104L120 156V172L32 120Z", t.dark)
            + path("M208 104L120 156V172L208 120Z", t.deep)
            + line("M62 104Q100 80 128 106Q150 122 176 100", t.pale, 4)
            + path("M120 52L208 104L164 130L76 78Z", t.light)
        )
    if v == 3:
        return "".join(
            rect(40 + 54 * x, 52 + 28 * y, 50, 24, (t.base, t.light, t.dark)[(2 * x + y) % 3], 3)
            for x in range(3)
            for y in range(5)
        )
    return squares + line("M56 100Q70 74 110 62M132 108Q150 84 186 70M130 184Q160 168 190 136", t.pale, 3)


def fabric(t: Tones, v: int) -> str:
    """Bolt of cloth, folded lengths, draped, rolls."""
    if v == 1:
        return "".join(
            path(f"M44 {y}Q44 {y - 26} 70 {y - 26}H196V{y}Z", shade)
            + rect(44, y - 2, 152, 6, t.deep, 3)
            + line(f"M64 {y - 12}H190", t.pale, 3)
            for y, shade in ((190, t.dark), (160, t.base), (130, t.light), (100, t.base))
        )
    if v == 2:
        return (
            path("M40 60H200Q190 120 206 196Q170 180 150 198Q126 178 104 198Q78 180 34 196Q52 120 40 60Z", t.base)
            + "".join(
                path(f"M{x} 62Q{x + 16} 130 {x - 2} 190Q{x + 12} 176 {x + 18} 186Q{x + 22} 120 {x + 14} 62Z", t.dark)
                for x in (70, 116, 160)
            )
            + rect(36, 50, 168, 14, WOOD, 7)
        )
    if v == 3:
        return "".join(
            rect(46, y, 148, 40, shade, 20)
            + ellipse(62, y + 20, 16, 20, t.pale)
            + ellipse(62, y + 20, 7, 9, WOOD)
            + line(f"M92 {y + 12}H180", t.light, 4)
            for y, shade in ((54, t.base), (100, t.dark), (146, t.base))
        )
    marks = path("M150 70L208 182Q150 204 96 184L104 90Z", t.light) + path("M150 92L196 180Q160 192 126 190Z", t.base)
    return marks + turned(
        rect(46, 60, 120, 56, t.base, 28)
        + ellipse(64, 88, 18, 28, t.dark)
        + ellipse(64, 88, 8, 12, WOOD_LIGHT)
        + line("M92 74H150", t.light, 6),
        -18,
        106,
        88,
    )


def yarn(t: Tones, v: int) -> str:
    """Ball, cone, two balls, spools."""
    ball = (
        circle(112, 124, 66, t.base)
        + line("M58 98Q110 70 164 92M50 124Q110 96 176 118M58 158Q112 128 172 148", t.dark, 6)
        + line("M84 66Q68 122 96 184M120 60Q108 124 134 184M150 74Q152 130 160 164", t.light, 5)
    )
    if v == 1:
        return (
            path("M100 44H140L176 190H64Z", t.base)
            + "".join(
                line(f"M{98 - n * 4.4} {62 + n * 16}L{142 + n * 4.4} {70 + n * 16}", t.dark if n % 2 else t.light, 4)
                for n in range(8)
            )
            + rect(106, 34, 28, 16, WOOD, 4)
            + ellipse(120, 194, 58, 12, WOOD_DARK)
        )
    if v == 3:
        return "".join(
            rect(x, 70, 46, 100, shade)
            + line("".join(f"M{x} {y}l46 5" for y in range(78, 166, 11)), t.deep, 2)
            + rect(x - 6, 58, 58, 14, WOOD, 4)
            + rect(x - 6, 168, 58, 14, WOOD, 4)
            for x, shade in ((38, t.base), (98, t.light), (158, t.dark))
        )
    extra = line("M160 168Q196 200 212 176", t.base, 6)
    return ball + extra if v == 0 else moved(ball, -8, -14, 0.78) + moved(ball, 70, 66, 0.68)


def hide(t: Tones, v: int) -> str:
    if v == 1:
        return (
            rect(52, 66, 136, 56, t.base, 28)
            + ellipse(74, 94, 20, 28, t.dark)
            + ellipse(74, 94, 9, 13, t.light)
            + path("M90 122H188V188Q140 202 90 188Z", t.light)
            + line("M96 178Q140 190 182 178", t.dark, 3)
        )
    outline = (
        "M84 44Q120 62 156 44Q180 40 196 62Q184 84 190 108Q206 132 198 164Q186 190 158 186Q138 204 120 204"
        "Q102 204 82 186Q54 190 42 164Q34 132 50 108Q56 84 44 62Q60 40 84 44Z"
    )
    marks = path(outline, t.base) + line("M120 70V180", t.dark, 4)
    if v == 2:
        return marks + line("M74 78Q96 96 88 130M166 78Q144 96 152 130M90 160Q120 148 150 160", t.light, 4)
    spots = ((84, 90, 14), (154, 84, 17), (144, 146, 20), (82, 152, 13))
    return marks + (
        "".join(ellipse(x, y, size, size * 0.7, t.dark) for x, y, size in spots)
        if v == 0
        else ring(120, 126, 30, t.light, 4)
    )


def paper(t: Tones, v: int) -> str:
    """Sheets, roll, stack, labels."""
    if v == 1:
        return (
            rect(78, 64, 102, 128, WHITE)
            + ellipse(120, 64, 58, 20, t.light)
            + path("M62 64V184A58 20 0 0 0 178 184V64A58 20 0 0 1 62 64Z", t.pale)
            + ellipse(120, 64, 58, 20, WHITE)
            + ellipse(120, 64, 20, 7, WOOD)
            + path("M178 100L206 110V206L178 184Z", WHITE)
            + rect(66, 112, 108, 36, t.base)
        )
    if v == 2:
        return "".join(
            path(f"M36 {y}L122 {y - 34}L206 {y}L120 {y + 36}Z", shade)
            for y, shade in (
                (166, t.deep),
                (156, WHITE),
                (146, t.light),
                (136, WHITE),
                (126, t.light),
                (116, WHITE),
                (106, t.base),
            )
        )
    if v == 3:
        return rect(50, 44, 140, 156, WHITE, 6) + "".join(
            rect(62 + 42 * x, 58 + 34 * y, 34, 24, (t.base, t.light, t.dark)[(x + y) % 3], 5)
            for x in range(3)
            for y in range(4)
        )
    return (
        turned(rect(64, 48, 108, 146, t.light, 4), -10)
        + turned(rect(66, 46, 108, 148, t.pale, 4), -3)
        + path("M72 44H152L180 72V196H72Z", WHITE)
        + path("M152 44V72H180Z", t.base)
        + "".join(line(f"M90 {y}H{x}", t.base, 5) for y, x in ((98, 160), (118, 160), (138, 160), (158, 130)))
        + circle(104, 72, 10, t.base)
    )


SHAPES = {
    "flask": flask,
    "drum": drum,
    "pellet": pellet,
    "brick": brick,
    "tile": tile,
    "fabric": fabric,
    "yarn": yarn,
    "hide": hide,
    "paper": paper,
}
