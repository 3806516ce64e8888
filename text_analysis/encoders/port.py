"""The encoder port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

Progress = Callable[[int], None]


class Encoder(Protocol):
    """Text to unit vectors.

    Promises: float32, shape (n, dimensions), rows of L2 norm 1 (a text without any known token gives a zero row);
    the same batch gives the same to 1e-3, and a text in another batch a cosine above 0.98 to itself (int8 scales
    by the batch); order kept; an empty batch gives shape (0, dimensions); thread-safe. ``progress`` is called with how
    many more texts are done.
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
