"""Open refunds of all suppliers as the market's people look through them, with the rulings that wait for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.ids import IDS
from catalog_service.adapters.sql.orders import refund_from_row, ruling_from_row
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import companies, orders, refunds, rulings, suppliers
from catalog_service.adapters.sql.tables.base import among
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.numbers import refuse_mistyped
from catalog_service.domain.orders.refund_states import OPEN, RefundState
from catalog_service.domain.orders.rulings import Outcome, Ruling, RulingState
from catalog_service.domain.orders.values import Refund
from catalog_service.reads.orders import OrderView, named, view_of
from catalog_service.use_cases.orders.desk import not_found, require_order

_NAMES = sa.select(companies.c.company_id, companies.c.name).where(companies.c.company_id.in_(IDS))
_OPEN = sa.text(among("refunds.state", OPEN))  # as the index says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """``buyer`` and ``seller``: names; ``number`` is the order's. ``ruling`` counts now: the order has not moved since.
    ``alone_fen``: what the reader has decided alone of this order before."""

    refund: Refund
    number: str
    buyer: str
    seller: str
    order_version: int
    alone_fen: int
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An order before the market's people. ``seller``: empty where no company has claimed the supplier. ``ruling`` and
    ``alone_fen`` as in ``Dispute``; the ruling of a refund or of the order's end."""

    view: OrderView
    buyer: str
    seller: str
    alone_fen: int
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedEnd:
    """An order's end that waits for another operator; ``number`` is the order's."""

    ruling: Ruling
    number: str


class DisputeReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def find(self, number: str) -> str:
        """The id of the order with this number or id; ``OrderNotFound``, ``OrderNumberMistyped``."""
        with read_transaction(self._engine) as connection:
            order_id = connection.execute(sa.select(orders.c.order_id).where(named(number))).scalar_one_or_none()
        if order_id is None:
            refuse_mistyped(number)
            raise not_found("number")
        return str(order_id)

    @read_again
    def proposed_ends(self, *, limit: int) -> Sequence[ProposedEnd]:
        """Ends of orders that wait for another operator and count now, the oldest first."""
        query = (
            sa.select(rulings, orders.c.number)
            .join(orders, (orders.c.order_id == rulings.c.order_id) & (orders.c.version == rulings.c.order_version))
            .where(rulings.c.state == str(RulingState.PROPOSED), rulings.c.outcome == str(Outcome.TERMINATE))
            .order_by(rulings.c.created_at, rulings.c.ruling_id)
            .limit(limit)
        )
        with read_transaction(self._engine) as connection:
            return [
                ProposedEnd(
                    ruling=ruling_from_row({name: row[name] for name in row if name != "number"}), number=row["number"]
                )
                for row in connection.execute(query).mappings()
            ]

    @read_again
    def case(self, order_id: str, *, by: str) -> Case:
        """Raises ``OrderNotFound``."""
        with read_transaction(self._engine) as connection:
            rows = SqlRecordTransaction(connection)
            order = require_order(rows, order_id)
            ids = [order.buyer_company_id, order.supplier_company_id]
            names = {row.company_id: row.name for row in connection.execute(_NAMES, {"ids": ids})}
            ruling = rows.orders.proposed_ruling(order_id)
            return Case(
                view=view_of(rows, order, Actor.STAFF), buyer=names.get(order.buyer_company_id, ""),
                seller=names.get(order.supplier_company_id, ""),
                alone_fen=rows.orders.decided_alone_fen([order_id], by=by).get(order_id, 0),
                ruling=ruling if ruling and ruling.order_version == order.version else None,
            )  # fmt: skip

    @read_again
    def page(self, *, by: str, refused: bool, after: tuple[int, str] | None, limit: int) -> Sequence[Dispute]:
        """The oldest first, beyond ``after`` (when it was opened, its id). ``refused``: those alone over which the
        seller said no, or of which the market's people have proposed a ruling."""
        buyer, seller = companies.alias("buyer"), companies.alias("seller")
        waits = sa.exists().where(rulings.c.order_id == orders.c.order_id, rulings.c.state == str(RulingState.PROPOSED))
        query = (
            sa.select(
                refunds, orders.c.number, orders.c.version.label("order_version"), buyer.c.name.label("buyer"),
                sa.func.coalesce(seller.c.name, suppliers.c.name, orders.c.supplier_id).label("seller"),
            )
            .join(orders, orders.c.order_id == refunds.c.order_id)
            .join(buyer, buyer.c.company_id == orders.c.buyer_company_id)
            .outerjoin(seller, seller.c.company_id == orders.c.supplier_company_id)
            .outerjoin(suppliers, suppliers.c.supplier_id == orders.c.supplier_id)
            .where(_OPEN)
            .order_by(refunds.c.opened_at, refunds.c.refund_id)
            .limit(limit)
        )  # fmt: skip
        if refused:
            query = query.where((refunds.c.state == str(RefundState.WAIT_BUYER_MODIFY)) | waits)
        if after is not None:
            query = query.where(sa.tuple_(refunds.c.opened_at, refunds.c.refund_id) > sa.tuple_(*after))
        with read_transaction(self._engine) as connection:
            found = connection.execute(query).mappings().all()
            ids = [row["order_id"] for row in found]
            proposed = sa.select(rulings).where(
                rulings.c.order_id.in_(ids), rulings.c.state == str(RulingState.PROPOSED)
            )
            known = [ruling_from_row(row) for row in connection.execute(proposed).mappings()] if ids else []
            alone = SqlRecordTransaction(connection).orders.decided_alone_fen(ids, by=by)
        standing = {(ruling.order_id, ruling.order_version): ruling for ruling in known}
        own = [column.name for column in refunds.c]
        return [
            Dispute(
                refund=refund_from_row({name: row[name] for name in own}), number=row["number"], buyer=row["buyer"],
                seller=row["seller"], order_version=row["order_version"], alone_fen=alone.get(row["order_id"], 0),
                ruling=standing.get((row["order_id"], row["order_version"])),
            )
            for row in found
        ]  # fmt: skip
