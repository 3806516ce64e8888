"""Logs: lines on standard error, so that answers on standard output stay clean; without what is a person's."""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

# Our own lines name people by ids alone. What others' errors say is not ours to choose, so what can be recognised is
# taken out of every text: mail addresses, and mobile numbers as they are written in China.
_MAIL = r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
_MOBILE = r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])"  # no part of an id
_PERSONAL = re.compile(f"{_MAIL}|{_MOBILE}")
HIDDEN = "***"


def configure_logs(level: str) -> None:
    """Coloured for a person at a terminal, JSON for everything else; below ``level`` nothing is said."""
    reads_person = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,  # plain: a coloured one shows the values of variables
            without_people,
            structlog.dev.ConsoleRenderer() if reads_person else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # looked up anew: it may have been redirected
    )


def without_people(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A processor: mail addresses and mobile numbers in any text of the line become ``***``. Ids stay: they are how an
    operator finds the person, in the record and under its rights."""
    return {name: _PERSONAL.sub(HIDDEN, value) if isinstance(value, str) else value for name, value in event.items()}
