"""Many processes write the same few rows while their connections are ended, or they themselves are killed: record,
outbox and audit agree in the end, and what was answered stands."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.service import Record
from tests.catalog_service.house import ADMIN, every_change, rows
from tests.catalog_service.operator import KILLED, PAUSE_SECONDS, end_connections
from tests.catalog_service.writer import SUPPLIERS, write

WRITERS, DEEDS = 4, 80  # twice the cores of the machine that checks this; seconds of writing

Versions = Counter[tuple[str, int]]
# One process reads all modules, and the writers are its forks: starting four interpreters takes as long as the test.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([write.__module__])


@pytest.fixture
def suppliers(record: Record) -> None:
    for number in range(SUPPLIERS):
        record.register_supplier(draft=SupplierDraft(supplier_id=f"s-{number}", name=f"厂{number}"), request=ADMIN)


@contextmanager
def writers(home: Path, folder: Path) -> Iterator[list[BaseProcess]]:
    """The processes; what each is answered goes to a file of its own."""
    arguments = [(home, number, DEEDS, folder / f"writer-{number}") for number in range(WRITERS)]
    running = [PROCESSES.Process(target=write, args=each) for each in arguments]
    for process in running:
        process.start()
    yield running
    for process in running:
        process.kill()
        process.join()


def answers(folder: Path) -> Versions:
    """What the writers were told, by subject and version; a line that a kill cut off was not told."""
    lines = [line for path in folder.glob("writer-*") for line in path.read_text().splitlines(keepends=True)]
    return Counter((told["id"], told["version"]) for told in map(json.loads, filter(whole, lines)))


def whole(line: str) -> bool:
    return line.endswith("\n")


def assert_agreed(record: Record) -> Versions:
    """Each version of each subject was made once: in the outbox once, in the audit once, and the last one stands."""
    outbox = Counter(rows(record, "SELECT subject_id, version FROM outbox"))
    audit = Counter(rows(record, "SELECT subject_id, version FROM audit WHERE kind IN ('offer', 'supplier')"))
    assert outbox == audit
    assert set(outbox.values()) == {1}
    standing = dict(rows(record, "SELECT offer_id, version FROM offers"))
    standing |= dict(rows(record, "SELECT supplier_id, version FROM suppliers"))
    assert Counter(subject for subject, _ in outbox) == standing
    assert rows(record, "SELECT count(*) FROM credit_events")[0][0] == sum(
        standing[f"s-{n}"] - 1 for n in range(SUPPLIERS)
    )
    last = {change.offer_id: change.version for change in every_change(record) if hasattr(change, "offer_id")}
    assert last == {subject: version for subject, version in standing.items() if subject.startswith("o-")}
    return outbox


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_with_a_quarter_of_the_connections_ended_again_and_again_every_answer_stands_once(
    record: Record, suppliers: None, home: Path, tmp_path: Path
) -> None:
    with writers(home, tmp_path) as running:
        ended = end_connections(home, running)
        assert [process.exitcode for process in running] == [0] * WRITERS
    made = assert_agreed(record)
    told = answers(tmp_path)
    assert set(told.values()) == {1}
    assert set(made) - set(told) == {(f"s-{number}", 1) for number in range(SUPPLIERS)}
    assert set(told) <= set(made)
    assert rows(record, "SELECT count(*) FROM idempotency_keys WHERE receipt IS NULL") == [(0,)]
    assert ended >= WRITERS
    assert len(told) > WRITERS * DEEDS // 3
    print(f"\n{len(told)} deeds answered while {ended} connections were ended")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_with_a_quarter_of_the_processes_killed_no_answer_is_lost(
    record: Record, suppliers: None, home: Path, tmp_path: Path
) -> None:
    killed = 0
    with writers(home, tmp_path) as running:
        while len(answers(tmp_path)) < DEEDS // 2:
            assert any(process.is_alive() for process in running)
            time.sleep(PAUSE_SECONDS)
        for process in running[::KILLED]:
            process.kill()
            killed += 1
        for process in running:
            process.join()
        codes = [process.exitcode for process in running]
    assert codes == [-9 if number % KILLED == 0 else 0 for number in range(WRITERS)]
    made = assert_agreed(record)
    told = answers(tmp_path)
    assert set(told) <= set(made)
    # One deed of each that was killed may stand without its answer having been heard.
    assert len(set(made) - set(told)) <= SUPPLIERS + killed
