"""Pages by signed cursor: every hit once, the same total, nothing to forge."""

from __future__ import annotations

import pytest

from search_api.cursor import CursorInvalid, CursorSigner
from search_api.results import SearchResponse
from tests.search_api.house import Shop, offer, open_shop

MANY = [
    (offer(f"o{number:03}", f"水杯 款式{number}", tiers=((1, 100 + number % 7),), sold_count=number % 5), None)
    for number in range(470)
]


@pytest.fixture(scope="module")
def wide(known: dict[str, object]) -> Shop:
    """More listings than two windows of the ranking layer."""
    return open_shop(known, MANY)


def pages(shop: Shop, query: str = "", **parameters: object) -> list[SearchResponse]:
    found = [shop.search(query, **parameters)]
    while found[-1].next_cursor:
        found.append(shop.search(query, cursor=found[-1].next_cursor, **parameters))
    return found


@pytest.mark.parametrize("sort", ["relevance", "price", "sales", "newest"])
@pytest.mark.parametrize("size", [7, 100])
def test_paging_visits_every_hit_once_under_one_total(wide: Shop, sort: str, size: int) -> None:
    found = pages(wide, "水杯", sort=sort, size=size)
    ids = [hit.offer_id for page in found for hit in page.hits]
    assert len(ids) == len(set(ids)) == 470
    assert {page.total for page in found} == {470}
    assert {page.total_is for page in found} == {"exact"}
    assert all(len(page.hits) == size for page in found[:-1])


@pytest.mark.parametrize("sort", ["price", "sales"])
def test_the_order_holds_over_page_ends(wide: Shop, sort: str) -> None:
    hits = [hit for page in pages(wide, "水杯", sort=sort, size=60) for hit in page.hits]
    keys = [hit.price.unit_fen if sort == "price" else -hit.sold_count for hit in hits]
    assert keys == sorted(keys)


def test_ranks_go_on_over_pages(wide: Shop) -> None:
    found = pages(wide, "水杯", size=50, explain="true")
    ranks = [hit.explanation.rank for page in found for hit in page.hits if hit.explanation]
    assert ranks == list(range(1, 471))


def test_an_exact_page_end_has_no_next_page(shop: Shop) -> None:
    assert shop.search(size=12).next_cursor is None
    assert shop.search(size=11).next_cursor is not None


def test_when_the_index_moves_on_the_first_pages_total_stands_and_says_so(shop: Shop) -> None:
    first = shop.search("水杯", size=2)
    shop.put((offer("more", "水杯 新到"), None))
    second = shop.search("水杯", size=2, cursor=first.next_cursor)
    assert second.total == first.total
    assert (first.total_is, second.total_is) == ("exact", "as_of_first_page")


def test_time_stands_still_while_a_buyer_pages(shop: Shop) -> None:
    first = shop.search(size=4)
    before = shop.search(size=4, cursor=first.next_cursor, explain="true")
    shop.clock.seconds += 90 * 86_400
    after = shop.search(size=4, cursor=first.next_cursor, explain="true")
    assert [h.offer_id for h in before.hits] == [h.offer_id for h in after.hits]
    assert [h.score for h in before.hits] == [h.score for h in after.hits]


def test_facets_belong_to_the_first_page(shop: Shop) -> None:
    first = shop.search(size=4)
    assert first.facets
    assert shop.search(size=4, cursor=first.next_cursor).facets == []


@pytest.mark.parametrize(
    "spoil", [lambda c: c[:-1], lambda c: "A" + c, lambda c: c.swapcase(), lambda c: "x", lambda c: "é", lambda c: ""]
)
def test_a_cursor_that_was_changed_is_refused(shop: Shop, spoil: object) -> None:
    cursor = shop.search(size=4).next_cursor
    with pytest.raises(CursorInvalid) as caught:
        shop.search(size=4, cursor=spoil(cursor))  # type: ignore[operator]
    assert caught.value.parameter == "cursor"


@pytest.mark.parametrize(
    "other",
    [{"query": "水杯"}, {"size": 5}, {"sort": "price"}, {"region": "浙江"}, {"quantity": 5}, {"repair": "false"}],
)
def test_a_cursor_of_another_search_is_refused(shop: Shop, other: dict[str, object]) -> None:
    cursor = shop.search(size=4).next_cursor
    with pytest.raises(CursorInvalid):
        shop.search(**{"size": 4, **other, "cursor": cursor})


def test_a_cursor_signed_with_another_secret_is_refused(shop: Shop) -> None:
    from search_api.cursor import Position, request_digest
    from search_api.requests import SearchRequest

    position = Position(
        window=0, skip=4, shown=4, total=12, generation="g000001", now=0, request=request_digest(SearchRequest(size=4))
    )
    with pytest.raises(CursorInvalid):
        shop.search(size=4, cursor=CursorSigner("another secret").sign(position))


def test_explanations_may_be_asked_for_from_any_page_on(shop: Shop) -> None:
    cursor = shop.search(size=4).next_cursor
    assert shop.search(size=4, cursor=cursor, explain="true").hits[0].explanation is not None


def test_the_order_of_repeated_values_does_not_make_another_search(shop: Shop) -> None:
    first = shop.search(size=1, region=["浙江", "广东"])
    assert shop.search(size=1, region=["广东", "浙江"], cursor=first.next_cursor).hits
