"""What an order asks of prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from catalog_service.domain.prices.values import PricedOrder, Wanted
from catalog_service.ports.record import RecordTransaction
from kernel.errors import Conflict


class NotOrderable(Conflict):
    """Something in the basket cannot be ordered as it is; ``detail["problems"]`` lists every one with its ``code``
    (``below_moq``, ``mixed_batch_unmet``, ``not_the_pack_multiple``, ``out_of_stock``, ``price_changed``,
    ``not_tradable``, ``not_delivered``), ``sku_id`` and the figures that would mend it."""

    code = "not_orderable"


class OrderPricing(Protocol):
    """Prices a basket of one supplier from the record, inside the caller's transaction."""

    def price(
        self,
        transaction: RecordTransaction,
        *,
        buyer_company_id: str,
        supplier_id: str,
        wanted: Sequence[Wanted],
        region: str,
    ) -> PricedOrder:
        """The priced basket, lines in the order of their SKU ids; ``region`` (a province) decides the freight. Raises
        ``NotOrderable``."""
        ...
