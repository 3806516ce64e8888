"""Bring listings from a file: good rows land, bad ones are reported by line, a kill loses at most one batch of work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from catalog_service.domain.deeds import AuditNote, DeedRequest, Subject
from catalog_service.domain.offers.content import ContentRules
from catalog_service.domain.offers.listing_columns import ColumnMap
from catalog_service.domain.offers.listing_rows import ListingDraft, row_of
from catalog_service.domain.offers.sku_rows import SkuRow
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.domain.suppliers.profile import SupplierDraft, accept_supplier
from catalog_service.ports.listings import ListingSource, RejectedRow, RejectsFile, SourceRow
from catalog_service.ports.record import ImportRun, RecordStore, RecordTransaction
from catalog_service.use_cases.offers.land_offers import Landing, land_offers
from kernel.clock import Clock
from kernel.errors import PifaError
from kernel.ids import IdSource, validate_id

BATCH_ROWS = 500  # about 15 ms inside the transaction, so that a person's write beside it waits under 50 ms
SUPPLIERS_REMEMBERED = 10_000  # accepted drafts: rows of one supplier repeat it


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """Where an import stands. ``fraction`` of the file in [0, 1]; ``resumed_rows`` were done by an earlier run."""

    rows: int
    created: int
    revised: int
    unchanged: int
    rejected: int
    fraction: float
    resumed_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the file. ``samples`` are the first rejections; all of them are in ``rejects_path``."""

    progress: ImportProgress
    ignored_columns: tuple[str, ...]
    rejects_path: str | None
    samples: tuple[RejectedRow, ...]


SAMPLES_MAX = 10  # as many as fit under a progress bar


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOffers:
    """Idempotent by content; resumable by the file's digest and mapping, committed with each batch."""

    store: RecordStore
    clock: Clock
    ids: IdSource
    rules: ContentRules
    sku_rules: SkuRules

    def __call__(
        self,
        *,
        source: ListingSource,
        rejects: RejectsFile,
        request: DeedRequest,
        mapping: Mapping[str, str] | None = None,
        progress: Callable[[ImportProgress], None] = lambda _: None,
    ) -> ImportReport:
        columns = ColumnMap(mapping, columns=source.columns)
        run, resumed_rows = self._begin(source, mapping or {})
        rejects.begin(length=run.rejects_bytes)
        samples: list[RejectedRow] = []
        reader = _Reader(rules=self.rules, columns=columns)
        rows = source.rows(skip=run.rows_done)
        while batch := list(islice(rows, BATCH_ROWS)):
            run, rejected = self._land(batch, reader, rejects, run)
            samples.extend(rejected[: SAMPLES_MAX - len(samples)])
            progress(_progress(run, source, resumed_rows))
        self._finish(run, request)
        return ImportReport(
            progress=_progress(run, source, resumed_rows),
            ignored_columns=columns.ignored,
            rejects_path=rejects.name if run.rejected else None,
            samples=tuple(samples),
        )

    def _begin(self, source: ListingSource, mapping: Mapping[str, str]) -> tuple[ImportRun, int]:
        now = self.clock.now()
        run_id = _run_id(source, mapping)

        def begin(transaction: RecordTransaction) -> tuple[ImportRun, int]:
            known = transaction.import_run(run_id)
            if known is not None and known.finished_at is None:
                return known, known.rows_done
            # A finished import starts over: its rows are compared by content, so what is the same stays untouched.
            run = ImportRun(run_id=run_id, file_name=source.name, started_at=now)
            transaction.save_import_run(run, previous=known, at=now)
            return run, 0

        return self.store.write(begin)

    def _land(
        self, batch: list[SourceRow], reader: _Reader, rejects: RejectsFile, run: ImportRun
    ) -> tuple[ImportRun, list[RejectedRow]]:
        """One batch, one transaction: listings, outbox and the run's position stand or fall together."""
        unreadable: list[RejectedRow] = []
        accepted = list(reader.accepted(batch, unreadable))
        listings = [listing for _, listing in accepted]
        now = self.clock.now()

        def land(transaction: RecordTransaction) -> tuple[ImportRun, list[RejectedRow]]:
            landing = land_offers(transaction, listings, rules=self.sku_rules, ids=self.ids, now=now)
            refused = [_rejection(accepted[position][0], error) for position, error in landing.refused]
            rejected = sorted([*unreadable, *refused], key=lambda row: row.line)
            length = run.rejects_bytes
            if rejected:
                rejects.begin(length=length)  # what an attempt before this one wrote is none of it
                length = rejects.append(rejected)
            after = _after(run, len(batch), landing, len(rejected), length)
            transaction.save_import_run(after, previous=run, at=now)
            return after, rejected

        return self.store.write(land)

    def _finish(self, run: ImportRun, request: DeedRequest) -> None:
        now = self.clock.now()
        facts: dict[str, int | float | str] = {
            "file": run.file_name, "rows": run.rows_done, "created": run.created, "revised": run.revised,
            "unchanged": run.unchanged, "rejected": run.rejected,
        }  # fmt: skip
        note = AuditNote(
            actor=request.actor, deed="import_offers", subject=Subject.IMPORT, subject_id=run.run_id, version=1,
            facts=facts,
        )  # fmt: skip

        def finish(transaction: RecordTransaction) -> None:
            transaction.save_import_run(replace(run, finished_at=now), previous=run, at=now)
            transaction.write_audit([note], at=now)

        self.store.write(finish)


class _Reader:
    """Rows -> accepted listings, the refused ones set aside. Outside any transaction."""

    def __init__(self, *, rules: ContentRules, columns: ColumnMap) -> None:
        self._rules = rules
        self._columns = columns
        self._suppliers: dict[SupplierDraft, SupplierDraft] = {}

    def accepted(
        self, batch: list[SourceRow], rejected: list[RejectedRow]
    ) -> Iterator[tuple[SourceRow, ListingDraft | SkuRow]]:
        for row in batch:
            if row.fault:
                rejected.append(
                    RejectedRow(
                        line=row.line, reason=row.fault, parameter="", code="unreadable", row=row.raw or row.values
                    )
                )
                continue
            try:
                accepted = self._accepted(row_of(row.values, self._columns))
            except PifaError as error:
                rejected.append(_rejection(row, error))
                continue
            yield row, accepted

    def _accepted(self, said: ListingDraft | SkuRow) -> ListingDraft | SkuRow:
        """What is said of SKUs is held against the offer, in the transaction that has it."""
        if isinstance(said, SkuRow):
            validate_id(said.offer_id, parameter="offer_id")
            return said
        supplier = None if said.supplier is None else self._supplier(said.supplier)
        offer = self._rules.accept(said.offer)
        self._rules.require_pictures(offer)
        return replace(said, offer=offer, supplier=supplier)

    def _supplier(self, draft: SupplierDraft) -> SupplierDraft:
        known = self._suppliers.get(draft)
        if known is None:
            if len(self._suppliers) >= SUPPLIERS_REMEMBERED:
                self._suppliers.clear()
            known = self._suppliers[draft] = accept_supplier(draft, prohibited=self._rules.prohibited)
        return known


def _rejection(row: SourceRow, error: PifaError) -> RejectedRow:
    return RejectedRow(
        line=row.line, reason=error.message, parameter=error.parameter or "", code=error.code, row=row.values
    )


def _after(run: ImportRun, rows: int, landing: Landing, rejected: int, rejects_bytes: int) -> ImportRun:
    return replace(
        run,
        rows_done=run.rows_done + rows,
        created=run.created + landing.created,
        revised=run.revised + landing.revised,
        unchanged=run.unchanged + landing.unchanged,
        rejected=run.rejected + rejected,
        rejects_bytes=rejects_bytes,
    )


def _progress(run: ImportRun, source: ListingSource, resumed_rows: int) -> ImportProgress:
    return ImportProgress(
        rows=run.rows_done,
        created=run.created,
        revised=run.revised,
        unchanged=run.unchanged,
        rejected=run.rejected,
        fraction=source.fraction_read(),
        resumed_rows=resumed_rows,
    )


def _run_id(source: ListingSource, mapping: Mapping[str, str]) -> str:
    digest = hashlib.blake2b(source.digest().encode(), digest_size=16)
    digest.update(json.dumps(sorted(mapping.items()), ensure_ascii=True).encode())
    return digest.hexdigest()
