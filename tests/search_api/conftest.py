from __future__ import annotations

import pytest

from tests.search_api.house import Shop, knowledge, open_shop


@pytest.fixture(scope="session")
def known() -> dict[str, object]:
    return knowledge()


@pytest.fixture
def shop(known: dict[str, object]) -> Shop:
    return open_shop(known)
