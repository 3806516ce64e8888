"""The record, opened: use cases and reads over one database in the home directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from catalog_service.adapters.admin_key import KeyAuthenticator, ensure_admin_key
from catalog_service.adapters.files.open import open_source
from catalog_service.adapters.files.rejects import RejectsWriter
from catalog_service.adapters.sql.engine import open_engine
from catalog_service.adapters.sql.migrate import migrate
from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers import ContentRules, Normaliser
from catalog_service.domain.prohibited import ProhibitedWords, WordRule
from catalog_service.ports.credit import CreditFormula
from catalog_service.reads.catalog import SqlCatalog
from catalog_service.reads.changes import SqlChangeFeed
from catalog_service.reads.offers import OfferReads
from catalog_service.reads.suppliers import SupplierReads
from catalog_service.use_cases.deeds import Deeds
from catalog_service.use_cases.import_offers import ImportOffers, ImportProgress, ImportReport
from catalog_service.use_cases.lift_takedown import LiftTakedown
from catalog_service.use_cases.load_catalog import LoadCatalog
from catalog_service.use_cases.publish_offer import PublishOffer
from catalog_service.use_cases.record_credit_event import RecordCreditEvent
from catalog_service.use_cases.register_supplier import RegisterSupplier
from catalog_service.use_cases.revise_offer import ReviseOffer
from catalog_service.use_cases.revise_supplier import ReviseSupplier
from catalog_service.use_cases.takedown_offer import TakedownOffer
from catalog_service.use_cases.withdraw_offer import WithdrawOffer
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.ids import IdSource

DATABASE_NAME = "record.sqlite3"
KEY_NAME = "admin.key"
LOCK_NAME = "record.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The room's service object. Thread-safe; several processes may hold one over the same home."""

    engine: sa.Engine
    ids: IdSource
    publish_offer: PublishOffer
    revise_offer: ReviseOffer
    withdraw_offer: WithdrawOffer
    takedown_offer: TakedownOffer
    lift_takedown: LiftTakedown
    register_supplier: RegisterSupplier
    revise_supplier: ReviseSupplier
    record_credit_event: RecordCreditEvent
    import_offers: ImportOffers
    load_catalog: LoadCatalog
    changes: SqlChangeFeed
    catalog: SqlCatalog
    offers: OfferReads
    suppliers: SupplierReads
    authenticator: KeyAuthenticator
    admin_key: str = field(repr=False)  # must not end in a log

    def import_file(
        self,
        path: Path,
        *,
        mapping: Mapping[str, str] | None = None,
        progress: Callable[[ImportProgress], None] = lambda _: None,
        actor: str = "cli",
    ) -> ImportReport:
        """Import a file by its name; refused rows go to ``<file>.rejects.jsonl`` beside it."""
        return self.import_offers(
            source=open_source(path),
            rejects=RejectsWriter(path),
            request=DeedRequest(actor=actor),
            mapping=mapping,
            progress=progress,
        )

    def close(self) -> None:
        """Give the file handles back."""
        self.engine.dispose()


def open_record(
    path: Path,
    *,
    clock: Clock,
    ids: IdSource,
    normaliser: Normaliser,
    credit_formula: CreditFormula,
    prohibited: Sequence[WordRule] = (),
) -> Record:
    """Open (make, migrate) the record in the home directory ``path``; safe when several processes start at once."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"无法使用数据目录 {path}：{error.strerror or error}", code="home_unusable") from error
    engine = open_engine(path / DATABASE_NAME)
    migrate(engine, lock_path=path / LOCK_NAME)
    words = ProhibitedWords(prohibited, normaliser=normaliser)
    rules = ContentRules(normaliser=normaliser, prohibited=words)
    store = SqlRecordStore(engine)
    deeds = Deeds(store=store, clock=clock, ids=ids)
    return Record(
        engine=engine,
        ids=ids,
        publish_offer=PublishOffer(deeds=deeds, rules=rules),
        revise_offer=ReviseOffer(deeds=deeds, rules=rules),
        withdraw_offer=WithdrawOffer(deeds=deeds),
        takedown_offer=TakedownOffer(deeds=deeds),
        lift_takedown=LiftTakedown(deeds=deeds),
        register_supplier=RegisterSupplier(deeds=deeds, prohibited=words),
        revise_supplier=ReviseSupplier(deeds=deeds, prohibited=words),
        record_credit_event=RecordCreditEvent(deeds=deeds, formula=credit_formula),
        import_offers=ImportOffers(store=store, clock=clock, rules=rules),
        load_catalog=LoadCatalog(deeds=deeds, rules=rules, formula=credit_formula),
        changes=SqlChangeFeed(engine),
        catalog=SqlCatalog(engine),
        offers=OfferReads(engine),
        suppliers=SupplierReads(engine),
        authenticator=KeyAuthenticator(engine),
        admin_key=ensure_admin_key(engine, path=path / KEY_NAME, clock=clock, ids=ids),
    )
