"""Both engines over one catalog: the same answers, scenario by scenario, three pages deep.

Not collected by ``make check`` yet. In the first run over all 108 scenarios 90 passed. Totals, rules and legs were
equal wherever there was an answer. Left: facet values at a list's cut (13; one was read through), two scenarios whose
own input is refused, one offer whose relevance lies at the floor of the trade signals, which then count on one side
alone, and two orders that differ by a little more than the tolerance, not read yet.

Accepted deviations, and why:

- Scores differ by up to ``SCORE``: Lucene keeps a text's length in one byte, exact to 40 tokens, where the embedded
  engine keeps it whole; and it counts, for a term's rarity, the listings that have the field.
- Offers whose scores are that close may change places.
- Of attribute values with equal counts, another may fall to the cut, and an attribute that has few others with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest

from pifa.commands.rebuild import build_index, build_vectors
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from search_api.parameters import parse_search
from search_api.results import Facet, Hit, SearchResponse
from search_api.service import SearchService

pytestmark = pytest.mark.xdist_group("elasticsearch")

SCENARIOS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("scenarios.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
PAGES = 3
# Of scores that lie in [0, 1]; about twice the greatest difference seen, .0043.
SCORE = 0.01


@pytest.fixture(scope="module")
def embedded(demo_template: Path) -> SearchService:
    return service_of(Installation(Settings(encoder="static", offline=True), Home(demo_template).open()))


@pytest.fixture(scope="module")
def elastic(demo_template: Path, elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    """The same record, indexed in the cluster, encoded by the same encoder."""
    home = tmp_path_factory.mktemp("elastic-home")
    for name in ("record.sqlite3", "secret.key"):
        (home / name).write_bytes((demo_template / name).read_bytes())
    settings = Settings(
        encoder="static",
        offline=True,
        engine="elastic",
        elastic_url=elasticsearch_url,
        elastic_prefix=f"t{uuid4().hex[:12]}",
    )
    site = Installation(settings, Home(home).open())
    with site.record() as record:
        build_index(site, record)
    build_vectors(site)
    return service_of(site)


def service_of(site: Installation) -> SearchService:
    return SearchService(site.search_parts(site.store.reader()))


def test_there_are_enough_scenarios() -> None:
    assert len(SCENARIOS) >= 80
    assert len({name for name, _ in SCENARIOS}) == len(SCENARIOS)


@pytest.mark.parametrize(("name", "query"), SCENARIOS, ids=[name for name, _ in SCENARIOS])
def test_both_engines_answer_alike(name: str, query: str, embedded: SearchService, elastic: SearchService) -> None:
    items = parse_qsl(query, keep_blank_values=True)
    ours, theirs = pages(embedded, items), pages(elastic, items)
    assert [page.total for page in ours] == [page.total for page in theirs]
    assert (ours[0].rule, ours[0].legs, ours[0].understood) == (theirs[0].rule, theirs[0].legs, theirs[0].understood)
    assert not theirs[0].degraded
    compare_facets(ours[0].facets, theirs[0].facets)
    compare_hits(hits_of(ours), hits_of(theirs), exact="sort=" in query)


def pages(service: SearchService, items: list[tuple[str, str]]) -> list[SearchResponse]:
    """The first pages of a search, by its own cursors."""
    found = [service.search(parse_search([*items, *([] if "explain" in dict(items) else [("explain", "true")])]))]
    while len(found) < PAGES and found[-1].next_cursor:
        more = [*items, ("cursor", found[-1].next_cursor), ("explain", "true")]
        found.append(service.search(parse_search(list(dict(more).items()) if "explain" in dict(items) else more)))
    return found


def hits_of(found: list[SearchResponse]) -> list[Hit]:
    return [hit for page in found for hit in page.hits]


def compare_facets(ours: Sequence[Facet], theirs: Sequence[Facet]) -> None:
    """Every value above the cut has the same count; that of the attributes is one for all of them."""
    one, other = values_of(ours), values_of(theirs)
    attributes = {name for name in one if name.startswith("attr.")} ^ {
        name for name in other if name.startswith("attr.")
    }
    assert set(one) - attributes == set(other) - attributes
    least = max(_cut(one), _cut(other))
    for name in set(one) & set(other):
        cut = least if name.startswith("attr.") else 0
        assert {each for each in one[name] if each[1] > cut} == {each for each in other[name] if each[1] > cut}


def values_of(facets: Sequence[Facet]) -> dict[str, set[tuple[str, int, bool]]]:
    return {facet.field: {(each.value, each.count, each.selected) for each in facet.values} for facet in facets}


def _cut(values: dict[str, set[tuple[str, int, bool]]]) -> int:
    """The count at which values of attributes fall away."""
    return min(
        (count for name, found in values.items() if name.startswith("attr.") for _, count, _ in found), default=0
    )


def compare_hits(ours: list[Hit], theirs: list[Hit], *, exact: bool) -> None:
    assert len(ours) == len(theirs)
    assert all(one.price == other.price for one, other in both(ours, theirs))
    if exact:
        assert [hit.offer_id for hit in ours] == [hit.offer_id for hit in theirs]
        return
    last = min((hit.score for hit in (*ours, *theirs)), default=0.0)
    for one, other in both(ours, theirs):
        assert one.score == pytest.approx(other.score, abs=SCORE)
        assert one.explanation is not None
        assert other.explanation is not None
        assert parts_of(one) == pytest.approx(parts_of(other), abs=SCORE)
    shared = {one.offer_id for one, _ in both(ours, theirs)}
    for hit in (*ours, *theirs):  # who is on one side alone was as good as the last
        assert hit.offer_id in shared or hit.score <= last + 2 * SCORE
    place = {hit.offer_id: number for number, hit in enumerate(ours)}
    order = [hit for hit in theirs if hit.offer_id in shared]
    for number, earlier in enumerate(order):  # who changed places was as good as the other
        for later in order[number + 1 :]:
            swapped = place[later.offer_id] < place[earlier.offer_id]
            assert not swapped or abs(earlier.score - later.score) <= 2 * SCORE


def both(ours: list[Hit], theirs: list[Hit]) -> list[tuple[Hit, Hit]]:
    """The hits that both have."""
    by_id = {hit.offer_id: hit for hit in theirs}
    return [(hit, by_id[hit.offer_id]) for hit in ours if hit.offer_id in by_id]


def parts_of(hit: Hit) -> dict[str, float]:
    assert hit.explanation is not None
    return {each.signal: each.contribution for each in hit.explanation.contributions}
