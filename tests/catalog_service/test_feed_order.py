"""On PostgreSQL sequences are given before commits. Whatever the order of the commits, the feed skips nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from catalog_service.service import Record
from kernel.changes import OfferChanged
from tests.catalog_service.house import ADMIN, database_url, draft
from tests.postgresql import connect

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

ANNOUNCE = "INSERT INTO outbox (kind, subject_id, version, recorded_at, urgent) VALUES ('offer', %s, 1, 0, true)"


class Writer:
    """A transaction that goes on when it is told to."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        connection.execute("BEGIN")

    def announce(self, offer_id: str) -> None:
        self.connection.execute(ANNOUNCE, [offer_id])

    def take_number(self) -> int:
        """The transaction's own number, which PostgreSQL gives at the first write."""
        return int(self.connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()[0])  # type: ignore[index]

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def roll_back(self) -> None:
        self.connection.execute("ROLLBACK")


@pytest.fixture
def market(record: Record) -> Record:
    """Five offers that are announced; the feed stands at 5."""
    for number in range(5):
        record.publish_offer(draft=draft(f"o-{number}"), request=ADMIN)
    return record


@pytest.fixture
def writers(market: Record, home: Path) -> Iterator[tuple[Writer, Writer]]:
    with ExitStack() as connections:
        first, second = (Writer(connections.enter_context(connect(database_url(home)))) for _ in range(2))
        yield first, second


def told(record: Record, cursor: int) -> list[tuple[int, str]]:
    changes = record.changes.after(cursor, limit=100)
    urgent = record.changes.urgent_after(cursor, limit=100)
    assert changes == urgent
    assert record.changes.latest() == (changes[-1].sequence if changes else cursor)
    return [(change.sequence, change.offer_id) for change in changes if isinstance(change, OfferChanged)]


def test_a_later_sequence_that_commits_first_waits_for_the_earlier_one(
    market: Record, writers: tuple[Writer, Writer]
) -> None:
    first, second = writers
    first.announce("o-1")
    second.announce("o-2")
    second.commit()
    assert told(market, 5) == []
    first.commit()
    assert told(market, 5) == [(6, "o-1"), (7, "o-2")]


def test_sequences_that_run_against_the_numbers_of_transactions_are_not_skipped_either(
    market: Record, writers: tuple[Writer, Writer]
) -> None:
    """Holding rows back by the numbers of transactions alone would skip here: the older transaction commits while the
    younger one has the earlier sequence."""
    older, younger = writers
    assert older.take_number() < younger.take_number()
    younger.announce("o-1")
    older.announce("o-2")
    older.commit()
    assert told(market, 5) == []
    younger.commit()
    assert told(market, 5) == [(6, "o-1"), (7, "o-2")]


def test_what_was_announced_before_an_open_transaction_is_not_held_back(
    market: Record, writers: tuple[Writer, Writer]
) -> None:
    first, second = writers
    first.announce("o-1")
    first.announce("o-2")
    second.announce("o-3")
    first.commit()
    assert told(market, 5) == [(6, "o-1"), (7, "o-2")]
    second.roll_back()
    market.withdraw_offer(offer_id="o-4", request=ADMIN)
    assert told(market, 7) == [(9, "o-4")]


def test_a_savepoint_that_is_rolled_back_lets_nothing_slip(market: Record, writers: tuple[Writer, Writer]) -> None:
    first, second = writers
    first.connection.execute("SAVEPOINT here")
    first.announce("o-1")
    first.connection.execute("ROLLBACK TO here")
    first.announce("o-2")
    second.announce("o-3")
    second.commit()
    assert told(market, 5) == []
    first.commit()
    assert told(market, 5) == [(7, "o-2"), (8, "o-3")]


def test_a_transaction_that_announces_nothing_holds_nobody_back(market: Record, writers: tuple[Writer, Writer]) -> None:
    """A report, a migration, another database of the same server: none of them delays the index."""
    idle, second = writers
    idle.connection.execute("UPDATE suppliers SET changed_at = 0")
    idle.take_number()
    second.announce("o-1")
    second.commit()
    assert told(market, 5) == [(6, "o-1")]


def test_the_first_row_of_all_is_waited_for_too(record: Record, home: Path) -> None:
    with connect(database_url(home)) as one, connect(database_url(home)) as other:
        first, second = Writer(one), Writer(other)
        first.announce("o-1")
        second.announce("o-2")
        second.commit()
        assert (record.changes.latest(), record.changes.after(0, limit=9)) == (0, [])
        first.roll_back()
        assert record.changes.latest() == 2


def test_many_rows_of_one_transaction_cost_one_lock(market: Record, writers: tuple[Writer, Writer]) -> None:
    """Locks lie in shared memory: an import of a million rows may not fill it."""
    first, second = writers
    for _ in range(300):
        first.announce("o-1")
    pid = first.connection.info.backend_pid
    held = second.connection.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s", [pid]
    ).fetchone()
    assert held == (1,)
