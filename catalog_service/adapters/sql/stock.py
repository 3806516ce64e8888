"""Stock over SQL: one conditional UPDATE of all SKUs of a basket, each with its row in the ledger of moves.

What a listing and the index show of stock is the offer's sum. It is put there at once when it reaches zero or leaves
it, since that is when buyers may do something else than before; else the row is marked ``moved`` in the same UPDATE,
and a timer (``AnnounceStock``) brings the figures up. So a thousand reservations of a hot SKU write one offer row, not
a thousand, and none of them waits for the lock on it. The offer keeps its version: it was not edited, nobody's If-Match
nor snapshot is undone by a sale, and the index takes a document of the same version.

Locks go in one order: the order, reservations, stock, offers, outbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from catalog_service.adapters.sql.ids import IDS, id_parts
from catalog_service.adapters.sql.inserts import insert_rows
from catalog_service.adapters.sql.recordsets import bound, recordset
from catalog_service.adapters.sql.tables import offers, outbox, reservations, skus, stock, stock_moves
from catalog_service.adapters.sql.waiting import write_waiting
from catalog_service.domain.deeds import Subject
from catalog_service.domain.prices.values import Wanted
from catalog_service.ports.record import Overtaken
from catalog_service.ports.stock import AlreadyReserved, NotReserved, OutOfStock

_S, _R = stock.c, reservations.c
_Q = sa.bindparam("pieces", type_=sa.BigInteger)
_Counts = Sequence[tuple[str, int]]
_COUNTS = {"sku_id": sa.String, "pieces": sa.BigInteger}
_SKU, _ORDER = sa.bindparam("key_sku", type_=sa.String), sa.bindparam("key_order", type_=sa.String)


class _Moves(NamedTuple):
    """Statements over all SKUs of a basket, the counts being bound as ``counts``."""

    reserve: ReturningUpdate[Any]
    release: ReturningUpdate[Any]
    ship: ReturningUpdate[Any]
    let_go: ReturningUpdate[Any]
    send: ReturningUpdate[Any]


@cache
def _moves(dialect: str, *, alone: bool) -> _Moves:
    """Of stock by way of ``_locked``, where it is not of one SKU ``alone``: the row that everybody wants would be
    looked at twice by each who waited for it. An order's reservations are its own, and need no order."""
    wanted = recordset(dialect, "counts", _COUNTS)
    held = _locked(dialect)
    of_stock, pieces = (_SKU, _Q) if alone else (held.c.sku_id, held.c.pieces)
    of_order, reserved_pieces = (_SKU, _Q) if alone else (wanted.c.sku_id, wanted.c.pieces)
    mine = _R.order_id == _ORDER
    known = sa.exists().where(_R.order_id == _ORDER)
    enough = sa.or_(_S.available.is_(None), _S.available >= pieces)  # what is not counted stays so under every sum

    def stocks(*conditions: sa.ColumnElement[bool], **values: Any) -> ReturningUpdate[Any]:
        moved = sa.update(stock).where(_S.sku_id == of_stock, *conditions).values(values)
        return moved.returning(_S.sku_id, _S.available, _S.reserved, _S.offer_id)

    def reserved(condition: sa.ColumnElement[bool], **values: Any) -> ReturningUpdate[Any]:
        these = sa.update(reservations).where(mine, _R.sku_id == of_order, condition)
        return these.values(values).returning(_R.sku_id)

    return _Moves(
        reserve=stocks(
            enough, sa.not_(known), available=_S.available - pieces, reserved=_S.reserved + pieces, moved=True
        ),
        release=stocks(
            _S.reserved >= pieces, available=_S.available + pieces, reserved=_S.reserved - pieces, moved=True
        ),
        ship=stocks(_S.reserved >= pieces, reserved=_S.reserved - pieces),
        let_go=reserved(_R.held == reserved_pieces, held=_R.held - reserved_pieces),
        send=reserved(_R.held >= reserved_pieces, held=_R.held - reserved_pieces, shipped=_R.shipped + reserved_pieces),
    )


def _locked(dialect: str) -> sa.CTE:
    """The counts with their SKUs locked in the order of ids, as code points: two baskets wait for each other once and
    never in a ring, whatever order the statement around it takes its rows in. (SQLite has no locks of rows.)"""
    wanted = recordset(dialect, "counts", _COUNTS)
    chosen = sa.select(_S.sku_id, wanted.c.pieces).join_from(stock, wanted, _S.sku_id == wanted.c.sku_id)
    collation = {"postgresql": "C", "sqlite": "BINARY"}[dialect]
    return chosen.order_by(sa.collate(_S.sku_id, collation)).with_for_update(of=stock).cte("held")


_PUT = (
    sa.update(stock)
    .where(_S.sku_id == _SKU)
    .values(available=_Q, moved=True)
    .returning(_S.available, _S.reserved, _S.offer_id)
)
_ADJUST = (
    sa.update(stock)
    .where(_S.sku_id == _SKU, _S.available + _Q >= 0)
    .values(available=_S.available + _Q, moved=True)
    .returning(_S.available, _S.reserved, _S.offer_id)
)
_SHOW = (
    sa.update(offers)
    .where(offers.c.offer_id == sa.bindparam("key_offer"), offers.c.stock.is_distinct_from(_Q))
    .values(stock=_Q)
    .returning(offers.c.version)
)
_HELD_ALREADY = sa.select(_R.sku_id).where(_R.order_id == _ORDER).limit(1)
_HELD = sa.select(_R.sku_id, _R.held).where(_R.order_id == _ORDER, _R.held > 0).order_by(_R.sku_id)
_SEEN = sa.update(stock).where(_S.sku_id == _SKU, _S.moved).values(moved=False).returning(_S.offer_id)
_OF_OFFERS = (
    sa.select(_S.offer_id, sa.func.count(), sa.func.count(_S.available), sa.func.sum(_S.available))
    .join_from(stock, skus, skus.c.sku_id == _S.sku_id)
    .where(_S.offer_id.in_(IDS), skus.c.on_sale, sa.not_(skus.c.retired))
    .group_by(_S.offer_id)
)
_SHOWN = sa.select(offers.c.offer_id, offers.c.stock).where(offers.c.offer_id.in_(IDS))


class _After(NamedTuple):
    """A SKU's row as it stands after a move."""

    available: int | None
    reserved: int
    offer_id: str


class SqlStock:
    """``StockRows`` over an open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def reserve(self, order_id: str, wanted: Sequence[Wanted], *, at: int) -> None:
        counts = _counted(wanted)
        moved = self._move_all(self._of(counts).reserve, counts, order_id)
        short = [sku_id for sku_id, _ in counts if sku_id not in moved]
        if short:
            if self._connection.execute(_HELD_ALREADY, {"key_order": order_id}).first():
                raise AlreadyReserved(f"订单 {order_id} 已经占用库存", parameter="order_id")
            raise self._short(dict(counts), short)
        insert_rows(
            self._connection,
            reservations,
            [
                {
                    "order_id": order_id, "sku_id": sku_id, "quantity": quantity, "held": quantity, "shipped": 0,
                    "reserved_at": at,
                }
                for sku_id, quantity in counts
            ],
        )  # fmt: skip
        self._write_moves("reserve", counts, moved, order_id=order_id, at=at)
        self._show_crossed({after.offer_id for after in moved.values() if after.available == 0}, at=at)

    def release(self, order_id: str, *, at: int) -> None:
        self._move_order_first()
        held = [(row.sku_id, row.held) for row in self._connection.execute(_HELD, {"key_order": order_id})]
        if len(self._change_reservations(self._of(held).let_go, held, order_id)) != len(held):
            raise Overtaken("订单的库存占用已被他人改变，请重试", parameter="order_id")
        moved = self._certainly(self._of(held).release, held)
        self._write_moves("release", held, moved, order_id=order_id, at=at)
        self._show_crossed({moved[sku].offer_id for sku, quantity in held if moved[sku].available == quantity}, at=at)

    def ship(self, order_id: str, parts: Sequence[Wanted], *, at: int) -> None:
        self._move_order_first()
        counts = _counted(parts)
        sent = self._change_reservations(self._of(counts).send, counts, order_id)
        for sku_id, quantity in counts:
            if sku_id not in sent:
                raise NotReserved(
                    f"订单 {order_id} 没有占用这么多件 {sku_id}",
                    parameter="sku_id",
                    detail={"sku_id": sku_id, "wanted": quantity},
                )
        moved = self._certainly(self._of(counts).ship, counts)
        self._write_moves("ship", counts, moved, order_id=order_id, at=at)

    def put(self, counts: Mapping[str, int | None], *, actor: str, at: int) -> None:
        moved = {sku_id: self._certain(_PUT, sku_id, counts[sku_id]) for sku_id in sorted(counts)}
        self._write_moves("set", [(sku_id, counts[sku_id] or 0) for sku_id in moved], moved, actor=actor, at=at)

    def adjust(self, sku_id: str, change: int, *, actor: str, at: int) -> int:
        after = self._move(_ADJUST, sku_id, change)
        if after is None or after.available is None:
            raise self._short({sku_id: -change}, [sku_id])
        self._write_moves("adjust", [(sku_id, change)], {sku_id: after}, actor=actor, at=at)
        return after.available

    def of_offers(self, offer_ids: Collection[str]) -> Mapping[str, int | None]:
        found: dict[str, int | None] = dict.fromkeys(offer_ids, 0)
        for part in id_parts(offer_ids):
            for offer_id, all_of_them, counted, total in self._connection.execute(_OF_OFFERS, {"ids": part}):
                found[offer_id] = int(total) if counted == all_of_them else None
        return found

    def take_moved(self, *, limit: int) -> Sequence[str]:
        query = sa.select(_S.sku_id).where(_S.moved).order_by(_S.sku_id).limit(limit)
        sku_ids = list(self._connection.execute(query).scalars())
        offer_ids: set[str] = set()
        for sku_id in sku_ids:
            offer_ids.update(self._connection.execute(_SEEN, {"key_sku": sku_id}).scalars())
        return sorted(offer_ids)

    def figure(self, offer_ids: Collection[str]) -> None:
        for offer_id, count in sorted(self.of_offers(offer_ids).items()):
            self._connection.execute(_SHOW, {"key_offer": offer_id, "pieces": count})

    def show(self, stocks: Mapping[str, int | None], *, at: int, urgent: bool) -> int:
        notes = []
        for offer_id, count in sorted(stocks.items()):
            shown = self._connection.execute(_SHOW, {"key_offer": offer_id, "pieces": count}).first()
            if shown is not None:
                notes.append(
                    {
                        "kind": str(Subject.OFFER), "subject_id": offer_id, "version": shown.version, "recorded_at": at,
                        "urgent": urgent,
                    }
                )  # fmt: skip
        insert_rows(self._connection, outbox, notes)
        return len(notes)

    def _show_crossed(self, offer_ids: Collection[str], *, at: int) -> None:
        """Those whose sum is at zero now and was not, or the other way: what is in stock is a filter of searches."""
        if not offer_ids:
            return
        sums = self.of_offers(offer_ids)
        shown = {row.offer_id: row.stock for row in self._connection.execute(_SHOWN, {"ids": sorted(offer_ids)})}
        crossed = {each: sums[each] for each in offer_ids if (sums[each] == 0) != (shown.get(each) == 0)}
        self.show(crossed, at=at, urgent=True)

    def _move(self, statement: ReturningUpdate[Any], sku_id: str, quantity: int | None) -> _After | None:
        row = self._connection.execute(statement, {"key_sku": sku_id, "pieces": quantity}).first()
        return None if row is None else _After(*row)

    def _certain(self, statement: ReturningUpdate[Any], sku_id: str, quantity: int | None) -> _After:
        """A move that nothing can refuse but a SKU that is not there."""
        after = self._move(statement, sku_id, quantity)
        if after is None:
            raise _not_reserved(sku_id)
        return after

    def _move_order_first(self) -> None:
        """Who moves an order that another has just moved is to read it again, and not to hear of its reservations."""
        write_waiting(self._connection)

    def _of(self, counts: _Counts) -> _Moves:
        return _moves(self._connection.dialect.name, alone=len(counts) == 1)

    def _move_all(
        self, statement: ReturningUpdate[Any], counts: _Counts, order_id: str | None = None
    ) -> dict[str, _After]:
        """The rows of those that could be moved, as they stand now."""
        values = {**self._bound(counts), **({} if order_id is None else {"key_order": order_id})}
        return {row[0]: _After(*row[1:]) for row in self._connection.execute(statement, values)}

    def _certainly(self, statement: ReturningUpdate[Any], counts: _Counts) -> dict[str, _After]:
        """Moves that nothing can refuse but a SKU that is not there."""
        moved = self._move_all(statement, counts)
        for sku_id, _ in counts:
            if sku_id not in moved:
                raise _not_reserved(sku_id)
        return moved

    def _change_reservations(self, statement: ReturningUpdate[Any], counts: _Counts, order_id: str) -> set[str]:
        values = {**self._bound(counts), "key_order": order_id}
        return set(self._connection.execute(statement, values).scalars())

    def _bound(self, counts: _Counts) -> dict[str, Any]:
        if len(counts) == 1:
            ((sku_id, pieces),) = counts
            return {"key_sku": sku_id, "pieces": pieces}
        return bound(self._connection.dialect.name, "counts", _COUNTS, counts)

    def _short(self, wanted: Mapping[str, int], short: Sequence[str]) -> OutOfStock:
        query = sa.select(_S.sku_id, _S.available).where(_S.sku_id.in_(short))
        known = {row.sku_id: row.available for row in self._connection.execute(query)}
        lines = [{"sku_id": each, "wanted": wanted[each], "available": known.get(each, 0)} for each in short]
        return OutOfStock("库存不足", parameter="quantity", detail={"lines": lines})

    def _write_moves(
        self,
        kind: str,
        counts: Sequence[tuple[str, int]],
        moved: Mapping[str, _After],
        *,
        at: int,
        order_id: str = "",
        actor: str = "",
    ) -> None:
        insert_rows(
            self._connection,
            stock_moves,
            [
                {
                    "sku_id": sku_id, "kind": kind, "order_id": order_id, "quantity": quantity,
                    "available": moved[sku_id].available, "reserved": moved[sku_id].reserved, "actor": actor,
                    "moved_at": at,
                }
                for sku_id, quantity in counts
            ],
        )  # fmt: skip


def _counted(wanted: Sequence[Wanted]) -> list[tuple[str, int]]:
    """One count a SKU, in the order of ids, so that two baskets wait for each other once and never in a ring."""
    counts: Counter[str] = Counter()
    for line in wanted:
        if line.quantity < 1:
            raise ValueError(f"{line.sku_id}: {line.quantity} pieces")
        counts[line.sku_id] += line.quantity
    return sorted(counts.items())


def _not_reserved(sku_id: str) -> NotReserved:
    return NotReserved(f"没有编号为 {sku_id} 的规格，或没有占用这么多", parameter="sku_id")
