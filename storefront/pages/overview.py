"""What a member sees first: orders that wait for them, and what the company was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from catalog_service.domain.companies.notices import Notice
from catalog_service.domain.orders.states import OrderState
from storefront.pages.orders import APPROVERS, ORDERERS, PAYERS
from storefront.pages.trade_words import moment

# Who brings an order on from each state; from the others the seller or nobody does.
_ACTORS = {
    OrderState.WAIT_APPROVAL: APPROVERS,
    OrderState.WAIT_BUYER_PAY: PAYERS,
    OrderState.WAIT_STAGE_PAY: PAYERS,
    OrderState.WAIT_BUYER_RECEIVE: ORDERERS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """``href``: where it can be seen to; empty when it names nothing that has a page."""

    notice_id: int
    text: str
    at: str
    href: str
    unread: bool


def states_to_act(roles: Collection[str]) -> tuple[OrderState, ...]:
    """States of a bought order in which a member of these roles can bring it on."""
    return tuple(state for state, actors in _ACTORS.items() if actors & set(roles))


def notice_rows(found: Sequence[Notice]) -> list[NoticeRow]:
    return [
        NoticeRow(
            notice_id=notice.notice_id,
            text=notice.text,
            at=moment(notice.created_at),
            href=_href(notice),
            unread=notice.read_at is None,
        )
        for notice in found
    ]


def _href(notice: Notice) -> str:
    if notice.kind.startswith("order_"):
        return f"/orders/{notice.subject_id}"  # which leads a seller on to its own page of the order
    return "/seller/verification" if notice.kind.startswith("verification_") else ""
