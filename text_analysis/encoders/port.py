"""The encoder port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

Progress = Callable[[int], None]


class Encoder(Protocol):
    """Text to unit vectors.

    Promises: float32, shape (n, dimensions), rows of L2 norm 1 (a text without any known token gives a zero row);
    deterministic to 1e-3; order kept; an empty batch gives shape (0, dimensions); thread-safe.
    ``fingerprint`` changes whenever the vectors would.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray: ...

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray: ...
