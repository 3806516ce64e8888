"""What every route works with, put together once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import HTMLResponse

from search_api.requests import SearchRequest
from storefront.kept import Kept, KeptLists
from storefront.options import StorefrontOptions
from storefront.pages.cards import CardMaker
from storefront.pages.frame import Frame
from storefront.pages.home import SectorMenu, sector_menu
from storefront.ports import OfferReads, Recommending, Searching, Suggesting
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

    @staticmethod
    def menu_of(taxonomy: Taxonomy) -> Sequence[SectorMenu]:
        return sector_menu(taxonomy)

    def kept(self, request: Request) -> Kept:
        """The browser's favourites and comparison."""
        return self.kept_lists.read(request)

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
