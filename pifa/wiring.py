"""Wiring: the only module that picks adapters and puts the rooms together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_service.adapters.credit import RankingCreditFormula
from catalog_service.adapters.gateway.sandbox import FILE_NAME as SANDBOX_NAME
from catalog_service.adapters.gateway.sandbox import SandboxPaymentGateway
from catalog_service.domain.offers.prohibited import WordRule, read_rules
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.ordering import OrderingParts
from catalog_service.service import Record, open_record
from catalog_service.upkeep import RecordUpkeep, open_upkeep
from indexer.apply import ChangeApplier
from indexer.dead_letters import DeadLetterFile
from indexer.prepared.files import PreparedFolder
from indexer.prepared.make import PartitionMaker
from indexer.prepared.use import PreparedAssembler, PreparedEncoder, PreparedListings
from indexer.rebuild import Rebuilder
from indexer.stages.assemble import Assembler
from kernel.clock import Clock, SystemClock
from kernel.prices import OwnPrices
from pifa.encoders import EncoderChoice, choose_encoder
from pifa.fingerprint import fingerprint_of
from pifa.home import Home
from pifa.ids import TimeOrderedIds
from pifa.logs import configure_logs
from pifa.mailers import choose_mailer
from pifa.settings import Settings, data_directory, read_settings
from pifa.stores import choose_snapshots, choose_store
from ranking.profiles import load_profiles
from search_api.cursor import CursorSigner
from search_api.parts import Parts
from search_api.retrieve.matching import load_matching
from search_engine.port import IndexStore, SearchEngine, VectorSpace
from taxonomy.classify import Classifier
from taxonomy.load import load_taxonomy
from taxonomy.model import Taxonomy
from text_analysis.analyzer import Analyzer
from text_analysis.encoders.port import Encoder

if TYPE_CHECKING:
    from search_engine.elastic import ElasticSnapshots


@dataclass(frozen=True)
class Installation:
    """Everything that one home directory and its settings make; parts are built when first asked for."""

    settings: Settings
    home: Home

    @cached_property
    def clock(self) -> Clock:
        return SystemClock()

    @cached_property
    def data(self) -> Path:
        return data_directory()

    @cached_property
    def taxonomy(self) -> Taxonomy:
        return load_taxonomy(self.data / "taxonomy")

    @cached_property
    def analyzer(self) -> Analyzer:
        leaves = self.taxonomy.leaves
        return Analyzer.load(
            self.data,
            extra_words=(word for leaf in leaves for word in (leaf.name, *leaf.synonyms)),
            extra_synonyms=((leaf.name, leaf.synonyms, "类目同义词") for leaf in leaves if leaf.synonyms),
        )

    @cached_property
    def classifier(self) -> Classifier:
        return Classifier(self.taxonomy, normalise=self.analyzer.normalise)

    @cached_property
    def encoder(self) -> EncoderChoice:
        return choose_encoder(self.settings, self.home, data=self.data, analyzer=self.analyzer)

    @cached_property
    def vector_space(self) -> VectorSpace | None:
        encoder = self.encoder.encoder
        return VectorSpace(fingerprint=encoder.fingerprint, dimensions=encoder.dimensions) if encoder else None

    @cached_property
    def store(self) -> IndexStore:
        return choose_store(self.settings, self.home)

    def snapshots(self) -> ElasticSnapshots:
        """Raises NotSnapshotted over the embedded engine."""
        return choose_snapshots(self.settings, self.home)

    @cached_property
    def assembler(self) -> Assembler:
        return Assembler(analyzer=self.analyzer, taxonomy=self.taxonomy, classify=self.classifier.classify)

    @cached_property
    def fingerprint(self) -> str:
        """Of what cuts and encodes here: what was prepared under another one is not used."""
        return fingerprint_of(self.encoder.encoder, data=self.data)

    @cached_property
    def prepared_folder(self) -> PreparedFolder:
        return PreparedFolder(self.home.prepared)

    @cached_property
    def prepared(self) -> PreparedListings:
        """What ``pifa prepare`` had made when this was first asked for."""
        return PreparedListings(self.prepared_folder, fingerprint=self.fingerprint)

    @cached_property
    def document_encoder(self) -> Encoder | None:
        """The encoder for a whole catalog: prepared vectors first."""
        encoder = self.encoder.encoder
        return PreparedEncoder(self.prepared, encoder) if encoder and self.prepared.count else encoder

    @cached_property
    def dead_letters(self) -> DeadLetterFile:
        return DeadLetterFile(self.home.dead_letters, clock=self.clock)

    @cached_property
    def prohibited_words(self) -> tuple[WordRule, ...]:
        return read_rules((self.data / "prohibited_words.tsv").read_text("utf-8").splitlines())

    def open_record(self, *, address: str = "") -> Record:
        """The record, migrated and open; the caller closes it. ``address``: where this process serves, for links in
        mails when the settings name no other."""
        settings = self.settings
        return open_record(
            self.home.directory,
            database_url=settings.database_url.get_secret_value(),
            clock=self.clock,
            ids=TimeOrderedIds(),
            normaliser=self.analyzer.normalise,
            credit_formula=RankingCreditFormula(),
            prohibited=self.prohibited_words,
            mailer=choose_mailer(settings, self.home),
            site_url=settings.site_url or address or f"http://{settings.host}:{settings.port}",
            mail_language=settings.mail_language,
            audit_offers=self.settings.audit_offers,
            pictures_url=self.settings.pictures_url,
            pictures_settings=self.settings.pictures_settings,
            ordering=self.ordering_parts(),
            documents_url=self.settings.documents_url,
            unused_files_days=self.settings.unused_files_days,
            sealing_keys=self.settings.sealing_keys.get_secret_value().replace(",", " ").split(),
        )

    @contextmanager
    def upkeep(self) -> Iterator[RecordUpkeep]:
        """The record for its operator: as it stands, neither migrated nor opened for deeds."""
        with closing(
            open_upkeep(self.home.directory, database_url=self.settings.database_url.get_secret_value())
        ) as upkeep:
            yield upkeep

    def ordering_parts(self) -> OrderingParts:
        """Payments go to the sandbox; a real payment service is another adapter of the same port."""
        secret = self.home.secret()
        gateway = SandboxPaymentGateway(self.home.directory / SANDBOX_NAME, secret=secret, clock=self.clock)
        options = OrderOptions(
            payout_cooling_seconds=self.settings.payout_cooling_hours * 3_600,
            two_operators_fen=self.settings.two_operators_fen,
        )
        return OrderingParts(gateway=gateway, secret=secret, options=options)

    @property
    def https(self) -> bool:
        """Whether people come by https, whatever the proxy before us speaks to us."""
        return self.settings.site_url.startswith("https://")

    @contextmanager
    def record(self) -> Iterator[Record]:
        """The record for the length of a block."""
        with closing(self.open_record()) as record:
            yield record

    def applier(self, record: Record) -> ChangeApplier:
        return ChangeApplier(assembler=self.assembler, catalog=record.catalog, dead_letters=self.dead_letters)

    def rebuilder(self, record: Record) -> Rebuilder:
        whole = PreparedAssembler(self.prepared, self.assembler) if self.prepared.count else self.assembler
        return Rebuilder(
            store=self.store,
            catalog=record.catalog,
            feed=record.changes,
            assembler=whole,
            applier=self.applier(record),
        )

    def partition_maker(self, record: Record) -> PartitionMaker:
        return PartitionMaker(
            catalog=record.catalog,
            assembler=self.assembler,
            encoder=self.encoder.encoder,
            fingerprint=self.fingerprint,
        )

    def search_parts(self, engine: SearchEngine, *, own_prices: OwnPrices | None = None) -> Parts:
        return Parts(
            engine=engine,
            analyzer=self.analyzer,
            classifier=self.classifier,
            taxonomy=self.taxonomy,
            encoder=self.encoder.encoder,
            profiles=load_profiles(self.data / "ranking" / "profiles.yaml"),
            matching=load_matching(self.data / "ranking" / "matching.yaml"),
            cursors=CursorSigner(self.home.secret()),
            clock=self.clock,
            own_prices=own_prices,
        )


def installation(home: Path | None = None, *, restoring: bool = False) -> Installation:
    """The installation that the environment and the command line name; its home is made when it is not there.
    ``restoring``: a home that was left half restored is opened too."""
    settings = read_settings()
    configure_logs(settings.log_level)
    return Installation(settings, Home(home or settings.home).open(restoring=restoring))
