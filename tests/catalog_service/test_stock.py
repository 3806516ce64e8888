"""Stock by SKU: reserved, released, shipped, counted; listing and feed follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.ports.stock import AlreadyReserved, NotReserved, OutOfStock
from catalog_service.service import Record
from catalog_service.use_cases.stock.change_stock import SkuNotFound, StockMoved
from kernel.errors import Invalid
from tests.catalog_service.house import ADMIN, NOW, draft, ladder, open_house, rows

TERMS = TradeTerms(
    skus=(
        SkuDraft(code="R-M", values=(("颜色", "红"), ("尺码", "M")), stock=5),
        SkuDraft(code="R-L", values=(("颜色", "红"), ("尺码", "L")), stock=7),
    )
)


def want(**pieces: int) -> list[Wanted]:
    return [Wanted(sku_id=sku_id.replace("_", "-"), quantity=quantity) for sku_id, quantity in pieces.items()]


def reserve(record: Record, order_id: str, wanted: list[Wanted]) -> None:
    SqlRecordStore(record.engine).write(lambda t: t.stock.reserve(order_id, wanted, at=NOW))


def release(record: Record, order_id: str) -> None:
    SqlRecordStore(record.engine).write(lambda t: t.stock.release(order_id, at=NOW))


def ship(record: Record, order_id: str, wanted: list[Wanted]) -> None:
    SqlRecordStore(record.engine).write(lambda t: t.stock.ship(order_id, wanted, at=NOW))


def counts(record: Record) -> dict[str, tuple[int | None, int]]:
    return {
        sku_id: (available, reserved)
        for sku_id, available, reserved in rows(record, "SELECT sku_id, available, reserved FROM stock ORDER BY sku_id")
    }


def shown(record: Record, offer_id: str = "o-1") -> int | None:
    return record.offers.offer(offer_id).offer.stock


def test_an_offer_without_skus_has_one_with_its_own_id_and_stock(record: Record) -> None:
    record.publish_offer(draft=draft(stock=20, item_code="A1"), request=ADMIN)
    record.publish_offer(draft=draft("o-2"), request=ADMIN)
    assert counts(record) == {"o-1": (20, 0), "o-2": (None, 0)}
    assert rows(record, "SELECT sku_id, offer_id, code FROM skus ORDER BY sku_id") == [
        ("o-1", "o-1", "A1"), ("o-2", "o-2", ""),
    ]  # fmt: skip


def test_pieces_go_from_available_to_reserved_to_gone(record: Record) -> None:
    record.publish_offer(draft=draft(stock=20), request=ADMIN)
    reserve(record, "a", want(o_1=12))
    assert counts(record) == {"o-1": (8, 12)}
    ship(record, "a", want(o_1=4))
    assert counts(record) == {"o-1": (8, 8)}
    release(record, "a")
    assert counts(record) == {"o-1": (16, 0)}
    release(record, "a")
    release(record, "nobody")
    assert counts(record) == {"o-1": (16, 0)}
    with pytest.raises(NotReserved):
        ship(record, "a", want(o_1=1))
    assert rows(record, "SELECT kind, quantity, available, reserved FROM stock_moves ORDER BY move_id") == [
        ("reserve", 12, 8, 12), ("ship", 4, 8, 8), ("release", 8, 16, 0),
    ]  # fmt: skip


def test_all_of_a_basket_is_reserved_or_nothing_and_every_shortage_is_named(record: Record) -> None:
    for number in (1, 2, 3):
        record.publish_offer(draft=draft(f"o-{number}", stock=number), request=ADMIN)
    with pytest.raises(OutOfStock) as refused:
        reserve(record, "a", want(o_3=3, o_2=5, o_1=2, nobody=1))
    assert refused.value.detail["lines"] == [
        {"sku_id": "nobody", "wanted": 1, "available": 0},
        {"sku_id": "o-1", "wanted": 2, "available": 1},
        {"sku_id": "o-2", "wanted": 5, "available": 2},
    ]
    assert counts(record) == {"o-1": (1, 0), "o-2": (2, 0), "o-3": (3, 0)}
    assert rows(record, "SELECT count(*) FROM reservations") == [(0,)]
    assert rows(record, "SELECT count(*) FROM stock_moves") == [(0,)]


def test_an_order_reserves_once_and_the_same_sku_twice_is_one_line(record: Record) -> None:
    record.publish_offer(draft=draft(stock=20), request=ADMIN)
    reserve(record, "a", [*want(o_1=1), *want(o_1=2)])
    assert rows(record, "SELECT quantity, held, shipped FROM reservations") == [(3, 3, 0)]
    with pytest.raises(AlreadyReserved):
        reserve(record, "a", want(o_1=1))
    assert counts(record) == {"o-1": (17, 3)}


def test_what_is_not_counted_is_always_enough_and_stays_uncounted(record: Record) -> None:
    record.publish_offer(draft=draft(), request=ADMIN)
    reserve(record, "a", want(o_1=10**9))
    assert counts(record) == {"o-1": (None, 10**9)}
    release(record, "a")
    assert (counts(record), shown(record)) == ({"o-1": (None, 0)}, None)


def test_a_listing_follows_at_once_at_zero_and_else_when_the_timer_comes(record: Record) -> None:
    record.publish_offer(draft=draft(stock=20), request=ADMIN)
    announced = "SELECT subject_id, version, urgent FROM outbox ORDER BY sequence"
    first = rows(record, announced)
    reserve(record, "a", want(o_1=5))
    reserve(record, "b", want(o_1=5))
    assert (rows(record, announced), shown(record)) == (first, 20)
    assert record.announce_stock() == 1
    assert shown(record) == 10
    reserve(record, "c", want(o_1=10))
    assert shown(record) == 0
    release(record, "b")
    assert shown(record) == 5
    assert [bool(urgent) for _, _, urgent in rows(record, announced)[1:]] == [False, True, True]
    assert {version for _, version, _ in rows(record, announced)} == {1}
    assert record.announce_stock() == 0
    assert rows(record, "SELECT count(*) FROM stock WHERE moved") == [(0,)]
    assert record.changes.after(0, limit=9)[-1].offer.stock == 5  # type: ignore[union-attr]


def test_a_revision_does_not_undo_what_was_sold_unless_it_states_another_stock(record: Record) -> None:
    record.publish_offer(draft=draft(stock=20), request=ADMIN)
    reserve(record, "a", want(o_1=5))
    record.revise_offer(draft=draft(title="新标题", stock=20), expected_version=1, request=ADMIN)
    assert (counts(record), shown(record)) == ({"o-1": (15, 5)}, 15)
    record.revise_offer(draft=draft(title="新标题", stock=30), expected_version=2, request=ADMIN)
    assert (counts(record), shown(record)) == ({"o-1": (30, 5)}, 30)
    report = record.load_catalog(suppliers=[], offers=[draft(title="再改", stock=30)], request=ADMIN)
    assert (report.revised, counts(record)) == (1, {"o-1": (30, 5)})
    record.load_catalog(suppliers=[], offers=[draft(title="再改", stock=9)], request=ADMIN)
    assert (counts(record), shown(record)) == ({"o-1": (9, 5)}, 9)


def test_stated_skus_stand_in_the_place_of_the_default_and_keep_their_ids(record: Record) -> None:
    record.publish_offer(draft=draft(stock=20, tiers=ladder((1, 100))), request=ADMIN)
    reserve(record, "a", want(o_1=5))
    record.revise_offer(draft=draft(stock=20, tiers=ladder((1, 100))), trade=TERMS, expected_version=1, request=ADMIN)
    stand = "SELECT sku_id, code, on_sale, retired FROM skus ORDER BY retired, code"
    (large, *_), (middle, *_), (default, *_, retired) = rows(record, stand)
    assert (default, bool(retired), shown(record)) == ("o-1", True, 12)
    again = TradeTerms(skus=(TERMS.skus[1],))
    record.revise_offer(draft=draft(tiers=ladder((1, 100))), trade=again, expected_version=2, request=ADMIN)
    assert shown(record) == 7
    unchanged = record.revise_offer(draft=draft(tiers=ladder((1, 100))), trade=again, expected_version=3, request=ADMIN)
    assert not unchanged.changed
    back = record.revise_offer(draft=draft(tiers=ladder((1, 100))), trade=TERMS, expected_version=3, request=ADMIN)
    assert (back.version, shown(record)) == (4, 12)
    assert {row[0] for row in rows(record, "SELECT sku_id FROM skus WHERE code <> ''")} == {large, middle}
    release(record, "a")
    assert shown(record) == 12  # what a retired SKU gets back is no stock of the offer


@pytest.mark.parametrize(
    ("skus", "parameter"),
    [
        ([SkuDraft(code="")], "skus.0.code"),
        ([SkuDraft(code="a"), SkuDraft(code="b")], "skus.0.values"),
        ([SkuDraft(code="a", values=(("颜色", "红"),)), SkuDraft(code="a", values=(("颜色", "蓝"),))], "skus.1.code"),
        ([SkuDraft(code="a", values=(("颜色", "红"),)), SkuDraft(code="b", values=(("尺码", "M"),))], "skus.1.values"),
        ([SkuDraft(code="a", values=(("颜色", "红"), ("颜色", "蓝")))], "skus.0.values"),
        ([SkuDraft(code="a", values=tuple((str(n), "x") for n in range(4)))], "skus.0.values"),
        ([SkuDraft(code="a", values=(("颜色", "出售枪支"),))], "skus.0.values"),
        ([SkuDraft(code="a", weight_g=-1)], "skus.0.weight_g"),
        ([SkuDraft(code="a", stock=-1)], "skus.0.stock"),
        ([SkuDraft(code="a", tiers=ladder((1, 100), (2, 200)))], "skus.0.tiers"),
        ([SkuDraft(code="a", tiers=ladder((1, 500)))], "tiers"),  # the public 100 fen would be a bait
        ([SkuDraft(code=str(n), values=(("码", str(n)),)) for n in range(201)], "skus"),
    ],
)
def test_skus_beyond_a_limit_are_refused_with_the_field_named(
    record: Record, skus: list[SkuDraft], parameter: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record.publish_offer(draft=draft(tiers=ladder((1, 100))), trade=TradeTerms(skus=tuple(skus)), request=ADMIN)
    assert refused.value.parameter == parameter
    assert rows(record, "SELECT (SELECT count(*) FROM offers) + (SELECT count(*) FROM skus)") == [(0,)]


def test_a_supplier_counts_its_stock(record: Record) -> None:
    record.publish_offer(draft=draft(stock=20), request=ADMIN)
    set_stock, adjust = record.change_stock.set, record.change_stock.adjust
    assert set_stock(sku_id="o-1", available=8, request=ADMIN).facts == {"available": 8}
    assert shown(record) == 8
    with pytest.raises(StockMoved):
        set_stock(sku_id="o-1", available=9, expected=20, request=ADMIN)
    assert adjust(sku_id="o-1", change=-8, request=ADMIN).facts == {"available": 0}
    with pytest.raises(OutOfStock):
        adjust(sku_id="o-1", change=-1, request=ADMIN)
    assert shown(record) == 0
    set_stock(sku_id="o-1", available=None, request=ADMIN)
    assert shown(record) is None
    with pytest.raises(OutOfStock):
        adjust(sku_id="o-1", change=5, request=ADMIN)
    for wrong in (-1, 10**12 + 1):
        with pytest.raises(Invalid):
            set_stock(sku_id="o-1", available=wrong, request=ADMIN)
    with pytest.raises(SkuNotFound):
        set_stock(sku_id="o-1", available=1, seller="s-other", request=ADMIN)
    assert rows(record, "SELECT deed FROM audit WHERE kind = 'sku' ORDER BY audit_id") == [
        ("set_stock",), ("adjust_stock",), ("set_stock",),
    ]  # fmt: skip
    assert rows(record, "SELECT kind, quantity, available FROM stock_moves ORDER BY move_id") == [
        ("set", 8, 8), ("adjust", -8, 0), ("set", 0, None),
    ]  # fmt: skip


SKUS, ORDERS = ("o-1", "o-2", "o-3"), ("a", "b", "c", "d")


class StockLife(RuleBasedStateMachine):
    """The stock beside a model: what is available, and what each order holds."""

    new_record: ClassVar[Callable[[], Record]]

    @initialize()
    def open(self) -> None:
        self.record = type(self).new_record()
        self.available: dict[str, int] = {}
        self.held: dict[str, dict[str, int]] = {}
        for number, sku_id in enumerate(SKUS):
            self.record.publish_offer(draft=draft(sku_id, stock=3 + number), request=ADMIN)
            self.available[sku_id] = 3 + number

    def teardown(self) -> None:
        if hasattr(self, "record"):
            self.record.close()

    @rule(order=st.sampled_from(ORDERS), wanted=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 4), min_size=1))
    def reserve(self, order: str, wanted: dict[str, int]) -> None:
        lines = [Wanted(sku_id=sku_id, quantity=count) for sku_id, count in wanted.items()]
        if order in self.held:
            refusal: Any = AlreadyReserved
        elif any(self.available[sku_id] < count for sku_id, count in wanted.items()):
            refusal = OutOfStock
        else:
            reserve(self.record, order, lines)
            self.held[order] = dict(wanted)
            for sku_id, count in wanted.items():
                self.available[sku_id] -= count
            return
        with pytest.raises(refusal):
            reserve(self.record, order, lines)

    @rule(order=st.sampled_from(ORDERS))
    def release(self, order: str) -> None:
        release(self.record, order)
        for sku_id, count in self.held.get(order, {}).items():
            self.available[sku_id] += count
            self.held[order][sku_id] = 0

    @rule(order=st.sampled_from(ORDERS), sku_id=st.sampled_from(SKUS), count=st.integers(1, 3))
    def ship(self, order: str, sku_id: str, count: int) -> None:
        parts = [Wanted(sku_id=sku_id, quantity=count)]
        if self.held.get(order, {}).get(sku_id, 0) < count:
            with pytest.raises(NotReserved):
                ship(self.record, order, parts)
            return
        ship(self.record, order, parts)
        self.held[order][sku_id] -= count

    @rule(sku_id=st.sampled_from(SKUS), change=st.integers(-3, 3).filter(bool))
    def adjust(self, sku_id: str, change: int) -> None:
        if self.available[sku_id] + change < 0:
            with pytest.raises(OutOfStock):
                self.record.change_stock.adjust(sku_id=sku_id, change=change, request=ADMIN)
            return
        self.record.change_stock.adjust(sku_id=sku_id, change=change, request=ADMIN)
        self.available[sku_id] += change

    @rule()
    def announce(self) -> None:
        self.record.announce_stock()
        assert {sku_id: shown(self.record, sku_id) for sku_id in SKUS} == self.available

    @invariant()
    def the_record_agrees(self) -> None:
        if not hasattr(self, "record"):
            return
        held = {sku_id: sum(order.get(sku_id, 0) for order in self.held.values()) for sku_id in SKUS}
        assert counts(self.record) == {sku_id: (self.available[sku_id], held[sku_id]) for sku_id in SKUS}
        for sku_id in SKUS:  # what can be had, and only what can be had, is shown as in stock
            assert (shown(self.record, sku_id) == 0) == (self.available[sku_id] == 0)
            last = rows(
                self.record,
                f"SELECT available, reserved FROM stock_moves WHERE sku_id = '{sku_id}' ORDER BY move_id DESC LIMIT 1",
            )
            assert last in ([], [(self.available[sku_id], held[sku_id])])


def test_the_stock_agrees_with_the_model_after_any_deeds(new_home: Callable[[str], Any]) -> None:
    homes = iter(range(10_000))
    StockLife.new_record = staticmethod(lambda: open_house(new_home(f"home-{next(homes)}")))
    run_state_machine_as_test(
        StockLife,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
