"""Days as limits count them: by the clock of China, where the day begins at 16:00 UTC."""

from __future__ import annotations

CHINA_AHEAD_SECONDS = 8 * 3_600  # one clock for the whole country, and no summer time
DAY_SECONDS = 86_400


def day_of(at: int) -> int:
    """The day, since 1970, that holds the second ``at``."""
    return (at + CHINA_AHEAD_SECONDS) // DAY_SECONDS


def day_start(at: int) -> int:
    """The second with which the day that holds ``at`` began."""
    return day_of(at) * DAY_SECONDS - CHINA_AHEAD_SECONDS
