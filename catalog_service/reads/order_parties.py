"""The parties of orders: one statement for a page of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.tables import companies, company_keys, members, orders, suppliers
from catalog_service.domain.companies.company import Invoice
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.parties import NOBODY, OrderParties, may_see_invoice
from catalog_service.domain.orders.values import KEY_ACTOR, Order

_decode_invoice = msgspec.json.Decoder(Invoice).decode
_KEY_ID = sa.func.substr(orders.c.placed_by, len(KEY_ACTOR) + 1)
_PARTIES = (
    sa.select(
        orders.c.order_id,
        companies.c.name.label("buyer"),
        companies.c.invoice,
        suppliers.c.name.label("supplier"),
        sa.func.coalesce(members.c.name, company_keys.c.name).label("placed_by"),
    )
    .select_from(orders)
    .outerjoin(companies, companies.c.company_id == orders.c.buyer_company_id)
    .outerjoin(suppliers, suppliers.c.supplier_id == orders.c.supplier_id)
    .outerjoin(members, members.c.member_id == orders.c.placed_by)
    .outerjoin(
        company_keys, sa.and_(company_keys.c.key_id == _KEY_ID, orders.c.placed_by.startswith(KEY_ACTOR))
    )
)  # fmt: skip


class PartyReads:
    """Of whoever may see the order: that is for the caller to know."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, order: Order, side: Actor) -> OrderParties:
        return self.of_many([order], side).get(order.order_id, NOBODY)

    @read_again
    def of_many(self, found: Collection[Order], side: Actor) -> Mapping[str, OrderParties]:
        """By the order's id. ``found``: a page or a batch of an export, which bounds the statement."""
        by_id = {order.order_id: order for order in found}
        if not by_id:
            return {}
        with read_transaction(self._engine) as connection:
            rows = connection.execute(_PARTIES.where(orders.c.order_id.in_(list(by_id)))).mappings().all()
        return {row["order_id"]: _parties(row, by_id[row["order_id"]], side) for row in rows}


def _parties(row: sa.RowMapping, order: Order, side: Actor) -> OrderParties:
    told = row["invoice"] and may_see_invoice(side, order.state)
    return OrderParties(
        buyer=row["buyer"] or "",
        supplier=row["supplier"] or "",
        placed_by=(row["placed_by"] or "") if side is Actor.BUYER else "",
        invoice=_decode_invoice(row["invoice"]) if told else None,
    )
