"""``CompanyRows`` over SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql.moves import move_row, refuse_overtaken
from catalog_service.adapters.sql.rows import encode_json
from catalog_service.adapters.sql.tables import (
    addresses,
    companies,
    company_documents,
    members,
    order_events,
    orders,
    verifications,
)
from catalog_service.domain.companies.address import Address, StoredAddress
from catalog_service.domain.companies.company import Company, Invoice
from catalog_service.domain.companies.documents import StoredScan
from catalog_service.domain.companies.members import Language, Member, MemberState, Role
from catalog_service.domain.companies.verification import Document, DocumentKind, Verification, VerificationState
from catalog_service.domain.orders.states import OrderEvent, OrderState

Row = Any
_decode_names = msgspec.json.Decoder(list[str]).decode
_decode_documents = msgspec.json.Decoder(list[tuple[str, str]]).decode
_decode_invoice = msgspec.json.Decoder(Invoice).decode
_ADDRESS_FIELDS = ("recipient", "phone", "province", "city", "district", "street", "postcode")


def _may_spend() -> sa.Select[Any]:
    """A row where the sum is within the limit. Orders that somebody else approved count for nobody's limit."""
    at, of = orders.c, members.c
    event = order_events.c
    approved = sa.exists().where(event.order_id == at.order_id, event.event == str(OrderEvent.APPROVE))
    waiting = sa.select(sa.func.coalesce(sa.func.sum(at.approved_fen), 0)).where(
        at.buyer_company_id == of.company_id, at.placed_at >= sa.bindparam("since", type_=sa.BigInteger),
        at.placed_by == of.member_id, at.state == str(OrderState.WAIT_BUYER_PAY), ~approved,
    )  # fmt: skip
    amount, more = (sa.bindparam(name, type_=sa.BigInteger) for name in ("amount", "more"))
    within = sa.and_(amount <= of.spend_limit_fen, waiting.scalar_subquery() + more <= of.spend_limit_fen)
    return sa.select(sa.literal(1)).select_from(members).where(of.member_id == sa.bindparam("member"), within)


_ID: sa.BindParameter[str] = sa.bindparam("id")
_COMPANY = sa.select(companies).where(companies.c.company_id == _ID)
_COMPANY_OF_SUPPLIER = sa.select(companies).where(companies.c.supplier_id == _ID)
_MEMBER = sa.select(members).where(members.c.member_id == _ID)
_MAY_SPEND = _may_spend()
_MEMBER_BY_LOGIN = sa.select(members).where(members.c.login == _ID)


class SqlCompanyRows:
    """Over one open connection; commits nothing itself."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def company(self, company_id: str) -> Company | None:
        return self._company(_COMPANY, company_id)

    def company_of_supplier(self, supplier_id: str) -> Company | None:
        return self._company(_COMPANY_OF_SUPPLIER, supplier_id)

    def insert_company(self, company: Company) -> None:
        self._connection.execute(sa.insert(companies).values(_company_values(company)))

    def replace_company(self, company: Company) -> None:
        self._replace(companies, company.company_id, _company_values(company))

    def member(self, member_id: str) -> Member | None:
        return self._member(_MEMBER, member_id)

    def member_by_login(self, login: str) -> Member | None:
        return self._member(_MEMBER_BY_LOGIN, login)

    def members(self, company_id: str) -> Sequence[Member]:
        return self._members(members.c.company_id == company_id)

    def staff(self) -> Sequence[Member]:
        return self._members(members.c.company_id.is_(None))

    def with_second_factor(self) -> Sequence[str]:
        query = sa.select(members.c.member_id).where(members.c.totp_secret != "").order_by(members.c.member_id)
        return list(self._connection.execute(query).scalars())

    def insert_member(self, member: Member) -> None:
        self._connection.execute(sa.insert(members).values(_member_values(member)))

    def replace_member(self, member: Member) -> None:
        self._replace(members, member.member_id, _member_values(member))

    def hold_member(self, member: Member) -> None:
        at = members.c
        held = sa.update(members).where(at.member_id == member.member_id, at.version == member.version)
        refuse_overtaken(self._connection.execute(held.values(version=member.version)).rowcount)

    def may_spend(self, member_id: str, *, amount_fen: int, agreed_fen: int, since: int) -> bool:
        asked = {"member": member_id, "amount": amount_fen, "more": amount_fen - agreed_fen, "since": since}
        return self._connection.execute(_MAY_SPEND, asked).first() is not None

    def address(self, address_id: str) -> StoredAddress | None:
        query = sa.select(addresses).where(addresses.c.address_id == address_id)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _address_from_row(row)

    def addresses(self, company_id: str) -> Sequence[StoredAddress]:
        query = sa.select(addresses).where(addresses.c.company_id == company_id).order_by(addresses.c.address_id)
        return [_address_from_row(row) for row in self._connection.execute(query).mappings()]

    def insert_address(self, row: StoredAddress) -> None:
        self._connection.execute(sa.insert(addresses).values(_address_values(row)))

    def replace_address(self, row: StoredAddress) -> None:
        self._replace(addresses, row.address_id, _address_values(row))

    def delete_address(self, row: StoredAddress) -> None:
        at = addresses.c
        delete = sa.delete(addresses).where(at.address_id == row.address_id, at.version == row.version)
        refuse_overtaken(self._connection.execute(delete).rowcount)

    def document(self, document_id: str) -> StoredScan | None:
        query = sa.select(company_documents).where(company_documents.c.document_id == document_id)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else StoredScan(**row)

    def documents(self, company_id: str) -> Sequence[StoredScan]:
        at = company_documents.c
        query = (
            sa.select(company_documents)
            .where(at.company_id == company_id)
            .order_by(at.uploaded_at.desc(), at.document_id.desc())
        )
        return [StoredScan(**row) for row in self._connection.execute(query).mappings()]

    def insert_document(self, row: StoredScan) -> None:
        self._connection.execute(sa.insert(company_documents).values(asdict(row)))

    def verification(self, verification_id: str) -> Verification | None:
        query = sa.select(verifications).where(verifications.c.verification_id == verification_id)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else verification_from_row(row)

    def verifications_of(self, company_id: str) -> Sequence[Verification]:
        at = verifications.c
        query = (
            sa.select(verifications)
            .where(at.company_id == company_id)
            .order_by(at.submitted_at.desc(), at.verification_id.desc())
        )
        return [verification_from_row(row) for row in self._connection.execute(query).mappings()]

    def ended_verifications(self, *, now: int, limit: int) -> Sequence[Verification]:
        at = verifications.c
        query = (
            sa.select(verifications)
            .where(at.state == str(VerificationState.APPROVED), at.expires_at <= now)
            .order_by(at.expires_at)
            .limit(limit)
        )
        return [verification_from_row(row) for row in self._connection.execute(query).mappings()]

    def insert_verification(self, row: Verification) -> None:
        self._connection.execute(sa.insert(verifications).values(_verification_values(row)))

    def move_verification(self, row: Verification, *, source: VerificationState) -> None:
        move_row(
            self._connection, verifications, row.verification_id, source=source, version=row.version - 1,
            changed=_verification_values(row),
        )  # fmt: skip

    def _company(self, query: sa.Select[Any], which: str) -> Company | None:
        row = self._connection.execute(query, {"id": which}).mappings().first()
        return None if row is None else company_from_row(row)

    def _member(self, query: sa.Select[Any], which: str) -> Member | None:
        row = self._connection.execute(query, {"id": which}).mappings().first()
        return None if row is None else member_from_row(row)

    def _members(self, which: sa.ColumnElement[bool]) -> Sequence[Member]:
        at = members.c
        query = sa.select(members).where(which, at.state != str(MemberState.REMOVED)).order_by(at.member_id)
        return [member_from_row(row) for row in self._connection.execute(query).mappings()]

    def _replace(self, table: sa.Table, row_id: str, values: dict[str, Any]) -> None:
        (key,) = table.primary_key.columns
        update = sa.update(table).where(key == row_id, table.c.version == values["version"] - 1).values(values)
        refuse_overtaken(self._connection.execute(update).rowcount)


def company_from_row(row: Row) -> Company:
    return Company(
        company_id=row["company_id"],
        name=row["name"],
        supplier_id=row["supplier_id"],
        default_address_id=row["default_address_id"],
        invoice=_decode_invoice(row["invoice"]) if row["invoice"] else None,
        version=row["version"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )


def member_from_row(row: Row) -> Member:
    values = dict(row)
    values["state"] = MemberState(values["state"])
    values["language"] = Language(values["language"]) if values["language"] else None
    values["roles"] = frozenset(Role(name) for name in decode_names(values["roles"]))
    return Member(**values)


def verification_from_row(row: Row) -> Verification:
    values = dict(row)
    values["state"] = VerificationState(values["state"])
    values["documents"] = tuple(
        Document(kind=DocumentKind(kind), reference=reference)
        for kind, reference in _decode_documents(values["documents"])
    )
    return Verification(**values)


def decode_names(text: str) -> list[str]:
    return _decode_names(text)


def encode_names(names: Any) -> str:
    return encode_json(sorted(str(name) for name in names))


def _company_values(company: Company) -> dict[str, Any]:
    return {**asdict(company), "invoice": "" if company.invoice is None else encode_json(company.invoice)}


def _member_values(member: Member) -> dict[str, Any]:
    said = {"language": member.language and str(member.language), "roles": encode_names(member.roles)}
    return {**asdict(member), "state": str(member.state), **said}


def _verification_values(row: Verification) -> dict[str, Any]:
    documents = [(str(document.kind), document.reference) for document in row.documents]
    return {**asdict(row), "state": str(row.state), "documents": encode_json(documents)}


def _address_values(row: StoredAddress) -> dict[str, Any]:
    return {
        "address_id": row.address_id,
        "company_id": row.company_id,
        "version": row.version,
        "changed_at": row.changed_at,
        **asdict(row.address),
    }


def _address_from_row(row: Row) -> StoredAddress:
    return StoredAddress(
        address_id=row["address_id"],
        company_id=row["company_id"],
        address=Address(**{name: row[name] for name in _ADDRESS_FIELDS}),
        version=row["version"],
        changed_at=row["changed_at"],
    )
