"""What keeps pictures, and what makes them ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from catalog_service.domain.pictures.values import PreparedPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """``put_at``: when it was first put there, in seconds since the epoch."""

    key: str
    put_at: float
    size_bytes: int


class PictureStore(Protocol):
    """Bytes by a name made of their digest: written once, never changed, so that whoever has them may keep them.

    Promises: what ``put`` returned from is there for every process; putting it again is harmless; ``get`` of what is
    not there is None; a store that is away raises ``Unavailable``."""

    def put(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes | None: ...

    def listed(self, folder: str = "") -> Iterator[StoredFile]:
        """All that is there, or that is below this folder, in no order; what comes or goes meanwhile may be
        among them or not."""
        ...

    def remove(self, key: str) -> None:
        """Harmless where it is gone already."""
        ...


class PictureMaker(Protocol):
    """Pure but for the time that it takes: seconds of a processor for the largest."""

    def prepare(self, upload: bytes) -> PreparedPicture:
        """``NotAPicture`` or ``PictureTooLarge`` for what is refused."""
        ...
