"""Clothes: shirt, dress, trousers, coat, underwear, sock."""

from __future__ import annotations

from storefront.pictures.primitives import Tones, both_sides, circle, line, path, rect


def shirt(t: Tones, v: int) -> str:
    """T-shirt, long sleeves, shirt with a collar and buttons, vest."""
    sleeve = (
        "M92 58L60 70L34 116L62 130L78 104Z",
        "M92 58L62 68L40 182L68 188L80 108Z",
        "M92 58L58 70L36 126L66 138L78 106Z",
        "M92 58L78 62L74 104L84 104Z",
    )[v]
    marks = both_sides(path(sleeve, t.dark)) + path("M90 56Q120 76 150 56L166 64L164 196Q120 204 76 196L74 64Z", t.base)
    marks += path("M76 176Q120 184 164 176L164 196Q120 204 76 196Z", t.dark)
    if v == 2:
        marks += line("M120 72V196", t.dark, 3) + "".join(circle(126, y, 3, t.pale) for y in (96, 124, 152))
        return marks + both_sides(path("M92 54L120 76L106 92L86 62Z", t.light))
    marks += line("M92 57Q120 82 148 57", t.light, 7)
    return marks + (rect(100, 104, 40, 40, t.light, 20) if v == 0 else line("M84 118H156M84 134H156", t.light, 6))


def dress(t: Tones, v: int) -> str:
    """Sleeveless, short sleeves, long and narrow, straps with a wide skirt."""
    hem = ("M94 110L52 198Q120 218 188 198L146 110Z", "M94 110L62 200Q120 212 178 200L146 110Z",
           "M94 110L76 208Q120 216 164 208L146 110Z", "M94 108L40 188Q120 214 200 188L146 108Z")[v]  # fmt: skip
    marks = both_sides(path("M96 46L64 62L56 96L80 104L96 84Z", t.dark)) if v in (1, 2) else ""
    marks += path("M92 42Q96 66 120 66Q144 66 148 42L160 44Q152 80 148 112H92Q88 80 80 44Z", t.base) + path(hem, t.base)
    marks += both_sides(path("M100 114L88 204L76 202L96 114Z", t.dark)) + path("M116 114H124L130 210H110Z", t.light)
    marks += rect(91, 104, 58, 10, t.deep, 4)
    if v == 3:
        marks += "".join(circle(x, y, 4, t.pale) for x, y in ((70, 176), (96, 150), (104, 186), (146, 158), (164, 182)))
    return marks


def trousers(t: Tones, v: int) -> str:
    """Straight, shorts, wide, narrow."""
    leg = ("L112 206L76 206", "L114 146L68 146", "L112 206L58 206", "L110 208L86 208")[v]
    marks = path(f"M80 44H120V84{leg}Z", t.base)
    marks = both_sides(marks) + path("M120 84L113 206H127Z" if v != 1 else "M120 84L114 146H126Z", t.ground)
    marks += rect(79, 40, 82, 14, t.dark, 4) + circle(120, 47, 4, t.pale) + line("M120 54V82", t.dark, 3)
    marks += both_sides(line("M84 60Q96 74 106 58", t.dark, 3))
    return marks + both_sides(line("M96 92L92 134" if v == 1 else "M96 92L92 190", t.light, 4))


def coat(t: Tones, v: int) -> str:
    """Coat with lapels, padded jacket, hooded jacket, long coat."""
    bottom = (200, 176, 182, 212)[v]
    marks = both_sides(path("M92 50L62 62L42 158L68 168L80 108Z", t.dark))
    marks += path(f"M90 48H150L168 62L172 {bottom}H68L72 62Z", t.base)
    if v == 2:
        marks += path("M88 66Q84 28 120 28Q156 28 152 66Q120 88 88 66Z", t.dark) + path(
            "M100 62Q100 42 120 42Q140 42 140 62Q120 74 100 62Z", t.deep
        )
    if v == 1:
        marks += "".join(line(f"M72 {y}Q120 {y + 9} 168 {y}", t.dark, 4) for y in (84, 108, 132, 156))
    marks += line(f"M120 64V{bottom}", t.deep, 3)
    if v in (0, 3):
        marks += both_sides(path("M92 47L120 96L102 112L84 58Z", t.light) + rect(78, 146, 28, 8, t.dark, 3))
        marks += "".join(circle(130, y, 4, t.deep) for y in (118, 140, 162))
    else:
        marks += both_sides(rect(80, 140, 26, 22, t.dark, 4))
    return marks


def underwear(t: Tones, v: int) -> str:
    """Bra, briefs, bra and briefs, boxer shorts."""
    bra = both_sides(
        line("M82 46L88 90", t.dark, 5)
        + path("M120 108Q112 76 88 84Q62 92 62 118Q70 138 96 134Q114 130 120 112Z", t.base)
        + line("M70 116Q90 102 114 112", t.light, 4)
    ) + circle(120, 110, 4, t.deep)  # fmt: skip
    briefs = path("M56 100H184L178 128Q146 138 134 178H106Q94 138 62 128Z", t.base) + rect(56, 96, 128, 12, t.dark, 4)
    if v == 0:
        return f'<g transform="translate(0 24)">{bra}{line("M62 120L44 108M178 120L196 108", t.dark, 6)}</g>'
    if v == 1:
        return briefs + line("M112 172H128", t.dark, 4) + circle(120, 116, 4, t.pale)
    if v == 2:
        return f'<g transform="translate(0 -6)">{bra}</g><g transform="translate(24 76) scale(.8)">{briefs}</g>'
    boxers = path("M60 82H180L188 176L128 180L120 132L112 180L52 176Z", t.base) + rect(60, 76, 120, 18, t.dark, 4)
    return boxers + line("M120 96V132", t.dark, 3) + line("M52 168L112 171M128 171L188 168", t.light, 5)


def sock(t: Tones, v: int) -> str:
    """A pair: crew, ankle, striped, knee."""
    top = (64, 96, 56, 34)[v]
    one = path(f"M92 {top}H138V140Q138 152 128 160L88 192Q64 206 54 188Q50 176 64 166L92 144Z", t.base)
    one += path("M54 188Q50 176 64 166L72 162L92 189L88 192Q64 206 54 188Z", t.dark) + rect(90, top, 50, 14, t.dark, 4)
    one += path("M138 128V140Q138 152 128 160L122 164L108 150Q122 142 138 128Z", t.light)
    if v in (2, 3):
        one += rect(92, top + 24, 46, 7, t.light) + rect(92, top + 38, 46, 7, t.pale)
    return f'<g transform="translate(52 -8)">{one}</g>' + f'<g transform="translate(4 6)">{one}</g>'


SHAPES = {
    "shirt": shirt,
    "dress": dress,
    "trousers": trousers,
    "coat": coat,
    "underwear": underwear,
    "sock": sock,
}
