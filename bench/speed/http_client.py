"""A load generator of a few lines: keep-alive connections over one selector, so that the client costs next to nothing.

An asyncio client takes as long for a request as the server takes to answer it, which on two cores halves what is
measured.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote, urlencode

from search_api.parameters import search_items
from search_api.requests import SearchRequest

RECEIVE_BYTES = 1 << 18
ANSWER_WAIT_S = 30.0  # longer than any search may take: the server is gone


class ServerFailedError(Exception):
    """The server closed the connection, answered something else than 200, or did not answer at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One request's time from its first byte out to its last byte in, in milliseconds, and the body."""

    milliseconds: float
    body: bytes


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    number: int = -1
    sent_at: float = 0.0
    buffer: bytearray = field(default_factory=bytearray)
    expected: int = -1


def path_of(request: SearchRequest) -> str:
    """The path and query string that make this search."""
    return f"/api/v1/search?{urlencode(search_items(request), quote_via=quote)}"


def ask_all(
    port: int, paths: Sequence[str], *, clients: int, seconds_max: float, host: str = "127.0.0.1"
) -> tuple[list[Answer], float]:
    """Every path once, in order, over ``clients`` connections that each send the next when the last is answered.

    Stops handing out paths after ``seconds_max``. Gives the answers in the order of their arrival and the wall time.
    """
    selector = selectors.DefaultSelector()
    waiting = deque(enumerate(paths))
    answers: list[Answer] = []
    started = time.perf_counter()
    deadline = started + seconds_max
    open_connections = 0
    for _ in range(min(clients, len(paths))):
        connection = _Connection(socket.create_connection((host, port), timeout=ANSWER_WAIT_S))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        _send(connection, waiting.popleft(), host)
        open_connections += 1
    while open_connections:
        ready = selector.select(timeout=ANSWER_WAIT_S)
        if not ready:
            raise ServerFailedError("no answer")
        for key, _ in ready:
            connection = cast(_Connection, key.data)
            answer = _receive(connection)
            if answer is None:
                continue
            answers.append(answer)
            if waiting and time.perf_counter() < deadline:
                _send(connection, waiting.popleft(), host)
            else:
                selector.unregister(connection.socket)
                connection.socket.close()
                open_connections -= 1
    selector.close()
    return answers, time.perf_counter() - started


def _send(connection: _Connection, numbered: tuple[int, str], host: str) -> None:
    connection.number, path = numbered
    connection.buffer.clear()
    connection.expected = -1
    connection.sent_at = time.perf_counter()
    connection.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("ascii"))


def _receive(connection: _Connection) -> Answer | None:
    """The answer when it is whole."""
    received = connection.socket.recv(RECEIVE_BYTES)
    if not received:
        raise ServerFailedError("connection closed")
    connection.buffer += received
    if connection.expected < 0:
        end = connection.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        connection.expected = end + 4 + _content_length(bytes(connection.buffer[:end]))
    if len(connection.buffer) < connection.expected:
        return None
    took = time.perf_counter() - connection.sent_at
    body = bytes(connection.buffer[connection.buffer.index(b"\r\n\r\n") + 4 :])
    return Answer(milliseconds=took * 1000, body=body)


def _content_length(head: bytes) -> int:
    status, *headers = head.split(b"\r\n")
    if status.split(b" ")[1] != b"200":
        raise ServerFailedError(status.decode("latin-1"))
    for header in headers:
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ServerFailedError("no content-length")
