"""What every route works with, put together once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import HTMLResponse

from kernel.prices import OwnPrice, OwnPrices
from search_api.requests import SearchRequest
from storefront.accounts import Accounts
from storefront.kept import Kept, KeptLists
from storefront.language import language_of
from storefront.options import StorefrontOptions
from storefront.pages.cards import CardMaker
from storefront.pages.frame import Frame
from storefront.pages.home import SectorMenu
from storefront.ports import OfferReads, OwnRead, Recommending, Searching, Suggesting
from storefront.rendering import Renderer
from storefront.state import ResultsState
from storefront.visit import Visit, remember
from taxonomy.model import Taxonomy


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The parts, and the deeds that all pages share."""

    search: Searching
    recommend: Recommending
    suggester: Suggesting
    taxonomy: Taxonomy
    offers: OfferReads
    options: StorefrontOptions
    renderer: Renderer
    kept_lists: KeptLists
    menu: Sequence[SectorMenu] = field(default=())
    accounts: Accounts | None = None
    own_prices: OwnPrices | None = None

    def kept(self, request: Request) -> Kept:
        """The browser's favourites and comparison."""
        return self.kept_lists.read(request)

    def own(self, request: Request) -> OwnRead:
        """What the company of this browser pays by agreements of its own; nothing for a visitor, at no cost."""
        company_id = self.accounts.caller(request).company_id if self.accounts is not None else None

        def read(offer_ids: Sequence[str], quantity: int | None) -> Mapping[str, OwnPrice]:
            if self.own_prices is None or company_id is None or not offer_ids:
                return {}
            return self.own_prices.own_prices(offer_ids, quantity=quantity, company_id=company_id)

        return read

    def language(self, request: Request) -> str:
        """That of the visitor's pages."""
        return language_of(request)

    def names(self, request: Request) -> Taxonomy:
        """The categories by the names that the visitor reads."""
        return self.taxonomy.told(language_of(request))

    def maker(self, visit: Visit, kept: Kept, *, state: ResultsState | None = None) -> CardMaker:
        return CardMaker.of(visit, kept, self.options.clock, state=state)

    def show(
        self,
        request: Request,
        name: str,
        *,
        frame: Frame,
        page: object,
        status: int = 200,
        fragment: str = "",
        **more: object,
    ) -> HTMLResponse:
        """Render a page (with ``more`` beside it) and remember the visit."""
        context = {"frame": frame, "page": page, **more}
        response = self.renderer.page(request, name, context, status=status, fragment=fragment)
        remember(response, frame.visit, request=request, https=self.options.https)
        return response

    def block_request(self, visit: Visit, *, size: int) -> SearchRequest:
        """What a block of recommendations asks for."""
        return SearchRequest(quantity=visit.quantity, size=size)


def here(request: Request) -> str:
    """The address of this page, as a form's way back."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
