"""The HTTP door of orders and money: a router a subject."""

from __future__ import annotations

from fastapi import APIRouter

from catalog_service.http.ordering.documents import documents_router
from catalog_service.http.ordering.money import payments_router, staff_router
from catalog_service.http.ordering.orders import orders_router
from catalog_service.http.ordering.payouts import payouts_router
from catalog_service.http.ordering.refunds import refunds_router
from catalog_service.ordering import Ordering


def ordering_routers(ordering: Ordering) -> tuple[APIRouter, ...]:
    """Every route on orders and money. Documents first: their fixed paths are no order's id."""
    return (
        documents_router(ordering),
        orders_router(ordering),
        refunds_router(ordering),
        payments_router(ordering),
        payouts_router(ordering),
        staff_router(ordering),
    )
