"""``pifa sweep`` and ``pifa ledger`` over a home with money in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_service.adapters.gateway.sandbox import SandboxFaults
from kernel.clock import FixedClock
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from tests.catalog_service.house import NOW
from tests.pifa.conftest import Run


@pytest.fixture
def home(tmp_path: Path, shared_knowledge: None) -> Path:
    """A home whose sandbox has taken 77 fen that nobody asked for."""
    site = Installation(Settings(encoder="static", offline=True), Home(tmp_path / "home").open())
    object.__setattr__(site, "clock", FixedClock(NOW))
    with site.record() as record:
        gateway = record.ordering.gateway
        gateway.pay("p-1", amount_fen=77)  # type: ignore[attr-defined]
    return site.home.directory


def test_what_is_due_is_swept_and_the_ledger_holds(pifa: Run, home: Path) -> None:
    first = pifa("sweep", "--home", home, "--json")
    assert (first.code, first.json) == (0, {"transfer": 1})
    assert pifa("sweep", "--home", home, "--json").json == {}
    verified = pifa("ledger", "verify", "--home", home, "--json")
    assert (verified.code, verified.json) == (0, {"chains": 1, "entries": 2, "faults": []})
    assert pifa("ledger", "anchor", "--home", home).code == 0
    assert len((home / "ledger.anchors").read_bytes().splitlines()) == 1


def test_a_row_that_was_changed_ends_verify_with_its_name(pifa: Run, home: Path) -> None:
    import sqlite3

    pifa("sweep", "--home", home)
    with sqlite3.connect(home / "record.sqlite3") as books:
        books.execute("UPDATE ledger_accounts SET balance_fen = balance_fen + 1 WHERE kind = 'suspense'")
    books.close()
    ran = pifa("ledger", "verify", "--home", home)
    assert ran.code == 1
    assert "suspense:p-1" in ran.out


def test_a_statement_is_reconciled_and_what_was_missed_is_settled(pifa: Run, home: Path, tmp_path: Path) -> None:
    statement = tmp_path / "statement.csv"
    statement.write_text(f"reference,kind,amount_fen,at\np-1,payment,77,{NOW}\n", "utf-8")
    period = ("--since", NOW - 9, "--until", 2**34, "--home", home, "--json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("catalog_service.reads.ledger.PERIOD_SECONDS_MAX", 2**40)
        missed = pifa("ledger", "reconcile", statement, *period)
        assert missed.code == 1
        assert [each["kind"] for each in missed.json["differences"]] == ["missing_in_ledger"]  # type: ignore[index]
        assert pifa("ledger", "reconcile", statement, *period, "--settle").json["settled"] == {  # type: ignore[index]
            "suspended": 1
        }
        assert pifa("ledger", "reconcile", statement, *period).code == 0


def test_a_file_that_is_no_statement_is_named(pifa: Run, home: Path, tmp_path: Path) -> None:
    statement = tmp_path / "statement.csv"
    statement.write_text("reference,kind,amount_fen,at\np-1,payment,many,1\n", "utf-8")
    ran = pifa("ledger", "reconcile", statement, "--since", 0, "--until", 9, "--home", home)
    assert ran.code == 2
    assert "第 1 笔" in ran.err


def test_money_on_its_way_is_listed_with_its_age_and_what_was_tried(pifa: Run, home: Path) -> None:
    assert pifa("ledger", "suspense", "--home", home, "--json").json == []
    site = Installation(Settings(encoder="static", offline=True), Home(home).open())
    object.__setattr__(site, "clock", FixedClock(NOW))
    with site.record() as record:
        record.ordering.gateway.faults = SandboxFaults(refuse_refunds=True)  # type: ignore[attr-defined]
        record.ordering.deliver_sandbox_notices()
        record.ordering.sweep()
    (row,) = pifa("ledger", "suspense", "--home", home, "--json").json  # type: ignore[misc]
    assert (row["kind"], row["amount_fen"], row["attempts"], row["trouble"]) == ("return", 77, 1, "沙箱拒绝退款")
    assert "沙箱拒绝退款" in pifa("ledger", "suspense", "--home", home).out
