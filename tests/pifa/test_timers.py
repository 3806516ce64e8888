"""What the follower does now and then beside following."""

from __future__ import annotations

import threading

from kernel.errors import Unavailable
from pifa.commands.follow import _every


def test_a_timer_goes_on_after_the_record_was_away_and_ends_with_its_process() -> None:
    stop, calls = threading.Event(), []

    def deed() -> int:
        calls.append(len(calls))
        if len(calls) == 1:
            raise Unavailable("正忙")
        if len(calls) == 3:
            stop.set()
        return 0

    _every(deed, 0.001, stop)
    assert calls == [0, 1, 2]
