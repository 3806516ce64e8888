"""Plants, tractors, feed, pets, fish."""

from __future__ import annotations

from storefront.pictures.primitives import (
    CREAM,
    GOLD,
    INK,
    LEAF,
    LEAF_DARK,
    RED,
    SKY,
    STEEL,
    WHITE,
    WOOD_DARK,
    Tones,
    around,
    circle,
    ellipse,
    line,
    moved,
    path,
    rect,
    ring,
    turned,
)

SOIL = "#7b5a41"


def seedling(t: Tones, v: int) -> str:
    """Sprout in soil, potted plant, tree, seed packet."""
    if v == 1:
        return (
            "".join(
                turned(path("M120 140Q92 96 120 40Q148 96 120 140Z", shade), angle, 120, 142)
                for angle, shade in ((-50, LEAF_DARK), (50, LEAF_DARK), (-18, LEAF), (20, LEAF))
            )
            + path("M72 138H168L156 204H84Z", t.base)
            + rect(64, 130, 112, 18, t.dark, 5)
            + path("M84 150H98L104 200H92Z", t.light)
        )
    if v == 2:
        return (
            rect(110, 130, 20, 70, WOOD_DARK)
            + circle(120, 90, 54, LEAF_DARK)
            + circle(82, 108, 34, LEAF)
            + circle(158, 106, 36, LEAF)
            + circle(112, 70, 34, LEAF)
            + ellipse(120, 202, 64, 12, SOIL)
            + "".join(circle(x, y, 6, t.base) for x, y in ((92, 80), (140, 66), (152, 112), (84, 120), (118, 108)))
        )
    if v == 3:
        return turned(
            rect(66, 38, 108, 164, t.base, 6)
            + rect(66, 38, 108, 24, t.dark, 6)
            + rect(78, 76, 84, 84, CREAM, 8)
            + line("M120 150V108", LEAF_DARK, 5)
            + path("M120 118Q92 116 92 92Q120 92 120 118ZM120 118Q148 116 148 92Q120 92 120 118Z", LEAF)
            + "".join(ellipse(x, 180, 6, 4, GOLD) for x in (92, 112, 132, 150)),
            -6,
        )
    return (
        path("M44 176Q120 128 196 176Q196 204 180 204H60Q44 204 44 176Z", SOIL)
        + line("M120 160Q122 120 118 96", LEAF_DARK, 7)
        + path("M118 104Q66 108 56 54Q112 48 118 104Z", LEAF)
        + path("M119 112Q166 116 186 66Q132 56 119 112Z", LEAF_DARK)
        + line("M118 104Q92 88 74 68M119 112Q142 92 166 78", "#b9dd9f", 3)
        + "".join(circle(x, y, 4, "#96755a") for x, y in ((80, 186), (120, 190), (160, 184)))
    )


def tractor(t: Tones, v: int) -> str:
    marks = (
        path("M92 118L100 58H160L166 118Z", t.dark)
        + path("M104 112L110 68H150L154 112Z", SKY)
        + path("M150 104H208Q214 108 214 124V152H118V104Z", t.base)
        + rect(186, 66, 8, 40, STEEL, 3)
        + rect(152, 112, 54, 8, t.light, 3)
    )
    marks += (
        circle(84, 160, 46, INK)
        + circle(84, 160, 26, t.base)
        + circle(84, 160, 10, STEEL)
        + around(rect(78, 110, 12, 10, INK, 2), 12, 84, 160)
        + circle(192, 176, 28, INK)
        + circle(192, 176, 14, t.base)
    )
    if v == 1:
        return marks + rect(92, 50, 82, 10, t.deep, 4)
    if v == 2:
        return (
            line("M52 66L96 112H158", t.deep, 8)
            + line("M36 60H64", INK, 8)
            + rect(92, 92, 76, 46, t.base, 10)
            + rect(112, 74, 36, 20, t.dark, 5)
            + circle(112, 162, 28, INK)
            + circle(112, 162, 12, t.light)
            + around(path("M170 160L182 132L196 146Z", STEEL), 6, 176, 164)
            + circle(176, 164, 14, INK)
        )
    return marks + (circle(132, 90, 10, "#f3cfae") if v == 3 else "")


def feed(t: Tones, v: int) -> str:
    """Feed sack, sack with a scoop, bag with a paw, bucket."""
    sack = (
        path("M70 44H170L178 60Q196 130 182 202H58Q44 130 62 60Z", CREAM)
        + path("M70 44H170L178 60H62Z", t.dark)
        + path("M53 98Q120 112 187 98L186 162Q120 176 54 162Z", t.base)
        + line("M66 70Q60 120 66 190", WHITE, 5)
    )
    paw = ellipse(120, 146, 17, 13, WHITE) + "".join(
        ellipse(x, y, 7, 9, WHITE) for x, y in ((98, 128), (112, 118), (128, 118), (142, 128))
    )
    if v == 1:
        grains = "".join(
            ellipse(x, y, 8, 6, "#c99a55")
            for x, y in ((154, 196), (172, 190), (190, 196), (164, 206), (182, 206), (200, 206))
        )
        return moved(sack + line("M120 148V118M120 134L106 120M120 134L134 120", WHITE, 5), -20, 0) + grains
    if v == 3:
        return (
            line("M66 84Q66 36 120 36Q174 36 174 84", STEEL, 5)
            + ellipse(120, 84, 62, 18, "#b98a4a")
            + "".join(
                ellipse(x, y, 8, 5, "#d9b06c")
                for x, y in ((86, 80), (106, 74), (128, 80), (148, 74), (116, 88), (140, 88))
            )
            + path("M58 84Q120 116 182 84L168 200H72Z", t.base)
            + path("M68 100L84 104L90 196H78Z", t.light)
        )
    return sack + (
        paw
        if v == 2
        else line(
            "M120 158V112M120 146Q100 140 98 122M120 146Q140 140 142 122"
            "M120 130Q106 126 104 112M120 130Q134 126 136 112",
            WHITE,
            5,
        )
    )


def pet_bowl(t: Tones, v: int) -> str:
    """Bowl with food, double bowl, kennel, ball and bone."""
    bone = rect(92, 140, 56, 14, WHITE, 7) + "".join(circle(x, y, 9, WHITE) for x in (92, 148) for y in (140, 154))
    if v == 1:
        return "".join(
            ellipse(x, 116, 46, 15, t.deep)
            + ellipse(x, 112, 34, 10, shade)
            + path(f"M{x - 46} 116H{x + 46}L{x + 38} 172H{x - 38}Z", t.base)
            for x, shade in ((70, SKY), (170, "#b07c45"))
        ) + rect(24, 168, 192, 20, t.dark, 8)
    if v == 2:
        return (
            path("M120 38L206 108H34Z", t.deep)
            + rect(54, 104, 132, 96, t.base)
            + path("M88 200V154Q88 122 120 122Q152 122 152 154V200Z", INK)
            + rect(54, 104, 132, 10, t.dark)
            + f'<g transform="translate(48 24) scale(.6)">{bone}</g>'
        )
    if v == 3:
        return (
            circle(84, 148, 46, t.base)
            + line("M46 124Q86 134 122 120M44 168Q86 160 124 172", t.pale, 6)
            + turned(
                rect(96, 76, 92, 22, CREAM, 11)
                + "".join(circle(x, y, 17, CREAM) for x in (98, 188) for y in (74, 100)),
                -28,
                142,
                88,
            )
        )
    kibble = "".join(
        circle(x, y, 11, shade)
        for x, y, shade in (
            (76, 104, "#b07c45"),
            (98, 92, "#c8935a"),
            (122, 90, "#b07c45"),
            (146, 92, "#c8935a"),
            (166, 104, "#b07c45"),
            (110, 106, "#c8935a"),
            (136, 106, "#b07c45"),
        )
    )
    return (
        ellipse(120, 110, 74, 20, t.deep)
        + kibble
        + path("M46 112Q120 144 194 112L212 186Q120 204 28 186Z", t.base)
        + f'<g transform="translate(0 16)">{bone}</g>'
        + line("M52 130L42 176", t.light, 6)
    )


def fish(t: Tones, v: int) -> str:
    """Fish, prawn, fish tank, rod and fish."""
    one = (
        path("M34 122Q84 58 156 96L206 66Q194 120 208 176L156 148Q84 186 34 122Z", t.base)
        + path("M84 82Q112 48 146 72L138 90Q112 78 84 82Z", t.dark)
        + path("M44 132Q90 172 156 148L206 176Q202 156 200 144L152 132Q96 154 44 132Z", t.light)
        + circle(66, 114, 8, WHITE)
        + circle(66, 114, 4, INK)
        + line("M92 96Q104 120 92 146M118 102Q126 120 118 138M140 106Q146 120 140 134", t.dark, 4)
    )
    if v == 1:
        shade = "#ec8a63"
        return (
            line("M186 96Q196 44 128 46Q50 56 52 126Q56 186 116 192", shade, 44)
            + line("M160 58L150 88M118 50L124 84M82 74L100 98M60 110L90 116M66 152L92 140M92 184L108 160", "#c9623f", 5)
            + path("M112 172L164 168L146 192L168 212L110 214Z", "#c9623f")
            + circle(188, 82, 6, INK)
            + line("M200 92Q226 120 210 170M196 100Q208 130 188 158", "#c9623f", 4)
        )
    if v == 2:
        return (
            rect(36, 58, 168, 136, "#bfe2f0", 10)
            + rect(36, 76, 168, 118, "#8ecae6", 8)
            + rect(36, 176, 168, 18, "#d8c292", 6)
            + f'<g transform="translate(76 84) scale(.46)">{one}</g>'
            + line("M66 176Q56 150 68 130M76 176Q84 156 76 142", LEAF_DARK, 6)
            + circle(166, 98, 5, WHITE)
            + circle(176, 114, 4, WHITE)
            + rect(30, 52, 180, 12, t.deep, 5)
        )
    if v == 3:
        return (
            line("M40 200L150 40Q176 22 200 48V92", t.deep, 6)
            + ring(66, 170, 12, STEEL, 5)
            + line("M200 92V112", INK, 2)
            + f'<g transform="translate(62 96) scale(.62)">{turned(one, 40)}</g>'
            + circle(200, 84, 8, RED)
        )
    return one + circle(30, 96, 5, WHITE) + circle(22, 78, 4, WHITE)


SHAPES = {"seedling": seedling, "tractor": tractor, "feed": feed, "pet_bowl": pet_bowl, "fish": fish}
