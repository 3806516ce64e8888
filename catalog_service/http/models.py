"""Bodies of offers and suppliers as clients send and get them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from catalog_service.domain.deeds import Receipt
from catalog_service.domain.offers.content import OfferDraft, StoredOffer, image_fields
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.skus.values import TradeTerms
from catalog_service.domain.suppliers.credit import CreditTally
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.http.bodies import Body, Count, TierAnswer, TierBody, tier_answers, tiers_of
from catalog_service.http.trade_models import SkuAnswer, TermsAnswer, TradeBody
from catalog_service.reads.offers import OfferView
from catalog_service.reads.suppliers import SupplierView
from kernel.errors import Invalid
from kernel.offers import Offer, Supplier
from kernel.prices import price_at


class OfferContentBody(Body):
    """The content of an offer; what is left out takes its default, since a revision replaces the whole."""

    title: str = Field(description="标题，1 到 200 字", examples=["304不锈钢内六角螺丝 M8x30 现货批发"])
    supplier_id: str | None = Field(None, description="供应商编号，须已登记", examples=["s-yongkang-01"])
    category_id: str | None = Field(None, description="类目编号；不写则自动归类", examples=["030102"])
    tiers: list[TierBody] = Field(default_factory=list, description="价格阶梯，数量递增、单价不升；空为面议")
    moq: Count | None = Field(None, description="起订量；不写则为第一级阶梯的数量", examples=[10])
    pack_multiple: Count = Field(1, description="加购倍数")
    units_per_pack: Count = Field(1, description="每包数量", examples=[500])
    pack_unit: str = Field("", description="包装单位", examples=["箱"])
    unit: str = Field("件", description="计价单位", examples=["个"])
    stock: Count | None = Field(None, description="库存；不写为未说明", examples=[20000])
    attributes: dict[str, list[str]] = Field(
        default_factory=dict, description="属性：名称到若干值", examples=[{"material": ["304不锈钢"], "thread": ["M8"]}]
    )
    brand: str = Field("", description="品牌")
    item_code: str = Field("", description="货号", examples=["GB70-M8X30"])
    barcode: str = Field("", description="条码")
    description: str = Field("", description="详情")
    origin: str = Field("", description="产地或发货地", examples=["浙江 永康"])
    dropship: bool = Field(False, description="支持一件代发")
    dropship_price_fen: Count | None = Field(None, description="代发价（分）")
    sample_price_fen: Count | None = Field(None, description="样品价（分）")
    customisation: bool = Field(False, description="支持定制")
    invoice: bool = Field(False, description="可开发票")
    freight_free: bool = Field(False, description="包邮")
    dispatch_hours: Count | None = Field(None, description="发货时间（小时）", examples=[48])
    picture: str = Field("", description="第一张图片的网址或路径；只写它而不写 images，其余图片保持不变")
    images: list[str] | None = Field(
        None,
        description="全部图片，按顺序，最多 5 张；第一张就是 picture，用在搜索结果、进货单和订单里",
        examples=[["/pictures/bolt-8fa3b5-1.svg", "/pictures/bolt-8fa3b5-2.svg"]],
    )
    sold_count: Count = Field(0, description="已售数量")
    published_at: Count | None = Field(None, description="上架时间（UTC 秒）；不写为现在")
    trade: TradeBody | None = Field(None, description="规格与交易条件；不写则保持不变")

    def draft(self, offer_id: str) -> OfferDraft:
        """The draft that the body states for this offer."""
        stated = self.model_dump(exclude={"tiers", "attributes", "offer_id", "trade", "images"})
        if self.images is not None:
            stated |= self._images(self.images)
        return OfferDraft(
            offer_id=offer_id,
            tiers=tiers_of(self.tiers),
            attributes={name: tuple(values) for name, values in self.attributes.items()},
            **stated,
        )

    def _images(self, images: list[str]) -> dict[str, Any]:
        if self.picture and self.picture not in images[:1]:
            raise Invalid("同时写 picture 和 images 时，picture 必须是 images 的第一张", parameter="picture")
        return image_fields(images)

    def terms(self) -> TradeTerms | None:
        """SKUs and terms; None leaves them as they are."""
        return None if self.trade is None else self.trade.terms()


class NewOfferBody(OfferContentBody):
    offer_id: str | None = Field(None, description="商品编号；不写则自动生成", examples=["yk-gb70-m8x30"])


class ReasonBody(Body):
    reason: str = Field(description="原因，记入审计", examples=["涉嫌侵犯商标权"])


class SupplierBody(Body):
    """What a supplier states; what is left out stays as it is."""

    name: str | None = Field(None, description="名称；登记时必填", examples=["永康市金固五金厂"])
    province: str | None = Field(None, examples=["浙江"])
    city: str | None = Field(None, examples=["金华"])
    joined_year: Count | None = Field(None, description="入驻年份", examples=[2015])
    verified: bool | None = Field(None, description="已实地认证")
    factory: bool | None = Field(None, description="源头工厂")
    repeat_buyer_rate: float | None = Field(None, description="回头率，0 到 1", examples=[0.35])

    def draft(self, supplier_id: str) -> SupplierDraft:
        """The draft that the body states for this supplier."""
        return SupplierDraft(supplier_id=supplier_id, **self.model_dump())


class CreditEventBody(Body):
    kind: str = Field(description="事件种类", examples=["dispatched_on_time"])
    count: Count = Field(1, description="次数", examples=[12])
    related_party: bool = Field(False, description="关联方交易，不计分")
    note: str = Field("", description="备注")
    occurred_at: Count | None = Field(None, description="发生时间（UTC 秒）；不写为现在")

    def tally(self) -> CreditTally:
        """What the formula counts of it."""
        return CreditTally(kind=self.kind, count=self.count, related_party=self.related_party)


class ReceiptAnswer(BaseModel):
    """What a write answers: the same again when it is replayed."""

    kind: str = Field(examples=["offer"])
    id: str = Field(examples=["yk-gb70-m8x30"])
    version: int = Field(examples=[3])
    state: str = Field("", examples=["live"])
    created: bool
    changed: bool = Field(description="false：内容本来如此，什么也没有变")
    facts: dict[str, int | float | str] = Field(default_factory=dict)

    @classmethod
    def of(cls, receipt: Receipt) -> ReceiptAnswer:
        return cls(
            kind=str(receipt.subject),
            id=receipt.subject_id,
            version=receipt.version,
            state=receipt.state,
            created=receipt.created,
            changed=receipt.changed,
            facts=dict(receipt.facts),
        )


class PriceAnswer(BaseModel):
    """The price at a quantity; absent for price on request (面议)."""

    unit_fen: int = Field(examples=[1250])
    quantity: int = Field(examples=[100])
    tiers: list[TierAnswer]
    basis: str = Field(description="quantity：按采购数量；moq：按起订量", examples=["quantity"])


class SupplierAnswer(BaseModel):
    id: str
    name: str
    province: str
    city: str
    joined_year: int | None
    verified: bool
    factory: bool
    credit_score: float
    credit_level: int
    repeat_buyer_rate: float | None
    version: int

    @classmethod
    def of(cls, supplier: Supplier) -> SupplierAnswer:
        return cls(
            id=supplier.supplier_id,
            name=supplier.name,
            province=supplier.province,
            city=supplier.city,
            joined_year=supplier.joined_year,
            verified=supplier.verified,
            factory=supplier.factory,
            credit_score=supplier.credit_score,
            credit_level=supplier.credit_level,
            repeat_buyer_rate=supplier.repeat_buyer_rate,
            version=supplier.version,
        )


class CreditAnswer(BaseModel):
    kind: str
    count: int
    related_party: bool


class SupplierPageAnswer(SupplierAnswer):
    live_offers: int
    credit: list[CreditAnswer]

    @classmethod
    def of_view(cls, view: SupplierView) -> SupplierPageAnswer:
        return cls(
            **SupplierAnswer.of(view.supplier).model_dump(),
            live_offers=view.live_offers,
            credit=[
                CreditAnswer(kind=tally.kind, count=tally.count, related_party=tally.related_party)
                for tally in view.credit
            ],
        )


class OfferAnswer(BaseModel):
    """An offer as the record has it."""

    offer_id: str
    version: int
    state: OfferState
    title: str
    category_id: str | None
    price: PriceAnswer | None
    moq: int
    pack_multiple: int
    units_per_pack: int
    pack_unit: str
    unit: str
    stock: int | None
    attributes: dict[str, list[str]]
    brand: str
    item_code: str
    barcode: str
    description: str
    origin: str
    dropship: bool
    dropship_price_fen: int | None
    sample_price_fen: int | None
    customisation: bool
    invoice: bool
    freight_free: bool
    dispatch_hours: int | None
    picture: str = Field(description="images 的第一张；空为没有")
    images: list[str] = Field(description="全部图片，按顺序")
    sold_count: int
    published_at: int
    changed_at: int
    takedown_reason: str | None = None
    supplier: SupplierAnswer | None
    skus: list[SkuAnswer] = Field(description="在售与停售的规格；下单用 sku_id")
    trade: TermsAnswer

    @classmethod
    def of(cls, view: OfferView, *, quantity: int | None) -> OfferAnswer:
        offer = view.offer
        plain = {name: getattr(offer, name) for name in _PLAIN_FIELDS}
        return cls(
            **plain,
            state=view.state,
            price=_price(offer, quantity),
            attributes={name: list(values) for name, values in offer.attributes.items()},
            images=list(offer.images),
            changed_at=view.changed_at,
            takedown_reason=view.takedown_reason or None,
            supplier=None if view.supplier is None else SupplierAnswer.of(view.supplier),
            skus=[SkuAnswer.of(sku) for sku in view.skus if not sku.sku.retired],
            trade=TermsAnswer.of(view.terms),
        )


class OfferRowAnswer(BaseModel):
    """An offer as its supplier's list shows it."""

    offer_id: str
    version: int
    state: OfferState
    title: str
    supplier_id: str | None
    unit_fen: int | None = Field(description="起订量处的公开单价；null 为面议")
    moq: int
    stock: int | None
    changed_at: int
    takedown_reason: str | None = Field(description="被强制下架或审核驳回的原因")

    @classmethod
    def of(cls, stored: StoredOffer) -> OfferRowAnswer:
        offer = stored.offer
        price = _price(offer, None)
        return cls(
            offer_id=offer.offer_id,
            version=offer.version,
            state=stored.state,
            title=offer.title,
            supplier_id=offer.supplier_id,
            unit_fen=price.unit_fen if price else None,
            moq=offer.moq,
            stock=offer.stock,
            changed_at=stored.changed_at,
            takedown_reason=stored.takedown_reason or None,
        )


class OffersAnswer(BaseModel):
    offers: list[OfferRowAnswer]
    next_after: str | None = Field(description="下一页的 after；null：没有了")


_PLAIN_FIELDS = tuple(
    name for name in OfferAnswer.model_fields if name in Offer.__slots__ and name not in ("attributes", "supplier")
)


def _price(offer: Offer, quantity: int | None) -> PriceAnswer | None:
    quoted = price_at(offer.tiers, moq=offer.moq, quantity=quantity)
    if quoted is None:
        return None
    return PriceAnswer(
        unit_fen=quoted.unit_fen,
        quantity=quoted.quantity,
        tiers=tier_answers(offer.tiers),
        basis=quoted.basis,
    )
