"""A supplier's own terms: ``/api/v1/buyer-groups``, ``/freight-templates``, ``/supplier-terms`` and stock of SKUs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from catalog_service.http.bodies import tiers_of
from catalog_service.http.conditions import MemberDeed, OptionalVersion, RequiredVersion, etag, receipt_answer
from catalog_service.http.ids import path_id
from catalog_service.http.models import ReceiptAnswer
from catalog_service.http.seller import SELLERS, SELLERS_AND_STAFF, OwnSupplier, SellerOrStaff
from catalog_service.http.trade_models import (
    FreightAnswer,
    FreightBody,
    FreightsAnswer,
    GroupAnswer,
    GroupBody,
    GroupPageAnswer,
    GroupsAnswer,
    LadderBody,
    MembersBody,
    StockBody,
    StockChangeBody,
    SupplierTermsAnswer,
    SupplierTermsBody,
)
from catalog_service.service import Record
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter

_SELLERS = [SELLERS, NO_QUERY]


GroupId = Annotated[str, path_id("group_id", "客户组编号")]
TargetId = Annotated[str, path_id("target_id", "商品或规格编号")]
TemplateId = Annotated[str, path_id("template_id", "运费模板编号")]
SkuId = Annotated[str, path_id("sku_id", "规格编号")]


def buyer_groups_router(record: Record) -> APIRouter:
    """Companies that pay less, and what was agreed with them."""
    router = PrefixedRouter(prefix="/api/v1/buyer-groups", tags=["客户组"])

    @router.get("", summary="客户组列表", dependencies=_SELLERS)
    def list_groups(seller: OwnSupplier) -> GroupsAnswer:
        return GroupsAnswer(groups=[GroupAnswer.of(group) for group in record.prices.groups(seller=seller)])

    @router.post("", summary="新建客户组", status_code=201, dependencies=_SELLERS)
    def create_group(body: GroupBody, seller: OwnSupplier, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        receipt = record.keep_groups.create(seller=seller, name=body.name, rate_bp=body.rate_bp, request=deed)
        return receipt_answer(response, receipt)

    @router.get("/{group_id}", summary="查看客户组", dependencies=_SELLERS)
    def read_group(group_id: GroupId, seller: OwnSupplier, response: Response) -> GroupPageAnswer:
        view = record.prices.group(group_id, seller=seller)
        response.headers["ETag"] = etag(view.group.version)
        return GroupPageAnswer.of_view(view)

    @router.put("/{group_id}", summary="修改客户组", dependencies=_SELLERS)
    def revise_group(
        group_id: GroupId,
        body: GroupBody,
        seller: OwnSupplier,
        deed: MemberDeed,
        version: RequiredVersion,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = record.keep_groups.revise(
            seller=seller, group_id=group_id, name=body.name, rate_bp=body.rate_bp, expected_version=version,
            request=deed,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    @router.delete("/{group_id}", summary="删除客户组", dependencies=_SELLERS)
    def delete_group(
        group_id: GroupId, seller: OwnSupplier, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        receipt = record.keep_groups.delete(seller=seller, group_id=group_id, expected_version=version, request=deed)
        return receipt_answer(response, receipt)

    @router.put("/{group_id}/members", summary="设置组内企业", dependencies=_SELLERS)
    def set_members(
        group_id: GroupId,
        body: MembersBody,
        seller: OwnSupplier,
        deed: MemberDeed,
        version: RequiredVersion,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = record.keep_groups.set_members(
            seller=seller, group_id=group_id, company_ids=body.company_ids, expected_version=version, request=deed
        )
        return receipt_answer(response, receipt)

    @router.put("/{group_id}/prices/{target_id}", summary="设置专属价", dependencies=_SELLERS)
    def set_price(
        group_id: GroupId,
        target_id: TargetId,
        body: LadderBody,
        seller: OwnSupplier,
        deed: MemberDeed,
        version: RequiredVersion,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = record.keep_groups.set_price(
            seller=seller, group_id=group_id, target_id=target_id, tiers=tiers_of(body.tiers),
            expected_version=version, request=deed,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    return router


def freight_router(record: Record) -> APIRouter:
    """What carriage costs, by province and weight."""
    router = PrefixedRouter(prefix="/api/v1/freight-templates", tags=["运费"])

    @router.get("", summary="运费模板列表", dependencies=_SELLERS)
    def list_templates(seller: OwnSupplier) -> FreightsAnswer:
        templates = record.prices.freight_templates(seller=seller)
        return FreightsAnswer(templates=[FreightAnswer.of(template) for template in templates])

    @router.post("", summary="新建运费模板", status_code=201, dependencies=_SELLERS)
    def create_template(body: FreightBody, seller: OwnSupplier, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        receipt = record.keep_freight.create(seller=seller, name=body.name, zones=body.drafts(), request=deed)
        return receipt_answer(response, receipt)

    @router.get("/{template_id}", summary="查看运费模板", dependencies=_SELLERS)
    def read_template(template_id: TemplateId, seller: OwnSupplier, response: Response) -> FreightAnswer:
        template = record.prices.freight_template(template_id, seller=seller)
        response.headers["ETag"] = etag(template.version)
        return FreightAnswer.of(template)

    @router.put("/{template_id}", summary="修改运费模板", dependencies=_SELLERS)
    def revise_template(
        template_id: TemplateId,
        body: FreightBody,
        seller: OwnSupplier,
        deed: MemberDeed,
        version: RequiredVersion,
        response: Response,
    ) -> ReceiptAnswer:
        receipt = record.keep_freight.revise(
            seller=seller, template_id=template_id, name=body.name, zones=body.drafts(), expected_version=version,
            request=deed,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    @router.delete("/{template_id}", summary="删除运费模板", dependencies=_SELLERS)
    def delete_template(
        template_id: TemplateId, seller: OwnSupplier, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        """Refused while offers go by it."""
        receipt = record.keep_freight.delete(
            seller=seller, template_id=template_id, expected_version=version, request=deed
        )
        return receipt_answer(response, receipt)

    return router


def supplier_terms_router(record: Record) -> APIRouter:
    """Mixed batches and discounts."""
    router = PrefixedRouter(prefix="/api/v1/supplier-terms", tags=["供应商"])

    @router.get("", summary="查看混批与满减", dependencies=_SELLERS)
    def read_terms(seller: OwnSupplier, response: Response) -> SupplierTermsAnswer:
        terms = record.prices.supplier_terms(seller=seller)
        response.headers["ETag"] = etag(terms.version)
        return SupplierTermsAnswer.of(terms)

    @router.put("", summary="设置混批与满减", dependencies=_SELLERS, responses={201: {"model": ReceiptAnswer}})
    def set_terms(
        body: SupplierTermsBody, seller: OwnSupplier, deed: MemberDeed, version: RequiredVersion, response: Response
    ) -> ReceiptAnswer:
        receipt = record.set_supplier_terms(terms=body.terms(seller), expected_version=version, request=deed)
        return receipt_answer(response, receipt)

    return router


def skus_router(record: Record) -> APIRouter:
    """A supplier counts its stock."""
    router = PrefixedRouter(prefix="/api/v1/skus", tags=["库存"])
    guarded = [SELLERS_AND_STAFF, NO_QUERY]

    @router.put("/{sku_id}/stock", summary="设置库存", dependencies=guarded)
    def set_stock(
        sku_id: SkuId, body: StockBody, seller: SellerOrStaff, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        """What is available beside what orders hold already."""
        receipt = record.change_stock.set(
            sku_id=sku_id, available=body.available, expected=body.expected, seller=seller, request=deed
        )
        return receipt_answer(response, receipt)

    @router.post("/{sku_id}/stock/changes", summary="增减库存", dependencies=guarded)
    def adjust_stock(
        sku_id: SkuId, body: StockChangeBody, seller: SellerOrStaff, deed: MemberDeed, response: Response
    ) -> ReceiptAnswer:
        receipt = record.change_stock.adjust(sku_id=sku_id, change=body.change, seller=seller, request=deed)
        return receipt_answer(response, receipt)

    return router
