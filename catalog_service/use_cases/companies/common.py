"""What the deeds on companies share."""

from __future__ import annotations

import dataclasses
from typing import Any

from catalog_service.domain.companies.company import Company
from catalog_service.domain.companies.credentials import (
    LINK_PREFIX,
    LINK_SECONDS,
    Link,
    LinkKind,
    digest_of,
    new_secret,
)
from catalog_service.domain.companies.letters import link_letter
from catalog_service.domain.companies.members import Member, MemberState
from catalog_service.domain.companies.notices import Mail
from catalog_service.ports.record import RecordTransaction
from kernel.errors import Conflict, NotFound


class CompanyNotFound(NotFound):
    """No company has this id."""

    code = "company_not_found"


class MemberNotFound(NotFound):
    """The company has no such member."""

    code = "member_not_found"


class LastOwner(Conflict):
    """The company would be left without an active owner."""

    code = "last_owner"


def require_company(transaction: RecordTransaction, company_id: str) -> Company:
    """The company, or ``CompanyNotFound``."""
    company = transaction.companies.company(company_id)
    if company is None:
        raise CompanyNotFound("没有这家公司", parameter="company_id")
    return company


def require_member(transaction: RecordTransaction, member_id: str, *, company_id: str | None) -> Member:
    """The company's member, or ``MemberNotFound``; the market's own people have no company."""
    member = transaction.companies.member(member_id)
    if member is None or member.company_id != company_id or member.state is MemberState.REMOVED:
        raise MemberNotFound("没有这个成员", parameter="member_id")
    return member


def next_company(transaction: RecordTransaction, company: Company, *, now: int, **changes: Any) -> Company:
    """Store the company's next version. Deeds that weigh several of its rows against each other do so too: of two
    that run at once, one is then done again and sees what the other did."""
    changed = dataclasses.replace(company, version=company.version + 1, changed_at=now, **changes)
    transaction.companies.replace_company(changed)
    return changed


def next_member(transaction: RecordTransaction, member: Member, *, now: int, **changes: Any) -> Member:
    """Store the member's next version."""
    changed = dataclasses.replace(member, version=member.version + 1, changed_at=now, **changes)
    transaction.companies.replace_member(changed)
    return changed


def keep_an_owner(transaction: RecordTransaction, changed: Member) -> None:
    """Refuse what would leave the company of ``changed`` without an active owner."""
    if changed.company_id is None or changed.active_owner:
        return
    others = transaction.companies.members(changed.company_id)
    if not any(other.active_owner for other in others if other.member_id != changed.member_id):
        raise LastOwner("公司至少要有一位使用中的负责人", parameter="member_id")


def mail_link(
    transaction: RecordTransaction, member: Member, kind: LinkKind, *, now: int, site_url: str, language: str
) -> None:
    """A new one-time link, by mail in ``language``; the member's former ones are void."""
    company = None if member.company_id is None else transaction.companies.company(member.company_id)
    token = new_secret(LINK_PREFIX)
    digest = digest_of(token)
    transaction.identity.void_links(member.member_id, at=now)
    link = Link(kind=kind, member_id=member.member_id, expires_at=now + LINK_SECONDS[kind])
    transaction.identity.insert_link(link, link_hash=digest)
    named = company.name if company else ""
    subject, body = link_letter(kind, company=named, site_url=site_url, token=token, language=language)
    mail = Mail(dedupe=f"link:{digest}", recipient=member.email, subject=subject, body=body)
    transaction.notices.mail(mail, at=now)
