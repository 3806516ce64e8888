"""Listings prepared in bulk: what is whole stays, what is not is made anew, nothing stale is used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from indexer.prepared.files import PreparationBusy, PreparedFolder
from indexer.prepared.make import Made, PartitionMaker
from indexer.prepared.partitions import Partition, partitions
from indexer.prepared.prepare import Executor, Preparation, Prepared, made_here
from indexer.prepared.use import PreparedAssembler, PreparedEncoder, PreparedListings
from kernel.offers import Supplier
from tests.indexer.fakes import FakeAssembler, FakeEncoder, FakeRecord

LISTINGS, SIZE = 100, 10


class TextEncoder(FakeEncoder):
    """A vector of each text of its own; remembers the texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode_documents(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> np.ndarray:
        self.texts += texts
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") for text in texts]
        return np.array([np.random.default_rng(seed).random(4) for seed in seeds], np.float32).reshape(-1, 4)


@dataclass
class Workshop:
    """A record of a hundred listings, and a folder to prepare them in."""

    folder: PreparedFolder
    record: FakeRecord = field(default_factory=FakeRecord)
    assembler: FakeAssembler = field(default_factory=FakeAssembler)
    encoder: TextEncoder = field(default_factory=TextEncoder)
    fingerprint: str = "fake/1"

    def __post_init__(self) -> None:
        for number in range(LISTINGS):
            self.record.publish(f"{number:03}", f"货{number}", supplier_id="s")
        self.record.put_supplier(Supplier(supplier_id="s", name="厂"))

    def preparation(self) -> Preparation:
        return Preparation(catalog=self.record, folder=self.folder, fingerprint=self.fingerprint, listings=SIZE)

    def plan(self) -> list[Partition]:
        return self.preparation().plan(progress=lambda _: None)

    def maker(self) -> PartitionMaker:
        return PartitionMaker(
            catalog=self.record, assembler=self.assembler, encoder=self.encoder, fingerprint=self.fingerprint
        )

    def prepare(self, execute: Executor | None = None) -> Prepared:
        preparation, plan = self.preparation(), self.plan()
        with self.folder.writing():
            return preparation.run(
                plan, preparation.missing(plan), execute or made_here(self.maker()), progress=lambda _: None
            )

    def prepared(self) -> PreparedListings:
        return PreparedListings(self.folder, fingerprint=self.fingerprint)

    def files(self) -> dict[str, int]:
        """Name -> when it was written."""
        return {
            path.name: path.stat().st_mtime_ns for path in self.folder.directory.glob("*.*") if "lock" not in path.name
        }


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(PreparedFolder(tmp_path / "prepared"))


def test_partitions_hold_every_listing_once_in_order(shop: Workshop) -> None:
    plan = shop.plan()
    assert sum(partition.count for partition in plan) == LISTINGS
    assert max(partition.count for partition in plan) <= 2 * SIZE
    assert [p.after_id for p in plan] == ["", *(p.last_id for p in plan[:-1])]
    assert len({p.key for p in plan}) == len(plan) > 3


def test_a_listing_that_comes_or_goes_changes_its_own_partition_alone(shop: Workshop) -> None:
    before = {p.key for p in shop.plan()}
    inside = next(p for p in shop.plan() if p.count > 2)
    shop.record.withdraw(f"{int(inside.last_id) - 1:03}")
    after = {p.key for p in shop.plan()}
    assert len(before - after) == len(after - before) == 1


def test_a_changed_supplier_changes_the_key_and_so_does_another_fingerprint(shop: Workshop) -> None:
    listings = [next(shop.record.live_offers(batch_size=5))]
    one = next(partitions(listings, fingerprint="a"))
    assert one == next(partitions(listings, fingerprint="a"))
    assert one.key != next(partitions(listings, fingerprint="b")).key
    shop.record.put_supplier(Supplier(supplier_id="s", name="改名"))
    assert one.key != next(partitions([next(shop.record.live_offers(batch_size=5))], fingerprint="a")).key


def test_a_second_run_makes_nothing_and_a_first_one_all(shop: Workshop) -> None:
    count = len(shop.plan())
    assert shop.prepare() == Prepared(whole=0, made=count, changed=0)
    written = shop.files()
    assert len(written) == 2 * count
    assert shop.prepare() == Prepared(whole=count, made=0, changed=0)
    assert shop.files() == written
    assert len(shop.encoder.texts) == LISTINGS


def test_a_run_that_ends_in_the_middle_is_taken_up_without_repeating_what_is_whole(shop: Workshop) -> None:
    def dying(missing: Sequence[Partition]) -> Iterator[Made]:
        yield from map(shop.maker().make, missing[:3])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.prepare(dying)
    written = shop.files()
    assert len(written) == 6
    done = shop.prepare()
    assert (done.whole, done.made) == (3, len(shop.plan()) - 3)
    assert written.items() <= shop.files().items()
    assert len(shop.encoder.texts) == LISTINGS


@pytest.mark.parametrize("place", [0, 100, -1])
def test_a_flipped_byte_is_found_and_that_partition_made_anew(shop: Workshop, place: int) -> None:
    shop.prepare()
    written = shop.files()
    victim = shop.folder.directory / f"{shop.plan()[1].key}.parquet"
    content = bytearray(victim.read_bytes())
    content[place] ^= 1
    victim.write_bytes(content)
    lost = shop.plan()[1].count
    assert (shop.prepared().damaged, shop.prepared().count) == (1, LISTINGS - lost)
    assert shop.prepare().made == 1
    content[place] ^= 1
    assert victim.read_bytes() == bytes(content)
    assert len([name for name, when in shop.files().items() if written[name] != when]) == 2
    assert shop.prepared().damaged == 0


def test_a_file_without_its_seal_and_an_unreadable_seal_are_made_anew(shop: Workshop) -> None:
    shop.prepare()
    first, second, *_ = shop.plan()
    (shop.folder.directory / f"{first.key}.json").unlink()
    (shop.folder.directory / f"{second.key}.json").write_text("{")
    assert shop.prepare().made == 2


def test_what_is_of_no_use_any_more_is_removed(shop: Workshop) -> None:
    shop.prepare()
    (shop.folder.directory / "half.parquet.new").write_bytes(b"half")
    shop.record.publish("050", "改过")
    stale = {p.key for p in shop.plan()}
    assert shop.prepare().made == 1
    assert {name.partition(".")[0] for name in shop.files()} == stale


def test_a_partition_that_changes_while_it_is_made_is_left_for_the_next_run(shop: Workshop) -> None:
    def moving(missing: Sequence[Partition]) -> Iterator[Made]:
        shop.record.publish(missing[0].last_id, "改过")
        yield from map(shop.maker().make, missing)

    done = shop.prepare(moving)
    assert done.changed == 1
    assert done.made == len(shop.plan()) - 1
    assert shop.prepare() == Prepared(whole=done.made, made=1, changed=0)


def test_two_runs_at_once_are_refused(shop: Workshop) -> None:
    with shop.folder.writing(), pytest.raises(PreparationBusy), shop.folder.writing():
        pass


def test_documents_come_from_what_was_prepared_and_the_changed_ones_are_assembled(shop: Workshop) -> None:
    shop.prepare()
    shop.record.publish("007", "改过")
    shop.record.publish("999", "新货")
    shop.assembler.batches.clear()
    listings = [listing for batch in shop.record.live_offers(batch_size=64) for listing in batch]
    documents = PreparedAssembler(shop.prepared(), shop.assembler).documents(listings)
    assert shop.assembler.batches == [["007", "999"]]
    assert documents == FakeAssembler().documents(listings)


def test_a_vector_is_used_only_for_the_text_that_it_was_made_of(shop: Workshop) -> None:
    shop.prepare()
    shop.encoder.texts.clear()
    told: list[int] = []
    texts = ["货7", "改过", "货99", "货7", "\ud800"]
    encoder = PreparedEncoder(shop.prepared(), TextEncoder())
    with pytest.raises(UnicodeEncodeError):  # only the fake encoder minds; a lone surrogate is looked up all the same
        encoder.encode_documents(texts)
    vectors = PreparedEncoder(shop.prepared(), shop.encoder).encode_documents(texts[:4], progress=told.append)
    assert shop.encoder.texts == ["改过"]
    assert told[0] == 3
    np.testing.assert_array_equal(vectors, TextEncoder().encode_documents(texts[:4]))


def test_another_fingerprint_sees_nothing(shop: Workshop) -> None:
    shop.prepare()
    assert PreparedListings(shop.folder, fingerprint="fake/2").count == 0


def test_files_that_another_run_removed_meanwhile_are_made_by_the_rebuild_itself(shop: Workshop) -> None:
    shop.prepare()
    prepared = shop.prepared()
    shop.folder.keep(set())
    listings = next(shop.record.live_offers(batch_size=LISTINGS))
    assert PreparedAssembler(prepared, shop.assembler).documents(listings) == FakeAssembler().documents(listings)


def test_without_an_encoder_documents_alone_are_prepared(shop: Workshop) -> None:
    maker = PartitionMaker(catalog=shop.record, assembler=shop.assembler, encoder=None, fingerprint="fake/1")
    assert shop.prepare(made_here(maker)).made == len(shop.plan())
    assert shop.prepared().count == LISTINGS
