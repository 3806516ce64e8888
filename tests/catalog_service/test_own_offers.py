"""A seller finds its own offers by what it knows of them, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.reads.own_offers import TYPED_CHARACTERS_MAX
from catalog_service.service import Record
from kernel.errors import Invalid
from tests.catalog_service.house import ADMIN, draft, open_house

RED, BLUE = (("颜色", "红"),), (("颜色", "蓝"),)


@pytest.fixture
def record(home: Path) -> Iterator[Record]:
    record = open_house(home)
    for supplier_id in ("s-1", "s-2"):
        record.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name=supplier_id), request=ADMIN)
    record.publish_offer(
        draft=draft("o-1", supplier_id="s-1", title="304不锈钢 内六角螺丝 M8x30", item_code="YK-70", barcode="6901"),
        trade=TradeTerms(skus=(SkuDraft(code="R", values=RED), SkuDraft(code="B-1", values=BLUE, barcode="6902"))),
        request=ADMIN,
    )
    record.publish_offer(draft=draft("o-2", supplier_id="s-1", title="201不锈钢 垫片 100%"), request=ADMIN)
    record.publish_offer(draft=draft("o-3", supplier_id="s-1", title="尼龙扎带 R_型"), request=ADMIN)
    record.publish_offer(
        draft=draft("o-9", supplier_id="s-2", title="304不锈钢 内六角螺丝", item_code="YK-70"),
        trade=TradeTerms(skus=(SkuDraft(code="B-1", values=RED), SkuDraft(code="C", values=BLUE))),
        request=ADMIN,
    )
    yield record
    record.close()


def found(record: Record, typed: str, *, state: OfferState = OfferState.LIVE, after: str = "", limit: int = 9) -> str:
    page = record.offers.page(seller="s-1", state=state, after=after, limit=limit, typed=typed)
    return " ".join(stored.offer.offer_id for stored in page.items)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("不锈钢", "o-1 o-2"),
        ("螺丝 不锈钢", "o-1"),  # every word, in whatever order
        ("m8X30", "o-1"),
        ("Ｍ８", "o-1"),  # as an input method writes it
        ("o-2", "o-2"),
        ("YK-70", "o-1"),  # another supplier's has the same
        ("yk-70", "o-1"),
        ("6901", "o-1"),
        ("B-1", "o-1"),
        ("yk70", "o-1"),
        ("YK.70", "o-1"),
        ("ＹＫ＿７０", "o-1"),
        ("69-01", "o-1"),
        ("b1", "o-1"),
        ("B 1", "o-1"),
        ("6902", "o-1"),
        ("69 02", "o-1"),
        ("o-9", ""),
        ("C", ""),
        ("100%", "o-2"),
        ("%", "o-2"),  # a sign, and nothing that stands for others
        ("R_型", "o-3"),
        ("_", "o-3"),
        ("没有的", ""),
        ("  ", "o-1 o-2 o-3"),
    ],
)
def test_words_and_codes_find_ones_own(record: Record, typed: str, expected: str) -> None:
    assert found(record, typed) == expected


def test_the_state_is_kept_and_pages_go_on(record: Record) -> None:
    record.withdraw_offer(offer_id="o-2", seller="s-1", request=ADMIN)
    assert (found(record, "不锈钢"), found(record, "不锈钢", state=OfferState.WITHDRAWN)) == ("o-1", "o-2")
    page = record.offers.page(seller="s-1", state=OfferState.LIVE, after="", limit=1, typed="-")
    assert page.next_cursor is None
    record.publish_offer(draft=draft("o-4", supplier_id="s-1", title="不锈钢 R 扣"), request=ADMIN)
    first = record.offers.page(seller="s-1", state=OfferState.LIVE, after="", limit=1, typed="不锈钢")
    assert ([each.offer.offer_id for each in first.items], first.next_cursor) == (["o-1"], "o-1")
    assert found(record, "不锈钢", after="o-1", limit=1) == "o-4"


def test_what_is_too_long_or_everybodys_is_refused(record: Record) -> None:
    with pytest.raises(Invalid):
        found(record, "长" * (TYPED_CHARACTERS_MAX + 1))
    with pytest.raises(Invalid):
        record.offers.page(seller=None, state=OfferState.LIVE, after="", limit=1, typed="不锈钢")


def test_a_page_of_rows_asks_a_fixed_number_of_times(record: Record) -> None:
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    sa.event.listen(record.engine, "before_cursor_execute", note)
    try:
        page = record.offers.page(seller="s-1", state=OfferState.LIVE, after="", limit=9, typed="不锈钢")
        record.seller_desk.skus_of([stored.offer.offer_id for stored in page.items])
    finally:
        sa.event.remove(record.engine, "before_cursor_execute", note)
    assert len(page.items) == 2
    assert len([each for each in asked if each.startswith("SELECT")]) == 2
