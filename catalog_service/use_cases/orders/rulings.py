"""Two operators: what one of the market's people decides over much money another has to confirm."""

from __future__ import annotations

import dataclasses

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.rulings import RULING, Outcome, Ruling, RulingEvent, RulingState
from catalog_service.domain.orders.states import ORDER, OrderEvent
from catalog_service.domain.orders.values import Order
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import OrderDesk, conclude, move, touch
from kernel.errors import Conflict


class SecondOperatorRequired(Conflict):
    """Whoever proposed a ruling does not confirm it; ``detail`` has its id and the sum from which on that is so."""

    code = "second_operator_required"


def weigh(
    desk: OrderDesk,
    transaction: RecordTransaction,
    order: Order,
    outcome: Outcome,
    *,
    amount_fen: int,
    refund_id: str = "",
    to_buyer_fen: int = 0,
    reason: str,
    request: DeedRequest,
    now: int,
) -> Receipt | Ruling | None:
    """What has to happen first: None, it may be done by one operator; the ruling of another that this one confirms, to
    be given to ``confirm_ruling`` along with the deed; or the receipt of a proposal, and nothing else is done now.

    To the sum is added what the same operator decided alone of this order before: parts are no way round the limit.

    A ruling counts for the version of the order that it was made of: what buyer, seller or time have done since makes
    it void. ``SecondOperatorRequired`` for one's own.
    """
    ruling_id = desk.deeds.ids.new()
    wanted = Ruling(
        ruling_id=ruling_id, version=1,
        state=RulingState.PROPOSED,
        order_id=order.order_id, refund_id=refund_id, order_version=order.version + 1, outcome=outcome,
        to_buyer_fen=to_buyer_fen, reason=reason, proposed_by=request.actor, created_at=now, changed_at=now,
    )  # fmt: skip
    standing = transaction.orders.proposed_ruling(order.order_id)
    same = standing if standing and standing.order_version == order.version and standing.says(wanted) else None
    if same is not None and same.proposed_by != request.actor:
        return same
    alone_fen = transaction.orders.decided_alone_fen([order.order_id], by=request.actor).get(order.order_id, 0)
    if alone_fen + amount_fen < desk.options.two_operators_fen:
        return None
    if same is not None:
        raise SecondOperatorRequired(
            f"{desk.options.two_operators_fen // 100} 元以上须由另一位工作人员复核，您已提出这一裁定",
            detail={"ruling_id": same.ruling_id, "two_operators_fen": desk.options.two_operators_fen},
        )
    return _propose(desk, transaction, order, wanted, standing, request=request, now=now)


def confirm_ruling(transaction: RecordTransaction, weighed: Ruling | None, *, by: str, now: int) -> None:
    """Done by two; nothing where one was enough."""
    if weighed is not None:
        _move(transaction, weighed, RulingEvent.CONFIRM, now=now, confirmed_by=by)


def _propose(
    desk: OrderDesk,
    transaction: RecordTransaction,
    order: Order,
    wanted: Ruling,
    standing: Ruling | None,
    *,
    request: DeedRequest,
    now: int,
) -> Receipt:
    said = {"machine_event": (RULING.name, str(RulingEvent.PROPOSE)), "member_id": request.actor, "now": now}
    if order.state in ORDER.terminal:
        moved = touch(transaction, order, Actor.STAFF, **said)  # type: ignore[arg-type]
    else:
        moved = move(desk, transaction, order, OrderEvent.RULE, Actor.STAFF, **said)  # type: ignore[arg-type]
    if standing is not None:
        _move(transaction, standing, RulingEvent.REPLACE, now=now)
    state = RULING.move(None, RulingEvent.PROPOSE, Actor.STAFF, subject=wanted.ruling_id).target
    transaction.orders.insert_ruling(dataclasses.replace(wanted, state=state))
    _rest(desk, transaction, wanted.refund_id or order.order_id, now=now)
    text = f"订单 {order.number_text}：平台已提出裁定，等待另一位工作人员复核"
    return conclude(
        transaction, moved, deed="propose_ruling", request=request, now=now, reason=wanted.reason,
        facts={
            "ruling_id": wanted.ruling_id, "ruling": str(wanted.state), "outcome": str(wanted.outcome),
            "refund_id": wanted.refund_id, "to_buyer_fen": wanted.to_buyer_fen,
        },
        tell=[(order.buyer_company_id, text), (order.supplier_company_id, text)],
    )  # fmt: skip


def _rest(desk: OrderDesk, transaction: RecordTransaction, subject_id: str, *, now: int) -> None:
    """No silence is taken for consent while another operator looks."""
    timer = transaction.timers.timer(subject_id)
    if timer is not None and timer.due_at < now + desk.options.ruling_seconds:
        transaction.timers.set(dataclasses.replace(timer, due_at=now + desk.options.ruling_seconds))


def _move(
    transaction: RecordTransaction, before: Ruling, event: RulingEvent, *, now: int, confirmed_by: str = ""
) -> None:
    target = RULING.move(before.state, event, Actor.STAFF, subject=before.ruling_id).target
    after = dataclasses.replace(
        before, state=target, version=before.version + 1, confirmed_by=confirmed_by, changed_at=now
    )
    transaction.orders.move_ruling(before, after)
