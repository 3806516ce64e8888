"""Fitting a static student to BGE, with a progress bar."""

from __future__ import annotations

from collections.abc import Sequence

from pifa.commands.console import moved_to, progress
from pifa.wiring import Installation
from text_analysis.encoders.fit import fit_static
from text_analysis.encoders.port import Encoder
from text_analysis.encoders.static import StaticModel


def fit_student(
    site: Installation,
    texts: Sequence[str],
    teacher: Encoder,
    *,
    dimensions: int,
    vocabulary_max: int,
    seed: int,
) -> StaticModel:
    """See ``fit_static``; the bar moves while the teacher encodes, which is nearly all of the time."""
    with progress("老师编码", len(texts)) as advance:
        move = moved_to(advance)
        return fit_static(
            texts,
            teacher,
            analyzer=site.analyzer,
            dimensions=dimensions,
            vocabulary_max=vocabulary_max,
            seed=seed,
            progress=lambda phase, done, _: move(done) if phase == "teacher" else None,
        )
