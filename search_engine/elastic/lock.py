"""One writer a prefix: a lock in the cluster, renewed while its owner lives."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError, TransportError

from search_engine.elastic.client import explained
from search_engine.elastic.names import Names
from search_engine.port import WriterBusy

LOCK_ID: Final = "writer"
RENEWED_TIMES: Final = 3  # so often within the time after which it may be taken over
_MAPPING: Final = {"settings": {"index.auto_expand_replicas": "0-1"}, "mappings": {"enabled": False}}


def require_free(client: Elasticsearch, names: Names) -> None:
    """Raise WriterBusy when another process holds the lock."""
    try:
        with explained("查看写锁"):
            found = client.get(index=names.lock, id=LOCK_ID)
    except NotFoundError:
        return
    _refuse_living(found["_source"])


def _refuse_living(owner: Mapping[str, Any]) -> None:
    """A lock that ran out is free, and so is one whose owner, on this machine, is gone."""
    if owner["until"] > time.time() and not (owner["host"] == socket.gethostname() and _is_gone(owner["pid"])):
        raise WriterBusy(f"{owner['host']} 上的进程 {owner['pid']} 正在写索引，请等它结束")


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class WriterLock:
    """Held for the length of the block. ``check`` raises WriterBusy once it was lost to another process."""

    def __init__(self, client: Elasticsearch, names: Names, *, seconds: float) -> None:
        self._client = client
        self._index = names.lock
        self._seconds = seconds
        # Which of this process's locks it is: a request may have been taken though its answer was lost.
        self._token = secrets.token_hex(8)
        self._owner = {"host": socket.gethostname(), "pid": os.getpid(), "token": self._token}
        self._version: dict[str, int] = {}
        self._lost = threading.Event()
        self._released = threading.Event()

    def check(self) -> None:
        """Nothing, while the lock is held."""
        if self._lost.is_set():
            raise WriterBusy("写锁已被另一个进程接管，请重试")

    @contextmanager
    def held(self) -> Iterator[WriterLock]:
        """Take the lock or raise WriterBusy with its owner's name; let it go at the end."""
        self._take()
        renewing = threading.Thread(target=self._renew, name="elastic-writer-lock", daemon=True)
        renewing.start()
        try:
            yield self
        finally:
            self._released.set()
            renewing.join()
            with suppress(ApiError, TransportError):
                self._client.delete(index=self._index, id=LOCK_ID, **self._version)  # type: ignore[arg-type]

    def _take(self) -> None:
        with explained("取写锁"):
            self._client.options(ignore_status=400).indices.create(index=self._index, **_MAPPING)  # type: ignore[arg-type]
            try:
                self._write(op_type="create")
            except ConflictError:
                self._take_over()

    def _take_over(self) -> None:
        """Take the lock of an owner that stopped renewing it."""
        try:
            found = self._client.get(index=self._index, id=LOCK_ID)
        except NotFoundError:  # let go of just now
            found = None
        try:
            if found is None:
                self._write(op_type="create")
                return
            if found["_source"].get("token") != self._token:
                _refuse_living(found["_source"])
            self._write(if_seq_no=found["_seq_no"], if_primary_term=found["_primary_term"])
        except ConflictError:
            raise WriterBusy("另一个进程刚刚开始写索引，请稍后再试") from None

    def _write(self, **unchanged: Any) -> None:
        document = {**self._owner, "until": time.time() + self._seconds}
        # One node that does not answer must not cost the lock: the next renewal goes to another.
        client = self._client.options(request_timeout=self._seconds / RENEWED_TIMES)
        answer = client.index(index=self._index, id=LOCK_ID, document=document, **unchanged)
        self._version = {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}

    def _write_again(self) -> None:
        """Renew; raises ConflictError or NotFoundError when the lock is another's by now."""
        try:
            self._write(**self._version)
        except ConflictError:
            found = self._client.get(index=self._index, id=LOCK_ID)
            if found["_source"].get("token") != self._token:
                raise
            self._write(if_seq_no=found["_seq_no"], if_primary_term=found["_primary_term"])

    def _renew(self) -> None:
        renewed = time.monotonic()
        while not self._released.wait(self._seconds / RENEWED_TIMES):
            try:
                self._write_again()
                renewed = time.monotonic()
            except (ConflictError, NotFoundError):
                self._lost.set()
                return
            except (ApiError, TransportError):  # the cluster may come back before the lock runs out
                if time.monotonic() - renewed > self._seconds:
                    self._lost.set()
                    return
