"""The command line: help, exit codes, one clear line for what goes wrong, JSON that machines can read."""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from typer.core import TyperGroup

from pifa import __version__
from pifa.asgi import application
from pifa.commands.table import COMMANDS, load
from pifa.wiring import Installation
from tests.pifa.conftest import Ran, Run


def one_line(ran: Ran) -> str:
    lines = [line for line in ran.err.splitlines() if line.strip()]
    assert len(lines) == 1, ran.err
    return lines[0]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["encoder", "fit"], ["encoder", "status"]])
def test_every_command_has_help(pifa: Run, command: list[str]) -> None:
    ran = pifa(*command, "--help")
    assert ran.code == 0
    assert "Usage" in ran.out


def test_every_command_of_the_contract_is_there(pifa: Run) -> None:
    wanted = {"demo-data", "import", "rebuild", "serve", "search", "analyze", "evaluate", "encoder", "bench", "doctor"}
    assert wanted <= COMMANDS.keys()
    assert all(name in pifa("--help").out for name in wanted)


def test_every_command_takes_a_home(pifa: Run) -> None:
    for name in COMMANDS:
        command = load(name)
        for words in [[name, sub] for sub in command.commands] if isinstance(command, TyperGroup) else [[name]]:
            assert "--home" in pifa(*words, "--help").out, words


def test_help_loads_none_of_the_engine() -> None:
    code = (
        "import sys; sys.argv = ['pifa', '--help']\n"
        "from pifa.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'tantivy', 'faiss', 'sqlalchemy', 'fastapi', 'onnxruntime', 'scipy', 'polars'}\n"
        "print('loaded:', sorted(heavy & sys.modules.keys()), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "loaded: []"


def test_the_version_is_told(pifa: Run) -> None:
    assert pifa("--version").out.strip() == f"pifa {__version__}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["search"],
        ["search", "水杯", "--size", "many"],
        ["import", "no-such-file.csv"],
        ["import", "."],
        ["serve", "--port", "x"],
        ["demo-data", "--listings", "0"],
    ],
)
def test_wrong_usage_ends_with_two(pifa: Run, demo_home: Path, arguments: list[str]) -> None:
    ran = pifa(*arguments)
    assert ran.code == 2
    assert ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--where", "colour=red"], "colour"),
        (["--where", "region"], "region"),
        (["--size", "0"], "size"),
        (["--where", "quantity=x"], "quantity"),
    ],
)
def test_a_search_that_cannot_be_ends_with_two_and_names_the_parameter(
    pifa: Run, demo_home: Path, arguments: list[str], said: str
) -> None:
    ran = pifa("search", "水杯", "--home", demo_home, *arguments)
    assert ran.code == 2
    assert said in one_line(ran)


def test_the_home_may_be_an_option_or_the_environment(
    pifa: Run, demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIFA_HOME", str(demo_home))
    assert pifa("search", "水杯", "--json").json["total"] > 0
    other = pifa("search", "水杯", "--home", tmp_path / "empty")
    assert other.code == 1
    assert "pifa rebuild" in one_line(other)


def test_json_of_search_is_the_body_of_the_api(pifa: Run, site: Installation, demo_home: Path) -> None:
    ran = pifa(
        "search", "不锈钢水杯", "--home", demo_home, "-w", "region=浙江", "-w", "quantity=100", "--explain", "--json"
    )
    printed = ran.json
    with TestClient(application(site)) as client:
        asked = {"q": "不锈钢水杯", "region": "浙江", "quantity": 100, "explain": "true", "size": 10}
        served = client.get("/api/v1/search", params=asked).json()
    for body in (printed, served):
        body.pop("took_ms")
        assert body.pop("next_cursor")  # holds the moment of its first page
        for hit in body["hits"]:  # freshness moves with the seconds between the two
            hit.pop("score")
            hit.pop("explanation")
    assert printed == served
    assert printed["hits"]


def test_search_prints_a_table(pifa: Run, demo_home: Path) -> None:
    ran = pifa("search", "水杯", "--home", demo_home)
    assert ran.code == 0
    assert "共" in ran.out
    assert "供应商" in ran.out


def test_analyze_shows_every_step_and_its_json(pifa: Run, tmp_path: Path) -> None:
    shown = pifa("analyze", "不绣钢水杯 10元以下 不要塑料", "--home", tmp_path)
    assert shown.code == 0
    body = pifa("analyze", "不绣钢水杯 10元以下 不要塑料", "--home", tmp_path, "--json").json
    assert body["query"]["repair"]["repaired"].startswith("不锈钢水杯")
    assert body["query"]["price_max_fen"] in (999, 1000)
    assert [word["text"] for word in body["query"]["excluded"]] == ["塑料"]
    assert body["categories"]


def test_doctor_is_content_with_a_sound_home(pifa: Run, demo_home: Path) -> None:
    ran = pifa("doctor", "--home", demo_home, "--json")
    assert ran.code == 0
    assert [finding["level"] for finding in ran.json if finding["level"] == "error"] == []
    assert "3,0" in pifa("doctor", "--home", demo_home).out or "2,9" in pifa("doctor", "--home", demo_home).out


def test_doctor_names_a_broken_index_and_the_command(pifa: Run, demo_home: Path) -> None:
    (demo_home / "index" / "manifest.json").write_bytes(b"{")
    ran = pifa("doctor", "--home", demo_home, "--json")
    assert ran.code == 1
    assert [(f["level"], f["mend"]) for f in ran.json if f["level"] == "error"] == [("error", "pifa rebuild")]
    assert pifa("rebuild", "--home", demo_home).code == 0
    assert pifa("doctor", "--home", demo_home).code == 0


def test_encoder_status_says_whether_the_index_agrees(
    pifa: Run, demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = pifa("encoder", "status", "--home", demo_home, "--json").json
    assert same["agree"] is True
    assert same["encoder"].startswith("static")
    monkeypatch.setenv("PIFA_ENCODER", "none")
    assert pifa("encoder", "status", "--home", demo_home, "--json").json["agree"] is False


def test_an_encoder_that_is_not_there_is_one_line(pifa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIFA_ENCODER", str(tmp_path / "nowhere"))
    ran = pifa("encoder", "status", "--home", tmp_path / "home")
    assert ran.code in (1, 2)
    assert one_line(ran).startswith("pifa: ")


def test_a_busy_port_is_one_line(pifa: Run, demo_home: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        for command in ("serve", "demo"):
            ran = pifa(command, "--home", demo_home, "--port", port)
            assert ran.code == 1
            assert str(port) in one_line(ran)
            assert "PIFA_PORT" in ran.err


def test_a_home_that_cannot_be_made_is_one_line(pifa: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = pifa("search", "水杯", "--home", tmp_path / "file" / "home")
    assert ran.code == 1
    assert "无法建立" in one_line(ran)


def test_a_home_that_cannot_be_written_is_one_line(pifa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    ran = pifa("search", "水杯", "--home", tmp_path)
    assert ran.code == 1
    assert "不可写" in one_line(ran)


def test_a_full_disk_is_one_line(pifa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * 2**20))
    ran = pifa("demo-data", "--home", tmp_path)
    assert ran.code == 1
    assert "磁盘已满" in one_line(ran)


def test_a_disk_that_fills_up_while_writing_is_one_line(tmp_path: Path) -> None:
    """Simulated by a limit on the size of files, which fails every write beyond it."""
    ran = subprocess.run(
        [sys.executable, "-m", "pifa", "demo-data", "--home", str(tmp_path / "home"), "--listings", "400"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
    )
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert ran.stderr.strip().splitlines()[-1].startswith("pifa: ")


def test_settings_that_cannot_be_are_one_line(pifa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIFA_PORT", "eighty")
    ran = pifa("search", "水杯", "--home", tmp_path)
    assert ran.code == 2
    assert "PIFA_PORT" in one_line(ran)


def test_a_second_demo_run_makes_nothing_again(pifa: Run, demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pifa.commands.demo as demo

    ran_site: list[object] = []
    monkeypatch.setattr(demo, "run_site", lambda *_, **more: ran_site.append(more["port"]))
    monkeypatch.setattr(demo, "fill_record", lambda *_, **__: pytest.fail("made the catalog again"))
    monkeypatch.setattr(demo, "build_index", lambda *_, **__: pytest.fail("made the index again"))
    ran = pifa("demo", "--home", demo_home, "--port", "0")
    assert ran.code == 0
    assert len(ran_site) == 1


def test_a_demo_run_that_was_killed_is_taken_up_by_the_next(
    pifa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pifa.commands.demo as demo

    monkeypatch.setattr(demo, "run_site", lambda *_, **__: None)
    whole = demo.fill_record

    def killed(site: Installation, record: object, *, listings: int, seed: int) -> None:
        whole(site, record, listings=60, seed=seed)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "fill_record", killed)
    assert pifa("demo", "--home", tmp_path, "--listings", 120).code == 130
    monkeypatch.setattr(demo, "fill_record", whole)
    assert pifa("demo", "--home", tmp_path, "--listings", 120).code == 0
    total = pifa("search", "", "--home", tmp_path, "--json").json["total"]
    assert total > 100


def test_progress_goes_to_standard_error_and_json_alone_to_standard_output(pifa: Run, tmp_path: Path) -> None:
    ran = pifa("demo-data", "--home", tmp_path, "--listings", 50, "--json")
    assert json.loads(ran.out)["created"] > 40
    assert "示例货品" in ran.err
