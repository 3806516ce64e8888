"""With which dictionaries an index was cut: noted when one is built, compared when an upgrade is planned."""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

import msgspec

LIBRARIES = ("rjieba", "opencc")  # they cut and fold the text, with dictionaries of their own
NAMED_MAX = 5


class AnalysisNote(msgspec.Struct, frozen=True):
    """``parts``: a digest by dictionary, a version by library. Of this generation of the index and no other."""

    generation: str
    parts: dict[str, str]


def parts_of(data: Path) -> dict[str, str]:
    """What documents are cut with now: every table of ``data/text``, and the libraries."""
    tables = sorted(path for path in (data / "text").rglob("*") if path.is_file())
    parts = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in tables}
    return parts | {name: version(name) for name in LIBRARIES}


def note_analysis(path: Path, *, generation: str, data: Path) -> None:
    """Written beside and renamed, so that a kill leaves the former one."""
    draft = path.with_suffix(".partial")
    draft.write_bytes(msgspec.json.encode(AnalysisNote(generation=generation, parts=parts_of(data))))
    os.replace(draft, path)


def why_cut_anew(path: Path, *, generation: str, data: Path) -> str:
    """Which dictionaries are other than those that this generation was cut with, in words; empty where none is, or
    where nobody noted any (an index of an older program, or one that was brought from elsewhere)."""
    try:
        note = msgspec.json.decode(path.read_bytes(), type=AnalysisNote)
    except (FileNotFoundError, msgspec.MsgspecError):
        return ""
    if note.generation != generation:
        return ""
    now = parts_of(data)
    changed = sorted(name for name in {*now, *note.parts} if now.get(name) != note.parts.get(name))
    if not changed:
        return ""
    named = "、".join(changed[:NAMED_MAX]) + (" 等" if len(changed) > NAMED_MAX else "")
    return f"分词词典或词库变了（{named}），已有商品仍按旧词切分"
