"""What the missing migrations will do, told without doing it: each is run over an empty database, and what it says to
that is read. So nobody has to write it down beside the script, and it cannot be wrong of one that comes later."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError

from catalog_service.adapters.sql.copies.schema import empty_database
from catalog_service.adapters.sql.migrate import SCRIPTS, RecordOfAnotherVersion, downgrade, upgrade


class Effect(StrEnum):
    """Something that a migration does to a table that may be full."""

    CREATE = "create"
    COLUMN = "column"
    REWRITE = "rewrite"
    CHECK = "check"
    INDEX = "index"
    ROWS = "rows"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStep:
    """One revision. ``effects``: pairs of what and which table, in order, each once."""

    revision: str
    title: str
    reversible: bool
    effects: tuple[tuple[Effect, str], ...]


def missing_steps(standing: str | None, *, dialect: str) -> list[MigrationStep]:
    """From the revision that a record stands at to the newest; ``RecordOfAnotherVersion`` when it is ahead of us."""
    scripts = ScriptDirectory(str(SCRIPTS))
    try:
        missing = list(scripts.iterate_revisions("head", standing or "base"))
    except (CommandError, ResolutionError) as error:
        raise RecordOfAnotherVersion("记录库由更新版本的程序写成，请升级程序，或换一个数据目录") from error
    return [_step(script, dialect) for script in reversed(missing) if script.revision != standing]


def _step(script: Script, dialect: str) -> MigrationStep:
    before = script.down_revision if isinstance(script.down_revision, str) else None
    said, reversible = _said_to_sqlite(script.revision, before)
    if dialect == "postgresql":
        said = _said_to_postgresql(script)
    return MigrationStep(
        revision=script.revision,
        title=" ".join((script.longdoc or script.doc).split("\n\n")[0].split()),
        reversible=reversible,
        effects=tuple(dict.fromkeys(_effects(said))),
    )


def _said_to_sqlite(revision: str, before: str | None) -> tuple[list[str], bool]:
    """The statements, and whether the way back was found."""
    said: list[str] = []
    with empty_database(before) as engine:
        sa.event.listen(engine, "before_cursor_execute", lambda *told: said.append(told[2]))
        upgrade(engine, target=revision)
        up = list(said)
        try:
            downgrade(engine, target=before or "base")
        except Exception:  # whatever a script raises that has no way back
            return up, False
    return up, True


def _said_to_postgresql(script: Script) -> list[str]:
    told = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": told, "literal_binds": True}
    )
    with Operations.context(context):
        script.module.upgrade()
    return re.split(r";\n\n", told.getvalue())


_NAME = r'"?(?P<table>\w+)"?'
_COPY = "_alembic_tmp_"  # SQLite alters a table by building it anew under this name
_KINDS: tuple[tuple[re.Pattern[str], Effect], ...] = tuple(
    (re.compile(rf"\s*{pattern}", re.IGNORECASE), effect)
    for pattern, effect in (
        (rf"CREATE TABLE {_COPY}(?P<table>\w+)", Effect.REWRITE),
        (rf"CREATE TABLE {_NAME}", Effect.CREATE),
        (rf"ALTER TABLE {_NAME} ADD COLUMN", Effect.COLUMN),
        (rf"ALTER TABLE {_NAME} ADD (?:CONSTRAINT|CHECK|FOREIGN|UNIQUE)", Effect.CHECK),
        (rf"ALTER TABLE {_NAME} ALTER COLUMN \w+ TYPE", Effect.REWRITE),
        (rf"ALTER TABLE {_NAME} ALTER COLUMN \w+ SET NOT NULL", Effect.CHECK),
        (rf"CREATE (?:UNIQUE )?INDEX \S+ ON {_NAME}", Effect.INDEX),
        (rf"INSERT INTO {_NAME}", Effect.ROWS),
        (rf"UPDATE {_NAME}", Effect.ROWS),
        (rf"DELETE FROM {_NAME}", Effect.ROWS),  # noqa: S608 (a pattern, never sent)
        (rf"DROP TABLE {_NAME}", Effect.DROP),
    )
)


def _effects(statements: list[str]) -> Iterator[tuple[Effect, str]]:
    """An index of a table that comes with the same migration, and the rows and the end of a table's copy, are part of
    what was said before."""
    made: set[str] = set()
    for statement in statements:
        for pattern, effect in _KINDS:
            found = pattern.match(statement)
            if found is None:
                continue
            table = found["table"]
            if table.startswith(_COPY) or table in ("alembic_version", "sqlite_master"):
                break
            if effect is Effect.CREATE or effect is Effect.REWRITE:
                made.add(table)
            elif table in made and effect is not Effect.ROWS:
                break
            yield effect, table
            break
