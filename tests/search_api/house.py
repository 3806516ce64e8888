"""The search and recommend services over a dozen hand-written offers and the engine in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from indexer.stages.assemble import Assembler
from kernel.clock import FixedClock
from kernel.offers import Offer, Supplier
from kernel.prices import PriceTier
from ranking.profiles import load_profiles
from search_api.cursor import CursorSigner
from search_api.parameters import parse_search
from search_api.parts import Parts
from search_api.recommend.service import RecommendService
from search_api.results import SearchResponse
from search_api.retrieve.matching import load_matching
from search_api.service import SearchService
from search_engine.fake import InMemoryStore
from search_engine.port import VectorSpace
from taxonomy.classify import Classifier
from taxonomy.load import load_taxonomy
from text_analysis.analyzer import Analyzer

DATA = Path(__file__).resolve().parents[2] / "data"
NOW = 1_790_000_000
YONGKANG = Supplier(
    supplier_id="s1",
    name="永康铭杯工贸",
    province="浙江",
    city="金华",
    verified=True,
    factory=True,
    credit_score=0.8,
    credit_level=4,
    joined_year=2015,
)
YIWU = Supplier(supplier_id="s2", name="义乌小铺", province="浙江", city="义乌", credit_score=0.1)
SHANTOU = Supplier(supplier_id="s3", name="汕头塑胶厂", province="广东", city="汕头", verified=True)


def offer(offer_id: str, title: str, *, tiers: Sequence[tuple[int, int]] = (), moq: int = 1, **more: object) -> Offer:
    steps = tuple(PriceTier(min_quantity=quantity, unit_price_fen=fen) for quantity, fen in tiers)
    return Offer(offer_id=offer_id, title=title, tiers=steps, moq=moq, published_at=NOW - 86_400, **more)  # type: ignore[arg-type]


STEEL = {"material": ("304不锈钢",), "color": ("银色",)}
OFFERS: tuple[tuple[Offer, Supplier | None], ...] = (
    (
        offer(
            "cup1",
            "304不锈钢水杯 500ml 大容量",
            tiers=((1, 1500), (100, 1200), (1000, 900)),
            supplier_id="s1",
            attributes=STEEL,
            stock=5000,
            sold_count=900,
            dropship=True,
            item_code="MB-500",
        ),
        YONGKANG,
    ),
    (
        offer(
            "cup2",
            "304不锈钢水杯 500ml 保温",
            tiers=((2, 1400),),
            moq=2,
            supplier_id="s2",
            attributes=STEEL,
            sold_count=20,
        ),
        YIWU,
    ),
    (
        offer(
            "cup3",
            "塑料水杯 便携 学生",
            tiers=((50, 300), (500, 250)),
            moq=50,
            supplier_id="s3",
            attributes={"material": ("塑料",), "color": ("蓝色",)},
            stock=10,
            dispatch_hours=24,
        ),
        SHANTOU,
    ),
    (offer("cup4", "玻璃水杯 面议", supplier_id="s2", attributes={"material": ("玻璃",)}), YIWU),
    (
        offer(
            "cup5",
            "不锈钢水杯 定制LOGO",
            tiers=((10, 999),),
            moq=10,
            supplier_id="s1",
            attributes={"material": ("201不锈钢",), "color": ("银色", "黑色")},
            customisation=True,
            invoice=True,
        ),
        YONGKANG,
    ),
    (
        offer("case1", "硅胶手机壳 苹果15", tiers=((1, 500),), supplier_id="s3", attributes={"material": ("硅胶",)}),
        SHANTOU,
    ),
    (
        offer("case2", "TPU手机壳 透明 苹果15", tiers=((1, 450),), supplier_id="s2", attributes={"material": ("TPU",)}),
        YIWU,
    ),
    (offer("case3", "皮革手机壳 翻盖", tiers=((1, 1200),), supplier_id=None, attributes={"material": ("皮革",)}), None),
    (offer("dress1", "夏季碎花连衣裙 女 雪纺", tiers=((5, 3900),), moq=5, supplier_id="s2", freight_free=True), YIWU),
    (offer("dress2", "连衣裙 女 法式 收腰", tiers=((1, 5900),), supplier_id="s3", sample_price_fen=6900), SHANTOU),
    (
        offer(
            "screw1",
            "304不锈钢内六角螺丝 M8x30",
            tiers=((100, 45), (1000, 38)),
            moq=100,
            supplier_id="s1",
            item_code="GB70-M8X30",
            barcode="6901234567892",
        ),
        YONGKANG,
    ),
    (offer("screw2", "镀锌内六角螺丝 M8x40", tiers=((100, 20),), moq=100, supplier_id="s1"), YONGKANG),
)


class BagEncoder:
    """Texts with the same characters are near: each character is a fixed random direction."""

    name, dimensions, fingerprint = "bag", 64, "bag-1"

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str], **_: object) -> np.ndarray:
        return np.stack([self._one(text) for text in texts]).astype(np.float32)

    def _one(self, text: str) -> np.ndarray:
        total = np.zeros(self.dimensions)
        for character in text.lower():
            seed = int.from_bytes(hashlib.blake2b(character.encode(), digest_size=4).digest(), "big")
            total += np.random.default_rng(seed).standard_normal(self.dimensions)
        return total / max(float(np.linalg.norm(total)), 1e-9)


@dataclass(repr=False)
class Shop:
    """Services over an index that the test may change."""

    parts: Parts
    store: InMemoryStore
    assembler: Assembler
    clock: FixedClock
    search_service: SearchService = field(init=False)
    recommend: RecommendService = field(init=False)

    def __post_init__(self) -> None:
        self.reopen(self.parts)

    def reopen(self, parts: Parts) -> None:
        """Services over these parts, nothing remembered."""
        self.parts = parts
        self.search_service, self.recommend = SearchService(parts), RecommendService(parts)

    def search(self, query: str = "", **parameters: object) -> SearchResponse:
        """As the endpoint reads it: ``search("水杯", region=["浙江", "广东"])``; ``attr_`` stands for ``attr.``."""
        items = [("q", query)] if query else []
        for name, value in parameters.items():
            values = value if isinstance(value, list | tuple) else [value]
            items += [(name.replace("attr_", "attr."), str(one)) for one in values]
        return self.search_service.search(parse_search(items))

    def ids(self, query: str = "", **parameters: object) -> list[str]:
        return [hit.offer_id for hit in self.search(query, **parameters).hits]

    def put(self, *listings: tuple[Offer, Supplier | None]) -> None:
        """Index more, as the follower would."""
        with self.store.writer() as writer:
            writer.apply(self.assembler.documents(listings))
            writer.commit(feed_cursor=writer.feed_cursor + 1)
            fill_vectors(writer)
        self.parts.engine.refresh()


def fill_vectors(writer: object) -> None:
    rows, texts = writer.pending_vector_texts(limit=1000)  # type: ignore[attr-defined]
    if len(rows):
        writer.put_vectors(rows, BagEncoder().encode_documents(texts))  # type: ignore[attr-defined]
    writer.publish_vectors()  # type: ignore[attr-defined]


def knowledge() -> dict[str, object]:
    """What is slow to load; read-only."""
    taxonomy = load_taxonomy(DATA / "taxonomy")
    words = (word for leaf in taxonomy.leaves for word in (leaf.name, *leaf.synonyms))
    analyzer = Analyzer.load(DATA, extra_words=words)
    return {
        "taxonomy": taxonomy,
        "analyzer": analyzer,
        "classifier": Classifier(taxonomy, normalise=analyzer.normalise),
    }


def open_shop(known: dict[str, object], listings: Sequence[tuple[Offer, Supplier | None]] = OFFERS) -> Shop:
    encoder = BagEncoder()
    store, clock = InMemoryStore(), FixedClock(NOW)
    classifier = known["classifier"]
    assembler = Assembler(
        analyzer=known["analyzer"],
        taxonomy=known["taxonomy"],
        classify=classifier.classify,  # type: ignore[attr-defined]
    )
    space = VectorSpace(fingerprint=encoder.fingerprint, dimensions=encoder.dimensions)
    with store.rebuild(vector_space=space) as writer:
        writer.apply(assembler.documents(listings))
        writer.commit(feed_cursor=len(listings))
        fill_vectors(writer)
    parts = Parts(
        engine=store.reader(),
        encoder=encoder,
        profiles=load_profiles(DATA / "ranking" / "profiles.yaml"),
        matching=load_matching(DATA / "ranking" / "matching.yaml"),
        cursors=CursorSigner("a secret of this test"),
        clock=clock,
        **known,  # type: ignore[arg-type]
    )
    return Shop(parts=parts, store=store, assembler=assembler, clock=clock)


def with_floor(parts: Parts, floor: float) -> Parts:
    """Parts whose vector leg lets in what is at least so near."""
    return replace(parts, matching=replace(parts.matching, vector_floor={"other": floor, "bag": floor}))
