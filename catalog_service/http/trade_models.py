"""Bodies and answers of SKUs, prices, freight and a supplier's terms."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from catalog_service.domain.prices.basket import Problem
from catalog_service.domain.prices.line import Priced
from catalog_service.domain.prices.terms import BuyerGroup, Discount, FreightTemplate, FreightZone, SupplierTerms
from catalog_service.domain.prices.values import PricedLine, PricedOrder, PriceStep
from catalog_service.domain.skus.values import OfferTerms, SkuDraft, SkuView, TradeTerms
from catalog_service.http.bodies import Body, Count, TierAnswer, TierBody, tier_answers, tiers_of
from catalog_service.reads.prices import GroupView, UnitPrice
from kernel.prices import PriceTier
from web.reader import Words


class SkuBody(Body):
    code: str = Field(description="商家编码，同一商品内唯一；修改商品时按它认出规格", examples=["LZ-R-M"])
    values: dict[str, str] = Field(
        default_factory=dict, description="至多三个销售属性", examples=[{"颜色": "红", "尺码": "M"}]
    )
    unit_price_fen: Count | None = Field(None, description="单独定价（分）；不写则用商品的阶梯价", examples=[1350])
    tiers: list[TierBody] = Field(default_factory=list, description="单独的阶梯价；与 unit_price_fen 二选一")
    weight_g: Count = Field(0, description="每件重量（克），用于运费", examples=[350])
    barcode: str = Field("", description="条码", examples=["6901234567892"])
    on_sale: bool = Field(True, description="是否在售")
    stock: Count | None = Field(None, description="库存；不写为不计数。与上次所写相同则不改动余量", examples=[200])

    def draft(self) -> SkuDraft:
        """One price of its own is a ladder of one step; a ladder beside it is refused as two."""
        tiers = tiers_of(self.tiers)
        if self.unit_price_fen is not None:
            tiers = (PriceTier(min_quantity=1, unit_price_fen=self.unit_price_fen), *tiers)
        return SkuDraft(
            code=self.code,
            values=tuple(self.values.items()),
            tiers=tiers,
            weight_g=self.weight_g,
            barcode=self.barcode,
            on_sale=self.on_sale,
            stock=self.stock,
        )


class TradeBody(Body):
    """Terms of trade beside the listing; left out altogether they stay as they are."""

    skus: list[SkuBody] = Field(default_factory=list, description="规格；空则商品自身为唯一规格")
    weight_g: Count = Field(0, description="没有规格时每件重量（克）")
    moq_per_sku: bool = Field(False, description="起订量按单个规格计；否则按商品的各规格合计")
    mixed_batch: bool = Field(False, description="参加混批")
    freight_template_id: str | None = Field(None, description="运费模板编号")

    def terms(self) -> TradeTerms:
        return TradeTerms(
            skus=tuple(sku.draft() for sku in self.skus),
            weight_g=self.weight_g,
            moq_per_sku=self.moq_per_sku,
            mixed_batch=self.mixed_batch,
            freight_template_id=self.freight_template_id,
        )


class SkuAnswer(BaseModel):
    sku_id: str
    code: str
    name: str = Field(examples=["红 / M"])
    values: dict[str, str]
    tiers: list[TierAnswer] = Field(description="单独的阶梯价；空则用商品的")
    weight_g: int
    barcode: str
    on_sale: bool
    available: int | None = Field(description="可售数量；null 为不计数")

    @classmethod
    def of(cls, view: SkuView) -> SkuAnswer:
        sku = view.sku
        return cls(
            sku_id=sku.sku_id,
            code=sku.code,
            name=sku.name,
            values=dict(sku.values),
            tiers=tier_answers(sku.tiers),
            weight_g=sku.weight_g,
            barcode=sku.barcode,
            on_sale=sku.on_sale,
            available=view.available,
        )


class TermsAnswer(BaseModel):
    moq_per_sku: bool
    mixed_batch: bool
    freight_template_id: str | None

    @classmethod
    def of(cls, terms: OfferTerms) -> TermsAnswer:
        return cls(
            moq_per_sku=terms.moq_per_sku,
            mixed_batch=terms.mixed_batch,
            freight_template_id=terms.freight_template_id,
        )


class StepAnswer(BaseModel):
    name: str = Field(examples=["public_ladder"])
    fen: int = Field(description="这一步之后的单价；订单的步骤为金额", examples=[1250])
    because: Words = Field(examples=["公开阶梯价：100 件"])


class ProblemAnswer(BaseModel, extra="allow"):
    """Why something cannot be ordered as it is; further fields are the figures that would mend it."""

    code: str = Field(examples=["below_moq"])
    message: Words
    sku_id: str
    offer_id: str


class UnitPriceAnswer(BaseModel):
    """What this caller pays for one piece at this quantity."""

    offer_id: str
    sku_id: str | None = Field(description="所计价的规格；null：商品有多个规格而没有指定，按商品的公开阶梯价")
    starting: bool = Field(False, description="true：没有指定规格，这是专属价最低的规格，其余规格更贵")
    quantity: int
    unit: str
    unit_fen: int | None = Field(description="单价（分）；null 为面议", examples=[1250])
    amount_fen: int | None
    price_basis: str = Field(description="public：公开价；private：专属价", examples=["public"])
    steps: list[StepAnswer]
    problems: list[ProblemAnswer]

    @classmethod
    def of(cls, price: UnitPrice, *, quantity: int) -> UnitPriceAnswer:
        line = price.line
        return cls(
            offer_id=price.offer.offer_id,
            sku_id=price.sku_id,
            starting=price.starting,
            quantity=quantity,
            unit=price.offer.unit,
            unit_fen=line.unit_fen if line else None,
            amount_fen=line.amount_fen if line else None,
            price_basis=price.basis,
            steps=step_answers(line.steps if line else ()),
            problems=problem_answers(price.problems),
        )


class PricedLineAnswer(BaseModel):
    sku_id: str
    offer_id: str
    title: str
    sku_name: str
    unit: str
    quantity: int
    unit_fen: int
    amount_fen: int
    steps: list[StepAnswer]

    @classmethod
    def of(cls, line: PricedLine) -> PricedLineAnswer:
        plain = {name: getattr(line, name) for name in cls.model_fields if name != "steps"}
        return cls(**plain, steps=step_answers(line.steps))


class PricedPartAnswer(BaseModel):
    """One supplier's part: its price, and what stands in the way of ordering it."""

    supplier_id: str
    lines: list[PricedLineAnswer]
    goods_fen: int
    discount_fen: int
    freight_fen: int
    payable_fen: int
    steps: list[StepAnswer]
    orderable: bool
    problems: list[ProblemAnswer]
    snapshot: str = Field(description="下单时带上：价格变了就会被拒绝")

    @classmethod
    def of(cls, priced: Priced) -> PricedPartAnswer:
        order: PricedOrder = priced.order
        sums = ("supplier_id", "goods_fen", "discount_fen", "freight_fen", "payable_fen", "snapshot")
        return cls(
            **{name: getattr(order, name) for name in sums},
            lines=[PricedLineAnswer.of(line) for line in order.lines],
            steps=step_answers(order.steps),
            orderable=not priced.problems,
            problems=problem_answers(priced.problems),
        )


class StockBody(Body):
    available: Count | None = Field(description="可售数量；null 为不计数", examples=[200])
    expected: Count | None = Field(None, description="盘点时读到的可售数量；已变动则拒绝")


class StockChangeBody(Body):
    change: int = Field(description="增加（正）或减少（负）的件数", examples=[-5])


class GroupBody(Body):
    name: str = Field(description="客户组名称", examples=["老客户"])
    rate_bp: Count = Field(10_000, description="按公开价的万分之几计价：9500 为 95 折", examples=[9500])


class MembersBody(Body):
    company_ids: list[str] = Field(description="组内企业；整体替换")


class LadderBody(Body):
    tiers: list[TierBody] = Field(
        description="专属阶梯价；空为取消", examples=[[{"min_quantity": 50, "unit_price_fen": 980}]]
    )


class GroupAnswer(BaseModel):
    group_id: str
    version: int
    name: str
    rate_bp: int

    @classmethod
    def of(cls, group: BuyerGroup) -> GroupAnswer:
        return cls(group_id=group.group_id, version=group.version, name=group.name, rate_bp=group.rate_bp)


class GroupPageAnswer(GroupAnswer):
    company_ids: list[str]
    prices: dict[str, list[TierAnswer]] = Field(description="规格或商品编号到专属阶梯价")

    @classmethod
    def of_view(cls, view: GroupView) -> GroupPageAnswer:
        return cls(
            **GroupAnswer.of(view.group).model_dump(),
            company_ids=list(view.company_ids),
            prices={target: tier_answers(tiers) for target, tiers in view.prices.items()},
        )


class GroupsAnswer(BaseModel):
    groups: list[GroupAnswer]


class ZoneBody(Body):
    regions: list[str] = Field(default_factory=list, description="省份；空为其余地区", examples=[["浙江", "江苏"]])
    delivered: bool = Field(True, description="false：不发往这些地区")
    first_g: Count = Field(0, description="首重（克）", examples=[1000])
    first_fen: Count = Field(0, description="首重运费（分）", examples=[800])
    step_g: Count = Field(0, description="续重（克）", examples=[1000])
    step_fen: Count = Field(0, description="每续重运费（分）", examples=[200])
    free_fen: Count | None = Field(None, description="满多少分包邮")
    free_pieces: Count | None = Field(None, description="满多少件包邮")

    def zone(self) -> FreightZone:
        return FreightZone(**{**self.model_dump(), "regions": tuple(self.regions)})


class FreightBody(Body):
    name: str = Field(examples=["华东快递"])
    zones: list[ZoneBody]

    def drafts(self) -> list[FreightZone]:
        return [zone.zone() for zone in self.zones]


class FreightAnswer(BaseModel):
    template_id: str
    version: int
    name: str
    zones: list[ZoneBody]

    @classmethod
    def of(cls, template: FreightTemplate) -> FreightAnswer:
        names = ZoneBody.model_fields
        return cls(
            template_id=template.template_id,
            version=template.version,
            name=template.name,
            zones=[
                ZoneBody(**{**{name: getattr(zone, name) for name in names}, "regions": list(zone.regions)})
                for zone in template.zones
            ],
        )


class FreightsAnswer(BaseModel):
    templates: list[FreightAnswer]


class DiscountBody(Body):
    from_fen: Count = Field(description="满多少（分）", examples=[100_000])
    off_fen: Count = Field(description="减多少（分）", examples=[5_000])


class SupplierTermsBody(Body):
    mixed_pieces_min: Count | None = Field(None, description="混批满多少件；与金额任一达到即可", examples=[10])
    mixed_fen_min: Count | None = Field(None, description="混批满多少金额（分）", examples=[30_000])
    discounts: list[DiscountBody] = Field(default_factory=list, description="满减，逐档递增")
    freight_template_id: str | None = Field(None, description="默认运费模板：没有指定模板的商品按它计；空为卖家承担")

    def terms(self, supplier_id: str) -> SupplierTerms:
        return SupplierTerms(
            supplier_id=supplier_id,
            mixed_pieces_min=self.mixed_pieces_min,
            mixed_fen_min=self.mixed_fen_min,
            discounts=tuple(Discount(from_fen=step.from_fen, off_fen=step.off_fen) for step in self.discounts),
            freight_template_id=self.freight_template_id,
        )


class SupplierTermsAnswer(BaseModel):
    version: int = Field(description="0：还没有设过")
    mixed_pieces_min: int | None
    mixed_fen_min: int | None
    discounts: list[DiscountBody]
    freight_template_id: str | None

    @classmethod
    def of(cls, terms: SupplierTerms) -> SupplierTermsAnswer:
        return cls(
            version=terms.version,
            mixed_pieces_min=terms.mixed_pieces_min,
            mixed_fen_min=terms.mixed_fen_min,
            discounts=[DiscountBody(from_fen=step.from_fen, off_fen=step.off_fen) for step in terms.discounts],
            freight_template_id=terms.freight_template_id,
        )


def step_answers(steps: Sequence[PriceStep]) -> list[StepAnswer]:
    return [StepAnswer(name=step.name, fen=step.fen, because=step.because) for step in steps]


def problem_answers(problems: Sequence[Problem]) -> list[ProblemAnswer]:
    return [ProblemAnswer.model_validate(problem.as_json()) for problem in problems]
