from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from text_analysis.encoders import fetch
from text_analysis.encoders.fetch import ModelMissing, find_bge

MODEL, TOKENIZER = b"the network", b"{}"


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing but an ``mvn`` that copies a jar of two small files."""
    jar = tmp_path / "artifact.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("bge-small-zh-v1.5-q.onnx", MODEL)
        archive.writestr("bge-small-zh-v1.5-q-tokenizer.json", TOKENIZER)
    tools = tmp_path / "bin"
    tools.mkdir()
    command = tools / "mvn"
    command.write_text(
        f'#!/bin/sh\nfor a in "$@"; do case $a in -DoutputDirectory=*) /bin/cp {jar} "${{a#*=}}"/;; esac; done\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(fetch, "MODEL_SHA256", hashlib.sha256(MODEL).hexdigest())
    monkeypatch.setattr(fetch, "TOKENIZER_SHA256", hashlib.sha256(TOKENIZER).hexdigest())
    return command


def test_the_model_is_fetched_once_and_then_found(tmp_path: Path, maven: Path) -> None:
    files = find_bge(models_dir=tmp_path / "models", hub_repo="")
    assert (files.model.read_bytes(), files.tokenizer.read_bytes()) == (MODEL, TOKENIZER)
    maven.unlink()
    assert find_bge(models_dir=tmp_path / "models", hub_repo="") == files
    assert os.listdir(tmp_path / "models") == [fetch.MODEL_FOLDER]


def test_a_relative_home_is_filled_too(tmp_path: Path, maven: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    files = find_bge(models_dir=Path("var") / "models", hub_repo="")
    assert files.model.read_bytes() == MODEL
    assert (tmp_path / "here" / "var" / "models" / fetch.MODEL_FOLDER / fetch.MODEL_FILE).is_file()


def test_a_wrong_checksum_is_refused_and_leaves_nothing(
    tmp_path: Path, maven: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MODEL_SHA256", "0" * 64)
    with pytest.raises(ModelMissing, match=r"Maven：model\.onnx 的校验和不对"):
        find_bge(models_dir=tmp_path / "models", hub_repo="")
    assert os.listdir(tmp_path / "models") == []


def test_a_failing_client_is_one_line_of_reason(tmp_path: Path, maven: Path) -> None:
    maven.write_text("#!/bin/sh\necho '[ERROR] no such artifact'\nexit 1\n")
    with pytest.raises(ModelMissing) as raised:
        find_bge(models_dir=tmp_path / "models", hub_repo="")
    assert raised.value.message == "没有 BGE 模型：Maven：[ERROR] no such artifact"


def test_a_slow_client_is_given_up(tmp_path: Path, maven: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_slow(*_args: object, **_options: object) -> None:
        raise subprocess.TimeoutExpired("mvn", 1)

    monkeypatch.setattr(subprocess, "run", too_slow)
    with pytest.raises(ModelMissing, match="180 秒内没有下完"):
        find_bge(models_dir=tmp_path / "models", hub_repo="")


def test_without_a_client_or_leave_to_fetch_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelMissing, match="没有安装 mvn 命令"):
        find_bge(models_dir=tmp_path / "models", hub_repo="")
    with pytest.raises(ModelMissing, match="未允许下载"):
        find_bge(models_dir=tmp_path / "models", fetch=False)


def test_a_folder_of_the_user_is_taken_or_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"要有 model\.onnx 和 tokenizer\.json"):
        find_bge(models_dir=tmp_path, folder=tmp_path / "mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.onnx").write_bytes(MODEL)
    (tmp_path / "mine" / "tokenizer.json").write_bytes(TOKENIZER)
    files = find_bge(models_dir=tmp_path, folder=tmp_path / "mine")
    assert files.sha256 == hashlib.sha256(MODEL).hexdigest()
