"""What the guide for operators tells people to type works, in the order of the text."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from click import Command, Context
from typer.testing import CliRunner

from pifa.cli import app
from pifa.commands.upgrade import TO_DO

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operating.md").read_text("utf-8")


def typed() -> list[str]:
    return [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.strip().splitlines()]


def test_each_command_runs_in_the_order_of_the_text(
    demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIFA_HOME", str(demo_home))
    said = {}
    for line in typed():
        result = CliRunner().invoke(app, shlex.split(line)[1:])
        assert result.exit_code == 0, f"{line}\n{result.output}"
        said[line] = result.output
    assert "/account/admin?token=" in said["pifa admin link"]
    assert "可以恢复" in said["pifa restore backups/monday --check"]
    assert "已是最新" in said["pifa upgrade --plan"]
    assert "逐条一致" in said["pifa doctor --mend"]
    searched = CliRunner().invoke(app, ["search", "水杯", "--home", "restored", "--json"])
    assert '"total": 0' not in searched.output


def test_the_exit_codes_are_the_codes() -> None:
    assert f"Exit code 0: nothing to do, {TO_DO}: something, 1: it cannot tell." in GUIDE


def test_no_command_named_in_the_text_is_missing() -> None:
    known = set(typer.main.get_command(app).list_commands(Context(Command("pifa"))))
    assert set(re.findall(r"pifa ([a-z-]+)", re.sub(r"[^`\n]*(`[^`\n]*`)", r"\1", GUIDE))) <= known


def test_each_link_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", GUIDE)
    assert targets
    assert [target for target in targets if not (ROOT / "docs" / target).exists()] == []
