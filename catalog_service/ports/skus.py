"""SKUs of offers inside one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from catalog_service.domain.skus.values import OfferTerms, Sku, SkuView


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultSku:
    """The one SKU of an offer that states none, as it comes with the offer."""

    offer_id: str
    code: str
    barcode: str
    stock: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMatches:
    """SKUs on sale, of offers that are, that a code names: ``exact``, those that are spelt as it is; else all that are
    spelt alike, and ``gone`` if one so spelt was sold before. ``crowded``: more have it than were looked at, sold or
    not, so that it tells nothing apart."""

    sku_ids: Sequence[str] = ()
    exact: bool = False
    gone: bool = False
    crowded: bool = False


class SkuRows(Protocol):
    def of_offer(self, offer_id: str) -> Sequence[SkuView]:
        """All of them by position, retired ones too."""
        ...

    def of_offers(self, offer_ids: Collection[str]) -> Mapping[str, Sequence[SkuView]]:
        """The same of many offers at once; those without any are left out."""
        ...

    def bare_of_offers(self, offer_ids: Collection[str]) -> Mapping[str, Sequence[Sku]]:
        """The same without their stock, which importing millions need not read."""
        ...

    def with_stated(self, offer_ids: Collection[str]) -> frozenset[str]:
        """Those of the offers that state SKUs, instead of being their own one SKU."""
        ...

    def by_ids(self, sku_ids: Collection[str]) -> Mapping[str, SkuView]: ...

    def sold_by_code(self, asked: Collection[str], *, most: int) -> Mapping[str, CodeMatches]:
        """By code: at most ``most`` SKUs that have it as their own code or barcode, under any spelling. A SKU that is
        all of its offer is not found here, but by its offer. However many share a code, a few dozen rows of it are
        read."""
        ...

    def add_defaults(self, fresh: Sequence[DefaultSku]) -> None:
        """For offers that are new; many at once."""
        ...

    def restate_defaults(self, stated: Mapping[str, int | None]) -> Mapping[str, int | None]:
        """By offer id what a listing says of its stock: the differing ones of default SKUs, to be put into stock."""
        ...

    def add(self, fresh: Sequence[Sku]) -> None:
        """New SKUs, with a row of stock each (what was stated)."""
        ...

    def replace(self, changed: Sequence[Sku]) -> None: ...

    def terms(self, offer_ids: Collection[str]) -> Mapping[str, OfferTerms]:
        """Those that were stated; absent: the defaults."""
        ...

    def add_terms(self, stated: Mapping[str, OfferTerms]) -> None:
        """For offers that are new; many at once."""
        ...

    def save_terms(self, offer_id: str, terms: OfferTerms) -> None: ...
