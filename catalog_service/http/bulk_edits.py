"""``/api/v1/bulk-edits``: one change over many offers, read before it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from catalog_service.domain.offers.bulk import BulkChange, BulkPlan
from catalog_service.http.bodies import Body, Count
from catalog_service.http.conditions import MemberDeed, receipt_answer
from catalog_service.http.ids import path_id
from catalog_service.http.models import ReceiptAnswer
from catalog_service.http.seller import SELLERS, OwnSupplier
from catalog_service.service import Record
from kernel.ids import validate_id
from web.parameters import NO_QUERY
from web.reader import Words
from web.routing import PrefixedRouter


class ChangeBody(Body):
    price_bp: Count | None = Field(None, description="各级单价乘以万分之几：10500 为涨 5%", examples=[10_500])
    moq: Count | None = Field(None, description="起订量")
    pack_multiple: Count | None = Field(None, description="加购倍数")
    dispatch_hours: Count | None = Field(None, description="发货时间（小时）")
    customisation: bool | None = Field(None, description="支持定制")
    invoice: bool | None = Field(None, description="可开发票")
    freight_free: bool | None = Field(None, description="包邮")


class PlanBody(Body):
    offer_ids: list[str] = Field(description="至多 200 个商品", examples=[["yk-gb70-m8x30"]])
    change: ChangeBody

    def ids(self) -> list[str]:
        return [validate_id(offer_id, parameter="offer_ids") for offer_id in self.offer_ids]

    def bulk_change(self) -> BulkChange:
        return BulkChange(**self.change.model_dump())


class ApplyBody(PlanBody):
    digest: str = Field(description="预览所得的 digest：商品变动了就会被拒绝")


class PlannedRowAnswer(BaseModel):
    offer_id: str
    version: int
    outcome: str = Field(description="changed、unchanged 或 refused", examples=["changed"])
    changes: dict[str, tuple[Words, Words]] = Field(description="字段到（之前，之后）")
    code: str
    reason: Words


class PlanAnswer(BaseModel):
    digest: str
    rows: list[PlannedRowAnswer]

    @classmethod
    def of(cls, plan: BulkPlan) -> PlanAnswer:
        rows = [
            PlannedRowAnswer(
                offer_id=row.offer_id, version=row.version, outcome=row.outcome, changes=dict(row.changes),
                code=row.code, reason=row.reason,
            )
            for row in plan.rows
        ]  # fmt: skip
        return cls(digest=plan.digest, rows=rows)


EditId = Annotated[str, path_id("edit_id", "批量修改编号")]


def bulk_edits_router(record: Record) -> APIRouter:
    router = PrefixedRouter(prefix="/api/v1/bulk-edits", tags=["商品"])
    guarded = [SELLERS, NO_QUERY]

    @router.post("/plan", summary="预览批量修改", dependencies=guarded)
    def plan(body: PlanBody, seller: OwnSupplier) -> PlanAnswer:
        """What would change, what is refused and why, what stays as it is. Writes nothing."""
        found = record.bulk_edits.plan(seller=seller, offer_ids=body.ids(), change=body.bulk_change())
        return PlanAnswer.of(found)

    @router.post("", summary="执行批量修改", dependencies=guarded)
    def apply(body: ApplyBody, seller: OwnSupplier, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """The plan that was read, by its digest."""
        receipt = record.edit_many.apply(
            seller=seller, offer_ids=body.ids(), change=body.bulk_change(), digest=body.digest, request=deed
        )
        return receipt_answer(response, receipt)

    @router.post("/{edit_id}/undo", summary="撤销批量修改", dependencies=guarded)
    def undo(edit_id: EditId, seller: OwnSupplier, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """Offers that somebody touched since stay as they are; the answer says how many."""
        return receipt_answer(response, record.edit_many.undo(seller=seller, edit_id=edit_id, request=deed))

    return router
