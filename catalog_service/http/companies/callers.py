"""Who calls, as these routes need it, and the guards that they share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from catalog_service.domain.companies.members import COMPANY_ROLES
from catalog_service.http.ids import path_id
from kernel.errors import Denied
from kernel.principal import Principal
from web.access import STAFF, only
from web.authentication import Caller
from web.parameters import NO_QUERY

COMPANY_MEMBERS = tuple(sorted(str(role) for role in COMPANY_ROLES))
PEOPLE = (*COMPANY_MEMBERS, STAFF)  # everybody who signs in with a password

MEMBER_READS = [only(*COMPANY_MEMBERS, scope="company:read"), NO_QUERY]
OWNER_WRITES = [only("owner", second_factor=True), NO_QUERY]


def client_of(request: Request) -> str:
    """The address that attempts are counted by."""
    return request.client.host if request.client else "unknown"


async def _company_id(principal: Caller) -> str:
    if principal.company_id is None:
        raise Denied("只有公司的成员或密钥可以这样做", code="role_required")
    return principal.company_id


async def _member(principal: Caller) -> Principal:
    if principal.member_id is None or principal.session_id is None:
        raise Denied("请先登录", code="sign_in_required", detail={"anonymous": principal.anonymous})
    return principal


async def no_store(response: Response) -> None:
    """What holds a secret is kept by no cache."""
    response.headers["Cache-Control"] = "no-store"


CompanyId = Annotated[str, Depends(_company_id)]
SignedInMember = Annotated[Principal, Depends(_member)]
MemberId = Annotated[str, path_id("member_id", "成员编号")]
AddressId = Annotated[str, path_id("address_id", "地址编号")]
VerificationId = Annotated[str, path_id("verification_id", "认证编号")]
DocumentId = Annotated[str, path_id("document_id", "文件编号")]
KeyId = Annotated[str, path_id("key_id", "密钥编号")]
SessionId = Annotated[str, path_id("session_id", "登录编号")]
NamedCompanyId = Annotated[str, path_id("company_id", "公司编号")]
