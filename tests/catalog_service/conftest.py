"""A record of its own for every test, copied from one that was migrated once; each test on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from catalog_service.adapters.sql.engine import DATABASE_NAME
from catalog_service.service import KEY_NAME, Record
from kernel.clock import FixedClock
from tests.catalog_service.house import ADDRESS_NAME, NOW, database_url, open_house
from tests.catalog_service.s3 import S3, served
from tests.catalog_service.town import Town
from tests.catalog_service.trade import Market, open_market
from tests.postgresql import Server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on; a test that is about one of them says so by ``parametrize(indirect)``."""
    return str(request.param)


@pytest.fixture(scope="session")
def server(database: str, request: pytest.FixtureRequest) -> Server | None:
    return request.getfixturevalue("postgresql") if database == "postgresql" else None


@pytest.fixture(scope="session")
def migrated_home(server: Server | None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("migrated")
    if server is not None:
        (home / ADDRESS_NAME).write_text(server.create())
    record = open_house(home)
    if server is None:
        with record.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    record.close()
    return home


@pytest.fixture
def empty_home(server: Server | None, tmp_path: Path) -> Iterator[Path]:
    """A home whose record nobody has opened yet."""
    home = tmp_path / "empty"
    home.mkdir()
    if server is None:
        yield home
        return
    with server.database() as url:
        (home / ADDRESS_NAME).write_text(url)
        yield home


@pytest.fixture
def new_home(server: Server | None, migrated_home: Path, tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    with ExitStack() as databases:

        def make(name: str) -> Path:
            home = tmp_path / name
            home.mkdir()
            shutil.copy(migrated_home / KEY_NAME, home)
            if server is None:
                shutil.copy(migrated_home / DATABASE_NAME, home)
            else:
                url = databases.enter_context(server.database(template=database_url(migrated_home)))
                (home / ADDRESS_NAME).write_text(url)
            return home

        yield make


@pytest.fixture
def home(new_home: Callable[[str], Path]) -> Path:
    return new_home("home")


@pytest.fixture
def record(home: Path) -> Iterator[Record]:
    record = open_house(home)
    yield record
    record.close()


@pytest.fixture
def town(home: Path) -> Iterator[Town]:
    """The record with a clock to move, and its people."""
    clock = FixedClock(NOW)
    record = open_house(home, clock=clock)
    yield Town(record, clock)
    record.close()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """A real S3; each test has buckets of its own."""
    with served() as server:
        yield server


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    """Where orders live; afterwards the ledger is whole and sums to nothing."""
    market = open_market(home)
    yield market
    assert market.ordering.verify().faults == ()
    assert market.balances()["total"] == 0
    market.close()
