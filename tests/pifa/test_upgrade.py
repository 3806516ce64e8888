"""``pifa upgrade``: told before it is done, and done after a backup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog_service.adapters.sql.migrate import HEAD, downgrade
from pifa.analysis import note_analysis, why_cut_anew
from pifa.backups.take import take_backup
from pifa.commands.upgrade import TO_DO
from pifa.wiring import Installation
from tests.catalog_service.test_migrations import assert_kept, everything
from tests.pifa.conftest import Run
from tests.pifa.test_backup import rows_of


def test_a_home_of_this_program_has_nothing_to_do(pifa: Run, full: Installation) -> None:
    ran = pifa("upgrade", "--plan", "--home", full.home.directory, "--json")
    assert ran.code == 0
    assert (ran.json["steps"], ran.json["rebuild"], ran.json["anything"]) == ([], "", False)  # type: ignore[index]
    before = rows_of(full)
    done = pifa("upgrade", "--home", full.home.directory)
    assert (done.code, "无事可做" in done.out) == (0, True)
    assert rows_of(full) == before
    assert not full.home.backups.exists()


def test_an_older_record_is_planned_then_upgraded_after_a_backup(pifa: Run, full: Installation, kind: str) -> None:
    with full.record() as record:
        downgrade(record.engine, target="0003")
        before = everything(record.engine)
    home = full.home.directory
    (home / "ledger.anchors").unlink()  # of a ledger that a record of that day has not got
    told = pifa("upgrade", "--plan", "--home", home)
    assert told.code == TO_DO
    assert f"0003 → {HEAD}" in told.out
    assert "Offers get SKUs" in told.out
    assert ("整表重建" if kind == "sqlite" else "逐行检查") in told.out
    assert f"{len(before['offers'])} 行" in told.out
    assert "没有做过" in told.out
    with full.upkeep() as upkeep:
        assert upkeep.revision() == "0003"  # a plan changes nothing

    done = pifa("upgrade", "--home", home)
    assert done.code == 0, done.err
    with full.record() as record:
        after = everything(record.engine)
        assert_kept({"offers": after["offers"]}, before)
    note = json.loads(full.home.backup_note.read_text())
    assert note["revision"] == "0003"
    assert Path(note["path"]).name.startswith(f"before-{HEAD}-")
    assert pifa("restore", note["path"], "--check").code == 0
    after = pifa("upgrade", "--plan", "--home", home, "--json")
    assert (after.code, after.json["backup"]["fresh"]) == (0, True)  # type: ignore[index]


def test_the_old_program_must_stop_first(pifa: Run, full: Installation) -> None:
    with full.record() as record:
        downgrade(record.engine, target="0004")
        ran = pifa("upgrade", "--home", full.home.directory)
        assert (ran.code, "先停下" in ran.err) == (1, True)
    assert not full.home.backups.exists()
    assert pifa("upgrade", "--no-backup", "--home", full.home.directory).code == 0
    assert not full.home.backups.exists()


def test_an_old_backup_is_told_to_be_old(pifa: Run, full: Installation, tmp_path: Path) -> None:
    take_backup(full, tmp_path / "backup")  # by the clock of the test, which stands long ago
    ran = pifa("upgrade", "--plan", "--home", full.home.directory, "--json")
    assert ran.json["backup"]["fresh"] is False  # type: ignore[index]
    assert "早于 24 小时" in pifa("upgrade", "--plan", "--home", full.home.directory).out
    assert "在 999999 小时以内" in pifa("upgrade", "--plan", "--fresh-hours", 999999, "--home", full.home.directory).out


def test_an_index_of_another_schema_is_planned_and_rebuilt(
    pifa: Run, demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("search_engine.embedded.manifest.SCHEMA_VERSION", 99)
        told = pifa("upgrade", "--plan", "--home", demo_home)
        assert told.code == TO_DO
        assert "索引：需要重建" in told.out
    monkeypatch.setenv("PIFA_ENCODER", "none")
    assert pifa("upgrade", "--plan", "--home", demo_home).code == 0  # vectors of an encoder that nobody asks


def test_a_changed_dictionary_is_told_by_its_name(tmp_path: Path) -> None:
    data, note = tmp_path / "data", tmp_path / "analysis.json"
    (data / "text").mkdir(parents=True)
    words = data / "text" / "dictionary.tsv"
    words.write_text("一次性手套\n")
    assert why_cut_anew(note, generation="g-1", data=data) == ""  # nobody noted any
    note_analysis(note, generation="g-1", data=data)
    assert why_cut_anew(note, generation="g-1", data=data) == ""
    words.write_text("一次性 手套\n")
    assert "dictionary.tsv" in why_cut_anew(note, generation="g-1", data=data)
    assert why_cut_anew(note, generation="g-2", data=data) == ""  # another index, of which nothing is known
    (data / "text" / "brands.tsv").write_text("金牌\n")
    assert "brands.tsv、dictionary.tsv" in why_cut_anew(note, generation="g-1", data=data)
    note.write_bytes(b"{")
    assert why_cut_anew(note, generation="g-1", data=data) == ""


def test_an_index_that_was_cut_with_other_words_is_planned_and_cut_anew(
    pifa: Run, demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIFA_ENCODER", "none")
    home = demo_home
    assert pifa("rebuild", "--home", home).code == 0
    assert pifa("upgrade", "--plan", "--home", home).code == 0
    note = home / "analysis.json"
    said = json.loads(note.read_text())
    said["parts"]["dictionary.tsv"] = "another"
    note.write_text(json.dumps(said))
    told = pifa("upgrade", "--plan", "--home", home)
    assert (told.code, "dictionary.tsv" in told.out) == (TO_DO, True)
    assert pifa("upgrade", "--home", home).code == 0
    assert pifa("upgrade", "--plan", "--home", home).code == 0


def test_a_home_that_nobody_has_opened_is_left_alone(pifa: Run, tmp_path: Path) -> None:
    ran = pifa("upgrade", "--plan", "--home", tmp_path / "new", "--json")
    assert (ran.code, ran.json["revision"]) == (0, None)  # type: ignore[index]
    assert list((tmp_path / "new").iterdir()) == []
