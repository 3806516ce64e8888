"""What becomes of a body that is refused by its length: read away, so that the client finds the answer."""

from __future__ import annotations

from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

import web.size_limits
from web.size_limits import SizeLimits, size_text

CHUNK = b"x" * 1_000


class Client:
    """Sends ``chunks`` of a body that it declares, one each time it is asked."""

    def __init__(self, chunks: int, **headers: str) -> None:
        self.left = self.chunks = chunks
        self.told: list[tuple[str, int, bool]] = []  # what came back, and how much was still to be sent then
        sent = {"content-length": str(chunks * len(CHUNK)), **headers}
        self.scope: dict[str, Any] = {
            "type": "http", "method": "POST", "path": "/", "query_string": b"", "http_version": "1.1",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }  # fmt: skip

    async def receive(self) -> dict[str, Any]:
        if not self.left:
            return {"type": "http.disconnect"}
        self.left -= 1
        return {"type": "http.request", "body": CHUNK, "more_body": bool(self.left)}

    async def send(self, message: Any) -> None:
        self.told.append((message["type"], self.left, message.get("more_body", False)))

    def refused(self) -> Client:
        async def never(*_: object) -> None:
            raise AssertionError("the application was asked")

        app = SizeLimits(never, body_bytes_max=1_000, query_bytes_max=1_000)
        with start_blocking_portal() as portal:  # a loop of its own, whatever runs in this thread
            portal.call(app, self.scope, self.receive, self.send)
        return self


def test_the_answer_goes_out_at_once_and_ends_when_the_body_has_been_read_away() -> None:
    client = Client(30).refused()
    assert client.told == [
        ("http.response.start", 30, False), ("http.response.body", 30, True), ("http.response.body", 0, False),
    ]  # fmt: skip


def test_a_client_that_waits_to_be_asked_is_not_asked_for_its_body() -> None:
    client = Client(30, expect="100-continue").refused()
    assert client.told == [("http.response.start", 30, False), ("http.response.body", 30, False)]


def test_more_than_any_picture_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.size_limits, "DRAINED_BYTES_MAX", 5_000)
    client = Client(30).refused()
    assert client.told[-1] == ("http.response.body", 25, False)


@pytest.mark.parametrize(
    ("size", "text"), [(8 * (1 << 20) + 1, "8 MB"), (9 << 20, "9 MB"), (64 << 10, "64 KB"), (1_000, "1000 B")]
)
def test_sizes_are_told_as_people_say_them(size: int, text: str) -> None:
    assert size_text(size) == text
