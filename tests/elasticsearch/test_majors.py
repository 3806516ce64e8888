"""Client and server of different major versions: one line at the first use."""

from __future__ import annotations

from pathlib import Path

import elasticsearch
import pytest

from search_engine.elastic import ElasticStore, client
from search_engine.elastic.client import AnotherMajor, Connection
from tests.pifa.conftest import Run

pytestmark = pytest.mark.xdist_group("elasticsearch")


def test_another_major_is_refused_before_anything_is_asked(
    elasticsearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = (elasticsearch.__version__[0] + 1, 0, 0)
    monkeypatch.setattr(client, "CLIENT_VERSION", other)
    store = ElasticStore(Connection(url=elasticsearch_url), tmp_path)
    with pytest.raises(AnotherMajor, match=rf"客户端是 {other[0]}\.0\.0：主版本必须相同"):
        store.exists()


def test_doctor_says_it_in_one_line(
    pifa: Run, elasticsearch_url: str, home: Path, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIFA_ELASTIC_URL", elasticsearch_url)
    monkeypatch.setattr(client, "CLIENT_VERSION", (7, 17, 0))
    ran = pifa("doctor", "--home", home, "--json")
    errors = [found for found in ran.json if found["level"] == "error"]
    assert [("主版本必须相同" in found["what"], found["mend"]) for found in errors] == [(True, AnotherMajor.mend)]
