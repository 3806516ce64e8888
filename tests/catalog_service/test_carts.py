"""Carts beside a model: whatever is put in, set, saved, merged and removed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalog_service.domain.carts import values
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.use_cases.carts import keep_cart
from catalog_service.use_cases.carts.keep_cart import CartFull
from tests.catalog_service.house import ADMIN, draft, ladder, open_house

SKUS = {"a-1": "s-a", "a-2": "s-a", "a-3": "s-a", "b-1": "s-b"}
MINE, VISITORS = "m:c:u", "t:visitor"
FEW = 2  # SKUs of a supplier in this test, so that full carts come up

OWNERS = st.sampled_from([MINE, VISITORS])
WANTED = st.dictionaries(st.sampled_from(sorted(SKUS)), st.integers(1, 9), min_size=1, max_size=3)


class CartLife(RuleBasedStateMachine):
    """The record beside a model: owner -> SKU -> (quantity, saved)."""

    new_home: ClassVar[Callable[[], Path]]

    @initialize()
    def open(self) -> None:
        self.record = open_house(type(self).new_home())
        self.model: dict[str, dict[str, tuple[int, bool]]] = {MINE: {}, VISITORS: {}}
        for supplier_id in ("s-a", "s-b"):
            self.record.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name="厂"), request=ADMIN)
        for sku_id, supplier_id in SKUS.items():
            content = draft(sku_id, supplier_id=supplier_id, tiers=ladder((1, 100)))
            self.record.publish_offer(draft=content, request=ADMIN)

    def teardown(self) -> None:
        if hasattr(self, "record"):
            self.record.close()

    @rule(owner=OWNERS, wanted=WANTED, adds=st.booleans())
    def put(self, owner: str, wanted: dict[str, int], adds: bool) -> None:
        lines = [Wanted(sku_id=sku_id, quantity=count) for sku_id, count in wanted.items()]
        deed: Any = self.record.keep_cart.add if adds else self.record.keep_cart.set
        after = dict(self.model[owner])
        for sku_id, count in wanted.items():
            after[sku_id] = ((after[sku_id][0] if adds and sku_id in after else 0) + count, False)
        if _overfull(after):
            with pytest.raises(CartFull):
                deed(owner=owner, wanted=lines, request=ADMIN)
            return
        deed(owner=owner, wanted=lines, request=ADMIN)
        self.model[owner] = after

    @rule(owner=OWNERS, sku_ids=st.sets(st.sampled_from(sorted(SKUS))), saved=st.booleans())
    def save(self, owner: str, sku_ids: set[str], saved: bool) -> None:
        self.record.keep_cart.save(owner=owner, sku_ids=sorted(sku_ids), saved=saved, request=ADMIN)
        for sku_id in sku_ids & self.model[owner].keys():
            self.model[owner][sku_id] = (self.model[owner][sku_id][0], saved)

    @rule(owner=OWNERS, sku_ids=st.sets(st.sampled_from(sorted(SKUS))))
    def remove(self, owner: str, sku_ids: set[str]) -> None:
        receipt = self.record.keep_cart.remove(owner=owner, sku_ids=sorted(sku_ids), request=ADMIN)
        assert receipt.changed == bool(sku_ids & self.model[owner].keys())
        for sku_id in sku_ids:
            self.model[owner].pop(sku_id, None)

    @rule()
    def merge(self) -> None:
        mine, visitors = self.model[MINE], self.model[VISITORS]
        self.record.keep_cart.merge(source=VISITORS, owner=MINE, request=ADMIN)
        for sku_id in sorted(visitors, key=lambda each: (SKUS[each], each)):
            line = visitors[sku_id]
            if sku_id in mine:
                mine[sku_id] = (max(mine[sku_id][0], line[0]), mine[sku_id][1])
            elif _overfull({**mine, sku_id: line}):
                continue
            else:
                mine[sku_id] = line
            del visitors[sku_id]

    @invariant()
    def the_record_agrees(self) -> None:
        if not hasattr(self, "record"):
            return
        for owner, lines in self.model.items():
            parts = self.record.carts.parts(owner, company_id="", region="")
            stored = {line.sku_id: (line.quantity, line.saved) for part in parts for line in part.lines}
            assert stored == lines
            for part in parts:
                ordered = {line.sku_id: line.quantity for line in part.priced.order.lines} if part.priced else {}
                wanted = {line.sku_id: line.quantity for line in part.lines if not line.saved}
                assert ordered == wanted


def _overfull(lines: dict[str, Any]) -> bool:
    suppliers = [SKUS[sku_id] for sku_id in lines]
    return any(suppliers.count(supplier_id) > FEW for supplier_id in set(suppliers))


def test_a_cart_agrees_with_the_model_after_any_deeds(
    new_home: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert values.SKUS_A_SUPPLIER_MAX == 50
    monkeypatch.setattr(keep_cart, "SKUS_A_SUPPLIER_MAX", FEW)
    numbers = itertools.count()
    CartLife.new_home = staticmethod(lambda: new_home(f"home-{next(numbers)}"))
    run_state_machine_as_test(
        CartLife,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )  # fmt: skip
