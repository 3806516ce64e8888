"""A market without companies of record: whoever signs in trades, nobody has claimed a supplier, nobody has a limit."""

from __future__ import annotations

from collections.abc import Sequence

from catalog_service.domain.prices.values import PricedOrder, Wanted
from catalog_service.ports.record import RecordTransaction
from kernel.errors import Unavailable


class OpenMarket:
    """``TradingParties``."""

    def company_of(self, transaction: RecordTransaction, supplier_id: str) -> str:
        return ""

    def needs_approval(
        self,
        transaction: RecordTransaction,
        *,
        company_id: str,
        member_id: str,
        amount_fen: int,
        at: int,
        agreed_fen: int = 0,
    ) -> bool:
        return False


class NothingPriced:
    """``OrderPricing`` of a record without SKUs: nothing can be ordered yet."""

    def price(
        self,
        transaction: RecordTransaction,
        *,
        buyer_company_id: str,
        supplier_id: str,
        wanted: Sequence[Wanted],
        region: str,
    ) -> PricedOrder:
        raise Unavailable("这个目录还没有可下单的 SKU", code="nothing_priced")
