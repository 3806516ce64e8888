"""``/api/v1/companies/me/addresses``: where goods go."""

from __future__ import annotations

from fastapi import APIRouter, Response

from catalog_service.http.companies.callers import MEMBER_READS, AddressId, CompanyId
from catalog_service.http.companies.models import AddressAnswer, AddressBody, AddressesAnswer
from catalog_service.http.conditions import MemberDeed, OptionalVersion, RequiredVersion, etag, receipt_answer
from catalog_service.http.models import ReceiptAnswer
from catalog_service.people import People
from web.access import only
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter

_WRITES = [only("owner", "buyer", "warehouse"), NO_QUERY]


def addresses_router(people: People) -> APIRouter:
    """The routes over the people of a record."""
    router = PrefixedRouter(prefix="/api/v1/companies/me/addresses", tags=["公司"])

    @router.get("", summary="地址簿", dependencies=MEMBER_READS)
    def read_addresses(company_id: CompanyId) -> AddressesAnswer:
        company, found = people.reads.company(company_id), people.reads.addresses(company_id)
        return AddressesAnswer(
            addresses=[AddressAnswer.of(row) for row in found], default_address_id=company.default_address_id
        )

    @router.get("/{address_id}", summary="查看地址", dependencies=MEMBER_READS)
    def read_address(company_id: CompanyId, address_id: AddressId, response: Response) -> AddressAnswer:
        row = people.reads.address(address_id, company_id=company_id)
        response.headers["ETag"] = etag(row.version)
        return AddressAnswer.of(row)

    @router.post("", summary="新增地址", status_code=201, dependencies=_WRITES)
    def add_address(company_id: CompanyId, body: AddressBody, deed: MemberDeed, response: Response) -> ReceiptAnswer:
        """The first one becomes the default."""
        receipt = people.add_address(company_id=company_id, address=body.address(), default=body.default, request=deed)
        return receipt_answer(response, receipt)

    @router.put("/{address_id}", summary="修改地址", dependencies=_WRITES)
    def revise_address(
        company_id: CompanyId,
        address_id: AddressId,
        body: AddressBody,
        deed: MemberDeed,
        version: RequiredVersion,
        response: Response,
    ) -> ReceiptAnswer:
        """Orders keep the address that they were made with."""
        receipt = people.revise_address(
            company_id=company_id, address_id=address_id, address=body.address(), default=body.default,
            expected_version=version, request=deed,
        )  # fmt: skip
        return receipt_answer(response, receipt)

    @router.delete("/{address_id}", summary="删除地址", dependencies=_WRITES)
    def remove_address(
        company_id: CompanyId, address_id: AddressId, deed: MemberDeed, version: OptionalVersion, response: Response
    ) -> ReceiptAnswer:
        receipt = people.remove_address(
            company_id=company_id, address_id=address_id, request=deed, expected_version=version
        )
        return receipt_answer(response, receipt)

    return router
