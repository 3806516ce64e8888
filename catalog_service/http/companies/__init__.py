"""Companies and people over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from catalog_service.http.companies.addresses import addresses_router
from catalog_service.http.companies.admin import admin_router
from catalog_service.http.companies.auth import auth_router
from catalog_service.http.companies.company import company_router
from catalog_service.http.companies.documents import documents_router
from catalog_service.http.companies.keys import keys_router
from catalog_service.http.companies.members import members_router
from catalog_service.http.companies.notices import notices_router
from catalog_service.http.companies.oauth import TOKEN_PATH, oauth_router
from catalog_service.people import People

__all__ = ["TOKEN_PATH", "companies_routers"]


def companies_routers(people: People) -> tuple[APIRouter, ...]:
    """Every route about companies, their people, and what proves who is calling."""
    return (
        auth_router(people),
        company_router(people),
        documents_router(people),
        members_router(people),
        addresses_router(people),
        keys_router(people),
        oauth_router(people),
        notices_router(people),
        admin_router(people),
    )
