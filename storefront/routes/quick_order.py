"""Quick order (快速下单): a list pasted from a sheet, answered line by line, the good lines into the cart at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from catalog_service.adapters.files.asked import FILE_BYTES_MAX, asked_text, template_sheet
from catalog_service.domain.carts.pasted import PASTED_CHARACTERS_MAX, PASTED_LINES_MAX, picked, read_pasted
from catalog_service.use_cases.carts.quick_order import AnsweredLine, Outcome, look_up
from kernel.errors import Invalid, PifaError
from storefront.pages.quick_order import picks_of, quick_rows, rest_of, total_of
from storefront.routes.account import Answer, Form
from storefront.routes.cart import BuyerPages
from storefront.shop import Shop
from storefront.trading import Trading, cart_deed

PATH = "/cart/quick"
TEMPLATE = "/cart/quick/template"
LARGER_SHEETS = {PATH: FILE_BYTES_MAX + (1 << 20)}  # a sheet beside what is pasted
# A text that is too long is told so and stays in its field: it is read whole, up to what a body may hold anyway.
TEXT_READ_MAX = 50 * PASTED_CHARACTERS_MAX


def add_quick_order_routes(router: APIRouter, shop: Shop, trading: Trading) -> None:
    pages = QuickOrderPages(router, shop, trading)
    pages.get(PATH, pages.form)
    pages.post(PATH, pages.take, longest=TEXT_READ_MAX)
    pages.get(TEMPLATE, pages.template)


class QuickOrderPages(BuyerPages):
    """One form; whatever happens, what was pasted stands in it until it lies in the cart. A sheet becomes lines of it,
    so that they can be mended there."""

    def post(self, path: str, answer: Answer, *, longest: int = TEXT_READ_MAX) -> None:
        """As for other pages, with the one file that may come along."""

        async def taken(request: Request) -> Response:
            async with request.form(max_files=1) as sent:
                form = {name: value[:longest] for name, value in sent.items() if isinstance(value, str)}
                file = sent.get("file")
                request.state.sheet = await file.read() if isinstance(file, UploadFile) and file.size else b""
            return await run_in_threadpool(self._take, answer, request, form)

        self.router.add_api_route(path, taken, methods=["POST"], include_in_schema=False)

    def template(self, request: Request) -> Response:
        kind = "csv" if request.query_params.get("format") == "csv" else "xlsx"
        content, media_type = template_sheet(kind)
        headers = {"Content-Disposition": f'attachment; filename="quick-order.{kind}"'}
        return Response(content, media_type=media_type, headers=headers)

    def form(self, request: Request) -> Response:
        return self._answered(request, {})

    def take(self, request: Request, form: Form) -> Response:
        try:
            form = with_sheet(form, request.state.sheet)
            if form.get("do") == "add":
                return self._add(request, form)
            return self._answered(request, form)
        except PifaError as error:
            return self._shown(request, form, error=error)

    def _add(self, request: Request, form: Form) -> Response:
        """All lines that can be ordered; the others stay, with their reasons."""
        principal = self.accounts.caller(request)
        text, picks = form.get("text", ""), picks_of(form)
        lines = picked(read_pasted(text), picks)
        if not lines:
            raise Invalid("请先粘贴要订的货，一行一种，或选一个文件", parameter="text")
        owner, token = self.trading.owner_or_new(request, principal)
        receipt = self.trading.record.quick_order.add(
            owner=owner, lines=lines, company_id=principal.company_id or "", codes=self.trading.codes,
            request=cart_deed(owner, principal, form),
        )  # fmt: skip
        added = [int(number) for number in str(receipt.facts["added"]).split(",") if number]
        if not receipt.facts["refused"]:
            response = self.to("/cart", ("done", "added" if added else "none"))
        else:
            done = [*added, *(line.number for line in lines if line.heading)]
            left = {**form, "text": rest_of(text, done)}
            self.trading.tell_count(request, owner)
            response = self._answered(request, left, added=len(added), owner=owner)
        self.trading.remember(response, owner, token=token)
        return response

    def _answered(self, request: Request, form: Form, *, added: int = 0, owner: str = "") -> Response:
        """The form with an answer beside every line; raises ``Invalid`` for a text that is too long."""
        principal = self.accounts.caller(request)
        picks = picks_of(form)
        lines = picked(read_pasted(form.get("text", "")), picks)
        codes = self.trading.codes
        answers: list[AnsweredLine] = []
        if lines:
            whose = owner or self.trading.owner(request, principal) or ""
            answers = list(
                self.trading.carts.quick_lines(
                    whose, lines, look_up(lines, codes), company_id=principal.company_id or "", codes=codes
                )
            )
        good = sum(answer.good for answer in answers)
        headings = sum(answer.outcome is Outcome.HEADING for answer in answers)
        counted = {"good": good, "bad": len(answers) - good - headings}
        return self._shown(
            request, form, rows=quick_rows(answers, picks), total=total_of(answers), added=added, counted=counted
        )

    def _shown(self, request: Request, form: Form, *, error: PifaError | None = None, **page: Any) -> Response:
        plain: Mapping[str, Any] = {"rows": [], "total": "", "added": 0, "counted": {"good": 0, "bad": 0}, **page}
        return self.show(
            request, "quick", "快速下单", error=error, form={"text": form.get("text", "")},
            lines_max=PASTED_LINES_MAX, file_mb=FILE_BYTES_MAX >> 20, at=PATH, **plain,
        )  # fmt: skip


def with_sheet(form: Form, content: bytes) -> Form:
    """The form with the sheet's lines below those that were pasted; raises ``Invalid`` for what is no sheet."""
    if not content:
        return form
    pasted = form.get("text", "").rstrip()
    return {**form, "text": f"{pasted}\n{asked_text(content)}" if pasted else asked_text(content)}
