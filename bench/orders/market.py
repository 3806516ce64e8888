"""A record with priced SKUs and stock, for as many processes as are asked for."""

from __future__ import annotations

import dataclasses
import random
import time
from dataclasses import dataclass
from pathlib import Path

from catalog_service.adapters.credit import RankingCreditFormula
from catalog_service.adapters.gateway.sandbox import SandboxPaymentGateway
from catalog_service.adapters.sql.engine import read_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.domain.companies.address import Address
from catalog_service.domain.companies.company import Company
from catalog_service.domain.companies.credentials import SESSION_PREFIX, Session, digest_of
from catalog_service.domain.companies.members import Member, MemberState, Role
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers.content import OfferDraft
from catalog_service.domain.orders.values import OrderDraft, Party
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.ordering import OrderingParts
from catalog_service.ports.record import RecordTransaction
from catalog_service.service import Record, open_record
from catalog_service.use_cases.prices.price_order import PriceOrder
from kernel.clock import SystemClock
from kernel.prices import PriceTier
from pifa.ids import TimeOrderedIds

SKUS, SUPPLIERS, LINES = 3_000, 50, 3
PIECES = 1 << 40  # nobody waits for stock here
BUYERS = 200
SELLER_MEMBER = "m-seller"
SESSION_DAYS = 30
LADDER = (PriceTier(min_quantity=1, unit_price_fen=120), PriceTier(min_quantity=100, unit_price_fen=100))
PRICING = PriceOrder()
ADDRESS = Address(recipient="王芳", phone="13800000000", province="浙江", city="金华", district="义乌", street="稠州路")


@dataclass
class BenchMarket:
    """One process's record, and what its buyers do."""

    record: Record
    gateway: SandboxPaymentGateway
    dice: random.Random
    hot: bool
    looked: list[tuple[Party, OrderDraft]] = dataclasses.field(default_factory=list)

    def with_dice(self, seed: int) -> BenchMarket:
        """The same record for another thread, which draws for itself."""
        return dataclasses.replace(self, dice=random.Random(seed), looked=[])

    def draft(self, buyer: Party, *, lines: int = LINES) -> tuple[OrderDraft, str]:
        supplier = self.dice.randrange(SUPPLIERS)
        share = SKUS // SUPPLIERS
        numbers = self.dice.sample(range(1, share), lines)
        skus = [f"k-{supplier:02d}-{number:03d}" for number in numbers]
        if self.hot:
            supplier, skus[0] = 0, "k-00-000"
            skus[1:] = [f"k-00-{number:03d}" for number in numbers[1:]]
        wanted = tuple(Wanted(sku_id=sku, quantity=self.dice.randint(1, 200)) for sku in sorted(skus))
        supplier_id = f"s-{supplier}"
        with read_transaction(self.record.engine) as connection:  # as the site reads
            shown = PRICING.price(
                SqlRecordTransaction(connection), buyer_company_id=buyer.company_id, supplier_id=supplier_id,
                wanted=wanted, region=ADDRESS.province,
            )  # fmt: skip
        return OrderDraft(supplier_id=supplier_id, wanted=wanted, snapshot=shown.snapshot), supplier_id

    def looked_before(self) -> tuple[Party, OrderDraft]:
        """One of those who looked at the price of a line before anybody was to order."""
        while len(self.looked) < BUYERS:
            buyer = self.buyer()
            self.looked.append((buyer, self.draft(buyer, lines=1)[0]))
        return self.dice.choice(self.looked)

    def buyer(self) -> Party:
        number = self.dice.randrange(BUYERS)
        return Party(company_id=f"c-{number}", member_id=f"m-{number}")

    def ask(self, by: Party) -> DeedRequest:
        """As over HTTP: every deed has a key of its own."""
        return DeedRequest(actor=by.member_id, key=self.record.ids.new(), fingerprint="f" * 64)


def open_bench(home: Path, *, database_url: str, seed: int, hot: bool) -> BenchMarket:
    """A record over the database, which ``lay_in`` has filled."""
    clock, secret = SystemClock(), "bench"
    gateway = SandboxPaymentGateway(None, secret=secret, clock=clock)
    record = open_record(
        home,
        database_url=database_url,
        clock=clock,
        ids=TimeOrderedIds(),
        normaliser=str,
        credit_formula=RankingCreditFormula(),
        ordering=OrderingParts(gateway=gateway, secret=secret, pricing=PRICING),
    )
    return BenchMarket(record=record, gateway=gateway, dice=random.Random(seed), hot=hot)


def lay_in(record: Record) -> None:
    """An offer of one SKU under each id, in stock; and who buys."""
    asked = DeedRequest(actor="bench")
    for supplier in range(SUPPLIERS):
        supplier_id = f"s-{supplier}"
        record.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name=supplier_id), request=asked)
        for number in range(SKUS // SUPPLIERS):
            draft = OfferDraft(
                offer_id=f"k-{supplier:02d}-{number:03d}", title="304不锈钢内六角螺丝 M8x30 现货批发",
                supplier_id=supplier_id, tiers=LADDER, stock=PIECES,
            )  # fmt: skip
            record.publish_offer(draft=draft, request=asked)
    record.ordering.desk.deeds.store.write(_found)


def session_token(member_id: str) -> str:
    """What this member shows to the site; nothing here is to be guarded."""
    return f"{SESSION_PREFIX}{member_id}"


def _found(transaction: RecordTransaction) -> None:
    """The companies that buy, and those that sell, each with an owner who is signed in."""
    now = int(time.time())
    for number in range(BUYERS):
        _company(transaction, f"c-{number}", f"m-{number}", now=now)
    for number in range(SUPPLIERS):
        _company(transaction, f"c-s-{number}", f"{SELLER_MEMBER}-s-{number}", now=now, supplier_id=f"s-{number}")


def _company(
    transaction: RecordTransaction, company_id: str, member_id: str, *, now: int, supplier_id: str | None = None
) -> None:
    transaction.companies.insert_company(
        Company(
            company_id=company_id, name=company_id, version=1, created_at=now, changed_at=now, supplier_id=supplier_id
        )
    )
    transaction.companies.insert_member(
        Member(
            member_id=member_id, company_id=company_id, login=f"{member_id}@example.com", email="", name=member_id,
            state=MemberState.ACTIVE, roles=frozenset({Role.OWNER}), version=1, changed_at=now,
        )
    )  # fmt: skip
    session = Session(
        session_id=member_id, member_id=member_id, created_at=now, last_seen_at=now,
        expires_at=now + SESSION_DAYS * 86_400,
    )  # fmt: skip
    transaction.identity.insert_session(session, token_hash=digest_of(session_token(member_id)))
