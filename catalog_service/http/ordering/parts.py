"""What the routes of ordering share: ids in paths, who acts, and the roles that may."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from catalog_service.domain.orders.values import Party
from catalog_service.http.companies.callers import COMPANY_MEMBERS
from catalog_service.http.ids import path_id
from kernel.errors import Denied
from kernel.principal import Principal
from web.access import only
from web.authentication import Caller

EPOCH_MAX = 2**37  # the year 6325: what can still be written as a date

# A role is a member's in its own company; which side of an order that company is on, the deed finds out.
EVERYBODY = only(*COMPANY_MEMBERS, scope="orders:read")
BUYERS = only("owner", "buyer", scope="orders:write")
PAYERS = only("owner", "buyer", "finance", scope="orders:write", second_factor=True)
APPROVERS = only("owner", "approver")
SHIPPERS = only("owner", "warehouse", scope="orders:write")
SELLERS = only("owner", scope="orders:write", second_factor=True)
ACCOUNTANTS = only("owner", "finance", scope="orders:read")
EITHER_SIDE = only("owner", "buyer", "warehouse", scope="orders:write")


async def party(principal: Caller) -> Party:
    """On whose behalf the caller acts; who belongs to no company trades for none."""
    return party_of(principal)


def party_of(principal: Principal) -> Party:
    if principal.company_id is None:
        raise Denied("请以公司成员的身份操作", code="company_required", detail={"anonymous": principal.anonymous})
    acting = principal.actor if principal.member_id or principal.key_id else ""
    return Party(company_id=principal.company_id, member_id=acting, supplier_id=principal.supplier_id)


OrderId = Annotated[str, path_id("order_id", "订单编号")]
RefundId = Annotated[str, path_id("refund_id", "退款编号")]
PaymentId = Annotated[str, path_id("payment_id", "付款编号")]
TransferId = Annotated[str, path_id("transfer_id", "退款转账编号")]
By = Annotated[Party, Depends(party)]
