"""A real S3 over HTTP: moto's server, a process in an environment of its own (``ops/side_environment.sh s3``)."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = ROOT / ".venv-s3" / "bin" / "moto_server"
START_SECONDS = 60.0  # on two cores that are busy; five when they are not
KEY, SECRET = "testing-key", "testing-secret"


@dataclass(frozen=True, slots=True)
class S3:
    """``settings`` as an operator states them."""

    endpoint: str

    @property
    def settings(self) -> dict[str, str]:
        return {
            "endpoint": self.endpoint, "region": "us-east-1", "access_key_id": KEY, "secret_access_key": SECRET,
            "allow_http": "true", "virtual_hosted_style_request": "false",
        }  # fmt: skip

    def make_bucket(self, name: str) -> str:
        """Its address. An own one a test, so that tests see nothing of each other."""
        asked = urllib.request.Request(f"{self.endpoint}/{name}", method="PUT")
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.status == 200
        return f"s3://{name}"

    def let_nobody_in(self) -> None:
        """From now on keys are checked; it knows none."""
        plain = {"Content-Type": "text/plain"}
        path = f"{self.endpoint}/moto-api/reset-auth"
        asked = urllib.request.Request(path, data=b"0", headers=plain, method="POST")
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.status == 200


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served() -> Iterator[S3]:
    """The server for as long as the block lasts."""
    if not SERVER.exists():
        pytest.fail("没有 S3 服务：先运行 sh ops/side_environment.sh s3 （make check 会做）")
    port = free_port()
    process = subprocess.Popen(
        [str(SERVER), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    try:
        s3 = S3(f"http://127.0.0.1:{port}")
        _wait(process, s3)
        yield s3
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(process: subprocess.Popen[bytes], s3: S3) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "moto_server ended"
        with contextlib.suppress(OSError), urllib.request.urlopen(s3.endpoint, timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError("moto_server does not answer")
