"""The record store over SQL. Only statements that SQLite and PostgreSQL both speak."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog_service.adapters.sql import rows
from catalog_service.adapters.sql.bulk_edits import SqlBulkEdits
from catalog_service.adapters.sql.carts import SqlCarts
from catalog_service.adapters.sql.companies import SqlCompanyRows
from catalog_service.adapters.sql.engine import write
from catalog_service.adapters.sql.identity import SqlIdentityRows
from catalog_service.adapters.sql.ids import id_parts
from catalog_service.adapters.sql.inserts import insert_rows
from catalog_service.adapters.sql.money import SqlLedgerRows, SqlPaymentRows
from catalog_service.adapters.sql.moves import overtaken, refuse_overtaken
from catalog_service.adapters.sql.notices import SqlNoticeRows
from catalog_service.adapters.sql.orders import SqlOrderRows, SqlTimerRows
from catalog_service.adapters.sql.payouts import SqlPayoutRows
from catalog_service.adapters.sql.prices import SqlPrices
from catalog_service.adapters.sql.revisions import SqlRevisions
from catalog_service.adapters.sql.skus import SqlSkus
from catalog_service.adapters.sql.stock import SqlStock
from catalog_service.adapters.sql.tables import (
    audit,
    credit_events,
    idempotency_keys,
    import_runs,
    offers,
    outbox,
    suppliers,
)
from catalog_service.adapters.sql.waiting import Change, update_sql, waiting_rows
from catalog_service.domain.deeds import AuditNote, OutboxNote, Receipt
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.suppliers.credit import CreditEvent, CreditTally
from catalog_service.domain.suppliers.profile import StoredSupplier
from catalog_service.ports.record import (
    DeedKey,
    ImportRun,
    ImportTaken,
    KeyInFlight,
    KeyReused,
    OfferMark,
)

_SELECT_OFFER = sa.select(*rows.OFFER_COLUMNS, *rows.STATE_COLUMNS)
_SELECT_MARKS = sa.select(
    offers.c.offer_id, offers.c.version, offers.c.state, offers.c.content_hash, offers.c.published_at,
    offers.c.more_pictures,
)  # fmt: skip
_SELECT_SUPPLIER = sa.select(*rows.SUPPLIER_COLUMNS)
_REPLACE_OFFER = (
    sa.update(offers)
    .where(offers.c.offer_id == sa.bindparam("key_id"), offers.c.version == sa.bindparam("key_version"))
    # Not the stock: it is what the SKUs' rows add up to, and may have moved since the offer was read.
    .values({column.name: sa.bindparam(column.name) for column in offers.c if column.name not in ("offer_id", "stock")})
)
_REPLACE_SUPPLIER = (
    sa.update(suppliers)
    .where(suppliers.c.supplier_id == sa.bindparam("key_id"), suppliers.c.version == sa.bindparam("key_version"))
    .values({column.name: sa.bindparam(column.name) for column in suppliers.c if column.name != "supplier_id"})
)
# Who enters a key first holds it until the commit: another one waits, and then finds the answer. A row without one is
# of a version that committed its keys before its deeds, and was killed in between.
_TAKE_KEY = sa.text(
    "INSERT INTO idempotency_keys (actor, key, fingerprint, token, claimed_at, receipt)"
    " VALUES (:actor, :key, :fingerprint, '', :at, NULL) ON CONFLICT (actor, key) DO NOTHING"
)
_KEPT = sa.text("SELECT fingerprint, receipt FROM idempotency_keys WHERE actor = :actor AND key = :key")
_KEEP = sa.text("UPDATE idempotency_keys SET receipt = :text WHERE actor = :actor AND key = :key AND receipt IS NULL")

_Result = TypeVar("_Result")


class SqlRecordTransaction:
    """``RecordTransaction`` over one open connection; commits nothing itself."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @cached_property
    def companies(self) -> SqlCompanyRows:
        return SqlCompanyRows(self._connection)

    @cached_property
    def identity(self) -> SqlIdentityRows:
        return SqlIdentityRows(self._connection)

    @cached_property
    def notices(self) -> SqlNoticeRows:
        return SqlNoticeRows(self._connection)

    @cached_property
    def skus(self) -> SqlSkus:
        return SqlSkus(self._connection)

    @cached_property
    def stock(self) -> SqlStock:
        return SqlStock(self._connection)

    @cached_property
    def prices(self) -> SqlPrices:
        return SqlPrices(self._connection)

    @cached_property
    def carts(self) -> SqlCarts:
        return SqlCarts(self._connection)

    @cached_property
    def bulk_edits(self) -> SqlBulkEdits:
        return SqlBulkEdits(self._connection)

    @cached_property
    def revisions(self) -> SqlRevisions:
        return SqlRevisions(self._connection)

    @cached_property
    def orders(self) -> SqlOrderRows:
        return SqlOrderRows(self._connection)

    @cached_property
    def timers(self) -> SqlTimerRows:
        return SqlTimerRows(self._connection)

    @cached_property
    def payments(self) -> SqlPaymentRows:
        return SqlPaymentRows(self._connection)

    @cached_property
    def payouts(self) -> SqlPayoutRows:
        return SqlPayoutRows(self._connection)

    @cached_property
    def ledger(self) -> SqlLedgerRows:
        return SqlLedgerRows(self._connection)

    def offer(self, offer_id: str) -> StoredOffer | None:
        row = self._connection.execute(_SELECT_OFFER.where(offers.c.offer_id == offer_id)).first()
        return None if row is None else rows.stored_offer_from_row(row)

    def offer_marks(self, offer_ids: Collection[str]) -> Mapping[str, OfferMark]:
        marks = {}
        for part in id_parts(offer_ids):
            for offer_id, version, state, digest, published_at, more_pictures in self._connection.execute(
                _SELECT_MARKS.where(offers.c.offer_id.in_(part))
            ):
                marks[offer_id] = OfferMark(
                    version=version, state=OfferState(state), content_hash=digest, published_at=published_at,
                    more_pictures=rows.pictures_from_text(more_pictures),
                )  # fmt: skip
        return marks

    def insert_offers(self, stored: Sequence[StoredOffer]) -> None:
        self._insert(offers, [rows.row_from_offer(row) for row in stored])

    def replace_offers(self, stored: Sequence[StoredOffer]) -> None:
        values = [rows.row_from_offer(row) for row in stored]
        for row in values:
            del row["stock"]
        self._replace(_REPLACE_OFFER, values, id_column="offer_id")

    def suppliers(self, supplier_ids: Collection[str]) -> Mapping[str, StoredSupplier]:
        found = {}
        for part in id_parts(supplier_ids):
            for row in self._connection.execute(_SELECT_SUPPLIER.where(suppliers.c.supplier_id.in_(part))):
                found[row[0]] = rows.stored_supplier_from_row(row)
        return found

    def insert_suppliers(self, stored: Sequence[StoredSupplier]) -> None:
        self._insert(suppliers, [rows.row_from_supplier(row) for row in stored])

    def replace_suppliers(self, stored: Sequence[StoredSupplier]) -> None:
        self._replace(_REPLACE_SUPPLIER, [dict(rows.row_from_supplier(row)) for row in stored], id_column="supplier_id")

    def add_credit_events(self, events: Sequence[CreditEvent]) -> None:
        self._insert(
            credit_events,
            [
                {
                    "event_id": event.event_id,
                    "supplier_id": event.supplier_id,
                    "kind": event.tally.kind,
                    "count": event.tally.count,
                    "related_party": event.tally.related_party,
                    "note": event.note,
                    "occurred_at": event.occurred_at,
                    "recorded_at": event.recorded_at,
                }
                for event in events
            ],
        )

    def credit_tallies(self, supplier_id: str) -> Sequence[CreditTally]:
        events = credit_events.c
        query = (
            sa.select(events.kind, events.related_party, sa.func.sum(events.count))
            .where(events.supplier_id == supplier_id)
            .group_by(events.kind, events.related_party)
            .order_by(events.kind, events.related_party)
        )
        return [
            CreditTally(kind=kind, count=int(count), related_party=bool(related))
            for kind, related, count in self._connection.execute(query)
        ]

    def announce(self, notes: Sequence[OutboxNote], *, at: int) -> None:
        self._insert(
            outbox,
            [
                {
                    "kind": str(note.subject),
                    "subject_id": note.subject_id,
                    "version": note.version,
                    "recorded_at": at,
                    "urgent": note.urgent,
                }
                for note in notes
            ],
        )

    def write_audit(self, notes: Sequence[AuditNote], *, at: int) -> None:
        self._insert(
            audit,
            [
                {
                    "recorded_at": at,
                    "actor": note.actor,
                    "deed": note.deed,
                    "kind": str(note.subject),
                    "subject_id": note.subject_id,
                    "version": note.version,
                    "reason": note.reason,
                    "facts": rows.encode_json(note.facts),
                }
                for note in notes
            ],
        )

    def import_run(self, run_id: str) -> ImportRun | None:
        row = self._connection.execute(sa.select(import_runs).where(import_runs.c.run_id == run_id)).mappings().first()
        if row is None:
            return None
        return ImportRun(**{name: value for name, value in row.items() if name != "changed_at"})

    def save_import_run(self, run: ImportRun, *, previous: ImportRun | None, at: int) -> None:
        values = {**dataclasses.asdict(run), "changed_at": at}
        try:
            if previous is None:
                self._connection.execute(sa.insert(import_runs).values(values))  # at once: another may have begun
                return
        except IntegrityError:
            raise _taken(run) from None
        runs = import_runs.c
        moved = self._connection.execute(
            sa.update(import_runs).where(runs.run_id == run.run_id, runs.rows_done == previous.rows_done).values(values)
        )
        if moved.rowcount != 1:
            raise _taken(run)

    def _insert(self, table: sa.Table, values: Sequence[Mapping[str, Any]]) -> None:
        insert_rows(self._connection, table, values)

    def _replace(self, statement: sa.Update, values: Sequence[dict[str, Any]], *, id_column: str) -> None:
        if not values:
            return
        for row in values:
            row["key_id"] = row.pop(id_column)
            row["key_version"] = row["version"] - 1
        replaced = self._connection.execute(statement, values)
        refuse_overtaken(replaced.rowcount, of=len(values))


class SqlRecordStore:
    """``RecordStore`` over an engine. Safe to share between threads; each transaction has a connection of its own."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._mutex = threading.Lock()
        self._flying: set[tuple[str, str]] = set()

    def write(self, work: Callable[[SqlRecordTransaction], _Result]) -> _Result:
        return write(self._engine, lambda connection: work(SqlRecordTransaction(connection)))

    def write_once(self, key: DeedKey, work: Callable[[SqlRecordTransaction], Receipt], *, at: int) -> Receipt:
        place = {"actor": key.actor, "key": key.key}

        def once(transaction: SqlRecordTransaction) -> Receipt:
            connection = transaction._connection
            if connection.execute(_TAKE_KEY, {**place, "fingerprint": key.fingerprint, "at": at}).rowcount == 0:
                first = connection.execute(_KEPT, place).one()
                if first.fingerprint != key.fingerprint:
                    raise KeyReused("这个 Idempotency-Key 已用于另一个请求", parameter="Idempotency-Key")
                if first.receipt is not None:
                    return dataclasses.replace(_receipt(first.receipt), replayed=True)
            receipt = work(transaction)
            _keep(connection, key, rows.encode_json(receipt))
            return receipt

        with self._in_flight((key.actor, key.key)):
            return self.write(once)

    @contextmanager
    def _in_flight(self, place: tuple[str, str]) -> Iterator[None]:
        """Alone in this process: who sends a key a hundred times at once takes no connection from others."""
        with self._mutex:
            if place in self._flying:
                raise KeyInFlight("同一个 Idempotency-Key 的请求正在处理，请稍后重试", parameter="Idempotency-Key")
            self._flying.add(place)
        try:
            yield
        finally:
            with self._mutex:
                self._flying.discard(place)


def _keep(connection: sa.Connection, key: DeedKey, text: str) -> None:
    """The receipt, under the key that this transaction took."""
    waiting = waiting_rows(connection)
    if waiting is None:
        kept = connection.execute(_KEEP, {"actor": key.actor, "key": key.key, "text": text})
        refuse_overtaken(kept.rowcount)
        return
    sql = f"{update_sql(idempotency_keys, ('receipt',), ('actor', 'key'))} AND receipt IS NULL"
    waiting.change(connection, Change(idempotency_keys, key.key, sql, (text, key.actor, key.key), overtaken))


def _receipt(text: str) -> Receipt:
    receipt: Receipt = msgspec.json.decode(text, type=Receipt)
    return receipt


def _taken(run: ImportRun) -> ImportTaken:
    return ImportTaken(f"另一个进程正在导入同一个文件 {run.file_name}", parameter="file")
