"""Bodies and answers on payments, the deposit, statements and the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from catalog_service.domain.money.payment_states import PaymentState
from catalog_service.domain.money.payments import Payment
from catalog_service.domain.money.statements import AccountStatement, Difference, DifferenceKind
from catalog_service.http.bodies import Body, Count
from catalog_service.reads.ledger import Verified

ORDER_EXAMPLE, NUMBER_EXAMPLE = "01981f0a7c6b7c40b5a1f3d8b1c2e4f6", "261128483726197"


class PayBody(Body):
    order_id: str = Field(examples=[ORDER_EXAMPLE])
    amount_fen: Count = Field(description="买家看到的应付金额（分）；已变化则拒绝", examples=[128_000])


class SandboxPayBody(Body):
    fails: bool = Field(False, description="true：付款失败")


class DepositBody(Body):
    supplier_id: str = Field(examples=["s-yongkang-01"])
    amount_fen: Count = Field(examples=[1_000_000])
    reference: str = Field(description="支付机构对账单上的流水号，只入账一次", examples=["dep-20260701-01"])


class PaymentAnswer(BaseModel):
    payment_id: str
    version: int
    state: PaymentState
    order_id: str
    stage: int
    amount_fen: int
    received_fen: int
    refunded_fen: int
    gateway: str
    pay_url: str = Field(description="付款页面；支付机构尚未答复时为空")
    created_at: int

    @classmethod
    def of(cls, payment: Payment) -> PaymentAnswer:
        return cls(**{name: getattr(payment, name) for name in cls.model_fields})


class StatementLineAnswer(BaseModel):
    at: int
    kind: str
    chain_id: str = Field(description="订单编号或流水")
    order_number: str = Field(description="给人看的订单号；不是订单的流水为空", examples=[NUMBER_EXAMPLE])
    number: int
    account: str
    amount_fen: int
    balance_fen: int


class StatementAnswer(BaseModel):
    owner: str
    since: int
    until: int
    opening_fen: int
    closing_fen: int
    lines: list[StatementLineAnswer]

    @classmethod
    def of(cls, statement: AccountStatement) -> StatementAnswer:
        lines = [
            StatementLineAnswer(**{name: getattr(line, name) for name in StatementLineAnswer.model_fields})
            for line in statement.lines
        ]
        plain = {name: getattr(statement, name) for name in cls.model_fields if name != "lines"}
        return cls(**plain, lines=lines)


class FaultAnswer(BaseModel):
    table: str
    row: str
    what: str


class VerifiedAnswer(BaseModel):
    chains: int
    entries: int
    faults: list[FaultAnswer] = Field(description="每类检查的第一处错误；空为全部正确")

    @classmethod
    def of(cls, verified: Verified) -> VerifiedAnswer:
        faults = [FaultAnswer(table=fault.table, row=fault.row, what=fault.what) for fault in verified.faults]
        return cls(chains=verified.chains, entries=verified.entries, faults=faults)


class DifferenceAnswer(BaseModel):
    kind: DifferenceKind
    reference: str
    gateway_fen: int
    ledger_fen: int

    @classmethod
    def of(cls, difference: Difference) -> DifferenceAnswer:
        return cls(**{name: getattr(difference, name) for name in cls.model_fields})


class ReconciledAnswer(BaseModel):
    since: int
    until: int
    gateway_lines: int
    differences: list[DifferenceAnswer]
    settled: dict[str, int] = Field(description="补记的款项，按结果计数")

    @classmethod
    def of(
        cls, since: int, until: int, lines: int, differences: Sequence[Difference], *, settled: dict[str, int]
    ) -> ReconciledAnswer:
        return cls(
            since=since, until=until, gateway_lines=lines,
            differences=[DifferenceAnswer.of(difference) for difference in differences], settled=settled,
        )  # fmt: skip
