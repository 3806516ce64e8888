"""Descriptions: two or three plain sentences of facts."""

from __future__ import annotations

from random import Random

from pifa.demo.items import Facts, Item, some
from pifa.demo.suppliers import DemoSupplier
from pifa.demo.terms import Terms

_OPENINGS = ("本款{name}，{facts}。", "{name}，{facts}。", "{brandless}{facts}。", "产品名称：{name}；{facts}。")
_PACKS = (
    "每{pack}{units}{unit}，{moq}{unit}起批。",
    "{moq}{unit}起订，{units}{unit}一{pack}。",
    "起批量{moq}{unit}，一{pack}装{units}{unit}。",
)
_SINGLES = ("{moq}{unit}起批。", "起订量{moq}{unit}。", "{moq}{unit}起订，数量多可议。")
_FROM = ("{place}发货，{when}。", "货在{place}，{when}。", "{place}{kind}，{when}。")


def describe(item: Item, facts: Facts, terms: Terms, seller: DemoSupplier, random: Random) -> str:
    """What it is, how it is packed, where it comes from."""
    chance = random.random
    names = {plan.id: plan.name for plan in item.leaf.attributes}
    stated = [key for key in facts if facts[key][0] not in {"是", "否"}]
    chosen = some(stated, 3, random)
    told = "，".join(f"{names.get(key, key)}{'、'.join(facts[key][:3])}" for key in chosen) or "现货供应"
    name = item.leaf.names[int(chance() * len(item.leaf.names))]
    unit = item.leaf.category.unit or "件"
    opening = _OPENINGS[int(chance() * len(_OPENINGS))].format(name=name, facts=told, brandless=f"{item.model} ")
    packs = _PACKS if terms.units_per_pack > 1 else _SINGLES
    pack = packs[int(chance() * len(packs))].format(
        pack=terms.pack_unit, units=terms.units_per_pack, unit=unit, moq=terms.moq
    )
    when = "发货时间请咨询" if terms.dispatch_hours is None else f"{terms.dispatch_hours}小时内发出"
    place = _FROM[int(chance() * len(_FROM))].format(
        place=seller.supplier.city, when=when, kind="工厂" if seller.supplier.factory else "仓库"
    )
    return f"{opening}{pack}{place}" if chance() < 0.7 else f"{opening}{pack}"
