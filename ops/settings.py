"""The reference of all settings in ``docs/settings.md``: ``python -m ops.settings`` writes it anew. A test holds it to
the code."""

from __future__ import annotations

import sys
from pathlib import Path

from pifa.configuration import Explained, explain_all
from pifa.settings import Settings, variables

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
HEAD = """# Settings

Written by `python -m ops.settings` from `pifa/settings.py`; a test holds it to the code.

A setting is a variable of the environment, or a file of that name in the folder `PIFA_SECRETS_DIRECTORY` (as Docker
and systemd hand over passwords), or its default; the first of these counts, and an option of a command comes before
all. `pifa config` shows what holds here and where it came from, `pifa config explain port` one of them with its reason.
Passwords are never shown.

"""


def page() -> str:
    """The whole page. Defaults are the code's, whatever this process's environment says."""
    rows = [_row(each) for each in explain_all(Settings.model_construct())]
    return HEAD + "| 设置 | 默认 | 可取 | 说明 | 默认的理由 |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _row(each: Explained) -> str:
    names = "、".join(f"`{name}`" for name in variables(each.key))
    default = f"`{each.default}`" if each.default else "空"
    unit = f"（{each.unit}）" if each.unit else ""
    cells = (names, default + unit, each.allowed, each.what + ("；不显示" if each.secret else ""), each.because)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
