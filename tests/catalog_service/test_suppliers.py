from __future__ import annotations

import pytest

from catalog_service.domain.suppliers.credit import CreditTally
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.ports.record import VersionMismatch
from catalog_service.reads.suppliers import SupplierGone
from catalog_service.service import Record
from catalog_service.use_cases.offers.load_catalog import SupplierSeed
from catalog_service.use_cases.suppliers.register_supplier import SupplierExists
from kernel.changes import OfferChanged, SupplierChanged
from kernel.errors import Invalid
from ranking import credit
from tests.catalog_service.house import ADMIN, NOW, draft, every_change, rows


def registered(record: Record) -> None:
    record.register_supplier(draft=SupplierDraft(supplier_id="s-1", name="甲厂", city="义乌"), request=ADMIN)


def test_a_revision_changes_only_what_it_states_and_goes_down_the_feed(record: Record) -> None:
    registered(record)
    receipt = record.revise_supplier(
        draft=SupplierDraft(supplier_id="s-1", verified=True), expected_version=1, request=ADMIN
    )
    assert receipt.version == 2
    supplier = record.suppliers.supplier("s-1").supplier
    assert (supplier.name, supplier.city, supplier.verified) == ("甲厂", "义乌", True)
    changes = every_change(record, limit=1)
    assert [change.sequence for change in changes] == [1, 2]
    assert isinstance(changes[1], SupplierChanged)
    assert changes[1].supplier == supplier


def test_a_revision_that_states_nothing_new_changes_nothing(record: Record) -> None:
    registered(record)
    receipt = record.revise_supplier(
        draft=SupplierDraft(supplier_id="s-1", city="义乌"), expected_version=None, request=ADMIN
    )
    assert (receipt.changed, receipt.version) == (False, 1)
    assert record.changes.latest() == 1


def test_an_id_is_registered_once_and_revised_from_the_version_that_was_read(record: Record) -> None:
    registered(record)
    with pytest.raises(SupplierExists):
        registered(record)
    with pytest.raises(VersionMismatch):
        record.revise_supplier(draft=SupplierDraft(supplier_id="s-1", city="永康"), expected_version=7, request=ADMIN)
    with pytest.raises(SupplierGone):
        record.suppliers.supplier("s-2")


@pytest.mark.parametrize(
    ("stated", "parameter"),
    [
        ({"name": " "}, "name"),
        ({"name": "出售枪支的店"}, "name"),
        ({"name": "名" * 101}, "name"),
        ({"joined_year": 3000}, "joined_year"),
        ({"repeat_buyer_rate": 1.5}, "repeat_buyer_rate"),
        ({"repeat_buyer_rate": float("nan")}, "repeat_buyer_rate"),
        ({"supplier_id": "a b"}, "supplier_id"),
        ({"name": None}, "name"),
    ],
)
def test_a_supplier_beyond_a_limit_is_refused(record: Record, stated: dict[str, object], parameter: str) -> None:
    with pytest.raises(Invalid) as caught:
        record.register_supplier(
            draft=SupplierDraft(**{"supplier_id": "s-1", "name": "甲厂", **stated}), request=ADMIN  # type: ignore[arg-type]
        )  # fmt: skip
    assert caught.value.parameter == parameter
    assert record.changes.latest() == 0


def test_replaying_the_events_gives_the_score_that_is_stored(record: Record) -> None:
    registered(record)
    told = [("as_described", 40, False), ("dispatched_on_time", 30, False), ("dispatched_late", 2, False),
            ("dispute_avoided", 25, False), ("as_described", 1000, True)]  # fmt: skip
    for kind, count, related in told:
        receipt = record.record_credit_event(
            supplier_id="s-1", tally=CreditTally(kind=kind, count=count, related_party=related), request=ADMIN
        )
    expected = credit.score(credit.CreditEvent(kind=k, count=c, related_party=r) for k, c, r in told)
    view = record.suppliers.supplier("s-1")
    assert (view.supplier.credit_score, view.supplier.credit_level) == (expected.score, expected.level)
    assert receipt.facts["credit_level"] == expected.level
    assert view.supplier.version == 6
    assert sum(tally.count for tally in view.credit) == 1097
    assert rows(record, "SELECT count(*) FROM credit_events") == [(5,)]


@pytest.mark.parametrize(
    ("tally", "occurred_at", "parameter"),
    [
        (CreditTally(kind="praise"), None, "kind"),
        (CreditTally(kind="as_described", count=0), None, "count"),
        (CreditTally(kind="as_described"), NOW + 1, "occurred_at"),
    ],
)
def test_an_event_that_cannot_be_is_refused_and_leaves_nothing(
    record: Record, tally: CreditTally, occurred_at: int | None, parameter: str
) -> None:
    registered(record)
    with pytest.raises(Invalid) as caught:
        record.record_credit_event(supplier_id="s-1", tally=tally, occurred_at=occurred_at, request=ADMIN)
    assert caught.value.parameter == parameter
    assert rows(record, "SELECT count(*) FROM credit_events") == [(0,)]


def test_loading_a_catalog_twice_is_loading_it_once(record: Record) -> None:
    seeds = [
        SupplierSeed(
            draft=SupplierDraft(supplier_id=f"s-{number}", name=f"厂{number}"),
            tallies=(CreditTally(kind="as_described", count=10 + number),),
        )
        for number in range(3)
    ]
    offers = [draft(f"o-{number:04}", supplier_id=f"s-{number % 3}") for number in range(1200)]
    seen: list[int] = []
    report = record.load_catalog(suppliers=seeds, offers=offers, request=ADMIN, progress=seen.append)
    assert (report.suppliers, report.created) == (3, 1200)
    assert seen == [500, 1000, 1200]
    sequence = record.changes.latest()
    again = record.load_catalog(suppliers=seeds, offers=offers, request=ADMIN)
    assert (again.created, again.revised, again.unchanged) == (0, 0, 1200)
    assert record.changes.latest() == sequence
    assert rows(record, "SELECT sum(count) FROM credit_events") == [(33,)]
    live = {change.offer_id for change in every_change(record, limit=300) if isinstance(change, OfferChanged)}
    assert len(live) == 1200
