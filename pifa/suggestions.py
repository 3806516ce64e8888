"""What the search box may suggest: categories, their synonyms, and words of the lexicon, by what is on offer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kernel.errors import Unavailable
from pifa.wiring import Installation
from search_api.suggest.suggester import Entry, Suggester
from search_engine.plan import FacetRequest, Plan
from search_engine.port import FacetCount, SearchEngine
from text_analysis.pinyin import keys

SYNONYM_SHARE = 0.8  # a synonym leads to the same listings, but the name that managers chose comes first
LEAVES_MAX = 20_000  # more than the taxonomy has: one count for each leaf


def build_suggester(site: Installation, engine: SearchEngine) -> Suggester:
    """Suggestions over the installation's taxonomy, popular by the number of live listings."""
    return Suggester(_entries(site, engine), pinyin_keys=keys, normalise=site.analyzer.normalise)


def _entries(site: Installation, engine: SearchEngine) -> Iterator[Entry]:
    request = FacetRequest(name="category", field="category", group="category", size=LEAVES_MAX)
    counted: Sequence[FacetCount]
    try:
        counted = engine.search(Plan(facets=(request,), limit=1)).facets["category"]
    except Unavailable:  # no index yet: every category is as popular as the next
        counted = ()
    listings = {entry.value: entry.count for entry in counted}
    for node in site.taxonomy.nodes.values():
        weight = 1.0 + listings.get(node.id, 0)
        if node.level > 1:
            yield Entry(text=node.name, weight=weight, category_id=node.id)
        for synonym in node.synonyms:
            yield Entry(text=synonym, weight=weight * SYNONYM_SHARE, category_id=node.id)
