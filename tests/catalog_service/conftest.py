"""A record of its own for every test, copied from one that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog_service.service import DATABASE_NAME, Record
from tests.catalog_service.house import open_house


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("migrated")
    record = open_house(home)
    with record.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    record.close()
    return home


@pytest.fixture
def new_home(migrated_home: Path, tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        home = tmp_path / name
        home.mkdir()
        shutil.copy(migrated_home / DATABASE_NAME, home)
        shutil.copy(migrated_home / "admin.key", home)
        return home

    return make


@pytest.fixture
def home(new_home: Callable[[str], Path]) -> Path:
    return new_home("home")


@pytest.fixture
def record(home: Path) -> Iterator[Record]:
    record = open_house(home)
    yield record
    record.close()
