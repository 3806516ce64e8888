"""The server's jars, fetched once with Maven."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

VERSION = "9.5.3"  # the same as in pom.xml
# By the client's major version: the server that the tests start for it.
TESTED = {8: "8.19.21", 9: VERSION}
_POM = Path(__file__).with_name("pom.xml")


class ServerMissing(RuntimeError):  # noqa: N818
    """The server cannot be had here; the message says what to do."""


def cache_directory() -> Path:
    """Where jars are kept between runs: ``PIFA_ELASTIC_CACHE``, by default ``var/elasticsearch`` of the checkout."""
    named = os.environ.get("PIFA_ELASTIC_CACHE")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "var" / "elasticsearch"


def fetch_jars(version: str = VERSION) -> Path:
    """The folder that holds the jars; fetched when it is not there, by one process at a time."""
    folder = cache_directory() / version
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.is_dir():
            _download(folder, version)
    return folder


def _download(folder: Path, version: str) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerMissing("没有找到 mvn：请安装 Maven（Debian：apt install maven） / Maven is needed: install `mvn`")
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        command = [maven, "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies"]
        command += [f"-DoutputDirectory={scratch}/jars", f"-Delasticsearch.version={version}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            last = (done.stdout + done.stderr).strip().splitlines()
            why = next((line for line in last if "ERROR" in line), last[-1] if last else "")
            raise ServerMissing(f"无法取得 Elasticsearch {version} 的 jar：{why}")
        (Path(scratch) / "jars").rename(folder)
