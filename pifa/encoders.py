"""Which encoder this installation uses, and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import Unavailable
from pifa.home import Home
from pifa.settings import Settings
from text_analysis.analyzer import Analyzer
from text_analysis.encoders.port import Encoder


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """The encoder (None: meaning is not searched) and one line that says why this one."""

    encoder: Encoder | None
    reason: str


def choose_encoder(settings: Settings, home: Home, *, data: Path, analyzer: Analyzer) -> EncoderChoice:
    """``auto``: the packaged BGE where it is on disk or can be fetched, else the static student that ships."""
    wanted = settings.encoder
    if wanted == "none":
        return EncoderChoice(None, "编码器：无（设置 PIFA_ENCODER=none）")
    if wanted.startswith("st:"):
        from text_analysis.encoders.sentence_transformers import SentenceTransformersEncoder

        encoder = SentenceTransformersEncoder(wanted.removeprefix("st:"))
        return EncoderChoice(encoder, f"编码器：{encoder.name}（sentence-transformers）")
    if wanted in ("auto", "bge"):
        try:
            return load_bge(settings, home)
        except Unavailable as error:
            if wanted == "bge":
                raise
            return _static(static_folder(home, data), analyzer, because=error.message)
    folder = static_folder(home, data) if wanted == "static" else Path(wanted)
    return _static(folder, analyzer, because=f"设置 PIFA_ENCODER={wanted}")


def static_folder(home: Home, data: Path) -> Path:
    """The student fitted on the user's own catalog where there is one, else the one that ships."""
    own = home.models / "static"
    return own if (own / "model.safetensors").exists() else data / "encoder"


def load_bge(settings: Settings, home: Home) -> EncoderChoice:
    """The packaged BGE as a choice; raises ModelMissing, which says what was tried."""
    encoder = bge_encoder(settings, home)
    return EncoderChoice(encoder, f"编码器：{encoder.name}，{encoder.dimensions} 维")


def bge_encoder(settings: Settings, home: Home) -> Encoder:
    """The packaged BGE, from disk or fetched once; raises ModelMissing."""
    from text_analysis.encoders.bge import BgeEncoder

    return BgeEncoder.load(
        models_dir=home.models,
        folder=settings.bge_folder,
        fetch=not settings.offline,
        threads=settings.encoder_threads or os.cpu_count() or 1,
    )


def _static(folder: Path, analyzer: Analyzer, *, because: str) -> EncoderChoice:
    from text_analysis.encoders.static import StaticEncoder

    encoder = StaticEncoder.load(folder, analyzer)
    return EncoderChoice(encoder, f"编码器：{encoder.name}，{encoder.dimensions} 维（{because}）")
