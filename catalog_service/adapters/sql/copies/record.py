"""The whole record out of one moment into a SQLite file, and out of such a file into an empty database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from catalog_service.adapters.sql import sqlite as sqlite_dialect
from catalog_service.adapters.sql.copies import postgresql, sqlite
from catalog_service.adapters.sql.copies.rows import Measure, measure, names_of, read_rows
from catalog_service.adapters.sql.copies.schema import counted_key, tables_at
from catalog_service.adapters.sql.engine import dialect_of, read_transaction, write_transaction
from catalog_service.adapters.sql.migrate import downgrade_on, revision_on, upgrade, upgrade_on
from catalog_service.domain.copies import RecordContent, TableContent, differences
from kernel.errors import Conflict, Unavailable

Told = Callable[[int], None]


def nothing_told(_: int) -> None:
    """Nobody watches."""


class NothingToCopy(Unavailable):
    """The database has no tables of ours."""

    code = "nothing_to_copy"


class RowsRefused(Conflict):
    """The database does not take a row of the copy; nothing was changed."""

    code = "rows_refused"


class CopyDiffers(Conflict):
    """What arrived is not what was sent; nothing was changed."""

    code = "copy_differs"


class _Copies(Protocol):
    def be_patient(self, connection: sa.Connection) -> None: ...
    def in_use(self, engine: sa.Engine) -> bool: ...
    def put_rows(self, connection: sa.Connection, table: str, columns: Any, parts: Any) -> None: ...
    def counters(self, connection: sa.Connection, keys: Mapping[str, str]) -> dict[str, int]: ...
    def set_counters(self, connection: sa.Connection, keys: Mapping[str, str], given: Mapping[str, int]) -> None: ...


_COPIES: dict[str, _Copies] = {"sqlite": sqlite, "postgresql": postgresql}


def copies_of(engine: sa.Engine | sa.Connection) -> _Copies:
    """What copying needs of a database."""
    return _COPIES[engine.dialect.name]


def copy_record(engine: sa.Engine, target: Path, told: Told = nothing_told) -> RecordContent:
    """Everything that was committed at one moment, into the new SQLite file ``target``; what that was.

    Readers and writers go on meanwhile. The content is measured on the record itself, so that the copy can be held
    against it.
    """
    with read_transaction(engine) as connection:
        copies_of(connection).be_patient(connection)
        standing = _standing(connection)
        tables = tables_at(standing)
        if connection.dialect.name == "sqlite":
            sqlite.copy_file(connection, target)
            return _content(connection, standing, tables, told)
        contents = _copy_rows(connection, target, standing, tables, told)
        given = copies_of(connection).counters(connection, _keys(tables))
    with _opened(target) as copy, write_transaction(copy) as writing:
        sqlite.set_counters(writing, _keys(tables), given)
    return RecordContent(revision=standing, tables=contents, counters=given)


def measure_record(engine: sa.Engine, told: Told = nothing_told) -> RecordContent:
    """The content of a record as it stands."""
    with read_transaction(engine) as connection:
        copies_of(connection).be_patient(connection)
        standing = _standing(connection)
        return _content(connection, standing, tables_at(standing), told)


def load_record(engine: sa.Engine, source: Path, content: RecordContent, *, replace: bool, told: Told) -> None:
    """Put the rows of the copy ``source`` into the database in one transaction, at the copy's revision: all that
    ``content`` says, or nothing (``RowsRefused``, ``CopyDiffers``). The database must be empty; with ``replace`` its
    own tables go first."""
    tables = tables_at(content.revision)
    with _opened(source) as copy, write_transaction(engine) as connection:
        dialect_of(engine).stand_alone(connection)
        copies_of(connection).be_patient(connection)
        if replace:
            downgrade_on(connection, target="base")
        upgrade_on(connection, target=content.revision)
        with read_transaction(copy) as reading:
            for table in tables:
                with _refused(table.name):
                    parts = read_rows(reading, table)
                    copies_of(connection).put_rows(connection, table.name, names_of(table), parts)
        copies_of(connection).set_counters(connection, _keys(tables), content.counters)
        found = _content(connection, content.revision, tables, told)
        for difference in differences(content, found):
            raise CopyDiffers(f"恢复到数据库里的内容与备份不同，已撤销：{difference}")


def _copy_rows(
    connection: sa.Connection, target: Path, standing: str, tables: list[sa.Table], told: Told
) -> dict[str, TableContent]:
    contents = {}
    with _opened(target) as copy:
        upgrade(copy, target=standing)
        for table in tables:
            taken = Measure(table)
            with write_transaction(copy) as writing:
                sqlite.put_rows(writing, table.name, names_of(table), taken.passing(read_rows(connection, table), told))
            contents[str(table.name)] = taken.content()
    return contents


def _content(connection: sa.Connection, standing: str, tables: list[sa.Table], told: Told) -> RecordContent:
    return RecordContent(
        revision=standing,
        tables={str(table.name): measure(connection, table, told) for table in tables},
        counters=copies_of(connection).counters(connection, _keys(tables)),
    )


def _standing(connection: sa.Connection) -> str:
    standing = revision_on(connection)
    if standing is None:
        raise NothingToCopy("记录库还是空的，没有可备份的内容")
    return standing


def _keys(tables: list[sa.Table]) -> dict[str, str]:
    return {str(table.name): key for table in tables if (key := counted_key(table)) is not None}


@contextmanager
def _opened(path: Path) -> Iterator[sa.Engine]:
    engine = sqlite_dialect.open_engine(sa.URL.create("sqlite", database=str(path)), shared=False)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _refused(table: str) -> Iterator[None]:
    """A row that fits one database and not the other: SQLite, for one, counts no characters."""
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        cause = str(getattr(error, "orig", error)).strip().split("\n")[0]
        raise RowsRefused(f"数据库不接受表 {table} 的内容，什么都没有改变：{cause}") from None
