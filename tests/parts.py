"""Parts that a machine may lack: on a user's one their tests are skipped, loudly; in CI that is a failure."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import NoReturn

import pytest


def missing(config: pytest.Config, message: str) -> NoReturn:
    """Skip with one line that no capturing swallows; fail when ``CI=true``."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        print(f"\n*** {message} ***", file=sys.stderr, flush=True)
    pytest.skip(message)
