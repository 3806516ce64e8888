"""No answer says where anything lies on the machine; the log does."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

import catalog_service
import indexer
import kernel
import search_api
import search_engine
import text_analysis
from kernel.errors import Invalid, PifaError, Unavailable
from kernel.principal import ANONYMOUS, Principal
from search_engine.embedded.manifest import read_manifest
from web.app import build_app
from web.options import WebOptions

ROOMS = (kernel, catalog_service, search_api, search_engine, indexer, text_analysis)


def every_error() -> Iterator[type[PifaError]]:
    """Each class of error of the rooms behind the doors."""
    for room in ROOMS:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if ".migrations." in module.name or module.name.endswith("pdf_inspector"):
                continue
            try:
                found = importlib.import_module(module.name)
            except ImportError:  # an extra that is not installed
                continue
            for _, kind in inspect.getmembers(found, inspect.isclass):
                if issubclass(kind, PifaError) and kind.__module__ == module.name:
                    yield kind


class Nobody:
    def authenticate(self, *, authorization: str | None) -> Principal:
        return ANONYMOUS


def answered(error: PifaError) -> tuple[str, dict[str, object]]:
    router = APIRouter()

    @router.get("/fail")
    def fail() -> None:
        raise error

    app = build_app(title="t", routers=[router], authenticator=Nobody(), options=WebOptions(access_log=False))
    answer = TestClient(app, raise_server_exceptions=False).get("/fail")
    return answer.text, answer.json()


def test_a_missing_index_is_told_without_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PifaError) as missing:
        read_manifest(tmp_path / "index")
    assert missing.value.detail["path"]
    text, problem = answered(missing.value)
    assert str(tmp_path) not in text
    assert "path" not in problem
    logged = capsys.readouterr()
    assert str(tmp_path) in logged.out + logged.err


def test_no_error_of_any_room_carries_a_place_out(tmp_path: Path) -> None:
    """However it is raised: in its words, its facts, a fact within a fact, a list, a path as such."""
    kinds = list(dict.fromkeys(every_error()))
    assert len(kinds) > 60
    for kind in kinds:
        facts = {
            "path": str(tmp_path), "where": tmp_path, "reason": f"无法打开 {tmp_path}/x：坏了",
            "inner": {"path": str(tmp_path)}, "several": [f"{tmp_path}/a", "b"], "left": 3,
        }  # fmt: skip
        error = kind.__new__(kind)  # some build their own words; what they are raised with is not the question here
        PifaError.__init__(error, f"读不到 {tmp_path}/index：没有权限", detail=facts)
        text, problem = answered(error)
        assert str(tmp_path) not in text, kind
        assert (problem["left"], problem["detail"]) == (3, "读不到 …：没有权限")


@pytest.mark.parametrize(
    "words",
    [
        "规格 M/L/XL 不在售",
        "请到 /account/security 输入验证码",
        "图片 /api/v1/pictures/ab/800.webp",
        "1/2 英寸",
        "https://a.b/c/d",
    ],
)
def test_addresses_of_the_site_and_sizes_stay(words: str) -> None:
    assert answered(Invalid(words, detail={"said": words}))[1]["said"] == words


def test_a_folder_of_windows_is_a_place_too() -> None:
    text, _ = answered(Unavailable("无法写入 C:\\\\Users\\\\pifa\\\\var：磁盘已满"))
    assert "Users" not in text
