"""What stands before a cluster that has security on, for tests: TLS under a private authority, and credentials. The
server's own security module is not to be had where its jars come from; a client cannot tell the difference.

A process of its own: nothing that the tests do in theirs, and no collector of theirs, can hold it up.
"""

from __future__ import annotations

import base64
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import trustme
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.pifa.conftest import until

API_KEY: Final = base64.b64encode(b"pifa-id:pifa-secret").decode()
USER: Final = "pifa"
PASSWORD: Final = "一个密码"  # not ASCII: credentials travel as UTF-8
_BASIC: Final = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_ACCEPTED: Final = (f"ApiKey {API_KEY}", f"Basic {_BASIC}")
# Headers that are about one hop alone, or that this one changes.
_OF_THE_HOP: Final = frozenset({"host", "connection", "content-length", "transfer-encoding", "content-encoding"})


@dataclass(frozen=True, slots=True)
class Guard:
    """Passes on to ``target`` what carries the key or the password."""

    target: str
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        """The authority's certificate."""
        return self.folder / "ca.pem"

    def seen(self) -> list[tuple[str, str]]:
        """Method and path of every request that it let through."""
        lines = (self.folder / "seen.tsv").read_text("utf-8").splitlines()
        return [(method, path) for method, path in (line.split("\t") for line in lines)]

    def certify(self) -> None:
        """Make the authority and the server's certificate."""
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca))
        server = authority.issue_cert("127.0.0.1")
        server.private_key_and_cert_chain_pem.write_to_path(str(self.folder / "server.pem"))
        (self.folder / "seen.tsv").touch()

    @contextmanager
    def open(self) -> Iterator[Guard]:
        """Listen for the length of the block."""
        command = [sys.executable, "-m", "tests.elasticsearch.guard", self.target, str(self.folder), str(self.port)]
        process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        try:
            until(self._listens, what="the guard")
            yield self
        finally:
            process.terminate()
            process.wait()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def application(target: str, seen: Path) -> Callable[..., Awaitable[None]]:
    """The ASGI application of the process."""
    behind = httpx.AsyncClient(base_url=target, timeout=60, trust_env=False)

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        await (await _answer(request, behind, seen))(scope, receive, send)

    return serve


async def _answer(request: Request, behind: httpx.AsyncClient, seen: Path) -> Response:
    if request.headers.get("authorization") not in _ACCEPTED:
        return _refusal()
    with seen.open("a", encoding="utf-8") as file:
        file.write(f"{request.method}\t{request.url.path}\n")
    path = request.scope["raw_path"].decode() + (f"?{request.url.query}" if request.url.query else "")
    headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_HOP}
    answer = await behind.request(
        request.method, path, headers={**headers, "accept-encoding": "identity"}, content=await request.body()
    )
    kept = {name: value for name, value in answer.headers.items() if name not in _OF_THE_HOP}
    return Response(answer.content, answer.status_code, kept)


def _refusal() -> Response:
    """As the server words it."""
    fault = {"type": "security_exception", "reason": "unable to authenticate with provided credentials"}
    body = {"error": {"root_cause": [fault], **fault}, "status": 401}
    return JSONResponse(body, 401, {"x-elastic-product": "Elasticsearch", "www-authenticate": "ApiKey"})


def main(target: str, folder: Path, port: int) -> None:
    """Serve until told to stop."""
    uvicorn.run(
        application(target, folder / "seen.tsv"),
        port=port,
        ssl_certfile=folder / "server.pem",
        interface="asgi3",
        lifespan="off",
        ws="none",
        log_level="error",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
