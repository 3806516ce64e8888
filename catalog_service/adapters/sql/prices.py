"""Groups, private ladders, freight and a supplier's terms over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql import rows
from catalog_service.adapters.sql.ids import IDS, id_parts
from catalog_service.adapters.sql.inserts import insert_rows
from catalog_service.adapters.sql.moves import refuse_overtaken
from catalog_service.adapters.sql.skus import (
    TERMS_COLUMNS,
    VIEW_COLUMNS,
    decode_tiers,
    encode_tiers,
    terms_from_row,
    view_from_row,
)
from catalog_service.adapters.sql.tables import (
    buyer_group_members,
    buyer_groups,
    freight_templates,
    offer_terms,
    offers,
    private_prices,
    skus,
    stock,
    supplier_terms,
    suppliers,
)
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.prices.terms import BuyerGroup, Discount, FreightTemplate, FreightZone, SupplierTerms
from catalog_service.domain.skus.values import NO_TERMS
from catalog_service.ports.price_rows import Goods
from kernel.prices import PriceTier

_decode_zones = msgspec.json.Decoder(tuple[FreightZone, ...]).decode
_decode_discounts = msgspec.json.Decoder(tuple[tuple[int, int], ...]).decode
_OFFERS = sa.select(*rows.OFFER_COLUMNS, *rows.STATE_COLUMNS).where(offers.c.offer_id.in_(IDS))
_GOODS = (
    sa.select(*VIEW_COLUMNS, *rows.OFFER_COLUMNS, *rows.STATE_COLUMNS, *TERMS_COLUMNS)
    .select_from(
        skus.join(stock, stock.c.sku_id == skus.c.sku_id)
        .join(offers, offers.c.offer_id == skus.c.offer_id)
        .outerjoin(offer_terms, offer_terms.c.offer_id == skus.c.offer_id)
    )
    .where(skus.c.sku_id.in_(IDS))
)
_OFFER_AT, _TERMS_AT = len(VIEW_COLUMNS), -len(TERMS_COLUMNS)
_TRADING = (
    sa.select(*supplier_terms.c, *buyer_groups.c)
    .select_from(
        suppliers.outerjoin(supplier_terms, supplier_terms.c.supplier_id == suppliers.c.supplier_id)
        .outerjoin(
            buyer_group_members,
            sa.and_(
                buyer_group_members.c.supplier_id == suppliers.c.supplier_id,
                buyer_group_members.c.company_id == sa.bindparam("company"),
            ),
        )
        .outerjoin(buyer_groups, buyer_groups.c.group_id == buyer_group_members.c.group_id)
    )
    .where(suppliers.c.supplier_id == sa.bindparam("supplier"))
)
_TERMS_OF = sa.select(supplier_terms).where(supplier_terms.c.supplier_id == sa.bindparam("supplier"))
_GROUP_OF = (
    sa.select(buyer_groups)
    .join_from(buyer_groups, buyer_group_members, buyer_group_members.c.group_id == buyer_groups.c.group_id)
    .where(
        buyer_group_members.c.supplier_id == sa.bindparam("supplier"),
        buyer_group_members.c.company_id == sa.bindparam("company"),
    )
)
_PRIVATE_PRICES = sa.select(private_prices.c.target_id, private_prices.c.tiers).where(
    private_prices.c.group_id == sa.bindparam("group")
)
_PRIVATE_PRICES_OF = _PRIVATE_PRICES.where(private_prices.c.target_id.in_(IDS))
_FREIGHT = sa.select(freight_templates).where(freight_templates.c.template_id.in_(IDS))


class SqlPrices:
    """``PriceRows`` over an open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def goods(self, sku_ids: Collection[str]) -> Mapping[str, Goods]:
        found: dict[str, Goods] = {}
        stored: dict[str, StoredOffer] = {}  # an offer's SKUs all have its row
        for part in id_parts(sku_ids):
            for row in self._connection.execute(_GOODS, {"ids": part}):
                offer_id = row[_OFFER_AT]
                if offer_id not in stored:
                    stored[offer_id] = rows.stored_offer_from_row(row[_OFFER_AT:])
                terms = row[_TERMS_AT:]
                found[row[0]] = Goods(
                    view=view_from_row(row),
                    offer=stored[offer_id],
                    terms=NO_TERMS if terms[0] is None else terms_from_row(terms),
                )
        return found

    def trading(self, *, supplier_id: str, company_id: str) -> tuple[SupplierTerms, BuyerGroup | None]:
        row = self._connection.execute(_TRADING, {"supplier": supplier_id, "company": company_id}).first()
        if row is None:
            return SupplierTerms(supplier_id=supplier_id), None
        terms, group = row[: len(supplier_terms.c)], row[len(supplier_terms.c) :]
        return (
            SupplierTerms(supplier_id=supplier_id) if terms[0] is None else _supplier_terms(terms),
            None if group[0] is None else _group(group),
        )

    def offers(self, offer_ids: Collection[str]) -> Mapping[str, StoredOffer]:
        found = {}
        for part in id_parts(offer_ids):
            for row in self._connection.execute(_OFFERS, {"ids": part}):
                found[row[0]] = rows.stored_offer_from_row(row)
        return found

    def supplier_terms(self, supplier_id: str) -> SupplierTerms:
        row = self._connection.execute(_TERMS_OF, {"supplier": supplier_id}).first()
        if row is None:
            return SupplierTerms(supplier_id=supplier_id)
        return _supplier_terms(row)

    def save_supplier_terms(self, terms: SupplierTerms, *, at: int) -> None:
        values = {
            "mixed_pieces_min": terms.mixed_pieces_min,
            "mixed_fen_min": terms.mixed_fen_min,
            "discounts": rows.encode_json([(step.from_fen, step.off_fen) for step in terms.discounts]),
            "changed_at": at,
            "freight_template_id": terms.freight_template_id,
        }
        self._save(supplier_terms, terms.supplier_id, terms.version, values, {})

    def group_of(self, *, supplier_id: str, company_id: str) -> BuyerGroup | None:
        row = self._connection.execute(_GROUP_OF, {"supplier": supplier_id, "company": company_id}).first()
        return None if row is None else _group(row)

    def groups_of(self, company_id: str) -> Mapping[str, BuyerGroup]:
        query = (
            sa.select(buyer_groups)
            .join_from(buyer_groups, buyer_group_members, buyer_group_members.c.group_id == buyer_groups.c.group_id)
            .where(buyer_group_members.c.company_id == company_id)
        )
        return {row.supplier_id: _group(row) for row in self._connection.execute(query)}

    def group(self, group_id: str) -> BuyerGroup | None:
        row = self._connection.execute(sa.select(buyer_groups).where(buyer_groups.c.group_id == group_id)).first()
        return None if row is None else _group(row)

    def groups(self, supplier_id: str) -> Sequence[BuyerGroup]:
        query = (
            sa.select(buyer_groups).where(buyer_groups.c.supplier_id == supplier_id).order_by(buyer_groups.c.group_id)
        )
        return [_group(row) for row in self._connection.execute(query)]

    def save_group(self, group: BuyerGroup, *, at: int) -> None:
        values = {"name": group.name, "rate_bp": group.rate_bp, "changed_at": at}
        self._save(buyer_groups, group.group_id, group.version, values, {"supplier_id": group.supplier_id})

    def drop_group(self, group: BuyerGroup) -> None:
        for table in (buyer_group_members, private_prices):
            self._connection.execute(sa.delete(table).where(table.c.group_id == group.group_id))
        self._drop(buyer_groups, group.group_id, group.version)

    def members(self, group_id: str) -> Sequence[str]:
        member = buyer_group_members.c
        query = sa.select(member.company_id).where(member.group_id == group_id).order_by(member.company_id)
        return list(self._connection.execute(query).scalars())

    def groups_of_companies(self, *, supplier_id: str, company_ids: Collection[str]) -> Mapping[str, str]:
        member, found = buyer_group_members.c, {}
        for part in id_parts(company_ids):
            query = sa.select(member.company_id, member.group_id).where(
                member.supplier_id == supplier_id, member.company_id.in_(part)
            )
            found.update({row.company_id: row.group_id for row in self._connection.execute(query)})
        return found

    def set_members(self, group: BuyerGroup, company_ids: Collection[str]) -> None:
        member, wanted, known = buyer_group_members.c, set(company_ids), set(self.members(group.group_id))
        for part in id_parts(known - wanted):
            self._connection.execute(
                sa.delete(buyer_group_members).where(member.group_id == group.group_id, member.company_id.in_(part))
            )
        fresh = [
            {"supplier_id": group.supplier_id, "company_id": company_id, "group_id": group.group_id}
            for company_id in sorted(wanted - known)
        ]
        insert_rows(self._connection, buyer_group_members, fresh)

    def private_prices(
        self, group_id: str, target_ids: Collection[str] | None = None
    ) -> Mapping[str, tuple[PriceTier, ...]]:
        if target_ids is None:
            every = self._connection.execute(_PRIVATE_PRICES, {"group": group_id})
            return {row.target_id: decode_tiers(row.tiers) for row in every}
        found = {}
        for part in id_parts(target_ids):
            for row in self._connection.execute(_PRIVATE_PRICES_OF, {"group": group_id, "ids": part}):
                found[row.target_id] = decode_tiers(row.tiers)
        return found

    def private_prices_of(
        self, group_ids: Collection[str], target_ids: Collection[str]
    ) -> Mapping[str, Mapping[str, tuple[PriceTier, ...]]]:
        column = private_prices.c
        found: dict[str, dict[str, tuple[PriceTier, ...]]] = {}
        query = sa.select(column.group_id, column.target_id, column.tiers)
        for groups in id_parts(group_ids):
            for part in id_parts(target_ids):
                matching = query.where(column.group_id.in_(groups), column.target_id.in_(part))
                for row in self._connection.execute(matching):
                    found.setdefault(row.group_id, {})[row.target_id] = decode_tiers(row.tiers)
        return found

    def set_private_price(self, group_id: str, target_id: str, tiers: Sequence[PriceTier]) -> None:
        column = private_prices.c
        self._connection.execute(
            sa.delete(private_prices).where(column.group_id == group_id, column.target_id == target_id)
        )
        if tiers:
            row = {"group_id": group_id, "target_id": target_id, "tiers": encode_tiers(tiers)}
            self._connection.execute(sa.insert(private_prices).values(row))

    def freight(self, template_ids: Collection[str]) -> Mapping[str, FreightTemplate]:
        found = {}
        for part in id_parts(template_ids):
            for row in self._connection.execute(_FREIGHT, {"ids": part}):
                found[row.template_id] = _template(row)
        return found

    def freight_of(self, supplier_id: str) -> Sequence[FreightTemplate]:
        column = freight_templates.c
        query = sa.select(freight_templates).where(column.supplier_id == supplier_id).order_by(column.template_id)
        return [_template(row) for row in self._connection.execute(query)]

    def save_freight(self, template: FreightTemplate, *, at: int) -> None:
        values = {"name": template.name, "zones": rows.encode_json(template.zones), "changed_at": at}
        self._save(
            freight_templates, template.template_id, template.version, values, {"supplier_id": template.supplier_id}
        )

    def drop_freight(self, template: FreightTemplate) -> None:
        self._drop(freight_templates, template.template_id, template.version)

    def offers_with_freight(self, template_id: str) -> int:
        query = (
            sa.select(sa.func.count()).select_from(offer_terms).where(offer_terms.c.freight_template_id == template_id)
        )
        return int(self._connection.execute(query).scalar_one())

    def _save(
        self, table: sa.Table, row_id: str, version: int, values: dict[str, Any], fixed: Mapping[str, Any]
    ) -> None:
        (key,) = table.primary_key.columns
        if version == 1:
            self._connection.execute(sa.insert(table).values({key.name: row_id, "version": 1, **values, **fixed}))
            return
        moved = self._connection.execute(
            sa.update(table).where(key == row_id, table.c.version == version - 1).values(version=version, **values)
        )
        refuse_overtaken(moved.rowcount)

    def _drop(self, table: sa.Table, row_id: str, version: int) -> None:
        (key,) = table.primary_key.columns
        gone = self._connection.execute(sa.delete(table).where(key == row_id, table.c.version == version))
        refuse_overtaken(gone.rowcount)


def _supplier_terms(row: Any) -> SupplierTerms:
    supplier_id, version, mixed_pieces_min, mixed_fen_min, discounts, _, freight_template_id = row[:7]
    return SupplierTerms(
        supplier_id=supplier_id,
        mixed_pieces_min=mixed_pieces_min,
        mixed_fen_min=mixed_fen_min,
        discounts=tuple(Discount(from_fen=start, off_fen=off) for start, off in _decode_discounts(discounts)),
        freight_template_id=freight_template_id,
        version=version,
    )


def _group(row: Any) -> BuyerGroup:
    group_id, supplier_id, version, name, rate_bp = row[:5]
    return BuyerGroup(group_id=group_id, supplier_id=supplier_id, name=name, rate_bp=rate_bp, version=version)


def _template(row: Any) -> FreightTemplate:
    return FreightTemplate(
        template_id=row.template_id,
        supplier_id=row.supplier_id,
        name=row.name,
        zones=_decode_zones(row.zones),
        version=row.version,
    )
