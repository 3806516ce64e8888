"""A batch of changes: each offer once, at its newest; what cannot be applied is set aside and blocks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kernel.offers import Supplier
from search_engine.card import decode_card
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.embedded.store import EmbeddedStore
from search_engine.port import EngineAway, IndexWriter
from tests.indexer.fakes import House


def apply_all(house: House) -> None:
    with house.store.writer() as writer:
        house.applier.apply(writer, house.record.after(0, limit=1000))
        writer.commit(feed_cursor=house.record.latest())


def test_several_changes_of_an_offer_are_indexed_once_at_the_newest(house: House) -> None:
    for title in ("旧", "新", "最新"):
        house.record.publish("a", title)
    apply_all(house)
    assert house.indexed() == {"a": 3}
    assert house.assembler.batches == [["a"]]


def test_an_offer_published_and_withdrawn_in_one_batch_is_not_there(house: House) -> None:
    house.record.publish("a", "水杯")
    house.record.publish("b", "毛巾")
    house.record.withdraw("a")
    apply_all(house)
    assert house.indexed() == {"b": 1}


def test_a_supplier_that_changes_is_shown_by_all_its_offers_and_by_no_other(house: House) -> None:
    house.record.put_supplier(Supplier(supplier_id="s", name="旧名"))
    house.record.publish("a", "水杯", supplier_id="s")
    house.record.publish("b", "毛巾", supplier_id="s")
    house.record.publish("c", "梳子")
    apply_all(house)
    seen = house.record.latest()
    house.record.put_supplier(Supplier(supplier_id="s", name="新名", version=2))
    house.assembler.batches.clear()
    with house.store.writer() as writer:
        house.applier.apply(writer, house.record.after(seen, limit=1000))
        writer.commit(feed_cursor=house.record.latest())
    cards = [decode_card(document.card) for document in house.store.state().rows.values()]
    names = {card.offer_id: card.supplier.name if card.supplier else None for card in cards}
    assert names == {"a": "新名", "b": "新名", "c": None}
    assert house.assembler.batches == [[], ["a", "b"]]


def test_a_change_that_trips_a_stage_is_set_aside_with_its_reason_and_the_rest_lands(house: House) -> None:
    for offer_id, title in (("a", "水杯"), ("b", "毒药"), ("c", "毛巾")):
        house.record.publish(offer_id, title)
    apply_all(house)
    assert house.indexed() == {"a": 1, "c": 1}
    assert house.letters.entries == [("b", 2, "KeyError: 'a stage tripped'")]


def test_a_poison_offer_of_a_supplier_that_changes_is_set_aside_under_the_suppliers_change(house: House) -> None:
    house.record.put_supplier(Supplier(supplier_id="s", name="店"))
    house.record.publish("a", "毒药", supplier_id="s")
    house.record.publish("b", "水杯", supplier_id="s")
    with house.store.writer() as writer:
        house.applier.apply(writer, house.record.after(0, limit=1))
        writer.commit(feed_cursor=1)
    assert house.indexed() == {"b": 1}
    assert [entry[:2] for entry in house.letters.entries] == [("a", 1)]


def test_a_document_that_the_engine_refuses_is_set_aside_too(tmp_path: Path) -> None:
    house = House(store=EmbeddedStore(tmp_path))  # type: ignore[arg-type]
    for offer_id, title in (("a", "水杯"), ("b", "巨杯"), ("c", "毛巾")):
        house.record.publish(offer_id, title)
    apply_all(house)
    assert [entry[:2] for entry in house.letters.entries] == [("b", 2)]
    assert "sold_count" in house.letters.entries[0][2]
    assert sorted(house.store.reader().find(["a", "b", "c"])) == ["a", "c"]


def test_a_document_that_is_refused_by_name_is_set_aside_even_alone(tmp_path: Path) -> None:
    house = House(store=EmbeddedStore(tmp_path))  # type: ignore[arg-type]
    house.record.publish("b", "巨杯")
    apply_all(house)
    assert [entry[0] for entry in house.letters.entries] == ["b"]
    house.record.publish("c", "毛巾")
    apply_all(house)
    assert [entry[0] for entry in house.letters.entries] == ["b", "b"]
    assert sorted(house.store.reader().find(["b", "c"])) == ["c"]


def test_a_document_alone_in_an_unclear_failure_comes_again_until_another_shows_that_the_writer_is_well(
    house: House,
) -> None:
    house.record.publish("b", "巨杯")
    with house.store.writer() as writer:
        unclear = WriterThatFailsAt("b", writer)
        with pytest.raises(ValueError, match="sold_count"):
            house.applier.apply(unclear, house.record.after(0, limit=10))  # type: ignore[arg-type]
        assert house.letters.entries == []
        house.record.publish("c", "毛巾")
        house.applier.apply(unclear, house.record.after(0, limit=10))  # type: ignore[arg-type]
        writer.commit(feed_cursor=house.record.latest())
    assert [entry[0] for entry in house.letters.entries] == ["b"]
    assert house.indexed() == {"c": 1}


def test_a_writer_that_takes_nothing_is_at_fault_itself_and_no_offer_is_set_aside(house: House) -> None:
    house.record.publish("a", "水杯")
    house.record.publish("b", "毛巾")
    with house.store.writer() as writer:
        broken = BrokenWriter(writer)
        with pytest.raises(OSError, match="No space left"):
            house.applier.apply(broken, house.record.after(0, limit=10))  # type: ignore[arg-type]
    assert house.letters.entries == []


def test_an_engine_that_is_away_is_asked_once_and_no_offer_is_set_aside_when_it_is_back_at_once(
    house: House,
) -> None:
    house.record.publish("a", "水杯")
    house.record.publish("b", "毛巾")
    with house.store.writer() as writer:
        away = WriterThatIsAwayOnce(writer)
        with pytest.raises(EngineAway, match="重启"):
            house.applier.apply(away, house.record.after(0, limit=10))  # type: ignore[arg-type]
        assert away.calls == 1
        assert house.letters.entries == []
        house.applier.apply(away, house.record.after(0, limit=10))  # type: ignore[arg-type]
        writer.commit(feed_cursor=house.record.latest())
    assert house.indexed() == {"a": 1, "b": 1}


class WriterThatIsAwayOnce:
    """Its engine restarts while it writes."""

    def __init__(self, writer: IndexWriter) -> None:
        self._writer = writer
        self.calls = 0

    def apply(self, documents: Sequence[IndexDocument], withdrawals: Sequence[Withdrawal] = ()) -> None:
        self.calls += bool(documents)
        if documents and self.calls == 1:
            raise EngineAway("引擎正在重启")
        self._writer.apply(documents, withdrawals)


class WriterThatFailsAt:
    """One document trips it, and it cannot say whose fault that is."""

    def __init__(self, offer_id: str, writer: IndexWriter) -> None:
        self._offer_id = offer_id
        self._writer = writer

    def apply(self, documents: Sequence[IndexDocument], withdrawals: Sequence[Withdrawal] = ()) -> None:
        if any(document.offer_id == self._offer_id for document in documents):
            raise ValueError("sold_count")
        self._writer.apply(documents, withdrawals)


class BrokenWriter:
    """Its disk is full."""

    def __init__(self, writer: object) -> None:
        self._writer = writer

    def apply(self, documents: object, withdrawals: object = ()) -> None:
        if documents:
            raise OSError(28, "No space left on device")
