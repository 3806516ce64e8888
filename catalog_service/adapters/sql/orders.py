"""Orders over SQL: values to rows and back, and moves by one conditional UPDATE."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql.ids import IDS
from catalog_service.adapters.sql.inserts import as_row, insert_rows
from catalog_service.adapters.sql.moves import move_value
from catalog_service.adapters.sql.tables import (
    order_events,
    order_groups,
    order_lines,
    orders,
    refunds,
    rulings,
    shipment_lines,
    shipments,
    timers,
)
from catalog_service.adapters.sql.waiting import Change, waiting_rows
from catalog_service.domain.companies.address import Address
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.refund_states import DECISIONS, REFUND, RefundState
from catalog_service.domain.orders.rulings import Outcome, Ruling, RulingState
from catalog_service.domain.orders.states import OrderState
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.domain.orders.values import (
    Order,
    OrderGroup,
    OrderLine,
    Refund,
    Shipment,
    ShippedLine,
    TimelineEvent,
)
from catalog_service.domain.prices.values import PriceStep
from catalog_service.ports.record import Overtaken

ADDRESS_FIELDS = tuple(field.name for field in dataclasses.fields(Address))
_ORDER_FIELDS = tuple(field.name for field in dataclasses.fields(Order) if field.name != "address")
_LINE_FIELDS = tuple(field.name for field in dataclasses.fields(OrderLine) if field.name != "steps")
_REFUND_FIELDS = tuple(field.name for field in dataclasses.fields(Refund))

_decode_steps = msgspec.json.Decoder(list[tuple[str, int, str]]).decode
_decode_facts = msgspec.json.Decoder(dict[str, int | float | str]).decode
_encode = msgspec.json.Encoder().encode

SELECT_ORDER = sa.select(*(orders.c[name] for name in (*_ORDER_FIELDS, *ADDRESS_FIELDS)))
SELECT_LINES = sa.select(*(order_lines.c[name] for name in (*_LINE_FIELDS, "steps")))
_ID: sa.BindParameter[str] = sa.bindparam("id")
_ORDER_BY_ID = SELECT_ORDER.where(orders.c.order_id == _ID)
_LINES_OF = SELECT_LINES.where(order_lines.c.order_id == _ID).order_by(order_lines.c.number)
_SHIPMENTS_OF = sa.select(shipments).where(shipments.c.order_id == _ID).order_by(shipments.c.number)
_SHIPPED = sa.select(shipment_lines).where(shipment_lines.c.shipment_id.in_(IDS)).order_by(shipment_lines.c.number)
_EVENTS_OF = sa.select(order_events).where(order_events.c.order_id == _ID).order_by(order_events.c.number)
_SHIP = (
    sa.update(order_lines)
    .where(
        order_lines.c.order_id == sa.bindparam("key_id"),
        order_lines.c.number == sa.bindparam("key_number"),
        order_lines.c.shipped + sa.bindparam("more") <= order_lines.c.quantity,
    )
    .values(shipped=order_lines.c.shipped + sa.bindparam("more"))
)
_WAITING_SHIP = (
    "UPDATE order_lines SET shipped = order_lines.shipped + parts.more"
    " FROM json_to_recordset(%s) AS parts(number integer, more bigint)"
    " WHERE order_lines.order_id = %s AND order_lines.number = parts.number"
    " AND order_lines.shipped + parts.more <= order_lines.quantity"
)
_SELECT_REFUND = sa.select(*(refunds.c[name] for name in _REFUND_FIELDS))
_REFUND_BY_ID = _SELECT_REFUND.where(refunds.c.refund_id == _ID)
_REFUNDS_OF = _SELECT_REFUND.where(refunds.c.order_id == _ID).order_by(refunds.c.opened_at, refunds.c.refund_id)
_RULING_FIELDS = tuple(field.name for field in dataclasses.fields(Ruling))
_SELECT_RULING = sa.select(*(rulings.c[name] for name in _RULING_FIELDS))
_BY_TWO = sa.select(rulings.c.refund_id).where(
    rulings.c.order_id.in_(IDS), rulings.c.state == str(RulingState.CONFIRMED), rulings.c.refund_id != ""
)
_DECIDED = sa.select(order_events.c.order_id, order_events.c.facts).where(
    order_events.c.order_id.in_(IDS),
    order_events.c.machine == REFUND.name,
    order_events.c.event.in_([str(event) for event in DECISIONS]),
    order_events.c.actor == str(Actor.STAFF),
    order_events.c.member_id == sa.bindparam("by"),
)
_TIMER_OF = sa.select(timers).where(timers.c.subject_id == _ID)
_CLEAR_TIMER = sa.delete(timers).where(timers.c.subject_id == _ID)
_SET_TIMER = sa.text(
    "INSERT INTO timers (subject_id, kind, due_at, attempts) VALUES (:subject_id, :kind, :due_at, :attempts)"
    " ON CONFLICT (subject_id) DO UPDATE SET kind = excluded.kind, due_at = excluded.due_at,"
    " attempts = excluded.attempts"
)


class SqlOrderRows:
    """``OrderRows`` over one open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def order(self, order_id: str) -> Order | None:
        row = self._connection.execute(_ORDER_BY_ID, {"id": order_id}).first()
        return None if row is None else order_from_row(row)

    def by_out_order_id(self, buyer_company_id: str, out_order_id: str) -> Order | None:
        query = SELECT_ORDER.where(orders.c.buyer_company_id == buyer_company_id, orders.c.out_order_id == out_order_id)
        row = self._connection.execute(query).first()
        return None if row is None else order_from_row(row)

    def insert_group(self, group: OrderGroup) -> None:
        insert_rows(self._connection, order_groups, [as_row(group)])

    def insert(self, order: Order, lines: Sequence[OrderLine]) -> None:
        insert_rows(self._connection, orders, [_row_from_order(order)])
        insert_rows(self._connection, order_lines, [_row_from_line(order.order_id, line) for line in lines])

    def move(self, before: Order, after: Order) -> None:
        move_value(self._connection, orders, _ORDER_FIELDS, before=before, after=after)

    def lines(self, order_id: str) -> Sequence[OrderLine]:
        return [line_from_row(row) for row in self._connection.execute(_LINES_OF, {"id": order_id})]

    def ship(self, order_id: str, parts: Sequence[ShippedLine]) -> None:
        ordered = sorted(parts, key=lambda part: part.number)
        waiting = waiting_rows(self._connection)
        if waiting is not None:
            counts = _encode([{"number": part.number, "more": part.quantity} for part in ordered]).decode()
            change = Change(order_lines, order_id, _WAITING_SHIP, (counts, order_id), _lines_moved, rows=len(ordered))
            waiting.change(self._connection, change)
            return
        rows = [{"key_id": order_id, "key_number": part.number, "more": part.quantity} for part in ordered]
        if self._connection.execute(_SHIP, rows).rowcount != len(rows):
            raise _lines_moved()

    def shipments(self, order_id: str) -> Sequence[Shipment]:
        found = self._connection.execute(_SHIPMENTS_OF, {"id": order_id}).all()
        ids = [row.shipment_id for row in found]
        parts: dict[str, list[ShippedLine]] = {each: [] for each in ids}
        for row in self._connection.execute(_SHIPPED, {"ids": ids}) if ids else ():
            parts[row.shipment_id].append(ShippedLine(number=row.number, quantity=row.quantity))
        return [Shipment(**row._mapping, lines=tuple(parts[row.shipment_id])) for row in found]

    def insert_shipment(self, shipment: Shipment) -> None:
        head = as_row(shipment)
        parts = head.pop("lines")
        insert_rows(self._connection, shipments, [head])
        insert_rows(
            self._connection,
            shipment_lines,
            [{"shipment_id": shipment.shipment_id, "number": part.number, "quantity": part.quantity} for part in parts],
        )

    def add_event(self, event: TimelineEvent) -> None:
        row = as_row(event, facts=_encode(event.facts).decode(), actor=str(event.actor))
        insert_rows(self._connection, order_events, [row])

    def events(self, order_id: str) -> Sequence[TimelineEvent]:
        return [
            TimelineEvent(**{**row, "actor": Actor(row["actor"]), "facts": _decode_facts(row["facts"])})
            for row in self._connection.execute(_EVENTS_OF, {"id": order_id}).mappings()
        ]

    def refund(self, refund_id: str) -> Refund | None:
        row = self._connection.execute(_REFUND_BY_ID, {"id": refund_id}).mappings().first()
        return None if row is None else refund_from_row(row)

    def refunds(self, order_id: str) -> Sequence[Refund]:
        return [refund_from_row(row) for row in self._connection.execute(_REFUNDS_OF, {"id": order_id}).mappings()]

    def insert_refund(self, refund: Refund) -> None:
        insert_rows(self._connection, refunds, [as_row(refund, state=str(refund.state))])

    def move_refund(self, before: Refund, after: Refund) -> None:
        move_value(self._connection, refunds, _REFUND_FIELDS, before=before, after=after)

    def proposed_ruling(self, order_id: str) -> Ruling | None:
        query = _SELECT_RULING.where(
            rulings.c.order_id == order_id,
            sa.text(f"state = '{RulingState.PROPOSED}'"),  # as the index says it
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else ruling_from_row(row)

    def decided_alone_fen(self, order_ids: Sequence[str], *, by: str) -> Mapping[str, int]:
        if not order_ids:
            return {}
        by_two = set(self._connection.execute(_BY_TWO, {"ids": order_ids}).scalars())
        sums: Counter[str] = Counter()
        for row in self._connection.execute(_DECIDED, {"ids": order_ids, "by": by}):
            facts = _decode_facts(row.facts)
            if facts["refund_id"] not in by_two:
                sums[row.order_id] += int(facts["amount_fen"])
        return sums

    def insert_ruling(self, ruling: Ruling) -> None:
        row = as_row(ruling, state=str(ruling.state), outcome=str(ruling.outcome))
        insert_rows(self._connection, rulings, [row])

    def move_ruling(self, before: Ruling, after: Ruling) -> None:
        move_value(self._connection, rulings, _RULING_FIELDS, before=before, after=after)


class SqlTimerRows:
    """``TimerRows`` over one open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def timer(self, subject_id: str) -> Timer | None:
        row = self._connection.execute(_TIMER_OF, {"id": subject_id}).mappings().first()
        return None if row is None else Timer(**{**row, "kind": TimerKind(row["kind"])})

    def set(self, timer: Timer) -> None:
        row = as_row(timer, kind=str(timer.kind))
        waiting = waiting_rows(self._connection)
        if waiting is None:
            self._connection.execute(_SET_TIMER, row)
        else:
            waiting.put(timers, timer.subject_id, row)

    def clear(self, subject_id: str) -> None:
        waiting = waiting_rows(self._connection)
        if waiting is None:
            self._connection.execute(_CLEAR_TIMER, {"id": subject_id})
        else:
            waiting.put(timers, subject_id, None)


def _lines_moved() -> Overtaken:
    return Overtaken("发货数量已变化，请刷新后重试")


def order_from_row(row: Any) -> Order:
    """Of a row of ``SELECT_ORDER``."""
    head = dict(zip(_ORDER_FIELDS, row, strict=False))
    head["state"], head["plan"] = OrderState(head["state"]), Plan(head["plan"])
    address = Address(**dict(zip(ADDRESS_FIELDS, row[len(_ORDER_FIELDS) :], strict=True)))
    return Order(**head, address=address)


def line_from_row(row: Any) -> OrderLine:
    """Of a row of ``SELECT_LINES``."""
    fields = dict(zip(_LINE_FIELDS, row, strict=False))
    steps = tuple(PriceStep(name=name, fen=fen, because=because) for name, fen, because in _decode_steps(row[-1]))
    return OrderLine(**fields, steps=steps)


def refund_from_row(row: Mapping[Any, Any]) -> Refund:
    return Refund(**{**row, "state": RefundState(row["state"]), "with_goods": bool(row["with_goods"])})


def ruling_from_row(row: Mapping[Any, Any]) -> Ruling:
    return Ruling(**{**row, "state": RulingState(row["state"]), "outcome": Outcome(row["outcome"])})


def _row_from_order(order: Order) -> dict[str, Any]:
    row = {name: getattr(order, name) for name in _ORDER_FIELDS}
    row["state"], row["plan"] = str(order.state), str(order.plan)
    return {**row, **{name: getattr(order.address, name) for name in ADDRESS_FIELDS}}


def _row_from_line(order_id: str, line: OrderLine) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in _LINE_FIELDS}
    steps = _encode([(step.name, step.fen, step.because) for step in line.steps]).decode()
    return {**row, "order_id": order_id, "steps": steps}
