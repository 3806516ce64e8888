"""Sealed texts by Fernet (AES-128-CBC with HMAC-SHA256, of ``cryptography``), and the file of its keys."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from catalog_service.ports.sealing import SealBroken
from kernel.errors import Invalid

PREFIX = "fernet:"  # no secret of a second factor has a colon
KEYS_SETTING = "PIFA_SEALING_KEYS"


class FernetSeals:
    """``SealedText`` under ``keys``, the first of which seals. Thread-safe."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            opened = [Fernet(key) for key in keys]
            self._first, self._all = opened[0], MultiFernet(opened)
        except (ValueError, IndexError):
            # Not a word of what was said: it may be half a key.
            raise Invalid("封存密钥必须是 32 字节的 URL 安全 Base64", parameter=KEYS_SETTING) from None

    def seal(self, text: str, *, whose: str) -> str:
        return PREFIX + self._first.encrypt(f"{whose}\0{text}".encode()).decode("ascii")

    def open(self, sealed: str, *, whose: str) -> str:
        if not sealed.startswith(PREFIX):
            return sealed
        try:
            owner, _, text = self._all.decrypt(sealed.removeprefix(PREFIX)).decode().partition("\0")
        except InvalidToken:
            raise SealBroken(f"封存的密钥打不开，请检查 {KEYS_SETTING} 或数据目录里的 sealing.keys") from None
        if owner != whose:
            raise SealBroken("封存的密钥属于另一个账号")
        return text

    def outdated(self, sealed: str) -> bool:
        if not sealed.startswith(PREFIX):
            return True
        try:
            self._first.decrypt(sealed.removeprefix(PREFIX))
        except InvalidToken:
            return True
        return False


def keys_of(path: Path) -> tuple[str, ...]:
    """The keys in a file, one a line, the first of which seals; a file with one key is made where there is none.

    Readable by its owner alone. Of several processes that start at once one makes it."""
    if not path.exists():
        draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A link either takes the name whole or finds it taken: no process ever reads half a key.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return tuple(path.read_text("ascii").split())
