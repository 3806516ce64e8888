"""Manners of a query string: what is not known is refused, what is single is given once.

A silently ignored parameter shows the caller a result that it did not ask for.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

from fastapi import Depends, Request

from kernel.errors import Invalid

TRACKING_PREFIX = "utm_"  # put on links by advertisers; means nothing to us and must not break the page


class UnknownParameter(Invalid):
    """The endpoint has no such parameter."""

    code = "unknown_parameter"


class RepeatedParameter(Invalid):
    """The parameter takes one value and came with several."""

    code = "repeated_parameter"


def strict_query(
    *, single: Iterable[str] = (), repeated: Iterable[str] = (), prefixes: Iterable[str] = ()
) -> Callable[[Request], Awaitable[None]]:
    """A dependency that refuses what is neither ``single`` nor ``repeated`` nor opens with one of ``prefixes``.

    ``utm_*`` passes everywhere. Names under a prefix may repeat.
    """
    once, many, openings = frozenset(single), frozenset(repeated), (*prefixes, TRACKING_PREFIX)
    known = sorted(once | many)

    async def check(request: Request) -> None:
        if not request.scope["query_string"]:
            return
        counts = Counter(name for name, _ in request.query_params.multi_items())
        for name, count in counts.items():
            if name in many or (name.startswith(openings) and name not in once):
                continue
            if name not in once:
                raise _unknown(name, known)
            if count > 1:
                raise RepeatedParameter(f"参数 {name} 只能出现一次", parameter=name)

    return check


NO_QUERY = Depends(strict_query())
"""The dependency of an endpoint that takes no query."""


def _unknown(name: str, known: list[str]) -> UnknownParameter:
    shown = name[:60]
    near = difflib.get_close_matches(name[:60], known, n=1)
    hint = f"，是不是 {near[0]}？" if near else ""
    return UnknownParameter(f"不认识的参数“{shown}”{hint}", parameter=shown, detail={"known": known})
