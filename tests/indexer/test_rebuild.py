"""A rebuild beside the old index, and the check that both hold the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import pytest

from indexer.drift import find_drift, mend_drift
from indexer.rebuild import Built, Rebuilder, RebuildIncomplete
from kernel.offers import Supplier
from kernel.prices import PriceTier
from search_engine.documents import Withdrawal
from tests.indexer.fakes import SPACE, House, Listing


def rebuilder(house: House, **changes: object) -> Rebuilder:
    parts = {
        "store": house.store,
        "catalog": house.record,
        "feed": house.record,
        "assembler": house.assembler,
        "applier": house.applier,
        **changes,
    }
    return Rebuilder(**parts)  # type: ignore[arg-type]


def test_a_rebuild_holds_all_live_offers_and_the_feeds_position(house: House) -> None:
    for offer_id in "abc":
        house.record.publish(offer_id, "货")
    house.record.withdraw("b")
    told: list[int] = []
    built = rebuilder(house).rebuild(vector_space=SPACE, progress=told.append)
    assert built == Built(generation="g000002", documents=2)
    assert house.indexed() == {"a": 1, "c": 1}
    assert house.store.state().feed_cursor == 4
    assert house.store.state().generation == "g000002"
    assert sum(told) == 2


def test_what_changes_during_the_scan_is_in_the_new_index(house: House) -> None:
    house.record.publish("a", "货")

    class Moving:
        """Somebody publishes and withdraws while the scan runs."""

        def live_count(self) -> int:
            return house.record.live_count()

        def live_offers(self, *, batch_size: int, after_id: str = "") -> Iterator[Sequence[Listing]]:
            yield from list(house.record.live_offers(batch_size=batch_size))
            house.record.publish("late", "后来")
            house.record.withdraw("a")

    rebuilder(house, catalog=Moving()).rebuild(vector_space=None)
    assert house.indexed() == {"late": 1}
    assert house.store.state().feed_cursor == 3


def test_a_rebuild_that_fails_leaves_the_old_index_serving(house: House) -> None:
    house.record.publish("a", "货")
    rebuilder(house).rebuild(vector_space=None)
    house.record.publish("b", "毒药")
    with pytest.raises(KeyError):
        rebuilder(house).rebuild(vector_space=None)
    assert house.indexed() == {"a": 1}
    assert house.store.state().generation == "g000002"


def test_a_rebuild_that_lost_a_listing_is_refused(house: House) -> None:
    house.record.publish("a", "货")

    class Twice:
        """Scans the same listing twice, as a scan over a moving table might."""

        def live_count(self) -> int:
            return house.record.live_count()

        def live_offers(self, *, batch_size: int, after_id: str = "") -> Iterator[Sequence[Listing]]:
            batch = next(house.record.live_offers(batch_size=batch_size))
            yield batch
            yield batch

    with pytest.raises(RebuildIncomplete, match="新索引有 1 条，应有 2 条"):
        rebuilder(house, catalog=Twice()).rebuild(vector_space=None)
    assert house.indexed() == {}


def test_drift_names_what_is_missing_or_old_and_counts_what_is_too_much(house: House) -> None:
    for offer_id in "abcd":
        house.record.publish(offer_id, "货")
    rebuilder(house).rebuild(vector_space=None)
    assert not find_drift(house.record, house.store.reader())

    house.record.publish("a", "改过")
    del house.record.offers_by_id["d"]
    with house.store.writer() as writer:
        writer.apply([], [Withdrawal(offer_id="b", version=0)])
        writer._state.rows = {r: d for r, d in writer._state.rows.items() if d.offer_id != "b"}
        writer.commit(feed_cursor=writer.feed_cursor)
    drift = find_drift(house.record, house.store.reader())
    assert drift.stale == ("a", "b")
    assert drift.extra == 1


def test_mending_indexes_the_stale_offers_as_they_are_now_and_keeps_the_cursor(house: House) -> None:
    for offer_id in "abc":
        house.record.publish(offer_id, "货")
    rebuilder(house).rebuild(vector_space=None)
    house.record.publish("a", "改过")
    drift = find_drift(house.record, house.store.reader())
    with house.store.writer() as writer:
        mend_drift(drift, writer=writer, catalog=house.record, applier=house.applier)
    assert house.indexed() == {"a": 2, "b": 1, "c": 1}
    assert house.store.state().feed_cursor == 3
    assert not find_drift(house.record, house.store.reader())


@pytest.mark.parametrize(
    "change", [{"stock": 3}, {"tiers": (PriceTier(min_quantity=1, unit_price_fen=7),)}, {"moq": 2}, {"dropship": True}]
)
def test_what_a_version_says_nothing_of_is_drift_too_and_mended(house: House, change: dict[str, object]) -> None:
    """A sale moves an offer's stock and leaves its version; a change that was lost on the way is lost the same way."""
    for offer_id in "abc":
        house.record.publish(offer_id, "货")
    rebuilder(house).rebuild(vector_space=SPACE)
    house.record.offers_by_id["b"] = dataclasses.replace(house.record.offers_by_id["b"], **change)  # type: ignore[arg-type]
    drift = find_drift(house.record, house.store.reader())
    assert (drift.stale, drift.extra) == (("b",), 0)
    with house.store.writer() as writer:
        mend_drift(drift, writer=writer, catalog=house.record, applier=house.applier)
    assert not find_drift(house.record, house.store.reader())


def test_a_supplier_that_changed_unheard_is_drift_of_its_offers(house: House) -> None:
    house.record.suppliers["s"] = Supplier(supplier_id="s", name="厂", credit_level=1)
    for offer_id in "ab":
        house.record.publish(offer_id, "货", supplier_id="s" if offer_id == "a" else None)
    rebuilder(house).rebuild(vector_space=SPACE)
    house.record.suppliers["s"] = Supplier(supplier_id="s", name="厂", credit_level=5)
    assert find_drift(house.record, house.store.reader()).stale == ("a",)


def test_an_index_from_before_the_digest_is_compared_by_version(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("tests.indexer.fakes.listing_digest", lambda _: b"")
        house.record.publish("a", "货")
        rebuilder(house).rebuild(vector_space=SPACE)
    assert not find_drift(house.record, house.store.reader())
    house.record.publish("a", "改过")
    assert find_drift(house.record, house.store.reader()).stale == ("a",)
