"""What axe finds on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Levels A and AA of WCAG 2.0 to 2.2, and axe's own good practice.
ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What another width of the same document can break; the rest was judged at the first width.
OF_WIDTH = ("target-size", "scrollable-region-focusable", "link-in-text-block", "aria-hidden-focus", "bypass")


def barriers(page: Page, *, tags: Sequence[str] = (), rules: Sequence[str] = ()) -> list[str]:
    """Every violation as ``rule: element``; by all tags when neither is named."""
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(tags or ALL)}
    found: dict[str, Any] = Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]}).response
    return [f"{entry['id']}: {node['html'][:160]}" for entry in found["violations"] for node in entry["nodes"]]
