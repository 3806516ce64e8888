"""The product over a record on PostgreSQL, and what it says when the database is not as it should be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psycopg
import pytest
import sqlalchemy as sa

from catalog_service.adapters.sql import postgresql as dialect
from tests.pifa.conftest import Run, Served, Start, free_port, until, wait_ready
from tests.postgresql import Server, connect

SECRET = "not-for-logs"  # a password that no message may show


@pytest.fixture
def url(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database that the settings name."""
    with postgresql.database() as url:
        monkeypatch.setenv("PIFA_DATABASE_URL", url)
        yield url


@pytest.fixture
def locked(postgresql: Server, url: str) -> str:
    """The address of the same database, without the password, for a user who must show one."""
    postgresql.command(f"DROP ROLE IF EXISTS locked; CREATE ROLE locked LOGIN PASSWORD '{SECRET}'")
    rules = postgresql.folder / "pg_hba.conf"
    first = "local all locked scram-sha-256\n"
    if first not in rules.read_text():
        rules.write_text(first + rules.read_text())
    postgresql.command("SELECT pg_reload_conf()")
    address = sa.make_url(url).set(username="locked").render_as_string()
    until(lambda: refused(address), what="the server's new rules")
    return address


def refused(address: str) -> bool:
    try:
        connect(address).close()
    except psycopg.OperationalError:
        return True
    return False


def lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_what_is_imported_and_published_is_found_and_what_is_taken_down_is_not(
    pifa: Run, start: Start, url: str, tmp_path: Path
) -> None:
    home, port = tmp_path / "home", free_port()
    file = lines(
        tmp_path / "goods.jsonl", [{"offer_id": f"own-{n}", "title": f"石墨烯暖手宝 第{n}款"} for n in range(3)]
    )
    assert pifa("import", file, "--home", home).code == 0
    assert not (home / "record.sqlite3").exists()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        served = Served(start("serve", "--home", home, "--port", port), home, client)
        wait_ready(client, served.process)
        assert served.total("石墨烯暖手宝") == 3
        chair = served.publish("钛合金折叠露营椅")
        until(lambda: served.shows("钛合金露营椅", chair), what="the published offer")
        assert served.write("POST", f"/api/v1/offers/{chair}/takedown", body={"reason": "侵权"}).status_code == 200
        until(lambda: not served.shows("钛合金露营椅", chair), what="the takedown")
        with closing(connect(url)) as operator:
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'pifa'"
            )
        lamp = served.publish("甲骨文感应小夜灯")
        until(lambda: served.shows("甲骨文小夜灯", lamp), what="what was published after all connections had ended")
    doctor = pifa("doctor", "--home", home, "--json")
    assert doctor.code == 0
    assert any(found["level"] == "ok" and "PostgreSQL 18" in found["what"] for found in doctor.json)


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("mysql://root@localhost/pifa", 2, "mysql"),
        (f"postgresql//u:{SECRET}@h/db", 2, "PIFA_DATABASE_URL"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/pifa", 1, "127.0.0.1"),
        (f"postgresql://u:{SECRET}@/pifa?host=/nowhere", 1, "/nowhere"),
    ],
)
def test_an_address_where_no_database_is_ends_in_one_line(
    pifa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, code: int, said: str
) -> None:
    monkeypatch.setenv("PIFA_DATABASE_URL", address)
    for command in (["import", lines(tmp_path / "a.jsonl", [])], ["serve", "--port", free_port()]):
        assert_one_line(pifa(*command, "--home", tmp_path / "home"), code, said)


def test_a_password_that_is_refused_ends_in_one_line(
    pifa: Run, tmp_path: Path, locked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With the right one he is let in, to find that he may make no tables.
    for password, said in (("", "密码"), ("wrong", "密码"), (SECRET, "权限")):
        address = sa.make_url(locked).set(password=password) if password else sa.make_url(locked)
        monkeypatch.setenv("PIFA_DATABASE_URL", address.render_as_string(hide_password=False))
        assert_one_line(pifa("serve", "--home", tmp_path / "home", "--port", free_port()), 1, said)


def test_a_database_that_is_not_there_ends_in_one_line(
    pifa: Run, postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = postgresql.url.set(database="nowhere").render_as_string(hide_password=False)
    monkeypatch.setenv("PIFA_DATABASE_URL", missing)
    assert_one_line(pifa("serve", "--home", tmp_path / "home", "--port", free_port()), 1, "nowhere")


def test_a_server_that_is_too_old_ends_in_one_line(
    pifa: Run, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "VERSION_MIN", 99)
    assert_one_line(pifa("serve", "--home", tmp_path / "home", "--port", free_port()), 1, "99")


def test_doctor_says_what_is_wrong_and_goes_on(pifa: Run, demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIFA_DATABASE_URL", f"postgresql://u:{SECRET}@127.0.0.1:1/pifa")
    ran = pifa("doctor", "--home", demo_home, "--json")
    assert ran.code == 1
    broken = [found for found in ran.json if found["level"] == "error"]
    assert [found["mend"] for found in broken] == ["检查数据库，或 PIFA_DATABASE_URL"]
    assert broken[0]["what"].startswith("记录库：")
    assert any("编码" in found["what"] or "static" in found["what"] for found in ran.json)
    assert SECRET not in ran.out + ran.err


def assert_one_line(ran: object, code: int, said: str) -> None:
    assert ran.code == code, ran.err  # type: ignore[attr-defined]
    told = ran.err.strip().splitlines()  # type: ignore[attr-defined]
    assert len(told) == 1
    assert told[0].startswith("pifa: ")
    assert said in told[0]
    assert SECRET not in told[0]
