"""Bring the database to this version's tables: on open, once, whoever comes first."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import dialect_of, read_again, read_transaction, write_transaction
from kernel.errors import Unavailable

HEAD = "0014"  # the newest revision; a test compares it with the scripts

SCRIPTS = Path(__file__).parent / "migrations"


class RecordOfAnotherVersion(Unavailable):
    """The database was written by a newer program."""

    code = "record_other_version"


def migrate(engine: sa.Engine, *, lock_path: Path) -> None:
    """Run the missing migrations under a lock between processes; nothing to do costs one query."""
    if revision(engine) == HEAD:
        return
    with dialect_of(engine).migrating(engine, lock_path=lock_path):
        upgrade(engine, target="head")


@read_again
def revision(engine: sa.Engine) -> str | None:
    """The revision that the database stands at, None when it is empty."""
    with read_transaction(engine) as connection:
        return revision_on(connection)


def revision_on(connection: sa.Connection) -> str | None:
    """The same, as the connection's transaction sees it."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(engine: sa.Engine, *, target: str) -> None:
    """Up to ``target``, nothing when it stands there; ``RecordOfAnotherVersion`` when it is ahead of the scripts."""
    _run(engine, "upgrade", target)


def downgrade(engine: sa.Engine, *, target: str) -> None:
    """Down to ``target``, for an operator who goes back to an older program."""
    _run(engine, "downgrade", target)


def upgrade_on(connection: sa.Connection, *, target: str) -> None:
    """Up to ``target`` within the connection's transaction, which stands alone already."""
    _run_on(connection, "upgrade", target)


def downgrade_on(connection: sa.Connection, *, target: str) -> None:
    """Down to ``target`` within the connection's transaction, which stands alone already."""
    _run_on(connection, "downgrade", target)


def _run(engine: sa.Engine, move: str, target: str) -> None:
    with write_transaction(engine) as connection:
        dialect_of(engine).stand_alone(connection)
        _run_on(connection, move, target)


def _run_on(connection: sa.Connection, move: str, target: str) -> None:
    # Imported here: most starts find nothing to do, and Alembic costs a fifth of a second.
    from alembic import command
    from alembic.config import Config
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    configuration = Config()
    configuration.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    try:
        getattr(command, move)(configuration, target)
    except (CommandError, ResolutionError) as error:
        raise RecordOfAnotherVersion(
            "记录库由更新版本的程序写成，请升级程序，或换一个数据目录", detail={"cause": str(error)}
        ) from error
