"""A live offer stays on sale as it is while a change of it waits for the audit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from catalog_service.domain.machines import Actor, MoveRefused
from catalog_service.domain.offers.bulk import BulkChange
from catalog_service.domain.offers.content import OfferDraft
from catalog_service.domain.offers.revision_states import REVISION, RevisionEvent, RevisionState
from catalog_service.domain.offers.revisions import Content, RevisionOvertaken, changes_between, follow
from catalog_service.domain.offers.states import OFFER
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.ports.record import Overtaken, RecordTransaction, VersionMismatch
from catalog_service.service import Record
from catalog_service.use_cases.offers.revisions import RevisionNotFound
from kernel.clock import FixedClock
from tests.catalog_service.house import ADMIN, NOW, draft, every_change, ladder, open_house, rows
from tests.catalog_service.town import Town
from tests.catalog_service.watch import Watch

DEAR, CHEAP = ladder((1, 1000)), ladder((1, 900))
RED = SkuDraft(code="R", values=(("颜色", "红"),), stock=50)
BLUE = SkuDraft(code="B", values=(("颜色", "蓝"),), stock=5)


class Shop:
    """An audited site with one seller whose offer ``o-1`` is live."""

    def __init__(self, home: Path) -> None:
        self.clock = FixedClock(NOW)
        self.record: Record = open_house(home, clock=self.clock, audit_offers=True)
        self.owner, self.seller = Town(self.record, self.clock).seller()
        self.publish("o-1")

    def publish(self, offer_id: str, trade: TradeTerms | None = None) -> None:
        self.record.publish_offer(
            draft=draft(offer_id, "原标题", supplier_id=self.seller, tiers=DEAR, stock=None if trade else 100),
            trade=trade, request=ADMIN,
        )  # fmt: skip

    def revise(self, title: str = "新标题", offer_id: str = "o-1", *, by: str | None = "seller", **stated: Any) -> Any:
        stated = {"tiers": DEAR, "stock": 100, "supplier_id": self.seller, **stated}
        trade = stated.pop("trade", None)
        return self.record.revise_offer(
            draft=OfferDraft(offer_id=offer_id, title=title, **stated), trade=trade, expected_version=None,
            seller=self.seller if by else None, request=ADMIN,
        )  # fmt: skip

    def live(self, offer_id: str = "o-1") -> tuple[str, int, int]:
        """Title, price and version that buyers see."""
        offer = self.record.offers.offer(offer_id).offer
        return offer.title, offer.tiers[0].unit_price_fen, offer.version

    def revision(self, offer_id: str = "o-1") -> Any:
        return self.record.revisions.of_offer(offer_id, seller=self.seller)

    def notices(self) -> list[str]:
        return [text for (text,) in rows(self.record, "SELECT text FROM notices ORDER BY notice_id")]

    def move(self, name: str, **said: Any) -> Any:
        deed = getattr(self.record.withdraw_revision, name)
        return deed(offer_id="o-1", seller=self.seller, request=ADMIN, **said)


@pytest.fixture
def shop(home: Path) -> Iterator[Shop]:
    shop = Shop(home)
    yield shop
    shop.record.close()


def test_who_adds_a_second_one_is_told_where_the_first_is_seen(shop: Shop) -> None:
    """Not at the commit, where nobody would read again."""
    shop.revise()
    record = shop.revision().revision
    met: list[bool] = []

    def add(transaction: RecordTransaction) -> None:
        with pytest.raises(Overtaken):
            transaction.revisions.add(record)
        met.append(True)
        raise Enough

    with pytest.raises(Enough):
        shop.record.publish_offer.deeds.store.write(add)
    assert met == [True]


class Enough(Exception):  # noqa: N818
    """Ends a transaction that has shown what it was to show."""


def test_the_offer_stays_on_sale_as_it_is_while_its_revision_waits(shop: Shop) -> None:
    receipt = shop.revise(tiers=CHEAP)
    assert (receipt.subject, receipt.state, receipt.version) == ("revision", "waiting", 1)
    assert shop.live() == ("原标题", 1000, 1)
    assert rows(shop.record, "SELECT count(*) FROM outbox WHERE kind = 'offer'") == [(1,)]
    view = shop.revision()
    assert [(each.field, each.before, each.after) for each in view.changes] == [
        ("title", "原标题", "新标题"), ("tiers", "1 起 1000 分", "1 起 900 分"),
    ]  # fmt: skip


def test_approving_puts_it_on_sale_at_once_with_outbox_audit_and_a_word_to_the_supplier(shop: Shop) -> None:
    shop.revise(tiers=CHEAP)
    receipt = shop.record.decide_revision.approve(offer_id="o-1", expected_version=1, request=ADMIN)
    assert (receipt.state, receipt.facts) == ("approved", {"offer_version": 2})
    assert shop.live() == ("新标题", 900, 2)
    (*_, last) = every_change(shop.record)
    assert (last.version, last.offer.title) == (2, "新标题")  # type: ignore[union-attr]
    deeds = "SELECT kind, deed FROM audit WHERE deed LIKE '%revision' ORDER BY audit_id"
    assert rows(shop.record, deeds) == [
        ("revision", "submit_revision"), ("offer", "approve_revision"), ("revision", "approve_revision"),
    ]  # fmt: skip
    assert shop.notices()[-1] == "“新标题”的修改已通过，现在在售的就是它"
    with pytest.raises(RevisionNotFound):
        shop.revision()


def test_who_refuses_says_why_and_what_was_changed_is_kept_to_be_edited(shop: Shop) -> None:
    shop.revise()
    shop.record.decide_revision.refuse(offer_id="o-1", reason="图文不符", request=ADMIN)
    view = shop.revision()
    assert (view.revision.state, view.revision.code, view.revision.reason) == ("refused", "audit_refused", "图文不符")
    assert view.content.draft.title == "新标题"
    assert shop.live() == ("原标题", 1000, 1)
    assert shop.notices()[-1] == "“原标题”的修改未通过：图文不符"
    shop.revise("更好的标题")
    assert (shop.revision().revision.state, shop.revision().revision.reason) == ("waiting", "")
    shop.record.decide_revision.approve(offer_id="o-1", request=ADMIN)
    assert shop.live() == ("更好的标题", 1000, 2)


def test_a_supplier_takes_back_sends_again_and_gives_up(shop: Shop) -> None:
    shop.revise()
    assert shop.move("recall").state == "draft"
    with pytest.raises(MoveRefused) as caught:
        shop.record.decide_revision.approve(offer_id="o-1", request=ADMIN)
    assert caught.value.detail["state"] == "draft"
    assert shop.move("submit").state == "waiting"
    with pytest.raises(VersionMismatch):
        shop.move("discard", expected_version=1)
    assert shop.move("discard").state == "discarded"
    with pytest.raises(RevisionNotFound):
        shop.move("submit")
    assert shop.live() == ("原标题", 1000, 1)
    assert shop.revise().version == 5


def test_a_newer_revision_takes_the_place_of_the_one_that_waits(shop: Shop) -> None:
    shop.revise("第一版")
    receipt = shop.revise("第二版")
    assert (receipt.version, receipt.state) == (2, "waiting")
    with pytest.raises(VersionMismatch):  # what was looked at is no more
        shop.record.decide_revision.approve(offer_id="o-1", expected_version=1, request=ADMIN)
    shop.record.decide_revision.approve(offer_id="o-1", expected_version=2, request=ADMIN)
    assert shop.live()[0] == "第二版"
    assert rows(shop.record, "SELECT count(*) FROM revisions") == [(1,)]


def test_a_price_alone_goes_on_sale_at_once_and_the_revision_follows(shop: Shop) -> None:
    shop.revise("新标题")
    receipt = shop.revise("原标题", tiers=CHEAP, moq=1)
    assert (receipt.subject, receipt.state, receipt.facts) == ("offer", "live", {"revision": "waiting"})
    assert shop.live() == ("原标题", 900, 2)
    assert [each.field for each in shop.revision().changes] == ["title"]
    assert shop.revision().revision.base_version == 2
    shop.record.decide_revision.approve(offer_id="o-1", request=ADMIN)
    assert shop.live() == ("新标题", 900, 3)


def test_a_price_that_the_revision_changes_too_sends_it_back_with_the_reason(shop: Shop) -> None:
    shop.revise("新标题", tiers=ladder((1, 1100)))
    receipt = shop.revise("原标题", tiers=CHEAP)
    assert receipt.facts == {"revision": "refused"}
    assert shop.live() == ("原标题", 900, 2)
    view = shop.revision()
    assert (view.revision.state, view.revision.code) == ("refused", "revision_overtaken")
    assert "阶梯价" in view.revision.reason
    assert "阶梯价" in shop.notices()[-1]
    with pytest.raises(RevisionOvertaken) as caught:
        shop.move("submit")
    assert caught.value.detail == {"fields": ["tiers"]}


def test_every_way_to_change_what_is_on_sale_is_followed(shop: Shop, tmp_path: Path) -> None:
    """The market's people, a change over many offers, an import."""
    shop.revise("新标题")
    shop.revise("原标题", by=None, brand="金牌")
    change = BulkChange(dispatch_hours=24)
    plan = shop.record.bulk_edits.plan(seller=shop.seller, offer_ids=["o-1"], change=change)
    shop.record.edit_many.apply(
        seller=shop.seller, offer_ids=["o-1"], change=change, digest=plan.digest, request=ADMIN
    )  # fmt: skip
    assert [each.field for each in shop.revision().changes] == ["title"]
    content = shop.revision().content.draft
    assert (content.brand, content.dispatch_hours, content.title) == ("金牌", 24, "新标题")
    row = {"offer_id": "o-1", "title": "导入的标题", "supplier_id": shop.seller}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), "utf-8")
    shop.record.import_file(tmp_path / "a.jsonl")
    assert shop.revision().revision.code == "revision_overtaken"


def test_stock_counts_at_once_and_is_not_counted_again_with_the_approval(shop: Shop) -> None:
    shop.publish("sku", TradeTerms(skus=(RED, BLUE)))
    more = TradeTerms(skus=(SkuDraft(code="R", values=(("颜色", "红"),), stock=80), BLUE))
    shop.revise(offer_id="sku", stock=None, trade=more)
    views = shop.record.offers.offer("sku").skus
    assert {view.sku.code: view.available for view in views} == {"R": 80, "B": 5}
    assert shop.live("sku")[0] == "原标题"
    red = next(view.sku.sku_id for view in views if view.sku.code == "R")
    shop.record.change_stock.adjust(sku_id=red, change=-30, request=ADMIN)
    shop.record.decide_revision.approve(offer_id="sku", request=ADMIN)
    assert {view.sku.code: view.available for view in shop.record.offers.offer("sku").skus} == {"R": 50, "B": 5}
    assert shop.live("sku")[0] == "新标题"


def test_a_new_colour_waits_and_comes_with_the_approval(shop: Shop) -> None:
    shop.publish("sku", TradeTerms(skus=(RED,)))
    receipt = shop.revise("原标题", "sku", stock=None, trade=TradeTerms(skus=(RED, BLUE)))
    assert receipt.subject == "revision"
    assert [view.sku.code for view in shop.record.offers.offer("sku").skus] == ["R"]
    assert [each.field for each in shop.revision("sku").changes] == ["skus.B"]
    shop.record.decide_revision.approve(offer_id="sku", request=ADMIN)
    assert [view.sku.code for view in shop.record.offers.offer("sku").skus] == ["R", "B"]


def test_beside_an_offer_that_is_off_the_shelf_nothing_is_decided(shop: Shop) -> None:
    shop.revise()
    shop.record.withdraw_offer(offer_id="o-1", seller=shop.seller, request=ADMIN)
    assert shop.record.revisions.waiting(seller=None, limit=10).items == []
    with pytest.raises(MoveRefused) as caught:
        shop.record.decide_revision.approve(offer_id="o-1", request=ADMIN)
    assert caught.value.detail["state"] == "withdrawn"
    shop.record.publish_offer(draft=draft("o-1", "全新", supplier_id=shop.seller), request=ADMIN)
    with pytest.raises(RevisionNotFound):  # other content whole: what was to be changed of the former is void
        shop.revision()


def test_anothers_revision_is_not_there(shop: Shop) -> None:
    shop.revise()
    with pytest.raises(RevisionNotFound):
        shop.record.revisions.of_offer("o-1", seller="s-other")
    with pytest.raises(Exception, match="没有编号为 o-1 的商品"):
        shop.record.withdraw_revision.recall(offer_id="o-1", seller="s-other", request=ADMIN)


def test_pages_of_what_waits_are_whole_and_the_longest_waiting_comes_first(shop: Shop) -> None:
    for number in (3, 2, 4):
        shop.publish(f"o-{number}")
        shop.clock.seconds += 60
        shop.revise(offer_id=f"o-{number}")
    after, seen = "", []
    while True:
        page = shop.record.revisions.waiting(seller=None, after=after, limit=2)
        seen += [view.revision.offer_id for view in page.items]
        if page.next_cursor is None:
            break
        after = page.next_cursor
    assert seen == ["o-3", "o-2", "o-4"]


def test_every_pair_of_state_and_event_that_is_not_in_the_table_is_refused() -> None:
    allowed = {(move.source, move.event, actor) for move in REVISION.moves for actor in move.by}
    for state in (None, *RevisionState):
        for event in RevisionEvent:
            for actor in Actor:
                if (state, event, actor) in allowed:
                    continue
                with pytest.raises(MoveRefused):
                    REVISION.move(state, event, actor, subject="o-1")


def test_revisions_do_what_their_table_says(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(shop.record.engine, sellers=(shop.owner.company_id,))
    watch.begin(monkeypatch)
    decide, titles = shop.record.decide_revision, iter(f"标题 {number}" for number in range(99))

    def submit(**stated: Any) -> None:
        shop.revise(next(titles), **stated)

    submit()
    submit()  # replaced
    decide.approve(offer_id="o-1", request=ADMIN)
    submit()  # after an approval
    decide.refuse(offer_id="o-1", reason="不清楚", request=ADMIN)
    submit()  # after a refusal
    shop.move("recall")
    submit()  # after a recall
    shop.move("discard")
    submit()  # after all
    title, _, _ = shop.live()
    shop.revise(title, dispatch_hours=24)  # follows
    shop.revise(title, by=None, dispatch_hours=48)
    submit(tiers=CHEAP, dispatch_hours=48)
    shop.revise(title, tiers=ladder((1, 800)), dispatch_hours=48)  # the same place
    shop.move("discard")
    submit(tiers=CHEAP, dispatch_hours=48)
    shop.revise(title, by=None, tiers=ladder((1, 700)), dispatch_hours=48)
    shop.record.withdraw_offer(offer_id="o-1", request=ADMIN)
    shop.record.publish_offer(draft=draft(supplier_id=shop.seller, tiers=DEAR, stock=100), request=ADMIN)
    submit()
    shop.move("recall")
    shop.move("discard")
    for state in ("waiting", "draft"):
        submit()
        if state == "draft":
            shop.move("recall")
        shop.record.withdraw_offer(offer_id="o-1", request=ADMIN)
        shop.record.publish_offer(draft=draft(supplier_id=shop.seller, tiers=DEAR, stock=100), request=ADMIN)
    submit()
    decide.refuse(offer_id="o-1", reason="不清楚", request=ADMIN)
    shop.move("discard")
    assert watch.missing(REVISION) == []
    assert watch.missing(OFFER) != []  # what this test did not set out to show


FIELDS = st.fixed_dictionaries(
    {"title": st.sampled_from("甲乙"), "moq": st.sampled_from([1, 2]), "brand": st.sampled_from(["", "牌"])}
)
SKUS = st.dictionaries(st.sampled_from("RB"), st.sampled_from([1, 2]), max_size=2)


@given(fields=st.tuples(FIELDS, FIELDS, FIELDS), skus=st.tuples(SKUS, SKUS, SKUS))
def test_following_takes_each_place_from_who_changed_it(fields: tuple[Any, ...], skus: tuple[Any, ...]) -> None:
    """Both orders agree, nothing is invented, and what nobody touched stays."""

    def content(said: dict[str, Any], weights: dict[str, int]) -> Content:
        stated = tuple(SkuDraft(code=code, weight_g=weight) for code, weight in sorted(weights.items()))
        return Content(draft=OfferDraft(offer_id="o", **said), trade=TradeTerms(skus=stated))

    base, mine, theirs = (content(said, weights) for said, weights in zip(fields, skus, strict=True))
    assert follow(base, base, theirs) == theirs
    assert not changes_between(follow(base, mine, base), mine)
    made: Callable[[Content, Content], set[str]] = lambda a, b: {each.field for each in changes_between(a, b)}  # noqa: E731
    try:
        followed = follow(base, mine, theirs)
    except RevisionOvertaken as clash:
        fields_of = set(clash.detail["fields"])
        assert fields_of <= made(base, mine) & made(base, theirs) & made(mine, theirs)
        return
    assert not changes_between(follow(base, theirs, mine), followed)
    assert made(theirs, followed) <= made(base, mine)
    assert made(base, followed) <= made(base, mine) | made(base, theirs)
