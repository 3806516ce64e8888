"""``/api/v1/carts/quick-lines``: codes and quantities into a cart, every line answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from catalog_service.adapters.documents.sheets import XLSX
from catalog_service.adapters.files.asked import CSV, FILE_BYTES_MAX, asked_text, template_sheet
from catalog_service.domain.carts.pasted import PASTED_LINES_MAX, AskedLine, read_pasted
from catalog_service.domain.deeds import DeedRequest
from catalog_service.http.bodies import Body, Count
from catalog_service.http.carts import CartDeed, CartOwner
from catalog_service.http.conditions import receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.http.trade_models import StepAnswer, step_answers
from catalog_service.ports.codes import CodeIndex
from catalog_service.service import Record
from catalog_service.use_cases.carts.find_goods import Goods
from catalog_service.use_cases.carts.quick_order import AnsweredLine, Outcome, look_up, require_lines
from kernel.errors import Invalid
from kernel.prices import QUANTITY_MAX
from kernel.principal import Principal
from web.access import ANYONE, only
from web.authentication import Caller
from web.parameters import strict_query
from web.reader import Words
from web.routing import PrefixedRouter


class QuickLineBody(Body):
    code: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        description="货号、条码、规格自己的编码或条码、商品编号或规格编号；"
        "大小写、全角半角、空格和 - . / _ 不同也能找到",
        examples=["YG-M8-30"],
    )
    spec: Annotated[str, Field(max_length=100)] = Field(
        "", description="商品有多个规格时：规格的商家编码或名称", examples=["红 / M"]
    )
    quantity: Count = Field(examples=[100])


class QuickLinesBody(Body):
    lines: list[QuickLineBody] = Field(description=f"1 到 {PASTED_LINES_MAX} 行")

    def asked(self) -> list[AskedLine]:
        """Numbered from 1; raises ``Invalid``."""
        asked = [
            AskedLine(number=number, code=line.code.strip(), spec=line.spec.strip(), quantity=line.quantity)
            for number, line in enumerate(self.lines, start=1)
        ]
        require_lines(asked, most=PASTED_LINES_MAX)
        if any(not 1 <= line.quantity <= QUANTITY_MAX for line in asked):
            raise Invalid(f"数量必须在 1 到 {QUANTITY_MAX} 之间", parameter="quantity")
        return asked


class GoodsAnswer(BaseModel):
    sku_id: str
    offer_id: str
    supplier_id: str
    title: str
    sku_name: str
    code: str = Field(description="供应商自己的规格编码；没有规格的商品为货号", examples=["T-1-R"])
    unit: str

    @classmethod
    def of(cls, goods: Goods) -> GoodsAnswer:
        return cls(
            sku_id=goods.sku_id,
            offer_id=goods.offer.offer_id,
            supplier_id=goods.offer.supplier_id or "",
            title=goods.offer.title,
            sku_name=goods.sku.sku.name,
            code=goods.code,
            unit=goods.offer.unit,
        )


class QuickLineAnswer(BaseModel):
    """One line: what it means, what it costs, or why it cannot be ordered as it is."""

    line: int = Field(description="第几行，从 1 起")
    outcome: Outcome = Field(description="found：可放入购物车；其余为原因")
    message: Words = Field(description="为什么不能放入；找到的货号写法与所写不同时，说明按哪个货号找到")
    goods: GoodsAnswer | None
    quantity: int
    unit_fen: int | None = Field(description="这个数量、连同购物车已有的一起计的单价（分）", examples=[1250])
    amount_fen: int | None
    steps: list[StepAnswer]
    facts: dict[str, int | str] = Field(description="如何改就能订：missing、below、above、available 等")
    alternatives: list[GoodsAnswer] = Field(
        description="ambiguous 时可选的，至多 8 个；只有一个时，它的写法与所写相近，须确认"
    )
    unmet: str = Field(description="混批还差多少；不妨碍放入购物车")

    @classmethod
    def of(cls, answer: AnsweredLine) -> QuickLineAnswer:
        return cls(
            line=answer.asked.number,
            outcome=answer.outcome,
            message=answer.message,
            goods=None if answer.goods is None else GoodsAnswer.of(answer.goods),
            quantity=answer.asked.quantity,
            unit_fen=answer.unit_fen,
            amount_fen=answer.amount_fen,
            steps=step_answers(answer.steps),
            facts=dict(answer.facts or {}),
            alternatives=[GoodsAnswer.of(goods) for goods in answer.alternatives],
            unmet=answer.unmet,
        )


class QuickLinesAnswer(BaseModel):
    lines: list[QuickLineAnswer] = Field(description="与请求同序，一行不少")
    amount_fen: int = Field(description="可放入的各行金额合计")


_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE_BODY = {"requestBody": {"required": True, "content": {CSV: _BINARY, XLSX: _BINARY}}}
QUICK_PATH = "/api/v1/carts/quick-lines"
LARGER_SHEETS = {f"{QUICK_PATH}/{name}": FILE_BYTES_MAX + 1 for name in ("file", "file/preview")}


async def _asked_of_file(request: Request) -> list[AskedLine]:
    """Lines of the sheet that is the body, numbered as its rows."""
    asked = read_pasted(await run_in_threadpool(asked_text, await request.body()))
    require_lines([line for line in asked if not line.heading], most=PASTED_LINES_MAX)
    return asked


AskedOfFile = Annotated[list[AskedLine], Depends(_asked_of_file)]


def quick_order_router(record: Record, codes: CodeIndex) -> APIRouter:
    """As with other lines of a cart: anybody's, with a token."""
    router = PrefixedRouter(prefix=QUICK_PATH, tags=["购物车"])
    anybody = [only(ANYONE), Depends(strict_query())]

    def previewed(asked: list[AskedLine], owner: str, principal: Principal, response: Response) -> QuickLinesAnswer:
        response.headers["Cache-Control"] = "private, no-store"
        answers = record.carts.quick_lines(
            owner, asked, look_up(asked, codes), company_id=principal.company_id or "", codes=codes
        )
        return QuickLinesAnswer(
            lines=[QuickLineAnswer.of(answer) for answer in answers],
            amount_fen=sum(answer.amount_fen or 0 for answer in answers if answer.good),
        )

    def added(
        asked: list[AskedLine], owner: str, principal: Principal, deed: DeedRequest, response: Response
    ) -> ReceiptAnswer:
        receipt = record.quick_order.add(
            owner=owner, lines=asked, company_id=principal.company_id or "", codes=codes, request=deed
        )
        return receipt_answer(response, receipt)

    @router.post("/preview", summary="快速下单：逐行核对", dependencies=anybody)
    def preview_lines(
        body: QuickLinesBody, owner: CartOwner, principal: Caller, response: Response
    ) -> QuickLinesAnswer:
        """Changes nothing."""
        return previewed(body.asked(), owner, principal, response)

    @router.post("", summary="快速下单：能订的放入购物车", dependencies=anybody)
    def add_quick_lines(
        body: QuickLinesBody, owner: CartOwner, principal: Caller, deed: CartDeed, response: Response
    ) -> ReceiptAnswer:
        """What can be ordered goes in, all of it in one deed; ``facts.added`` and ``facts.refused`` name every line."""
        return added(body.asked(), owner, principal, deed, response)

    @router.post("/file/preview", summary="快速下单：核对订货表", dependencies=anybody, openapi_extra=_FILE_BODY)
    def preview_file(asked: AskedOfFile, owner: CartOwner, principal: Caller, response: Response) -> QuickLinesAnswer:
        """As ``/preview``, of a CSV (UTF-8 or GB 18030) or XLSX file as the body itself; ``line`` is the file's row.
        Changes nothing."""
        return previewed(asked, owner, principal, response)

    @router.post("/file", summary="快速下单：订货表里能订的放入购物车", dependencies=anybody, openapi_extra=_FILE_BODY)
    def add_file(
        asked: AskedOfFile, owner: CartOwner, principal: Caller, deed: CartDeed, response: Response
    ) -> ReceiptAnswer:
        """As without a file."""
        return added(asked, owner, principal, deed, response)

    @router.get(
        "/template", summary="快速下单：订货表模板", response_class=Response,
        responses={200: {"content": {CSV: _BINARY, XLSX: _BINARY}}},
        dependencies=[only(ANYONE), Depends(strict_query(single=["format"]))],
    )  # fmt: skip
    def template(
        kind: Annotated[str, Query(alias="format", pattern="^(csv|xlsx)$", description="csv 或 xlsx")] = "xlsx",
    ) -> Response:
        """An empty sheet with the heads that are read."""
        content, media_type = template_sheet(kind)
        headers = {"Content-Disposition": f'attachment; filename="quick-order.{kind}"'}
        return Response(content, media_type=media_type, headers=headers)

    return router
