"""The writer's lock is lost to another process alone, not to an answer that got lost."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from elasticsearch import ConflictError, Elasticsearch

from search_engine.elastic.client import Connection, connect
from search_engine.elastic.lock import WriterLock
from search_engine.elastic.names import Names

pytestmark = pytest.mark.xdist_group("elasticsearch")


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with connect(Connection(url=elasticsearch_url)) as client:
        yield client


@pytest.fixture
def names(client: Elasticsearch) -> Iterator[Names]:
    names = Names(f"t{uuid4().hex[:12]}")
    yield names
    client.indices.delete(index=names.lock)


def test_a_renewal_that_was_taken_though_its_answer_was_lost_keeps_the_lock(
    client: Elasticsearch, names: Names
) -> None:
    with WriterLock(client, names, seconds=30).held() as lock:
        before = lock._version
        lock._write(**before)
        lock._version = before
        lock._write_again()
        assert lock._version["if_seq_no"] == before["if_seq_no"] + 2
        lock.check()


def test_a_lock_that_is_anothers_by_now_is_not_renewed_even_within_one_process(
    client: Elasticsearch, names: Names
) -> None:
    with WriterLock(client, names, seconds=30).held() as lock:
        other = WriterLock(client, names, seconds=30)
        other._write(**lock._version)
        with pytest.raises(ConflictError):
            lock._write_again()
