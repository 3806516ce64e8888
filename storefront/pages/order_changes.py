"""What became of an order since a page of it was opened, and what was typed there meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog_service.domain.orders.states import ORDER
from catalog_service.domain.orders.values import TimelineEvent
from catalog_service.reads.orders import OrderView
from kernel.errors import PifaError
from storefront.form_fields import whole
from storefront.pages.order_parts import history_of
from storefront.pages.words import yuan

# Fields of forms on orders that people write into, as a page names them.
TYPED_WORDS = {"reason": "原因", "amount": "金额", "payable": "应付金额", "carrier": "承运人", "waybill": "运单号"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanges:
    """``said``: each change in words, the oldest first. ``typed``: field and text."""

    said: tuple[str, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


NO_CHANGES = OrderChanges()


def changes_since(view: OrderView, error: PifaError | None, form: Mapping[str, str]) -> OrderChanges:
    """Of the version that the form was made for; none where nothing was refused, or nothing changed."""
    seen = whole(form.get("version", ""))
    if error is None or seen is None:
        return NO_CHANGES
    events = [event for event in view.events if event.number > seen]
    if not events:
        return NO_CHANGES
    typed = [(label, form[name].strip()) for name, label in TYPED_WORDS.items() if form.get(name, "").strip()]
    return OrderChanges(said=tuple(map(_said, events)), typed=tuple(typed))


def _said(event: TimelineEvent) -> str:
    (moment,) = history_of([event])
    parts = [f"{moment.who} {moment.what}"]
    if "was_fen" in event.facts and "payable_fen" in event.facts:
        parts.append(f"应付 ¥{yuan(int(event.facts['was_fen']))} → ¥{yuan(int(event.facts['payable_fen']))}")
    elif "amount_fen" in event.facts:
        parts.append(f"¥{yuan(int(event.facts['amount_fen']))}")
    if event.source and event.source != event.target:
        labels = {str(state): label for state, label in ORDER.state_labels.items()}
        parts.append(f"{labels.get(event.source, event.source)} → {labels.get(event.target, event.target)}")
    return "，".join([*parts, *([moment.note] if moment.note else [])])
