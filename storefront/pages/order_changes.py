"""What became of an order since a page of it was opened, and what was typed there meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog_service.domain.orders.refund_states import REFUND
from catalog_service.domain.orders.states import ORDER
from catalog_service.domain.orders.values import TimelineEvent
from catalog_service.reads.orders import OrderView
from kernel.errors import PifaError
from storefront.pages.words import yuan

# Fields of forms on orders that people write into, as a page names them.
TYPED_WORDS = {"reason": "原因", "amount": "金额", "payable": "应付金额", "carrier": "承运人", "waybill": "运单号"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanges:
    """``said``: each change in words, the oldest first. ``typed``: field and text."""

    said: tuple[str, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


NO_CHANGES = OrderChanges()


def changes_since(
    view: OrderView, error: PifaError | None, form: Mapping[str, str], *, who: Mapping[Any, str]
) -> OrderChanges:
    """Of the version that the form was made for; none where nothing was refused, or nothing changed. ``who``: words of
    the actors, as this side says them."""
    seen = form.get("version", "")
    if error is None or not (seen.isascii() and seen.isdecimal() and len(seen) < 18):
        return NO_CHANGES
    events = [event for event in view.events if event.number > int(seen)]
    if not events:
        return NO_CHANGES
    typed = [(label, form[name].strip()) for name, label in TYPED_WORDS.items() if form.get(name, "").strip()]
    return OrderChanges(said=tuple(_said(event, who) for event in events), typed=tuple(typed))


def _said(event: TimelineEvent, who: Mapping[Any, str]) -> str:
    machine = REFUND if event.machine == REFUND.name else ORDER
    labels = {str(each): label for each, label in machine.event_labels.items()}
    what = f"{'退款：' if machine is REFUND else ''}{labels.get(event.event, event.event)}"
    parts = [f"{who.get(event.actor, str(event.actor))} {what}"]
    if "was_fen" in event.facts and "payable_fen" in event.facts:
        parts.append(f"应付 ¥{yuan(int(event.facts['was_fen']))} → ¥{yuan(int(event.facts['payable_fen']))}")
    elif "amount_fen" in event.facts:
        parts.append(f"¥{yuan(int(event.facts['amount_fen']))}")
    if event.source != event.target and event.source:
        states = {str(state): label for state, label in ORDER.state_labels.items()}
        parts.append(f"{states.get(event.source, event.source)} → {states.get(event.target, event.target)}")
    return "，".join([*parts, *([event.note] if event.note else [])])
