"""The stored card of a listing: what a hit shows, written by the indexer and given back with a row, as JSON bytes."""

from __future__ import annotations

import msgspec

from kernel.prices import PriceTier, QuotedPrice, price_at


class SupplierCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """The supplier as a card names it."""

    id: str
    name: str
    verified: bool = False
    factory: bool = False
    credit_level: int = 0
    region: str = ""
    joined_year: int | None = None
    repeat_buyer_rate: float | None = None


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """Prices in fen; ``tiers`` are pairs (quantity from, unit price). ``version`` is the record's; ``listing`` is the
    digest of the offer and its supplier that the document was made of, stock included, which a version says nothing of.
    """

    offer_id: str
    title: str
    version: int = 1
    tiers: tuple[tuple[int, int], ...] = ()
    moq: int = 1
    unit: str = "件"
    units_per_pack: int = 1
    pack_unit: str = ""
    category_id: str = ""
    picture: str = ""
    tags: tuple[str, ...] = ()
    sold_count: int = 0
    dispatch_hours: int | None = None
    attributes: dict[str, tuple[str, ...]] = {}
    brand: str = ""
    item_code: str = ""
    supplier: SupplierCard | None = None
    listing: str = ""

    def ladder(self) -> tuple[PriceTier, ...]:
        """The public ladder as kernel values."""
        return tuple(PriceTier(min_quantity=q, unit_price_fen=fen) for q, fen in self.tiers)

    def price(self, quantity: int | None) -> QuotedPrice | None:
        """The public unit price at a quantity; None on request."""
        return price_at(self.ladder(), moq=self.moq, quantity=quantity)


decode_card = msgspec.json.Decoder(Card).decode
encode_card = msgspec.json.Encoder().encode
