"""The follower: nothing skipped, people first, vectors after text."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from indexer.dead_letters import DeadLetterFile
from indexer.encode import encode_pending
from indexer.follow import Follower, FollowOptions
from kernel.clock import FixedClock
from search_engine.port import IndexWriter, WriterBusy
from tests.indexer.fakes import FakeEncoder, House

BATCH = 10


def follower(house: House, writer: IndexWriter, encoder: FakeEncoder | None = None) -> Follower:
    options = FollowOptions(batch_changes=BATCH, poll_seconds=0.001, encode_texts=4)
    return Follower(feed=house.record, writer=writer, applier=house.applier, encoder=encoder, options=options)


def bulk(house: House, count: int) -> None:
    for number in range(count):
        house.record.publish(f"bulk{number:03}", f"货{number}")


def test_a_change_that_a_person_waits_for_overtakes_an_import(house: House) -> None:
    bulk(house, 35)
    house.record.publish("mine", "我的", urgent=True)
    with house.store.writer() as writer:
        follower(house, writer).step()
        assert house.indexed().keys() == {"mine", *(f"bulk{n:03}" for n in range(BATCH))}


def test_the_durable_cursor_stays_at_the_feeds_head_when_an_urgent_change_overtakes(house: House) -> None:
    bulk(house, 35)
    house.record.publish("mine", "我的", urgent=True)
    with house.store.writer() as writer:
        follower(house, writer).step()
        assert writer.feed_cursor == BATCH


def test_nothing_is_skipped_when_the_follower_is_replaced_after_an_overtaking(house: House) -> None:
    bulk(house, 35)
    house.record.publish("mine", "我的", urgent=True)
    with house.store.writer() as writer:
        follower(house, writer).step()
    with house.store.writer() as writer:
        assert follower(house, writer).catch_up() == 36 - BATCH
    assert len(house.indexed()) == 36
    assert house.store.state().feed_cursor == 36


def test_an_urgent_change_is_applied_early_once(house: House) -> None:
    bulk(house, 35)
    house.record.publish("mine", "我的", urgent=True)
    with house.store.writer() as writer:
        one = follower(house, writer)
        one.step()
        one.step()
        early = [batch for batch in house.assembler.batches if "mine" in batch]
        assert early == [["mine"]]


def test_a_withdrawal_overtakes_too_and_the_older_publication_does_not_bring_it_back(house: House) -> None:
    house.record.publish("gone", "旧货")
    bulk(house, 25)
    house.record.withdraw("gone")
    with house.store.writer() as writer:
        follower(house, writer).catch_up()
    assert "gone" not in house.indexed()


def test_a_poison_change_does_not_stop_the_cursor(house: House) -> None:
    house.record.publish("a", "毒药", urgent=True)
    house.record.publish("b", "水杯", urgent=True)
    with house.store.writer() as writer:
        follower(house, writer).catch_up()
    assert house.indexed() == {"b": 1}
    assert house.store.state().feed_cursor == 2
    assert {entry[0] for entry in house.letters.entries} == {"a"}


def test_text_goes_before_vectors_and_vectors_come_in_chunks(house: House) -> None:
    bulk(house, 10)
    encoder = FakeEncoder()
    with house.store.writer() as writer:
        one = follower(house, writer, encoder)
        assert one.step() is True
        assert encoder.chunks == []
        while one.step():
            pass
    assert encoder.chunks == [4, 4, 2]
    assert len(house.store.state().vectors) == 10


def test_changes_that_come_while_vectors_are_made_go_first(house: House) -> None:
    bulk(house, 10)
    encoder = FakeEncoder()
    with house.store.writer() as writer:
        one = follower(house, writer, encoder)
        one.step()
        one.step()
        house.record.publish("mine", "我的", urgent=True)
        one.step()
        assert "mine" in house.indexed()
        assert encoder.chunks == [4]


def test_without_an_encoder_listings_are_searchable_by_text_alone(house: House) -> None:
    bulk(house, 3)
    with house.store.writer() as writer:
        one = follower(house, writer)
        assert one.step() is True
        assert one.step() is False
    assert len(house.indexed()) == 3


def test_a_writer_that_was_lost_to_another_ends_the_follower_so_that_it_is_taken_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.record.publish("a", "水杯")
    with house.store.writer() as writer:

        def lost(*_: object) -> None:
            raise WriterBusy("写锁已被另一个进程接管")

        monkeypatch.setattr(writer, "apply", lost)
        with pytest.raises(WriterBusy, match="接管"):
            follower(house, writer).run(threading.Event())
    assert house.letters.entries == []


def test_a_round_that_fails_is_tried_again_and_the_follower_lives(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.record.publish("a", "水杯")
    read, failures, stop = house.record.after, [1, 1], threading.Event()

    def locked(cursor: int, *, limit: int) -> object:
        if failures:
            failures.pop()
            raise OSError("database is locked")
        return read(cursor, limit=limit)

    monkeypatch.setattr(house.record, "after", locked)
    with house.store.writer() as writer:
        thread = threading.Thread(target=follower(house, writer).run, args=(stop,))
        thread.start()
        for _ in range(500):
            if house.indexed():
                break
            stop.wait(0.01)
        stop.set()
        thread.join(timeout=5)
    assert house.indexed() == {"a": 1}


def test_encode_pending_gives_how_many_and_never_more_than_it_may(house: House) -> None:
    bulk(house, 10)
    encoder, told = FakeEncoder(), []
    with house.store.writer() as writer:
        follower(house, writer).catch_up()
        assert encode_pending(writer, encoder, chunk=3, chunks_max=2, progress=told.append) == 6
        assert encode_pending(writer, encoder, chunk=3) == 4
        assert encode_pending(writer, encoder, chunk=3) == 0
    assert encoder.chunks == [3, 3, 3, 1]
    assert told == [3, 3]


def test_dead_letters_are_lines_that_can_be_read_again(tmp_path: Path) -> None:
    letters = DeadLetterFile(tmp_path / "dead.jsonl", clock=FixedClock(1_700_000_000))
    assert letters.read() == []
    letters.add(offer_id="a", sequence=3, reason="标题\n换行")
    letters.add(offer_id="b", sequence=4, reason="x")
    assert letters.read() == [
        {"at": 1_700_000_000, "offer_id": "a", "sequence": 3, "reason": "标题\n换行"},
        {"at": 1_700_000_000, "offer_id": "b", "sequence": 4, "reason": "x"},
    ]
