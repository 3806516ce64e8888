"""Where the next page of a list begins: signed, and good for the same list alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer

from kernel.errors import Invalid
from kernel.paging import Page

PAGE_MAX = 100  # rows of a list that a person reads; an export has its own way
Position = tuple[int, str]  # when, and the id of what was so
T = TypeVar("T")


class CursorInvalid(Invalid):
    """The cursor was not given by this service, or belongs to another list."""

    code = "cursor_invalid"


def require_size(size: int) -> None:
    """``Invalid`` for a page of more rows than one reads, or of none."""
    if not 1 <= size <= PAGE_MAX:
        raise Invalid(f"每页 1 到 {PAGE_MAX} 条", parameter="size")


class Cursors:
    """``salt``: of this kind of list. What a page is ``of`` (whose, which filter) is JSON and stands in its cursor."""

    def __init__(self, secret: str, *, salt: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt=salt)

    def position(self, cursor: str, *, of: object) -> Position:
        """Of the row that the page before ended with. Raises ``CursorInvalid``."""
        try:
            at, row_id, said = msgspec.convert(self._serializer.loads(cursor), tuple[int, str, object])
        except (BadSignature, msgspec.ValidationError, UnicodeError, ValueError):
            raise CursorInvalid("翻页标记无效，请从第一页重新开始", parameter="cursor") from None
        if said != of:
            raise CursorInvalid("翻页标记属于另一个列表，请从第一页重新开始", parameter="cursor")
        return at, row_id

    def page(self, found: Sequence[T], place: Callable[[T], Position], *, size: int, of: object) -> Page[T]:
        """The first ``size`` of what was found, one more of which says that there is another page."""
        following = None
        if len(found) > size:
            following = str(self._serializer.dumps([*place(found[size - 1]), of]))
        return Page(items=found[:size], next_cursor=following)
