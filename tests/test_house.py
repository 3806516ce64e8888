"""The house keeps its own rules."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ROOMS = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
CARD = ("Owns:", "Takes:", "Gives:", "May import:", "Never:")


def packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}


def test_every_top_level_package_is_in_the_contract() -> None:
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", "utf-8")
    rooted = set(contract["importlinter"]["root_packages"].split())
    layered = set(re.findall(r"\w+", contract["importlinter:contract:house"]["layers"]))
    assert packages() == rooted == layered


def test_every_room_ships_and_says_that_it_is_typed() -> None:
    assert packages() - {"bench"} == set(ROOMS)
    assert [room for room in ROOMS if not (ROOT / room / "py.typed").exists()] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_opens_with_its_card(room: str) -> None:
    text = (ROOT / room / "__init__.py").read_text("utf-8")
    assert [line for line in CARD if line not in text] == []


def test_only_settings_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\bos\.environ\b(?!\.update)|\bgetenv\(", path.read_text("utf-8"))
    ]
    assert set(readers) - {"pifa/speech.py"} in (set(), {"pifa/settings.py"})  # the locale is no setting: decision 0029


def test_requirements_name_no_registry() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "http://" not in text
        assert "https://" not in text
        assert "--hash=sha256:" in text


def test_every_decision_says_what_enforces_it() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert records
    assert [path.name for path in records if "*Enforced by*" not in path.read_text("utf-8")] == []


def test_every_data_file_has_a_line_in_the_data_card() -> None:
    card = (ROOT / "data" / "README.md").read_text("utf-8")
    folders = {
        path.relative_to(ROOT / "data")
        for path in (ROOT / "data").rglob("*")
        if path.is_file() and path.name != "README.md"
    }
    missing = [str(path) for path in sorted(folders) if path.name not in card and f"`{path.parts[0]}/" not in card]
    assert missing == []


def test_a_group_of_tests_stays_on_one_worker(tmp_path: Path) -> None:
    """What is started once for many tests (a browser, a server) relies on it."""
    lines = [
        "import pytest",
        "@pytest.mark.xdist_group('g')",
        "@pytest.mark.parametrize('n', range(8))",
        "def test_a(n): ...",
    ]
    (tmp_path / "test_group.py").write_text("\n".join(lines), "ascii")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "ascii")
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-v", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    workers = re.findall(r"\[(gw\d)\].* PASSED", done.stdout)
    assert len(workers) == 8
    assert len(set(workers)) == 1
