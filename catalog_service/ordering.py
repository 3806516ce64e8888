"""Ordering, put together: every deed and read on orders and money over one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from catalog_service.adapters.anchors import FILE_NAME as ANCHORS_NAME
from catalog_service.adapters.anchors import AnchorFile
from catalog_service.adapters.company_parties import CompanyParties
from catalog_service.adapters.gateway.sandbox import SandboxFaults, SandboxPaymentGateway
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.ports.gateway import PaymentGateway
from catalog_service.ports.parties import TradingParties
from catalog_service.ports.prices import OrderPricing
from catalog_service.ports.sealing import SealedText
from catalog_service.reads.disputes import DisputeReads
from catalog_service.reads.ledger import LedgerReads, Verified
from catalog_service.reads.orders import OrderReads
from catalog_service.reads.payouts import PayoutReads
from catalog_service.use_cases.deeds import Deeds
from catalog_service.use_cases.money.hasten_transfer import HastenTransfer
from catalog_service.use_cases.money.open_payment import OpenPayment
from catalog_service.use_cases.money.query_payment import QueryPayment
from catalog_service.use_cases.money.record_deposit import RecordDeposit
from catalog_service.use_cases.money.request_payout import RequestPayout
from catalog_service.use_cases.money.send_payout import SendPayout
from catalog_service.use_cases.money.send_transfer import SendTransfer
from catalog_service.use_cases.money.set_payout_account import SetPayoutAccount
from catalog_service.use_cases.money.settle_missing import SettleMissing
from catalog_service.use_cases.money.take_notice import TakeNotice
from catalog_service.use_cases.orders.agree_end import AgreeEnd
from catalog_service.use_cases.orders.agree_refund import AgreeRefund
from catalog_service.use_cases.orders.approve_order import ApproveOrder
from catalog_service.use_cases.orders.cancel_order import CancelOrder
from catalog_service.use_cases.orders.change_price import ChangePrice
from catalog_service.use_cases.orders.close_short import CloseShort
from catalog_service.use_cases.orders.confirm_receipt import ConfirmReceipt
from catalog_service.use_cases.orders.decide_refund import DecideRefund
from catalog_service.use_cases.orders.decline_end import DeclineEnd
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.modify_refund import ModifyRefund
from catalog_service.use_cases.orders.offer_end import OfferEnd
from catalog_service.use_cases.orders.open_refund import OpenRefund
from catalog_service.use_cases.orders.place_orders import PlaceOrders
from catalog_service.use_cases.orders.postpone_receipt import PostponeReceipt
from catalog_service.use_cases.orders.receive_return import ReceiveReturn
from catalog_service.use_cases.orders.refuse_order import RefuseOrder
from catalog_service.use_cases.orders.refuse_refund import RefuseRefund
from catalog_service.use_cases.orders.reject_return import RejectReturn
from catalog_service.use_cases.orders.run_deadline import RunDeadline
from catalog_service.use_cases.orders.send_back import SendBack
from catalog_service.use_cases.orders.ship_order import ShipOrder
from catalog_service.use_cases.orders.sweep import Sweep
from catalog_service.use_cases.orders.terminate_order import TerminateOrder
from catalog_service.use_cases.orders.withdraw_end import WithdrawEnd
from catalog_service.use_cases.orders.withdraw_refund import WithdrawRefund
from catalog_service.use_cases.prices.price_order import PriceOrder
from kernel.errors import PifaError

# Heads that a transaction had moved before the last anchoring, and that could be seen only after it: no transaction
# lives so long (``postgresql.IDLE_IN_TRANSACTION_MS``).
ANCHOR_OVERLAP_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingParts:
    """What ordering is wired with. ``secret`` signs cursors and anchors."""

    gateway: PaymentGateway
    secret: str = field(repr=False)
    pricing: OrderPricing = field(default_factory=PriceOrder)
    parties: TradingParties = field(default_factory=CompanyParties)
    options: OrderOptions = field(default_factory=OrderOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Deeds by their names, and reads."""

    desk: OrderDesk
    gateway: PaymentGateway
    anchors: AnchorFile
    reads: OrderReads
    ledger: LedgerReads
    payouts: PayoutReads
    disputes: DisputeReads
    place: PlaceOrders
    approve: ApproveOrder
    refuse: RefuseOrder
    change_price: ChangePrice
    cancel: CancelOrder
    pay: OpenPayment
    take_notice: TakeNotice
    ship: ShipOrder
    close_short: CloseShort
    offer_end: OfferEnd
    agree_end: AgreeEnd
    decline_end: DeclineEnd
    withdraw_end: WithdrawEnd
    confirm: ConfirmReceipt
    postpone: PostponeReceipt
    terminate: TerminateOrder
    open_refund: OpenRefund
    agree_refund: AgreeRefund
    refuse_refund: RefuseRefund
    modify_refund: ModifyRefund
    send_back: SendBack
    receive_return: ReceiveReturn
    reject_return: RejectReturn
    withdraw_refund: WithdrawRefund
    decide_refund: DecideRefund
    record_deposit: RecordDeposit
    set_payout_account: SetPayoutAccount
    request_payout: RequestPayout
    settle_missing: SettleMissing
    hasten_transfer: HastenTransfer
    sweep: Sweep

    def close(self) -> None:
        """Give back what the payment service's adapter holds."""
        if isinstance(self.gateway, SandboxPaymentGateway):
            self.gateway.close()

    def verify(self) -> Verified:
        """Every chain, balance, order and anchor; raises ``AnchorsForged`` when the file itself was changed."""
        return self.ledger.verify(self.anchors)

    def anchor(self) -> int:
        """Write the heads that moved since the last time to the file outside; how many those were."""
        since = self.anchors.anchored_at() - ANCHOR_OVERLAP_SECONDS
        heads = self.ledger.heads(changed_since=since)
        return self.anchors.append(heads, at=self.desk.deeds.clock.now())

    def sandbox_pay(self, payment_id: str, *, fails: bool = False, faults: SandboxFaults | None = None) -> None:
        """What a payer does on the sandbox's page, with the callbacks that fall due at once."""
        if isinstance(self.gateway, SandboxPaymentGateway):
            self.gateway.pay(payment_id, fails=fails, faults=faults)
            self.deliver_sandbox_notices(payment_id)  # its own: of two that pay at once each hears of its payment

    def deliver_sandbox_notices(self, payment_id: str = "") -> int:
        """What the sandbox has to say (of one payment, where it is named), as if it had called: each callback is heard,
        whatever became of the one before. How many there were; raises what the first of them was refused with."""
        notices: Sequence[tuple[Mapping[str, str], bytes]] = ()
        if isinstance(self.gateway, SandboxPaymentGateway):
            notices = self.gateway.due_notices(payment_id)
        refused: list[PifaError] = []
        for headers, body in notices:
            try:
                self.take_notice(headers=headers, body=body)
            except PifaError as error:
                refused.append(error)
        if refused:
            raise refused[0]
        return len(notices)


def open_ordering(engine: sa.Engine, deeds: Deeds, parts: OrderingParts, *, home: Path, seals: SealedText) -> Ordering:
    """Over an open record; ``home`` has the anchors, ``seals`` close over the numbers of suppliers' accounts."""
    desk = OrderDesk(deeds=deeds, options=parts.options, parties=parts.parties)
    gateway = parts.gateway
    reads = OrderReads(engine, secret=parts.secret)
    query = QueryPayment(desk=desk, gateway=gateway)
    return Ordering(
        desk=desk,
        gateway=gateway,
        anchors=AnchorFile(home / ANCHORS_NAME, secret=parts.secret),
        reads=reads,
        ledger=LedgerReads(engine),
        payouts=PayoutReads(engine, secret=parts.secret),
        disputes=DisputeReads(engine),
        place=PlaceOrders(desk=desk, pricing=parts.pricing),
        approve=ApproveOrder(desk=desk),
        refuse=RefuseOrder(desk=desk),
        change_price=ChangePrice(desk=desk),
        cancel=CancelOrder(desk=desk),
        pay=OpenPayment(desk=desk, gateway=gateway),
        take_notice=TakeNotice(desk=desk, gateway=gateway),
        ship=ShipOrder(desk=desk),
        close_short=CloseShort(desk=desk),
        offer_end=OfferEnd(desk=desk),
        agree_end=AgreeEnd(desk=desk),
        decline_end=DeclineEnd(desk=desk),
        withdraw_end=WithdrawEnd(desk=desk),
        confirm=ConfirmReceipt(desk=desk),
        postpone=PostponeReceipt(desk=desk),
        terminate=TerminateOrder(desk=desk),
        open_refund=OpenRefund(desk=desk),
        agree_refund=AgreeRefund(desk=desk),
        refuse_refund=RefuseRefund(desk=desk),
        modify_refund=ModifyRefund(desk=desk),
        send_back=SendBack(desk=desk),
        receive_return=ReceiveReturn(desk=desk),
        reject_return=RejectReturn(desk=desk),
        withdraw_refund=WithdrawRefund(desk=desk),
        decide_refund=DecideRefund(desk=desk),
        record_deposit=RecordDeposit(desk=desk, gateway=gateway.name),
        set_payout_account=SetPayoutAccount(desk=desk, seals=seals),
        request_payout=RequestPayout(desk=desk, gateway=gateway.name),
        settle_missing=SettleMissing(desk=desk, gateway=gateway),
        hasten_transfer=HastenTransfer(desk=desk),
        sweep=Sweep(
            desk=desk,
            due=reads.due,
            deadline=RunDeadline(desk=desk),
            query=query,
            send=SendTransfer(desk=desk, gateway=gateway),
            pay_out=SendPayout(desk=desk, gateway=gateway, seals=seals),
        ),
    )
