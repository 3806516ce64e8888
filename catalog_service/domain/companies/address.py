"""Where goods go: an order keeps its own copy."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog_service.domain.text import clean_line
from kernel.errors import Invalid

# GB/T 2260, as the catalog writes them: short, without 省, 市 or 自治区.
PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃",
    "青海", "宁夏", "新疆", "台湾", "香港", "澳门",
)  # fmt: skip
_PROVINCE_SUFFIX = re.compile("(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$")
_PHONE = re.compile(r"(?:\+86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}(?:-\d{1,6})?|400[- ]?\d{3}[- ]?\d{4})")
_POSTCODE = re.compile(r"\d{6}|")

RECIPIENT_CHARACTERS_MAX = 50  # a person's name, or a warehouse's with its gate
PLACE_CHARACTERS_MAX = 40
STREET_CHARACTERS_MAX = 120  # what a waybill prints on two lines
ADDRESSES_MAX = 50  # of one company: its branches and warehouses; a list that a person still reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """``province`` decides the freight; ``phone`` and ``recipient`` are personal and end in no log."""

    recipient: str
    phone: str
    province: str
    city: str
    district: str
    street: str
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAddress:
    """An address in a company's book."""

    address_id: str
    company_id: str
    address: Address
    version: int
    changed_at: int


def accept_address(draft: Address) -> Address:
    """The address cleaned, its province by its short name; ``Invalid`` names the field."""
    phone = clean_line(draft.phone)
    if not _PHONE.fullmatch(phone):
        raise Invalid("电话应为手机号、带区号的座机号或 400 号码", parameter="phone")
    if not _POSTCODE.fullmatch(draft.postcode.strip()):
        raise Invalid("邮政编码为 6 位数字", parameter="postcode")
    return Address(
        recipient=_line(draft.recipient, "recipient", RECIPIENT_CHARACTERS_MAX),
        phone=phone,
        province=accept_province(draft.province),
        city=_line(draft.city, "city", PLACE_CHARACTERS_MAX),
        district=_line(draft.district, "district", PLACE_CHARACTERS_MAX, may_be_empty=True),
        street=_line(draft.street, "street", STREET_CHARACTERS_MAX),
        postcode=draft.postcode.strip(),
    )


def accept_province(name: str) -> str:
    """The province's short name; ``Invalid`` for what is none."""
    cleaned = clean_line(name)
    short = cleaned if cleaned in PROVINCES else _PROVINCE_SUFFIX.sub("", cleaned)
    if short not in PROVINCES:
        raise Invalid("没有这个省份", parameter="province", detail={"known": list(PROVINCES)})
    return short


def _line(value: str, parameter: str, maximum: int, *, may_be_empty: bool = False) -> str:
    cleaned = clean_line(value)
    if not cleaned and not may_be_empty:
        raise Invalid("不能为空", parameter=parameter)
    if len(cleaned) > maximum:
        raise Invalid(f"最长 {maximum} 字", parameter=parameter)
    return cleaned
