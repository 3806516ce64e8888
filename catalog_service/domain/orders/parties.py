"""Who stands on an order: what both companies are called, who ordered, and to whom an invoice is written."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.company import Invoice
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import PAID, OrderState

INVOICED = (*PAID, OrderState.SUCCESS)  # from the first money on, and not where all of it went back


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderParties:
    """Names as they are now; empty where there is none. ``placed_by``: the member or key that ordered, told to the
    buyer's side alone. ``invoice``: what the buyer keeps for invoices; None while it keeps none, or may not be seen."""

    buyer: str = ""
    supplier: str = ""
    placed_by: str = ""
    invoice: Invoice | None = None


NOBODY = OrderParties()


def may_see_invoice(side: Actor, state: OrderState) -> bool:
    """The buyer always; a seller while it holds or has had the buyer's money."""
    return side is Actor.BUYER or state in INVOICED
