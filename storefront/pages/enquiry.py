"""An enquiry written out from a search, ready to copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryPage:
    query: str
    lines: Sequence[str]


def enquiry_page(query: str, visit: Visit) -> EnquiryPage:
    """What to send to a supplier; blanks are left where the buyer said nothing."""
    lines = [
        "您好，我想采购以下货品，请报价：",
        f"货品：{query or '＿＿＿＿'}",
        f"数量：{visit.quantity or '＿＿＿＿'}",
        f"收货城市：{visit.city or '＿＿＿＿'}",
        "请注明：含税单价与阶梯价、起订量、样品费、交货期、运费、付款方式。",
        "联系人与电话：＿＿＿＿",
    ]
    return EnquiryPage(query=query, lines=lines)
