"""Between rows and values. Hot on rebuilds and imports: no ORM, columns by position, JSON through msgspec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql.tables import offers, suppliers
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.suppliers.profile import StoredSupplier
from kernel.codes import fold_code
from kernel.offers import NO_ATTRIBUTES, Offer, Supplier
from kernel.prices import PriceTier

_decode_tiers = msgspec.json.Decoder(list[tuple[int, int]]).decode
_decode_attributes = msgspec.json.Decoder(dict[str, tuple[str, ...]]).decode
_decode_pictures = msgspec.json.Decoder(tuple[str, ...]).decode
_encode = msgspec.json.Encoder().encode

# The order in which ``offer_from_row`` reads.
OFFER_COLUMNS: tuple[sa.Column[Any], ...] = (
    offers.c.offer_id, offers.c.version, offers.c.title, offers.c.supplier_id, offers.c.category_id, offers.c.tiers,
    offers.c.moq, offers.c.pack_multiple, offers.c.units_per_pack, offers.c.pack_unit, offers.c.unit, offers.c.stock,
    offers.c.attributes, offers.c.brand, offers.c.item_code, offers.c.barcode, offers.c.description, offers.c.origin,
    offers.c.dropship, offers.c.dropship_price_fen, offers.c.sample_price_fen, offers.c.customisation, offers.c.invoice,
    offers.c.freight_free, offers.c.dispatch_hours, offers.c.picture, offers.c.more_pictures, offers.c.sold_count,
    offers.c.published_at,
)  # fmt: skip
STATE_COLUMNS: tuple[sa.Column[Any], ...] = (
    offers.c.state, offers.c.content_hash, offers.c.changed_at, offers.c.takedown_reason,
)  # fmt: skip
SUPPLIER_COLUMNS: tuple[sa.Column[Any], ...] = (
    suppliers.c.supplier_id, suppliers.c.version, suppliers.c.name, suppliers.c.province, suppliers.c.city,
    suppliers.c.joined_year, suppliers.c.verified, suppliers.c.factory, suppliers.c.credit_score,
    suppliers.c.credit_level, suppliers.c.repeat_buyer_rate, suppliers.c.changed_at,
)  # fmt: skip


def encode_json(value: object) -> str:
    return _encode(value).decode()


def pictures_from_text(more_pictures: str) -> tuple[str, ...]:
    return () if more_pictures == "[]" else _decode_pictures(more_pictures)


def offer_from_row(row: Any) -> Offer:
    """The offer of a row that begins with ``OFFER_COLUMNS``; numbers of a driver that has no booleans become them."""
    (
        offer_id, version, title, supplier_id, category_id, tiers, moq, pack_multiple, units_per_pack, pack_unit, unit,
        stock, attributes, brand, item_code, barcode, description, origin, dropship, dropship_price_fen,
        sample_price_fen, customisation, invoice, freight_free, dispatch_hours, picture, more_pictures, sold_count,
        published_at,
    ) = row[:29]  # fmt: skip
    return Offer(
        offer_id=offer_id,
        title=title,
        supplier_id=supplier_id,
        version=version,
        category_id=category_id,
        tiers=()
        if tiers == "[]"
        else tuple([PriceTier(min_quantity=step, unit_price_fen=fen) for step, fen in _decode_tiers(tiers)]),
        moq=moq,
        pack_multiple=pack_multiple,
        units_per_pack=units_per_pack,
        pack_unit=pack_unit,
        unit=unit,
        stock=stock,
        attributes=NO_ATTRIBUTES if attributes == "{}" else _decode_attributes(attributes),
        brand=brand,
        item_code=item_code,
        barcode=barcode,
        description=description,
        origin=origin,
        dropship=bool(dropship),
        dropship_price_fen=dropship_price_fen,
        sample_price_fen=sample_price_fen,
        customisation=bool(customisation),
        invoice=bool(invoice),
        freight_free=bool(freight_free),
        dispatch_hours=dispatch_hours,
        picture=picture,
        more_pictures=pictures_from_text(more_pictures),
        sold_count=sold_count,
        published_at=published_at,
    )


def stored_offer_from_row(row: Any) -> StoredOffer:
    """Of a row of ``OFFER_COLUMNS`` then ``STATE_COLUMNS``."""
    state, digest, changed_at, reason = row[29:33]
    return StoredOffer(
        offer=offer_from_row(row),
        state=OfferState(state),
        content_hash=digest,
        changed_at=changed_at,
        takedown_reason=reason,
    )


def row_from_offer(stored: StoredOffer) -> dict[str, Any]:
    offer = stored.offer
    return {
        "offer_id": offer.offer_id,
        "version": offer.version,
        "state": str(stored.state),
        "content_hash": stored.content_hash,
        "takedown_reason": stored.takedown_reason,
        "changed_at": stored.changed_at,
        "title": offer.title,
        "supplier_id": offer.supplier_id,
        "category_id": offer.category_id,
        "tiers": encode_json([(tier.min_quantity, tier.unit_price_fen) for tier in offer.tiers])
        if offer.tiers
        else "[]",
        "moq": offer.moq,
        "pack_multiple": offer.pack_multiple,
        "units_per_pack": offer.units_per_pack,
        "pack_unit": offer.pack_unit,
        "unit": offer.unit,
        "stock": offer.stock,
        "attributes": encode_json(offer.attributes) if offer.attributes else "{}",
        "brand": offer.brand,
        "item_code": offer.item_code,
        "barcode": offer.barcode,
        "description": offer.description,
        "origin": offer.origin,
        "dropship": offer.dropship,
        "dropship_price_fen": offer.dropship_price_fen,
        "sample_price_fen": offer.sample_price_fen,
        "customisation": offer.customisation,
        "invoice": offer.invoice,
        "freight_free": offer.freight_free,
        "dispatch_hours": offer.dispatch_hours,
        "picture": offer.picture,
        "more_pictures": encode_json(offer.more_pictures) if offer.more_pictures else "[]",
        "sold_count": offer.sold_count,
        "published_at": offer.published_at,
        "item_code_key": fold_code(offer.item_code) if offer.item_code else "",
        "barcode_key": fold_code(offer.barcode) if offer.barcode else "",
    }


def supplier_from_row(row: Any) -> Supplier:
    """Of a row of ``SUPPLIER_COLUMNS``."""
    return Supplier(
        supplier_id=row[0],
        version=row[1],
        name=row[2],
        province=row[3],
        city=row[4],
        joined_year=row[5],
        verified=bool(row[6]),
        factory=bool(row[7]),
        credit_score=row[8],
        credit_level=row[9],
        repeat_buyer_rate=row[10],
    )


def stored_supplier_from_row(row: Any) -> StoredSupplier:
    return StoredSupplier(supplier=supplier_from_row(row), changed_at=row[11])


def row_from_supplier(stored: StoredSupplier) -> Mapping[str, Any]:
    supplier = stored.supplier
    return {
        "supplier_id": supplier.supplier_id,
        "version": supplier.version,
        "name": supplier.name,
        "province": supplier.province,
        "city": supplier.city,
        "joined_year": supplier.joined_year,
        "verified": supplier.verified,
        "factory": supplier.factory,
        "credit_score": supplier.credit_score,
        "credit_level": supplier.credit_level,
        "repeat_buyer_rate": supplier.repeat_buyer_rate,
        "changed_at": stored.changed_at,
    }
