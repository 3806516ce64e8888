"""What the guide to PostgreSQL tells people to type works, on a server that has nothing yet."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from typer.testing import CliRunner

from catalog_service.adapters.sql import postgresql as dialect
from pifa.cli import app
from tests.postgresql import Server, connect

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "postgresql.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_guide_leads_from_nothing_to_a_record_that_doctor_finds_sound(
    postgresql: Server, shared_knowledge: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(postgresql.url) as operator:
        for statement in block("sql").split(";\n"):
            operator.execute(statement.encode())
    try:
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("PIFA_HOME", str(tmp_path / "home"))
        for line in block("sh").splitlines():
            words = shlex.split(line)
            if words[0] == "export":
                told = sa.make_url(words[1].removeprefix("PIFA_DATABASE_URL="))
                here = postgresql.url.set(username=told.username, password=told.password, database=told.database)
                monkeypatch.setenv("PIFA_DATABASE_URL", here.render_as_string(hide_password=False))
                continue
            result = CliRunner().invoke(app, words[1:])
            assert result.exit_code == 0, f"{line}\n{result.output}"
        assert "PostgreSQL 18" in result.output
        assert (told.host, told.port) == ("127.0.0.1", 5432)
    finally:
        postgresql.drop("postgresql:///pifa")
        postgresql.command("DROP ROLE pifa")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("statement_timeout", f"{dialect.STATEMENT_TIMEOUT_MS // 1000} s"),
        ("lock_timeout", f"{dialect.LOCK_TIMEOUT_MS // 1000} s"),
        ("idle_in_transaction_session_timeout", f"{dialect.IDLE_IN_TRANSACTION_MS // 1000} s"),
        ("application_name", f"`{dialect.APPLICATION_NAME}`"),
    ],
)
def test_the_table_of_the_guide_is_what_the_code_sets(name: str, value: str) -> None:
    assert re.search(rf"^\| `{name}` \| {re.escape(value)} \|", GUIDE, re.MULTILINE)
    kept, most = dialect.POOL_KEPT, dialect.POOL_KEPT + dialect.POOL_EXTRA
    assert f"| {kept} kept, {most} at most |" in GUIDE


def test_compose_starts_the_version_that_is_tested_on_loopback_alone(postgresql: Server) -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["postgresql"]
    with connect(postgresql.url) as connection:
        assert service["image"] == f"postgres:{connection.info.server_version // 10_000}"
    assert service["ports"] == ["127.0.0.1:5432:5432"]
    environment = service["environment"]
    assert set(environment) == {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}
