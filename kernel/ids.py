"""Ids are strings: in JSON, in URLs, in rows."""

from __future__ import annotations

import re
from typing import Protocol

from kernel.errors import Invalid

# Wide enough for every marketplace's ids, narrow enough for URLs, file names and log lines.
ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


class IdSource(Protocol):
    """Gives ids that were never given before; injected, so that tests are repeatable."""

    def new(self) -> str: ...


def validate_id(value: str, *, parameter: str) -> str:
    """The id itself, or ``Invalid`` naming the parameter."""
    if not ID_PATTERN.fullmatch(value):
        raise Invalid("编号只能含字母、数字和 . _ : -，最长 64 位", parameter=parameter)
    return value
