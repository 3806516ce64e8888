"""The product's application in process, over a demo home of 3,000 listings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pifa.asgi import application
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation


@pytest.fixture(autouse=True)
def _closed(no_network: None) -> None:
    """Nothing here leaves the machine."""


@pytest.fixture(scope="session")
def site(demo_template: Path) -> Installation:
    return Installation(Settings(encoder="static", offline=True), Home(demo_template))


@pytest.fixture(scope="session")
def app(site: Installation) -> FastAPI:
    return application(site)


@pytest.fixture(scope="session")
def api(app: FastAPI) -> Iterator[TestClient]:
    """Errors of the server are answers, not exceptions, as for anyone who calls it."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
