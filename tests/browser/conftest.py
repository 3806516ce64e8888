"""A real Chromium over the really served product: a demo home of a few hundred listings, made once."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from pifa.asgi import application
from pifa.commands.demo_data import fill_record
from pifa.commands.rebuild import build_index, build_vectors
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from storefront.accounts import SESSION_COOKIE
from storefront.language import VISIT_COOKIE
from tests.browser.seller import Stall, open_stall
from tests.parts import missing

LISTINGS = 600
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing of the browser's own goes out to the network, and the sandbox needs privileges that a container does not give.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
WAIT_MS = 10_000  # what a loaded machine of two cores needs at most; a failing test should not hang


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", default="", help="folder for a screenshot of every page, phone and desktop")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker drives the browser, so that the demo home is made once (with ``--dist loadgroup``)."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def chromium_of(playwright: Playwright) -> str | None:
    """The browser named by the setting, else one on the PATH, else Playwright's own; None when there is none."""
    named = os.environ.get("PIFA_CHROMIUM", "")
    candidates = [named, *(shutil.which(name) or "" for name in CHROMIUM_NAMES), playwright.chromium.executable_path]
    return next((path for path in candidates if path and os.access(path, os.X_OK)), None)


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = chromium_of(playwright)
        if executable is None:
            message = "没有找到 Chromium：浏览器测试没有运行（安装 chromium 或设置 PIFA_CHROMIUM） / no Chromium"
            missing(pytestconfig, message)
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The demo on the embedded engine."""
    return demo(Settings(home=tmp_path_factory.mktemp("home"), encoder="static", offline=True))


def demo(settings: Settings) -> Installation:
    """A home with the demo, indexed, its vectors by the packaged static encoder."""
    site = Installation(settings, Home(settings.home).open())
    with site.record() as record:
        fill_record(site, record, listings=LISTINGS, seed=7)
        build_index(site, record)
        build_vectors(site)
    return site


@pytest.fixture(scope="session")
def address(browser: Browser, installation: Installation) -> Iterator[str]:
    """Where the product is served."""
    config = uvicorn.Config(application(installation), port=0, log_level="error", ws="none", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline, "the product did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Opens a page in a context of its own; fails the test when a script failed or the content policy was hit."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(
        path: str = "/", *, phone: bool = False, scripts: bool = True, session: str = "", language: str = "zh"
    ) -> Page:
        context = browser.new_context(
            base_url=address, viewport=PHONE if phone else DESKTOP, java_script_enabled=scripts, locale="zh-CN"
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        if session:
            context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": address}])
        if language != "zh":
            context.add_cookies([{"name": VISIT_COOKIE, "value": language, "url": address}])
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: _note(message.type, message.text, troubles))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


EXPECTED = ("Failed to load resource", "htmx: htmx:error")  # what a test of failing answers brings about itself


def _note(kind: str, text: str, troubles: list[str]) -> None:
    if kind == "error" and not text.startswith(EXPECTED):
        troubles.append(text)


@pytest.fixture
def folder(pytestconfig: pytest.Config, tmp_path: Path) -> Path:
    """Where a test's pictures go."""
    return Path(pytestconfig.getoption("--screenshots", default="") or tmp_path)


@pytest.fixture(scope="session")
def dress(address: str, browser: Browser) -> str:
    """The id of an offer that a search for dresses finds."""
    context = browser.new_context(base_url=address)
    found = context.request.get("/api/v1/search", params={"q": "连衣裙", "size": "1"}).json()
    context.close()
    return str(found["hits"][0]["offer_id"])


@pytest.fixture(scope="session")
def stall(installation: Installation, address: str) -> Iterator[Stall]:
    """One for all modules, beside the served record, which sends the mails."""
    with installation.record() as record:
        yield open_stall(installation, record)
