"""Pictures, and scans of documents, in a folder or in an S3-compatible store, through obstore: one code, since both are
stores of objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import obstore
import structlog
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, MemoryStore, S3Store

from catalog_service.ports.pictures import StoredFile
from kernel.errors import Invalid, Unavailable

log = structlog.get_logger(__name__)


class PicturesAway(Unavailable):
    """The store of pictures does not answer, or refuses us; ``detail["cause"]`` says which for who runs the site."""

    code = "pictures_unavailable"


# A page waits for a picture; what takes longer is told, and asked again by who wants it.
CONNECT_SECONDS, ANSWER_SECONDS, RETRY_SECONDS = 3, 20, 30
RETRIES_MAX = 2
# Settings of the connection, not of the store: obstore takes them apart.
_CLIENT = ("allow_http", "allow_invalid_certificates", "proxy_url", "timeout", "connect_timeout")
_YES = ("1", "true", "yes")


class ObjectPictures:
    """``PictureStore``. A local object is written beside its place and renamed, so that a kill leaves none half."""

    def __init__(self, store: LocalStore | MemoryStore | S3Store) -> None:
        self._store = store

    def put(self, key: str, content: bytes) -> None:
        try:
            obstore.put(self._store, key, content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return  # the name is the content's digest: it is the same
        except (BaseError, OSError) as error:
            raise _away(error) from error

    def get(self, key: str) -> bytes | None:
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except (NotFoundError, FileNotFoundError) as error:
            if _NO_BUCKET in str(error):
                raise _away(error) from error
            return None
        except BaseError as error:
            raise _away(error) from error

    def listed(self, folder: str = "") -> Iterator[StoredFile]:
        try:
            for part in obstore.list(self._store, prefix=folder or None):
                for each in part:
                    put_at = each["last_modified"].timestamp()
                    yield StoredFile(key=each["path"], put_at=put_at, size_bytes=each["size"])
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
        return ObjectPictures(_s3(url, dict(settings or {})))
    except BaseError as error:
        raise Invalid("图片存储的设置不可用", parameter=f"{setting}_SETTINGS") from error


def _s3(url: str, settings: dict[str, str]) -> S3Store:
    client: dict[str, object] = {"connect_timeout": f"{CONNECT_SECONDS}s", "timeout": f"{ANSWER_SECONDS}s"}
    client |= {name: settings.pop(name) for name in _CLIENT if name in settings}
    for name in ("allow_http", "allow_invalid_certificates"):
        if name in client:
            client[name] = str(client[name]).lower() in _YES
    retries = {"max_retries": RETRIES_MAX, "retry_timeout": timedelta(seconds=RETRY_SECONDS)}
    return S3Store.from_url(url, config=settings, client_options=client, retry_config=retries)  # type: ignore[arg-type]


def open_scans(folder: Path, *, url: str = "", settings: Mapping[str, str] | None = None) -> ObjectPictures:
    """As ``open_pictures``, for what is private: nobody else on the machine may look into the folder."""
    if not url:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open_pictures(folder, url=url, settings=settings, setting="PIFA_DOCUMENTS")


_NO_BUCKET = "NoSuchBucket"
# What a store says, to what who runs the site has to look at.
_CAUSES = (
    (_NO_BUCKET, "missing_bucket"), ("InvalidAccessKeyId", "wrong_key"), ("SignatureDoesNotMatch", "wrong_key"),
    ("AccessDenied", "access_denied"), ("403 Forbidden", "access_denied"), ("TimedOut", "timeout"),
    ("timed out", "timeout"), ("error sending request", "no_connection"),
)  # fmt: skip


def _away(error: Exception) -> PicturesAway:
    said = str(error)
    cause = next((cause for sign, cause in _CAUSES if sign in said), type(error).__name__)
    log.warning("store_of_files_away", cause=cause, reason=said[:500])
    return PicturesAway("图片存储暂时不可用，请稍后重试", detail={"cause": cause})
