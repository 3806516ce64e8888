"""What prices are made of, inside one transaction: groups, private ladders, freight, a supplier's terms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.prices.terms import BuyerGroup, FreightTemplate, SupplierTerms
from catalog_service.domain.skus.values import OfferTerms, SkuView
from kernel.prices import PriceTier


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A SKU with its offer, its stock and its terms."""

    view: SkuView
    offer: StoredOffer
    terms: OfferTerms


class PriceRows(Protocol):
    def goods(self, sku_ids: Collection[str]) -> Mapping[str, Goods]:
        """Of the SKUs that there are, by id, in one look."""
        ...

    def trading(self, *, supplier_id: str, company_id: str) -> tuple[SupplierTerms, BuyerGroup | None]:
        """``supplier_terms`` and ``group_of`` in one look."""
        ...

    def offers(self, offer_ids: Collection[str]) -> Mapping[str, StoredOffer]: ...

    def supplier_terms(self, supplier_id: str) -> SupplierTerms:
        """Version 0 while nothing was stated."""
        ...

    def save_supplier_terms(self, terms: SupplierTerms, *, at: int) -> None:
        """In the place of ``version - 1``; ``Overtaken`` when another stands there."""
        ...

    def group_of(self, *, supplier_id: str, company_id: str) -> BuyerGroup | None: ...

    def groups_of(self, company_id: str) -> Mapping[str, BuyerGroup]:
        """By supplier the group that the company is in."""
        ...

    def group(self, group_id: str) -> BuyerGroup | None: ...

    def groups(self, supplier_id: str) -> Sequence[BuyerGroup]: ...

    def save_group(self, group: BuyerGroup, *, at: int) -> None:
        """New when its version is 1, else as ``save_supplier_terms``."""
        ...

    def drop_group(self, group: BuyerGroup) -> None:
        """With its members and prices; ``Overtaken`` when its version moved on."""
        ...

    def members(self, group_id: str) -> Sequence[str]: ...

    def groups_of_companies(self, *, supplier_id: str, company_ids: Collection[str]) -> Mapping[str, str]:
        """By company the supplier's group that it is in."""
        ...

    def set_members(self, group: BuyerGroup, company_ids: Collection[str]) -> None: ...

    def private_prices(
        self, group_id: str, target_ids: Collection[str] | None = None
    ) -> Mapping[str, tuple[PriceTier, ...]]:
        """By SKU or offer id; all of the group's without ids."""
        ...

    def private_prices_of(
        self, group_ids: Collection[str], target_ids: Collection[str]
    ) -> Mapping[str, Mapping[str, tuple[PriceTier, ...]]]:
        """By group, then by SKU or offer id: of several groups at once."""
        ...

    def set_private_price(self, group_id: str, target_id: str, tiers: Sequence[PriceTier]) -> None:
        """An empty ladder takes the agreement back."""
        ...

    def freight(self, template_ids: Collection[str]) -> Mapping[str, FreightTemplate]: ...

    def freight_of(self, supplier_id: str) -> Sequence[FreightTemplate]: ...

    def save_freight(self, template: FreightTemplate, *, at: int) -> None: ...

    def drop_freight(self, template: FreightTemplate) -> None: ...

    def offers_with_freight(self, template_id: str) -> int:
        """How many offers go by this template."""
        ...
