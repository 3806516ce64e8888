"""``pifa backup`` and ``pifa restore`` over homes with everything in them, on both databases."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.adapters.sql.migrate import HEAD, downgrade
from pifa.backups import manifest as manifests
from pifa.backups.check import check_backup
from pifa.backups.parts import KEPT, LEFT_OUT, PASSING, RECORD_NAME
from pifa.backups.take import HOME_FOLDER, take_backup
from pifa.wiring import Installation
from tests.catalog_service.test_migrations import everything
from tests.pifa.conftest import Run, Start, Use, installed, until


def rows_of(site: Installation) -> dict[str, list[str]]:
    """All of them; databases order texts differently."""
    with site.record() as record:
        return {table: sorted(map(repr, found)) for table, found in everything(record.engine).items()}


def files_of(site: Installation) -> dict[str, bytes]:
    """What of the home must come back byte by byte."""
    found = {}
    for part in KEPT:
        path = site.home.directory / part.name
        inside = [path] if path.is_file() else sorted(path.rglob("*"))
        if part.kind != "database":
            found |= {
                str(each.relative_to(site.home.directory)): each.read_bytes() for each in inside if each.is_file()
            }
    return found


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_what_was_backed_up_comes_back_in_either_database(
    pifa: Run, full: Installation, use: Use, to: str, tmp_path: Path
) -> None:
    before, files = rows_of(full), files_of(full)
    ran = pifa("backup", tmp_path / "backup", "--home", full.home.directory, "--json")
    assert ran.code == 0, ran.err
    use(to)
    restored = installed(tmp_path / "restored")
    done = pifa("restore", tmp_path / "backup", "--home", restored.home.directory, "--json")
    assert done.code == 0, done.err
    assert (done.json["upgraded_from"], done.json["set_aside"]) == (None, None)  # type: ignore[index]
    assert rows_of(restored) == before
    assert files_of(restored) == files
    assert {"secret.key", "admin.key", "ledger.anchors", "dead_letters.jsonl"} < files.keys()
    assert any(path.startswith("pictures/") for path in files)
    verified = pifa("ledger", "verify", "--home", restored.home.directory, "--json")
    assert (verified.code, verified.json["faults"]) == (0, [])  # type: ignore[index]
    with restored.record() as record:
        gateway = record.ordering.gateway
        assert gateway.find("p-1").amount_fen == 77  # type: ignore[union-attr]


def test_the_manifest_says_what_is_there_and_what_is_secret(pifa: Run, full: Installation, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    said = pifa("backup", target, "--home", full.home.directory)
    assert said.code == 0, said.err
    assert "含密钥 home/secret.key、home/admin.key" in said.out
    manifest = manifests.read(target)
    assert (manifest.revision, manifest.database_kind) == (HEAD, full_kind(full))
    assert manifest.tables["ledger_entries"].rows > 0
    assert len(manifest.tables["orders"].sha256) == 64
    secret = {path for path, file in manifest.files.items() if file.secret}
    assert {path for path in secret if not path.startswith("home/documents/")} == {
        "home/secret.key", "home/admin.key", "home/sealing.keys",
    }  # fmt: skip
    assert any(path.startswith("home/documents/") for path in secret)  # scans of licences
    on_disk = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert on_disk == manifest.files.keys() | {manifests.NAME}
    readable = [path for path in (target, *target.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert readable == []
    assert "mail" in manifest.left_out


def full_kind(site: Installation) -> str:
    return "postgresql" if site.settings.database_url.get_secret_value() else "sqlite"


def test_everything_that_a_home_holds_is_kept_or_left_out_by_name(demo_home: Path, full: Installation) -> None:
    told = {part.name.split("/")[0] for part in KEPT} | LEFT_OUT.keys() | {RECORD_NAME}
    for home in (demo_home, full.home.directory):
        names = {path.name for path in home.iterdir() if not path.name.endswith(PASSING)} - {"made"}
        assert names - told == set()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "path",
    [
        RECORD_NAME,
        "home/secret.key", "home/ledger.anchors", "home/sandbox_gateway.sqlite3", "home/dead_letters.jsonl",
        "picture", manifests.NAME,
    ],
)  # fmt: skip
def test_a_flipped_byte_is_found_and_named(pifa: Run, full: Installation, tmp_path: Path, path: str) -> None:
    target = tmp_path / "backup"
    take_backup(full, target)
    found = next(target.rglob("*.webp")) if path == "picture" else target / path
    damaged = bytearray(found.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    found.write_bytes(damaged)
    ran = pifa("restore", target, "--check")
    assert ran.code == 1
    assert found.relative_to(target).as_posix() in ran.out + ran.err
    refused = pifa("restore", target, "--home", tmp_path / "other")
    assert refused.code == 1
    assert found.relative_to(target).as_posix() in refused.err
    assert not (tmp_path / "other" / RECORD_NAME).exists()
    assert [each.name for each in (tmp_path / "other").iterdir()] == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_page_of_the_record_is_watched(full: Installation, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    take_backup(full, target)
    whole = (target / RECORD_NAME).read_bytes()
    for at in range(0, len(whole), len(whole) // 7):
        (target / RECORD_NAME).write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :])
        assert check_backup(target).faults[0].startswith(f"文件 {RECORD_NAME} 与备份时不同")
    (target / RECORD_NAME).unlink()
    assert check_backup(target).faults[0] == f"文件 {RECORD_NAME} 不在了"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_change_that_keeps_the_digest_of_the_file_is_found_in_the_table(full: Installation, tmp_path: Path) -> None:
    """As if somebody who knows how had changed the record in the backup, and the file's digest with it."""
    target = tmp_path / "backup"
    manifest = take_backup(full, target)
    with closing(sqlite3.connect(target / RECORD_NAME)) as record:
        record.execute("UPDATE members SET email = 'thief@example.com' WHERE rowid = 1")
        record.commit()
    changed = manifests.FileContent(**file_facts(target / RECORD_NAME))
    manifests.write(target, msgspec_replace(manifest, files={**manifest.files, RECORD_NAME: changed}))
    assert check_backup(target).faults[0].startswith("表 members：")


def file_facts(path: Path) -> dict[str, object]:
    from pifa.backups.files import digest_of

    found = digest_of(path)
    return {"bytes": found.bytes, "sha256": found.sha256}


def msgspec_replace(manifest: manifests.Manifest, **changes: object) -> manifests.Manifest:
    import msgspec

    return msgspec.structs.replace(manifest, **changes)


def test_a_backup_that_was_killed_passes_as_none(pifa: Run, start: Start, full: Installation, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    folder = full.home.directory / "pictures" / "many"
    folder.mkdir()
    for number in range(20_000):  # enough to be met in the middle of
        (folder / f"{number}").write_bytes(b"x")
    process = start("backup", target, "--home", full.home.directory)
    until(lambda: (target / HOME_FOLDER / "pictures").exists() or process.poll() is not None, what="the pictures")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.returncode == -signal.SIGKILL
    assert not (target / manifests.NAME).exists()
    for command in (("restore", target, "--home", tmp_path / "other"), ("restore", target, "--check")):
        ran = pifa(*command)
        assert (ran.code, "没有做完" in ran.err) == (1, True)
    assert pifa("backup", target, "--home", full.home.directory).code == 2  # never written over
    nowhere = pifa("restore", tmp_path / "nowhere", "--check")
    assert (nowhere.code, "没有备份" in nowhere.err) == (1, True)


def test_a_backup_that_fails_leaves_nothing(pifa: Run, tmp_path: Path, shared_knowledge: None) -> None:
    ran = pifa("backup", tmp_path / "backup", "--home", tmp_path / "new")
    assert ran.code == 1
    assert "没有可备份的内容" in ran.err
    assert not (tmp_path / "backup").exists()
    assert not (tmp_path / "new" / RECORD_NAME).exists()


def test_a_home_that_holds_something_is_kept_unless_told(
    pifa: Run, full: Installation, use: Use, kind: str, tmp_path: Path
) -> None:
    take_backup(full, tmp_path / "backup")
    before = rows_of(full)
    with full.record() as record:
        record.ordering.gateway.pay("p-2", amount_fen=1)  # type: ignore[attr-defined]
        record.ordering.sweep()
    (full.home.index).mkdir()
    (full.home.index / "manifest.json").write_text("{}")
    changed = rows_of(full)
    home = full.home.directory
    refused = pifa("restore", tmp_path / "backup", "--home", home)
    assert refused.code == 1
    assert "--replace" in refused.err
    assert rows_of(full) == changed
    with full.record() as record:
        record.catalog.live_count()
        in_use = pifa("restore", tmp_path / "backup", "--home", home, "--replace")
        assert (in_use.code, "pifa serve" in in_use.err) == (1, True)
    done = pifa("restore", tmp_path / "backup", "--home", home, "--replace", "--json")
    assert done.code == 0, done.err
    assert rows_of(full) == before
    assert not full.home.index.exists()  # it was of the other record
    aside = Path(done.json["set_aside"])  # type: ignore[index]
    assert (aside / "index" / "manifest.json").read_text() == "{}"
    assert (aside / "secret.key").exists()
    assert (aside / RECORD_NAME).exists() == (kind == "sqlite")


def test_a_backup_of_an_older_schema_is_upgraded_and_one_of_a_newer_refused(
    pifa: Run, full: Installation, use: Use, kind: str, tmp_path: Path
) -> None:
    with full.record() as record:
        downgrade(record.engine, target="0003")
    take_backup(full, tmp_path / "old")
    use(kind)
    done = pifa("restore", tmp_path / "old", "--home", tmp_path / "restored")
    assert done.code == 0, done.err
    assert "0003" in done.out
    assert "已升级" in done.out
    site = installed(tmp_path / "restored")
    with site.upkeep() as upkeep:
        assert upkeep.revision() == HEAD
        assert upkeep.count("skus") == upkeep.count("offers") > 0

    manifest = manifests.read(tmp_path / "old")
    manifests.write(tmp_path / "old", msgspec_replace(manifest, revision="9999"))
    refused = pifa("restore", tmp_path / "old", "--home", tmp_path / "other")
    assert refused.code == 2
    assert f"只到 {HEAD}" in refused.err
    assert "9999" in refused.err
    newer = json.loads((tmp_path / "old" / manifests.NAME).read_text())
    (tmp_path / "old" / manifests.NAME).write_text(json.dumps({**newer, "format": 2}))
    assert "格式是 2" in pifa("restore", tmp_path / "old", "--check").err


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_manifest_that_leads_outside_is_refused(pifa: Run, full: Installation, tmp_path: Path) -> None:
    manifest = take_backup(full, tmp_path / "backup")
    key = manifest.files["home/secret.key"]
    for path in ("../secret.key", "/etc/secret.key", "home/../../secret.key"):
        manifests.write(tmp_path / "backup", msgspec_replace(manifest, files={**manifest.files, path: key}))
        ran = pifa("restore", tmp_path / "backup", "--home", tmp_path / "other")
        assert (ran.code, "不在备份之内" in ran.err) == (1, True)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_restore_that_was_killed_serves_nobody_until_it_is_done_again(
    pifa: Run, full: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_backup(full, tmp_path / "backup")
    before = rows_of(full)
    home = tmp_path / "restored"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pifa.backups.manifest.sync_folder", killed)  # after the last file was placed
        assert pifa("restore", tmp_path / "backup", "--home", home).code == 130
    for command in ("doctor", "serve"):
        ran = pifa(command, "--home", home)
        assert (ran.code, "没有做完" in ran.err) == (1, True)
    assert pifa("restore", tmp_path / "backup", "--home", home, "--replace").code == 0
    assert rows_of(installed(home)) == before


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_damaged_record_is_replaced_by_its_backup(pifa: Run, full: Installation, tmp_path: Path) -> None:
    take_backup(full, tmp_path / "backup")
    before = rows_of(full)
    (full.home.directory / RECORD_NAME).write_bytes(b"no database at all" * 400)
    assert pifa("doctor", "--home", full.home.directory).code == 1
    done = pifa("restore", tmp_path / "backup", "--home", full.home.directory, "--replace")
    assert done.code == 0, done.err
    assert rows_of(full) == before


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_without_a_name_it_lies_in_the_home_and_the_home_remembers(pifa: Run, full: Installation) -> None:
    ran = pifa("backup", "--home", full.home.directory, "--json")
    assert ran.code == 0
    folder = Path(ran.json["path"])  # type: ignore[index]
    assert folder.parent == full.home.backups
    note = json.loads(full.home.backup_note.read_text())
    assert (note["path"], note["revision"]) == (str(folder.resolve()), HEAD)
    again = take_backup(full, full.home.backups / "again")
    assert not any("backups" in path for path in again.files)
    shutil.rmtree(full.home.backups)
