"""What is hashed is canonical JSON, byte for byte as the library says that is named after the RFC."""

from __future__ import annotations

import hashlib
import sys

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.canonical import EXACT_MAX, canonical_json
from catalog_service.domain.prices.snapshot import snapshot_of
from catalog_service.domain.prices.values import PricedOrder, PriceStep

_NAMES = st.text(st.characters(max_codepoint=127))
_LEAVES = st.text() | st.integers(-EXACT_MAX, EXACT_MAX) | st.booleans() | st.none()


@given(st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_NAMES, inner)))
def test_what_we_hash_is_canonical_json(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_every_character_is_written_as_the_rfc_writes_it() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    assert canonical_json("".join(characters)) == rfc8785.dumps("".join(characters))


def test_a_snapshot_is_the_digest_of_everything_else_and_sums_beyond_every_reader_are_text() -> None:
    step = {"name": "goods", "fen": 2**60, "because": "1 种规格的货款"}
    said = {
        "supplier_id": "s", "buyer_company_id": "c", "lines": [], "goods_fen": 2**60, "discount_fen": 0,
        "freight_fen": 5, "payable_fen": 2**60, "steps": [step],
    }  # fmt: skip
    order = PricedOrder(**{**said, "lines": (), "steps": (PriceStep(**step),)}, snapshot="")  # type: ignore[arg-type]
    exact = {**said, "goods_fen": str(2**60), "payable_fen": str(2**60), "steps": [{**step, "fen": str(2**60)}]}
    assert snapshot_of(order) == hashlib.sha256(rfc8785.dumps(exact)).hexdigest()
