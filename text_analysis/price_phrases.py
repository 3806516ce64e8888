"""Step 4: price and quantity phrases of a query, taken out of its text: 10元以下, 5-10元, 50件起, 1000只."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kernel.money import FEN_PER_YUAN, PRICE_FEN_MAX
from kernel.prices import QUANTITY_MAX
from text_analysis.quantities import CHINESE_DIGITS, UnitTable, number_value

# "About ten yuan" is read as within a fifth of it: the step between neighbouring bands of wholesale price filters.
ABOUT_SHARE = 0.2
# 养生茶40袋 and 碗12个 are packs, 垃圾袋1000只 is an order: among real queries no pack written so held 500 or more.
GLUED_QUANTITY_MIN = 500

_N = rf"(?:\d{{1,9}}(?:\.\d{{1,2}})?|[{CHINESE_DIGITS}]{{1,6}})"
_YUAN = r"(?:元|块钱|块|圆|rmb|人民币|毛钱|毛)"
_LEAD = r"(?:(?:批发)?(?:价格|单价|价位|价钱|预算|售价|进价|价)(?:在|是|为)?[: ]?)"
_AMOUNT = rf"¥ ?{_N} ?{_YUAN}?|{_N} ?{_YUAN}"
_TAIL = r"(?: ?的)?"
# 元 before these is part of a name or a face value, not a price asked for.
_NOT_PRICE = r"(?!店|券|红包|纸币|硬币|超市|区|素|宝|旦|宵|气|件|器)"
_BETWEEN = r"(?: ?(?:之间|左右|以内|的))*"
_TO = r" ?(?:-|~|到|至) ?"
_BELOW = "以下|以内|之内|之下|封顶|内|以里"
_ABOVE = "以上|朝上|往上|之上|起"
_UNDER = "低于|不超过|不高于|小于|少于|最多|不到|不大于|便宜过"
_OVER = "高于|不低于|大于|超过|不少于|最少|至少"
_EACH = r"(?: ?/ ?[件个只双条套]| ?[一每][件个只双条套]| ?包邮)?"
_PHRASES = re.compile(
    rf"(?P<range>{_LEAD}?(?:¥ ?)?(?P<low>{_N}) ?(?P<low_unit>{_YUAN})?{_TO}(?:¥ ?)?(?P<high>{_N}) ?"
    rf"(?P<high_unit>{_YUAN}){_BETWEEN})"
    rf"|(?P<lead_range>{_LEAD}(?P<lead_low>{_N}){_TO}(?P<lead_high>{_N}){_BETWEEN})(?!\d)"
    rf"|(?P<below>(?:{_AMOUNT}|{_LEAD}{_N}) ?(?:{_BELOW}){_TAIL})"
    rf"|(?P<under>{_LEAD}?(?:{_UNDER}) ?(?:{_AMOUNT}){_TAIL})"
    rf"|(?P<above>(?:{_AMOUNT}|{_LEAD}{_N}) ?(?:{_ABOVE}){_TAIL}(?!批|订|定|拍|送))"
    rf"|(?P<over>{_LEAD}?(?:{_OVER}) ?(?:{_AMOUNT}){_TAIL})"
    rf"|(?P<about>{_LEAD}?(?:(?:大约|大概|约) ?)?(?:{_AMOUNT}) ?(?:左右|上下|附近){_TAIL}"
    rf"|{_LEAD}{_N} ?(?:左右|上下){_TAIL})"
    rf"|(?P<budget>预算(?:在|是|为)?[: ]?(?:{_AMOUNT}|{_N})(?!\d))"
    rf"|(?P<bare>(?<![\d第])(?:¥ ?{_N}(?! ?{_YUAN})"
    rf"|(?:¥ ?)?\d{{1,6}}(?:\.\d{{1,2}})? ?(?:元|块钱){_NOT_PRICE}){_EACH}{_TAIL})"
)
_NUMBER = re.compile(rf"({_N}) ?({_YUAN})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAsked:
    """What was asked, in fen per unit, and the text without it."""

    text: str
    min_fen: int | None = None
    max_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityAsked:
    """How many pieces were asked for, and the text without it."""

    text: str
    quantity: int | None = None


def take_price(text: str) -> PriceAsked:
    """The first price phrase of a normalised query. An amount out of range is no price and stays in the text."""
    for found in _PHRASES.finditer(text):
        bounds = _bounds(found)
        if bounds is None:
            continue
        low, high = bounds
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        return PriceAsked(text=" ".join(rest.split()), min_fen=low, max_fen=high)
    return PriceAsked(text=text)


def _bounds(found: re.Match[str]) -> tuple[int | None, int | None] | None:
    kind = next(name for name, value in found.groupdict().items() if value)
    if kind == "range":
        low = _fen(found["low"], found["low_unit"] or found["high_unit"])
        high = _fen(found["high"], found["high_unit"])
    elif kind == "lead_range":
        low, high = _fen(found["lead_low"], None), _fen(found["lead_high"], None)
    else:
        amount = _NUMBER.search(found[0])
        value = _fen(amount[1], amount[2]) if amount else None
        if value is None:
            return None
        if kind in ("below", "under", "budget", "bare"):
            return None, value
        if kind in ("above", "over"):
            return value, None
        return round(value * (1 - ABOUT_SHARE)), round(value * (1 + ABOUT_SHARE))
    if low is None or high is None:
        return None
    return min(low, high), max(low, high)


def _fen(number: str, unit: str | None) -> int | None:
    value = number_value(number)
    if value is None:
        return None
    fen = round(value * (FEN_PER_YUAN // 10 if unit in ("毛", "毛钱") else FEN_PER_YUAN))
    return fen if 0 < fen <= PRICE_FEN_MAX else None


class QuantityPhrases:
    """Finds how many pieces a query asks for; needs the unit table for its measure words."""

    def __init__(self, units: UnitTable) -> None:
        number = rf"(?P<{{0}}>\d{{{{1,9}}}}|[{CHINESE_DIGITS}]{{{{1,6}}}})"
        dozen = "打(?!印|底|蛋|包|火|孔|标|气|磨)"
        count = rf"{number} ?(?:{units.count_pattern}|pcs(?![a-z])|{dozen})"
        verbs = "(?:起批量|起订量|起批|起订|起定|moq|订购|采购|批量|批发|订|要|买|进|来|拿)"
        self._pattern = re.compile(
            rf"{count.format('start')} ?(?:起批|起订|起定|起拍|起购|起发|起售|起|以上)(?: ?的)?"
            rf"|(?:起批量|起订量|起批|起订|起定|moq)[: ]?{number.format('minimum')}"
            rf"(?: ?(?:{units.count_pattern}))?(?!\d)"
            rf"|{verbs} ?{count.format('asked')}(?= |$)"
            # at the end and by itself; after another measure (一箱12瓶) or a slash it says how the goods are packed
            rf"|(?<![a-z\d.x*/~{CHINESE_DIGITS}第+-]){count.format('last')}$"
        )
        self._measure_before = re.compile(rf"[{CHINESE_DIGITS}\d每/] ?(?:{units.count_pattern})[ /*x]?$")

    def take(self, text: str) -> QuantityAsked:
        """The first quantity phrase of a normalised query; none when nothing else would be left to search for."""
        for found in self._pattern.finditer(text):
            kind = next(k for k, v in found.groupdict().items() if v)
            value = number_value(found[kind])
            if value is None or value != int(value) or not 1 <= value <= QUANTITY_MAX:
                continue
            if kind == "last" and self._is_pack(text, found.start(), value):
                continue
            rest = " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
            if rest:
                return QuantityAsked(text=rest, quantity=int(value))
        return QuantityAsked(text=text)

    def _is_pack(self, text: str, start: int, value: float) -> bool:
        """Whether a last measure says how the goods are packed: after another measure, or a few glued to the word."""
        glued = start > 0 and text[start - 1] != " "
        return bool(self._measure_before.search(text[:start])) or (glued and 1 < value < GLUED_QUANTITY_MIN)
