"""Makes the partitions that are missing, stale or damaged; those that are whole stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from indexer.prepared.files import PreparedFolder
from indexer.prepared.make import Made, PartitionMaker
from indexer.prepared.partitions import PARTITION_LISTINGS, Partition, partitions
from indexer.rebuild import SCAN_BATCH
from indexer.stages.listing import Listing
from kernel.changes import Catalog

Progress = Callable[[int], None]
# Gives what is made of the partitions, in any order, as soon as each is done.
Executor = Callable[[Sequence[Partition]], Iterator[Made]]


def made_here(maker: PartitionMaker) -> Executor:
    """One after the other in this process."""
    return partial(map, maker.make)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Partitions after a run. ``changed``: their listings were revised while it ran, so the next run makes them."""

    whole: int
    made: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """The use case. ``fingerprint`` names the encoder and everything that cuts text."""

    catalog: Catalog
    folder: PreparedFolder
    fingerprint: str
    listings: int = PARTITION_LISTINGS

    def plan(self, *, progress: Progress) -> list[Partition]:
        """All partitions of the catalog as it is now; constant memory but for them."""
        return list(partitions(self._read(progress), fingerprint=self.fingerprint, listings=self.listings))

    def missing(self, plan: Sequence[Partition]) -> list[Partition]:
        """Those that have no file, or one that is not as it was written."""
        wanted = {partition.key for partition in plan}
        seals = (seal for seal in self.folder.seals(fingerprint=self.fingerprint) if seal.key in wanted)
        whole = {seal.key for seal in seals if self.folder.read(seal) is not None}
        return [partition for partition in plan if partition.key not in whole]

    def run(
        self, plan: Sequence[Partition], missing: Sequence[Partition], execute: Executor, *, progress: Progress
    ) -> Prepared:
        """Write each as it is made, remove what is of no use any more."""
        open_ = {partition.key: partition for partition in missing}
        for made in execute(missing):
            if partition := open_.pop(made.key, None):
                self.folder.write(partition, made, fingerprint=self.fingerprint)
                progress(partition.count)
        self.folder.keep({partition.key for partition in plan} - open_.keys())
        return Prepared(whole=len(plan) - len(missing), made=len(missing) - len(open_), changed=len(open_))

    def _read(self, progress: Progress) -> Iterator[Sequence[Listing]]:
        for batch in self.catalog.live_offers(batch_size=SCAN_BATCH):
            yield batch
            progress(len(batch))
