"""Sample companies of the demo: one that buys, with an owner, a buyer with a limit and an approver, and one that sells
as a supplier of the demo catalog; and one of the market's people, who audits, verifies and rules. Their passwords are
known to everybody, so nothing but the demo ever makes them."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from catalog_service.domain.companies.address import Address
from catalog_service.domain.companies.company import Company
from catalog_service.domain.companies.members import Member, MemberState, Role
from catalog_service.domain.companies.verification import DocumentKind
from catalog_service.domain.deeds import DeedRequest
from catalog_service.ports.record import RecordTransaction
from catalog_service.service import Record
from kernel.offers import Offer

PASSWORD = "pifa-demo-2026"  # noqa: S105 - printed at the end of the demo
BUYER_COMPANY, SELLER_COMPANY = "demo-buyer", "demo-seller"
SELLER, STAFF = "owner@seller.example.com", "staff@market.example.com"
VERIFIED_SECONDS = 365 * 86_400  # as long as the market's people usually give
LICENCE_PIXELS = (420, 594)  # an A4 sheet
SPEND_LIMIT_FEN = 500_000  # five thousand yuan: a first order passes, a pallet waits for the approver
OFFERS_LOOKED_AT = 1_000
STOCK_MULTIPLE = 5  # so that several first orders find goods
REQUEST = DeedRequest(actor="demo-data")
WAREHOUSE = Address(
    recipient="陈静", phone="13800138000", province="浙江", city="金华", district="义乌", street="稠州北路 1 号 3 号仓",
    postcode="322000",
)  # fmt: skip
SHOP = Address(
    recipient="周杰", phone="13900139000", province="广东", city="广州", district="白云", street="石井大道 88 号",
    postcode="510000",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    login: str
    company_id: str | None  # none: of the market
    name: str
    roles: Sequence[Role]
    words: str
    limit: int | None = None


PEOPLE = (
    DemoPerson(
        login="owner@buyer.example.com", company_id=BUYER_COMPANY, name="陈静", roles=(Role.OWNER,), words="买家负责人",
    ),
    DemoPerson(
        login="buyer@buyer.example.com", company_id=BUYER_COMPANY, name="周杰", roles=(Role.BUYER,),
        words="采购（单笔限额 5,000 元）", limit=SPEND_LIMIT_FEN,
    ),
    DemoPerson(
        login="approver@buyer.example.com", company_id=BUYER_COMPANY, name="林敏", roles=(Role.APPROVER,),
        words="审批人",
    ),
    DemoPerson(
        login=SELLER, company_id=SELLER_COMPANY, name="吴刚", roles=(Role.OWNER,),
        words="卖家负责人",
    ),
    DemoPerson(
        login=STAFF, company_id=None, name="郑和平", roles=(Role.STAFF,),
        words="市场工作人员（审核、认证、退款裁定）",
    ),
)  # fmt: skip


def make_accounts(record: Record) -> Mapping[str, str]:
    """Make what is not there yet; gives logins and what they are. Repeatable: what somebody changed since stays."""
    hashed = record.people.redeem_link.hasher.hash(PASSWORD)
    deeds = record.people.redeem_link.deeds
    now = deeds.clock.now()
    for company_id, name in ((BUYER_COMPANY, "示例百货商行"), (SELLER_COMPANY, "示例供应商")):
        deeds.store.write(partial(_company, company_id=company_id, name=name, now=now))
    deeds.store.write(partial(_people, hashed=hashed, now=now))
    if not record.people.reads.addresses(BUYER_COMPANY):
        for address in (WAREHOUSE, SHOP):
            record.people.add_address(company_id=BUYER_COMPANY, address=address, default=False, request=REQUEST)
    if record.people.reads.company(SELLER_COMPANY).supplier_id is None:
        supplier_id = _supplier(record)
        if supplier_id is not None:
            record.people.claim_supplier(company_id=SELLER_COMPANY, supplier_id=supplier_id, request=REQUEST)
    sells = record.people.reads.company(SELLER_COMPANY).supplier_id is not None
    if sells and not record.people.reads.verifications(SELLER_COMPANY):
        _verify(record, until=now + VERIFIED_SECONDS)
    return {person.login: person.words for person in PEOPLE}


def _verify(record: Record, *, until: int) -> None:
    """The selling company hands in a licence and the market's person decides, as on their pages: earnings are paid out
    to verified companies alone."""
    people, seller = record.people, DeedRequest(actor=member_id(SELLER))
    scan = people.documents.upload(_licence(), company_id=SELLER_COMPANY, request=seller).subject_id
    submitted = people.submit_verification(
        company_id=SELLER_COMPANY, documents=[(str(DocumentKind.LICENCE), scan)], request=seller
    )
    people.decide_verification.approve(
        verification_id=submitted.subject_id, expires_at=until, request=DeedRequest(actor=member_id(STAFF))
    )


def _licence() -> bytes:
    """A sheet of paper with nothing on it: who looks at it sees that it is a sample."""
    width, height = LICENCE_PIXELS
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),  # eight bits of grey
        (b"IDAT", zlib.compress((b"\0" + b"\xf5" * width) * height)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def member_id(login: str) -> str:
    return login.replace("@", "-at-")


def _company(transaction: RecordTransaction, *, company_id: str, name: str, now: int) -> None:
    if transaction.companies.company(company_id) is None:
        transaction.companies.insert_company(
            Company(company_id=company_id, name=name, version=1, created_at=now, changed_at=now)
        )


def _people(transaction: RecordTransaction, *, hashed: str, now: int) -> None:
    for person in PEOPLE:
        if transaction.companies.member_by_login(person.login) is None:
            transaction.companies.insert_member(
                Member(
                    member_id=member_id(person.login), company_id=person.company_id, login=person.login,
                    email=person.login, name=person.name, state=MemberState.ACTIVE, roles=frozenset(person.roles),
                    version=1, changed_at=now, spend_limit_fen=person.limit, password_hash=hashed,
                )
            )  # fmt: skip


def _supplier(record: Record) -> str | None:
    """Whom the selling company sells as: the supplier with most offers of several SKUs in stock among the first of the
    catalog; the same for the same seed. None in a catalog without any."""
    for batch in record.catalog.live_offers(batch_size=OFFERS_LOOKED_AT):
        good = Counter(offer.supplier_id for offer, _ in batch if offer.supplier_id and well_stocked(record, offer))
        return min(good, key=lambda supplier_id: (-good[supplier_id], supplier_id), default=None)
    return None


def well_stocked(record: Record, offer: Offer) -> bool:
    """Whether several first orders of any of its SKUs find goods."""
    skus = [each for each in record.offers.offer(offer.offer_id).skus if each.sku.on_sale]
    enough = [each.available is None or each.available >= STOCK_MULTIPLE * offer.moq for each in skus]
    return bool(offer.tiers) and len(skus) > 1 and all(enough)
