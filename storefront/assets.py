"""Static files under names that hold their content's hash: cached for good, and never stale after a release."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent / "static"
PREFIX = "/static/"
CACHE_FOR_GOOD = (
    "public, max-age=31536000, immutable"  # a year, the longest that caches honour; the name changes with the content
)
HASH_CHARACTERS = 10
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as served."""

    body: bytes
    media_type: str


class Assets:
    """Every static file, read once."""

    def __init__(self, directory: Path = STATIC) -> None:
        self._url: dict[str, str] = {}
        self._by_name: dict[str, Asset] = {}
        for path in sorted(directory.rglob("*")):
            if path.suffix not in MEDIA_TYPES:
                continue
            body = path.read_bytes()
            name = path.relative_to(directory).with_suffix("").as_posix()
            served = f"{name}.{hashlib.sha256(body).hexdigest()[:HASH_CHARACTERS]}{path.suffix}"
            self._url[path.relative_to(directory).as_posix()] = PREFIX + served
            self._by_name[served] = Asset(body=body, media_type=MEDIA_TYPES[path.suffix])

    def url(self, name: str) -> str:
        """The address of a file; a name that does not exist is a bug in a template, so ``KeyError``."""
        return self._url[name]

    def find(self, served: str) -> Asset | None:
        """The file of an address below the prefix."""
        return self._by_name.get(served)
