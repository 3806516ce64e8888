"""Who hears of an approval: those who may give it, that an order waits for them; whoever asked, what was decided."""

from __future__ import annotations

from catalog_service.domain.companies.letters import letter
from catalog_service.domain.companies.notices import Mail
from catalog_service.domain.orders.values import Order
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds
from kernel.money import yuan_text

APPROVERS = ("approver", "owner")


def ask_approvers(transaction: RecordTransaction, order: Order, *, at: int) -> None:
    """A notice to the buyer's company, mailed to everybody who may approve."""
    member = transaction.companies.member(order.placed_by)
    asker = f"由{member.name}下单" if member is not None else "由密钥下单"
    text = f"订单 {order.order_id} 等待审批：应付 {yuan_text(order.payable_fen)} 元，{asker}"
    transaction.notices.add(
        company_id=order.buyer_company_id, kind="order_approval_wanted", subject_id=order.order_id, text=text, at=at,
        roles=APPROVERS,
    )  # fmt: skip


def tell_asker(deeds: Deeds, transaction: RecordTransaction, order: Order, *, text: str, at: int) -> None:
    """A mail to the member who placed the order; the company's notice says the same in the application. A key has no
    mailbox: its company's owners have the notice."""
    member = transaction.companies.member(order.placed_by)
    if member is not None and member.email:
        subject, body = letter("审批结果", text, language=deeds.language_of(member))
        dedupe = f"decision:{order.order_id}:{order.version}"
        transaction.notices.mail(Mail(dedupe=dedupe, recipient=member.email, subject=subject, body=body), at=at)
