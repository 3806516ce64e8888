"""On PostgreSQL: what happens to a deed whose connection is ended, and to one that meets others."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.adapters.sql import engine as transactions
from catalog_service.adapters.sql import postgresql
from catalog_service.adapters.sql.engine import read_transaction, write
from catalog_service.adapters.sql.store import SqlRecordStore, SqlRecordTransaction
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.ports.record import CommitUnknown, DeedKey, RecordBusy, TransactionLost
from catalog_service.service import Record
from tests.catalog_service.house import ADMIN, database_url, draft, rows
from tests.postgresql import connect

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

COUNTS = "SELECT (SELECT count(*) FROM offers), (SELECT count(*) FROM outbox), (SELECT count(*) FROM audit) - 1"
Kill = Callable[[sa.Connection], None]


@pytest.fixture
def kill(home: Path) -> Kill:
    """Ends the connection from the server's side, as a failover or an operator does."""

    def end(connection: sa.Connection) -> None:
        pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        with connect(database_url(home)) as operator:
            operator.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    return end


@pytest.fixture
def killed_deeds(kill: Kill, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets that many transactions lose their connection between their first write and their last."""
    write_audit = SqlRecordTransaction.write_audit

    def arrange(times: int) -> None:
        left = iter(range(times))

        def tripping(self: SqlRecordTransaction, notes: Any, *, at: int) -> None:
            if next(left, None) is not None:
                kill(self._connection)
            write_audit(self, notes, at=at)

        monkeypatch.setattr(SqlRecordTransaction, "write_audit", tripping)

    return arrange


def test_a_deed_whose_connection_is_ended_midway_is_done_again_and_once(
    record: Record, killed_deeds: Callable[[int], None]
) -> None:
    killed_deeds(2)
    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")
    receipt = record.publish_offer(draft=draft(), request=asked)
    assert (receipt.version, receipt.created, receipt.replayed) == (1, True, False)
    assert rows(record, COUNTS) == [(1, 1, 1)]


def test_a_deed_that_never_gets_through_leaves_nothing_and_frees_its_key(
    record: Record, killed_deeds: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(transactions._PACE, "attempts", 3)
    killed_deeds(3)
    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")
    with pytest.raises(TransactionLost) as caught:
        record.publish_offer(draft=draft(), request=asked)
    assert caught.value.code == "transaction_lost"
    assert rows(record, COUNTS) == [(0, 0, 0)]
    assert record.publish_offer(draft=draft(), request=asked).created


@pytest.mark.parametrize("arrives", [False, True])
def test_a_connection_that_ends_at_the_commit_is_told_and_the_same_key_settles_it(
    record: Record, kill: Kill, arrives: bool
) -> None:
    commits = iter(["the deed's"])

    def lose_the_first(connection: sa.Connection) -> None:
        if next(commits, ""):
            if arrives:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("BEGIN")  # the driver has not seen it: its own commit is what gets lost
            kill(connection)

    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")
    sa.event.listen(record.engine, "commit", lose_the_first)
    with pytest.raises(CommitUnknown):
        record.publish_offer(draft=draft(), request=asked)
    assert rows(record, COUNTS) == [(1, 1, 1) if arrives else (0, 0, 0)]
    receipt = record.publish_offer(draft=draft(), request=asked)
    assert (receipt.version, receipt.created, receipt.replayed) == (1, True, arrives)
    assert rows(record, COUNTS) == [(1, 1, 1)]


def test_a_connection_that_died_in_the_pool_costs_nobody_an_error(record: Record, kill: Kill) -> None:
    with record.engine.connect() as connection:
        kill(connection)
        connection.invalidate()
    assert record.catalog.live_count() == 0
    with connect(record.engine.url) as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'pifa'"
        )
    assert record.catalog.live_count() == 0


def test_a_reader_whose_connection_is_ended_midway_reads_again(
    record: Record, kill: Kill, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.publish_offer(draft=draft(), request=ADMIN)
    offer_marks, victims = SqlRecordTransaction.offer_marks, iter([True])

    def tripping(self: SqlRecordTransaction, offer_ids: Any) -> Any:
        if next(victims, False):
            kill(self._connection)
        return offer_marks(self, offer_ids)

    monkeypatch.setattr(SqlRecordTransaction, "offer_marks", tripping)
    assert [change.sequence for change in record.changes.after(0, limit=9)] == [1]
    assert next(victims, None) is None


def test_two_that_wait_for_each_other_both_get_through(record: Record) -> None:
    for offer_id in ("o-1", "o-2"):
        record.publish_offer(draft=draft(offer_id), request=ADMIN)
    both_hold_one = threading.Barrier(2)
    attempts: list[str] = []

    def touch(first: str, second: str) -> None:
        def work(connection: sa.Connection) -> None:
            attempts.append(first)
            statement = sa.text("UPDATE offers SET sold_count = sold_count + 1 WHERE offer_id = :id")
            connection.execute(statement, {"id": first})
            if attempts.count(first) == 1:
                both_hold_one.wait(timeout=20)
            connection.execute(statement, {"id": second})

        write(record.engine, work)

    threads = [threading.Thread(target=touch, args=order) for order in (("o-1", "o-2"), ("o-2", "o-1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(record, "SELECT sold_count FROM offers") == [(2,), (2,)]
    assert len(attempts) == 3  # the server chose one of them to go back


def test_of_two_that_enter_one_id_the_second_finds_the_first(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked and found nothing; the later one looks again instead of failing."""
    insert_offers, others = SqlRecordTransaction.insert_offers, iter([True])

    def overtaken(self: SqlRecordTransaction, stored: Any) -> None:
        if next(others, False):
            thread = threading.Thread(
                target=lambda: record.publish_offer(draft=draft(title="先到"), request=DeedRequest(actor="other"))
            )
            thread.start()
            thread.join()
        insert_offers(self, stored)

    monkeypatch.setattr(SqlRecordTransaction, "insert_offers", overtaken)
    report = record.load_catalog(suppliers=[], offers=[draft(title="后到")], request=ADMIN)
    assert (report.created, report.revised) == (0, 1)
    assert (record.offers.offer("o-1").offer.title, record.offers.offer("o-1").offer.version) == ("后到", 2)


def test_who_comes_second_with_a_key_to_another_process_waits_and_gets_the_first_answer(
    home: Path, record: Record
) -> None:
    """Two stores know as little of each other as two processes."""
    key = DeedKey(actor="admin", key="k", fingerprint="f")
    receipt = Receipt(subject=Subject.OFFER, subject_id="o-1", version=1)
    first, second = SqlRecordStore(record.engine), SqlRecordStore(record.engine)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def work(_: SqlRecordTransaction) -> Receipt:
        later.append(clients.submit(second.write_once, key, lambda _: pytest.fail("done twice"), at=0))
        with connect(database_url(home)) as operator:
            while operator.execute(waiting).fetchone() != (1,):
                time.sleep(0.01)
        return receipt

    later: list[Future[Receipt]] = []
    with ThreadPoolExecutor(1) as clients:
        assert first.write_once(key, work, at=0) == receipt
        assert later[0].result() == dataclasses.replace(receipt, replayed=True)


def test_a_row_that_another_holds_too_long_is_busy_and_not_waited_for_forever(
    home: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.publish_offer(draft=draft(), request=ADMIN)
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT_MS", 50)
    impatient = transactions.open_engine(database_url(home), home=home)
    with connect(database_url(home)) as other:
        other.execute("BEGIN")
        other.execute("UPDATE offers SET title = '未提交'")
        with pytest.raises(RecordBusy) as caught:
            write(impatient, lambda connection: connection.exec_driver_sql("UPDATE offers SET title = '等'"))
        assert caught.value.code == "record_busy"
    impatient.dispose()


def test_connections_say_whose_they_are_and_how_long_they_wait(record: Record) -> None:
    with read_transaction(record.engine) as connection:
        told = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in (
                "application_name", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
                "transaction_isolation", "transaction_read_only",
            )
        }  # fmt: skip
    assert told == {
        "application_name": "pifa", "statement_timeout": "30s", "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "1min", "transaction_isolation": "repeatable read",
        "transaction_read_only": "on",
    }  # fmt: skip
