"""The record, opened: use cases and reads over one database in the home directory."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from catalog_service.adapters.admin_key import ensure_admin_key
from catalog_service.adapters.bearer import BearerAuthenticator
from catalog_service.adapters.files.open import open_source
from catalog_service.adapters.files.rejects import RejectsWriter
from catalog_service.adapters.gateway.sandbox import SandboxPaymentGateway
from catalog_service.adapters.mail import FolderMailer
from catalog_service.adapters.pictures.objects import open_pictures, open_scans
from catalog_service.adapters.pictures.pillow import PillowPictures
from catalog_service.adapters.sealing import FernetSeals, keys_of
from catalog_service.adapters.sql.engine import dialect_of, open_engine, refuse_unfit
from catalog_service.adapters.sql.migrate import migrate
from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers.content import ContentRules, Normaliser
from catalog_service.domain.offers.prohibited import ProhibitedWords, WordRule
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.ordering import Ordering, OrderingParts, open_ordering
from catalog_service.people import People, gather_people
from catalog_service.ports.credit import CreditFormula
from catalog_service.ports.mail import Mailer
from catalog_service.reads.bulk_edits import BulkEditReads
from catalog_service.reads.carts import CartReads
from catalog_service.reads.catalog import SqlCatalog
from catalog_service.reads.changes import SqlChangeFeed
from catalog_service.reads.files import FileReads
from catalog_service.reads.offers import OfferReads
from catalog_service.reads.prices import PriceReads
from catalog_service.reads.revisions import RevisionReads
from catalog_service.reads.seller_desk import SellerDeskReads
from catalog_service.reads.suppliers import SupplierReads
from catalog_service.use_cases.carts.forget_carts import ForgetCarts
from catalog_service.use_cases.carts.keep_cart import KeepCart
from catalog_service.use_cases.carts.quick_order import QuickOrder
from catalog_service.use_cases.deeds import Deeds
from catalog_service.use_cases.offers.decide_revision import DecideRevision
from catalog_service.use_cases.offers.edit_many import EditMany
from catalog_service.use_cases.offers.import_offers import ImportOffers, ImportProgress, ImportReport
from catalog_service.use_cases.offers.lift_takedown import LiftTakedown
from catalog_service.use_cases.offers.load_catalog import LoadCatalog
from catalog_service.use_cases.offers.move_offer import MoveOffer
from catalog_service.use_cases.offers.publish_offer import PublishOffer
from catalog_service.use_cases.offers.revise_offer import ReviseOffer
from catalog_service.use_cases.offers.save_draft import SaveDraft
from catalog_service.use_cases.offers.takedown_offer import TakedownOffer
from catalog_service.use_cases.offers.withdraw_offer import WithdrawOffer
from catalog_service.use_cases.offers.withdraw_revision import WithdrawRevision
from catalog_service.use_cases.pictures.upload_picture import Pictures
from catalog_service.use_cases.prices.keep_freight import KeepFreight
from catalog_service.use_cases.prices.keep_groups import KeepGroups
from catalog_service.use_cases.prices.price_order import PriceOrder
from catalog_service.use_cases.prices.set_supplier_terms import SetSupplierTerms
from catalog_service.use_cases.stock.announce_stock import AnnounceStock
from catalog_service.use_cases.stock.change_stock import ChangeStock
from catalog_service.use_cases.suppliers.record_credit_event import RecordCreditEvent
from catalog_service.use_cases.suppliers.register_supplier import RegisterSupplier
from catalog_service.use_cases.suppliers.revise_supplier import ReviseSupplier
from catalog_service.use_cases.upkeep.remove_unused_files import PICTURE_NAME, SCAN_NAME, KeptFiles, RemoveUnusedFiles
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.ids import IdSource

KEY_NAME = "admin.key"
MAIL_NAME = "mail"  # the folder that mails go to when no server is named
SITE_URL = "http://127.0.0.1:8000"
PICTURES_NAME = "pictures"  # the folder of pictures in the home, unless they are kept elsewhere
DOCUMENTS_NAME = "documents"  # the folder of scans, likewise; served to their company and the market alone
SEALING_NAME = "sealing.keys"  # keys that seal secrets of second factors, unless the settings name some
LOCK_NAME = "record.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The room's service object. Thread-safe; several processes may hold one over the same home."""

    engine: sa.Engine
    database: str  # which one it is in, for people
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
    seller_desk: SellerDeskReads
    people: People
    authenticator: BearerAuthenticator
    pictures: Pictures
    remove_unused: Mapping[str, RemoveUnusedFiles]
    save_draft: SaveDraft
    edit_many: EditMany
    bulk_edits: BulkEditReads
    move_offer: MoveOffer
    revisions: RevisionReads
    decide_revision: DecideRevision
    withdraw_revision: WithdrawRevision
    keep_cart: KeepCart
    quick_order: QuickOrder
    forget_carts: ForgetCarts
    carts: CartReads
    price_order: PriceOrder
    prices: PriceReads
    keep_groups: KeepGroups
    keep_freight: KeepFreight
    set_supplier_terms: SetSupplierTerms
    change_stock: ChangeStock
    announce_stock: AnnounceStock
    ordering: Ordering
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
        self.ordering.close()
        self.engine.dispose()


def open_record(
    path: Path,
    *,
    database_url: str = "",
    clock: Clock,
    ids: IdSource,
    normaliser: Normaliser,
    credit_formula: CreditFormula,
    prohibited: Sequence[WordRule] = (),
    mailer: Mailer | None = None,
    site_url: str = SITE_URL,
    mail_language: str = "zh",
    audit_offers: bool = False,
    ordering: OrderingParts | None = None,
    pictures_url: str = "",
    pictures_settings: Mapping[str, str] | None = None,
    documents_url: str = "",
    sealing_keys: Sequence[str] = (),
    unused_files_days: int = 0,
) -> Record:
    """Open (make, migrate) the record of the home directory ``path``: in the database that ``database_url`` names, else
    in a SQLite file there. Safe when several processes start at once. Mails go through ``mailer``, else into a folder
    of the home; their links lead to ``site_url``; those to members who did not say a
    language are in ``mail_language``. Without ``ordering`` payments go to a sandbox that forgets.
    ``sealing_keys``: the first seals, each opens; without any a file of the home has them. ``unused_files_days``: how
    long pictures and scans that nothing names are kept (0: for ever)."""
    seals = _seals_of(path, sealing_keys)
    engine, admin_key = _open_database(path, database_url, clock=clock, ids=ids)
    stored = open_pictures(path / PICTURES_NAME, url=pictures_url, settings=pictures_settings)
    pictures = Pictures(maker=PillowPictures(), store=KeptFiles(store=stored))
    tools = _tools(
        engine, clock, ids, normaliser, prohibited, has_picture=pictures.has, credit=credit_formula,
        audited=audit_offers, language=mail_language,
    )  # fmt: skip
    deeds, files = tools.deeds, FileReads(engine)
    scans = open_scans(path / DOCUMENTS_NAME, url=documents_url, settings=pictures_settings)
    remove = partial(RemoveUnusedFiles, clock=clock, grace_days=unused_files_days)
    people = gather_people(
        engine,
        deeds=deeds,
        prohibited=tools.words,
        mailer=mailer or FolderMailer(folder=path / MAIL_NAME),
        site_url=site_url.rstrip("/"),
        seals=seals,
        scans=KeptFiles(store=scans),
    )
    return _gather_record(
        engine,
        tools,
        people=people,
        pictures=pictures,
        remove_unused={
            "pictures": remove(store=stored, used=files.pictures, name=PICTURE_NAME),
            "documents": remove(store=scans, used=files.scans, name=SCAN_NAME),
        },
        ordering=open_ordering(engine, deeds, ordering or _sandbox(clock), home=path, seals=seals),
        admin_key=admin_key,
    )


def _seals_of(path: Path, sealing_keys: Sequence[str]) -> FernetSeals:
    """With these keys, else with those of the home, which is made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"无法使用数据目录 {path}：{error.strerror or error}", code="home_unusable") from error
    return FernetSeals(tuple(sealing_keys) or keys_of(path / SEALING_NAME))


def _open_database(path: Path, database_url: str, *, clock: Clock, ids: IdSource) -> tuple[sa.Engine, str]:
    """Made and migrated, and the administrator's key to it."""
    engine = open_engine(database_url, home=path)
    try:
        refuse_unfit(engine)
        migrate(engine, lock_path=path / LOCK_NAME)
        return engine, ensure_admin_key(engine, path=path / KEY_NAME, clock=clock, ids=ids)
    except BaseException:
        engine.dispose()
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    """What deeds are done with. ``audited``: whether offers wait for the market's people."""

    deeds: Deeds
    words: ProhibitedWords
    rules: ContentRules
    sku_rules: SkuRules
    credit: CreditFormula
    audited: bool


def _tools(
    engine: sa.Engine,
    clock: Clock,
    ids: IdSource,
    normaliser: Normaliser,
    prohibited: Sequence[WordRule],
    *,
    has_picture: Callable[[str], bool],
    credit: CreditFormula,
    audited: bool,
    language: str,
) -> _Tools:
    words = ProhibitedWords(prohibited, normaliser=normaliser)
    return _Tools(
        deeds=Deeds(store=SqlRecordStore(engine), clock=clock, ids=ids, language=language),
        words=words,
        rules=ContentRules(normaliser=normaliser, prohibited=words, has_picture=has_picture),
        sku_rules=SkuRules(prohibited=words),
        credit=credit,
        audited=audited,
    )


def _gather_record(
    engine: sa.Engine,
    tools: _Tools,
    *,
    people: People,
    pictures: Pictures,
    remove_unused: Mapping[str, RemoveUnusedFiles],
    ordering: Ordering,
    admin_key: str,
) -> Record:
    """The deeds and reads of offers, suppliers, prices, stock and carts beside what is there already."""
    deeds, rules, sku_rules = tools.deeds, tools.rules, tools.sku_rules
    edit_many = EditMany(deeds=deeds, rules=rules)
    return Record(
        engine=engine,
        database=dialect_of(engine).name(engine),
        ids=deeds.ids,
        publish_offer=PublishOffer(deeds=deeds, rules=rules, sku_rules=sku_rules, audited=tools.audited),
        revise_offer=ReviseOffer(deeds=deeds, rules=rules, sku_rules=sku_rules, audited=tools.audited),
        withdraw_offer=WithdrawOffer(deeds=deeds),
        takedown_offer=TakedownOffer(deeds=deeds),
        lift_takedown=LiftTakedown(deeds=deeds),
        register_supplier=RegisterSupplier(deeds=deeds, prohibited=tools.words),
        revise_supplier=ReviseSupplier(deeds=deeds, prohibited=tools.words),
        record_credit_event=RecordCreditEvent(deeds=deeds, formula=tools.credit),
        import_offers=ImportOffers(
            store=deeds.store, clock=deeds.clock, ids=deeds.ids, rules=rules, sku_rules=sku_rules
        ),
        load_catalog=LoadCatalog(deeds=deeds, rules=rules, sku_rules=sku_rules, formula=tools.credit),
        changes=SqlChangeFeed(engine),
        catalog=SqlCatalog(engine),
        offers=OfferReads(engine),
        suppliers=SupplierReads(engine),
        seller_desk=SellerDeskReads(engine),
        people=people,
        authenticator=BearerAuthenticator(engine, clock=deeds.clock),
        pictures=pictures,
        remove_unused=remove_unused,
        edit_many=edit_many,
        bulk_edits=BulkEditReads(engine, edits=edit_many),
        save_draft=SaveDraft(deeds=deeds, rules=rules, sku_rules=sku_rules),
        move_offer=MoveOffer(deeds=deeds, audited=tools.audited),
        revisions=RevisionReads(engine),
        decide_revision=DecideRevision(deeds=deeds, rules=rules, sku_rules=sku_rules),
        withdraw_revision=WithdrawRevision(deeds=deeds),
        keep_cart=KeepCart(deeds=deeds),
        quick_order=QuickOrder(deeds=deeds, pricing=PriceOrder()),
        forget_carts=ForgetCarts(deeds=deeds),
        carts=CartReads(engine),
        price_order=PriceOrder(),
        prices=PriceReads(engine),
        keep_groups=KeepGroups(deeds=deeds),
        keep_freight=KeepFreight(deeds=deeds),
        set_supplier_terms=SetSupplierTerms(deeds=deeds),
        change_stock=ChangeStock(deeds=deeds),
        announce_stock=AnnounceStock(deeds=deeds),
        ordering=ordering,
        admin_key=admin_key,
    )


def _sandbox(clock: Clock) -> OrderingParts:
    secret = secrets.token_urlsafe(32)
    return OrderingParts(gateway=SandboxPaymentGateway(None, secret=secret, clock=clock), secret=secret)
