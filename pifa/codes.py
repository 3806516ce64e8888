"""Item codes and barcodes, looked up in the index: the record has no table by them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from search_engine.card import decode_card
from search_engine.plan import Plan, TermFilter
from search_engine.port import SearchEngine
from text_analysis.normalise import normalise_code

# Five offers a line of the longest list that is pasted; of a code that more have, a buyer chooses by search.
OFFERS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class EngineCodes:
    """``catalog_service.ports.codes.CodeIndex`` over the engine: one query for all codes."""

    engine: SearchEngine

    def offers_with(self, codes: Collection[str]) -> Sequence[str]:
        wanted = tuple(sorted({code for code in map(self.normalise, codes) if code}))
        if not wanted:
            return ()
        having = TermFilter(field="codes", values=wanted, group="codes")
        found = self.engine.search(Plan(filters=(having,), sort="sales", limit=OFFERS_MAX))
        cards = self.engine.cards(found.candidates.rows.tolist())
        return [decode_card(card).offer_id for card in cards if card]

    def normalise(self, code: str) -> str:
        return normalise_code(code)
