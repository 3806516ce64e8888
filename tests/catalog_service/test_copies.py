"""A copy of the record is of one moment, holds what the record held, and goes into either database."""

from __future__ import annotations

import dataclasses
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.adapters.anchors import FILE_NAME as ANCHORS_NAME
from catalog_service.adapters.sql.copies.record import CopyDiffers, NothingToCopy, RowsRefused
from catalog_service.adapters.sql.migrate import HEAD, RecordOfAnotherVersion, downgrade
from catalog_service.domain.copies import ROWS_A_MARK, RecordContent, TableContent, differences
from catalog_service.service import Record
from catalog_service.upkeep import RecordUpkeep, examine_copy, open_upkeep, ready_copy
from tests.catalog_service.house import ADMIN, database_url, draft, every_change, open_house, rows
from tests.catalog_service.test_migrations import Rows, everything, fill
from tests.catalog_service.trade import SECRET, open_market
from tests.postgresql import Server


@pytest.fixture
def upkeep(home: Path) -> Iterator[RecordUpkeep]:
    with closing(open_upkeep(home, database_url=database_url(home))) as upkeep:
        yield upkeep


def examined(path: Path, content: RecordContent, anchors: Path) -> tuple[str, ...]:
    return examine_copy(path, content, anchors=anchors, secret=SECRET).faults


def test_a_copy_holds_every_row_of_every_table(record: Record, upkeep: RecordUpkeep, tmp_path: Path) -> None:
    fill(record, tmp_path)
    heard: list[int] = []
    content = upkeep.copy_to(tmp_path / "copy", told=heard.append)
    assert sum(heard) == content.rows > 50
    assert min(table.rows for table in content.tables.values()) > 0
    assert content == dataclasses.replace(upkeep.content(), counters=content.counters)
    assert content.counters["outbox"] >= record.changes.latest()
    with closing(open_file(tmp_path / "copy")) as copy:
        assert in_no_order(everything(copy.engine)) == in_no_order(everything(record.engine))
    assert examined(tmp_path / "copy", content, tmp_path / "nowhere") == ()


def in_no_order(tables: Rows) -> dict[str, list[str]]:
    """Databases order texts differently."""
    return {table: sorted(map(repr, found)) for table, found in tables.items()}


def open_file(path: Path) -> RecordUpkeep:
    return open_upkeep(path.parent, database_url=f"sqlite:///{path}")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_copy_goes_into_either_database_and_numbers_go_on(
    record: Record, upkeep: RecordUpkeep, postgresql: Server, kind: str, tmp_path: Path
) -> None:
    fill(record, tmp_path)
    content = upkeep.copy_to(tmp_path / "copy")
    # As if the last number had been given and its transaction been undone: it must not be given to another.
    content = dataclasses.replace(content, counters={**content.counters, "outbox": content.counters["outbox"] + 5})
    restored = tmp_path / "restored"
    restored.mkdir()
    with postgresql.database() as url:
        if kind == "postgresql":
            (restored / "database.url").write_text(url)
        with closing(open_upkeep(restored, database_url=database_url(restored))) as target:
            target.load(tmp_path / "copy", content, replace=False)
            assert target.content() == content
        with closing(open_house(restored)) as again:
            assert again.people.reads.company("c-buyer") is not None
            assert dict(rows(again, "SELECT sku_id, available FROM stock")) == dict(
                rows(record, "SELECT sku_id, available FROM stock")
            )
            again.publish_offer(draft=draft("after"), request=ADMIN)
            assert every_change(again)[-1].sequence == content.counters["outbox"] + 1


def test_a_copy_taken_while_orders_are_placed_and_paid_is_of_one_moment(home: Path, tmp_path: Path) -> None:
    market = open_market(home)
    stop, placed, failed = threading.Event(), list[str](), list[BaseException]()

    def trade() -> None:
        try:
            while not stop.is_set():
                placed.append(market.place())
                market.pay(placed[-1])
                market.ordering.anchor()
        except BaseException as error:
            failed.append(error)

    writers = [threading.Thread(target=trade) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    try:
        with closing(open_upkeep(home, database_url=database_url(home))) as upkeep:
            for number in range(4):
                wait_for(placed, more_than=len(placed) + 2)
                anchors = tmp_path / f"anchors-{number}"
                anchors.write_bytes(whole_lines(home / ANCHORS_NAME))
                content = upkeep.copy_to(tmp_path / f"copy-{number}")
                assert examined(tmp_path / f"copy-{number}", content, anchors) == ()
                seen.append(content.tables["orders"].rows)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert failed == []
    assert seen == sorted(set(seen))  # each is of a later moment
    assert 0 < seen[0] < seen[-1] <= len(placed)
    assert market.ordering.verify().faults == ()
    market.close()


def wait_for(placed: list[str], *, more_than: int) -> None:
    deadline = time.monotonic() + 60
    while len(placed) <= more_than:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def whole_lines(path: Path) -> bytes:
    content = path.read_bytes()
    return content[: content.rfind(b"\n") + 1]


def test_a_record_of_an_older_schema_is_copied_as_it_is_and_upgraded_aside(
    record: Record, upkeep: RecordUpkeep, tmp_path: Path
) -> None:
    fill(record, tmp_path)
    downgrade(record.engine, target="0003")
    content = upkeep.copy_to(tmp_path / "copy")
    assert content.revision == "0003"
    assert "orders" not in content.tables
    found = examine_copy(tmp_path / "copy", content, anchors=tmp_path / "none", secret=SECRET)
    assert (found.upgraded, found.faults, found.rows) == (True, (), content.rows)
    assert upkeep.revision() == "0003"


def test_a_file_is_made_ready_to_be_served(record: Record, upkeep: RecordUpkeep, tmp_path: Path) -> None:
    fill(record, tmp_path)
    downgrade(record.engine, target="0004")
    folder = tmp_path / "served"
    folder.mkdir()
    content = upkeep.copy_to(folder / "record.sqlite3")
    assert ready_copy(folder / "record.sqlite3", content) == ()
    with closing(open_house(folder)) as served:
        assert rows(served, "PRAGMA journal_mode") == [("wal",)]
        assert rows(served, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_row_that_was_changed_is_found_and_named(record: Record, upkeep: RecordUpkeep, tmp_path: Path) -> None:
    fill(record, tmp_path)
    content = upkeep.copy_to(tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        copy.execute("UPDATE ledger_accounts SET balance_fen = balance_fen + 1 WHERE kind = 'escrow'")
        copy.execute("DELETE FROM shipments")
        copy.commit()
    faults = examined(tmp_path / "copy", content, tmp_path / "none")
    assert [fault.split("：")[0] for fault in faults[:3]] == [
        "表 ledger_accounts", "表 shipments", "表 shipment_lines 引用了不存在的行",
    ]  # fmt: skip
    assert any(fault.startswith("账本 ledger_accounts escrow:") for fault in faults)
    assert ready_copy(tmp_path / "copy", content)[0].startswith("表 ledger_accounts")


def test_a_difference_is_named_to_a_thousand_rows() -> None:
    told = TableContent(rows=2500, sha256="a", marks=("1", "2"))
    found = TableContent(rows=2499, sha256="b", marks=("1", "3"))
    one, other = (RecordContent(revision="1", tables={"t": table}) for table in (told, found))
    assert list(differences(one, one)) == []
    assert ROWS_A_MARK == 1_000
    assert list(differences(one, other)) == [
        "表 t：2,499 行，应为 2,500 行；第一处差异在第 1,001 到 2,000 行之间（按主键的次序）"
    ]
    assert list(differences(one, RecordContent(revision="2", tables={"u": told}))) == [
        "结构版本是 2，应为 1", "表 t：缺少", "表 u：多出",
    ]  # fmt: skip


def test_what_arrives_otherwise_leaves_the_database_as_it_was(
    record: Record, upkeep: RecordUpkeep, postgresql: Server, tmp_path: Path
) -> None:
    fill(record, tmp_path)
    content = upkeep.copy_to(tmp_path / "copy")
    wrong = dataclasses.replace(content.tables["orders"], sha256="0" * 64)
    with postgresql.database() as url, closing(open_upkeep(tmp_path, database_url=url)) as target:
        with pytest.raises(CopyDiffers, match="orders"):
            target.load(
                tmp_path / "copy",
                dataclasses.replace(content, tables={**content.tables, "orders": wrong}),
                replace=False,
            )
        assert target.revision() is None
        target.load(tmp_path / "copy", content, replace=False)
        with closing(sqlite3.connect(tmp_path / "copy")) as copy:  # SQLite counts no characters
            copy.execute("UPDATE orders SET out_order_id = ? WHERE rowid = 1", ("长" * 65,))
            copy.commit()
        with pytest.raises(RowsRefused, match=r"表 orders .*character varying\(64\)"):
            target.load(tmp_path / "copy", content, replace=True)
        assert target.content().tables == content.tables


def test_nothing_is_made_by_asking(tmp_path: Path) -> None:
    with closing(open_upkeep(tmp_path)) as upkeep:
        assert (upkeep.revision(), upkeep.in_use(), upkeep.count("offers")) == (None, False, 0)
        with pytest.raises(NothingToCopy):
            upkeep.copy_to(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_whether_somebody_has_the_record_open_is_known(home: Path, upkeep: RecordUpkeep) -> None:
    assert not upkeep.in_use()
    with closing(open_house(home)) as other:
        other.catalog.live_count()
        assert upkeep.in_use()
    assert not upkeep.in_use()
    if upkeep.file is not None:
        with closing(open_house(home)) as again:
            assert rows(again, "PRAGMA journal_mode") == [("wal",)]


def test_the_missing_migrations_are_told_without_being_done(record: Record, upkeep: RecordUpkeep) -> None:
    assert upkeep.missing_steps() == []
    downgrade(record.engine, target="0003")
    steps = upkeep.missing_steps()
    assert [(step.revision, step.reversible) for step in steps[:2]] == [("0004", True), ("0005", True)]
    assert steps[0].title.startswith("Offers get SKUs, stock by SKU")
    told = {(str(effect), table) for effect, table in steps[0].effects}
    changed = {("rewrite", "offers")} if upkeep.dialect == "sqlite" else {("check", "offers"), ("index", "offers")}
    assert changed | {("create", "skus"), ("rows", "stock"), ("create", "cart_lines")} <= told
    assert ("index", "outbox") in {(str(effect), table) for effect, table in steps[1].effects}
    assert not {table for _, table in told} & {"alembic_version", "_alembic_tmp_offers"}
    assert upkeep.revision() == "0003"


def test_a_record_of_a_newer_program_has_no_plan(record: Record, upkeep: RecordUpkeep, tmp_path: Path) -> None:
    with record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for deed in (upkeep.missing_steps, lambda: upkeep.copy_to(tmp_path / "copy")):
        with pytest.raises(RecordOfAnotherVersion):
            deed()


def test_a_script_without_a_way_back_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog_service.adapters.sql import migration_plan

    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(migration_plan, "downgrade", refuse)
    steps = migration_plan.missing_steps("0004", dialect="sqlite")
    assert [step.reversible for step in steps] == [False] * len(steps)
