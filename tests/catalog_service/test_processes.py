"""Several processes over one home."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.adapters.sql.engine import DATABASE_NAME
from catalog_service.service import KEY_NAME, Record
from kernel.errors import Denied, Unavailable
from kernel.principal import ANONYMOUS
from tests.catalog_service.house import ADMIN, draft, open_house, rows

ROOT = Path(__file__).resolve().parents[2]


def run_together(script: str, *arguments: str, processes: int) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, *arguments, str(number)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        for number in range(processes)
    ]
    # The last line is the answer: those before it may be the log of attempts that were repeated.
    answers = [process.communicate(timeout=60)[0].splitlines()[-1] for process in running]
    assert [process.returncode for process in running] == [0] * processes
    return answers


def test_processes_that_start_at_once_share_one_record_and_one_key(empty_home: Path) -> None:
    script = """
import sys
from pathlib import Path
from tests.catalog_service.house import open_house
print(open_house(Path(sys.argv[1])).admin_key)
"""
    keys = run_together(script, str(empty_home), processes=3)
    assert len(set(keys)) == 1
    record = open_house(empty_home)
    assert record.admin_key == keys[0]
    assert rows(record, "SELECT count(*) FROM api_keys WHERE revoked_at IS NULL") == [(1,)]
    record.close()


def test_of_two_processes_that_revise_one_version_exactly_one_wins(home: Path) -> None:
    record = open_house(home)
    for number in range(20):
        record.publish_offer(draft=draft(f"o-{number}"), request=ADMIN)
    script = """
import sys
from pathlib import Path
from catalog_service.ports.record import VersionMismatch
from tests.catalog_service.house import ADMIN, draft, open_house
record, me, won = open_house(Path(sys.argv[1])), sys.argv[2], []
for number in range(20):
    try:
        record.revise_offer(draft=draft(f"o-{number}", title=f"改自 {me}"), expected_version=1, request=ADMIN)
        won.append(number)
    except VersionMismatch:
        pass
print(*won)
"""
    first, second = (
        {int(number) for number in answer.split()} for answer in run_together(script, str(home), processes=2)
    )
    assert first | second == set(range(20))
    assert not first & second
    assert rows(record, "SELECT count(*), max(version) FROM offers") == [(20, 2)]
    assert rows(record, "SELECT count(*) FROM outbox") == [(40,)]
    for number in range(20):
        assert record.offers.offer(f"o-{number}").offer.title == f"改自 {0 if number in first else 1}"
    record.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_text("not a database at all" * 200)
    with pytest.raises(Unavailable) as caught:
        open_house(tmp_path)
    assert caught.value.code == "record_corrupt"


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable) as caught:
        open_house(tmp_path / "file" / "home")
    assert caught.value.code == "home_unusable"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_database_waits_and_writes_through(record: Record) -> None:
    with record.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    # Written through by ``on_disk`` after each commit (``test_turns``), not by SQLite inside of it.
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 10_000, "foreign_keys": 1}


def test_the_key_opens_and_nothing_else_does(home: Path, record: Record) -> None:
    path = home / KEY_NAME
    assert path.read_text().strip() == record.admin_key
    assert record.admin_key not in repr(record)
    principal = record.authenticator.authenticate(authorization=f"Bearer {record.admin_key}")
    assert principal.roles == {"admin"}
    assert record.authenticator.authenticate(authorization=f"bearer  {record.admin_key} ") == principal
    assert record.authenticator.authenticate(authorization=None) is ANONYMOUS
    for wrong in (
        "",
        "Bearer",
        "Bearer x",
        f"Basic {record.admin_key}",
        record.admin_key,
        f"Bearer {record.admin_key}x",
        "Bearer \ud800",
    ):
        with pytest.raises(Denied):
            record.authenticator.authenticate(authorization=wrong)
    assert record.admin_key not in str(rows(record, "SELECT * FROM api_keys"))


def test_a_lost_key_file_makes_a_new_key_and_revokes_the_old(new_home: Callable[[str], Path]) -> None:
    home = new_home("lost")
    with closing(open_house(home)) as before:
        (home / KEY_NAME).unlink()
    with closing(open_house(home)) as after:
        assert after.admin_key != before.admin_key
        assert stat.S_IMODE((home / KEY_NAME).stat().st_mode) == 0o600
        with pytest.raises(Denied):
            after.authenticator.authenticate(authorization=f"Bearer {before.admin_key}")
    with closing(open_house(home)) as again:
        assert again.admin_key == after.admin_key
