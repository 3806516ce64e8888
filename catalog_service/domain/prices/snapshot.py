"""The digest by which what was shown is what is ordered."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

from catalog_service.domain.canonical import EXACT_MAX, canonical_json
from catalog_service.domain.prices.values import PricedOrder

_FIELDS = tuple(field.name for field in dataclasses.fields(PricedOrder) if field.name != "snapshot")


def snapshot_of(order: PricedOrder) -> str:
    """64 hexadecimal digits (SHA-256 over canonical JSON, RFC 8785) of everything but the snapshot itself.

    ``offer_version`` counts: a price that was changed and changed back is another snapshot, since somebody who looks
    closely would see another offer. Sums beyond any order (they are refused as such) go in as text."""
    content: Any = {name: getattr(order, name) for name in _FIELDS}
    if max(order.goods_fen, order.payable_fen) > EXACT_MAX:  # no other sum is more than both
        content = _exact({name: dataclasses.asdict(order)[name] for name in _FIELDS})
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(each) for each in value]
    return str(value) if isinstance(value, int) and abs(value) > EXACT_MAX else value
