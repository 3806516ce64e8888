"""Recommendations in the reader's language."""

from __future__ import annotations

from dataclasses import replace

from search_api.present.told import told_all, told_hits
from search_api.recommend.results import Recommendations
from taxonomy.model import Taxonomy


def told_recommendations(answer: Recommendations, language: str, *, taxonomy: Taxonomy) -> Recommendations:
    """The answer for a reader of ``zh`` or ``en``, with the reasons of each; values, titles and names stay."""
    if language == "zh":
        return answer
    hits = told_hits((item.hit for item in answer.items), language, taxonomy.told(language))
    items = [
        replace(item, hit=hit, reasons=told_all(item.reasons, language))
        for item, hit in zip(answer.items, hits, strict=True)
    ]
    return replace(answer, items=items, degraded=told_all(answer.degraded, language))
