"""``pifa config``: what holds here, where it came from, and nothing that is secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from pifa.settings import SettingInvalid, Settings, read_settings
from tests.pifa.conftest import Run

SECRET = "not-for-eyes"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of passwords as Docker mounts one."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    monkeypatch.setenv("PIFA_SECRETS_DIRECTORY", str(folder))
    return folder


def test_a_setting_is_explained_with_its_source(pifa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pifa("config", "explain", "port", "--json").json == {
        "key": "port", "variable": "PIFA_PORT", "value": "8000", "source": "default", "where": "", "default": "8000",
        "allowed": "0–65535", "unit": "", "what": "监听端口",
        "because": "8000 是 Python 网站的惯例；0 表示由系统挑一个", "secret": False,
    }  # fmt: skip
    monkeypatch.setenv("PIFA_PORT", "9000")
    for key in ("port", "PIFA_PORT", "pifa_port", "PORT"):
        found = pifa("config", "explain", key, "--json").json
        assert (found["value"], found["source"], found["where"]) == ("9000", "environment", "PIFA_PORT")  # type: ignore[index]
    assert pifa("config", "explain", "home").out.splitlines()[1:3] == ["值：var", "来自：默认"]
    assert "来自：命令行 --home" in pifa("config", "explain", "home", "--home", "/srv/pifa").out
    said = pifa("config", "explain", "workers").out
    assert "1 个" in said
    assert "1–64" in said
    assert "来自：默认" in said


def test_an_unknown_name_ends_with_the_nearest(pifa: Run) -> None:
    ran = pifa("config", "explain", "PIFA_WORKER")
    assert ran.code == 1
    assert "workers" in ran.err
    assert "pifa config" in pifa("config", "explain", "zzzz").err


def test_passwords_come_from_files_and_are_never_shown(
    pifa: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "pifa_smtp_password").write_text(f"{SECRET}-1\n")
    (folder / "PIFA_ELASTIC_PASSWORD").write_text(f"{SECRET}-2")
    (folder / "pifa_port").write_text("9100")
    monkeypatch.setenv("PIFA_ELASTIC_PASSWORD", f"{SECRET}-3")
    monkeypatch.setenv("PIFA_ELASTIC_URL", f"https://elastic:{SECRET}@es.example.com:9200")
    monkeypatch.setenv("PIFA_PICTURES_SETTINGS", f'{{"secret_access_key": "{SECRET}"}}')
    settings = read_settings()
    assert settings.smtp_password.get_secret_value() == f"{SECRET}-1"
    assert settings.elastic_password.get_secret_value() == f"{SECRET}-3"  # the environment comes first
    assert settings.port == 9100
    every = pifa("config", "--json").json
    found = {each["key"]: each for each in every}  # type: ignore[attr-defined]
    assert found["smtp_password"]["value"] == "******"
    assert (found["smtp_password"]["source"], Path(found["smtp_password"]["where"]).name) == (
        "file", "pifa_smtp_password",
    )  # fmt: skip
    assert found["elastic_password"]["source"] == "environment"
    assert found["elastic_url"]["value"] == "https://******@es.example.com:9200"
    assert found["elastic_api_key"]["value"] == ""
    for command in (("config",), ("config", "--json"), *(("config", "explain", key) for key in found)):
        ran = pifa(*command)
        assert ran.code == 0
        assert SECRET not in ran.out + ran.err


def test_a_folder_that_is_none_is_named(pifa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIFA_SECRETS_DIRECTORY", str(tmp_path / "nowhere"))
    ran = pifa("config")
    assert (ran.code, "PIFA_SECRETS_DIRECTORY" in ran.err) == (2, True)


def test_a_secret_that_cannot_be_read_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIFA_PICTURES_SETTINGS", f'{{"secret_access_key": "{SECRET}')
    with pytest.raises(SettingInvalid, match="PIFA_PICTURES_SETTINGS") as refused:
        read_settings()
    assert SECRET not in refused.value.message
    monkeypatch.delenv("PIFA_PICTURES_SETTINGS")
    monkeypatch.setenv("PIFA_PORT", "many")
    with pytest.raises(SettingInvalid, match="PIFA_PORT 的值“many”"):
        read_settings()


def test_every_setting_says_what_it_is_and_why() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["because"], name
