"""Canonical JSON (RFC 8785) of what is hashed."""

from __future__ import annotations

import msgspec

EXACT_MAX = 2**53 - 1  # the integers that every JSON reader keeps

# Of names in ASCII, texts, exact integers and what is made of them it gives byte for byte what the library named after
# the RFC gives, in a fiftieth of its time: an order's life hashes five of them (``test_canonical.py``).
canonical_json = msgspec.json.Encoder(order="sorted").encode
