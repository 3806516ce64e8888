"""The signed cursor: where the next page begins and what the first page said."""

from __future__ import annotations

import hashlib

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer

from kernel.errors import Invalid
from search_api.requests import SearchRequest


class CursorInvalid(Invalid):
    """The cursor was not given by this service, or belongs to another search."""

    code = "cursor_invalid"


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where a page begins: item ``skip`` of window ``window``. ``now`` and ``total`` are the first page's."""

    window: int
    skip: int
    shown: int
    total: int
    generation: str
    now: int
    request: str


class CursorSigner:
    """Signs positions with the home's secret; nothing in a cursor can be changed by its holder."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="search-cursor")

    def sign(self, position: Position) -> str:
        return str(self._serializer.dumps(msgspec.to_builtins(position)))

    def read(self, cursor: str, *, request: SearchRequest) -> Position:
        """The position, or ``CursorInvalid`` when forged or given for another request."""
        try:
            position = msgspec.convert(self._serializer.loads(cursor), Position)
        except (BadSignature, msgspec.ValidationError, UnicodeError, ValueError):
            raise CursorInvalid("翻页标记无效，请从第一页重新开始", parameter="cursor") from None
        if position.request != request_digest(request):
            raise CursorInvalid("翻页标记属于另一次搜索，请从第一页重新开始", parameter="cursor")
        return position


def request_digest(request: SearchRequest) -> str:
    """What makes two requests the same search: everything but the cursor and the wish for explanations."""
    content = (
        request.q,
        sorted(request.category),
        request.quantity,
        request.price_min_fen,
        request.price_max_fen,
        request.moq_max,
        sorted(request.region),
        sorted(request.supplier),
        sorted(request.flags.items()),
        request.dispatch_hours_max,
        sorted((key, sorted(values)) for key, values in request.attributes.items()),
        request.sort,
        request.size,
        request.repair,
    )
    return hashlib.blake2b(msgspec.json.encode(content), digest_size=9).hexdigest()
