"""Every page at two widths: no barrier, nothing jumps, nothing sticks out, and it looks like something."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.barriers import OF_WIDTH, barriers
from tests.browser.conftest import OpenPage
from tests.browser.pages import PAGES

ROWS_MIN = 20  # a blank or broken page has a handful of different rows of pixels
# Sums the shifts that nobody's deed brought about, over the load and a jump down the page.
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  });
  observer.observe({type: "layout-shift", buffered: true});
  scrollTo(0, document.body.scrollHeight / 2);
  setTimeout(() => { observer.disconnect(); scrollTo(0, 0); done(sum); }, 120);
})"""


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound(
    open_page: OpenPage, dress: str, name: str, phone: bool, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    page = open_page(PAGES[name].format(dress=dress), phone=phone)
    assert round(page.evaluate(SHIFT), 3) == 0  # to the three decimals that browsers report
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    folder = Path(pytestconfig.getoption("--screenshots", default="") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    picture = page.screenshot(path=folder / f"{name}-{'phone' if phone else 'desktop'}.png")
    assert different_rows(picture) >= ROWS_MIN
    assert fonts_of(page) >= {"PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei"}
    assert barriers(page, rules=OF_WIDTH if phone else ()) == []


def different_rows(png: bytes) -> int:
    """How many different rows of pixels a PNG holds: a blank picture has one."""
    position, data, stride = 8, b"", 0
    while position < len(png):
        length = int.from_bytes(png[position : position + 4])
        kind, body = png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        if kind == b"IHDR":
            stride = int.from_bytes(body[:4]) * (4 if body[9] == 6 else 3) + 1
        elif kind == b"IDAT":
            data += body
        position += 12 + length
    rows = zlib.decompress(data)
    return len({rows[start : start + stride] for start in range(0, len(rows), stride)})


def fonts_of(page: Page) -> set[str]:
    """The font families that the page's text asks for."""
    family: str = page.evaluate("getComputedStyle(document.body).fontFamily")
    return {name.strip().strip('"') for name in family.split(",")}
