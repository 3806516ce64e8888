"""Who hears of an approval: those who may give it, that an order waits for them; whoever asked, what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from catalog_service.domain.companies.credentials import CompanyKey
from catalog_service.domain.companies.letters import letter
from catalog_service.domain.companies.members import Member, MemberState, Role
from catalog_service.domain.companies.notices import Mail
from catalog_service.domain.orders.values import Order, key_of
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds
from kernel.money import yuan_text

APPROVERS = ("approver", "owner")


def ask_approvers(transaction: RecordTransaction, order: Order, *, at: int) -> None:
    """A notice to the buyer's company, mailed to everybody who may approve."""
    member = transaction.companies.member(order.placed_by)
    asker = f"由{member.name}下单" if member is not None else "由密钥下单"
    text = f"订单 {order.number_text} 等待审批：应付 {yuan_text(order.payable_fen)} 元，{asker}"
    transaction.notices.add(
        company_id=order.buyer_company_id, kind="order_approval_wanted", subject_id=order.order_id, text=text, at=at,
        roles=APPROVERS,
    )  # fmt: skip


def tell_asker(deeds: Deeds, transaction: RecordTransaction, order: Order, *, text: str, at: int) -> None:
    """A mail to whoever answers for the order; the company's notice says the same in the application. That is the
    member who placed it, or, where a key did, the member who made the key, and the owners once that one has left: a key
    has no mailbox, and whoever runs the program must hear of it."""
    key = _key(transaction, order)
    if key is None:
        member = transaction.companies.member(order.placed_by)
        told: Sequence[Member] = [] if member is None else [member]
    else:
        told, text = _answering_for(transaction, key), f"用密钥“{key.name}”下单：{text}"
    for member in told:
        if member.email:
            # One a decision and reader; as before where a member ordered, so that an upgrade mails nobody twice.
            whose = "" if key is None else f":{member.member_id}"
            dedupe = f"decision:{order.order_id}:{order.version}{whose}"
            subject, body = letter("审批结果", text, language=deeds.language_of(member))
            transaction.notices.mail(Mail(dedupe=dedupe, recipient=member.email, subject=subject, body=body), at=at)


def _key(transaction: RecordTransaction, order: Order) -> CompanyKey | None:
    key_id = key_of(order.placed_by)
    return None if key_id is None else transaction.identity.key(key_id)


def _answering_for(transaction: RecordTransaction, key: CompanyKey) -> Sequence[Member]:
    """The key's maker; the company's owners where that one is active there no more."""
    active = [each for each in transaction.companies.members(key.company_id) if each.state is MemberState.ACTIVE]
    maker = [each for each in active if each.member_id == key.created_by]
    return maker or [each for each in active if Role.OWNER in each.roles]
