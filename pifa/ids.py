"""Ids from the machine's randomness, rising with time so that new rows land at the end of an index."""

from __future__ import annotations

import uuid_utils


class TimeOrderedIds:
    """UUID version 7 (RFC 9562) as 32 hexadecimal digits."""

    def new(self) -> str:
        return uuid_utils.uuid7().hex
