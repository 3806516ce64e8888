"""What the README tells people to type works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import typer
from click import Command, Context
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from pifa.asgi import application
from pifa.cli import app
from pifa.wiring import installation

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def typed() -> Iterator[str]:
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL):
        yield from block.strip().splitlines()


def lines(program: str) -> list[str]:
    found = [line for line in typed() if line.startswith(f"{program} ")]
    assert found
    return found


def asked_by(line: str) -> tuple[str, list[tuple[str, str]]]:
    """The address that a line with curl asks, and the parameters that it adds."""
    words = shlex.split(line)
    flags = ("-d", "--data-urlencode")
    asked = [word.partition("=")[::2] for flag, word in pairwise(words) if flag in flags]
    assert not asked or "-G" in words, line
    return next(word for word in words if word.startswith("http")), asked


@pytest.mark.parametrize("line", lines("make"))
def test_each_make_target_exists(line: str) -> None:
    target = line.split()[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_each_command_runs_in_the_order_of_the_text(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PIFA_HOME", str(demo_home))
    for line in lines("pifa"):
        result = CliRunner().invoke(app, shlex.split(line)[1:])
        assert result.exit_code == 0, f"{line}\n{result.output}"
    assert "cup-001" in result.output  # the last search finds what the import before it brought


def test_each_address_answers(demo_home: Path) -> None:
    with TestClient(application(installation(demo_home))) as client:
        for line in lines("curl"):
            address, asked = asked_by(line)
            assert address.startswith("http://127.0.0.1:8000/"), line
            assert address.isascii(), "a server refuses an address whose Chinese is not encoded"
            answer = client.get(address, params=asked or None)
            assert answer.status_code == 200, line


def test_each_link_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_no_command_named_in_the_text_is_missing() -> None:
    known = set(typer.main.get_command(app).list_commands(Context(Command("pifa"))))
    named = set(re.findall(r"`pifa ([a-z-]+)", README)) | {line.split()[1] for line in lines("pifa")}
    assert named <= known
