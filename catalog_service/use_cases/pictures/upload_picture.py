"""Take in a picture: made ready outside any transaction, kept by its digest."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.pictures.values import (
    PATHS,
    SIZES,
    PictureNotFound,
    PreparedPicture,
    digest_of,
    picture_key,
)
from catalog_service.ports.pictures import PictureMaker, PictureStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Nothing of it is in the record: the name says what it is, so the same picture twice is one, and an offer that
    names it is the only thing that changes."""

    maker: PictureMaker
    store: PictureStore

    def upload(self, content: bytes) -> PreparedPicture:
        """``NotAPicture`` or ``PictureTooLarge``; else every size is there for everybody, the largest last."""
        prepared = self.maker.prepare(content)
        for size in sorted(prepared.sizes):
            self.store.put(picture_key(prepared.digest, size), prepared.sizes[size])
        return prepared

    def has(self, address: str) -> bool:
        """Whether what an address of ours names is there; of any other address nobody can say: true."""
        if not address.startswith(PATHS):
            return True
        digest = digest_of(address)
        return bool(digest) and self.store.get(picture_key(digest, SIZES[-1])) is not None

    def read(self, *, digest: str, size: int) -> bytes:
        """The bytes of a size, or ``PictureNotFound``."""
        content = self.store.get(picture_key(digest, size))
        if content is None:
            raise PictureNotFound("没有这张图片", parameter="digest")
        return content
