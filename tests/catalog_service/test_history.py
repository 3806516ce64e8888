"""Whatever is done: versions rise, the outbox is the history, and replaying the feed gives what is live."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalog_service.domain.offers.states import MOVES, MoveRefused, OfferEvent, OfferState
from catalog_service.ports.record import VersionMismatch
from catalog_service.use_cases.deeds import OfferNotFound
from catalog_service.use_cases.offers.move_offer import MOVABLE
from kernel.changes import OfferChanged
from tests.catalog_service.house import ADMIN, draft, every_change, open_house, rows

IDS = st.sampled_from(["o-1", "o-2", "o-3"])
TITLES = st.sampled_from(["甲", "乙"])


class OfferHistory(RuleBasedStateMachine):
    """The record beside a model: id -> (state, version, title)."""

    new_home: ClassVar[Callable[[], Path]]

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, tuple[OfferState, int, str]] = {}
        self.history: list[tuple[str, int]] = []

    @initialize()
    def open(self) -> None:
        self.record = open_house(type(self).new_home(), audit_offers=True)

    def teardown(self) -> None:
        if hasattr(self, "record"):
            self.record.close()

    @rule(offer_id=IDS, title=TITLES)
    def publish(self, offer_id: str, title: str) -> None:
        self._expect(
            OfferEvent.PUBLISH,
            offer_id,
            title,
            lambda: self.record.publish_offer(draft=draft(offer_id, title), request=ADMIN),
        )

    @rule(offer_id=IDS, title=TITLES, stale=st.booleans())
    def revise(self, offer_id: str, title: str, stale: bool) -> None:
        known = self.model.get(offer_id)
        version = (known[1] if known else 1) + (1 if stale else 0)

        def deed() -> Any:
            return self.record.revise_offer(draft=draft(offer_id, title), expected_version=version, request=ADMIN)

        if known is not None and stale:
            with pytest.raises(VersionMismatch):
                deed()
        elif known is not None and known[0] is OfferState.LIVE and known[2] == title:
            assert deed().changed is False
        else:
            self._expect(OfferEvent.REVISE, offer_id, title, deed)

    @rule(offer_id=IDS, title=TITLES)
    def save_draft(self, offer_id: str, title: str) -> None:
        event = OfferEvent.EDIT if offer_id in self.model else OfferEvent.CREATE
        deed = lambda: self.record.save_draft(draft=draft(offer_id, title), request=ADMIN)  # noqa: E731
        self._expect(event, offer_id, title, deed)

    @rule(offer_id=IDS, event=st.sampled_from(sorted(MOVABLE)))
    def move(self, offer_id: str, event: OfferEvent) -> None:
        def deed() -> Any:
            return self.record.move_offer(offer_id=offer_id, event=event, reason="核查", request=ADMIN)

        if offer_id not in self.model:  # what comes into being is submitted by publishing it
            with pytest.raises(OfferNotFound):
                deed()
            return
        self._expect(event, offer_id, None, deed)

    @rule(offer_id=IDS)
    def withdraw(self, offer_id: str) -> None:
        self._expect(
            OfferEvent.WITHDRAW, offer_id, None, lambda: self.record.withdraw_offer(offer_id=offer_id, request=ADMIN)
        )

    @rule(offer_id=IDS)
    def take_down(self, offer_id: str) -> None:
        self._expect(
            OfferEvent.TAKE_DOWN, offer_id, None,
            lambda: self.record.takedown_offer(offer_id=offer_id, reason="核查", request=ADMIN),
        )  # fmt: skip

    @rule(offer_id=IDS)
    def lift(self, offer_id: str) -> None:
        self._expect(
            OfferEvent.LIFT, offer_id, None,
            lambda: self.record.lift_takedown(offer_id=offer_id, reason="无误", request=ADMIN),
        )  # fmt: skip

    @invariant()
    def states_are_what_the_table_says(self) -> None:
        if hasattr(self, "record"):
            stored = dict(rows(self.record, "SELECT offer_id, state FROM offers"))
            assert stored == {key: str(state) for key, (state, _, _) in self.model.items()}

    @invariant()
    def the_outbox_is_the_history(self) -> None:
        if hasattr(self, "record"):
            told = rows(self.record, "SELECT subject_id, version FROM outbox ORDER BY sequence")
            assert told == self.history
            audited = rows(self.record, "SELECT subject_id, version FROM audit WHERE kind = 'offer' ORDER BY audit_id")
            assert audited == self.history

    @invariant()
    def replaying_the_feed_gives_what_is_live(self) -> None:
        if not hasattr(self, "record"):
            return
        live = {
            key: (version, title) for key, (state, version, title) in self.model.items() if state is OfferState.LIVE
        }
        for limit in (1, 3):
            replayed: dict[str, tuple[int, str]] = {}
            for change in every_change(self.record, limit=limit):
                assert isinstance(change, OfferChanged)
                assert change.version == self.model[change.offer_id][1]
                if change.offer is None:
                    replayed.pop(change.offer_id, None)
                else:
                    replayed[change.offer_id] = (change.offer.version, change.offer.title)
            assert replayed == live
        scanned = [offer for batch in self.record.catalog.live_offers(batch_size=2) for offer, _ in batch]
        assert {offer.offer_id: (offer.version, offer.title) for offer in scanned} == live
        assert self.record.catalog.live_count() == len(live)

    def _expect(self, event: OfferEvent, offer_id: str, title: str | None, deed: Callable[[], Any]) -> None:
        known = self.model.get(offer_id)
        target = MOVES.get((known[0] if known else None, event))
        if target is None:
            with pytest.raises((MoveRefused, OfferNotFound)):
                deed()
            return
        version = known[1] + 1 if known else 1
        receipt = deed()
        assert (receipt.version, receipt.state, receipt.changed) == (version, str(target), True)
        self.model[offer_id] = (target, version, title if title is not None else known[2] if known else "")
        self.history.append((offer_id, version))


def test_the_record_agrees_with_the_model_after_any_deeds(new_home: Callable[[str], Path]) -> None:
    numbers = itertools.count()
    OfferHistory.new_home = staticmethod(lambda: new_home(f"home-{next(numbers)}"))
    run_state_machine_as_test(
        OfferHistory,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )  # fmt: skip
