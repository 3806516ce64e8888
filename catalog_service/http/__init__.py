"""The HTTP door of the record."""

from __future__ import annotations

from fastapi import APIRouter

from catalog_service.domain.companies.documents import SCAN_BYTES_MAX
from catalog_service.domain.pictures.values import UPLOAD_BYTES_MAX
from catalog_service.http.bulk_edits import bulk_edits_router
from catalog_service.http.carts import carts_router
from catalog_service.http.companies.documents import UPLOAD_PATH
from catalog_service.http.offers import offers_router
from catalog_service.http.pictures import pictures_router
from catalog_service.http.quick_order import LARGER_SHEETS, quick_order_router
from catalog_service.http.revisions import revisions_router
from catalog_service.http.suppliers import suppliers_router
from catalog_service.http.terms import buyer_groups_router, freight_router, skus_router, supplier_terms_router
from catalog_service.ports.codes import CodeIndex, NoCodes
from catalog_service.service import Record

# Beyond what a body may otherwise have; one byte more than a picture, scan or sheet may: the refusal is its own.
LARGER_BODIES = {"/api/v1/pictures": UPLOAD_BYTES_MAX + 1, UPLOAD_PATH: SCAN_BYTES_MAX + 1, **LARGER_SHEETS}


def catalog_routers(record: Record, *, codes: CodeIndex | None = None) -> tuple[APIRouter, ...]:
    """What is sold, by whom, at which price; people and orders have doors of their own beside this one. ``codes``:
    where item codes are looked up."""
    own = offers_router(record), revisions_router(record), suppliers_router(record)
    return *own, *trade_routers(record, codes or NoCodes())


def trade_routers(record: Record, codes: CodeIndex) -> tuple[APIRouter, ...]:
    """Prices, freight, stock: what suppliers and buyers do beside offers."""
    return (
        buyer_groups_router(record),
        freight_router(record),
        supplier_terms_router(record),
        skus_router(record),
        carts_router(record),
        quick_order_router(record, codes),
        pictures_router(record),
        bulk_edits_router(record),
    )
