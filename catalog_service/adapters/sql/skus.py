"""SKUs over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql.ids import IDS, id_parts
from catalog_service.adapters.sql.inserts import insert_rows
from catalog_service.adapters.sql.sku_codes import sold_by_code
from catalog_service.adapters.sql.tables import offer_terms, skus, stock
from catalog_service.domain.skus.values import OfferTerms, Sku, SkuView
from catalog_service.ports.skus import CodeMatches, DefaultSku
from kernel.codes import fold_code
from kernel.prices import PriceTier

_decode_values = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode
_decode_tiers = msgspec.json.Decoder(list[tuple[int, int]]).decode
_encode = msgspec.json.Encoder().encode

# The order in which ``sku_from_row`` reads: a SKU without the keys that it is looked up by.
SKU_COLUMNS = (
    skus.c.sku_id, skus.c.offer_id, skus.c.code, skus.c.attributes, skus.c.tiers, skus.c.weight_g, skus.c.barcode,
    skus.c.position, skus.c.on_sale, skus.c.retired, skus.c.stated_stock,
)  # fmt: skip
VIEW_COLUMNS = (*SKU_COLUMNS, stock.c.available, stock.c.reserved)
TERMS_COLUMNS = (
    offer_terms.c.moq_per_sku, offer_terms.c.mixed_batch, offer_terms.c.freight_template_id, offer_terms.c.digest,
)  # fmt: skip
_SELECT = sa.select(*VIEW_COLUMNS).join_from(skus, stock, skus.c.sku_id == stock.c.sku_id)
_BY_IDS = _SELECT.where(skus.c.sku_id.in_(IDS))
_TERMS = sa.select(*TERMS_COLUMNS, offer_terms.c.offer_id).where(offer_terms.c.offer_id.in_(IDS))
_REPLACE = (
    sa.update(skus)
    .where(skus.c.sku_id == sa.bindparam("key_id"))
    .values({column.name: sa.bindparam(column.name) for column in skus.c if column.name not in ("sku_id", "offer_id")})
)


class SqlSkus:
    """``SkuRows`` over an open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_offer(self, offer_id: str) -> Sequence[SkuView]:
        query = _SELECT.where(skus.c.offer_id == offer_id).order_by(skus.c.position, skus.c.sku_id)
        return [view_from_row(row) for row in self._connection.execute(query)]

    def bare_of_offers(self, offer_ids: Collection[str]) -> Mapping[str, Sequence[Sku]]:
        found: dict[str, list[Sku]] = {}
        for part in id_parts(offer_ids):
            query = sa.select(*SKU_COLUMNS).where(skus.c.offer_id.in_(part)).order_by(skus.c.position, skus.c.sku_id)
            for row in self._connection.execute(query):
                found.setdefault(row.offer_id, []).append(sku_from_row(row))
        return found

    def with_stated(self, offer_ids: Collection[str]) -> frozenset[str]:
        found: set[str] = set()
        for part in id_parts(offer_ids):
            at = skus.c
            query = sa.select(at.offer_id).where(
                at.offer_id.in_(part), at.sku_id != at.offer_id, at.retired.is_(sa.false())
            )
            found.update(self._connection.execute(query.distinct()).scalars())
        return frozenset(found)

    def of_offers(self, offer_ids: Collection[str]) -> Mapping[str, Sequence[SkuView]]:
        found: dict[str, list[SkuView]] = {}
        for part in id_parts(offer_ids):
            query = _SELECT.where(skus.c.offer_id.in_(part)).order_by(skus.c.position, skus.c.sku_id)
            for row in self._connection.execute(query):
                found.setdefault(row.offer_id, []).append(view_from_row(row))
        return found

    def by_ids(self, sku_ids: Collection[str]) -> Mapping[str, SkuView]:
        found = {}
        for part in id_parts(sku_ids):
            for row in self._connection.execute(_BY_IDS, {"ids": part}):
                found[row.sku_id] = view_from_row(row)
        return found

    def sold_by_code(self, asked: Collection[str], *, most: int) -> Mapping[str, CodeMatches]:
        return sold_by_code(self._connection, asked, most=most)

    def add_defaults(self, fresh: Sequence[DefaultSku]) -> None:
        insert_rows(self._connection, skus, [_default(sku) for sku in fresh])
        insert_rows(self._connection, stock, [_stock(sku.offer_id, sku.offer_id, sku.stock) for sku in fresh])

    def restate_defaults(self, stated: Mapping[str, int | None]) -> Mapping[str, int | None]:
        differing: dict[str, int | None] = {}
        for part in id_parts(stated):
            query = sa.select(skus.c.sku_id, skus.c.stated_stock).where(
                skus.c.sku_id.in_(part), skus.c.offer_id == skus.c.sku_id, skus.c.retired.is_(sa.false())
            )
            for sku_id, before in self._connection.execute(query):
                if stated[sku_id] != before:
                    differing[sku_id] = stated[sku_id]
        if differing:
            self._connection.execute(
                sa.update(skus).where(skus.c.sku_id == sa.bindparam("key_id")).values(stated_stock=sa.bindparam("now")),
                [{"key_id": sku_id, "now": count} for sku_id, count in sorted(differing.items())],
            )
        return differing

    def add(self, fresh: Sequence[Sku]) -> None:
        insert_rows(self._connection, skus, [_row(sku) for sku in fresh])
        insert_rows(self._connection, stock, [_stock(sku.sku_id, sku.offer_id, sku.stated_stock) for sku in fresh])

    def replace(self, changed: Sequence[Sku]) -> None:
        if not changed:
            return
        values = [_row(sku) for sku in changed]
        for row in values:
            row["key_id"] = row.pop("sku_id")
            del row["offer_id"]
        self._connection.execute(_REPLACE, values)

    def terms(self, offer_ids: Collection[str]) -> Mapping[str, OfferTerms]:
        found = {}
        for part in id_parts(offer_ids):
            for row in self._connection.execute(_TERMS, {"ids": part}):
                found[row.offer_id] = terms_from_row(row[:4])
        return found

    def add_terms(self, stated: Mapping[str, OfferTerms]) -> None:
        fresh = [{"offer_id": offer_id, **_terms(terms)} for offer_id, terms in stated.items()]
        insert_rows(self._connection, offer_terms, fresh)

    def save_terms(self, offer_id: str, terms: OfferTerms) -> None:
        values = _terms(terms)
        known = self._connection.execute(
            sa.update(offer_terms).where(offer_terms.c.offer_id == offer_id).values(values)
        )
        if known.rowcount == 0:
            self._connection.execute(sa.insert(offer_terms).values(offer_id=offer_id, **values))


def encode_tiers(tiers: Sequence[PriceTier]) -> str:
    return _encode([(tier.min_quantity, tier.unit_price_fen) for tier in tiers]).decode() if tiers else "[]"


def decode_tiers(text: str) -> tuple[PriceTier, ...]:
    if text == "[]":
        return ()
    return tuple(PriceTier(min_quantity=step, unit_price_fen=fen) for step, fen in _decode_tiers(text))


def sku_from_row(row: Any) -> Sku:
    """The SKU of a row that begins with ``SKU_COLUMNS``."""
    sku_id, offer_id, code, attributes, tiers, weight_g, barcode, position, on_sale, retired, stated_stock = row[:11]
    return Sku(
        sku_id=sku_id,
        offer_id=offer_id,
        code=code,
        values=_decode_values(attributes),
        tiers=decode_tiers(tiers),
        weight_g=weight_g,
        barcode=barcode,
        position=position,
        on_sale=bool(on_sale),
        retired=bool(retired),
        stated_stock=stated_stock,
    )


def view_from_row(row: Any) -> SkuView:
    """Of a row that begins with ``VIEW_COLUMNS``."""
    available, reserved = row[11:13]
    return SkuView(sku=sku_from_row(row), available=available, reserved=reserved)


def terms_from_row(row: Any) -> OfferTerms:
    """Of a row of ``TERMS_COLUMNS``."""
    moq_per_sku, mixed_batch, freight_template_id, digest = row
    return OfferTerms(
        moq_per_sku=bool(moq_per_sku),
        mixed_batch=bool(mixed_batch),
        freight_template_id=freight_template_id,
        digest=digest,
    )


def _row(sku: Sku) -> dict[str, Any]:
    return {
        "sku_id": sku.sku_id,
        "offer_id": sku.offer_id,
        "code": sku.code,
        "attributes": _encode(sku.values).decode(),
        "tiers": encode_tiers(sku.tiers),
        "weight_g": sku.weight_g,
        "barcode": sku.barcode,
        "position": sku.position,
        "on_sale": sku.on_sale,
        "retired": sku.retired,
        "stated_stock": sku.stated_stock,
        **_keys(sku.code, sku.barcode),
    }


def _terms(terms: OfferTerms) -> dict[str, Any]:
    return {
        "moq_per_sku": terms.moq_per_sku,
        "mixed_batch": terms.mixed_batch,
        "freight_template_id": terms.freight_template_id,
        "digest": terms.digest,
    }


def _default(sku: DefaultSku) -> dict[str, Any]:
    return {
        "sku_id": sku.offer_id,
        "offer_id": sku.offer_id,
        "code": sku.code,
        "attributes": "[]",
        "tiers": "[]",
        "weight_g": 0,
        "barcode": sku.barcode,
        "position": 0,
        "on_sale": True,
        "retired": False,
        "stated_stock": sku.stock,
        **_keys(sku.code, sku.barcode),
    }


def _keys(code: str, barcode: str) -> dict[str, str]:
    """What the two are found by, in the statement that writes them."""
    return {"code_key": fold_code(code) if code else "", "barcode_key": fold_code(barcode) if barcode else ""}


def _stock(sku_id: str, offer_id: str, available: int | None) -> dict[str, Any]:
    return {"sku_id": sku_id, "offer_id": offer_id, "available": available, "reserved": 0, "moved": False}
