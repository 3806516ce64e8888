"""On PostgreSQL a deed's new rows wait for each other, and nobody can tell but by counting statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.adapters.sql.companies import SqlCompanyRows
from catalog_service.adapters.sql.engine import write, write_transaction
from catalog_service.adapters.sql.inserts import insert_rows
from catalog_service.adapters.sql.moves import overtaken
from catalog_service.adapters.sql.orders import SqlTimerRows
from catalog_service.adapters.sql.tables import companies, ledger_accounts, order_groups, outbox
from catalog_service.adapters.sql.waiting import Change, update_sql, waiting_rows
from catalog_service.domain.companies.members import Member, MemberState, Role
from catalog_service.domain.orders.timers import Timer, TimerKind
from catalog_service.ports.record import Overtaken, TransactionLost
from catalog_service.service import Record
from tests.catalog_service.house import NOW, rows

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

COMPANY = {
    "company_id": "c-1", "name": "批发 'N\"%s \\ 🏭", "supplier_id": None, "default_address_id": None, "invoice": "",
    "version": 1, "created_at": NOW, "changed_at": NOW,
}  # fmt: skip


def group(group_id: str, *, payable_fen: int = 2**62) -> dict[str, Any]:
    return {
        "group_id": group_id, "buyer_company_id": "c-1", "placed_by": "m-1", "orders": 1, "payable_fen": payable_fen,
        "placed_at": NOW,
    }  # fmt: skip


def note(subject_id: str) -> dict[str, Any]:
    return {"kind": "offer", "subject_id": subject_id, "version": 1, "recorded_at": NOW, "urgent": True}


class Statements(list[str]):
    """What the driver was given."""

    def __init__(self, engine: sa.Engine) -> None:
        sa.event.listen(engine, "before_cursor_execute", lambda _c, _cursor, said, *_: self.append(said))


def test_rows_of_many_tables_go_as_one_statement_before_the_commit_as_they_were_given(record: Record) -> None:
    said = Statements(record.engine)
    with write_transaction(record.engine) as connection:
        insert_rows(connection, order_groups, [group("g-1")])
        insert_rows(connection, outbox, [note("o-2"), note("o-1")])
        insert_rows(connection, companies, [COMPANY])
        insert_rows(connection, outbox, [note("o-3")])
        assert said == []
    assert len(said) == 1
    assert said[0].startswith("WITH ")
    assert rows(record, "SELECT subject_id FROM outbox ORDER BY sequence") == [("o-2",), ("o-1",), ("o-3",)]
    assert rows(record, "SELECT payable_fen FROM order_groups") == [(2**62,)]
    assert rows(record, "SELECT name, supplier_id FROM companies WHERE company_id = 'c-1'") == [(COMPANY["name"], None)]


def test_whoever_asks_for_a_waiting_row_in_its_transaction_finds_it(record: Record) -> None:
    said = Statements(record.engine)
    with write_transaction(record.engine) as connection:
        insert_rows(connection, order_groups, [group("g-1")])
        assert connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one() == 0
        assert len(said) == 1  # nothing of groups was asked for
        assert connection.execute(sa.select(order_groups.c.group_id)).scalars().all() == ["g-1"]
        assert len(said) == 3
        insert_rows(connection, order_groups, [group("g-2")])
        text = sa.text("UPDATE order_groups SET orders = 2 WHERE group_id = 'g-2'")
        assert connection.execute(text).rowcount == 1
    assert len(said) == 5


def test_a_row_that_refers_to_a_waiting_one_comes_after_it(record: Record) -> None:
    member = Member(
        member_id="m-1", company_id="c-1", login="a@example.com", email="", name="王", state=MemberState.ACTIVE,
        roles=frozenset({Role.OWNER}), version=1, changed_at=NOW,
    )  # fmt: skip
    with write_transaction(record.engine) as connection:
        insert_rows(connection, companies, [COMPANY])
        SqlCompanyRows(connection).insert_member(member)
    assert rows(record, "SELECT company_id FROM members WHERE member_id = 'm-1'") == [("c-1",)]


def test_a_refused_deed_leaves_no_waiting_row_and_none_for_the_next(record: Record) -> None:
    def refuse(connection: sa.Connection) -> None:
        insert_rows(connection, order_groups, [group("g-1")])
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        write(record.engine, refuse)
    write(record.engine, lambda connection: insert_rows(connection, order_groups, [group("g-2")]))
    assert rows(record, "SELECT group_id FROM order_groups") == [("g-2",)]


def test_a_row_that_the_database_refuses_undoes_the_whole_deed(record: Record) -> None:
    def enter(connection: sa.Connection) -> None:
        insert_rows(connection, companies, [COMPANY])
        insert_rows(connection, order_groups, [group("g-1")])

    write(record.engine, lambda connection: insert_rows(connection, order_groups, [group("g-1")]))
    with pytest.raises(TransactionLost):
        write(record.engine, enter)
    assert rows(record, "SELECT count(*) FROM companies WHERE company_id = 'c-1'") == [(0,)]


def test_what_is_put_or_taken_away_goes_along_and_the_last_one_counts(record: Record) -> None:
    def timer(subject_id: str, due_at: int) -> Timer:
        return Timer(subject_id=subject_id, kind=TimerKind.ORDER, due_at=due_at)

    def due(connection: sa.Connection, subject_id: str) -> int | None:
        found = SqlTimerRows(connection).timer(subject_id)
        return None if found is None else found.due_at

    with write_transaction(record.engine) as connection:
        for subject_id in ("kept", "moved", "cleared"):
            SqlTimerRows(connection).set(timer(subject_id, 1))
    said = Statements(record.engine)
    with write_transaction(record.engine) as connection:
        timers = SqlTimerRows(connection)
        timers.set(timer("moved", 2))
        timers.set(timer("cleared", 3))
        timers.clear("cleared")
        timers.clear("never")
        timers.clear("new")
        timers.set(timer("new", 4))
        insert_rows(connection, outbox, [note("o-1")])
        assert said == []
    assert len(said) == 1
    with write_transaction(record.engine) as connection:
        assert [due(connection, each) for each in ("kept", "moved", "cleared", "never", "new")] == [1, 2, None, None, 4]
        SqlTimerRows(connection).clear("kept")
        assert due(connection, "kept") is None  # who asks finds what it did


def changed(group_id: str, *, orders: int, was: int = 1) -> Change:
    """The group of ``was`` orders has so many from now on."""
    sql = update_sql(order_groups, ("orders",), ("group_id", "orders"))
    return Change(order_groups, group_id, sql, (orders, group_id, was), missed=overtaken)


@pytest.fixture
def two_groups(record: Record) -> Record:
    write(record.engine, lambda connection: insert_rows(connection, order_groups, [group("g-1"), group("g-2")]))
    return record


def test_changes_go_along_and_each_must_find_its_row(two_groups: Record) -> None:
    said = Statements(two_groups.engine)
    with write_transaction(two_groups.engine) as connection:
        waiting = waiting_rows(connection)
        assert waiting is not None
        waiting.change(connection, changed("g-1", orders=2))
        waiting.change(connection, changed("g-2", orders=3))
        insert_rows(connection, outbox, [note("o-1")])
        assert said == []
    assert len(said) == 1
    assert rows(two_groups, "SELECT group_id, orders FROM order_groups ORDER BY 1") == [("g-1", 2), ("g-2", 3)]
    assert rows(two_groups, "SELECT subject_id FROM outbox") == [("o-1",)]


@pytest.mark.parametrize("stale", ["g-1", "g-2"])
def test_a_change_that_finds_another_row_undoes_all_of_them(two_groups: Record, stale: str) -> None:
    def change(connection: sa.Connection) -> None:
        waiting = waiting_rows(connection)
        assert waiting is not None
        for which in ("g-1", "g-2"):
            waiting.change(connection, changed(which, orders=9, was=7 if which == stale else 1))
        insert_rows(connection, outbox, [note("o-1")])

    with pytest.raises(Overtaken), write_transaction(two_groups.engine) as connection:
        change(connection)
    assert rows(two_groups, "SELECT DISTINCT orders FROM order_groups") == [(1,)]
    assert rows(two_groups, "SELECT count(*) FROM outbox") == [(0,)]


def test_a_row_is_changed_twice_and_a_new_one_is_changed_one_after_the_other(two_groups: Record) -> None:
    """PostgreSQL changes a row once in a statement, and leaves the second change out without a word."""
    said = Statements(two_groups.engine)
    with write_transaction(two_groups.engine) as connection:
        waiting = waiting_rows(connection)
        assert waiting is not None
        waiting.change(connection, changed("g-1", orders=2))
        waiting.change(connection, changed("g-1", orders=3, was=2))
        insert_rows(connection, order_groups, [group("g-3")])
        waiting.change(connection, changed("g-3", orders=4))
    assert len(said) == 3
    assert rows(two_groups, "SELECT orders FROM order_groups ORDER BY group_id") == [(3,), (1,), (4,)]


def test_sums_add_up_before_they_go_and_a_change_of_the_same_row_comes_after_them(record: Record) -> None:
    def account(which: str, fen: int) -> dict[str, Any]:
        return {"account_id": which, "kind": "payable", "owner": which, "balance_fen": fen}

    def take(_connection: sa.Connection, which: str, fen: int) -> Change:
        sql = "UPDATE ledger_accounts SET balance_fen = balance_fen - %s WHERE account_id = %s AND balance_fen >= %s"
        return Change(ledger_accounts, which, sql, (fen, which, fen), missed=overtaken)

    def add(*changes: tuple[str, int], then: Callable[[sa.Connection], Change] | None = None) -> int:
        said = Statements(record.engine)
        with write_transaction(record.engine) as connection:
            waiting = waiting_rows(connection)
            assert waiting is not None
            for which, fen in changes:
                waiting.add_up(ledger_accounts, "balance_fen", account(which, fen))
            if then is not None:
                waiting.change(connection, then(connection))
        return len(said)

    assert add(("b", 1), ("a", 2), ("b", 4)) == 1
    assert add(("a", 10), then=lambda connection: take(connection, "a", 12)) == 2
    assert add(("a", 1), then=lambda connection: take(connection, "b", 5)) == 1
    with pytest.raises(Overtaken):
        add(("a", 100), then=lambda connection: take(connection, "b", 1))
    assert rows(record, "SELECT account_id, balance_fen FROM ledger_accounts ORDER BY 1") == [("a", 1), ("b", 0)]
