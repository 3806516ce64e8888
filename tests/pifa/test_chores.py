"""What is done again and again: by whom, how often, and that nothing ends it but being told to."""

from __future__ import annotations

import threading

import pytest

from kernel.errors import Unavailable
from pifa.chores import Chore, keep, of_every_process, of_the_follower
from pifa.wiring import Installation


class Turns(threading.Event):
    """Lets so many turns pass without waiting for them, and writes down how long each would have been."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self._turns = iter(range(turns))
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return next(self._turns, None) is None


@pytest.mark.parametrize("fault", [Unavailable("正忙"), AttributeError("no such thing")])
def test_a_chore_goes_on_after_any_fault_and_says_the_same_trouble_once(
    fault: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = iter([None, fault, fault, None, fault, None])
    done = []

    def deed() -> None:
        done.append(1)
        outcome = next(outcomes)
        if outcome is not None:
            raise outcome

    stop = Turns(6)
    keep(Chore("carts", deed, 3_600), stop)
    assert len(done) == 6
    assert stop.waits == [1.0, *[3_600] * 6]  # soon after the start, and then as often as it says
    written = capsys.readouterr()
    assert (written.out + written.err).count("chore_failed") == 2


def test_every_chore_can_be_done_on_a_record_where_nothing_is_due(site: Installation) -> None:
    with site.record() as record:
        every = [*of_every_process(record), *of_the_follower(record)]
        assert [(chore.name, chore.seconds) for chore in every] == [
            ("mails", 1), ("upkeep", 60), ("deadlines", 2), ("anchor", 3_600), ("stock", 2), ("carts", 3_600),
            ("unused_files", 86_400),
        ]  # fmt: skip
        for chore in every:
            chore.deed()
