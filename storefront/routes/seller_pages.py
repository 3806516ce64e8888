"""What the seller's pages share: who may see them, how a form is taken and what is shown when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from catalog_service.service import Record
from kernel.errors import PifaError
from kernel.principal import Principal
from storefront.accounts import Accounts
from storefront.pages.trade_words import moment, money
from storefront.routes.account import Form
from storefront.routes.company import CompanyPages, Do, Show
from storefront.shop import Shop

FIELDS_MAX = 2_500  # 200 SKUs of ten fields, and the rest of the form
# A scan of each kind, or an offer's pictures: too many of those are refused on the form, which keeps all that it held.
FILES_MAX = 20
AREA_CHARACTERS_MAX = 25_000  # a description and the line breaks that browsers send doubled


class SellerPages(CompanyPages):
    """Pages of a company that sells; who sells nothing yet is shown how to begin."""

    folder = "seller"

    def __init__(self, router: APIRouter, shop: Shop, accounts: Accounts, record: Record) -> None:
        super().__init__(router, shop, accounts)
        self.record = record

    @property
    def now(self) -> int:
        return self.shop.options.clock.now()

    def show(self, request: Request, name: str, title: str, *, error: PifaError | None = None, **page: Any) -> Response:
        """As ``AccountPages.show``; ``failed`` is the form that was refused."""
        words = {"money": money, "moment": moment, "failed": "", "stale": (), "at": getattr(request.state, "at", "")}
        return super().show(request, name, title, error=error, **{**words, **page})

    def own(self, path: str, show: Show, *roles: str) -> None:
        def shown(request: Request) -> Response:
            principal = self.accounts.member(request, *roles)
            return show(request, principal) if principal.supplier_id else self._begin(principal)

        self.get(path, shown)

    def deed(self, path: str, back: str, show: Show, do: Do, *roles: str, second_factor: bool = False) -> None:
        """Done, and then ``back`` with the path's own parts, unless the deed names another address; what is refused
        is shown with what was typed."""
        failed = path.rpartition("/")[2]

        def done(request: Request, form: Form) -> Response:
            principal = self.accounts.member(request, *roles)
            if principal.supplier_id is None:
                return self._begin(principal)
            request.state.at = back.format(**request.path_params)
            try:
                if second_factor:
                    principal.require_second_factor()
                said = do(principal, {**form, **request.path_params})
            except PifaError as error:
                return show(request, principal, error=error, form=dict(form), failed=failed)
            if isinstance(said, Response):
                return said
            if isinstance(said, dict):
                return show(request, principal, **said)
            target = said if isinstance(said, str) else f"{back.format(**request.path_params)}?done=saved"
            return RedirectResponse(target, status_code=303)

        self.post(path, done)

    def post(
        self, path: str, answer: Callable[[Request, Form], Response], *, longest: int = AREA_CHARACTERS_MAX
    ) -> None:
        """As for other pages, with room for a table of SKUs."""

        async def taken(request: Request) -> Response:
            async with request.form(max_fields=FIELDS_MAX, max_files=FILES_MAX) as sent:
                form = {
                    name: value[:longest].replace("\r\n", "\n")
                    for name, value in sent.multi_items()
                    if isinstance(value, str)
                }
                uploads: dict[str, list[bytes]] = {}
                for name, value in sent.multi_items():
                    if isinstance(value, UploadFile) and value.size:
                        uploads.setdefault(name, []).append(await value.read())
                request.state.uploads = uploads
            return await run_in_threadpool(self._take, answer, request, form)

        self.router.add_api_route(path, taken, methods=["POST"], include_in_schema=False)

    @staticmethod
    def _begin(principal: Principal) -> Response:
        return RedirectResponse("/seller" if principal.company_id else "/account/security", status_code=303)


def seller(principal: Principal) -> str:
    """As whom a member sells."""
    return principal.supplier_id or ""
