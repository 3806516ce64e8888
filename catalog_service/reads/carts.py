"""A cart as its owner sees it: by supplier, priced as an order would be now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.domain.carts.values import CartLine
from catalog_service.domain.prices.advice import Advice
from catalog_service.domain.prices.basket import Problem, Purpose
from catalog_service.domain.prices.line import Priced
from catalog_service.domain.prices.values import Wanted
from catalog_service.use_cases.prices.price_order import PriceOrder
from kernel.offers import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPart:
    """One supplier's part. ``priced`` None: all of it is saved for later. ``advice``: what a little more would bring to
    a wholesale order."""

    supplier_id: str
    supplier_name: str
    lines: Sequence[CartLine]
    priced: Priced | None
    advice: Sequence[Advice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CartGoods:
    """What a line of a cart is about, whether it can be ordered or not."""

    offer: Offer
    sku_name: str


class CartReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def parts(
        self,
        owner: str,
        *,
        company_id: str,
        region: str,
        suppliers: Sequence[str] = (),
        snapshots: Mapping[str, str] | None = None,
        purpose: Purpose = Purpose.WHOLESALE,
    ) -> Sequence[CartPart]:
        """By supplier (all, or these). ``snapshots``: by supplier the one that was shown before; where it is another
        now, ``price_changed`` is among the problems."""
        with read_transaction(self._engine) as connection:
            transaction = SqlRecordTransaction(connection)
            lines = [line for line in transaction.carts.lines(owner) if not suppliers or line.supplier_id in suppliers]
            known = transaction.suppliers({line.supplier_id for line in lines})
            parts = []
            for supplier_id, group in groupby(lines, key=lambda line: line.supplier_id):
                mine = list(group)
                wanted = [Wanted(sku_id=line.sku_id, quantity=line.quantity) for line in mine if not line.saved]
                priced: Priced | None = None
                advice: Sequence[Advice] = ()
                asked = {"buyer_company_id": company_id, "supplier_id": supplier_id, "region": region}
                if wanted and purpose is Purpose.WHOLESALE:
                    priced, advice = PriceOrder().consider(transaction, wanted=wanted, **asked)
                elif wanted:
                    priced = PriceOrder().quote(transaction, wanted=wanted, purpose=purpose, **asked)
                if priced is not None:
                    priced = _compared(priced, (snapshots or {}).get(supplier_id))
                name = known[supplier_id].supplier.name if supplier_id in known else ""
                parts.append(
                    CartPart(supplier_id=supplier_id, supplier_name=name, lines=mine, priced=priced, advice=advice)
                )
        return parts

    @read_again
    def goods(self, sku_ids: Collection[str]) -> Mapping[str, CartGoods]:
        """By SKU; those that are no more are left out."""
        with read_transaction(self._engine) as connection:
            transaction = SqlRecordTransaction(connection)
            views = transaction.skus.by_ids(sku_ids)
            offers = transaction.prices.offers({view.sku.offer_id for view in views.values()})
        return {
            sku_id: CartGoods(offer=offers[view.sku.offer_id].offer, sku_name=view.sku.name)
            for sku_id, view in views.items()
            if view.sku.offer_id in offers
        }

    @read_again
    def lines(self, owner: str) -> Sequence[CartLine]:
        """What lies there, unpriced."""
        with read_transaction(self._engine) as connection:
            return SqlRecordTransaction(connection).carts.lines(owner)

    def count(self, owner: str) -> int:
        """How many SKUs lie there to be ordered."""
        return sum(not line.saved for line in self.lines(owner))


def _compared(priced: Priced, snapshot: str | None) -> Priced:
    if snapshot is None or snapshot == priced.order.snapshot:
        return priced
    changed = Problem(
        code="price_changed", message="价格或商品已变动，请核对后再下单", facts={"snapshot": priced.order.snapshot}
    )
    return replace(priced, problems=(*priced.problems, changed))
