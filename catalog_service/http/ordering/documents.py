"""Orders as files: exports, the printable order, the packing list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from catalog_service.adapters.documents.pages import order_page, pdf, print_css
from catalog_service.adapters.documents.sheets import XLSX, orders_csv, orders_xlsx
from catalog_service.http.ordering.orders import FILTERS, Filter
from catalog_service.http.ordering.parts import EVERYBODY, By, OrderId
from catalog_service.ordering import Ordering
from web.access import ANYONE, only
from web.language import ReadersLanguage, told_in
from web.parameters import NO_QUERY, strict_query
from web.routing import PrefixedRouter

PageFormat = Annotated[str, Query(alias="format", pattern="^(html|pdf)$", description="html 或 pdf")]
_FORMAT = Depends(strict_query(single=["format"]))


def documents_router(ordering: Ordering) -> APIRouter:
    router = PrefixedRouter(prefix="/api/v1/orders", tags=["订单"])

    @router.get(
        "/export", summary="导出订单", dependencies=[
            EVERYBODY, Depends(strict_query(single=[*FILTERS, "format"], repeated=["state"])),
        ], response_class=Response, responses={200: {"content": {"text/csv": {}, XLSX: {}}}},
    )  # fmt: skip
    def export_orders(
        by: By,
        wanted: Filter,
        language: ReadersLanguage,
        kind: Annotated[str, Query(alias="format", pattern="^(csv|xlsx)$", description="csv 或 xlsx")] = "csv",
    ) -> Response:
        """A row for each line of each order, the newest first, at most 20,000 orders."""
        found = ordering.reads.export(by, wanted)
        headers = {"Content-Disposition": f'attachment; filename="orders.{kind}"', **_kept(language)}
        if kind == "xlsx":
            return Response(orders_xlsx(found, language), media_type=XLSX, headers=headers)
        return StreamingResponse(orders_csv(found, language), media_type="text/csv; charset=utf-8", headers=headers)

    @router.get(
        "/print.css", summary="打印样式", dependencies=[only(ANYONE), NO_QUERY], response_class=Response,
        responses={200: {"content": {"text/css": {}}}},
    )  # fmt: skip
    def stylesheet() -> Response:
        """What the printable pages look like."""
        return Response(print_css(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    @router.get(
        "/{order_id}/print", summary="打印订单", dependencies=[EVERYBODY, _FORMAT], response_class=Response,
        responses={200: {"content": {"text/html": {}, "application/pdf": {}}}},
    )  # fmt: skip
    def print_order(order_id: OrderId, by: By, language: ReadersLanguage, kind: PageFormat = "html") -> Response:
        """With prices."""
        return _page(ordering, order_id, by, kind, priced=True, language=language)

    @router.get(
        "/{order_id}/packing-list", summary="装箱单", dependencies=[EVERYBODY, _FORMAT], response_class=Response,
        responses={200: {"content": {"text/html": {}, "application/pdf": {}}}},
    )  # fmt: skip
    def packing_list(order_id: OrderId, by: By, language: ReadersLanguage, kind: PageFormat = "html") -> Response:
        """Without prices, with boxes to tick."""
        return _page(ordering, order_id, by, kind, priced=False, language=language)

    return router


def _kept(language: str) -> dict[str, str]:
    return {"Cache-Control": "no-store", **told_in(language)}


def _page(ordering: Ordering, order_id: str, by: By, kind: str, *, priced: bool, language: str) -> Response:
    view = ordering.reads.order(order_id, by)
    parties = ordering.reads.parties.of(view.order, view.side)
    page = order_page(view.order, view.lines, view.shipments, parties=parties, priced=priced, language=language)
    headers = _kept(language)
    if kind == "pdf":
        return Response(pdf(page), media_type="application/pdf", headers=headers)
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)
