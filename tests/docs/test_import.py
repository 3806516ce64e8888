"""What ``docs/import.md`` shows is taken as it says."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

from tests.catalog_service.house import open_house

TEXT = (Path(__file__).parents[2] / "docs" / "import.md").read_text("utf-8")


def test_the_examples_are_imported(tmp_path: Path) -> None:
    blocks = dict(re.findall(r"```(json|csv)\n(.*?)```", TEXT, re.S))
    lines, table = tmp_path / "a.jsonl", tmp_path / "b.csv"
    lines.write_text(blocks["json"].replace("\n", " ") + "\n", "utf-8")
    table.write_text(blocks["csv"], "utf-8")
    with closing(open_house(tmp_path / "home")) as record:
        assert record.import_file(lines).progress.created == 1
        assert record.offers.offer("shirt-1").offer.stock == 65
        report = record.import_file(table)
        assert (report.progress.revised, report.progress.rejected) == (1, 0), report.samples
        assert record.offers.offer("shirt-1").offer.stock == 38
