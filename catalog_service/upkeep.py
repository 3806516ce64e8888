"""The record as its operator handles it: opened without being migrated or served, to be copied, restored, upgraded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from catalog_service.adapters.anchors import AnchorFile, AnchorsForged
from catalog_service.adapters.sql import sqlite as sqlite_dialect
from catalog_service.adapters.sql.copies import sqlite as sqlite_copies
from catalog_service.adapters.sql.copies.record import (
    NothingToCopy,
    copies_of,
    copy_record,
    load_record,
    measure_record,
    nothing_told,
)
from catalog_service.adapters.sql.engine import dialect_of, open_engine, read_transaction, refuse_unfit
from catalog_service.adapters.sql.migrate import HEAD, migrate, revision
from catalog_service.adapters.sql.migration_plan import Effect, MigrationStep, missing_steps
from catalog_service.domain.copies import RecordContent, differences
from catalog_service.reads.ledger import LedgerReads
from catalog_service.service import LOCK_NAME
from kernel.errors import PifaError

__all__ = [
    "HEAD",
    "CopyExamined",
    "Effect",
    "MigrationStep",
    "RecordUpkeep",
    "examine_copy",
    "open_upkeep",
    "ready_copy",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUpkeep:
    """Nothing here changes the record but what its name says. ``database``: which one it is, for people."""

    engine: sa.Engine
    lock_path: Path

    @property
    def database(self) -> str:
        return dialect_of(self.engine).name(self.engine)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @property
    def file(self) -> Path | None:
        """Where a record on SQLite lies; None for one on a server."""
        return Path(str(self.engine.url.database)) if self.dialect == "sqlite" else None

    def revision(self) -> str | None:
        """What it stands at; None when nobody has opened it yet. A file that is not there is not made by asking."""
        if self.file is not None and not self.file.exists():
            return None
        return revision(self.engine)

    def missing_steps(self) -> Sequence[MigrationStep]:
        """What ``migrate`` would do, oldest first; ``RecordOfAnotherVersion`` when a newer program wrote the record."""
        return missing_steps(self.revision(), dialect=self.dialect)

    def count(self, table: str) -> int:
        """Rows of a table, 0 for one that is not there."""
        if self.revision() is None:
            return 0
        with read_transaction(self.engine) as connection:
            if not sa.inspect(connection).has_table(table):
                return 0
            query = sa.select(sa.func.count()).select_from(sa.table(table))
            return int(connection.execute(query).scalar_one())

    def migrate(self) -> None:
        """Bring it to this program's tables."""
        migrate(self.engine, lock_path=self.lock_path)

    def copy_to(self, target: Path, *, told: Callable[[int], None] = nothing_told) -> RecordContent:
        """What was committed at one moment, into a new SQLite file; readers and writers go on. ``told`` hears rows as
        they are read. ``NothingToCopy`` where there is no record yet."""
        if self.revision() is None:
            raise NothingToCopy("记录库还是空的，没有可备份的内容")
        return copy_record(self.engine, target, told)

    def content(self) -> RecordContent:
        """As it stands, measured."""
        return measure_record(self.engine)

    def in_use(self) -> bool:
        """Whether another process has it open. On SQLite the file is whole without its log when nobody has."""
        if self.file is not None and not self.file.exists():
            return False
        return copies_of(self.engine).in_use(self.engine)

    def load(
        self, source: Path, content: RecordContent, *, replace: bool, told: Callable[[int], None] = nothing_told
    ) -> None:
        """Take the rows of a copy into a database on a server, all or nothing, at the revision that they have."""
        load_record(self.engine, source, content, replace=replace, told=told)

    def make_ready(self) -> None:
        """A copied SQLite file becomes a record to be served: upgraded, and with its write-ahead log."""
        self.migrate()
        sqlite_copies.make_ready(self.engine)

    def close(self) -> None:
        self.engine.dispose()


def open_upkeep(home: Path, *, database_url: str = "") -> RecordUpkeep:
    """The record of a home, or in the database that ``database_url`` names; an unfit one is refused."""
    engine = open_engine(database_url, home=home)
    upkeep = RecordUpkeep(engine=engine, lock_path=home / LOCK_NAME)
    if upkeep.file is None:
        try:
            refuse_unfit(engine)
        except BaseException:
            engine.dispose()
            raise
    return upkeep


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyExamined:
    """``faults``: what is not as it was told, the first of each kind first; empty when all is well."""

    rows: int
    ledger_entries: int
    upgraded: bool
    faults: tuple[str, ...]


def examine_copy(path: Path, told: RecordContent, *, anchors: Path, secret: str) -> CopyExamined:
    """Use a copy as a record would be used: measured against what it should hold, its references followed, upgraded,
    its ledger rebuilt and held against the anchors. The file is changed by it, so it is one to throw away."""
    faults: list[str] = []
    rows, entries, upgraded = 0, 0, False
    with _copy(path) as upkeep, _becoming(faults):
        found = upkeep.content()
        rows = found.rows
        faults += differences(told, found)
        with read_transaction(upkeep.engine) as connection:
            faults += [f"表 {table} 引用了不存在的行" for table in sqlite_copies.broken_references(connection)]
        upgraded = found.revision != HEAD
        upkeep.migrate()
        verified = LedgerReads(upkeep.engine).verify(AnchorFile(anchors, secret=secret))
        entries = verified.entries
        faults += [f"账本 {fault.table} {fault.row}：{fault.what}" for fault in verified.faults]
    return CopyExamined(rows=rows, ledger_entries=entries, upgraded=upgraded, faults=tuple(faults))


def ready_copy(path: Path, told: RecordContent) -> tuple[str, ...]:
    """Make a copy the file of a record that is served; what is not as it was told (nothing is done then)."""
    faults: list[str] = []
    with _copy(path) as upkeep, _becoming(faults):
        faults += differences(told, upkeep.content())
        if not faults:
            upkeep.make_ready()
    return tuple(faults)


@contextmanager
def _copy(path: Path) -> Iterator[RecordUpkeep]:
    engine = sqlite_dialect.open_engine(sa.URL.create("sqlite", database=str(path)), shared=False)
    try:
        yield RecordUpkeep(engine=engine, lock_path=path.with_name(LOCK_NAME))
    finally:
        engine.dispose()


@contextmanager
def _becoming(faults: list[str]) -> Iterator[None]:
    """What a damaged file is refused with is one more fault of it."""
    try:
        yield
    except AnchorsForged as forged:
        faults.append(forged.message)
    except PifaError as error:
        faults.append(f"数据库无法读取：{error.detail.get('cause') or error.message}")
    except (SQLAlchemyError, TypeError, ValueError) as error:  # the latter: a value of another kind than its column's
        faults.append(f"数据库无法读取：{error}")
