"""Writers of one process take turns, writers of several on a SQLite file find theirs soon, and nobody is answered
before the disk has it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.adapters.sql import sqlite
from catalog_service.adapters.sql.disk import LogOnDisk
from catalog_service.adapters.sql.engine import write
from catalog_service.adapters.sql.turns import FileTurns, Turns
from catalog_service.domain.deeds import DeedRequest
from catalog_service.ports.record import CommitUnknown, RecordBusy
from catalog_service.service import Record
from tests.catalog_service.house import ADMIN, draft, open_house, rows

PATIENCE_SECONDS = 20.0


def test_turns_are_given_in_the_order_of_asking() -> None:
    turns, given = Turns(), list[int]()

    def wait(number: int) -> None:
        with turns.turn(seconds=PATIENCE_SECONDS) as mine:
            assert mine
            given.append(number)

    with turns.turn(seconds=0):
        threads = [threading.Thread(target=wait, args=(number,)) for number in range(20)]
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(turns._waiting) < number:
                time.sleep(0.001)
        assert given == []
    for thread in threads:
        thread.join()
    assert given == list(range(20))


def test_who_does_not_get_a_turn_in_time_leaves_the_queue() -> None:
    turns = Turns()
    with turns.turn(seconds=0):
        with turns.turn(seconds=0.01) as mine:
            assert not mine
        assert not turns._waiting
    with turns.turn(seconds=0) as mine:
        assert mine


def test_a_turn_is_handed_on_when_its_holder_fails() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn(seconds=0):
        raise ZeroDivisionError
    with turns.turn(seconds=0) as mine:
        assert mine


def test_a_turn_on_a_file_is_waited_for_and_given_up_in_time(tmp_path: Path) -> None:
    """Two objects over a file are to the kernel what two processes are."""
    mine, theirs = FileTurns(tmp_path / "turn"), FileTurns(tmp_path / "turn")
    waited: list[float] = []

    def wait() -> None:
        start = time.monotonic()
        with theirs.turn(seconds=PATIENCE_SECONDS) as got:
            assert got
            waited.append(time.monotonic() - start)

    thread = threading.Thread(target=wait)
    with mine.turn(seconds=0) as got:
        assert got
        with theirs.turn(seconds=0.01) as late:
            assert not late  # its thread goes on waiting,
        thread.start()  # for this one
        time.sleep(0.3)
        assert not waited
    thread.join()
    assert 0.2 < waited[0] < 1.0
    with mine.turn(seconds=PATIENCE_SECONDS) as got:
        assert got
        with theirs.turn(seconds=0.01) as late:
            assert not late
    with mine.turn(seconds=PATIENCE_SECONDS) as got:  # what came for nobody was given back
        assert got


def test_the_kernel_takes_a_turn_from_a_process_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from catalog_service.adapters.sql.turns import FileTurns\n"
        "with FileTurns(Path(sys.argv[1])).turn(seconds=0) as got: print(got, flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, tmp_path / "turn"], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    turns = FileTurns(tmp_path / "turn")
    with turns.turn(seconds=0.05) as got:
        assert not got
    holder.kill()
    with turns.turn(seconds=PATIENCE_SECONDS) as got:
        assert got
    holder.communicate()


def test_where_no_lock_can_be_had_the_turn_is_everybodys(tmp_path: Path) -> None:
    with FileTurns(tmp_path / "missing" / "turn").turn(seconds=0) as got:
        assert got
    code = (
        "import fcntl, sys; from pathlib import Path; from catalog_service.adapters.sql.turns import FileTurns\n"
        "def flock(*_): raise OSError(37, 'No locks available')\n"
        "fcntl.flock = flock  # as some network file systems\n"
        "with FileTurns(Path(sys.argv[1])).turn(seconds=0) as got: print(got)"
    )
    ran = subprocess.run([sys.executable, "-c", code, tmp_path / "turn"], capture_output=True, text=True, check=True)
    assert ran.stdout == "True\n"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_writer_waits_for_another_process_a_millisecond_longer_than_it_writes_or_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two engines over a file know as little of each other as two processes."""
    one, other = open_house(home), open_house(home)
    waited, began = [], threading.Event()

    def wait() -> None:
        began.set()
        start = time.monotonic()
        write(other.engine, lambda connection: connection.exec_driver_sql("DELETE FROM timers"))
        waited.append(time.monotonic() - start)

    thread = threading.Thread(target=wait)

    def hold(_: object) -> None:
        thread.start()
        began.wait()
        time.sleep(0.3)

    write(one.engine, hold)
    thread.join()
    assert 0.2 < waited[0] < 1.0  # SQLite's own waiting would by then look every tenth of a second
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 20)
    with pytest.raises(RecordBusy):
        write(one.engine, lambda _: write(other.engine, lambda _: None))
    with pytest.raises(RecordBusy):
        write(one.engine, lambda _: write(one.engine, lambda _: None))
    for record in (one, other):
        record.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_deed_is_answered_after_the_log_that_holds_its_commit_is_on_disk(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the log is synced, a copy of the files is what a power cut right then would leave."""
    left: list[int] = []

    def synced(file: int) -> None:
        os.fsync(file)
        name = os.readlink(f"/proc/self/fd/{file}")
        assert name.endswith("-wal")
        copies = Path(name).parent / "after-a-power-cut"
        copies.mkdir()
        for path in (name, name.removesuffix("-wal")):
            shutil.copy(path, copies)
        with closing(sqlite3.connect(copies / Path(name).name.removesuffix("-wal"))) as connection:
            left.append(connection.execute("SELECT count(*) FROM offers").fetchone()[0])
        shutil.rmtree(copies)

    monkeypatch.setattr(record.engine.get_execution_options()[sqlite._LOG], "sync", synced)
    for number in (1, 2):
        record.publish_offer(draft=draft(f"o-{number}"), request=ADMIN)
        assert left[-1] == number


def test_one_wait_for_the_disk_serves_all_that_committed_before_it(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    syncs, go_on = list[int](), threading.Event()

    def slow(file: int) -> None:
        syncs.append(file)
        go_on.wait(PATIENCE_SECONDS)

    log = LogOnDisk(tmp_path / "log", sync=slow)
    threads = [threading.Thread(target=log.wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    while log._committed < len(threads):
        time.sleep(0.001)
    go_on.set()
    for thread in threads:
        thread.join()
    assert len(syncs) <= 2  # the first one's, and one for all that came while it waited


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_disk_that_fails_leaves_the_caller_to_ask_again(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(record.engine.get_execution_options()[sqlite._LOG], "sync", broken)
    with pytest.raises(CommitUnknown):
        record.publish_offer(draft=draft(), request=asked)
    monkeypatch.undo()
    assert record.publish_offer(draft=draft(), request=asked).replayed
    assert rows(record, "SELECT count(*) FROM offers") == [(1,)]
