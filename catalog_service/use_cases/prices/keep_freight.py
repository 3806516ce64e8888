"""A supplier's freight templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.prices.terms import FreightTemplate, FreightZone, accept_template
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, require_version
from catalog_service.use_cases.offers.store_offer import FreightTemplateNotFound
from catalog_service.use_cases.prices.receipts import terms_receipt
from kernel.errors import Conflict


class FreightTemplateInUse(Conflict):
    """Offers go by this template; ``detail["offers"]`` says how many."""

    code = "freight_template_in_use"


def require_own_template(transaction: RecordTransaction, template_id: str, *, seller: str) -> FreightTemplate:
    """The template, or ``FreightTemplateNotFound``."""
    template = transaction.prices.freight([template_id]).get(template_id)
    if template is None or template.supplier_id != seller:
        raise FreightTemplateNotFound(f"没有编号为 {template_id} 的运费模板", parameter="template_id")
    return template


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFreight:
    deeds: Deeds

    def create(self, *, seller: str, name: str, zones: Sequence[FreightZone], request: DeedRequest) -> Receipt:
        template_id = self.deeds.ids.new()
        fresh = accept_template(
            FreightTemplate(template_id=template_id, supplier_id=seller, name=name, zones=tuple(zones))
        )

        def create(transaction: RecordTransaction, now: int) -> Receipt:
            transaction.prices.save_freight(fresh, at=now)
            return terms_receipt(transaction, fresh, "create_freight_template", request, now, created=True)

        return self.deeds.perform(request, create)

    def revise(
        self,
        *,
        seller: str,
        template_id: str,
        name: str,
        zones: Sequence[FreightZone],
        expected_version: int | None,
        request: DeedRequest,
    ) -> Receipt:
        def revise(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_own_template(transaction, template_id, seller=seller)
            require_version(expected_version, actual=known.version)
            after = accept_template(replace(known, name=name, zones=tuple(zones), version=known.version + 1))
            transaction.prices.save_freight(after, at=now)
            return terms_receipt(transaction, after, "revise_freight_template", request, now)

        return self.deeds.perform(request, revise)

    def delete(self, *, seller: str, template_id: str, expected_version: int | None, request: DeedRequest) -> Receipt:
        """``FreightTemplateInUse`` while an offer goes by it: its freight must not become nothing unnoticed."""

        def delete(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_own_template(transaction, template_id, seller=seller)
            require_version(expected_version, actual=known.version)
            used = transaction.prices.offers_with_freight(template_id)
            if used:
                message = f"还有 {used} 个商品在用这个运费模板"
                raise FreightTemplateInUse(message, parameter="template_id", detail={"offers": used})
            if transaction.prices.supplier_terms(seller).freight_template_id == template_id:
                raise FreightTemplateInUse("这是默认运费模板，先换一个默认再删", parameter="template_id")
            transaction.prices.drop_freight(known)
            return terms_receipt(transaction, known, "delete_freight_template", request, now)

        return self.deeds.perform(request, delete)
