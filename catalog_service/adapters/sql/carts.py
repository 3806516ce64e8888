"""Carts over SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from catalog_service.adapters.sql.ids import id_parts
from catalog_service.adapters.sql.inserts import insert_rows
from catalog_service.adapters.sql.tables import cart_lines
from catalog_service.domain.carts.values import CartLine

_L = cart_lines.c


class SqlCarts:
    """``CartRows`` over an open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def lines(self, owner: str) -> Sequence[CartLine]:
        query = sa.select(_L.sku_id, _L.supplier_id, _L.quantity, _L.saved).where(_L.owner == owner)
        return [
            CartLine(sku_id=row.sku_id, supplier_id=row.supplier_id, quantity=row.quantity, saved=bool(row.saved))
            for row in self._connection.execute(query.order_by(_L.supplier_id, _L.sku_id))
        ]

    def put(self, owner: str, lines: Sequence[CartLine], *, at: int) -> None:
        self.remove(owner, {line.sku_id for line in lines})
        insert_rows(
            self._connection,
            cart_lines,
            [
                {
                    "owner": owner, "sku_id": line.sku_id, "supplier_id": line.supplier_id, "quantity": line.quantity,
                    "saved": line.saved, "changed_at": at,
                }
                for line in lines
            ],
        )  # fmt: skip

    def forget_visitors(self, *, before: int) -> int:
        old = sa.delete(cart_lines).where(_L.changed_at < before, _L.owner.startswith("t:", autoescape=True))
        return self._connection.execute(old).rowcount

    def remove(self, owner: str, sku_ids: Collection[str]) -> int:
        gone = 0
        for part in id_parts(sku_ids):
            gone += self._connection.execute(
                sa.delete(cart_lines).where(_L.owner == owner, _L.sku_id.in_(part))
            ).rowcount
        return gone
