"""Why a listing stands where it does: the contributions, and what its trade facts moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search_api.results import ExplanationView, Hit

WAYS = {"lexical": "词语匹配", "vector": "语义相近"}
BAR_STEPS = 20  # widths are classes of the stylesheet, since the content policy allows no inline style


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyRow:
    label: str
    value: str
    weight: str
    contribution: str
    bar: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage:
    offer_id: str
    title: str
    rank: int
    moved: str
    matched_by: str
    summary: str
    rows: Sequence[WhyRow]
    score: str
    back_href: str


def why_page(hit: Hit, explanation: ExplanationView, *, back_href: str) -> WhyPage:
    """The table of one hit; its contributions sum to the score."""
    top = max((abs(part.contribution) for part in explanation.contributions), default=0.0) or 1.0
    shown = [part for part in explanation.contributions if part.contribution or part.value]
    return WhyPage(
        offer_id=hit.offer_id,
        title=hit.title,
        rank=explanation.rank,
        moved=_moved(explanation),
        matched_by="、".join(WAYS.get(way, way) for way in explanation.matched_by),
        summary=explanation.summary,
        rows=[
            WhyRow(
                label=part.label,
                value=f"{part.value:.2f}",
                weight=f"{part.weight:g}",
                contribution=f"{part.contribution:+.3f}",
                bar=round(BAR_STEPS * max(0.0, part.contribution) / top),
            )
            for part in sorted(shown, key=lambda part: -part.contribution)
        ],
        score=f"{explanation.score:.3f}",
        back_href=back_href,
    )


def _moved(explanation: ExplanationView) -> str:
    """Against the place that relevance alone would give."""
    moved = explanation.rank_by_relevance - explanation.rank
    if moved > 0:
        return f"只看相关性排第 {explanation.rank_by_relevance}，因价格、履约与诚信前移 {moved} 位"
    if moved < 0:
        return f"只看相关性排第 {explanation.rank_by_relevance}，后移 {-moved} 位"
    return "与只看相关性时的位置相同"
