"""The demo's people: made by the demo alone, the same again, and what somebody changed stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_service.domain.companies.verification import VerificationState
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.service import Record
from pifa.demo.accounts import BUYER_COMPANY, PASSWORD, PEOPLE, SELLER_COMPANY, SPEND_LIMIT_FEN, make_accounts
from pifa.demo.agreement import make_agreement
from tests.catalog_service.house import ADMIN, draft, ladder, open_house, rows

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    record = open_house(tmp_path / "home")
    for supplier_id, stock in (("s-empty", 0), ("s-full", 500)):
        record.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name="厂"), request=ADMIN)
        skus = tuple(SkuDraft(code=code, values=(("颜色", code),), stock=stock) for code in ("红", "蓝"))
        offer = draft(f"o-{supplier_id}", supplier_id=supplier_id, moq=10, tiers=ladder((10, 100)))
        record.publish_offer(draft=offer, trade=TradeTerms(skus=skus), request=ADMIN)
    return record


def test_a_buying_and_a_selling_company_are_made_once(record: Record) -> None:
    assert make_accounts(record).keys() == {person.login for person in PEOPLE}
    before = rows(record, "SELECT login, roles, spend_limit_fen, version FROM members ORDER BY login")
    assert [(login, limit) for login, _, limit, _ in before if limit is not None] == [
        ("buyer@buyer.example.com", SPEND_LIMIT_FEN)
    ]
    assert record.people.reads.company(SELLER_COMPANY).supplier_id == "s-full"
    assert len(record.people.reads.addresses(BUYER_COMPANY)) == 2
    make_accounts(record)
    assert rows(record, "SELECT login, roles, spend_limit_fen, version FROM members ORDER BY login") == before
    assert len(record.people.reads.addresses(BUYER_COMPANY)) == 2
    for person in PEOPLE:
        assert record.people.sign_in(login=person.login, password=PASSWORD, client="test").token
    record.close()


def test_the_selling_company_is_verified_by_the_markets_people_once(record: Record) -> None:
    make_accounts(record)
    made = record.people.reads.verifications(SELLER_COMPANY)
    assert [(each.state, each.submitted_by, each.decided_by) for each in made] == [
        (VerificationState.APPROVED, "owner-at-seller.example.com", "staff-at-market.example.com")
    ]
    assert record.suppliers.supplier("s-full").supplier.verified
    make_accounts(record)
    assert record.people.reads.verifications(SELLER_COMPANY) == made
    record.close()


def test_the_buying_company_has_prices_of_its_own_at_the_selling_one(record: Record) -> None:
    make_accounts(record)
    made = make_agreement(record)
    assert made is not None
    assert (made.supplier_id, made.offer_id) == ("s-full", "o-s-full")
    other = draft("o-plain", supplier_id="s-full", moq=10, tiers=ladder((10, 1_000)))
    record.publish_offer(draft=other, request=ADMIN)
    own = record.prices.own_prices(["o-s-full", "o-plain"], quantity=10, company_id=BUYER_COMPANY)
    assert {offer_id: price.unit_fen for offer_id, price in own.items()} == {"o-s-full": 88, "o-plain": 950}
    groups = rows(record, "SELECT group_id, version FROM buyer_groups")
    assert make_agreement(record) == made
    assert rows(record, "SELECT group_id, version FROM buyer_groups") == groups
    record.close()


def test_without_a_selling_company_nothing_is_agreed(tmp_path: Path) -> None:
    empty = open_house(tmp_path / "home")
    make_accounts(empty)
    assert make_agreement(empty) is None
    empty.close()


def test_nothing_but_the_demo_makes_them() -> None:
    rooms = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in ("tests", ".venv", ".git")]
    users = {
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in room.rglob("*.py")
        if "make_accounts" in path.read_text("utf-8")
    }
    assert users == {"pifa/commands/demo.py", "pifa/commands/demo_data.py", "pifa/demo/accounts.py"}
