"""The writes of one life, taken down as the driver got them, to be played again under new ids: what the database itself
needs for them, and so the limit of whoever does them with any thought."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import write_transaction
from catalog_service.domain.orders.numbers import NUMBER_DIGITS

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
_ID = re.compile(r"\b[0-9a-f]{32}\b")  # ids are UUIDs as 32 digits; hashes have 64 and stay
_NUMBER = re.compile(rf"\b[0-9]{{{NUMBER_DIGITS}}}\b")  # of an order


@dataclass
class Tape:
    """Commits, each a list of statement, parameters, and whether they are many."""

    commits: list[list[tuple[str, Any, bool]]] = field(default_factory=list)

    def play(self, engine: sa.Engine, *, new_id: Callable[[], str]) -> None:
        """All of it once, every id replaced by a new one."""
        ids: dict[str, str] = {}

        def renewed(value: Any) -> Any:
            if isinstance(value, str):
                value = _NUMBER.sub(lambda found: ids.setdefault(found[0], _new_number()), value)
                return _ID.sub(lambda found: ids.setdefault(found[0], new_id()), value)
            if isinstance(value, dict):
                return {name: renewed(each) for name, each in value.items()}
            return type(value)(map(renewed, value)) if isinstance(value, tuple | list) else value

        for commit in self.commits:
            with write_transaction(engine) as connection:
                cursor = connection.connection.cursor()
                for statement, parameters, many in commit:
                    (cursor.executemany if many else cursor.execute)(statement, renewed(parameters))
                cursor.close()


def _new_number() -> str:
    return f"{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}d}"


def record_life(engine: sa.Engine, life: Callable[[], object]) -> Tape:
    """The tape of one life."""
    tape, current = Tape(), list[tuple[str, Any, bool]]()

    def written(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.lstrip().startswith(WRITES):
            current.append((statement, parameters, many))

    def committed(_connection: Any) -> None:
        if current:
            tape.commits.append(list(current))
        current.clear()

    sa.event.listen(engine, "before_cursor_execute", written)
    sa.event.listen(engine, "commit", committed)
    try:
        life()
    finally:
        sa.event.remove(engine, "before_cursor_execute", written)
        sa.event.remove(engine, "commit", committed)
    return tape
