"""What looks at scans; they are kept as pictures are (``ports.pictures.PictureStore``), in a store of their own."""

from __future__ import annotations

from typing import Protocol

from catalog_service.domain.companies.documents import CheckedScan


class ScanChecker(Protocol):
    """Pure but for the time that it takes: a second or two of a processor for the largest."""

    def check(self, upload: bytes) -> CheckedScan:
        """``NotADocument`` or ``DocumentTooLarge`` for what is refused."""
        ...
