"""Logs: lines on standard error, so that answers on standard output stay clean."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs(level: str) -> None:
    """Coloured for a person at a terminal, JSON for everything else; below ``level`` nothing is said."""
    reads_person = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if reads_person else [structlog.processors.format_exc_info]),
            structlog.dev.ConsoleRenderer() if reads_person else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # looked up anew: it may have been redirected
    )
