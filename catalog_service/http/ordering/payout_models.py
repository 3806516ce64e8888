"""What is sent and answered about payouts, and about money that is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, Field

from catalog_service.domain.money.payments import TransferKind
from catalog_service.domain.money.payout_states import PayoutAccountState, PayoutState
from catalog_service.domain.money.payouts import Payout, PayoutAccount, PayoutKind, SellerFunds
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.domain.orders.refund_states import RefundState
from catalog_service.domain.orders.rulings import Outcome
from catalog_service.http.bodies import Body
from catalog_service.http.ordering.money_models import NUMBER_EXAMPLE
from catalog_service.reads.disputes import Dispute
from catalog_service.reads.payouts import MoneyOnItsWay


class PayoutAccountBody(Body):
    kind: PayoutKind = Field(PayoutKind.BANK, strict=False)
    holder: str = Field(max_length=200, description="户名：必须是已认证的公司名称", examples=["乙工厂"])
    bank: str = Field("", max_length=200, description="开户行；支付宝不填", examples=["工商银行义乌分行"])
    number: str = Field(max_length=200, description="账号；只封存保管，不再显示", examples=["6222020200012345678"])


class PayoutBody(Body):
    amount_fen: int = Field(description="提现金额（分）", examples=[500_000])


class PayoutAccountAnswer(BaseModel):
    payout_account_id: str
    state: PayoutAccountState
    kind: PayoutKind
    holder: str
    bank: str
    number_masked: str
    created_at: int
    usable_at: int = Field(description="此时起可以提现（UTC 秒）")

    @classmethod
    def of(cls, account: PayoutAccount) -> PayoutAccountAnswer:
        return cls(**{name: getattr(account, name) for name in cls.model_fields})


class FundsAnswer(BaseModel):
    payable_fen: int = Field(description="已结算的货款")
    disputed_fen: int = Field(description="其中售后退款正在争议的")
    withdrawable_fen: int
    deposit_fen: int = Field(description="保证金，不能提现")
    in_flight_fen: int = Field(description="提现途中")
    amount_fen_min: int
    amount_fen_max: int
    day_fen_max: int
    day_count_max: int

    @classmethod
    def of(cls, funds: SellerFunds, options: OrderOptions) -> FundsAnswer:
        return cls(
            payable_fen=funds.payable_fen, disputed_fen=funds.disputed_fen, withdrawable_fen=funds.withdrawable_fen,
            deposit_fen=funds.deposit_fen, in_flight_fen=funds.in_flight_fen, amount_fen_min=options.payout_fen_min,
            amount_fen_max=options.payout_fen_max, day_fen_max=options.payout_day_fen_max,
            day_count_max=options.payouts_a_day_max,
        )  # fmt: skip


class PayoutAnswer(BaseModel):
    payout_id: str
    state: PayoutState
    amount_fen: int
    payout_account_id: str
    trouble: str = Field(description="没有到账的原因")
    created_at: int
    changed_at: int
    finished_at: int | None

    @classmethod
    def of(cls, payout: Payout) -> Self:
        return cls(**{name: getattr(payout, name) for name in cls.model_fields})


class PayoutsAnswer(BaseModel):
    items: list[PayoutAnswer]
    next_cursor: str | None


class GoingBackAnswer(BaseModel):
    """Money that lies in suspense until it has left."""

    transfer_id: str
    payment_id: str
    order_id: str
    order_number: str = Field(examples=[NUMBER_EXAMPLE])
    kind: TransferKind
    amount_fen: int
    attempts: int = Field(description="已自动退回的次数")
    trouble: str
    created_at: int

    @classmethod
    def of(cls, row: MoneyOnItsWay) -> GoingBackAnswer:
        own = {name: getattr(row.transfer, name) for name in cls.model_fields if not name.startswith("order_")}
        return cls(**own, order_id=row.payment.order_id, order_number=row.order_number)


class StaffPayoutAnswer(PayoutAnswer):
    supplier_id: str
    attempts: int


class OnItsWayAnswer(BaseModel):
    going_back: list[GoingBackAnswer]
    payouts: list[StaffPayoutAnswer]
    bounced: list[StaffPayoutAnswer] = Field(description="三十天内被银行退汇的提现，已回到供应商余额")

    @classmethod
    def of(cls, back: Sequence[MoneyOnItsWay], out: Sequence[Payout], bounced: Sequence[Payout]) -> OnItsWayAnswer:
        return cls(
            going_back=[GoingBackAnswer.of(row) for row in back],
            payouts=[StaffPayoutAnswer.of(each) for each in out],
            bounced=[StaffPayoutAnswer.of(each) for each in bounced],
        )


class ProposalAnswer(BaseModel):
    ruling_id: str
    outcome: Outcome
    to_buyer_fen: int
    reason: str
    proposed_by: str
    created_at: int


class DisputeAnswer(BaseModel):
    order_id: str
    order_number: str = Field(examples=[NUMBER_EXAMPLE])
    refund_id: str
    state: RefundState
    amount_fen: int
    with_goods: bool
    reason: str
    answer: str
    opened_at: int
    two_operators: bool = Field(description="须由两位工作人员裁定；查看者在同一订单已单独裁定的金额计算在内")
    ruling: ProposalAnswer | None = Field(description="等待另一位工作人员复核的裁定")

    @classmethod
    def of(cls, row: Dispute, options: OrderOptions) -> DisputeAnswer:
        names = ("order_id", "refund_id", "state", "amount_fen", "with_goods", "reason", "answer", "opened_at")
        proposed = row.ruling and ProposalAnswer(
            **{name: getattr(row.ruling, name) for name in ProposalAnswer.model_fields}
        )
        return cls(
            **{name: getattr(row.refund, name) for name in names}, order_number=row.number, ruling=proposed or None,
            two_operators=row.alone_fen + row.refund.amount_fen >= options.two_operators_fen,
        )  # fmt: skip
