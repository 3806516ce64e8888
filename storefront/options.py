"""What a deployment may choose about its pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontOptions:
    """Options of ``storefront_router``.

    ``secret`` signs the kept lists (favourites, compare). ``ranking_files`` is the directory of ``profiles.yaml`` and
    ``matching.yaml``, which the page about ranking shows. ``https`` marks cookies as secure.
    """

    secret: str
    ranking_files: Path
    clock: Clock
    site_name: str = "Pifa 批发"
    https: bool = False
