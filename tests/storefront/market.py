"""A small market in memory: the pages' ports, answered by hand, so that no index and no record is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from kernel.errors import NotFound
from kernel.offers import Offer, Supplier
from kernel.prices import PriceTier, price_at
from ranking.credit import CreditEvent, CreditScore, score
from search_api.recommend.results import Recommendations, Recommended
from search_api.requests import SearchRequest
from search_api.results import (
    CategoryGuessView,
    CategoryView,
    ContributionView,
    ExplanationView,
    Facet,
    FacetValue,
    FilterAdvice,
    Hit,
    PriceView,
    RepairView,
    SearchResponse,
    SupplierView,
    TierView,
    Understood,
)
from search_api.suggest.suggester import Suggestion
from storefront.ports import OfferView
from taxonomy.model import Attribute, Category, Taxonomy

NOW = 1_780_000_000  # 2026-05-28
RANKING_FILES = Path(__file__).resolve().parents[2] / "data" / "ranking"
HOSTILE_TITLE = "<script>alert(1)</script>\"><img src=x onerror=alert(2)> 连衣裙 & '裙'"


def small_taxonomy() -> Taxonomy:
    """Two sectors, a group and two leaves each."""
    colour = Attribute(id="color", name="颜色", type="choice", values=("黑色", "白色", "红色"))
    weight = Attribute(id="weight_g", name="单重", type="number", unit="g", range=(1, 500))
    elastic = Attribute(id="elastic", name="弹力", type="flag")
    nodes = [
        Category(id="03", name="五金", level=1, parent_id=None, attributes=(weight,), name_en="Hardware"),
        Category(id="0301", name="螺栓螺柱", level=2, parent_id="03"),
        Category(id="030101", name="外六角螺栓", level=3, parent_id="0301", unit="个", synonyms=("六角螺栓",)),
        Category(id="030102", name="地脚螺栓", level=3, parent_id="0301", unit="套"),
        Category(id="16", name="服装", level=1, parent_id=None, attributes=(colour,), name_en="Apparel"),
        Category(id="1601", name="连衣裙", level=2, parent_id="16", attributes=(elastic,)),
        Category(id="160101", name="法式碎花裙", level=3, parent_id="1601", unit="条", synonyms=("茶歇裙",)),
        Category(id="160102", name="衬衫式连衣裙", level=3, parent_id="1601", unit="条"),
    ]
    return Taxonomy(nodes={node.id: node for node in nodes})


SUPPLIERS = (
    Supplier(
        supplier_id="s1",
        name="杭州云裳服饰有限公司",
        province="浙江",
        city="杭州",
        joined_year=2016,
        verified=True,
        factory=True,
        credit_score=0.95,
        credit_level=4,
        repeat_buyer_rate=0.416,
    ),
    Supplier(
        supplier_id="s2", name="广州百搭女装批发行", province="广东", city="广州", joined_year=2024, credit_level=1
    ),
    Supplier(
        supplier_id="s3",
        name="温州永固紧固件有限公司",
        province="浙江",
        city="温州",
        joined_year=2011,
        verified=True,
        credit_level=5,
        repeat_buyer_rate=0.62,
    ),
)


def offers() -> list[Offer]:
    """Thirty dresses (so that there are pages), bolts by the box, one on request, one with a hostile title."""
    dresses = [
        Offer(
            offer_id=f"d{n:03}",
            title=f"法式碎花连衣裙 夏季新款 {n}号 收腰显瘦",
            supplier_id="s1" if n % 2 else "s2",
            category_id="160101",
            unit="条",
            moq=2 if n % 3 else 5,
            sold_count=n * 731,
            published_at=NOW - n * 86_400,
            tiers=(
                PriceTier(min_quantity=2, unit_price_fen=4500 + 10 * n),
                PriceTier(min_quantity=50, unit_price_fen=4000 + 10 * n),
                PriceTier(min_quantity=500, unit_price_fen=3600 + 10 * n),
            ),
            attributes={"color": ("红色" if n % 2 else "黑色",), "elastic": ("yes",)},
            stock=900,
            dropship=n % 4 == 0,
            freight_free=n % 5 == 0,
            dispatch_hours=24 if n % 2 else 72,
            picture=f"/pictures/dress-e06377-{n % 4}.svg",
        )
        for n in range(1, 31)
    ]
    bolts = [
        Offer(
            offer_id="b001",
            title="304不锈钢外六角螺栓 M8x30 厂家直销",
            supplier_id="s3",
            category_id="030101",
            unit="个",
            moq=100,
            pack_multiple=100,
            units_per_pack=500,
            pack_unit="箱",
            stock=20_000,
            sold_count=52_000,
            published_at=NOW - 100,
            tiers=(PriceTier(min_quantity=100, unit_price_fen=45), PriceTier(min_quantity=1000, unit_price_fen=38)),
            attributes={"weight_g": ("18",), "自定参数": ("一等品",)},
            item_code="YG-M8-30",
            invoice=True,
            customisation=True,
            dispatch_hours=48,
            picture="/pictures/bolt-8fa3b5-1.svg",
            more_pictures=(
                "/pictures/bolt-c0c5ce-1.svg",
                "javascript:alert(4)",
                f"/api/v1/pictures/{'a' * 64}/1600.webp",
            ),
            sample_price_fen=100,
            description="第一行\n第二行",
        ),
        Offer(
            offer_id="b002", title="高强度地脚螺栓 M24 定制", supplier_id="s3", category_id="030102", unit="套", moq=10
        ),
        Offer(
            offer_id="b003",
            title="六角螺栓 整箱批发",
            supplier_id="s3",
            category_id="030101",
            unit="箱",
            moq=1,
            units_per_pack=500,
            pack_unit="箱",
            tiers=(PriceTier(min_quantity=1, unit_price_fen=19_000),),
            attributes={"weight_g": ("20",)},
            published_at=NOW - 5,
        ),
        Offer(
            offer_id="x001",
            title=HOSTILE_TITLE,
            supplier_id=None,
            category_id=None,
            unit="件",
            tiers=(PriceTier(min_quantity=1, unit_price_fen=1),),
            picture="javascript:alert(3)",
        ),
    ]
    return [*dresses, *bolts]


@dataclass
class FakeOffers:
    """The record in memory; ``withdrawn`` ids are no longer live."""

    known: dict[str, Offer]
    withdrawn: set[str] = field(default_factory=set)

    def offer(self, offer_id: str) -> OfferView | None:
        offer = self.known.get(offer_id)
        if offer is None:
            return None
        supplier = next((s for s in SUPPLIERS if s.supplier_id == offer.supplier_id), None)
        return OfferView(
            offer=offer,
            supplier=supplier,
            credit=evidence() if supplier else None,
            supplier_offers=12 if supplier else 0,
            live=offer_id not in self.withdrawn,
        )


def evidence() -> CreditScore:
    """Nine hundred trades, three of them late."""
    return score(
        [
            CreditEvent(kind="dispatched_on_time", count=900),
            CreditEvent(kind="dispatched_late", count=3),
            CreditEvent(kind="as_described", count=880),
            CreditEvent(kind="not_as_described", count=20),
            CreditEvent(kind="dispute_avoided", count=903),
        ]
    )


def flags_of(offer: Offer) -> dict[str, bool]:
    supplier = next((s for s in SUPPLIERS if s.supplier_id == offer.supplier_id), None)
    return {
        "verified": bool(supplier and supplier.verified),
        "factory": bool(supplier and supplier.factory),
        "dropship": offer.dropship,
        "freight_free": offer.freight_free,
        "invoice": offer.invoice,
        "in_stock": bool(offer.stock),
        "sample": offer.sample_price_fen is not None,
        "customisation": offer.customisation,
    }


TAGS = {"factory": "源头工厂", "dropship": "一件代发", "freight_free": "包邮", "invoice": "含税", "in_stock": "现货"}


@dataclass
class FakeSearch:
    """Substring search over the offers, with real prices, counts and pages. ``asked`` remembers every request."""

    offers: list[Offer]
    taxonomy: Taxonomy
    degraded: list[str] = field(default_factory=list)
    repairs: dict[str, str] = field(default_factory=dict)
    asked: list[SearchRequest] = field(default_factory=list)

    def search(self, request: SearchRequest, *, facets: bool = True, language: str = "zh") -> SearchResponse:
        self.asked.append(request)
        repaired = self.repairs.get(request.q) if request.repair else None
        word = (repaired or request.q).split(" ")[0]
        price_max = 1000 if "10元以下" in request.q and request.price_min_fen is None else None
        found = [offer for offer in self.offers if word in offer.title and self._within(offer, request, price_max)]
        found.sort(key=self._order(request))
        start = int(request.cursor or 0)
        page = found[start : start + request.size]
        more = start + request.size < len(found)
        return SearchResponse(
            query=request.q,
            understood=Understood(
                text=request.q,
                words=[word] if any(character.isalnum() for character in word) else [],
                excluded=["硅胶"] if "不要硅胶" in request.q else [],
                quantity=request.quantity or (500 if "500个" in request.q else None),
                price_min_fen=request.price_min_fen,
                price_max_fen=request.price_max_fen or price_max,
                quantities=[],
                synonyms=[],
                query_class="plain",
                categories=[
                    CategoryGuessView(
                        id="160101", name="法式碎花裙", path=["服装", "连衣裙", "法式碎花裙"], probability=0.8
                    )
                ]
                if word and found
                else [],
                repair=RepairView(original=request.q, repaired=repaired, kind="homophone") if repaired else None,
            ),
            total=len(found),
            total_is="exact",
            rule="all_words",
            legs={"lexical": len(found), "vector": 3, "both": 2} if found else {},
            hits=[self.hit(offer, request, rank=start + n + 1) for n, offer in enumerate(page)],
            facets=self._facets(found, request) if facets and request.cursor is None else [],
            related=[self.hit(offer, request) for offer in self.offers[:4]] if word and not found else [],
            advice=self._advice(request) if not found else [],
            next_cursor=str(start + request.size) if more else None,
            took_ms=3.2,
            degraded=self.degraded,
            encoder="fake",
            vectors_pending=0,
        )

    def hit(self, offer: Offer, request: SearchRequest, *, rank: int = 1) -> Hit:
        quoted = price_at(offer.tiers, moq=offer.moq, quantity=request.quantity)
        supplier = next((s for s in SUPPLIERS if s.supplier_id == offer.supplier_id), None)
        flags = flags_of(offer)
        marked = escape(offer.title)
        word = escape(request.q.split(" ")[0])
        return Hit(
            offer_id=offer.offer_id,
            title=offer.title,
            highlight=marked.replace(word, f"<em>{word}</em>") if word else marked,
            score=1.0,
            price=PriceView(
                unit_fen=quoted.unit_fen if quoted else None,
                quantity=quoted.quantity if quoted else offer.moq,
                tiers=[TierView(min_quantity=t.min_quantity, unit_fen=t.unit_price_fen) for t in offer.tiers],
                basis=quoted.basis if quoted else "on_request",
            ),
            moq=offer.moq,
            unit=offer.unit,
            supplier=SupplierView(
                id=supplier.supplier_id,
                name=supplier.name,
                verified=supplier.verified,
                credit_level=supplier.credit_level,
                factory=supplier.factory,
                region=f"{supplier.province} {supplier.city}",
                joined_year=supplier.joined_year,
                repeat_buyer_rate=supplier.repeat_buyer_rate,
            )
            if supplier
            else None,
            category=[CategoryView(id=n.id, name=n.name) for n in self.taxonomy.path(offer.category_id)]
            if offer.category_id in self.taxonomy.nodes
            else [],
            picture=offer.picture,
            tags=[label for flag, label in TAGS.items() if flags[flag]],
            sold_count=offer.sold_count,
            dispatch_hours=offer.dispatch_hours,
            units_per_pack=offer.units_per_pack,
            pack_unit=offer.pack_unit,
            explanation=explanation(rank) if request.explain else None,
        )

    def _within(self, offer: Offer, request: SearchRequest, price_max: int | None) -> bool:
        quoted = price_at(offer.tiers, moq=offer.moq, quantity=request.quantity)
        low, high = request.price_min_fen, request.price_max_fen or price_max
        supplier = next((s for s in SUPPLIERS if s.supplier_id == offer.supplier_id), None)
        places = {supplier.province, f"{supplier.province}/{supplier.city}"} if supplier else set()
        checks: Sequence[bool] = (
            not request.category or any((offer.category_id or "").startswith(c) for c in request.category),
            not request.region or bool(places & set(request.region)),
            not request.supplier or offer.supplier_id in request.supplier,
            all(flags_of(offer)[flag] is wanted for flag, wanted in request.flags.items()),
            all(set(offer.attributes.get(key, ())) & set(values) for key, values in request.attributes.items()),
            request.moq_max is None or offer.moq <= request.moq_max,
            request.dispatch_hours_max is None or (offer.dispatch_hours or 9999) <= request.dispatch_hours_max,
            (low is None and high is None)
            or (quoted is not None and (low or 0) <= quoted.unit_fen <= (high or 10**12)),
        )
        return all(checks)

    def _order(self, request: SearchRequest) -> Callable[[Offer], object]:
        if request.sort == "price":
            return lambda o: (
                not o.tiers,
                q.unit_fen if (q := price_at(o.tiers, moq=o.moq, quantity=request.quantity)) else 0,
            )
        if request.sort == "sales":
            return lambda o: -o.sold_count
        return (lambda o: -o.published_at) if request.sort == "newest" else (lambda o: o.offer_id)

    def _facets(self, found: list[Offer], request: SearchRequest) -> list[Facet]:
        open_regions = self._count(replace(request, region=()))
        colours = self._count(replace(request, attributes={}))
        views = [
            Facet(
                field="attr.color",
                label="颜色",
                values=[
                    FacetValue(
                        value=c,
                        label=c,
                        count=sum(c in o.attributes.get("color", ()) for o in colours),
                        selected=c in request.attributes.get("color", ()),
                    )
                    for c in ("红色", "黑色")
                ],
            ),
            Facet(
                field="price",
                label="价格",
                values=[
                    FacetValue(value="2000-5000", label="20-50元", count=len(found), selected=False),
                    FacetValue(value="100000-", label="1000元以上", count=1, selected=False),
                ],
            ),
            Facet(
                field="region",
                label="发货地",
                values=[
                    FacetValue(
                        value=p,
                        label=p,
                        selected=p in request.region,
                        count=sum(
                            1
                            for o in open_regions
                            for s in SUPPLIERS
                            if s.supplier_id == o.supplier_id and s.province == p
                        ),
                    )
                    for p in ("浙江", "广东")
                ],
            ),
        ]
        for flag, label in (("verified", "认证供应商"), ("dropship", "一件代发")):
            count = sum(flags_of(o)[flag] for o in found)
            selected = request.flags.get(flag) is True
            views.append(
                Facet(
                    field=flag,
                    label=label,
                    values=[FacetValue(value="true", label=label, count=count, selected=selected)],
                )
            )
        return views if found or request.region else []

    def _count(self, request: SearchRequest) -> list[Offer]:
        return [o for o in self.offers if request.q.split(" ")[0] in o.title and self._within(o, request, None)]

    def _advice(self, request: SearchRequest) -> list[FilterAdvice]:
        advice = []
        if request.region and (count := len(self._count(replace(request, region=())))):
            advice.append(FilterAdvice(field="region", value="西藏", label="西藏", total_without=count))
        if request.flags and (count := len(self._count(replace(request, flags={})))):
            advice.append(FilterAdvice(field="verified", value="verified", label="verified", total_without=count))
        return advice


def explanation(rank: int) -> ExplanationView:
    """Contributions that sum to the score; the trade part moved it two places up."""
    parts = [
        ("words", "词语匹配", 0.9, 0.1, 0.09),
        ("semantic", "语义相近", 0.8, 0.35, 0.28),
        ("credit", "诚信记录", 1.0, 0.03, 0.03),
    ]
    return ExplanationView(
        score=0.4,
        contributions=[
            ContributionView(signal=s, label=n, value=v, weight=w, contribution=c) for s, n, v, w, c in parts
        ],
        rank=rank,
        rank_by_relevance=rank + 2,
        matched_by=["lexical", "vector"],
        summary="语义相近、词语匹配",
    )


@dataclass
class FakeRecommend:
    """The first few other offers."""

    search: FakeSearch

    def similar(self, offer_id: str, request: SearchRequest, *, language: str = "zh") -> Recommendations:
        return self._answer(offer_id, request, "similar")

    def same_item(self, offer_id: str, request: SearchRequest, *, language: str = "zh") -> Recommendations:
        return self._answer(offer_id, request, "same_item")

    def _answer(self, offer_id: str, request: SearchRequest, kind: str) -> Recommendations:
        if offer_id == "b002":
            raise NotFound("没有货品", parameter="offer_id")
        others = [o for o in self.search.offers[:4] if o.offer_id != offer_id]
        items = [Recommended(hit=self.search.hit(o, request), similarity=0.9, reasons=["便宜 8%"]) for o in others]
        return Recommendations(offer_id=offer_id, kind=kind, quantity=request.quantity, items=items, degraded=[])


class FakeSuggester:
    """Dresses for whoever types letters of one."""

    def suggest(self, typed: str, *, limit: int = 10) -> Sequence[Suggestion]:
        text = typed.strip()
        names = [
            name
            for name in ("连衣裙", "连衣裙 夏季", "螺栓")
            if text and (name.startswith(text) or "lianyiqun".startswith(text))
        ]
        return [
            Suggestion(
                text=name,
                matched=len(text) if name.startswith(text) else 0,
                by="text",
                category_id="160101",
                category="",
            )
            for name in names[:limit]
        ]
