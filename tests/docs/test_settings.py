"""The reference of settings is the code's."""

from __future__ import annotations

import pytest

from ops.settings import PAGE, page


def test_the_reference_of_settings_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIFA_PORT", "9999")  # whatever holds on the machine that writes it
    assert PAGE.read_text("utf-8") == page(), "python -m ops.settings"
