"""The fingerprint of what cuts and encodes listings: equal ones make equal documents and vectors of equal listings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import indexer.prepared
import indexer.stages
import search_engine.card
import search_engine.documents
import taxonomy
import text_analysis
from search_engine.schema import SCHEMA_VERSION
from text_analysis.encoders.port import Encoder

# Their code decides what a document is. A change that changes no document makes it anew too: that costs time only.
_CODE: tuple[ModuleType, ...] = (
    text_analysis,
    taxonomy,
    indexer.stages,
    indexer.prepared,
    search_engine.card,
    search_engine.documents,
)
_DATA = ("text", "taxonomy")
_LIBRARIES = ("rjieba", "opencc")  # they cut and fold the text


def fingerprint_of(encoder: Encoder | None, *, data: Path) -> str:
    """Encoder, field table, dictionaries, categories, code and libraries as one line."""
    digest = hashlib.sha256()
    for path in (*_sources(), *(path for name in _DATA for path in sorted((data / name).rglob("*")))):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    digest.update(" ".join(version(name) for name in _LIBRARIES).encode())
    return f"{encoder.fingerprint if encoder else 'none'}/schema-{SCHEMA_VERSION}/text-{digest.hexdigest()[:16]}"


def _sources() -> Iterator[Path]:
    for module in _CODE:
        path = Path(str(module.__file__))
        yield from sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else (path,)
