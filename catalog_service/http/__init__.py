"""The HTTP door of the record."""

from __future__ import annotations

from fastapi import APIRouter

from catalog_service.http.offers import offers_router
from catalog_service.http.suppliers import suppliers_router
from catalog_service.service import Record


def catalog_routers(record: Record) -> tuple[APIRouter, ...]:
    """Every route over a record: ``/api/v1/offers`` and ``/api/v1/suppliers``."""
    return offers_router(record), suppliers_router(record)
