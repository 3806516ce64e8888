"""Bring the database to this version's tables: on open, once, whoever comes first."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

from catalog_service.adapters.sql.engine import read_transaction, use_wal, write_transaction
from kernel.errors import Unavailable

HEAD = "0001"  # the newest revision; a test compares it with the scripts
LOCK_TIMEOUT_SECONDS = 60  # a migration of a large record; everyone else waits for it

_SCRIPTS = Path(__file__).parent / "migrations"


class RecordOfAnotherVersion(Unavailable):
    """The database was written by a newer program."""

    code = "record_other_version"


def migrate(engine: sa.Engine, *, lock_path: Path) -> None:
    """Run the missing migrations under a lock between processes; nothing to do costs one query."""
    if revision(engine) == HEAD:
        return
    try:
        with FileLock(str(lock_path), timeout=LOCK_TIMEOUT_SECONDS):
            if revision(engine) != HEAD:
                use_wal(engine)
                upgrade(engine, target="head")
    except Timeout:
        raise Unavailable(f"另一个进程正在升级记录库（{lock_path}），请稍后重试", code="record_migrating") from None


def revision(engine: sa.Engine) -> str | None:
    """The revision that the database stands at, None when it is empty."""
    with read_transaction(engine) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(engine: sa.Engine, *, target: str) -> None:
    """Run Alembic's upgrade to ``target``; ``RecordOfAnotherVersion`` when the database is ahead of the scripts."""
    # Imported here: most starts find nothing to do, and Alembic costs a fifth of a second.
    from alembic import command
    from alembic.config import Config
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    configuration = Config()
    configuration.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    try:
        with write_transaction(engine) as connection:
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, target)
    except (CommandError, ResolutionError) as error:
        raise RecordOfAnotherVersion(
            "记录库由更新版本的程序写成，请升级程序，或换一个数据目录", detail={"cause": str(error)}
        ) from error
