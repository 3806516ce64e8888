"""The wheel installs and runs in an empty environment, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--wheel", "--quiet", "--out-dir", out, ROOT, cwd=out)
    return next(out.glob("pifa-*.whl"))


def run(*command: object, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_it_carries_data_pages_migrations_and_type_marks(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in (
        "pifa/data/taxonomy/01-machinery.yaml",
        "pifa/data/encoder/model.safetensors",
        "pifa/data/ranking/profiles.yaml",
        "catalog_service/adapters/sql/migrations/versions/0001_the_record.py",
        "web/locale/problems.en.po",
        "kernel/py.typed",
    ):
        assert part in names
    assert any(name.startswith("storefront/templates/") for name in names)
    assert not any(name.startswith(("tests/", "bench/")) for name in names)


def test_it_makes_a_catalog_and_searches_it_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    run(UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "env", cwd=tmp_path)
    requirements = ROOT / "requirements" / "runtime.txt"
    run(UV, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", requirements, cwd=tmp_path)
    run(UV, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel, cwd=tmp_path)
    pifa = python.with_name("pifa")
    settings = {"PIFA_HOME": str(tmp_path / "home"), "PIFA_ENCODER": "static"}
    run(pifa, "demo-data", "--listings", "300", cwd=tmp_path, **settings)
    answer = json.loads(run(pifa, "search", "厂家直销", "--json", cwd=tmp_path, **settings))
    assert answer["total"] > 0
    assert answer["encoder"].startswith("static")
