"""``/api/v1/carts``: what a member means to order; a visitor's cart goes by a token of the session."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, Field

from catalog_service.domain.carts.values import CartLine, member_cart, visitor_cart
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.prices.advice import Advice, Goal
from catalog_service.domain.prices.basket import Purpose
from catalog_service.domain.prices.values import Wanted
from catalog_service.http.bodies import Body, Count
from catalog_service.http.conditions import MemberDeed, receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.http.trade_models import PricedPartAnswer
from catalog_service.reads.carts import CartPart
from catalog_service.service import Record
from kernel.errors import Denied
from kernel.ids import validate_id
from kernel.principal import Principal
from web.access import ANYONE, only
from web.authentication import Caller
from web.parameters import NO_QUERY, strict_query
from web.reader import Words
from web.routing import PrefixedRouter

BUYERS = only("owner", "buyer", "approver", scope="orders:write")

CartToken = Annotated[
    str | None,
    Header(description="未登录时的购物车口令：22 个以上随机字符，由会话保存", examples=["0PN5J17HBGZHT7JJ3X82Ug"]),
]


class CartLineBody(Body):
    sku_id: str = Field(description="规格编号；没有规格的商品即商品编号", examples=["yk-gb70-m8x30"])
    quantity: Count = Field(examples=[100])

    def wanted(self) -> Wanted:
        return Wanted(sku_id=validate_id(self.sku_id, parameter="sku_id"), quantity=self.quantity)


class CartLinesBody(Body):
    lines: list[CartLineBody] = Field(description="至多 50 种同一供应商的规格")

    def wanted(self) -> list[Wanted]:
        return [line.wanted() for line in self.lines]


class SkusBody(Body):
    sku_ids: list[str] = Field(examples=[["yk-gb70-m8x30"]])

    def ids(self) -> list[str]:
        return [validate_id(sku_id, parameter="sku_ids") for sku_id in self.sku_ids]


class SavedBody(SkusBody):
    saved: bool = Field(True, description="true：留待以后；false：放回购物车")


class MergeBody(Body):
    token: str = Field(description="未登录时的购物车口令", examples=["0PN5J17HBGZHT7JJ3X82Ug"])


class PreviewBody(Body):
    region: str = Field(description="收货省份，决定运费", examples=["浙江省"])
    purpose: Purpose = Field(
        Purpose.WHOLESALE, strict=False, description="wholesale 批发、sample 样品、dropship 一件代发"
    )
    suppliers: list[str] = Field(default_factory=list, description="只看这些供应商；空为全部")
    snapshots: dict[str, str] = Field(
        default_factory=dict, description="供应商编号到上次看到的 snapshot；不同则列出 price_changed"
    )


class CartLineAnswer(BaseModel):
    sku_id: str
    quantity: int
    saved: bool

    @classmethod
    def of(cls, line: CartLine) -> CartLineAnswer:
        return cls(sku_id=line.sku_id, quantity=line.quantity, saved=line.saved)


class AdviceAnswer(BaseModel):
    goal: Goal = Field(description="minimum 起订量、mixed_batch 混批、tier 下一档、discount 满减、free_freight 包邮")
    offer_id: str
    sku_id: str
    quantity: int = Field(description="这个规格加到的数量")
    more: int = Field(description="比现在多的件数")
    extra_fen: int = Field(description="整单多付的分；负数为少付")
    gain_fen: int = Field(description="比按现价买这些件省下的分")
    worth: bool = Field(description="是否划算")
    message: Words

    @classmethod
    def of(cls, advice: Advice) -> AdviceAnswer:
        return cls.model_validate(advice, from_attributes=True)


class CartPartAnswer(BaseModel):
    supplier_id: str
    supplier_name: str
    lines: list[CartLineAnswer]
    priced: PricedPartAnswer | None = Field(description="不含留待以后的；null：全部留待以后")
    advice: list[AdviceAnswer] = Field(description="再加一点会怎样：凑到起订量、混批、下一档、满减、包邮的最省办法")

    @classmethod
    def of(cls, part: CartPart) -> CartPartAnswer:
        return cls(
            supplier_id=part.supplier_id,
            supplier_name=part.supplier_name,
            lines=[CartLineAnswer.of(line) for line in part.lines],
            priced=None if part.priced is None else PricedPartAnswer.of(part.priced),
            advice=[AdviceAnswer.of(each) for each in part.advice],
        )


class CartAnswer(BaseModel):
    parts: list[CartPartAnswer]
    payable_fen: int = Field(description="可下单部分的应付合计")
    orderable: bool = Field(description="没有任何问题")

    @classmethod
    def of(cls, parts: list[CartPart]) -> CartAnswer:
        priced = [part.priced for part in parts if part.priced is not None]
        return cls(
            parts=[CartPartAnswer.of(part) for part in parts],
            payable_fen=sum(each.order.payable_fen for each in priced if not each.problems),
            orderable=bool(priced) and not any(each.problems for each in priced),
        )


async def cart_of(principal: Caller, cart_token: CartToken = None) -> str:
    """Whose cart: the member's, else that of the visitor's token."""
    if principal.company_id is not None:
        return member_cart(company_id=principal.company_id, member_id=principal.member_id or "")
    if cart_token is None:
        raise Denied("请先登录，或带上 Cart-Token", code="sign_in_required", detail={"anonymous": True})
    return visitor_cart(cart_token)


CartOwner = Annotated[str, Depends(cart_of)]


async def cart_deed(owner: CartOwner, deed: MemberDeed) -> DeedRequest:
    """A visitor has no name: the keys of one are told from another's by the cart."""
    return replace(deed, actor=owner) if owner.startswith("t:") else deed


CartDeed = Annotated[DeedRequest, Depends(cart_deed)]


def carts_router(record: Record) -> APIRouter:
    """Adding and looking is anybody's, with a token; merging and previewing is a member's."""
    router = PrefixedRouter(prefix="/api/v1/carts", tags=["购物车"])
    anybody, buyers = [only(ANYONE), NO_QUERY], [BUYERS, NO_QUERY]

    def shown(owner: str, principal: Principal, region: str) -> CartAnswer:
        parts = record.carts.parts(owner, company_id=principal.company_id or "", region=region)
        return CartAnswer.of(list(parts))

    @router.get("", summary="查看购物车", dependencies=[only(ANYONE), Depends(strict_query(single=["region"]))])
    def read_cart(
        owner: CartOwner,
        principal: Caller,
        response: Response,
        region: Annotated[str, Query(description="收货省份；不写则不计运费", max_length=20)] = "",
    ) -> CartAnswer:
        """By supplier, priced as an order would be now."""
        response.headers["Cache-Control"] = "private, no-store"
        return shown(owner, principal, region)

    @router.post("/lines", summary="放入购物车", dependencies=anybody)
    def add_lines(body: CartLinesBody, owner: CartOwner, deed: CartDeed, response: Response) -> ReceiptAnswer:
        """So many more of each."""
        receipt = record.keep_cart.add(owner=owner, wanted=body.wanted(), request=deed)
        return receipt_answer(response, receipt)

    @router.put("/lines", summary="设置数量", dependencies=anybody)
    def set_lines(body: CartLinesBody, owner: CartOwner, deed: CartDeed, response: Response) -> ReceiptAnswer:
        """So many of each, whatever lay there."""
        receipt = record.keep_cart.set(owner=owner, wanted=body.wanted(), request=deed)
        return receipt_answer(response, receipt)

    @router.post("/removals", summary="移出购物车", dependencies=anybody)
    def remove_lines(body: SkusBody, owner: CartOwner, deed: CartDeed, response: Response) -> ReceiptAnswer:
        receipt = record.keep_cart.remove(owner=owner, sku_ids=body.ids(), request=deed)
        return receipt_answer(response, receipt)

    @router.post("/saved", summary="留待以后", dependencies=anybody)
    def save_lines(body: SavedBody, owner: CartOwner, deed: CartDeed, response: Response) -> ReceiptAnswer:
        receipt = record.keep_cart.save(owner=owner, sku_ids=body.ids(), saved=body.saved, request=deed)
        return receipt_answer(response, receipt)

    @router.post("/merge", summary="合并登录前的购物车", dependencies=buyers)
    def merge_cart(body: MergeBody, owner: CartOwner, deed: CartDeed, response: Response) -> ReceiptAnswer:
        receipt = record.keep_cart.merge(source=visitor_cart(body.token), owner=owner, request=deed)
        return receipt_answer(response, receipt)

    @router.post("/preview", summary="下单前预览", dependencies=buyers)
    def preview(body: PreviewBody, owner: CartOwner, principal: Caller, response: Response) -> CartAnswer:
        """Each supplier's part with freight, every problem and its snapshot: what an order states to be what was seen.
        Changes nothing."""
        response.headers["Cache-Control"] = "private, no-store"
        parts = record.carts.parts(
            owner,
            company_id=principal.company_id or "",
            region=body.region,
            suppliers=body.suppliers,
            snapshots=body.snapshots,
            purpose=body.purpose,
        )
        return CartAnswer.of(list(parts))

    return router
