"""Why this rank, in the buyer's words."""

from __future__ import annotations

from ranking.rank import Ranking
from search_api.results import ContributionView, ExplanationView

SIGNAL_LABELS = {
    "code": "货号一致",
    "coverage": "词语齐全",
    "words": "词语匹配",
    "characters": "字符匹配",
    "bigrams": "短语匹配",
    "facts": "类目与属性匹配",
    "semantic": "语义相近",
    "category": "类目一致",
    "agreement": "同类货源集中",
    "price": "价格优势",
    "moq_fit": "满足起订量",
    "stock": "库存充足",
    "sales": "销量",
    "freshness": "上新时间",
    "verified": "认证供应商",
    "credit": "诚信记录",
}
SUMMARY_SIGNALS = 3  # what a tooltip holds in a line


def explanation_view(ranking: Ranking, index: int, *, rank: int, matched_by: list[str]) -> ExplanationView:
    """The explanation of one candidate at its final ``rank`` (from 1)."""
    contributions = [
        ContributionView(
            signal=part.signal,
            label=SIGNAL_LABELS[part.signal],
            value=part.value,
            weight=part.weight,
            contribution=part.contribution,
        )
        for part in ranking.explain(index)
    ]
    strongest = sorted(contributions, key=lambda part: -part.contribution)[:SUMMARY_SIGNALS]
    return ExplanationView(
        score=float(ranking.score[index]),
        contributions=contributions,
        rank=rank,
        rank_by_relevance=int(ranking.relevance_rank[index]) + 1,
        matched_by=matched_by,
        summary="、".join(part.label for part in strongest if part.contribution > 0),
    )
