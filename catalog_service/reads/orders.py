"""Orders as their parties see them: lists by cursor, one with all that belongs to it, exports, due timers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.money import SELECT_PAYMENT, payment_from_row
from catalog_service.adapters.sql.orders import SELECT_LINES, SELECT_ORDER, line_from_row, order_from_row
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import order_lines, orders, payments, timers
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.payments import Payment
from catalog_service.domain.orders.numbers import refuse_mistyped, typed_number
from catalog_service.domain.orders.parties import NOBODY, OrderParties
from catalog_service.domain.orders.states import ORDER, PAID, OrderEvent, OrderState
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import Order, OrderLine, Party, Refund, Shipment, TimelineEvent
from catalog_service.domain.prices.values import Wanted
from catalog_service.reads.cursors import Cursors, require_size
from catalog_service.reads.order_parties import PartyReads
from catalog_service.use_cases.orders.desk import not_found, side_of
from catalog_service.use_cases.orders.ending import standing_offer
from kernel.errors import NotFound
from kernel.paging import Page

EXPORT_MAX = 20_000  # orders in one file: a sheet of a million lines is the most that a spreadsheet opens
EXPORT_BATCH = 500
_PAYMENT_OF_BUYER = SELECT_PAYMENT.join(orders, orders.c.order_id == payments.c.order_id).where(
    payments.c.payment_id == sa.bindparam("id"), orders.c.buyer_company_id == sa.bindparam("buyer")
)


class PaymentNotFound(NotFound):
    """No payment of this caller has this id."""

    code = "payment_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders: of one's own as buyer or as seller; placed from ``since`` on and before ``until``; ``number`` is an
    order's number as somebody typed it, its id, or the buyer's own number for it; ``group_id`` what one click
    ordered."""

    side: Actor
    states: tuple[OrderState, ...] = ()
    since: int | None = None
    until: int | None = None
    number: str | None = None
    group_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One order with all that belongs to it. ``allowed``: what this caller's side may bring about now."""

    order: Order
    side: Actor
    lines: Sequence[OrderLine]
    shipments: Sequence[Shipment]
    events: Sequence[TimelineEvent]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    due_at: int | None
    allowed: Sequence[str]


class OrderReads:
    def __init__(self, engine: sa.Engine, *, secret: str) -> None:
        self._engine = engine
        self._cursors = Cursors(secret, salt="order-cursor")
        self.parties = PartyReads(engine)

    @read_again
    def page(self, by: Party, wanted: OrderFilter, *, cursor: str | None, size: int) -> Page[Order]:
        """The newest first. The cursor is signed, and good for the same filter alone. Raises ``OrderNumberMistyped``
        where nothing is found under a number that can be none."""
        require_size(size)
        query = _query(by, wanted)
        said = [by.company_id, by.supplier_id, *map(str, _said(wanted))]
        if cursor is not None:
            position = self._cursors.position(cursor, of=said)
            query = query.where(sa.tuple_(orders.c.placed_at, orders.c.order_id) < sa.tuple_(*position))
        with read_transaction(self._engine) as connection:
            found = [order_from_row(row) for row in connection.execute(query.limit(size + 1))]
        if not found and wanted.number is not None:
            refuse_mistyped(wanted.number)
        return self._cursors.page(found, lambda order: (order.placed_at, order.order_id), size=size, of=said)

    @read_again
    def order(self, order_id: str, by: Party) -> OrderView:
        """Raises ``OrderNotFound`` for whoever is neither buyer nor seller."""
        with read_transaction(self._engine) as connection:
            rows = SqlRecordTransaction(connection)
            order = rows.orders.order(order_id)
            side = None if order is None else side_of(order, by)
            if order is None or side is None:
                raise not_found()
            return view_of(rows, order, side)

    @read_again
    def payment(self, payment_id: str, by: Party) -> Payment:
        """Raises ``PaymentNotFound`` for whoever is not the buyer."""
        with read_transaction(self._engine) as connection:
            asked = {"id": payment_id, "buyer": by.company_id}
            row = connection.execute(_PAYMENT_OF_BUYER, asked).mappings().first()
        if row is None:
            raise PaymentNotFound(f"没有编号为 {payment_id} 的付款", parameter="payment_id")
        return payment_from_row(row)

    def basket(self, order_id: str, by: Party) -> tuple[str, list[Wanted]]:
        """The supplier and the pieces of an order, to order the same again. Of the buyer alone."""
        view = self.order(order_id, by)
        if view.side is not Actor.BUYER:
            raise not_found()
        wanted = [Wanted(sku_id=line.sku_id, quantity=line.quantity) for line in view.lines]
        return view.order.supplier_id, wanted

    def with_lines(self, found: Sequence[Order]) -> list[tuple[Order, Sequence[OrderLine]]]:
        """The orders of a page with what was ordered, in the same order."""
        if not found:
            return []
        of = {order.order_id: lines for order, lines in self._batch(
            SELECT_ORDER.where(orders.c.order_id.in_([order.order_id for order in found]))
        )}  # fmt: skip
        return [(order, of.get(order.order_id, [])) for order in found]

    def export(self, by: Party, wanted: OrderFilter) -> Iterator[tuple[Order, Sequence[OrderLine], OrderParties]]:
        """Orders with their lines and parties, the newest first, at most ``EXPORT_MAX``; in constant memory."""
        query, given = _query(by, wanted), 0
        after: tuple[int, str] | None = None
        while given < EXPORT_MAX:
            page = query if after is None else query.where(
                sa.tuple_(orders.c.placed_at, orders.c.order_id) < sa.tuple_(*after)
            )  # fmt: skip
            batch = self._batch(page.limit(min(EXPORT_BATCH, EXPORT_MAX - given)))
            if not batch:
                return
            parties = self.parties.of_many([order for order, _ in batch], wanted.side)
            yield from ((order, lines, parties.get(order.order_id, NOBODY)) for order, lines in batch)
            given += len(batch)
            after = batch[-1][0].placed_at, batch[-1][0].order_id

    @read_again
    def due(self, *, now: int, after: tuple[int, str], limit: int) -> Sequence[Timer]:
        """Timers that are due, from the one due longest."""
        columns = timers.c
        query = (
            sa.select(timers)
            .where(columns.due_at <= now, sa.tuple_(columns.due_at, columns.subject_id) > sa.tuple_(*after))
            .order_by(columns.due_at, columns.subject_id)
            .limit(limit)
        )
        with read_transaction(self._engine) as connection:
            return [Timer(**{**row, "kind": TimerKind(row["kind"])}) for row in connection.execute(query).mappings()]

    @read_again
    def _batch(self, query: sa.Select[tuple[object, ...]]) -> list[tuple[Order, Sequence[OrderLine]]]:
        with read_transaction(self._engine) as connection:
            found = [order_from_row(row) for row in connection.execute(query)]
            lines: dict[str, list[OrderLine]] = {order.order_id: [] for order in found}
            every = (
                SELECT_LINES.add_columns(order_lines.c.order_id)
                .where(order_lines.c.order_id.in_(list(lines)))
                .order_by(order_lines.c.order_id, order_lines.c.number)
            )
            for row in connection.execute(every):
                lines[row[-1]].append(line_from_row(row[:-1]))
        return [(order, lines[order.order_id]) for order in found]


def view_of(rows: SqlRecordTransaction, order: Order, side: Actor) -> OrderView:
    """The order as ``side`` sees it; the market's people (``STAFF``) see what both do."""
    timer, events = rows.timers.timer(order.order_id), rows.orders.events(order.order_id)
    return OrderView(
        order=order,
        side=side,
        lines=rows.orders.lines(order.order_id),
        shipments=rows.orders.shipments(order.order_id),
        events=events,
        payments=() if side is Actor.SELLER else rows.payments.of_order(order.order_id),
        refunds=rows.orders.refunds(order.order_id),
        due_at=None if timer is None else timer.due_at,
        allowed=_allowed(order, side, end_offered=standing_offer(order, events) is not None),
    )


def _query(by: Party, wanted: OrderFilter) -> sa.Select[tuple[object, ...]]:
    columns = orders.c
    query = SELECT_ORDER.order_by(columns.placed_at.desc(), columns.order_id.desc())
    if wanted.side is Actor.SELLER:
        query = query.where(columns.supplier_id == by.supplier_id if by.supplier_id else sa.false())
    else:
        query = query.where(columns.buyer_company_id == by.company_id if by.company_id else sa.false())
    if wanted.states:
        query = query.where(columns.state.in_([str(state) for state in wanted.states]))
    if wanted.since is not None:
        query = query.where(columns.placed_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.placed_at < wanted.until)
    if wanted.number is not None:
        query = query.where(sa.or_(columns.out_order_id == wanted.number, named(wanted.number)))
    if wanted.group_id is not None:
        query = query.where(columns.group_id == wanted.group_id)
    return query


def named(number: str) -> sa.ColumnElement[bool]:
    """The order that somebody means by its number or its id."""
    typed = typed_number(number)
    by_id = orders.c.order_id == number
    return by_id if typed is None else sa.or_(by_id, orders.c.number == typed)


def _said(wanted: OrderFilter) -> tuple[object, ...]:
    return wanted.side, sorted(wanted.states), wanted.since, wanted.until, wanted.number, wanted.group_id


# Brought about through the refund, which has its own events.
_BY_REFUND = frozenset({OrderEvent.MOVE_REFUND, OrderEvent.REFUND_PART, OrderEvent.REFUND_WHOLE})
_OFFERED = frozenset({OrderEvent.AGREE_END, OrderEvent.DECLINE_END, OrderEvent.WITHDRAW_END})


def _allowed(order: Order, side: Actor, *, end_offered: bool) -> list[str]:
    """The events of the machine, and an approver's where it waits for one; what is due stands beside them. While
    a refund is open its own events are what can be done, and refunds of other lines. An end is answered where one is
    proposed, and proposed while none is and nothing has left. What the market's people decide closes
    refunds along with it."""
    if side is Actor.STAFF:
        return [str(event) for event in ORDER.allowed(order.state, side) if event not in _BY_REFUND]
    if order.open_refund_id:  # of other lines more may be asked back
        more = side is Actor.BUYER and order.state in PAID
        return [str(OrderEvent.OPEN_REFUND)] if more else []
    actors = (side, Actor.APPROVER) if side is Actor.BUYER else (side,)
    events = [event for actor in actors for event in ORDER.allowed(order.state, actor)]
    hidden = _BY_REFUND if end_offered else _BY_REFUND | _OFFERED
    if end_offered or order.shipped_pieces:
        hidden |= {OrderEvent.OFFER_END}
    allowed = [str(event) for event in events if event not in hidden]
    if order.due_stage is not None and side is Actor.BUYER:
        allowed.append("pay")
    return allowed
