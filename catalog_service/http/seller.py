"""Who sells: the caller's own supplier, taken from the principal and from nowhere else."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from kernel.errors import Denied
from kernel.principal import Principal
from web.access import ADMIN, STAFF, only
from web.authentication import Caller

WRITE_OFFERS = "offers:write"
SELLERS = only("owner", "buyer", scope=WRITE_OFFERS)
SELLERS_AND_STAFF = only("owner", "buyer", ADMIN, STAFF, scope=WRITE_OFFERS)


class NotASupplier(Denied):
    """The caller's company has not claimed a supplier."""

    code = "no_supplier"


async def own_supplier_id(principal: Caller) -> str:
    """The supplier that the caller's company sells as."""
    return _supplier_of(principal)


async def seller_or_staff(principal: Caller) -> str | None:
    """The supplier on whose behalf it is done; None for the market's people, who may do it for any."""
    return None if {ADMIN, STAFF} & principal.roles else _supplier_of(principal)


def _supplier_of(principal: Principal) -> str:
    if principal.supplier_id is None:
        raise NotASupplier("贵公司还没有开通供应商身份")
    return principal.supplier_id


OwnSupplier = Annotated[str, Depends(own_supplier_id)]
SellerOrStaff = Annotated[str | None, Depends(seller_or_staff)]
