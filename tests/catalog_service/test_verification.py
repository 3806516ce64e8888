"""Verification of suppliers: what the catalog shows follows the market's decision, and the index hears of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog_service.domain.machines import MoveRefused
from catalog_service.ports.record import VersionMismatch
from catalog_service.use_cases.companies.claim_supplier import SupplierClaimed
from catalog_service.use_cases.companies.open_supplier import SellsAlready
from catalog_service.use_cases.companies.submit_verification import NoSupplier, VerificationOpen
from catalog_service.use_cases.companies.verifications import VerificationNotFound
from catalog_service.use_cases.deeds import SupplierNotFound
from kernel.changes import SupplierChanged
from kernel.errors import Invalid
from tests.catalog_service.house import ADMIN, NOW, every_change, rows
from tests.catalog_service.town import SELF, Person, Town

YEAR = 31_536_000


def submit(town: Town, seller: Person) -> str:
    documents = town.licence(seller)
    return town.people.submit_verification(company_id=seller.company_id, documents=documents, request=SELF).subject_id


def approve(town: Town, verification_id: str, until: int = NOW + YEAR) -> None:
    town.people.decide_verification.approve(verification_id=verification_id, expires_at=until, request=ADMIN)


def verified(town: Town, supplier_id: str) -> bool:
    return town.record.suppliers.supplier(supplier_id).supplier.verified


def told(town: Town, company_id: str) -> list[str]:
    return [notice.kind for notice in town.people.reads.notices(company_id, before=None, limit=10).notices]


def test_an_approval_verifies_the_supplier_until_its_time_is_over(town: Town) -> None:
    seller, supplier_id = town.seller()
    verification_id = submit(town, seller)
    assert not verified(town, supplier_id)
    cursor = town.record.changes.latest()
    approve(town, verification_id)
    (change,) = town.record.changes.after(cursor, limit=9)
    assert isinstance(change, SupplierChanged)
    assert (change.supplier.supplier_id, change.supplier.verified) == (supplier_id, True)
    assert told(town, seller.company_id) == ["verification_approved"]
    town.clock.seconds = NOW + YEAR - 1
    assert town.people.expire_verifications() == 0
    assert verified(town, supplier_id)
    town.clock.seconds = NOW + YEAR
    assert town.people.expire_verifications() == 1
    assert town.people.expire_verifications() == 0
    assert not verified(town, supplier_id)
    last = every_change(town.record)[-1]
    assert isinstance(last, SupplierChanged)
    assert not last.supplier.verified
    assert told(town, seller.company_id) == ["verification_expired", "verification_approved"]


def test_a_renewal_leaves_no_gap(town: Town) -> None:
    seller, supplier_id = town.seller()
    approve(town, submit(town, seller))
    town.clock.seconds = NOW + YEAR - 100
    approve(town, submit(town, seller), NOW + 2 * YEAR)
    cursor = town.record.changes.latest()
    town.clock.seconds = NOW + YEAR
    assert town.people.expire_verifications() == 1
    assert verified(town, supplier_id)
    assert town.record.changes.latest() == cursor  # nothing changed for buyers, so nothing is announced
    assert [row.state for row in town.people.reads.verifications(seller.company_id)] == ["approved", "expired"]


def test_one_that_ends_while_another_is_approved_leaves_the_supplier_verified(town: Town) -> None:
    seller, supplier_id = town.seller()
    approve(town, submit(town, seller), NOW + 100)
    for round_ in range(1, 5):
        renewal = submit(town, seller)
        town.clock.seconds = NOW + 100 * round_  # the former one is over now
        with ThreadPoolExecutor(2) as pool:
            ended = pool.submit(town.people.expire_verifications)
            approved = pool.submit(approve, town, renewal, NOW + 100 * (round_ + 1))
            approved.result()
            assert ended.result() == 1
        assert verified(town, supplier_id), round_


def test_a_refusal_says_why_and_another_may_be_handed_in(town: Town) -> None:
    seller, supplier_id = town.seller()
    verification_id = submit(town, seller)
    with pytest.raises(VerificationOpen):
        submit(town, seller)
    with pytest.raises(VersionMismatch):
        town.people.decide_verification.refuse(
            verification_id=verification_id, reason="看不清", request=ADMIN, expected_version=9
        )
    town.people.decide_verification.refuse(verification_id=verification_id, reason="看不清", request=ADMIN)
    (row,) = town.people.reads.verifications(seller.company_id)
    assert (row.state, row.reason, row.decided_by, row.decided_at) == ("refused", "看不清", "admin", NOW)
    for event in (approve, lambda town, found: town.people.decide_verification.refuse(
        verification_id=found, reason="x", request=ADMIN
    )):  # fmt: skip
        with pytest.raises(MoveRefused) as refused:
            event(town, verification_id)
        assert (refused.value.code, refused.value.detail["allowed"]) == ("verification_state", [])
    assert not verified(town, supplier_id)
    submit(town, seller)


def test_withdrawing_an_approved_one_ends_it_at_once(town: Town) -> None:
    seller, supplier_id = town.seller()
    stranger = town.company()
    first = submit(town, seller)
    approve(town, first)
    with pytest.raises(VerificationNotFound):
        town.people.withdraw_verification(verification_id=first, company_id=stranger.company_id, request=SELF)
    assert verified(town, supplier_id)
    town.people.withdraw_verification(verification_id=first, company_id=seller.company_id, request=SELF)
    assert not verified(town, supplier_id)
    second = submit(town, seller)
    with pytest.raises(MoveRefused):
        town.people.withdraw_verification(verification_id=second, company_id=None, reason="假证", request=ADMIN)
    approve(town, second)
    with pytest.raises(Invalid):
        town.people.withdraw_verification(verification_id=second, company_id=None, reason=" ", request=ADMIN)
    town.people.withdraw_verification(verification_id=second, company_id=None, reason="假证", request=ADMIN)
    assert not verified(town, supplier_id)
    assert told(town, seller.company_id)[0] == "verification_withdrawn"


@pytest.mark.parametrize("until", [NOW, NOW - 1, NOW + 4 * YEAR, 0])
def test_an_approval_ends_in_the_future_and_within_three_years(town: Town, until: int) -> None:
    seller, _ = town.seller()
    with pytest.raises(Invalid) as refused:
        approve(town, submit(town, seller), until)
    assert refused.value.parameter == "expires_at"


@pytest.mark.parametrize(
    "documents",
    [
        [],
        [("permit", "a")],
        [("licence", "")],
        [("licence", "a b")],
        [("passport", "a")],
        [("licence", "a"), ("licence", "a")],
    ],
)
def test_documents_are_refused_when_they_cannot_be_any(town: Town, documents: list[tuple[str, str]]) -> None:
    seller, _ = town.seller()
    with pytest.raises(Invalid) as refused:
        town.people.submit_verification(company_id=seller.company_id, documents=documents, request=SELF)
    assert refused.value.parameter == "documents"


def test_a_company_sells_as_one_supplier_and_a_supplier_has_one_company(town: Town) -> None:
    seller, supplier_id = town.seller()
    buyer = town.company()
    with pytest.raises(NoSupplier):
        submit(town, buyer)
    with pytest.raises(SellsAlready):
        town.people.open_supplier(company_id=seller.company_id, province="浙江", city="", request=SELF)
    with pytest.raises(SupplierClaimed):
        town.people.claim_supplier(company_id=buyer.company_id, supplier_id=supplier_id, request=ADMIN)
    with pytest.raises(SupplierNotFound):
        town.people.claim_supplier(company_id=buyer.company_id, supplier_id="nobody", request=ADMIN)
    assert not town.people.claim_supplier(company_id=seller.company_id, supplier_id=supplier_id, request=ADMIN).changed
    from catalog_service.domain.suppliers.profile import SupplierDraft

    town.record.register_supplier(draft=SupplierDraft(supplier_id="old-1", name="老供应商"), request=ADMIN)
    town.people.claim_supplier(company_id=buyer.company_id, supplier_id="old-1", request=ADMIN)
    assert town.principal(town.session(buyer)).supplier_id == "old-1"
    assert sorted(rows(town.record, "SELECT supplier_id FROM companies")) == sorted([("old-1",), (supplier_id,)])
