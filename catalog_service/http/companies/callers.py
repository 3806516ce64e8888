"""Who calls, as these routes need it, and the guards that they share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request, Response

from catalog_service.domain.companies.members import COMPANY_ROLES
from kernel.errors import Denied
from kernel.ids import validate_id
from kernel.principal import Principal
from web.access import STAFF, only
from web.authentication import Caller
from web.parameters import strict_query

NO_QUERY = Depends(strict_query())
COMPANY_MEMBERS = tuple(sorted(str(role) for role in COMPANY_ROLES))
PEOPLE = (*COMPANY_MEMBERS, STAFF)  # everybody who signs in with a password

MEMBER_READS = [only(*COMPANY_MEMBERS, scope="company:read"), NO_QUERY]
OWNER_WRITES = [only("owner", second_factor=True), NO_QUERY]


def client_of(request: Request) -> str:
    """The address that attempts are counted by."""
    return request.client.host if request.client else "unknown"


def _company_id(principal: Caller) -> str:
    if principal.company_id is None:
        raise Denied("只有公司的成员或密钥可以这样做", code="role_required")
    return principal.company_id


def _member(principal: Caller) -> Principal:
    if principal.member_id is None or principal.session_id is None:
        raise Denied("请先登录", code="sign_in_required", detail={"anonymous": principal.anonymous})
    return principal


def no_store(response: Response) -> None:
    """What holds a secret is kept by no cache."""
    response.headers["Cache-Control"] = "no-store"


def _member_id(member_id: Annotated[str, Path(description="成员编号", max_length=200)]) -> str:
    return validate_id(member_id, parameter="member_id")


def _address_id(address_id: Annotated[str, Path(description="地址编号", max_length=200)]) -> str:
    return validate_id(address_id, parameter="address_id")


def _verification_id(verification_id: Annotated[str, Path(description="认证编号", max_length=200)]) -> str:
    return validate_id(verification_id, parameter="verification_id")


def _key_id(key_id: Annotated[str, Path(description="密钥编号", max_length=200)]) -> str:
    return validate_id(key_id, parameter="key_id")


def _session_id(session_id: Annotated[str, Path(description="登录编号", max_length=200)]) -> str:
    return validate_id(session_id, parameter="session_id")


def _named_company_id(company_id: Annotated[str, Path(description="公司编号", max_length=200)]) -> str:
    return validate_id(company_id, parameter="company_id")


CompanyId = Annotated[str, Depends(_company_id)]
SignedInMember = Annotated[Principal, Depends(_member)]
MemberId = Annotated[str, Depends(_member_id)]
AddressId = Annotated[str, Depends(_address_id)]
VerificationId = Annotated[str, Depends(_verification_id)]
KeyId = Annotated[str, Depends(_key_id)]
SessionId = Annotated[str, Depends(_session_id)]
NamedCompanyId = Annotated[str, Depends(_named_company_id)]
