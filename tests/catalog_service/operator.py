"""An operator who ends connections of the record while processes write."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.catalog_service.house import database_url
from tests.postgresql import connect

KILLED = 4  # one in so many
PAUSE_SECONDS = 0.05  # ten deeds or so between one round of kills and the next


def end_connections(home: Path, running: Sequence[BaseProcess], *, pause_seconds: float = PAUSE_SECONDS) -> int:
    """End a quarter of those that are at work, again and again while a process runs; how many were ended."""
    dice, ended = random.Random(7), 0
    with connect(database_url(home)) as operator:
        while any(process.is_alive() for process in running):
            pids = operator.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pifa'"
                " AND state <> 'idle'"
            ).fetchall()
            for pid in dice.sample(pids, -(-len(pids) // KILLED)):
                operator.execute("SELECT pg_terminate_backend(%s)", pid)
                ended += 1
            time.sleep(pause_seconds)
    return ended
