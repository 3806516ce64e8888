"""``pifa sweep``: what has fallen due, once; the follower does it every few seconds."""

from __future__ import annotations

from pifa.chores import sweep_once
from pifa.commands.console import HomeOption, JsonOption, print_json, say
from pifa.speech import tell_word
from pifa.wiring import installation

LABELS = {
    "order": "订单期限",
    "refund": "退款期限",
    "payment": "付款查询",
    "transfer": "退回款项",
    "payout": "提现",
    "failed": "未成",
}


def sweep(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Deadlines, payments to ask for, money to send back; may run beside others."""
    with installation(home).record() as record:
        done = sweep_once(record.ordering)
    if as_json:
        print_json(done)
        return
    say("、".join(f"{tell_word(LABELS[kind])} {count}" for kind, count in sorted(done.items())) or "没有到期的事项")
