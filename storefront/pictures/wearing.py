"""What is worn and carried: shoes, bags, hats, jewellery."""

from __future__ import annotations

from storefront.pictures.primitives import (
    GOLD,
    INK,
    STEEL,
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
)


def shoe(t: Tones, v: int) -> str:
    """Trainer, high heel, sandal, loafer."""
    if v == 1:
        marks = path(
            "M40 168Q36 150 62 148Q112 142 148 82L190 96Q178 138 186 198H174L166 132Q138 172 92 174H52Z", t.base
        )
        marks += path("M148 82L190 96Q186 112 184 122Q164 108 140 96Z", t.deep)
        return marks + line("M46 172H92Q138 170 164 134", t.dark, 6) + line("M62 150Q74 156 80 170", t.light, 4)
    if v == 2:
        sole = path("M32 168Q60 156 118 160Q170 156 204 146Q212 164 204 182H44Q30 182 32 168Z", t.dark)
        sole += path("M32 168Q60 156 118 160Q170 156 204 146L206 156Q150 168 34 172Z", t.light)
        marks = sole + line("M56 164Q64 120 98 122Q112 136 116 162", t.base, 14)
        return marks + line("M128 160Q150 132 160 96M160 96Q196 96 200 148", t.base, 12) + circle(196, 118, 6, GOLD)
    if v == 3:
        marks = path("M34 170Q32 142 64 134Q104 122 122 100Q150 108 206 96V170Z", t.base) + rect(
            34, 168, 174, 14, t.deep, 5
        )
        marks += rect(168, 178, 40, 14, t.deep, 3) + path(
            "M76 130Q92 148 128 140L134 104L122 100Q104 122 76 130Z", t.dark
        )
        return marks + rect(96, 124, 30, 9, GOLD, 4)
    marks = path("M34 164Q32 142 62 134Q96 124 112 94Q132 104 150 90Q184 82 200 92Q204 132 206 164Z", t.base)
    marks += path("M30 160H210V172Q208 186 192 186H46Q30 186 30 172Z", WHITE) + rect(34, 178, 172, 8, t.deep, 4)
    marks += path("M34 160Q32 142 62 134Q72 142 74 160Z", t.dark) + path(
        "M168 86Q188 82 200 92Q203 116 205 140Q176 132 168 86Z", t.dark
    )
    return (
        marks
        + line("M104 106L122 122M94 116L112 132M84 124L102 142", WHITE, 5)
        + line("M118 150Q156 148 172 124", t.light, 7)
    )


def boot(t: Tones, v: int) -> str:
    """Ankle, knee, rain, lined boot."""
    top = (78, 40, 54, 82)[v]
    marks = path(f"M104 {top}H172V150Q178 162 176 178H46Q42 152 74 144Q104 136 104 112Z", t.base)
    marks += path(f"M146 {top}H172V150Q178 162 176 178H154Q140 130 146 {top}Z", t.dark)
    marks += path("M42 176H178V194H140V188H52Q42 188 42 176Z", t.deep)
    if v == 3:
        marks += rect(98, top - 12, 80, 22, "#f4ead9", 11)
    elif v == 2:
        marks += rect(100, top, 76, 12, t.light, 5) + line("M120 76V130", t.light, 8)
    else:
        marks += line("M112 112L130 118M106 126L124 134M96 138L112 148", t.pale, 4)
    return marks + path("M46 176Q44 152 74 145Q84 158 82 176Z", t.light)


def handbag(t: Tones, v: int) -> str:
    """Tote, flap bag, round bag, bucket."""
    if v == 2:
        marks = (
            ring(120, 78, 42, t.deep, 7) + circle(120, 140, 60, t.base) + path("M62 124A60 60 0 0 1 178 124Z", t.dark)
        )
        return marks + rect(110, 116, 20, 24, GOLD, 5)
    if v == 1:
        marks = line("M58 110C40 20 200 20 182 110", t.deep, 6) + rect(44, 96, 152, 98, t.base, 14)
        marks += path("M44 108Q44 94 58 94H182Q196 94 196 108L124 154Q120 156 116 154Z", t.dark)
        return marks + rect(108, 138, 24, 22, GOLD, 6) + line("M58 182H182", t.light, 3)
    if v == 3:
        marks = line("M78 92Q84 34 120 34Q156 34 162 92", t.deep, 7) + path("M62 88H178L166 196H74Z", t.base)
        return (
            marks
            + ellipse(120, 90, 58, 13, t.deep)
            + line("M70 120Q120 136 170 120", t.pale, 5)
            + circle(120, 132, 7, GOLD)
        )
    marks = line("M86 94Q88 40 120 40Q152 40 154 94", t.deep, 8) + path("M50 90H190L202 196H38Z", t.base)
    marks += path("M50 90H190L192 108H48Z", t.dark) + both_sides(circle(86, 98, 5, GOLD))
    return marks + rect(94, 128, 52, 34, t.light, 6) + line("M42 186H198", t.dark, 4)


def backpack(t: Tones, v: int) -> str:
    top = ("M66 92Q66 44 120 44Q174 44 174 92V186Q174 200 160 200H80Q66 200 66 186Z",
           "M62 78Q62 52 92 50H148Q178 52 178 78V200H62Z")[v % 2]  # fmt: skip
    marks = line("M102 48Q102 28 120 28Q138 28 138 48", t.deep, 7) + both_sides(rect(50, 124, 22, 60, t.dark, 10))
    marks += path(top, t.base) + rect(82, 128, 76, 58, t.dark, 12) + rect(82, 128, 76, 18, t.light, 9)
    marks += line("M82 92Q120 76 158 92", t.deep, 4) + rect(116, 140, 8, 18, GOLD, 3)
    if v >= 2:
        marks += circle(120, 108, 12, t.pale) + both_sides(line("M76 100V190", t.light, 4))
    return marks


def suitcase(t: Tones, v: int) -> str:
    marks = line("M98 70V34H142V70", STEEL, 7) + rect(66, 62, 108, 134, t.base, 14) + rect(66, 62, 18, 134, t.dark, 9)
    marks += "".join(rect(x, 72, 6, 114, t.light if v % 2 else t.dark, 3) for x in (98, 118, 138))
    marks += both_sides(rect(78, 194, 16, 14, INK, 5)) + rect(158, 118, 10, 26, GOLD if v > 1 else STEEL_LIGHT, 4)
    return marks + (rect(66, 124, 108, 12, t.deep) if v == 2 else "") + rect(102, 58, 36, 10, t.deep, 4)


def hat(t: Tones, v: int) -> str:
    """Cap, wide brim, knitted hat, bucket hat."""
    if v == 1:
        marks = ellipse(120, 152, 96, 26, t.dark) + path("M68 150Q66 78 120 78Q174 78 172 150Q120 168 68 150Z", t.base)
        return (
            marks
            + path("M67 134Q120 154 173 134V150Q120 168 67 150Z", t.deep)
            + line("M90 96Q100 86 112 86", t.light, 5)
        )
    if v == 2:
        marks = circle(120, 56, 18, t.light) + path("M62 154Q58 68 120 68Q182 68 178 154Z", t.base)
        marks += "".join(
            line(f"M{x} {y}V150", t.dark, 4) for x, y in ((84, 92), (102, 80), (120, 76), (138, 80), (156, 92))
        )
        return (
            marks
            + rect(54, 142, 132, 36, t.light, 12)
            + "".join(line(f"M{x} 150V170", t.base, 4) for x in range(70, 180, 16))
        )
    if v == 3:
        marks = path("M78 76Q120 60 162 76L176 136H64Z", t.base) + path("M64 132H176L204 172Q120 196 36 172Z", t.dark)
        return marks + line("M66 132Q120 142 174 132", t.deep, 5) + ellipse(120, 74, 40, 9, t.light)
    marks = path("M56 146Q52 72 116 70Q180 72 178 146Z", t.base) + path(
        "M56 146Q112 128 178 146Q214 148 218 168Q150 150 56 162Z", t.deep
    )
    return marks + line("M116 72Q96 96 94 138M116 72Q140 96 142 138", t.dark, 4) + circle(116, 70, 7, t.light)


def scarf(t: Tones, v: int) -> str:
    fringe = "".join(line(f"M{x} 188V204", t.dark, 4) for x in range(86, 122, 9))
    stripes = "".join(rect(82, y, 42, 8, t.light) for y in ((150, 168) if v % 2 else (160,)))
    marks = path("M62 76Q120 40 178 76Q186 112 160 122Q120 96 80 122Q54 112 62 76Z", t.dark)
    marks += (
        path("M126 110L164 112L176 178L140 184Z", t.dark)
        + path("M82 104L126 104L124 190H82Z", t.base)
        + fringe
        + stripes
    )
    marks += path("M58 92Q120 132 182 92Q188 122 168 130Q120 152 72 130Q52 122 58 92Z", t.base)
    return (
        marks
        + line("M72 112Q120 136 168 112", t.light, 6 if v < 2 else 3)
        + (circle(150, 150, 6, t.pale) if v == 3 else "")
    )


def belt(t: Tones, v: int) -> str:
    marks = ring(120, 124, 62, t.dark, 26) + ring(120, 118, 62, t.base, 24) + ring(120, 118, 62, t.light, 2)
    buckle = GOLD if v % 2 else STEEL
    marks += path("M120 168H202V192H120Z", t.base) + path("M202 168L214 180L202 192Z", t.base)
    marks += f'<rect x="96" y="160" width="40" height="40" rx="8" fill="none" stroke="{buckle}" stroke-width="8"/>'
    return marks + line("M116 180H136", buckle, 6) + "".join(circle(x, 180, 3, t.deep) for x in (156, 172, 188))


def watch(t: Tones, v: int) -> str:
    strap = path("M94 28H146L152 84H88ZM88 156H152L146 212H94Z", t.base) + line("M104 40V74M104 166V200", t.light, 4)
    if v % 2:
        marks = strap + rect(74, 74, 92, 92, t.deep, 24) + rect(82, 82, 76, 76, "#1f2833", 18)
        return (
            marks
            + line("M98 120H142M98 138H126", "#63d2b0", 6)
            + circle(106, 102, 7, "#f2b04d")
            + rect(166, 108, 8, 24, t.deep, 4)
        )
    marks = (
        strap
        + circle(120, 120, 56, GOLD if v == 2 else STEEL)
        + circle(120, 120, 46, WHITE)
        + rect(174, 114, 12, 12, STEEL, 3)
    )
    marks += around(rect(118, 80, 4, 10, INK), 12 if v else 4) + line("M120 120V92M120 120L140 132", INK, 5)
    return marks + circle(120, 120, 5, t.base)


def ring_(t: Tones, v: int) -> str:
    metal = GOLD if v % 2 else STEEL
    band = ring(120, 146, 52, metal, 12) + ring(120, 146, 57, STEEL_LIGHT, 2)
    if v == 2:
        return (
            ring(92, 140, 46, GOLD, 12)
            + ring(150, 140, 46, STEEL, 12)
            + circle(92, 92, 9, t.base)
            + circle(150, 92, 9, t.light)
        )
    stone = path("M86 66L104 46H136L154 66L120 104Z", t.base) + path("M104 46L96 66L120 104L144 66L136 46Z", t.light)
    stone += path("M108 66H132L120 100Z", t.pale) + line("M86 66H154", t.dark, 2)
    return band + stone + (around(circle(120, 88, 4, WHITE), 5, 120, 146, -40) if v == 3 else "")


def necklace(t: Tones, v: int) -> str:
    if v == 1:
        beads = "".join(
            circle(120 + 66 * x, 62 + 104 * y, 9, t.base if place % 2 else t.light)
            for place, (x, y) in enumerate(((-1, 0), (-0.98, 0.25), (-0.88, 0.5), (-0.68, 0.74), (-0.4, 0.92), (0, 1),
                                            (0.4, 0.92), (0.68, 0.74), (0.88, 0.5), (0.98, 0.25), (1, 0)))
        )  # fmt: skip
        return line("M54 62Q80 30 120 30Q160 30 186 62", GOLD, 3) + beads
    metal = STEEL if v == 2 else GOLD
    marks = line("M62 40Q64 130 120 150Q176 130 178 40", metal, 4) + circle(120, 152, 6, metal)
    if v == 3:
        return (
            marks
            + path("M120 204C76 176 92 146 120 166C148 146 164 176 120 204Z", t.base)
            + ellipse(106, 172, 6, 4, t.light)
        )
    return (
        marks
        + path("M120 156Q150 184 136 202Q120 212 104 202Q90 184 120 156Z", t.base)
        + ellipse(113, 188, 6, 9, t.light)
    )


def glove(t: Tones, v: int) -> str:
    hand = path(
        "M84 196V134L58 108Q52 94 66 92L88 106V54Q88 44 97 44Q106 44 106 54V92V42Q106 32 115 32Q124 32 124 42V92"
        "V46Q124 36 133 36"
        "Q142 36 142 46V98V62Q142 53 150 53Q158 53 158 62V134Q158 160 150 196Z", t.base)  # fmt: skip
    cuff = rect(78, 176, 80, 32, t.deep, 8) + line("M86 186H150", t.light, 4)
    extra = ("", rect(94, 104, 56, 50, t.dark, 16),
             "".join(line(f"M{x} 184V200", t.light, 4) for x in (96, 112, 128, 144)),
             "".join(circle(x, y, 4, t.pale) for x in (102, 120, 138) for y in (112, 130, 148)))[v]  # fmt: skip
    return hand + line("M106 96V104M124 96V104M142 98V106", t.dark, 4) + cuff + extra


def helmet(t: Tones, v: int) -> str:
    marks = path("M46 152Q42 58 120 56Q198 58 194 152Z", t.base) + path("M104 58Q120 50 136 58L140 152H100Z", t.light)
    marks += path("M30 150Q120 128 210 150Q214 166 204 170Q120 150 36 170Q26 166 30 150Z", t.dark)
    if v % 2:
        marks += both_sides(line("M72 90Q66 116 68 138", t.dark, 7))
    if v == 2:
        return marks + rect(102, 92, 36, 30, WHITE, 8) + circle(120, 107, 9, GOLD)
    return marks + line("M66 168Q84 206 120 204Q156 206 174 168", INK, 5)


SHAPES = {
    "shoe": shoe,
    "boot": boot,
    "handbag": handbag,
    "backpack": backpack,
    "suitcase": suitcase,
    "hat": hat,
    "scarf": scarf,
    "belt": belt,
    "watch": watch,
    "ring": ring_,
    "necklace": necklace,
    "glove": glove,
    "helmet": helmet,
}
