"""Machines, machine parts, hardware, hand tools, service."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GOLD,
    INK,
    RED,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
    WOOD,
    WOOD_DARK,
    Tones,
    around,
    both_sides,
    circle,
    dashes,
    ellipse,
    line,
    moved,
    path,
    rect,
    ring,
    turned,
)


def machine(t: Tones, v: int) -> str:
    """Machining centre, pump set, press, packing line."""
    if v == 1:
        marks = rect(34, 176, 172, 16, INK, 4) + rect(44, 96, 94, 74, t.base, 14) + "".join(
            rect(x, 96, 5, 74, t.dark) for x in (62, 78, 94, 110)
        )  # fmt: skip
        marks += circle(170, 134, 36, t.dark) + circle(170, 134, 20, t.light) + rect(158, 70, 24, 34, t.dark, 4)
        return (
            marks
            + rect(150, 62, 40, 12, t.deep, 4)
            + rect(70, 82, 36, 16, t.deep, 4)
            + rect(54, 168, 20, 10, INK)
            + rect(112, 168, 20, 10, INK)
        )
    if v == 2:
        marks = rect(58, 44, 124, 36, t.base, 8) + rect(58, 78, 22, 108, t.dark) + rect(160, 78, 22, 108, t.dark)
        marks += rect(108, 80, 24, 34, STEEL) + rect(92, 112, 56, 16, t.deep, 4) + rect(46, 180, 148, 18, t.deep, 4)
        return marks + rect(88, 158, 64, 22, STEEL, 3) + circle(76, 62, 8, RED) + rect(140, 54, 32, 16, WHITE, 3)
    if v == 3:
        marks = rect(30, 140, 180, 14, INK, 7) + "".join(circle(x, 147, 5, STEEL) for x in range(40, 206, 20))
        marks += (
            rect(72, 64, 96, 76, t.base, 8)
            + rect(86, 100, 68, 40, t.deep)
            + rect(84, 76, 38, 16, WHITE, 3)
            + circle(142, 84, 7, RED)
        )
        marks += (
            rect(38, 116, 26, 24, "#d8b07a", 2)
            + rect(178, 116, 26, 24, "#d8b07a", 2)
            + path("M96 64L104 40H136L144 64Z", t.dark)
        )
        return marks + both_sides(rect(52, 154, 12, 40, STEEL_DARK))
    marks = rect(38, 62, 164, 126, t.base, 8) + rect(38, 62, 164, 22, t.dark, 8) + rect(54, 94, 88, 70, t.deep, 6)
    marks += path("M60 100H98L70 158H60Z", t.dark) + rect(96, 96, 16, 26, STEEL) + rect(101, 122, 6, 14, STEEL_LIGHT)
    marks += (
        rect(78, 146, 52, 12, STEEL, 2)
        + rect(154, 94, 36, 30, "#cdeaf5", 3)
        + "".join(circle(x, 138, 5, c) for x, c in ((160, RED), (176, "#63b57a")))
    )
    return marks + rect(50, 186, 28, 10, INK) + rect(162, 186, 28, 10, INK) + rect(154, 150, 36, 8, t.dark, 3)


def _cog(x: float, y: float, size: float, t: Tones) -> str:
    teeth = dashes(x, y, size * 0.86, t.base, size * 0.28, 12)
    return (
        teeth
        + circle(x, y, size * 0.8, t.base)
        + ring(x, y, size * 0.58, t.dark, size * 0.08)
        + circle(x, y, size * 0.26, t.deep)
    )


def gear(t: Tones, v: int) -> str:
    """One gear, two gears, bearing, gear with holes."""
    if v == 1:
        return _cog(96, 136, 62, t) + moved(_cog(0, 0, 40, t), 168, 72)
    if v == 2:
        balls = around(circle(120, 64, 11, STEEL_LIGHT), 12)
        return (
            circle(120, 120, 78, t.base)
            + circle(120, 120, 66, t.deep)
            + balls
            + circle(120, 120, 44, t.base)
            + circle(120, 120, 27, t.ground)
            + ring(120, 120, 71, t.light, 3)
        )
    marks = _cog(120, 120, 84, t)
    return marks + (around(circle(120, 82, 11, t.deep), 5) if v == 3 else rect(114, 96, 12, 14, t.deep))


def bolt(t: Tones, v: int) -> str:
    """Hexagon bolt, countersunk screws, bolt and nut, socket screw."""
    thread = "".join(line(f"M106 {y}L134 {y - 8}", STEEL_DARK, 4) for y in range(112, 196, 11))
    shank = rect(106, 74, 28, 122, STEEL, 4) + rect(106, 74, 9, 122, STEEL_LIGHT, 3) + thread
    if v == 1:
        one = path("M86 46H154L134 78H106Z", t.base) + path("M106 76H134V176L120 202L106 176Z", STEEL)
        one += "".join(line(f"M104 {y}L136 {y - 10}", t.dark, 5) for y in range(98, 186, 14)) + line(
            "M104 54H136", t.deep, 5
        )
        return moved(turned(one, -20), -34, 6, 0.95) + moved(turned(one, 18), 46, 10, 0.95)
    if v == 3:
        return turned(
            shank
            + rect(88, 38, 64, 44, t.base, 6)
            + path("M108 48H132L138 58L132 68H108L102 58Z", t.deep)
            + rect(92, 40, 10, 40, t.light, 3),
            32,
        )
    head = (
        path("M80 46L100 34H140L160 46V74H80Z", t.base)
        + rect(100, 46, 40, 28, t.light)
        + rect(140, 46, 20, 28, t.dark)
        + path("M80 46L100 34H140L160 46Z", t.dark)
    )
    marks = turned(shank + head + rect(76, 72, 88, 8, t.deep, 3), 32, 120, 120)
    if v == 2:
        marks = (
            moved(marks, -22, -14)
            + path("M150 152L176 138L202 152V182L176 196L150 182Z", t.base)
            + circle(176, 167, 14, t.deep)
            + ring(176, 167, 19, t.light, 3)
        )
    return marks


def lock(t: Tones, v: int) -> str:
    """Padlock, with a key, combination lock, smart lock."""
    if v == 3:
        marks = rect(82, 34, 62, 172, t.deep, 16) + rect(88, 40, 50, 160, t.base, 12) + rect(94, 50, 38, 60, INK, 8)
        marks += "".join(circle(x, y, 3, WHITE) for x in (103, 113, 123) for y in (64, 76, 88, 100)) + circle(
            113, 178, 9, t.deep
        )
        return marks + rect(108, 126, 92, 18, STEEL, 9) + circle(113, 135, 15, STEEL_LIGHT)
    marks = (
        line("M84 112V82Q84 44 120 44Q156 44 156 82V112", STEEL, 16)
        + rect(62, 104, 116, 92, t.base, 14)
        + rect(62, 104, 24, 92, t.dark, 12)
    )
    if v == 2:
        return marks + "".join(rect(x, 130, 18, 40, WHITE, 4) + rect(x + 5, 145, 8, 10, INK, 2) for x in (92, 114, 136))
    marks += circle(124, 140, 13, t.deep) + path("M119 144H129L133 172H115Z", t.deep)
    return marks + (
        turned(ring(196, 150, 13, GOLD, 6) + rect(193, 164, 6, 44, GOLD) + rect(199, 190, 11, 6, GOLD), 14, 196, 150)
        if v
        else ""
    )


def tool(t: Tones, v: int) -> str:
    """Wrench, power drill, pliers, hammer."""
    if v == 1:
        marks = (
            rect(58, 66, 100, 48, t.base, 16)
            + rect(150, 74, 26, 32, t.deep, 5)
            + rect(174, 84, 36, 11, STEEL, 3)
            + path("M74 108H116L106 176H74Z", t.base)
        )
        return (
            marks
            + rect(62, 172, 58, 28, t.deep, 6)
            + path("M116 112H126L120 132H112Z", RED)
            + rect(72, 82, 60, 8, t.light, 4)
            + line("M82 128L80 160", t.dark, 7)
        )
    if v == 2:
        half = (
            path("M116 112Q92 84 104 46L120 36V118Z", STEEL)
            + line("M112 124Q86 160 92 202", t.base, 18)
            + line("M108 136Q92 164 96 198", t.light, 4)
        )
        return turned(both_sides(half) + circle(120, 116, 13, STEEL_DARK) + line("M120 40V96", STEEL_DARK, 2), 24)
    if v == 3:
        return turned(
            rect(110, 76, 20, 134, WOOD, 7)
            + rect(110, 150, 20, 60, t.base, 7)
            + path("M76 44H150Q172 50 180 74H150V82H76Z", STEEL)
            + rect(68, 42, 18, 42, STEEL_DARK, 4)
            + rect(114, 82, 5, 64, WOOD_DARK),
            24,
        )
    marks = path(
        "M92 26A34 34 0 0 0 100 90V150A34 34 0 0 0 92 214"
        "L106 202V178H134V202L148 214A34 34 0 0 0 140 150V90A34 34 0 0 0 148 26L134 40V64H106V40Z",
        STEEL,
    )
    return turned(marks + rect(108, 92, 24, 56, t.base, 8) + line("M114 98V140", t.light, 4), 40)


def pipe(t: Tones, v: int) -> str:
    """Straight pipes, elbow, stacked pipes from the end, coil."""
    if v == 1:
        marks = line("M64 196V126Q64 84 108 84H184", t.base, 46) + line("M54 190V120Q56 72 104 72H180", t.light, 7)
        return marks + rect(34, 176, 60, 24, t.dark, 5) + rect(172, 54, 24, 60, t.dark, 5)
    if v == 2:
        spots = ((76, 170), (120, 170), (164, 170), (98, 132), (142, 132), (120, 94))
        return "".join(
            circle(x, y, 22, t.base) + circle(x, y, 15, t.deep) + circle(x, y + 2, 13, t.dark) for x, y in spots
        )
    if v == 3:
        return (
            "".join(
                ring(120, 122, radius, colour, 13)
                for radius, colour in ((72, t.base), (58, t.dark), (44, t.base), (30, t.dark))
            )
            + line("M186 150V204", t.base, 13)
            + ring(120, 122, 74, t.light, 3)
        )
    one = (
        rect(36, 0, 158, 34, t.base, 4)
        + rect(36, 5, 158, 7, t.light)
        + ellipse(194, 17, 8, 17, t.dark)
        + ellipse(194, 17, 5, 12, t.deep)
    )
    return turned("".join(moved(one, x, y) for x, y in ((-6, 66), (8, 106), (-2, 146))), -14)


def beam(t: Tones, v: int) -> str:
    """I-beam, angle, channel, bars."""
    if v == 3:
        ribs = "".join(f"M{x} {y + 2}l6 12" for y in (78, 102, 126, 150) for x in range(40, 200, 14))
        return turned(
            "".join(rect(30, y, 180, 16, t.base, 8) for y in (78, 102, 126, 150)) + line(ribs, t.dark, 3), -16
        )
    corners = (
        (
            (50, 78),
            (118, 78),
            (118, 98),
            (94, 98),
            (94, 164),
            (118, 164),
            (118, 184),
            (50, 184),
            (50, 164),
            (74, 164),
            (74, 98),
            (50, 98),
        ),
        ((50, 78), (72, 78), (72, 162), (118, 162), (118, 184), (50, 184)),
        ((50, 78), (118, 78), (118, 98), (72, 98), (72, 164), (118, 164), (118, 184), (50, 184)),
    )[v]
    # The bar runs back and up: each edge of its end sweeps a face.
    sides = "".join(
        path(f"M{x} {y}L{u} {w}l80 -44L{x + 80} {y - 44}Z", t.light if y == w and u > x else t.dark)
        for (x, y), (u, w) in zip(corners, (*corners[1:], corners[0]), strict=True)
    )
    return sides + path("M" + "L".join(f"{x} {y}" for x, y in corners) + "Z", t.base)


def sheet(t: Tones, v: int) -> str:
    """Stacked plates, coil, corrugated sheet, one plate."""
    if v == 1:
        marks = (
            ellipse(82, 122, 40, 68, t.dark)
            + rect(82, 54, 90, 136, t.base)
            + ellipse(172, 122, 40, 68, t.dark)
            + ellipse(172, 122, 33, 58, t.base)
        )
        return (
            marks
            + ellipse(172, 122, 22, 38, t.light)
            + ellipse(172, 122, 15, 28, t.deep)
            + rect(90, 70, 70, 12, t.light)
        )
    if v == 2:
        return turned(
            "".join(
                rect(x, 66, 16, 112, t.base if place % 2 else t.dark) + rect(x, 66, 4, 112, t.light)
                for place, x in enumerate(range(40, 200, 16))
            ),
            -8,
        )
    layers = 1 if v == 3 else 4
    plates = "".join(
        path(f"M30 {y}L118 {y - 44}L210 {y - 8}L122 {y + 42}Z", t.dark)
        + path(f"M30 {y - 8}L118 {y - 52}L210 {y - 16}L122 {y + 34}Z", t.base)
        for y in range(174, 174 - 26 * layers, -26)
    )
    return plates + line(f"M62 {190 - 26 * layers}L118 {162 - 26 * layers}", t.light, 5)


def wrench_service(t: Tones, v: int) -> str:
    """Crossed spanner and screwdriver in a cog: work done for you."""
    tool_one = turned(
        rect(113, 66, 14, 108, STEEL)
        + path("M104 40A22 22 0 1 0 136 40L130 62H110Z", STEEL)
        + circle(120, 178, 15, STEEL)
        + circle(120, 178, 7, t.base),
        45,
    )
    tool_two = turned(
        rect(115, 54, 10, 66, STEEL_LIGHT) + rect(108, 116, 24, 66, t.deep, 8) + line("M120 126V172", t.light, 3), -45
    )
    back = _cog(120, 120, 96, t) if v % 2 == 0 else circle(120, 120, 88, t.base) + ring(120, 120, 78, t.light, 4)
    return back + circle(120, 120, 66, t.pale) + (tool_two + tool_one if v < 2 else tool_one + tool_two)


def gauge(t: Tones, v: int) -> str:
    """Pressure gauge, digital meter, caliper, thermometer."""
    if v == 1:
        marks = (
            rect(70, 30, 100, 176, t.base, 18)
            + rect(82, 46, 76, 52, "#cfe3d2", 6)
            + line("M96 84V66M110 84V58M124 84V70M138 84V62", INK, 7)
        )
        return (
            marks
            + circle(120, 140, 27, t.deep)
            + rect(117, 118, 6, 24, WHITE, 3)
            + both_sides(circle(96, 188, 7, INK))
            + both_sides(circle(108, 112, 3, t.pale))
        )
    if v == 2:
        marks = (
            rect(32, 92, 176, 22, STEEL, 3)
            + path("M44 92V40L60 62V92ZM44 114V190L64 150V114Z", STEEL)
            + path("M116 84H172V138H116Z", t.base)
        )
        marks += path("M116 88V46L100 64V88ZM116 114V186L98 150V114Z", STEEL_DARK) + rect(124, 94, 40, 22, "#cfe3d2", 3)
        return marks + "".join(rect(x, 92, 2, 8, INK) for x in range(68, 204, 8) if not 112 < x < 174)
    if v == 3:
        marks = (
            rect(100, 30, 40, 150, WHITE, 20)
            + circle(120, 176, 34, WHITE)
            + circle(120, 176, 25, t.base)
            + rect(112, 84, 16, 80, t.base, 6)
            + rect(112, 44, 16, 44, STEEL_LIGHT, 6)
        )
        return marks + "".join(rect(146, y, 20 if y % 20 else 12, 4, t.deep, 2) for y in range(50, 150, 15))
    marks = (
        rect(106, 176, 28, 36, GOLD, 4)
        + circle(120, 112, 78, t.base)
        + circle(120, 112, 65, WHITE)
        + ring(120, 112, 72, t.dark, 3)
    )
    marks += "".join(turned(rect(118, 54, 4, 13, INK), angle, 120, 112) for angle in range(-120, 121, 30))
    return (
        marks
        + turned(path("M116 112L120 62L124 112Z", RED), 40, 120, 112)
        + circle(120, 112, 9, INK)
        + rect(104, 136, 32, 8, t.light, 3)
    )


SHAPES = {
    "machine": machine,
    "gear": gear,
    "bolt": bolt,
    "lock": lock,
    "tool": tool,
    "pipe": pipe,
    "beam": beam,
    "sheet": sheet,
    "wrench_service": wrench_service,
    "gauge": gauge,
}
