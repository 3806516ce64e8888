"""Food and drink."""

from __future__ import annotations

from storefront.pictures.primitives import (
    CREAM,
    GOLD,
    INK,
    LEAF,
    LEAF_DARK,
    RED,
    STEEL,
    STEEL_LIGHT,
    WHITE,
    WOOD,
    Tones,
    around,
    circle,
    ellipse,
    line,
    path,
    rect,
    turned,
)


def snack(t: Tones, v: int) -> str:
    """Crisp bag, biscuits, sweets, nuts in a bowl."""
    if v == 1:
        return "".join(
            circle(x, y, 44, "#d9a566")
            + circle(x, y - 3, 42, "#e8bd83")
            + "".join(
                circle(x + dx, y + dy, 5, "#7a4b2b") for dx, dy in ((-16, -14), (12, -20), (18, 10), (-8, 12), (-24, 8))
            )
            for x, y in ((84, 96), (158, 112), (110, 166))
        )
    if v == 2:

        def sweet(x: int, y: int, shade: str, angle: int) -> str:
            return turned(
                path(f"M{x - 30} {y}l-26 -18v36ZM{x + 30} {y}l26 -18v36Z", t.light)
                + ellipse(x, y, 34, 24, shade)
                + line(f"M{x - 10} {y - 20}Q{x + 4} {y} {x - 10} {y + 20}", WHITE, 5),
                angle,
                x,
                y,
            )

        return sweet(96, 84, t.base, -20) + sweet(152, 128, t.dark, 14) + sweet(92, 172, GOLD, -8)
    if v == 3:
        nuts = "".join(
            ellipse(x, y, 17, 12, shade) + line(f"M{x - 10} {y}H{x + 10}", "#8a5a35", 2)
            for x, y, shade in (
                (76, 112, "#c78f56"),
                (106, 100, "#d9a566"),
                (138, 100, "#c78f56"),
                (166, 112, "#d9a566"),
                (92, 90, "#b77e47"),
                (122, 84, "#d9a566"),
                (150, 88, "#c78f56"),
                (118, 112, "#b77e47"),
            )
        )
        return (
            nuts
            + path("M38 116H202Q196 188 150 196H90Q44 188 38 116Z", t.base)
            + line("M50 138Q120 158 190 138", t.light, 6)
        )
    return (
        path("M62 40H178Q170 120 184 202H56Q70 120 62 40Z", t.base)
        + rect(58, 36, 124, 14, t.dark, 3)
        + rect(54, 192, 132, 14, t.dark, 3)
        + circle(120, 104, 36, GOLD)
        + ellipse(112, 98, 22, 14, "#f6d88f")
        + path("M76 56Q84 120 76 188H66Q76 120 70 56Z", t.light)
        + rect(88, 152, 64, 22, WHITE, 11)
    )


def rice(t: Tones, v: int) -> str:
    """Sack, bowl of rice, ears of wheat, noodles."""
    if v == 1:
        return (
            path("M56 112Q60 62 120 60Q180 62 184 112Z", WHITE)
            + "".join(
                ellipse(x, y, 6, 3, "#dcd8c8")
                for x, y in ((92, 88), (110, 76), (132, 82), (150, 96), (118, 98), (82, 104), (140, 108), (166, 106))
            )
            + path("M40 110H200Q196 176 148 188V202H92V188Q44 176 40 110Z", t.base)
            + line("M50 134Q120 158 190 134", t.light, 6)
        )
    if v == 2:

        def ear(x: int, angle: int) -> str:
            return turned(
                line(f"M{x} 206V60", "#b98f3d", 4)
                + "".join(
                    ellipse(x - 9, y, 7, 13, GOLD) + ellipse(x + 9, y, 7, 13, "#cfa243") for y in range(52, 132, 20)
                )
                + ellipse(x, 38, 6, 13, GOLD),
                angle,
                x,
                206,
            )

        return ear(120, 0) + ear(120, -22) + ear(120, 22) + rect(98, 156, 44, 16, t.base, 6)
    if v == 3:
        return (
            line("M146 110L196 26M160 112L214 36", WOOD, 6)
            + "".join(
                line(f"M{x} 112Q{x + 8} 80 {x + 22} 106Q{x + 34} 84 {x + 40} 112", "#eccb76", 7)
                for x in (58, 84, 112, 136)
            )
            + path("M36 112H204Q198 184 148 196H92Q42 184 36 112Z", t.base)
            + circle(86, 106, 13, WHITE)
            + circle(86, 106, 7, GOLD)
            + line("M48 138Q120 160 192 138", t.light, 6)
        )
    return (
        path("M76 60Q60 44 72 34Q120 52 168 34Q180 44 164 60Q204 120 186 196Q120 212 54 196Q36 120 76 60Z", CREAM)
        + rect(78, 54, 84, 13, t.dark, 6)
        + path("M52 108Q120 124 188 108L191 164Q120 180 49 164Z", t.base)
        + line("M120 156V122M120 140Q104 136 102 122M120 140Q136 136 138 122", WHITE, 5)
    )


def fruit(t: Tones, v: int) -> str:
    """Apple, orange and slice, grapes, banana and apple, in nature's colours."""
    if v == 1:
        return (
            circle(98, 106, 56, "#f29a38")
            + circle(78, 82, 9, "#f8bf78")
            + ellipse(112, 50, 20, 9, LEAF)
            + circle(158, 158, 46, "#f29a38")
            + circle(158, 158, 40, "#fdeccf")
            + around(path("M158 154L146 126Q158 116 170 126Z", "#f6ad55"), 7, 158, 158)
        )
    if v == 2:
        return (
            line("M120 26V58", "#7a5b3a", 6)
            + path("M122 44Q150 20 180 44Q152 66 122 44Z", LEAF)
            + "".join(
                circle(x, y, 20, "#7d5aa6") + circle(x - 6, y - 6, 5, "#b49ad6")
                for x, y in (
                    (84, 76),
                    (120, 70),
                    (156, 76),
                    (66, 108),
                    (102, 106),
                    (138, 106),
                    (174, 108),
                    (84, 140),
                    (120, 140),
                    (156, 140),
                    (102, 172),
                    (138, 172),
                    (120, 200),
                )
            )
        )
    if v == 3:
        return (
            path("M50 70Q60 170 168 190Q200 190 196 172Q110 160 78 60Q60 52 50 70Z", "#f2cc4d")
            + path("M62 62Q80 160 190 182Q198 178 196 172Q110 160 78 60Z", "#dfb53a")
            + path("M148 74Q120 62 112 98Q114 140 148 146Q182 140 184 98Q176 62 148 74Z", RED)
            + line("M148 74Q148 56 160 48", "#7a5b3a", 5)
            + ellipse(128, 96, 6, 12, "#ef8d86")
        )
    return (
        path("M120 78Q72 52 54 104Q54 178 98 204Q120 192 142 204Q186 178 186 104Q168 52 120 78Z", "#dd4f47")
        + path("M120 78Q168 52 186 104Q186 178 142 204Q132 198 126 197Q172 130 120 78Z", "#bd3d3a")
        + line("M120 80Q118 56 130 40", "#7a5b3a", 6)
        + path("M130 58Q150 30 180 44Q162 72 130 58Z", LEAF)
        + ellipse(80, 108, 9, 18, "#f19a90")
    )


def vegetable(t: Tones, v: int) -> str:
    """Carrots, cabbage, tomatoes and chilli, mushrooms."""
    if v == 1:
        return (
            circle(120, 128, 74, LEAF_DARK)
            + path("M120 54Q56 66 58 140Q70 190 112 200Q84 120 120 54Z", LEAF)
            + path("M120 54Q184 66 182 140Q170 190 128 200Q156 120 120 54Z", LEAF)
            + path("M120 62Q84 120 112 198H128Q156 120 120 62Z", "#a9d48a")
            + line("M120 90V194M120 130L98 108M120 130L142 108M120 164L100 144M120 164L140 144", "#d6ecc1", 4)
        )
    if v == 2:
        return (
            circle(88, 118, 50, "#e0524a")
            + ellipse(70, 98, 8, 14, "#f19a90")
            + around(ellipse(88, 62, 6, 16, LEAF_DARK), 5, 88, 74)
            + path("M150 60Q196 76 190 140Q186 190 150 206Q166 160 152 130Q134 90 150 60Z", "#cf3d38")
            + line("M152 64Q150 46 164 36", LEAF_DARK, 8)
            + line("M166 92Q176 124 172 158", "#ee8a80", 5)
        )
    if v == 3:
        return "".join(
            path(
                f"M{x - 16} {y}Q{x - 12} {y + s} {x - 20} {y + s * 1.2:g}H{x + 20}Q{x + 12} {y + s} {x + 16} {y}Z",
                CREAM,
            )
            + path(
                f"M{x - s * 0.9:g} {y + 6}Q{x - s * 0.8:g} {y - s * 0.8:g} {x} {y - s * 0.8:g}"
                f"Q{x + s * 0.8:g} {y - s * 0.8:g} {x + s * 0.9:g} {y + 6}"
                f"Q{x} {y + 22} {x - s * 0.9:g} {y + 6}Z",
                "#b98a62",
            )
            + ellipse(x - s * 0.25, y - s * 0.4, s * 0.2, s * 0.1, "#dbb896")
            for x, y, s in ((96, 110, 68), (166, 150, 44))
        )
    one = (
        path("M104 76H136Q150 92 120 206Q90 92 104 76Z", "#ee8a3a")
        + line("M108 104H122M118 128H130M112 150H122", "#cf6f26", 4)
        + around(path("M120 76Q106 52 120 30Q134 52 120 76Z", LEAF), 1, 120, 76)
        + turned(path("M120 76Q108 54 120 36Q132 54 120 76Z", LEAF_DARK), -34, 120, 76)
        + turned(path("M120 76Q108 54 120 36Q132 54 120 76Z", LEAF_DARK), 34, 120, 76)
    )
    return f'<g transform="translate(-36 2)">{turned(one, 12)}</g><g transform="translate(36 2)">{turned(one, -12)}</g>'


def meat(t: Tones, v: int) -> str:
    """Steak, drumstick, sausages, ham slices on a tray."""
    if v == 1:
        return (
            line("M128 130L190 192", "#ead9b8", 20)
            + circle(184, 204, 14, "#ead9b8")
            + circle(204, 186, 14, "#ead9b8")
            + path("M46 92Q54 44 104 46Q156 52 162 104Q166 150 134 158Q92 160 62 136Q42 118 46 92Z", "#c97a3f")
            + path("M62 92Q68 62 100 62Q76 84 78 124Q62 112 62 92Z", "#e09a5e")
        )
    if v == 2:
        return "".join(
            turned(
                rect(48, y, 144, 34, "#c9574a", 17)
                + line(f"M70 {y + 10}H150", "#e58b7d", 6)
                + rect(40, y + 13, 12, 8, "#9c3f36", 4)
                + rect(188, y + 13, 12, 8, "#9c3f36", 4),
                -10,
            )
            for y in (58, 103, 148)
        )
    if v == 3:
        return (
            rect(34, 66, 172, 116, INK, 14)
            + rect(42, 74, 156, 100, "#55606d", 10)
            + "".join(
                ellipse(x, 124, 30, 42, "#d9716c")
                + ellipse(x + 4, 124, 22, 34, "#e99a94")
                + line(f"M{x} 96Q{x + 10} 122 {x} 152", WHITE, 4)
                for x in (80, 114, 148)
            )
            + path("M168 160L190 142L196 170Z", LEAF)
        )
    return (
        path("M40 124Q40 66 104 64Q178 60 200 108Q208 160 152 178Q112 178 90 194Q40 192 40 124Z", "#f3d9cd")
        + path("M52 124Q54 78 106 76Q170 72 188 112Q192 150 148 166Q108 168 86 180Q52 176 52 124Z", "#cf5a52")
        + line("M76 110Q100 96 116 116M128 146Q150 124 168 130M84 150Q98 144 104 156", "#f0b3a6", 6)
        + circle(150, 100, 15, CREAM)
        + circle(150, 100, 8, "#e3d3b0")
    )


def drink(t: Tones, v: int) -> str:
    """Can, wine bottle and glass, juice bottle, carton."""
    if v == 1:
        return (
            rect(78, 26, 22, 54, t.deep, 4)
            + path("M78 70H100V92Q120 104 120 132V200H58V132Q58 104 78 92Z", t.base)
            + rect(58, 134, 62, 44, CREAM)
            + path("M140 84H196Q198 132 168 138Q138 132 140 84Z", "#dbeaf0")
            + path("M143 104H193Q190 132 168 135Q146 132 143 104Z", "#a8324a")
            + rect(165, 136, 6, 54, STEEL_LIGHT)
            + ellipse(168, 194, 26, 7, STEEL)
        )
    if v == 2:
        return (
            rect(100, 26, 40, 22, t.deep, 5)
            + path("M104 48H136V66Q164 84 162 112V190Q162 206 148 206H92Q78 206 78 190V112Q76 84 104 66Z", t.base)
            + rect(78, 112, 84, 56, WHITE)
            + circle(120, 140, 20, "#f29a38")
            + ellipse(130, 122, 9, 5, LEAF)
            + rect(86, 98, 7, 98, t.light, 3)
        )
    if v == 3:
        return (
            path("M70 84L92 44H148L170 84Z", t.light)
            + rect(92, 34, 56, 14, t.dark)
            + rect(70, 84, 76, 120, WHITE)
            + path("M146 84L170 84V196L146 204Z", STEEL_LIGHT)
            + rect(70, 104, 76, 50, t.base)
            + path("M108 114Q90 136 108 146Q126 136 108 114Z", WHITE)
            + rect(124, 54, 16, 12, t.deep, 4)
        )
    return (
        rect(72, 50, 96, 150, t.base, 12)
        + rect(80, 38, 80, 18, STEEL, 7)
        + ellipse(120, 40, 34, 6, STEEL_LIGHT)
        + rect(112, 34, 20, 6, INK, 3)
        + rect(80, 196, 80, 12, STEEL, 6)
        + path("M72 132Q120 96 168 132V162Q120 126 72 162Z", WHITE)
        + rect(82, 60, 9, 128, t.light, 4)
        + circle(120, 92, 14, t.pale)
    )


def tea(t: Tones, v: int) -> str:
    """Teapot, tin of tea, cup with leaves, tea bags."""
    if v == 1:
        return (
            ellipse(120, 62, 56, 15, t.deep)
            + rect(64, 62, 112, 132, t.base)
            + ellipse(120, 194, 56, 14, t.base)
            + ellipse(120, 60, 50, 12, GOLD)
            + rect(64, 96, 112, 66, CREAM)
            + path("M120 106Q98 130 120 154Q142 130 120 106Z", LEAF)
            + line("M120 112V152", LEAF_DARK, 3)
            + rect(72, 74, 7, 116, t.light)
        )
    if v == 2:
        return (
            path("M52 104H188Q186 178 144 186H96Q54 178 52 104Z", WHITE)
            + ellipse(120, 104, 68, 18, STEEL_LIGHT)
            + ellipse(120, 106, 58, 13, "#b9c96a")
            + turned(ellipse(104, 104, 15, 5, LEAF_DARK), 20, 104, 104)
            + turned(ellipse(134, 106, 15, 5, LEAF), -20, 134, 106)
            + ellipse(120, 196, 72, 10, t.base)
            + line("M60 128Q120 146 180 128", t.base, 6)
            + line("M98 74Q90 62 100 50M138 74Q130 62 140 50", t.dark, 4)
        )
    if v == 3:
        return (
            line("M120 40Q170 40 166 96", STEEL, 3)
            + rect(148, 94, 38, 32, t.base, 4)
            + path("M74 92L90 66H114L130 92V182Q130 192 120 192H84Q74 192 74 182Z", CREAM)
            + path("M80 130H124V180Q124 186 118 186H86Q80 186 80 180Z", LEAF_DARK)
            + line("M102 66V40H120", STEEL, 3)
            + path("M160 110q8 -8 14 0q-6 8 -14 0Z", WHITE)
        )
    return (
        path("M72 96Q76 74 120 72Q164 74 168 96Q196 140 160 182H80Q44 140 72 96Z", t.base)
        + path("M164 126Q192 122 200 86L216 90Q212 146 166 158Z", t.base)
        + line("M70 108Q30 104 36 140Q42 164 66 160", t.dark, 10)
        + path("M84 80Q90 58 120 56Q150 58 156 80Z", t.dark)
        + circle(120, 50, 9, t.deep)
        + line("M78 114Q68 140 82 166", t.light, 7)
        + rect(88, 182, 64, 10, t.deep, 5)
    )


SHAPES = {
    "snack": snack,
    "rice": rice,
    "fruit": fruit,
    "vegetable": vegetable,
    "meat": meat,
    "drink": drink,
    "tea": tea,
}
