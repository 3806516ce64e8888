"""Figures to tables and to JSON."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from pifa.commands.console import out
from pifa.commands.evaluate import interval
from pifa.evaluation.compare import Comparison
from pifa.evaluation.figures import Figure

ROOT = Path(__file__).resolve().parents[2]
WORSE_MAX = 0.02  # how far the lower end of blend - best leg may lie under zero: the acceptance of the measured set


def about(*, seed: int, listings: int, encoder: str) -> dict[str, Any]:
    """Where these figures are from: machine, commit, seed, encoder."""
    commit = _git("rev-parse", "HEAD")
    return {
        "commit": commit,
        "uncommitted_changes": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gb()} GB",
        "python": platform.python_version(),
        "seed": seed,
        "listings": listings,
        "encoder": encoder,
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def plain(figures: Mapping[str, Mapping[str, Figure]]) -> dict[str, dict[str, dict[str, float]]]:
    """Figures as JSON values."""
    return {name: {metric: asdict(figure) for metric, figure in of.items()} for name, of in figures.items()}


def never_worse(comparison: Comparison) -> dict[str, dict[str, Any]]:
    """By metric: the best leg, the blend minus it, and whether its lower end is above the bound."""
    return {
        metric: {"best_leg": comparison.best[metric], **asdict(figure), "holds": figure.low > -WORSE_MAX}
        for metric, figure in comparison.ahead.items()
    }


def print_classes(title: str, by_class: Mapping[str, Comparison], metrics: Sequence[str]) -> None:
    """One table: systems down, classes across."""
    for metric in metrics:
        table = Table("", *by_class, title=f"{title}：{metric}")
        systems = next(iter(by_class.values())).figures
        for system in systems:
            table.add_row(system, *(f"{of.figures[system][metric].value:.3f}" for of in by_class.values()))
        ahead = [interval(of.ahead[metric], signed=True) if metric in of.ahead else "" for of in by_class.values()]
        table.add_row("blend − best", *ahead)
        out.print(table)
