"""What tests of ordering share: a market with priced SKUs and stock beside the record, and parties that trade."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from catalog_service.adapters.credit import RankingCreditFormula
from catalog_service.adapters.gateway.sandbox import NO_FAULTS, SandboxFaults, SandboxPaymentGateway
from catalog_service.adapters.sealing import FernetSeals
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.domain.companies.address import Address
from catalog_service.domain.companies.company import Company
from catalog_service.domain.companies.verification import Verification, VerificationState
from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.money.payouts import Payout, SellerFunds
from catalog_service.domain.offers.states import MoveRefused
from catalog_service.domain.orders.options import DAY, OrderOptions
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.values import Order, OrderDraft, Party
from catalog_service.domain.prices.values import PricedLine, PricedOrder, PriceStep, Wanted
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.ordering import Ordering, OrderingParts, open_ordering
from catalog_service.ports.record import RecordTransaction
from catalog_service.service import Record, open_record
from catalog_service.use_cases.suppliers.register_supplier import SupplierExists
from kernel.clock import FixedClock
from tests.catalog_service.house import ADMIN, NOW, RULES, CountedIds, database_url, rows
from tests.catalog_service.house import draft as offer_draft
from text_analysis.normalise import normalise

SECRET = "a secret of the tests"
BUYER = Party(company_id="c-buyer", member_id="m-buyer")
APPROVER = Party(company_id="c-buyer", member_id="m-approver")
SELLER = Party(company_id="c-seller", member_id="m-seller", supplier_id="s-1")
OTHER = Party(company_id="c-other", member_id="m-other", supplier_id="s-2")
ADDRESS = Address(
    recipient="王芳", phone="13800000000", province="浙江", city="金华", district="义乌", street="稠州路 1 号"
)
PRICES = {"k-1": 1250, "k-2": 399, "k-3": 10}  # fen a piece; every other SKU costs 100
FREIGHT_FEN = 800
STOCK = 1_000_000

_numbers = itertools.count()


class ListedPrices:
    """``OrderPricing``: a price a SKU, freight for the whole, and a digest of it all."""

    def __init__(self) -> None:
        self.prices = dict(PRICES)

    def price(
        self,
        transaction: RecordTransaction | None,
        *,
        buyer_company_id: str,
        supplier_id: str,
        wanted: Sequence[Wanted],
        region: str,
    ) -> PricedOrder:
        lines = []
        for each in sorted(wanted, key=lambda each: each.sku_id):
            unit_fen = self.prices.get(each.sku_id, 100)
            lines.append(
                PricedLine(
                    sku_id=each.sku_id, offer_id=f"o-{each.sku_id}", offer_version=1, title=f"货品 {each.sku_id}",
                    sku_name="红色", unit="件", quantity=each.quantity, unit_fen=unit_fen,
                    amount_fen=unit_fen * each.quantity, weight_g=100 * each.quantity,
                    steps=(PriceStep(name="list", fen=unit_fen, because="目录价"),),
                )
            )  # fmt: skip
        goods_fen = sum(line.amount_fen for line in lines)
        said = repr((supplier_id, [(line.sku_id, line.quantity, line.unit_fen) for line in lines], region))
        return PricedOrder(
            supplier_id=supplier_id, buyer_company_id=buyer_company_id, lines=tuple(lines), goods_fen=goods_fen,
            discount_fen=0, freight_fen=FREIGHT_FEN, payable_fen=goods_fen + FREIGHT_FEN, steps=(),
            snapshot=hashlib.sha256(said.encode()).hexdigest(),
        )  # fmt: skip


def lay_in(record: Record, skus: Sequence[str], *, pieces: int = STOCK) -> None:
    """An offer of one SKU under each id, with so many pieces; what is there stays as it is."""
    for supplier_id in ("s-1", "s-2"):
        with suppress(SupplierExists):
            draft = SupplierDraft(supplier_id=supplier_id, name=supplier_id)
            record.register_supplier(draft=draft, request=ADMIN)
    record.ordering.desk.deeds.store.write(_found)
    for sku in skus:
        with suppress(MoveRefused):
            record.publish_offer(draft=offer_draft(sku, supplier_id="s-1", stock=pieces), request=ADMIN)


def _found(transaction: RecordTransaction) -> None:
    """The companies that trade."""
    for party in (BUYER, SELLER, OTHER):
        if transaction.companies.company(party.company_id) is None:
            company = Company(
                company_id=party.company_id, name=party.company_id, version=1, created_at=NOW, changed_at=NOW,
                supplier_id=party.supplier_id,
            )  # fmt: skip
            transaction.companies.insert_company(company)
            if party.supplier_id:
                transaction.companies.insert_verification(
                    Verification(
                        verification_id=f"v-{party.supplier_id}", company_id=party.company_id,
                        supplier_id=party.supplier_id, state=VerificationState.APPROVED, documents=(),
                        submitted_by=party.member_id, submitted_at=NOW, version=1, changed_at=NOW,
                        expires_at=NOW + 1_000 * DAY,
                    )
                )  # fmt: skip


@dataclass
class Limits:
    """``TradingParties`` with one limit for all and the seller's company."""

    limit_fen: int | None = None

    def company_of(self, transaction: RecordTransaction, supplier_id: str) -> str:
        return {"s-1": "c-seller", "s-2": "c-other"}.get(supplier_id, "")

    def needs_approval(
        self,
        transaction: RecordTransaction,
        *,
        company_id: str,
        member_id: str,
        amount_fen: int,
        at: int,
        agreed_fen: int = 0,
    ) -> bool:
        return self.limit_fen is not None and amount_fen > self.limit_fen


@dataclass
class Market:
    """A record with ordering, its sandbox, and short words for what parties do."""

    record: Record
    clock: FixedClock
    gateway: SandboxPaymentGateway
    prices: ListedPrices
    limits: Limits

    @property
    def ordering(self) -> Ordering:
        return self.record.ordering

    def ask(self, party: Party = BUYER) -> DeedRequest:
        return DeedRequest(actor=party.member_id)

    def draft(
        self,
        *wanted: tuple[str, int],
        supplier_id: str = "s-1",
        plan: Plan = Plan.FULL,
        out_order_id: str | None = None,
        by: Party = BUYER,
    ) -> OrderDraft:
        """As the buyer is shown it now."""
        pieces = tuple(Wanted(sku_id=sku, quantity=n) for sku, n in wanted or (("k-1", 10), ("k-2", 3)))
        shown = self.prices.price(
            None, buyer_company_id=by.company_id, supplier_id=supplier_id, wanted=pieces, region=ADDRESS.province
        )
        return OrderDraft(
            supplier_id=supplier_id, wanted=pieces, snapshot=shown.snapshot, plan=plan, out_order_id=out_order_id
        )

    def place(self, *wanted: tuple[str, int], by: Party = BUYER, **stated: Any) -> str:
        """The id of one order."""
        receipt = self.place_all(self.draft(*wanted, by=by, **stated), by=by)
        return str(receipt.facts["orders"])

    def place_all(self, *drafts: OrderDraft, by: Party = BUYER, key: str | None = None) -> Receipt:
        request = DeedRequest(actor=by.member_id, key=key, fingerprint="f")
        return self.ordering.place(drafts=drafts, address=ADDRESS, by=by, request=request)

    def order(self, order_id: str) -> Order:
        with self.record.engine.connect() as connection:
            found = SqlRecordTransaction(connection).orders.order(order_id)
        assert found is not None
        return found

    def due_fen(self, order_id: str) -> int:
        stage = self.order(order_id).due_stage
        return 0 if stage is None else stage.amount_fen

    def open_payment(self, order_id: str, *, by: Party = BUYER) -> str:
        amount_fen = self.due_fen(order_id)
        return self.ordering.pay(order_id=order_id, amount_fen=amount_fen, by=by, request=self.ask(by)).subject_id

    def pay(self, order_id: str, *, by: Party = BUYER) -> str:
        """Pays the stage that is due, to the end; the payment's id."""
        payment_id = self.open_payment(order_id, by=by)
        self.ordering.sandbox_pay(payment_id)
        return payment_id

    def ship(self, order_id: str, parts: Mapping[int, int] | None = None, *, by: Party = SELLER) -> Receipt:
        return self.ordering.ship(
            order_id=order_id, parts=parts, carrier="顺丰", waybill=f"SF{next(_numbers):06d}", expected_version=None,
            by=by, request=self.ask(by),
        )  # fmt: skip

    def confirm(self, order_id: str) -> Receipt:
        return self.ordering.confirm(order_id=order_id, by=BUYER, request=self.ask())

    def cancel(self, order_id: str, *, by: Party = BUYER) -> Receipt:
        return self.ordering.cancel(order_id=order_id, reason="不要了", by=by, request=self.ask(by))

    def refund(self, order_id: str, amount_fen: int, *, with_goods: bool = False) -> str:
        """The id of a refund that was asked for."""
        receipt = self.ordering.open_refund(
            order_id=order_id, amount_fen=amount_fen, with_goods=with_goods, reason="有破损", by=BUYER,
            request=self.ask(),
        )  # fmt: skip
        return str(receipt.facts["refund_id"])

    def agree(self, order_id: str, refund_id: str) -> Receipt:
        return self.ordering.agree_refund(order_id=order_id, refund_id=refund_id, by=SELLER, request=self.ask(SELLER))

    def set_account(self, *, number: str = "6222020200012345678", **stated: Any) -> Receipt:
        said = {"kind": "bank", "holder": "c-seller", "bank": "工商银行义乌分行", "number": number, **stated}
        return self.ordering.set_payout_account(**said, by=SELLER, request=self.ask(SELLER))

    def withdraw(self, amount_fen: int, **stated: Any) -> str:
        """The id of a payout that was asked for."""
        said = {"by": SELLER, "request": self.ask(SELLER), **stated}
        return self.ordering.request_payout(amount_fen=amount_fen, **said).subject_id

    def payout(self, payout_id: str) -> Payout:
        return self.ordering.payouts.payout(payout_id, None)

    def funds(self) -> SellerFunds:
        return self.ordering.payouts.funds("s-1")

    def later(self, seconds: int) -> None:
        """Time passes, and the sweeper takes what has fallen due."""
        self.clock.seconds += seconds
        self.ordering.sweep()

    def settle(self) -> None:
        """Everything that is on its way arrives."""
        for _ in range(3):
            self.ordering.deliver_sandbox_notices()
            self.later(self.ordering.desk.options.retry_seconds_max if _ else 0)

    def balances(self) -> dict[str, int]:
        return self.ordering.ledger.balances()

    def close(self) -> None:
        self.record.close()


def open_market(
    home: Path,
    *,
    faults: SandboxFaults = NO_FAULTS,
    clock: FixedClock | None = None,
    limit_fen: int | None = None,
    fee_permille: int = 0,
    gateway_file: Path | None = None,
    options: OrderOptions | None = None,
    pieces: int = STOCK,
    lay: bool = True,
) -> Market:
    """A record with suppliers s-1 and s-2, and SKUs k-1 to k-9 in stock; with ``lay`` False, one that has them."""
    clock = clock or FixedClock(NOW)
    gateway = SandboxPaymentGateway(gateway_file, secret=SECRET, clock=clock, faults=faults)
    prices, limits = ListedPrices(), Limits(limit_fen=limit_fen)
    record = open_record(
        home,
        database_url=database_url(home),
        clock=clock,
        ids=CountedIds(),
        normaliser=normalise,
        credit_formula=RankingCreditFormula(),
        prohibited=RULES,
        ordering=OrderingParts(
            gateway=gateway, secret=SECRET, pricing=prices, parties=limits,
            options=options or OrderOptions(fee_permille=fee_permille),
        ),
    )  # fmt: skip
    market = Market(record=record, clock=clock, gateway=gateway, prices=prices, limits=limits)
    if not lay:
        return market
    lay_in(record, [f"k-{number}" for number in range(1, 10)], pieces=pieces)
    return market


def earn(market: Market, pieces: int = 10) -> str:
    """The seller has an account that money may go to, and has sold k-1 for 12.50 yuan a piece and 8 yuan of freight;
    the order."""
    if market.ordering.payouts.account("s-1") is None:
        market.set_account()
        market.clock.seconds += market.ordering.desk.options.payout_cooling_seconds
    order_id = market.place(("k-1", pieces))
    market.pay(order_id)
    market.ship(order_id)
    market.confirm(order_id)
    return order_id


def moved_stock(market: Market) -> list[tuple[str, int, int]]:
    """What is held by orders, and what is gone, of the SKUs that moved."""
    found = rows(
        market.record, "SELECT sku_id, sum(held), sum(shipped) FROM reservations GROUP BY sku_id ORDER BY sku_id"
    )
    return [(sku_id, int(held), int(shipped)) for sku_id, held, shipped in found if held or shipped]


def trade_once(record: Record, folder: Path) -> None:
    """At least one row in every table of ordering, over a record that was opened without any."""
    clock = FixedClock(NOW)
    gateway = SandboxPaymentGateway(None, secret=SECRET, clock=clock)
    # Its clock stands still, so that no account cools.
    parts = OrderingParts(
        gateway=gateway, secret=SECRET, pricing=ListedPrices(), parties=Limits(),
        options=OrderOptions(payout_cooling_seconds=0),
    )  # fmt: skip
    seals = FernetSeals([Fernet.generate_key().decode()])
    ordering = open_ordering(record.engine, record.ordering.desk.deeds, parts, home=folder, seals=seals)
    market = Market(
        record=dataclasses.replace(record, ordering=ordering), clock=clock, gateway=gateway, prices=ListedPrices(),
        limits=Limits(),
    )  # fmt: skip
    lay_in(record, ["k-1", "k-2"])
    order_id = market.place()
    market.pay(order_id)
    market.ship(order_id, {1: 4})
    market.agree(order_id, market.refund(order_id, 500))
    market.place()
    earn(market)
    market.withdraw(1_000)
    market.ordering.sweep()
    dear = market.place(("k-1", 1_000))
    market.pay(dear)
    ordering.terminate(order_id=dear, to_buyer_fen=None, reason="卖家失联", request=DeedRequest(actor="m-staff"))
    gateway.close()
