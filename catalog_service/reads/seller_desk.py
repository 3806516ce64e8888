"""What waits for a seller, by deadline, and the figures of its month: each in a few bounded queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import (
    audit,
    companies,
    offers,
    order_lines,
    orders,
    refunds,
    skus,
    stock,
    timers,
)
from catalog_service.domain.deeds import Subject
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.orders.refund_states import RefundState
from catalog_service.domain.orders.states import OrderState
from catalog_service.domain.skus.values import SkuView

ROWS_MAX = 20  # of one kind of work: a screen; the lists behind it have the rest
# Orders that are looked at: an order that is older waits for nobody, as every wait of the machine ends before.
DESK_SECONDS = 180 * 86_400
LOW_STOCK_MOQS = 3  # fewer pieces than three of the smallest orders: time to make more
HOUR = 3_600
BUYERS_MAX = 100  # a list that a person ticks names in

# Written out, not bound: SQLite takes a partial index only when it can see the value.
_LIVE, _REST = sa.text("offers.state = 'live'"), sa.text("offers.state <> 'live'")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToShip:
    """A paid order. ``due_at``: when the quickest of its offers promised to leave; None when none promised."""

    order_id: str
    number: str
    buyer_company_id: str
    payable_fen: int
    pieces: int
    shipped_pieces: int
    paid_at: int
    due_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAnswer:
    """A refund that waits for the seller; ``due_at``: when silence agrees."""

    refund_id: str
    order_id: str
    number: str
    buyer_company_id: str
    state: RefundState
    amount_fen: int
    with_goods: bool
    reason: str
    due_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LowStock:
    sku_id: str
    offer_id: str
    title: str
    name: str
    available: int
    moq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerDesk:
    to_ship: Sequence[ToShip]
    to_answer: Sequence[ToAnswer]
    low_stock: Sequence[LowStock]
    orders: Mapping[OrderState, int]
    offers: Mapping[OfferState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """Of orders placed in the period: how many, of how many buyers, what was paid for them and went back."""

    placed: int
    buyers: int
    pieces: int
    paid_fen: int
    refunded_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastChange:
    """Who did the last deed on an offer, and which."""

    actor: str
    deed: str
    at: int
    version: int


class SellerDeskReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def desk(self, supplier_id: str, *, now: int) -> SellerDesk:
        """All that waits, in one snapshot; at most ``ROWS_MAX`` of a kind, the most pressing first."""
        since = now - DESK_SECONDS
        with read_transaction(self._engine) as connection:
            return SellerDesk(
                to_ship=_to_ship(connection, supplier_id, since),
                to_answer=_to_answer(connection, supplier_id, since),
                low_stock=_low_stock(connection, supplier_id),
                orders=_order_counts(connection, supplier_id, since),
                offers=_offer_counts(connection, supplier_id),
            )

    @read_again
    def offer_counts(self, supplier_id: str) -> Mapping[OfferState, int]:
        with read_transaction(self._engine) as connection:
            return _offer_counts(connection, supplier_id)

    @read_again
    def recent_buyers(self, supplier_id: str, *, now: int) -> Mapping[str, str]:
        """Names by id of the companies that ordered lately, the latest first; at most ``BUYERS_MAX``."""
        columns = orders.c
        query = (
            sa.select(columns.buyer_company_id, companies.c.name)
            .join(companies, companies.c.company_id == columns.buyer_company_id)
            .where(columns.supplier_id == supplier_id, columns.placed_at >= now - DESK_SECONDS)
            .group_by(columns.buyer_company_id, companies.c.name)
            .order_by(sa.func.max(columns.placed_at).desc(), columns.buyer_company_id)
            .limit(BUYERS_MAX)
        )
        with read_transaction(self._engine) as connection:
            return {row.buyer_company_id: row.name for row in connection.execute(query)}

    @read_again
    def month(self, supplier_id: str, *, since: int, until: int) -> MonthFigures:
        columns = orders.c
        query = sa.select(
            sa.func.count(),
            sa.func.count(columns.buyer_company_id.distinct()),
            *(sa.func.coalesce(sa.func.sum(c), 0) for c in (columns.pieces, columns.paid_fen, columns.refunded_fen)),
        ).where(columns.supplier_id == supplier_id, columns.placed_at >= since, columns.placed_at < until)
        with read_transaction(self._engine) as connection:
            placed, buyers, pieces, paid, refunded = map(int, connection.execute(query).one())
        return MonthFigures(placed=placed, buyers=buyers, pieces=pieces, paid_fen=paid, refunded_fen=refunded)

    @read_again
    def company_names(self, company_ids: Collection[str]) -> Mapping[str, str]:
        """What the buyers of a page of orders are called."""
        query = sa.select(companies.c.company_id, companies.c.name).where(companies.c.company_id.in_(set(company_ids)))
        with read_transaction(self._engine) as connection:
            return {row.company_id: row.name for row in connection.execute(query)}

    @read_again
    def skus_of(self, offer_ids: Collection[str]) -> Mapping[str, Sequence[SkuView]]:
        """What is stated of each offer now, of a page of offers."""
        with read_transaction(self._engine) as connection:
            found = SqlRecordTransaction(connection).skus.of_offers(offer_ids)
        return {offer_id: [view for view in found.get(offer_id, ()) if not view.sku.retired] for offer_id in offer_ids}

    @read_again
    def last_change(self, offer_id: str) -> LastChange | None:
        columns = audit.c
        query = (
            sa.select(columns.actor, columns.deed, columns.recorded_at, columns.version)
            .where(columns.kind == str(Subject.OFFER), columns.subject_id == offer_id)
            .order_by(columns.audit_id.desc())
            .limit(1)
        )
        with read_transaction(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return LastChange(actor=row.actor, deed=row.deed, at=row.recorded_at, version=row.version)


def _to_ship(connection: sa.Connection, supplier_id: str, since: int) -> list[ToShip]:
    columns = orders.c
    due_at = (columns.paid_at + HOUR * sa.func.min(offers.c.dispatch_hours)).label("due_at")
    named = (
        columns.order_id, columns.number, columns.buyer_company_id, columns.payable_fen, columns.pieces,
        columns.shipped_pieces, columns.paid_at,
    )  # fmt: skip
    query = (
        sa.select(*named, due_at)
        .join(order_lines, order_lines.c.order_id == columns.order_id)
        .outerjoin(offers, offers.c.offer_id == order_lines.c.offer_id)
        .where(
            columns.supplier_id == supplier_id,
            columns.placed_at >= since,
            columns.state == str(OrderState.WAIT_SELLER_SEND),
            columns.open_refund_id == "",
        )
        .group_by(*named)
        .order_by(due_at.is_(None), due_at, columns.paid_at, columns.order_id)
        .limit(ROWS_MAX)
    )
    return [ToShip(**row) for row in connection.execute(query).mappings()]


def _to_answer(connection: sa.Connection, supplier_id: str, since: int) -> list[ToAnswer]:
    query = (
        sa.select(
            refunds.c.refund_id, refunds.c.order_id, orders.c.number, orders.c.buyer_company_id, refunds.c.state,
            refunds.c.amount_fen, refunds.c.with_goods, refunds.c.reason, timers.c.due_at,
        )
        .join(orders, orders.c.order_id == refunds.c.order_id)
        .outerjoin(timers, timers.c.subject_id == refunds.c.refund_id)
        .where(
            orders.c.supplier_id == supplier_id,
            orders.c.placed_at >= since,
            orders.c.open_refund_id != "",
            refunds.c.state.in_([str(RefundState.WAIT_SELLER), str(RefundState.WAIT_SELLER_RECEIVE)]),
        )
        .order_by(timers.c.due_at.is_(None), timers.c.due_at, refunds.c.refund_id)
        .limit(ROWS_MAX)
    )  # fmt: skip
    rows = connection.execute(query).mappings()
    return [ToAnswer(**{**row, "state": RefundState(row["state"])}) for row in rows]


def _low_stock(connection: sa.Connection, supplier_id: str) -> list[LowStock]:
    query = (
        sa.select(stock.c.sku_id, skus.c.offer_id, offers.c.title, stock.c.available, offers.c.moq)
        .join(skus, skus.c.sku_id == stock.c.sku_id)
        .join(offers, offers.c.offer_id == skus.c.offer_id)
        .where(
            offers.c.supplier_id == supplier_id,
            _LIVE,
            skus.c.on_sale.is_(True),
            skus.c.retired.is_(False),
            stock.c.available < LOW_STOCK_MOQS * offers.c.moq,
        )
        .order_by(stock.c.available, stock.c.sku_id)
        .limit(ROWS_MAX)
    )
    rows = list(connection.execute(query).mappings())
    names = SqlRecordTransaction(connection).skus.by_ids([row["sku_id"] for row in rows])
    return [LowStock(**row, name=names[row["sku_id"]].sku.name) for row in rows]


def _order_counts(connection: sa.Connection, supplier_id: str, since: int) -> dict[OrderState, int]:
    columns = orders.c
    query = (
        sa.select(columns.state, sa.func.count())
        .where(columns.supplier_id == supplier_id, columns.placed_at >= since)
        .group_by(columns.state)
    )
    return {OrderState(state): int(number) for state, number in connection.execute(query)}


def _offer_counts(connection: sa.Connection, supplier_id: str) -> dict[OfferState, int]:
    found: dict[OfferState, int] = {}
    for part in (_LIVE, _REST):
        query = (
            sa.select(offers.c.state, sa.func.count())
            .where(offers.c.supplier_id == supplier_id, part)
            .group_by(offers.c.state)
        )
        found |= {OfferState(state): int(number) for state, number in connection.execute(query)}
    return found
