"""Pictures, and scans of documents, in a folder or in an S3-compatible store, through obstore: one code, since both are
stores of objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, MemoryStore, S3Store

from catalog_service.ports.pictures import StoredFile
from kernel.errors import Invalid, Unavailable


class PicturesAway(Unavailable):
    """The store of pictures does not answer, or refuses us."""

    code = "pictures_unavailable"


class ObjectPictures:
    """``PictureStore``. A local object is written beside its place and renamed, so that a kill leaves none half."""

    def __init__(self, store: LocalStore | MemoryStore | S3Store) -> None:
        self._store = store

    def put(self, key: str, content: bytes) -> None:
        try:
            obstore.put(self._store, key, content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return  # the name is the content's digest: it is the same
        except BaseError as error:
            raise _away(error) from error

    def get(self, key: str) -> bytes | None:
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except (NotFoundError, FileNotFoundError):
            return None
        except BaseError as error:
            raise _away(error) from error

    def listed(self) -> Iterator[StoredFile]:
        try:
            for part in obstore.list(self._store):
                for each in part:
                    yield StoredFile(
                        key=each["path"], put_at=each["last_modified"].timestamp(), size_bytes=each["size"]
                    )
        except BaseError as error:
            raise _away(error) from error

    def remove(self, key: str) -> None:
        try:
            obstore.delete(self._store, key)
        except (NotFoundError, FileNotFoundError):
            return
        except BaseError as error:
            raise _away(error) from error


def open_pictures(
    folder: Path, *, url: str = "", settings: Mapping[str, str] | None = None, setting: str = "PIFA_PICTURES"
) -> ObjectPictures:
    """The store that ``url`` names (``s3://bucket/prefix``; ``settings`` such as ``endpoint``), else ``folder``."""
    if not url:
        return ObjectPictures(LocalStore(prefix=folder, mkdir=True))
    if not url.startswith("s3://"):
        raise Invalid(f"{setting}_URL 只能是 s3://", parameter=f"{setting}_URL")
    try:
        return ObjectPictures(S3Store.from_url(url, config=dict(settings or {})))  # type: ignore[arg-type]
    except BaseError as error:
        raise Invalid("图片存储的设置不可用", parameter=f"{setting}_SETTINGS") from error


def open_scans(folder: Path, *, url: str = "", settings: Mapping[str, str] | None = None) -> ObjectPictures:
    """As ``open_pictures``, for what is private: nobody else on the machine may look into the folder."""
    if not url:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open_pictures(folder, url=url, settings=settings, setting="PIFA_DOCUMENTS")


def _away(error: Exception) -> PicturesAway:
    return PicturesAway("图片存储暂时不可用，请稍后重试", detail={"cause": type(error).__name__})
