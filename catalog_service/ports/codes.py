"""Where item codes and barcodes are looked up: an index of what is listed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from kernel.codes import fold_code


class CodeIndex(Protocol):
    """Asked outside of transactions. It may be a moment behind the record, which has the last word."""

    def offers_with(self, codes: Collection[str]) -> Sequence[str]:
        """Ids of listed offers that have any of these as their item code or barcode."""
        ...

    def normalise(self, code: str) -> str:
        """A code as both sides compare it."""
        ...


class NoCodes:
    """No index stands beside the record: things are asked for by their ids."""

    def offers_with(self, codes: Collection[str]) -> Sequence[str]:
        return ()

    def normalise(self, code: str) -> str:
        return fold_code(code)
