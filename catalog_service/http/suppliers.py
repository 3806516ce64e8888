"""``/api/v1/suppliers``: read one, register or revise it, record a credit event."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from catalog_service.http.conditions import Deed, OptionalVersion, etag, receipt_answer
from catalog_service.http.ids import path_id
from catalog_service.http.models import CreditEventBody, ReceiptAnswer, SupplierBody, SupplierPageAnswer
from catalog_service.service import Record
from catalog_service.use_cases.deeds import SupplierNotFound
from web.access import ADMIN, ANYONE, only
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter

SupplierId = Annotated[str, path_id("supplier_id", "供应商编号", examples=["s-yongkang-01"])]
_ANYONE = [only(ANYONE), NO_QUERY]
_ADMIN = [only(ADMIN), NO_QUERY]


def suppliers_router(record: Record) -> APIRouter:
    """The routes over a record; every write needs the administrator's key and an Idempotency-Key."""
    router = PrefixedRouter(prefix="/api/v1/suppliers", tags=["供应商"])

    @router.get("/{supplier_id}", summary="查看供应商", dependencies=_ANYONE)
    def read_supplier(supplier_id: SupplierId, response: Response) -> SupplierPageAnswer:
        """The supplier, how many of its offers are live, and the events behind its credit."""
        view = record.suppliers.supplier(supplier_id)
        response.headers["ETag"] = etag(view.supplier.version)
        response.headers["Cache-Control"] = "no-cache"
        return SupplierPageAnswer.of_view(view)

    @router.put(
        "/{supplier_id}", summary="登记或修改供应商", dependencies=_ADMIN, responses={201: {"model": ReceiptAnswer}}
    )
    def put_supplier(
        supplier_id: SupplierId, body: SupplierBody, deed: Deed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Registers an unknown supplier (201), else changes the fields that are given."""
        draft = body.draft(supplier_id)
        try:
            receipt = record.revise_supplier(draft=draft, expected_version=version, request=deed)
        except SupplierNotFound:
            receipt = record.register_supplier(draft=draft, request=deed)
        return receipt_answer(response, receipt)

    @router.post("/{supplier_id}/credit-events", summary="记录诚信事件", status_code=201, dependencies=_ADMIN)
    def record_credit_event(
        supplier_id: SupplierId, body: CreditEventBody, deed: Deed, response: Response
    ) -> ReceiptAnswer:
        """Records the event; the answer has the supplier's score and level after it."""
        receipt = record.record_credit_event(
            supplier_id=supplier_id, tally=body.tally(), request=deed, note=body.note, occurred_at=body.occurred_at
        )
        return receipt_answer(response, receipt)

    return router
