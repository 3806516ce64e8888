"""One change over many offers: what the plan says is what happens, or nothing does; undoing it is a deed."""

from __future__ import annotations

import pytest

from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.domain.offers.bulk import BulkChange
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.service import Record
from catalog_service.use_cases.offers.edit_many import AlreadyUndone, BulkEditNotFound, PlanChanged
from kernel.errors import Invalid
from tests.catalog_service.house import ADMIN, NOW, draft, ladder, rows

IDS = ["a", "b", "c", "d", "e", "gone", "other"]
DEARER = BulkChange(price_bp=11_000)


@pytest.fixture
def shelf(record: Record) -> Record:
    """Offers that a price change takes, and ones that it cannot."""
    for supplier_id in ("s-1", "s-2"):
        record.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name=supplier_id), request=ADMIN)
    own = TradeTerms(skus=(SkuDraft(code="x", tiers=ladder((1, 500))),))
    for offer_id, tiers, trade in (
        ("a", ladder((1, 1000), (10, 905)), None),
        ("b", ladder((1, 4)), None),  # a tenth more of 4 fen is 4 fen
        ("c", (), None),
        ("d", ladder((1, 500)), own),
        ("e", ladder((1, 100)), None),
    ):
        content = draft(offer_id, supplier_id="s-1", tiers=tiers, stock=20)
        record.publish_offer(draft=content, trade=trade, request=ADMIN)
    record.publish_offer(draft=draft("other", supplier_id="s-2", tiers=ladder((1, 100))), request=ADMIN)
    record.withdraw_offer(offer_id="e", request=ADMIN)
    return record


def test_a_plan_says_what_changes_and_why_the_rest_does_not_and_writes_nothing(shelf: Record) -> None:
    before = rows(shelf, "SELECT count(*) FROM outbox")
    plan = shelf.bulk_edits.plan(seller="s-1", offer_ids=IDS, change=DEARER)
    assert [(row.offer_id, row.outcome, row.code) for row in plan.rows] == [
        ("a", "changed", ""), ("b", "unchanged", ""), ("c", "refused", "price_on_request"),
        ("d", "refused", "sku_prices"), ("e", "refused", "offer_state"), ("gone", "refused", "offer_not_found"),
        ("other", "refused", "offer_not_found"),
    ]  # fmt: skip
    assert plan.rows[0].changes == {"tiers": ("1 起 1000 分，10 起 905 分", "1 起 1100 分，10 起 996 分")}
    assert shelf.bulk_edits.plan(seller="s-1", offer_ids=IDS[::-1], change=DEARER).digest == plan.digest
    assert rows(shelf, "SELECT count(*) FROM outbox") == before


def test_the_plan_that_was_read_is_applied_and_undone(shelf: Record) -> None:
    hash_before = rows(shelf, "SELECT content_hash FROM offers WHERE offer_id = 'a'")
    SqlRecordStore(shelf.engine).write(lambda t: t.stock.reserve("o", [Wanted(sku_id="a", quantity=5)], at=NOW))
    digest = shelf.bulk_edits.plan(seller="s-1", offer_ids=IDS, change=DEARER).digest
    receipt = shelf.edit_many.apply(seller="s-1", offer_ids=IDS, change=DEARER, digest=digest, request=ADMIN)
    assert receipt.facts == {"changed": 1}
    offer = shelf.offers.offer("a").offer
    assert (offer.tiers, offer.version, offer.stock) == (ladder((1, 1100), (10, 996)), 2, 15)
    undone = shelf.edit_many.undo(seller="s-1", edit_id=receipt.subject_id, request=ADMIN)
    assert undone.facts == {"restored": 1, "touched_since": 0}
    offer = shelf.offers.offer("a").offer
    assert (offer.tiers, offer.version, offer.stock) == (ladder((1, 1000), (10, 905)), 3, 15)
    assert rows(shelf, "SELECT content_hash FROM offers WHERE offer_id = 'a'") == hash_before
    with pytest.raises(AlreadyUndone):
        shelf.edit_many.undo(seller="s-1", edit_id=receipt.subject_id, request=ADMIN)
    assert rows(shelf, "SELECT deed, version FROM audit WHERE subject_id = 'a' ORDER BY audit_id") == [
        ("publish_offer", 1), ("bulk_edit", 2), ("undo_bulk_edit", 3),
    ]  # fmt: skip


def test_a_plan_that_is_another_by_now_is_refused_and_changes_nothing(shelf: Record) -> None:
    digest = shelf.bulk_edits.plan(seller="s-1", offer_ids=IDS, change=DEARER).digest
    content = draft("a", supplier_id="s-1", tiers=ladder((1, 2000)))
    shelf.revise_offer(draft=content, expected_version=1, request=ADMIN)
    with pytest.raises(PlanChanged) as refused:
        shelf.edit_many.apply(seller="s-1", offer_ids=IDS, change=DEARER, digest=digest, request=ADMIN)
    assert refused.value.detail["digest"] == shelf.bulk_edits.plan(seller="s-1", offer_ids=IDS, change=DEARER).digest
    assert shelf.offers.offer("a").offer.tiers == ladder((1, 2000))
    assert rows(shelf, "SELECT count(*) FROM bulk_edits") == [(0,)]


def test_what_somebody_touched_since_is_not_undone(shelf: Record) -> None:
    change = BulkChange(moq=3, pack_multiple=3, invoice=True)
    digest = shelf.bulk_edits.plan(seller="s-1", offer_ids=["a", "b"], change=change).digest
    receipt = shelf.edit_many.apply(seller="s-1", offer_ids=["a", "b"], change=change, digest=digest, request=ADMIN)
    shelf.withdraw_offer(offer_id="a", request=ADMIN)
    with pytest.raises(BulkEditNotFound):
        shelf.edit_many.undo(seller="s-2", edit_id=receipt.subject_id, request=ADMIN)
    undone = shelf.edit_many.undo(seller="s-1", edit_id=receipt.subject_id, request=ADMIN)
    assert undone.facts == {"restored": 1, "touched_since": 1}
    moqs = rows(shelf, "SELECT offer_id, moq FROM offers WHERE offer_id IN ('a', 'b') ORDER BY offer_id")
    assert moqs == [("a", 3), ("b", 1)]


@pytest.mark.parametrize(
    ("offer_ids", "change", "parameter"),
    [
        ([], DEARER, "offer_ids"),
        ([str(number) for number in range(201)], DEARER, "offer_ids"),
        (["a"], BulkChange(), "change"),
        (["a"], BulkChange(price_bp=0), "change.price_bp"),
        (["a"], BulkChange(price_bp=100_001), "change.price_bp"),
    ],
)
def test_an_edit_of_nothing_or_of_too_much_is_refused(
    shelf: Record, offer_ids: list[str], change: BulkChange, parameter: str
) -> None:
    with pytest.raises(Invalid) as refused:
        shelf.bulk_edits.plan(seller="s-1", offer_ids=offer_ids, change=change)
    assert refused.value.parameter == parameter
