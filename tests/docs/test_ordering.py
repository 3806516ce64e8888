"""The diagrams in the docs are the code's."""

from __future__ import annotations

import pytest

from ops.machines import PAGE, drawn


def test_the_machines_are_drawn_as_they_are() -> None:
    page = PAGE.read_text("utf-8")
    assert drawn(page) == page, "python -m ops.machines"


def test_a_page_without_a_place_for_a_machine_is_refused() -> None:
    with pytest.raises(LookupError):
        drawn("")
