"""What a deployment may choose about the HTTP door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Everything comes from our own origin and nothing is written inline, so that injected markup cannot run.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """Options of ``build_app``.

    ``rate_limit``: as ``limits`` writes it (``600/minute``), by caller; None (the default) sets none, since one machine
    behind a company's own proxy sees a single address. ``metrics_directory``: where worker processes put their counters
    (the same as PROMETHEUS_MULTIPROC_DIR); None when there is one process. ``https``: adds Strict-Transport-Security.
    """

    version: str = "0"
    body_bytes_max: int = 1 << 20  # one offer with the longest description and a full attribute table is a tenth of it
    larger_bodies: Mapping[str, int] = field(default_factory=dict)  # by path, where more than that is honest: uploads
    query_bytes_max: int = 8_192  # the longest URL that proxies pass on
    rate_limit: str | None = None
    metrics_directory: Path | None = None
    gzip_bytes_min: int = 1_024  # below one packet, packing costs more than it saves
    content_security_policy: str = CONTENT_SECURITY_POLICY
    https: bool = False
    access_log: bool = True
    own_authentication: tuple[str, ...] = ()  # paths whose endpoints read the Authorization header themselves
