from __future__ import annotations

import pytest

from tests.indexer.fakes import House


@pytest.fixture
def house() -> House:
    return House()
