"""The ASGI application: ``uvicorn pifa.asgi:create_app --factory``."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from catalog_service.http import LARGER_BODIES, catalog_routers
from catalog_service.http.companies import TOKEN_PATH, companies_routers
from catalog_service.http.ordering import ordering_routers
from catalog_service.service import Record
from kernel.errors import PifaError, Unavailable
from pifa import __version__, chores
from pifa.codes import EngineCodes
from pifa.engine import PublishedEngine
from pifa.gauges import index_gauges
from pifa.memory import settle
from pifa.pages import RecordOfferReads
from pifa.suggestions import build_suggester
from pifa.wiring import Installation, installation
from search_api.http.recommend import recommend_router
from search_api.http.search import search_router
from search_api.http.suggest import suggest_router
from search_api.http.taxonomy import taxonomy_router
from search_api.recommend.service import RecommendService
from search_api.service import SearchService
from search_engine.port import SearchEngine
from storefront.accounts import Accounts
from storefront.options import StorefrontOptions
from storefront.router import storefront_error_page, storefront_router
from storefront.routes.quick_order import LARGER_SHEETS
from storefront.routes.seller_offers import LARGER_FORMS
from storefront.routes.seller_verification import LARGER_SCANS
from storefront.trading import Trading
from web.app import build_app
from web.openapi import documents_of
from web.options import WebOptions

log = structlog.get_logger(__name__)
REFRESH_SECONDS = 0.2  # how often a reader looks for a newer index; a publication is searchable within a second


def create_app() -> FastAPI:
    """One worker's application over the installation that the environment names."""
    return application(installation(), ahead=True)


def application(site: Installation, *, address: str = "", ahead: bool = False) -> FastAPI:
    """The whole product over one installation, served at ``address``. ``ahead``: what FastAPI leaves to the first
    request is made soon after the start."""
    record = site.open_record(address=address)
    engine = PublishedEngine(site.store)
    parts = site.search_parts(engine, own_prices=record.prices)
    search, recommend = SearchService(parts), RecommendService(parts)
    suggester = build_suggester(site, engine)
    codes = EngineCodes(engine)
    accounts = Accounts(
        people=record.people, authenticator=record.authenticator, secret=site.home.secret(), https=site.https
    )
    pages = StorefrontOptions(
        secret=site.home.secret(), ranking_files=site.data / "ranking", clock=site.clock, https=site.https
    )
    _warm_up(site, search)
    return build_app(
        title="Pifa 批发",
        routers=[
            search_router(search),
            suggest_router(suggester),
            recommend_router(recommend),
            taxonomy_router(site.taxonomy),
            *catalog_routers(record, codes=codes),
            *companies_routers(record.people),
            *ordering_routers(record.ordering),
            storefront_router(
                search=search,
                recommend=recommend,
                suggester=suggester,
                taxonomy=site.taxonomy,
                offers=RecordOfferReads(record),
                options=pages,
                accounts=accounts,
                trading=Trading(record=record, accounts=accounts, codes=codes),
                selling=record,
                own_prices=record.prices,
            ),
        ],
        authenticator=record.authenticator,
        options=WebOptions(
            version=__version__,
            rate_limit=site.settings.rate_limit or None,
            larger_bodies={**LARGER_BODIES, **LARGER_FORMS, **LARGER_SCANS, **LARGER_SHEETS},
            metrics_directory=site.settings.metrics_directory,
            access_log=site.settings.log_level in ("debug", "info"),
            https=site.https,
            own_authentication=(TOKEN_PATH,),
        ),
        readiness={"index": lambda: _index_ready(engine)},
        gauges=index_gauges(engine, record.changes, clock=site.clock),
        error_page=storefront_error_page(pages),
        lifespan=_lifespan(engine, record, ahead=ahead),
    )


def _warm_up(site: Installation, search: SearchService) -> None:
    """Load what the first query would otherwise wait for; an index that is not there yet is no reason not to start."""
    site.analyzer.warm()
    try:
        search.warm_up()
    except Unavailable as fault:
        log.warning("index_not_ready", reason=fault.message)


def _index_ready(engine: SearchEngine) -> str | None:
    try:
        engine.status()
    except PifaError as fault:
        return fault.message
    return None


async def _make_ahead(app: FastAPI) -> None:
    """FastAPI makes what it knows of its routes when they are first looked through (half a second in the first
    request), and the document when it is first viewed (another, in which no request is answered). Here both are made
    between the first requests: the routes a router at a time, the document (in each language) in a thread. Not both in
    the thread: FastAPI silences warnings meanwhile, for the whole process, and so two of its threads must not make
    routes at once."""
    for _ in iter_route_contexts(app.routes):
        await asyncio.sleep(0)
    await asyncio.to_thread(documents_of(app).make_ahead)
    settle()  # what was made lives as long as the process, too


def _lifespan(
    engine: SearchEngine, record: Record, *, ahead: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Follow the published index, and do the chores of a process, while the application lives."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        look = chores.Chore("refresh", engine.refresh, REFRESH_SECONDS)
        started = chores.start([look, *chores.of_every_process(record)], stop)
        settle()
        making = asyncio.create_task(_make_ahead(app)) if ahead else None
        yield
        if making is not None:
            making.cancel()
        stop.set()
        chores.leave(started)
        record.close()

    return lifespan
