"""``pifa sweep``: what has fallen due, once; the follower does it every few seconds."""

from __future__ import annotations

import threading

import structlog

from catalog_service.ordering import Ordering
from pifa.commands.console import HomeOption, JsonOption, print_json, say
from pifa.wiring import installation

SWEEP_SECONDS = 2.0  # how late a deadline may be kept; a sweep with nothing due is one query of an index
ANCHOR_SECONDS = 3_600  # how much of the ledger a thief of both database and backups could rewrite unseen

LABELS = {"order": "订单期限", "refund": "退款期限", "payment": "付款查询", "transfer": "退回款项", "failed": "未成"}
log = structlog.get_logger(__name__)


def sweep(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Deadlines, payments to ask for, money to send back; may run beside others."""
    with installation(home).record() as record:
        done = sweep_once(record.ordering)
    if as_json:
        print_json(done)
        return
    say("、".join(f"{LABELS[kind]} {count}" for kind, count in sorted(done.items())) or "没有到期的事项")


def sweep_once(ordering: Ordering) -> dict[str, int]:
    """What was taken, by kind."""
    ordering.deliver_sandbox_notices()
    return dict(ordering.sweep())


def sweep_until(ordering: Ordering, stop: threading.Event) -> None:
    """Sweep until told to stop, and anchor the ledger every hour. Several processes may; what fails is tried again."""
    said, anchor_in = "", 0.0
    while not stop.wait(SWEEP_SECONDS):
        try:
            sweep_once(ordering)
            anchor_in -= SWEEP_SECONDS
            if anchor_in <= 0:
                ordering.anchor()
                anchor_in = ANCHOR_SECONDS
            said = ""
        except Exception as fault:  # the next sweep may succeed; whatever it was stands in the log once
            if str(fault) != said:
                log.warning("sweep_failed", reason=str(fault))
            said = str(fault)
