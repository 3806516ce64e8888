"""The digest by which what was shown is what is ordered."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

import rfc8785

from catalog_service.domain.prices.values import PricedOrder

_EXACT_MAX = 2**53 - 1  # the integers that every JSON reader keeps


def snapshot_of(order: PricedOrder) -> str:
    """64 hexadecimal digits (SHA-256 over canonical JSON, RFC 8785) of everything but the snapshot itself.

    ``offer_version`` counts: a price that was changed and changed back is another snapshot, since somebody who looks
    closely would see another offer. Sums beyond any order (they are refused as such) go in as text."""
    content = dataclasses.asdict(order)
    del content["snapshot"]
    return hashlib.sha256(rfc8785.dumps(_exact(content))).hexdigest()


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(each) for each in value]
    return str(value) if isinstance(value, int) and abs(value) > _EXACT_MAX else value
