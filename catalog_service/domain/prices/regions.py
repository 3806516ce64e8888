"""Provinces, as addresses write them and as freight counts them."""

from __future__ import annotations

from kernel.errors import Invalid

PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽",
    "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州",
    "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "台湾", "香港", "澳门",
)  # fmt: skip
_ENDINGS = ("省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区")
_KNOWN = {name: name for name in PROVINCES} | {f"{name}{ending}": name for name in PROVINCES for ending in _ENDINGS}


class RegionUnknown(Invalid):
    """Not one of the 34 provinces."""

    code = "region_unknown"


def province_of(text: str, *, parameter: str = "region") -> str:
    """The short name (浙江省 -> 浙江), or ``RegionUnknown``."""
    known = _KNOWN.get(text.strip())
    if known is None:
        raise RegionUnknown(f"“{text[:20]}”不是省级地区", parameter=parameter)
    return known
