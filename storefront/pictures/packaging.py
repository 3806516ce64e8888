"""Boxes, bags, bottles, jars, pallets, containers, gifts."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GOLD,
    INK,
    STEEL,
    WHITE,
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
    turned,
)


def box(t: Tones, v: int) -> str:
    """Closed carton, open carton, flat mailer, two cartons."""

    def carton(x: float, y: float, size: float) -> str:
        return (
            f'<g transform="translate({x:g} {y:g}) scale({size:g})">'
            + path("M36 84L120 48L204 84L120 122Z", t.light) + path("M36 84L120 122V206L36 166Z", t.base)
            + path("M204 84L120 122V206L204 166Z", t.dark)
            + path("M70 69L154 106V130L138 137V114L56 77Z", t.pale) + "</g>"
        )  # fmt: skip

    if v == 1:
        marks = (
            path("M44 96L120 66L196 96L120 128Z", t.deep)
            + path("M44 96L120 128V206L44 172Z", t.base)
            + path("M196 96L120 128V206L196 172Z", t.dark)
        )
        return (
            marks
            + path("M44 96L120 128L94 154L18 120Z", t.light)
            + path("M196 96L120 128L148 154L222 120Z", t.base)
            + path("M44 96L120 66L104 38L30 64Z", t.light)
            + path("M196 96L120 66L138 38L210 64Z", t.base)
        )
    if v == 2:
        return (
            path("M30 112L128 66L212 98L112 148Z", t.light)
            + path("M30 112L112 148V186L30 148Z", t.base)
            + path("M212 98L112 148V186L212 134Z", t.dark)
            + path("M98 80L184 114L164 124L80 89Z", t.pale)
        )
    return carton(0, -6, 1) if v == 0 else carton(-2, 46, 0.72) + carton(76, -4, 0.62)


def bag_pack(t: Tones, v: int) -> str:
    """Carrier bag, stand-up pouch, paper bag, mailing bag."""
    if v == 0:
        return (
            both_sides(path("M64 66Q64 34 80 34Q92 34 92 66L100 92H84Z", t.dark))
            + path("M60 62H92Q120 96 148 62H180L192 200H48Z", t.base)
            + line("M70 84L64 186", t.light, 6)
            + circle(120, 146, 24, t.pale)
        )
    if v == 1:
        return (
            path("M64 42H176L182 190Q120 212 58 190Z", t.base)
            + rect(62, 40, 116, 16, t.dark, 3)
            + rect(66, 62, 108, 4, t.light)
            + path("M58 190Q120 166 182 190Q120 212 58 190Z", t.dark)
            + ellipse(120, 126, 34, 40, t.pale)
            + ellipse(120, 126, 22, 27, t.light)
        )
    if v == 2:
        return (
            line("M92 70Q92 36 120 36Q148 36 148 70", t.deep, 5)
            + rect(62, 66, 102, 138, t.base)
            + path("M164 66L190 54V192L164 204Z", t.dark)
            + path("M62 66L88 54H190L164 66Z", t.deep)
            + rect(84, 112, 58, 44, t.pale, 4)
        )
    return turned(
        rect(46, 62, 148, 118, t.base, 6)
        + path("M46 62H194V84L120 128L46 84Z", t.dark)
        + rect(58, 138, 56, 30, WHITE, 3)
        + "".join(rect(x, 144, w, 18, INK) for x, w in ((64, 3), (70, 6), (80, 2), (86, 5), (95, 3), (102, 5))),
        -8,
    )


def bottle(t: Tones, v: int) -> str:
    """Shampoo pump, tall bottle, spray, dropper and squat bottle."""
    if v == 1:
        return (
            rect(104, 32, 32, 24, t.deep, 4)
            + path("M106 56H134V84Q158 96 158 122V192Q158 204 146 204H94Q82 204 82 192V122Q82 96 106 84Z", t.base)
            + rect(82, 126, 76, 48, t.pale)
            + rect(90, 104, 8, 92, t.light, 4)
        )
    if v == 2:
        return (
            path("M84 44H146L160 62H130V84H106V66H84Z", t.deep)
            + path(
                "M106 76H134V98Q168 108 164 140L160 196Q158 204 148 204H92Q82 204 80 196L76 140Q72 108 106 98Z", t.base
            )
            + rect(92, 130, 56, 48, t.pale, 6)
            + path("M106 66L94 88H106Z", t.dark)
        )
    if v == 3:
        return (
            rect(62, 82, 66, 122, t.base, 12)
            + rect(80, 58, 30, 26, INK, 4)
            + rect(84, 30, 22, 32, t.deep, 11)
            + rect(62, 122, 66, 46, WHITE)
            + rect(138, 132, 64, 72, t.dark, 12)
            + rect(146, 108, 48, 26, GOLD, 5)
            + rect(70, 94, 7, 100, t.light, 3)
        )
    return (
        path("M92 44H128V56H104V72H92Z", t.deep)
        + rect(106, 54, 20, 30, STEEL)
        + rect(94, 76, 52, 22, t.deep, 5)
        + rect(70, 96, 100, 108, t.base, 18)
        + rect(86, 124, 68, 52, t.pale, 8)
        + rect(76, 108, 7, 84, t.light, 3)
    )


def jar(t: Tones, v: int) -> str:
    """Cream jar, glass jar with a lid, honey jar, tin."""
    if v == 1:
        return (
            rect(70, 52, 100, 28, WOOD, 8)
            + path("M76 80H164Q180 92 180 112V188Q180 204 164 204H76Q60 204 60 188V112Q60 92 76 80Z", "#dcebf0")
            + path("M64 126H176V188Q176 200 164 200H76Q64 200 64 188Z", t.base)
            + rect(72, 100, 8, 84, WHITE, 4)
            + rect(94, 140, 52, 36, t.pale, 5)
        )
    if v == 2:
        return (
            rect(74, 46, 92, 30, t.deep, 6)
            + path("M76 78H164Q196 104 190 146Q184 200 160 204H80Q56 200 50 146Q44 104 76 78Z", t.base)
            + rect(76, 112, 88, 60, t.pale, 10)
            + circle(120, 142, 18, t.dark)
            + line("M68 104Q58 124 62 152", t.light, 7)
        )
    if v == 3:
        return (
            rect(64, 70, 112, 130, t.base)
            + ellipse(120, 200, 56, 14, t.base)
            + ellipse(120, 70, 56, 16, STEEL)
            + ellipse(120, 68, 46, 11, WHITE)
            + rect(64, 104, 112, 64, t.pale)
            + circle(120, 136, 20, t.dark)
            + rect(70, 78, 8, 116, t.light)
        )
    return (
        rect(48, 72, 144, 48, t.deep, 12)
        + rect(54, 114, 132, 78, t.base, 20)
        + rect(48, 72, 144, 16, t.dark, 8)
        + rect(64, 126, 9, 52, t.light, 4)
        + rect(92, 138, 56, 30, t.pale, 6)
    )


def container(t: Tones, v: int) -> str:
    """Shipping container, tote, crate with lid, bulk tank."""
    if v == 1:
        return (
            path("M38 84H202L186 196H54Z", t.base)
            + rect(30, 74, 180, 18, t.dark, 6)
            + rect(96, 104, 48, 14, t.deep, 7)
            + "".join(line(f"M{x} 130L{x + (120 - x) * 0.1:g} 184", t.dark, 5) for x in (68, 94, 120, 146, 172))
        )
    if v == 2:
        return (
            rect(44, 92, 152, 104, t.base, 8)
            + path("M36 92L52 70H188L204 92Z", t.light)
            + rect(36, 88, 168, 12, t.dark, 4)
            + "".join(rect(x, 116, 12, 64, t.dark, 3) for x in (62, 92, 136, 166))
            + rect(104, 96, 32, 12, t.deep, 4)
        )
    if v == 3:
        return (
            rect(50, 62, 140, 122, t.pale, 12)
            + rect(50, 112, 140, 72, t.base, 10)
            + "".join(rect(x, 54, 6, 134, STEEL) for x in (50, 84, 117, 150, 184))
            + "".join(rect(46, y, 148, 6, STEEL) for y in (86, 120, 154))
            + rect(104, 46, 32, 16, INK, 4)
            + rect(42, 186, 156, 14, WOOD_DARK, 3)
        )
    return (
        path("M24 96L84 72L216 92V164L156 196L24 160Z", t.base)
        + path("M24 96L156 122V196L24 160Z", t.base)
        + path("M156 122L216 92V164L156 196Z", t.dark)
        + path("M24 96L84 72L216 92L156 122Z", t.light)
        + "".join(
            line(f"M{x} {100 + (x - 24) * 0.2:g}V{154 + (x - 24) * 0.26:g}", t.dark, 4) for x in range(40, 152, 15)
        )
        + line("M176 118V178M196 108V168", t.deep, 4)
    )


def pallet(t: Tones, v: int) -> str:
    tones_of = (WOOD_LIGHT, WOOD, WOOD_DARK) if v % 2 == 0 else (t.light, t.base, t.dark)
    light, base, dark = tones_of
    slats = "".join(path(f"M{28 + 18 * n} {124 - 12 * n}l10 -6l110 32l-10 6Z", light) for n in range(6))
    under = path("M28 126L138 158V190L28 154Z", dark) + path("M138 158L232 96V124L138 190Z", base)
    holes = "".join(path(f"M{x} {y}l26 8v14l-26 -8Z", INK) for x, y in ((40, 140), (84, 153))) + "".join(
        path(f"M{x} {y}l28 -19v12l-28 19Z", INK) for x, y in ((150, 166), (192, 138))
    )
    marks = under + path("M28 126L122 66L232 96L138 158Z", base) + slats + holes
    return marks + (
        path("M78 96L128 64L182 80L132 114Z", t.light)
        + path("M78 96L132 114V62L78 44Z", t.base)
        + path("M132 114L182 80V30L132 62Z", t.dark)
        + path("M78 44L128 16L182 30L132 62Z", t.light)
        if v > 1
        else ""
    )


def stack(t: Tones, v: int) -> str:
    """Cartons on a rack, piled boxes, a mixed heap, bales."""

    def crate(x: int, y: int, width: int, height: int, shade: str) -> str:
        return (
            rect(x, y, width, height, shade, 3)
            + rect(x + width / 2 - 5, y, 10, height, t.pale)
            + rect(x + 4, y + 4, 12, 4, t.deep)
        )

    if v == 0:
        frame = "".join(rect(x, 34, 8, 170, "#3f6fa8") for x in (32, 200)) + "".join(
            rect(32, y, 176, 8, "#e38b3c") for y in (86, 142, 196)
        )
        return (
            "".join(
                crate(x, y, 46, 40, shade)
                for x, y, shade in (
                    (46, 46, t.base),
                    (98, 46, t.dark),
                    (148, 46, t.light),
                    (46, 102, t.light),
                    (98, 102, t.base),
                    (148, 102, t.dark),
                    (46, 156, t.dark),
                    (98, 156, t.light),
                    (148, 156, t.base),
                )
            )
            + frame
        )
    if v == 1:
        return (
            crate(36, 140, 84, 60, t.base)
            + crate(124, 140, 84, 60, t.dark)
            + crate(78, 78, 84, 58, t.light)
            + crate(94, 36, 52, 38, t.base)
        )
    if v == 2:
        return (
            crate(40, 120, 90, 80, t.base)
            + circle(168, 166, 36, t.dark)
            + circle(168, 166, 18, t.ground)
            + crate(62, 70, 60, 46, t.light)
            + path("M132 126L150 74H190L208 126Z", t.base)
            + rect(146, 66, 48, 12, t.deep, 4)
        )
    return "".join(
        rect(44, y, 152, 48, shade, 20) + line(f"M84 {y}V{y + 48}M156 {y}V{y + 48}", WOOD_LIGHT, 5)
        for y, shade in ((150, t.dark), (100, t.base), (50, t.light))
    )


def gift(t: Tones, v: int) -> str:
    """Gift box, trophy, lantern, wreath of ribbon and stars."""
    ribbon = GOLD if t.base != GOLD else "#d9584f"
    if v == 1:
        return (
            path("M76 44H164Q166 120 120 132Q74 120 76 44Z", t.base)
            + both_sides(line("M78 62Q44 60 50 86Q56 108 86 104", t.base, 9))
            + rect(112, 128, 16, 38, t.dark)
            + rect(84, 164, 72, 16, t.dark, 4)
            + rect(74, 180, 92, 22, t.deep, 4)
            + path("M120 62l8 17l19 2l-14 13l4 19l-17 -9l-17 9l4 -19l-14 -13l19 -2Z", t.pale)
        )
    if v == 2:
        return (
            line("M120 24V50", ribbon, 5)
            + rect(92, 48, 56, 14, ribbon, 4)
            + ellipse(120, 112, 72, 52, t.base)
            + ellipse(120, 112, 44, 52, t.light)
            + ellipse(120, 112, 14, 52, t.base)
            + rect(92, 160, 56, 14, ribbon, 4)
            + "".join(line(f"M{x} 174V208", ribbon, 3) for x in (104, 112, 120, 128, 136))
        )
    bow = both_sides(path("M120 76Q96 30 70 44Q58 66 120 78Z", ribbon)) + circle(120, 76, 10, t.deep)
    marks = (
        rect(52, 104, 136, 96, t.base, 6)
        + rect(44, 76, 152, 34, t.dark, 6)
        + rect(108, 76, 24, 124, ribbon)
        + rect(58, 112, 8, 80, t.light, 4)
    )
    return (
        marks
        + bow
        + ("".join(circle(x, y, 5, t.light) for x, y in ((82, 136), (160, 128), (90, 172), (164, 170))) if v else "")
    )


SHAPES = {
    "box": box,
    "bag_pack": bag_pack,
    "bottle": bottle,
    "jar": jar,
    "container": container,
    "pallet": pallet,
    "stack": stack,
    "gift": gift,
}
