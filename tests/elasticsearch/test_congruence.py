"""Both engines over one catalog: the same answers, scenario by scenario, three pages deep.

Accepted deviations, and why:

- Scores differ by up to ``SCORE``: Lucene keeps a text's length in one byte, exact to 40 tokens, where the embedded
  engine keeps it whole; and it counts, for a term's rarity, the listings that have the field.
- Offers whose scores are that close may change places. The trade signals then move each from the rank that its
  relevance gave, by a bound, so that places of a few more follow: up to ``PLACES``.
- An offer whose relevance lies that close to the floor of the trade signals may have them on one engine alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest

from kernel.errors import PifaError
from pifa.commands.rebuild import build_index, build_vectors
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from ranking.profiles import load_profiles
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
# The greatest shift seen was 5, among the 150 of three large pages; 2 among sixty.
PLACES = 5

PROFILE = load_profiles(Path(__file__).parents[2] / "data" / "ranking" / "profiles.yaml")["default"]
TRADE = frozenset(PROFILE.trade)
FLOOR = PROFILE.relevance_floor


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
    ours, theirs = answer(embedded, items), answer(elastic, items)
    if isinstance(ours, PifaError) or isinstance(theirs, PifaError):
        assert repr(ours) == repr(theirs)
        return
    assert [page.total for page in ours] == [page.total for page in theirs]
    assert (ours[0].rule, ours[0].legs, ours[0].understood) == (theirs[0].rule, theirs[0].legs, theirs[0].understood)
    assert not theirs[0].degraded
    compare_facets(ours[0].facets, theirs[0].facets)
    compare_hits(hits_of(ours), hits_of(theirs), exact="sort=" in query)


def answer(service: SearchService, items: list[tuple[str, str]]) -> list[SearchResponse] | PifaError:
    """The first pages, or the refusal."""
    try:
        return pages(service, items)
    except PifaError as refused:
        return refused


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
    """Every list in its order, every value with its count."""
    assert [facet.field for facet in ours] == [facet.field for facet in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one == other


def compare_hits(ours: list[Hit], theirs: list[Hit], *, exact: bool) -> None:
    assert len(ours) == len(theirs)
    assert all(one.price == other.price for one, other in both(ours, theirs))
    if exact:
        assert [hit.offer_id for hit in ours] == [hit.offer_id for hit in theirs]
        return
    floor = FLOOR * max((relevance_of(hit) for hit in ours), default=0.0)
    for one, other in both(ours, theirs):
        counted = {name for name in {*parts_of(one), *parts_of(other)} if name in TRADE}
        if on_one_side(one, other) and abs(relevance_of(one) - floor) <= SCORE:
            compare_parts(one, other, but=counted)
        else:
            assert one.score == pytest.approx(other.score, abs=SCORE)
            compare_parts(one, other)
    compare_places([hit.offer_id for hit in ours], [hit.offer_id for hit in theirs])


def compare_places(ours: list[str], theirs: list[str]) -> None:
    """Who is on both sides stands at most ``PLACES`` apart; who is on one side alone was that near to the last."""
    for one, other in ((ours, theirs), (theirs, ours)):
        place = {offer_id: number for number, offer_id in enumerate(other)}
        for number, offer_id in enumerate(one):
            assert abs(place.get(offer_id, len(other)) - number) <= PLACES


def both(ours: list[Hit], theirs: list[Hit]) -> list[tuple[Hit, Hit]]:
    """The hits that both have."""
    by_id = {hit.offer_id: hit for hit in theirs}
    return [(hit, by_id[hit.offer_id]) for hit in ours if hit.offer_id in by_id]


def compare_parts(one: Hit, other: Hit, *, but: Collection[str] = ()) -> None:
    ours, theirs = parts_of(one), parts_of(other)
    for name in {*ours, *theirs}.difference(but):
        assert ours.get(name, 0.0) == pytest.approx(theirs.get(name, 0.0), abs=SCORE), name


def on_one_side(one: Hit, other: Hit) -> bool:
    """Whether the trade signals count for one engine alone."""
    return trade_of(one) == 0 or trade_of(other) == 0


def trade_of(hit: Hit) -> float:
    return sum(value for name, value in parts_of(hit).items() if name in TRADE)


def relevance_of(hit: Hit) -> float:
    return sum(value for name, value in parts_of(hit).items() if name not in TRADE)


def parts_of(hit: Hit) -> dict[str, float]:
    assert hit.explanation is not None
    return {each.signal: each.contribution for each in hit.explanation.contributions}
