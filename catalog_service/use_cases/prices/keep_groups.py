"""A supplier's buyer groups: who is in them, and what was agreed with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.prices.terms import (
    MEMBERS_MAX,
    PRIVATE_PRICES_MAX,
    RATE_BP_WHOLE,
    BuyerGroup,
    accept_group,
    accept_private_ladder,
)
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, require_version
from catalog_service.use_cases.offers.store_offer import require_own_offer
from catalog_service.use_cases.prices.receipts import terms_receipt
from catalog_service.use_cases.stock.change_stock import require_own_sku
from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import validate_id
from kernel.prices import PriceTier


class GroupNotFound(NotFound):
    """The supplier has no such buyer group."""

    code = "buyer_group_not_found"


class AlreadyGrouped(Conflict):
    """A company is in one group of a supplier at most; ``detail`` names the groups that they are in."""

    code = "already_grouped"


def require_group(transaction: RecordTransaction, group_id: str, *, seller: str) -> BuyerGroup:
    """The group, or ``GroupNotFound``: another supplier's is as if it were not there."""
    group = transaction.prices.group(group_id)
    if group is None or group.supplier_id != seller:
        raise GroupNotFound(f"没有编号为 {group_id} 的客户组", parameter="group_id")
    return group


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepGroups:
    """Every change makes the group's next version, so that two who edit it at once do not undo each other."""

    deeds: Deeds

    def create(self, *, seller: str, name: str, rate_bp: int, request: DeedRequest) -> Receipt:
        fresh = accept_group(BuyerGroup(group_id=self.deeds.ids.new(), supplier_id=seller, name=name, rate_bp=rate_bp))

        def create(transaction: RecordTransaction, now: int) -> Receipt:
            transaction.prices.save_group(fresh, at=now)
            return terms_receipt(transaction, fresh, "create_buyer_group", request, now, created=True)

        return self.deeds.perform(request, create)

    def revise(
        self,
        *,
        seller: str,
        group_id: str,
        name: str,
        rate_bp: int = RATE_BP_WHOLE,
        expected_version: int | None,
        request: DeedRequest,
    ) -> Receipt:
        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_group(transaction, group_id, seller=seller)
            require_version(expected_version, actual=known.version)
            after = accept_group(replace(known, name=name, rate_bp=rate_bp, version=known.version + 1))
            transaction.prices.save_group(after, at=now)
            return terms_receipt(transaction, after, "revise_buyer_group", request, now)

        return self.deeds.perform(request, revise)

    def delete(self, *, seller: str, group_id: str, expected_version: int | None, request: DeedRequest) -> Receipt:
        """With its members and prices: they pay the public price from now on."""

        def delete(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_group(transaction, group_id, seller=seller)
            require_version(expected_version, actual=known.version)
            transaction.prices.drop_group(known)
            return terms_receipt(transaction, known, "delete_buyer_group", request, now)

        return self.deeds.perform(request, delete)

    def set_members(
        self,
        *,
        seller: str,
        group_id: str,
        company_ids: Sequence[str],
        expected_version: int | None,
        request: DeedRequest,
    ) -> Receipt:
        """These companies and no others; ``AlreadyGrouped`` for those that another group of the supplier holds."""
        if len(company_ids) > MEMBERS_MAX:
            raise Invalid(f"客户组最多 {MEMBERS_MAX} 家企业", parameter="company_ids")
        wanted = sorted({validate_id(company_id, parameter="company_ids") for company_id in company_ids})

        def set_members(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_group(transaction, group_id, seller=seller)
            require_version(expected_version, actual=known.version)
            elsewhere = {
                company: group
                for company, group in transaction.prices.groups_of_companies(
                    supplier_id=seller, company_ids=wanted
                ).items()
                if group != group_id
            }
            if elsewhere:
                raise AlreadyGrouped("有企业已在另一个客户组", parameter="company_ids", detail={"groups": elsewhere})
            after = replace(known, version=known.version + 1)
            transaction.prices.save_group(after, at=now)
            transaction.prices.set_members(after, wanted)
            return terms_receipt(transaction, after, "set_group_members", request, now)

        return self.deeds.perform(request, set_members)

    def set_price(
        self,
        *,
        seller: str,
        group_id: str,
        target_id: str,
        tiers: Sequence[PriceTier],
        expected_version: int | None,
        request: DeedRequest,
    ) -> Receipt:
        """What the group pays for this SKU, or for all SKUs of this offer; no ladder takes the agreement back."""
        agreed = accept_private_ladder(tiers) if tiers else ()

        def set_price(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_group(transaction, group_id, seller=seller)
            require_version(expected_version, actual=known.version)
            if transaction.offer(target_id) is not None:
                require_own_offer(transaction, target_id, seller=seller)
            else:
                require_own_sku(transaction, target_id, seller=seller)
            held = transaction.prices.private_prices(group_id)
            if agreed and target_id not in held and len(held) >= PRIVATE_PRICES_MAX:
                raise Invalid(f"一个客户组最多 {PRIVATE_PRICES_MAX} 个专属价", parameter="target_id")
            after = replace(known, version=known.version + 1)
            transaction.prices.save_group(after, at=now)
            transaction.prices.set_private_price(group_id, target_id, agreed)
            return terms_receipt(transaction, after, "set_private_price", request, now)

        return self.deeds.perform(request, set_price)
