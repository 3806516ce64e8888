"""The form of an offer: from the record into fields, from fields into a draft; a refusal names the field at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from catalog_service.domain.offers.content import OfferDraft, image_fields
from catalog_service.domain.offers.revisions import Content, standing_content
from catalog_service.domain.skus.rules import SKUS_MAX
from catalog_service.domain.skus.values import SkuDraft, SkuView, TradeTerms
from catalog_service.reads.offers import OfferView
from kernel.errors import Invalid
from kernel.prices import TIERS_MAX, PriceTier
from storefront.pages.offer_pictures import FIELD, image_cells, images_of
from storefront.pages.trade_words import read_count, read_yuan, typed_yuan
from taxonomy.model import Taxonomy

TIERS_SHOWN = 4
ROWS_SHOWN = 1
ROWS_MORE = 5
ATTRIBUTES = 2  # a matrix of two sides; an offer that has a third keeps it
ATTRIBUTES_MAX = 3
SUGGESTED_MAX = 5
PICTURES_LABEL = "图片"

WORDS = (
    ("title", "标题"), ("unit", "单位"), ("item_code", "货号"), ("brand", "品牌"), ("origin", "发货地"),
    ("description", "详情"), ("pack_unit", "包装单位"),
)  # fmt: skip
COUNTS = (
    ("moq", "起订量"), ("pack_multiple", "加购倍数"), ("units_per_pack", "每包数量"), ("dispatch_hours", "发货时间"),
    ("stock", "库存"), ("weight", "每件重量"),
)  # fmt: skip
PRICES = (("sample_price", "样品价"), ("dropship_price", "代发价"))
TICKS = (
    ("dropship", "支持一件代发"), ("customisation", "支持定制"), ("invoice", "可开发票"), ("freight_free", "包邮"),
    ("mixed_batch", "参加混批"), ("moq_per_sku", "起订量按单个规格计"),
)  # fmt: skip
OTHERS = (("category", "类目"), ("attributes", "属性"), ("freight_template_id", "运费模板"))
# What the deeds call a field, where the form calls it otherwise.
_FIELDS = {
    "category_id": "category", "weight_g": "weight", "sample_price_fen": "sample_price",
    "dropship_price_fen": "dropship_price", "images": "file",
}  # fmt: skip
_SKU_FIELDS = {"code": "code", "values": "v0", "tiers": "price", "weight_g": "weight", "stock": "stock"}

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOffer:
    """``rows``: the form's row of each SKU, for refusals that count SKUs."""

    draft: OfferDraft
    trade: TradeTerms
    rows: Sequence[int]

    def field_of(self, parameter: str) -> str:
        """The form's name of a deed's parameter."""
        head, _, rest = parameter.partition(".")
        if head == "skus" and rest:
            place, _, name = rest.partition(".")
            row = self.rows[int(place)] if place.isdecimal() and int(place) < len(self.rows) else 0
            return f"sku_{row}_{_SKU_FIELDS.get(name, 'code')}"
        if head == "images" and rest:
            return f"{FIELD}{rest}"
        return "attributes" if head == "attributes" else _FIELDS.get(parameter, parameter)


def fields_of(view: OfferView | None, taxonomy: Taxonomy) -> dict[str, str]:
    """What the form shows of an offer; of None: of a new one."""
    if view is None:
        return {"unit": "件", "pack_multiple": "1", "units_per_pack": "1", "attr_0": "颜色", "attr_1": "尺码",
                "sku_0_on": "1"}  # fmt: skip
    return content_fields(standing_content(view.offer, view.skus, view.terms), view.skus, taxonomy)


def content_fields(content: Content, skus: Sequence[SkuView], taxonomy: Taxonomy) -> dict[str, str]:
    """What the form shows of a content; ``skus``: those that are there of its offer."""
    draft, trade = content.draft, content.trade
    fields = {name: getattr(draft, name) for name, _ in WORDS} | image_cells(draft.images)
    counts = {"dispatch_hours": draft.dispatch_hours, "stock": draft.stock, "moq": draft.moq}
    fields |= {name: "" if value is None else str(value) for name, value in counts.items()}
    fields |= {"pack_multiple": str(draft.pack_multiple), "units_per_pack": str(draft.units_per_pack)}
    fields |= {
        "weight": str(trade.weight_g) if trade.weight_g else "",
        "sample_price": typed_yuan(draft.sample_price_fen), "dropship_price": typed_yuan(draft.dropship_price_fen),
        "category": _category_text(draft.category_id, taxonomy),
        "attributes": "\n".join(f"{name}: {', '.join(values)}" for name, values in draft.attributes.items()),
        "freight_template_id": trade.freight_template_id or "",
    }  # fmt: skip
    ticks = {name: getattr(draft, name, False) or getattr(trade, name, False) for name, _ in TICKS}
    fields |= {name: "1" for name, on in ticks.items() if on}
    for place, tier in enumerate(draft.tiers):
        fields |= {f"tier_{place}_q": str(tier.min_quantity), f"tier_{place}_p": typed_yuan(tier.unit_price_fen)}
    for place, name in enumerate(dict(trade.skus[0].values) if trade.skus else ("颜色", "尺码")):
        fields[f"attr_{place}"] = name
    known = {view.sku.code: view.sku.sku_id for view in skus if not view.sku.is_default and not view.sku.retired}
    for row, sku in enumerate(trade.skus):
        fields |= _sku_fields(row, sku, known.get(sku.code, ""))
    return fields


def _sku_fields(row: int, sku: SkuDraft, known: str) -> dict[str, str]:
    one = len(sku.tiers) == 1 and sku.tiers[0].min_quantity == 1
    fields = {
        "code": sku.code, "price": typed_yuan(sku.tiers[0].unit_price_fen) if one else ladder_text(sku.tiers),
        "weight": str(sku.weight_g) if sku.weight_g else "", "barcode": sku.barcode,
        "stock": "" if sku.stock is None else str(sku.stock), "on": "1" if sku.on_sale else "", "known": known,
    }  # fmt: skip
    fields |= {f"v{place}": value for place, (_, value) in enumerate(sku.values)}
    return {f"sku_{row}_{name}": value for name, value in fields.items()}


def rows_of(fields: Fields) -> int:
    """How many rows of SKUs the form has."""
    numbers = [int(part) for name in fields if name.startswith("sku_") and (part := name.split("_")[1]).isdecimal()]
    return min(SKUS_MAX, max([ROWS_SHOWN - 1, *(number for number in numbers if number < SKUS_MAX)]) + 1)


def tiers_of(fields: Fields) -> int:
    """How many steps of the ladder the form shows: one is always free."""
    filled = [place for place in range(TIERS_MAX) if fields.get(f"tier_{place}_q") or fields.get(f"tier_{place}_p")]
    return min(TIERS_MAX, max(TIERS_SHOWN, (filled[-1] + 2) if filled else 0))


def sides_of(fields: Fields) -> int:
    return ATTRIBUTES_MAX if fields.get("attr_2") else ATTRIBUTES


def with_more_rows(fields: Fields) -> dict[str, str]:
    rows = rows_of(fields)
    return {**fields, **{f"sku_{row}_on": "1" for row in range(rows, min(SKUS_MAX, rows + ROWS_MORE))}}


def with_combinations(fields: Fields) -> dict[str, str]:
    """A row for each pair of the values typed beside the attributes; rows that are there keep what they say."""
    lists = [_listed(fields.get(f"attr_{place}_values", "")) for place in range(sides_of(fields))]
    chosen = [values for values in lists if values]
    if not chosen:
        raise Invalid("请先写属性值，用逗号分开", parameter="attr_0_values")
    places = [place for place, values in enumerate(lists) if values]
    said = [row for row in range(rows_of(fields)) if _said(fields, row)]
    known = {tuple(fields.get(f"sku_{row}_v{place}", "").strip() for place in places) for row in said}
    fresh = [values for values in product(*chosen) if values not in known]
    if len(said) + len(fresh) > SKUS_MAX:
        raise Invalid(f"规格最多 {SKUS_MAX} 个", parameter="attr_0_values")
    made = {name: value for name, value in fields.items() if not name.startswith("sku_") or _row(name) in said}
    codes = {fields.get(f"sku_{row}_code", "") for row in said}
    free = (row for row in range(SKUS_MAX) if row not in said)
    for row, values in zip(free, fresh, strict=False):
        made |= {f"sku_{row}_v{place}": value for place, value in zip(places, values, strict=True)}
        made |= {
            f"sku_{row}_code": _fresh_code(fields.get("item_code", "").strip() or "K", codes),
            f"sku_{row}_on": "1",
        }
    return made


def _row(name: str) -> int:
    part = name.split("_")[1]
    return int(part) if part.isdecimal() and len(part) < 4 else SKUS_MAX


def _fresh_code(prefix: str, codes: set[str]) -> str:
    number = next(number for number in range(1, SKUS_MAX * 2) if f"{prefix}-{number:02d}" not in codes)
    codes.add(code := f"{prefix}-{number:02d}")
    return code


def _said(fields: Fields, row: int) -> bool:
    """Whether a row says anything: one that is empty is left out."""
    names = ("code", "v0", "v1", "v2", "price", "weight", "stock")
    return any(fields.get(f"sku_{row}_{name}", "").strip() for name in names)


def read_offer(fields: Fields, base: OfferDraft, taxonomy: Taxonomy) -> ReadOffer:
    """What the form states, over ``base`` for what it does not show; raises ``Invalid`` naming the form's field."""
    counts = {name: read_count(fields.get(name, ""), parameter=name, label=label) for name, label in COUNTS}
    prices = {name: read_yuan(fields.get(name, ""), parameter=name, label=label) for name, label in PRICES}
    rows = [row for row in range(rows_of(fields)) if _said(fields, row)]
    skus = tuple(_sku(fields, row) for row in rows)
    plain: dict[str, Any] = {name: fields.get(name, "") for name, _ in WORDS}
    plain |= {name: bool(fields.get(name)) for name, _ in TICKS[:4]}
    draft = replace(
        base,
        **plain,
        category_id=_category_id(fields.get("category", ""), taxonomy),
        tiers=_tiers(fields),
        moq=counts["moq"],
        pack_multiple=counts["pack_multiple"] or 1,
        units_per_pack=counts["units_per_pack"] or 1,
        dispatch_hours=counts["dispatch_hours"],
        stock=None if skus else counts["stock"],
        attributes=_attributes(fields.get("attributes", "")),
        **image_fields(images_of(fields)),
        sample_price_fen=prices["sample_price"],
        dropship_price_fen=prices["dropship_price"],
    )
    trade = TradeTerms(
        skus=skus,
        weight_g=0 if skus else counts["weight"] or 0,
        mixed_batch=bool(fields.get("mixed_batch")),
        moq_per_sku=bool(fields.get("moq_per_sku")),
        freight_template_id=fields.get("freight_template_id", "") or None,
    )
    return ReadOffer(draft=draft, trade=trade, rows=rows)


def differences(mine: Fields, theirs: Fields) -> list[tuple[str, str, str]]:
    """(label, what I typed, what stands now) of every field that differs; of pictures an address a line."""
    found = [
        (label, mine.get(name, "").strip(), theirs.get(name, "").strip())
        for name, label in (*WORDS, *COUNTS, *PRICES, *OTHERS)
    ]
    found += [(label, "是" if mine.get(name) else "否", "是" if theirs.get(name) else "否") for name, label in TICKS]
    found.append((PICTURES_LABEL, "\n".join(images_of(mine)), "\n".join(images_of(theirs))))
    for place in range(TIERS_MAX):
        found.append((f"第 {place + 1} 级价格", _tier_text(mine, place), _tier_text(theirs, place)))
    for row in range(max(rows_of(mine), rows_of(theirs))):
        found.append((f"第 {row + 1} 个规格", _sku_text(mine, row), _sku_text(theirs, row)))
    return [each for each in found if each[1] != each[2]]


def _tier_text(fields: Fields, place: int) -> str:
    quantity, price = (fields.get(f"tier_{place}_{part}", "").strip() for part in ("q", "p"))
    return f"{quantity} 起 ¥{price}" if quantity or price else ""


def _sku_text(fields: Fields, row: int) -> str:
    parts = [fields.get(f"sku_{row}_{name}", "").strip() for name in ("code", "v0", "v1", "v2", "price", "stock")]
    return " ".join(part for part in parts if part)


def _tiers(fields: Fields) -> tuple[PriceTier, ...]:
    tiers = []
    for place in range(TIERS_MAX):
        quantity = read_count(fields.get(f"tier_{place}_q", ""), parameter=f"tier_{place}_q", label="数量")
        price_fen = read_yuan(fields.get(f"tier_{place}_p", ""), parameter=f"tier_{place}_p", label="单价")
        if quantity is None and price_fen is None:
            continue
        if quantity is None or price_fen is None:
            missing = "q" if quantity is None else "p"
            raise Invalid("每级要有数量和单价", parameter=f"tier_{place}_{missing}")
        tiers.append(PriceTier(min_quantity=quantity, unit_price_fen=price_fen))
    return tuple(tiers)


def _sku(fields: Fields, row: int) -> SkuDraft:
    said = {name: fields.get(f"sku_{row}_{name}", "").strip() for name in ("code", "price", "weight", "stock")}
    values = []
    for place in range(ATTRIBUTES_MAX):
        value = fields.get(f"sku_{row}_v{place}", "").strip()
        if value:
            name = fields.get(f"attr_{place}", "").strip()
            if not name:
                raise Invalid("请写这一列的属性名", parameter=f"attr_{place}")
            values.append((name, value))
    return SkuDraft(
        code=said["code"],
        values=tuple(values),
        tiers=read_ladder(said["price"], parameter=f"sku_{row}_price"),
        weight_g=read_count(said["weight"], parameter=f"sku_{row}_weight", label="重量（克）") or 0,
        barcode=fields.get(f"sku_{row}_barcode", ""),
        on_sale=bool(fields.get(f"sku_{row}_on")),
        stock=read_count(said["stock"], parameter=f"sku_{row}_stock", label="库存"),
    )


def ladder_text(tiers: Sequence[PriceTier]) -> str:
    """As ``read_ladder`` reads it."""
    return " ".join(f"{tier.min_quantity}:{typed_yuan(tier.unit_price_fen)}" for tier in tiers)


def read_ladder(typed: str, *, parameter: str) -> tuple[PriceTier, ...]:
    """``12.50``, or steps as ``10:12.50 100:11``; empty: the offer's ladder holds."""
    tiers = []
    for part in typed.replace("：", ":").split():
        quantity, colon, price = part.rpartition(":")
        price_fen = read_yuan(price, parameter=parameter, label="单价")
        step = read_count(quantity, parameter=parameter, label="数量") if colon else 1
        if price_fen is None or step is None:
            raise Invalid("单价写成 12.50，或各级写成 10:12.50 100:11", parameter=parameter)
        tiers.append(PriceTier(min_quantity=step, unit_price_fen=price_fen))
    return tuple(tiers)


def _attributes(typed: str) -> dict[str, tuple[str, ...]]:
    """A line an attribute: ``材质: 棉, 麻``."""
    found: dict[str, tuple[str, ...]] = {}
    for line in filter(str.strip, typed.splitlines()):
        name, colon, values = line.replace("：", ":").partition(":")
        if not colon or not name.strip():
            raise Invalid(f"“{line.strip()[:20]}”应写成 属性名: 值", parameter="attributes")
        found[name.strip()] = (*found.get(name.strip(), ()), *_listed(values))
    return found


def _listed(typed: str) -> list[str]:
    parts = typed.replace("，", ",").replace("、", ",").split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _category_text(category_id: str | None, taxonomy: Taxonomy) -> str:
    node = taxonomy.nodes.get(category_id or "")
    return node.name if node is not None else category_id or ""


def _category_id(typed: str, taxonomy: Taxonomy) -> str | None:
    """The leaf of a name or an id; None for an empty field: it is found from the title."""
    text = typed.strip()
    if not text or text in taxonomy.nodes:
        return text or None
    named = [leaf.id for leaf in taxonomy.leaves if leaf.name == text]
    if len(named) == 1:
        return named[0]
    like = [leaf.name for leaf in taxonomy.leaves if text in leaf.name or text in leaf.synonyms][:SUGGESTED_MAX]
    hint = f"，您是不是要：{'、'.join(like)}" if like else "，请换个说法，或留空自动归类"
    raise Invalid(f"没有“{text[:20]}”这个类目{hint}", parameter="category")
