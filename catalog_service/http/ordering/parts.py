"""What the routes of ordering share: ids in paths, who acts, and the roles that may."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path

from catalog_service.domain.orders.values import Party
from kernel.errors import Denied
from kernel.ids import validate_id
from kernel.principal import Principal
from web.access import only
from web.authentication import Caller
from web.parameters import strict_query

EPOCH_MAX = 2**37  # the year 6325: what can still be written as a date
NO_QUERY = Depends(strict_query())

# A role is a member's in its own company; which side of an order that company is on, the deed finds out.
EVERYBODY = only("owner", "buyer", "approver", "finance", "warehouse", "viewer", scope="orders:read")
BUYERS = only("owner", "buyer", scope="orders:write")
PAYERS = only("owner", "buyer", "finance", scope="orders:write", second_factor=True)
APPROVERS = only("owner", "approver")
SHIPPERS = only("owner", "warehouse", scope="orders:write")
SELLERS = only("owner", scope="orders:write", second_factor=True)
ACCOUNTANTS = only("owner", "finance", scope="orders:read")
EITHER_SIDE = only("owner", "buyer", "warehouse", scope="orders:write")


def _order_id(order_id: Annotated[str, Path(description="订单编号", max_length=200)]) -> str:
    return validate_id(order_id, parameter="order_id")


def _refund_id(refund_id: Annotated[str, Path(description="退款编号", max_length=200)]) -> str:
    return validate_id(refund_id, parameter="refund_id")


def _payment_id(payment_id: Annotated[str, Path(description="付款编号", max_length=200)]) -> str:
    return validate_id(payment_id, parameter="payment_id")


def party(principal: Caller) -> Party:
    """On whose behalf the caller acts; who belongs to no company trades for none."""
    return party_of(principal)


def party_of(principal: Principal) -> Party:
    if principal.company_id is None:
        raise Denied("请以公司成员的身份操作", code="company_required", detail={"anonymous": principal.anonymous})
    acting = principal.actor if principal.member_id or principal.key_id else ""
    return Party(company_id=principal.company_id, member_id=acting, supplier_id=principal.supplier_id)


OrderId = Annotated[str, Depends(_order_id)]
RefundId = Annotated[str, Depends(_refund_id)]
PaymentId = Annotated[str, Depends(_payment_id)]
By = Annotated[Party, Depends(party)]
