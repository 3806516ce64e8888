"""What a candidate carries, as one binary value: read for a thousand hits at once, without a loop over fields."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from search_engine.columns import refuse_unfit
from search_engine.documents import IndexDocument
from search_engine.ladders import LADDER, ladder_records, prices_at
from search_engine.schema import FIELDS

COLUMNS: Final = tuple(field.name for field in FIELDS if field.column)
_PRICED: Final = np.dtype([("columns", "<i8", (len(COLUMNS),)), ("ladder", LADDER)])
# Base64 pads what is no multiple of three bytes, and padding in between would end the decoding of what is joined.
CANDIDATE: Final = np.dtype(
    {
        "names": ["columns", "ladder"],
        "formats": [_PRICED["columns"], LADDER],
        "offsets": [0, _PRICED["columns"].itemsize],
        "itemsize": -(-_PRICED.itemsize // 3) * 3,
    }
)
ON_REQUEST_FEN: Final = -1  # how candidates say that there is no price


def pack(document: IndexDocument, integers: Mapping[str, int]) -> str:
    """The columns and the ladder of one document; raises Invalid that names the value that does not fit 64 bits."""
    refuse_unfit(integers)
    record = np.zeros(1, dtype=CANDIDATE)
    record["columns"][0] = [integers[name] for name in COLUMNS]
    record["ladder"] = ladder_records([(document.tiers, document.moq)])
    return b64encode(record.tobytes()).decode("ascii")


def unpack(values: Sequence[str]) -> np.ndarray:
    """``CANDIDATE`` records (n,) of what ``pack`` gave."""
    return np.frombuffer(b64decode("".join(values)), dtype=CANDIDATE)


def columns_of(records: np.ndarray) -> dict[str, np.ndarray]:
    """int64 arrays (n,) by field name."""
    return {name: records["columns"][:, place].copy() for place, name in enumerate(COLUMNS)}


def prices_of(records: np.ndarray, quantity: int | None) -> np.ndarray:
    """Unit prices int64 (n,) in fen at a quantity, -1 on request."""
    ladders = records["ladder"]
    return np.where(ladders["count"] > 0, prices_at(ladders, quantity), ON_REQUEST_FEN)
