"""How long everybody may take, and how far a price may move: frozen, each with its origin."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.orders.refund_states import RefundState
from catalog_service.domain.orders.states import OrderState

DAY = 86_400
SKUS_AN_ORDER_MAX = 50  # the platform that clients come from cuts an order there
ORDERS_A_GROUP_MAX = 20  # suppliers in one basket; twenty orders are some hundred rows in one transaction
PAYABLE_FEN_MAX = 10**15  # ten trillion yuan: above any order, and exact in every reader of JSON (below 2^53)
REMARK_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOptions:
    """Seconds unless named otherwise."""

    approve_seconds: int = 3 * DAY  # an approver may be away over a weekend
    pay_seconds: int = 3 * DAY  # stock stays reserved meanwhile
    stage_seconds: int = 30 * DAY  # production happens between the stages
    receive_seconds: int = 10 * DAY  # the slowest freight within the country, as buyers know it
    last_stage_seconds: int = 7 * DAY  # to inspect the goods and pay what is due on receipt, after the above
    postpone_seconds: int = 3 * DAY
    postpones_max: int = 3  # beyond it a refund is the honest way
    refund_seller_seconds: int = 5 * DAY  # after that silence is consent
    refund_buyer_seconds: int = 7 * DAY  # after that the request rests
    refund_receive_seconds: int = 10 * DAY  # as receive_seconds, the other way
    after_sale_seconds: int = 15 * DAY  # after success a refund may be asked for
    price_raise_percent_max: int = 20  # a seller who misjudged the freight; more is a new order
    # Ten thousand yuan: above it a mistake, or a bribe, costs more than a second look.
    two_operators_fen: int = 1_000_000
    ruling_seconds: int = 3 * DAY  # a second operator may be away over a weekend; no deadline falls meanwhile
    fee_permille: int = 0  # of what is released; the market's operator sets it
    query_seconds: int = 60  # the first look at a payment whose callback did not come; doubled each time
    transfer_retry_seconds: int = 30  # the first retry of money that goes back; doubled each time
    resend_seconds: int = DAY  # a bank that sent money back is seldom mended within hours; people may send it at once
    retry_seconds_max: int = 6 * 3_600
    payout_cooling_seconds: int = DAY  # who did not change the account hears of it and can speak up
    payout_fen_min: int = 100  # one yuan: below it the payment service's fee is a good part of the sum
    payout_fen_max: int = 100_000_000  # a million yuan: what the banks' bulk clearing takes in one
    payout_day_fen_max: int = 500_000_000  # what a thief could take of one supplier before somebody looks
    payouts_a_day_max: int = 10  # each costs the market a fee; once a day is the custom
    payout_query_seconds: int = 60  # the first look at a payout that is on its way; doubled each time
    trouble_seconds: int = 3_600  # money that should have left so long ago: the market's people are told

    def order_seconds(self, state: OrderState, *, last_stage_open: bool) -> int | None:
        """How long an order may stay in a state; None for ever."""
        return {
            OrderState.WAIT_APPROVAL: self.approve_seconds,
            OrderState.WAIT_BUYER_PAY: self.pay_seconds,
            OrderState.WAIT_STAGE_PAY: self.stage_seconds,
            OrderState.WAIT_BUYER_RECEIVE: self.receive_seconds + (self.last_stage_seconds if last_stage_open else 0),
        }.get(state)

    def refund_seconds(self, state: RefundState) -> int | None:
        """How long a refund may stay in a state; None for ever."""
        return {
            RefundState.WAIT_SELLER: self.refund_seller_seconds,
            RefundState.WAIT_BUYER_MODIFY: self.refund_buyer_seconds,
            RefundState.WAIT_BUYER_SEND: self.refund_buyer_seconds,
            RefundState.WAIT_SELLER_RECEIVE: self.refund_receive_seconds,
        }.get(state)

    def backoff(self, first_seconds: int, attempts: int) -> int:
        """The wait after so many attempts."""
        doubled: int = first_seconds * 2 ** min(attempts, 20)
        return min(doubled, self.retry_seconds_max)
