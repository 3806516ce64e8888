from __future__ import annotations

import dataclasses

import pytest

from kernel.clock import FixedClock, SystemClock
from kernel.errors import Conflict, Denied, Invalid, NotFound, PifaError, Unavailable
from kernel.ids import validate_id
from kernel.offers import Offer
from kernel.principal import ANONYMOUS, Principal


@pytest.mark.parametrize("value", ["a", "yk-gb70-m8x30", "A.b_c:d-9", "0" * 64])
def test_ids_of_other_marketplaces_are_accepted(value: str) -> None:
    assert validate_id(value, parameter="offer_id") == value


@pytest.mark.parametrize("value", ["", "-a", "a b", "a/b", "杯", "a\n", "0" * 65, "../x"])
def test_what_would_break_an_address_or_a_log_line_is_refused(value: str) -> None:
    with pytest.raises(Invalid) as caught:
        validate_id(value, parameter="offer_id")
    assert caught.value.parameter == "offer_id"


def test_there_are_five_kinds_of_error_each_with_its_code() -> None:
    kinds = PifaError.__subclasses__()
    assert {kind for kind in kinds if kind.__module__ == "kernel.errors"} == {
        Invalid,
        NotFound,
        Denied,
        Conflict,
        Unavailable,
    }
    assert Invalid("x").code == "invalid"
    assert Invalid("x", code="special").code == "special"


def test_an_anonymous_caller_is_told_so_when_refused() -> None:
    with pytest.raises(Denied) as caught:
        ANONYMOUS.require("offers:write")
    assert caught.value.detail == {"scope": "offers:write", "anonymous": True}


def test_a_scope_or_the_administrators_role_lets_in_and_nothing_else_does() -> None:
    Principal(scopes=frozenset({"offers:write"})).require("offers:write")
    Principal(roles=frozenset({"admin"})).require("offers:write")
    with pytest.raises(Denied):
        Principal(scopes=frozenset({"offers:read"})).require("offers:write")


def test_values_cannot_be_changed() -> None:
    offer = Offer(offer_id="a", title="杯")
    with pytest.raises(dataclasses.FrozenInstanceError):
        offer.title = "壶"  # type: ignore[misc]
    with pytest.raises(TypeError):
        offer.attributes["x"] = ("y",)  # type: ignore[index]


def test_a_fixed_clock_moves_only_when_told_to() -> None:
    clock = FixedClock(5)
    assert clock.now() == 5
    clock.seconds = 6
    assert clock.now() == 6
    assert SystemClock().now() > 1_700_000_000
