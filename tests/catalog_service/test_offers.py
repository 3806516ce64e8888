from __future__ import annotations

import pytest

from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.states import (
    MOVES,
    OFFER,
    MoveRefused,
    OfferEvent,
    OfferState,
    TakenDown,
    next_state,
)
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.ports.record import KeyInFlight, KeyReused, VersionMismatch
from catalog_service.reads.offers import OfferGone
from catalog_service.service import Record
from catalog_service.use_cases.deeds import OfferNotFound, SupplierNotFound
from kernel.changes import OfferChanged
from kernel.errors import Invalid
from tests.catalog_service.house import ADMIN, NOW, draft, every_change, ladder, rows


def test_a_published_offer_is_read_back_as_it_was_stated(record: Record) -> None:
    record.register_supplier(draft=SupplierDraft(supplier_id="s-1", name="永康五金厂", province="浙江"), request=ADMIN)
    receipt = record.publish_offer(
        draft=draft(
            supplier_id="s-1", category_id="030102", tiers=ladder((10, 1250), (100, 1000)), stock=500, unit="个",
            attributes={"material": ("304不锈钢",), "thread": ("M8", "M8", "M10")}, dropship=True, picture="/p/1.svg",
        ),
        request=ADMIN,
    )  # fmt: skip
    assert (receipt.version, receipt.state, receipt.created) == (1, "live", True)
    view = record.offers.offer("o-1")
    assert view.offer.tiers == ladder((10, 1250), (100, 1000))
    assert (view.offer.moq, view.offer.stock, view.offer.unit, view.offer.dropship) == (10, 500, "个", True)
    assert view.offer.attributes == {"material": ("304不锈钢",), "thread": ("M8", "M10")}
    assert view.offer.published_at == NOW
    assert view.supplier is not None
    assert view.supplier.name == "永康五金厂"


def test_every_pair_of_state_and_event_that_is_not_in_the_table_is_refused() -> None:
    refused = 0
    for state in (None, *OfferState):
        for event in OfferEvent:
            if (state, event) in MOVES:
                actor = Actor.SELLER if event in OFFER.allowed(state, Actor.SELLER) else Actor.STAFF
                assert next_state(state, event, offer_id="o", actor=actor) is MOVES[state, event]
                continue
            with pytest.raises(MoveRefused) as caught:
                next_state(state, event, offer_id="o")
            assert caught.value.detail["event"] == event
            refused += 1
    assert refused == (1 + len(OfferState)) * len(OfferEvent) - len(MOVES)


def test_a_revision_from_a_stale_version_is_refused_and_changes_nothing(record: Record) -> None:
    record.publish_offer(draft=draft(), request=ADMIN)
    record.revise_offer(draft=draft(title="第二版"), expected_version=1, request=ADMIN)
    with pytest.raises(VersionMismatch) as caught:
        record.revise_offer(draft=draft(title="迟到的一版"), expected_version=1, request=ADMIN)
    assert caught.value.detail == {"version": 2}
    assert record.offers.offer("o-1").offer.title == "第二版"
    assert rows(record, "SELECT count(*) FROM outbox") == [(2,)]


def test_revising_to_the_same_content_keeps_the_version_and_writes_no_outbox_row(record: Record) -> None:
    record.publish_offer(draft=draft(attributes={"a": ("1",), "b": ("2",)}), request=ADMIN)
    same = draft(attributes={"b": ("2",), "a": ("1",)})
    receipt = record.revise_offer(draft=same, expected_version=1, request=ADMIN)
    assert (receipt.version, receipt.changed) == (1, False)
    assert rows(record, "SELECT count(*) FROM outbox") == [(1,)]


def test_a_withdrawn_offer_can_be_published_again_and_keeps_its_first_day(record: Record, home: object) -> None:
    record.publish_offer(draft=draft(), request=ADMIN)
    record.withdraw_offer(offer_id="o-1", request=ADMIN)
    with pytest.raises(OfferGone):
        record.offers.offer("o-1")
    receipt = record.publish_offer(draft=draft(title="再次上架"), request=ADMIN)
    assert (receipt.version, receipt.created) == (3, False)
    assert record.offers.offer("o-1").offer.published_at == NOW


def test_a_taken_down_offer_cannot_come_back_before_the_takedown_is_lifted(record: Record) -> None:
    record.publish_offer(draft=draft(), request=ADMIN)
    record.takedown_offer(offer_id="o-1", reason="涉嫌侵权", request=ADMIN)
    assert record.catalog.live_count() == 0
    with pytest.raises(TakenDown):
        record.publish_offer(draft=draft(), request=ADMIN)
    with pytest.raises(TakenDown):
        record.revise_offer(draft=draft(title="换个标题"), expected_version=2, request=ADMIN)
    assert record.offers.offer("o-1", any_state=True).takedown_reason == "涉嫌侵权"
    receipt = record.lift_takedown(offer_id="o-1", reason="权利人撤诉", request=ADMIN)
    assert (receipt.version, receipt.state) == (3, "live")
    assert rows(record, "SELECT deed, reason FROM audit WHERE kind = 'offer' ORDER BY audit_id") == [
        ("publish_offer", ""), ("takedown_offer", "涉嫌侵权"), ("lift_takedown", "权利人撤诉"),
    ]  # fmt: skip


def test_lifting_does_not_bring_back_what_was_withdrawn_meanwhile(record: Record) -> None:
    record.publish_offer(draft=draft(), request=ADMIN)
    record.takedown_offer(offer_id="o-1", reason="核查", request=ADMIN)
    record.withdraw_offer(offer_id="o-1", request=ADMIN)
    assert record.lift_takedown(offer_id="o-1", reason="核查完毕", request=ADMIN).state == "withdrawn"
    assert record.catalog.live_count() == 0


def test_a_takedown_without_a_reason_is_refused(record: Record) -> None:
    record.publish_offer(draft=draft(), request=ADMIN)
    with pytest.raises(Invalid) as caught:
        record.takedown_offer(offer_id="o-1", reason="  ", request=ADMIN)
    assert caught.value.parameter == "reason"
    assert record.catalog.live_count() == 1


def test_what_does_not_exist_is_named(record: Record) -> None:
    with pytest.raises(OfferNotFound):
        record.withdraw_offer(offer_id="nobody", request=ADMIN)
    with pytest.raises(SupplierNotFound) as caught:
        record.publish_offer(draft=draft(supplier_id="s-none"), request=ADMIN)
    assert caught.value.parameter == "supplier_id"
    assert rows(record, "SELECT count(*) FROM outbox") == [(0,)]


@pytest.mark.parametrize(
    ("stated", "parameter"),
    [
        ({"title": ""}, "title"),
        ({"title": "\u200b \x00"}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"offer_id": "有空格 的"}, "offer_id"),
        ({"tiers": ladder((1, 100), (10, 200))}, "tiers"),
        ({"tiers": ladder((10, 100)), "moq": 1}, "tiers"),
        ({"tiers": ladder((1, 0))}, "tiers"),
        ({"moq": 0}, "moq"),
        ({"stock": -1}, "stock"),
        ({"stock": 2**70}, "stock"),
        ({"dispatch_hours": -1}, "dispatch_hours"),
        ({"category_id": "../x"}, "category_id"),
        ({"picture": "javascript:alert(1)"}, "picture"),
        ({"picture": 'x" onerror="1'}, "picture"),
        ({"brand": "牌" * 101}, "brand"),
        ({"description": "字" * 20_001}, "description"),
        ({"attributes": {f"a{number}": ("1",) for number in range(65)}}, "attributes"),
        ({"attributes": {"颜色": tuple(str(number) for number in range(65))}}, "attributes.颜色"),
        ({"attributes": {"颜色": ("红" * 121,)}}, "attributes.颜色"),
        ({"dropship_price_fen": 0}, "dropship_price_fen"),
    ],
)
def test_content_beyond_a_limit_is_refused_with_the_field_named(
    record: Record, stated: dict[str, object], parameter: str
) -> None:
    with pytest.raises(Invalid) as caught:
        record.publish_offer(draft=draft(**{"offer_id": "o-1", "title": "好", **stated}), request=ADMIN)  # type: ignore[arg-type]
    assert caught.value.parameter == parameter
    assert rows(record, "SELECT (SELECT count(*) FROM offers) + (SELECT count(*) FROM outbox)") == [(0,)]


def test_titles_lose_control_characters_and_lone_surrogates(record: Record) -> None:
    record.publish_offer(draft=draft(title="  不锈钢\x00\ud800 螺丝\u200b\u3000M8 🙂"), request=ADMIN)
    assert record.offers.offer("o-1").offer.title == "不锈钢 螺丝 M8 🙂"


def test_a_replayed_key_gives_the_first_receipt_and_does_nothing(record: Record) -> None:
    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")
    first = record.publish_offer(draft=draft(), request=asked)
    again = record.publish_offer(draft=draft(), request=asked)
    assert again.replayed
    assert (again.version, again.created, again.subject_id) == (first.version, first.created, first.subject_id)
    assert rows(record, "SELECT count(*) FROM outbox") == [(1,)]


def test_a_key_with_another_body_is_refused(record: Record) -> None:
    record.publish_offer(draft=draft(), request=DeedRequest(actor="admin", key="k-1", fingerprint="f"))
    with pytest.raises(KeyReused):
        record.publish_offer(draft=draft("o-2"), request=DeedRequest(actor="admin", key="k-1", fingerprint="g"))
    record.publish_offer(draft=draft("o-2"), request=DeedRequest(actor="another", key="k-1", fingerprint="g"))
    assert record.catalog.live_count() == 2


def test_a_refused_deed_frees_its_key(record: Record) -> None:
    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")
    with pytest.raises(OfferNotFound):
        record.withdraw_offer(offer_id="o-1", request=asked)
    record.publish_offer(draft=draft(), request=ADMIN)
    assert not record.withdraw_offer(offer_id="o-1", request=asked).replayed


def test_a_key_is_in_flight_while_its_deed_is_done_and_not_longer(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")
    write_audit, refused = SqlRecordTransaction.write_audit, []

    def meanwhile(self: SqlRecordTransaction, notes: object, *, at: int) -> None:
        monkeypatch.undo()
        with pytest.raises(KeyInFlight) as beside:
            record.publish_offer(draft=draft(), request=asked)
        refused.append(beside.value.code)
        write_audit(self, notes, at=at)  # type: ignore[arg-type]

    monkeypatch.setattr(SqlRecordTransaction, "write_audit", meanwhile)
    assert not record.publish_offer(draft=draft(), request=asked).replayed
    assert refused == ["idempotency_key_in_flight"]
    assert record.publish_offer(draft=draft(), request=asked).replayed


def test_a_key_that_an_earlier_version_died_over_is_free(record: Record) -> None:
    with record.engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO idempotency_keys VALUES ('admin', 'k-1', 'f', 'dead holder', {NOW}, NULL)"
        )
    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")
    assert [record.publish_offer(draft=draft(), request=asked).replayed for _ in range(2)] == [False, True]
    assert rows(record, "SELECT count(*) FROM offers") == [(1,)]


def test_the_feed_coalesces_within_a_batch_and_never_skips(record: Record) -> None:
    for number in range(5):
        record.publish_offer(draft=draft(f"o-{number}"), request=ADMIN)
    for version in range(1, 4):
        record.revise_offer(draft=draft("o-0", title=f"第{version}版"), expected_version=version, request=ADMIN)
    record.withdraw_offer(offer_id="o-1", request=ADMIN)
    batch = record.changes.after(0, limit=9)
    assert [change.sequence for change in batch] == [3, 4, 5, 8, 9]
    assert isinstance(batch[3], OfferChanged)
    assert batch[3].offer is not None
    assert (batch[3].offer_id, batch[3].version, batch[3].offer.title) == ("o-0", 4, "第3版")
    assert isinstance(batch[4], OfferChanged)
    assert (batch[4].offer_id, batch[4].version, batch[4].offer) == ("o-1", 2, None)
    assert record.changes.after(9, limit=9) == []
    assert record.changes.latest() == 9
    for limit in (1, 2, 3, 100):
        last = {
            change.offer_id: change for change in every_change(record, limit=limit) if isinstance(change, OfferChanged)
        }
        assert {key for key, change in last.items() if change.offer} == {"o-0", "o-2", "o-3", "o-4"}


def test_the_catalog_streams_live_offers_in_id_order_with_their_suppliers(record: Record) -> None:
    record.register_supplier(draft=SupplierDraft(supplier_id="s-1", name="甲厂"), request=ADMIN)
    for number in range(10):
        record.publish_offer(draft=draft(f"o-{number}", supplier_id="s-1" if number % 2 else None), request=ADMIN)
    record.withdraw_offer(offer_id="o-4", request=ADMIN)
    batches = list(record.catalog.live_offers(batch_size=4))
    assert [len(batch) for batch in batches] == [4, 4, 1]
    listings = [listing for batch in batches for listing in batch]
    assert [offer.offer_id for offer, _ in listings] == [f"o-{number}" for number in range(10) if number != 4]
    assert {supplier.name if supplier else None for _, supplier in listings} == {"甲厂", None}
    assert [offer.offer_id for offer, _ in next(record.catalog.live_offers(batch_size=4, after_id="o-7"))] == [
        "o-8",
        "o-9",
    ]
    mine = [offer.offer_id for batch in record.catalog.live_offers_of("s-1") for offer, _ in batch]
    assert mine == ["o-1", "o-3", "o-5", "o-7", "o-9"]
    asked = record.catalog.offers(["o-9", "o-4", "none", "o-0"])
    assert [(offer.offer_id, supplier is not None) for offer, supplier in asked] == [("o-9", True), ("o-0", False)]
    assert record.catalog.live_count() == 9
