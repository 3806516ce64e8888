"""What keeps pictures, and what makes them ready."""

from __future__ import annotations

from typing import Protocol

from catalog_service.domain.pictures.values import PreparedPicture


class PictureStore(Protocol):
    """Bytes by a name made of their digest: written once, never changed, so that whoever has them may keep them.

    Promises: what ``put`` returned from is there for every process; putting it again is harmless; ``get`` of what is
    not there is None; a store that is away raises ``Unavailable``."""

    def put(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes | None: ...


class PictureMaker(Protocol):
    """Pure but for the time that it takes: seconds of a processor for the largest."""

    def prepare(self, upload: bytes) -> PreparedPicture:
        """``NotAPicture`` or ``PictureTooLarge`` for what is refused."""
        ...
