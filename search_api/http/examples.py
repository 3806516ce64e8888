"""Examples that the OpenAPI document shows; a test checks them against the schema."""

from __future__ import annotations

HIT_EXAMPLE: dict[str, object] = {
    "offer_id": "d0000042",
    "title": "304不锈钢外六角螺丝 M8x30 厂家直销",
    "highlight": "<em>304</em><em>不锈钢</em>外六角<em>螺丝</em> <em>M8x30</em> 厂家直销",
    "score": 1.09,
    "price": {
        "unit_fen": 38,
        "quantity": 1000,
        "tiers": [{"min_quantity": 100, "unit_fen": 45}, {"min_quantity": 1000, "unit_fen": 38}],
        "basis": "quantity",
    },
    "moq": 100,
    "unit": "个",
    "supplier": {
        "id": "s0007",
        "name": "温州永固紧固件有限公司",
        "verified": True,
        "credit_level": 4,
        "factory": True,
        "region": "浙江 温州",
        "joined_year": 2016,
        "repeat_buyer_rate": 0.41,
    },
    "category": [{"id": "03", "name": "五金"}],
    "picture": "",
    "tags": ["源头工厂"],
    "sold_count": 52000,
    "dispatch_hours": 24,
    "units_per_pack": 500,
    "pack_unit": "箱",
    "explanation": None,
    "own": {
        "unit_fen": 36,
        "quantity": 1000,
        "basis": "quantity",
        "because": "客户组“老客户”按 95% 计价",
        "sku_id": None,
        "starting": False,
    },
}

SEARCH_EXAMPLE: dict[str, object] = {
    "query": "304不锈钢螺丝 M8x30",
    "understood": {
        "text": "304不锈钢螺丝 m8x30",
        "words": ["304", "不锈钢", "螺丝", "m8x30"],
        "excluded": [],
        "quantity": None,
        "price_min_fen": None,
        "price_max_fen": None,
        "quantities": [],
        "synonyms": [],
        "categories": [
            {"id": "030101", "name": "外六角螺栓", "path": ["五金", "螺栓", "外六角螺栓"], "probability": 0.62}
        ],
        "query_class": "model_number",
        "repair": None,
    },
    "total": 1,
    "total_is": "exact",
    "rule": "all_words",
    "legs": {"lexical": 1, "vector": 1, "both": 1},
    "hits": [HIT_EXAMPLE],
    "facets": [
        {
            "field": "region",
            "label": "发货地",
            "values": [{"value": "浙江", "label": "浙江", "count": 1, "selected": False}],
        }
    ],
    "related": [],
    "advice": [],
    "next_cursor": None,
    "took_ms": 4.2,
    "degraded": [],
    "encoder": "bge:small-zh-v1.5-int8",
    "vectors_pending": 0,
    "price_basis": "public",
}

RECOMMEND_EXAMPLE: dict[str, object] = {
    "offer_id": "d0000007",
    "kind": "same_item",
    "quantity": 1000,
    "items": [{"hit": HIT_EXAMPLE, "similarity": 0.93, "reasons": ["便宜 12%", "材质相同：“304不锈钢”"]}],
    "degraded": [],
}

SUGGEST_EXAMPLE: dict[str, object] = {
    "query": "lianyiq",
    "suggestions": [{"text": "连衣裙", "matched": 0, "by": "pinyin", "category_id": "160101", "category": "女装"}],
}
