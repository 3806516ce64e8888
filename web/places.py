"""Places in English: 浙江 杭州市 is Hangzhou, Zhejiang.

Provinces, cities, and places whose English is no pinyin stand in ``locale/places.tsv``; what is smaller is spelt. A
text may be anything (an offer's origin is typed by its supplier): it is a place when it begins with one of those."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "locale" / "places.tsv"
CHARACTERS_MAX = 100  # of a place that somebody typed; longer is no place

_NAME = re.compile("[\u4e00-\u9fff]+")
_BETWEEN = re.compile("[ /·，,]+")
_OF_PROVINCE = re.compile("(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$")
_SORT_OF_PROVINCE = re.compile("^(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)(?=..)")
# What a place is, behind its name. A name of one character keeps it: 单县 is Shanxian.
_SORT = re.compile("(?<=..)(?:新区|地区|林区|矿区|开发区|自治[州县旗]|[市县区盟镇乡])$")
_PEOPLES = (
    "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克",
    "傣", "黎", "傈僳", "佤", "畲", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌",
    "布朗", "撒拉", "毛南", "仡佬", "锡伯", "塔吉克", "怒", "鄂温克", "保安", "裕固", "独龙", "鄂伦春", "普米", "各",
)  # fmt: skip
# 大理白族自治州 is Dali, 伊犁哈萨克自治州 is Ili: whose region it is stands between the name and what it is.
_AUTONOMOUS = re.compile(rf"(?<=..)(?:(?:{'|'.join(_PEOPLES)})族|哈萨克|蒙古|柯尔克孜|塔吉克|锡伯)+自治[州县旗]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """``provinces`` and ``names``: what they are called; ``readings``: of characters within all other names."""

    provinces: Mapping[str, str]
    names: Mapping[str, str]
    readings: Mapping[str, str]

    def english(self, text: str, *, alone: bool = True) -> str | None:
        """Told from the smallest to the largest; None for what does not begin with a province (``alone``: or a city,
        where nothing but a place is looked for)."""
        first, *rest = [part for part in _BETWEEN.split(text.strip()) if part] or [""]
        known = self._begins(first) or ([first] if alone and _bare(first) in self.names else [])
        if not known or len(text) > CHARACTERS_MAX:
            return None
        return ", ".join(dict.fromkeys(self.name(part) for part in reversed([*known, *rest])))

    def name(self, text: str) -> str:
        """A place's own name, whatever is larger; what has other letters is left as it is."""
        bare = text if text in self.names else _bare(text)
        known = self.names.get(bare) or self.provinces.get(_OF_PROVINCE.sub("", text))
        if known is not None or not _NAME.fullmatch(bare):
            return known or text
        from text_analysis.romanise import romanised  # its dictionary is half a second's work, for English readers

        return romanised(bare, readings=self.readings)

    def _begins(self, text: str) -> list[str]:
        """The province that it is, or the one with what is written behind it without a space."""
        if _OF_PROVINCE.sub("", text) in self.provinces:
            return [text]
        for length in (3, 2):  # 内蒙古, 浙江
            province, below = text[:length], _SORT_OF_PROVINCE.sub("", text[length:])
            named = _bare(below) in self.names or (_NAME.fullmatch(below) and _SORT.search(below))
            if province in self.provinces and named:
                return [province, below]
        return []


def _bare(text: str) -> str:
    return _SORT.sub("", _AUTONOMOUS.sub("", text))


@lru_cache(1)
def places() -> Places:
    """The table, read once a process, when the first English reader comes."""
    rows = list(_rows(TABLE))
    of = {kind: {place: english for each, place, english in rows if each == kind} for kind, _, _ in rows}
    return Places(provinces=of["province"], names=of["name"], readings=of["reading"])


def told_place(text: str, language: str) -> str:
    """A province, and what is below it, as the reader of ``language`` writes it; any other text as it is."""
    return (places().english(text) or text) if language == "en" else text


def told_city(name: str, language: str) -> str:
    """The name of a place by itself."""
    return places().name(name) if language == "en" else name


def _rows(path: Path) -> Iterator[tuple[str, str, str]]:
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, place, english = line.split("\t")
            yield kind, place, english
