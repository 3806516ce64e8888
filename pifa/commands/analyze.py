"""``pifa analyze``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from pifa.commands.console import HomeOption, JsonOption, out, print_json
from pifa.speech import tell
from pifa.wiring import Installation, installation
from taxonomy.classify import CategoryGuess


def analyze(
    text: Annotated[str, typer.Argument(help="任意文字")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every step from the text to its tokens, intentions and likely categories."""
    site = installation(home)
    query = site.analyzer.query(text)
    document = site.analyzer.document(text)
    guesses = site.classifier.classify(query.text)
    if as_json:
        print_json({"query": query, "document": document, "categories": [_guess(site, g) for g in guesses]})
        return
    steps = Table("步骤", "之前", "之后", "说明", title="作为查询")
    for step in query.steps:
        steps.add_row(step.name, step.before, step.after, tell(step.note))
    out.print(steps)
    fields = Table("字段", "词元", title="作为标题")
    for name in ("words", "characters", "bigrams", "coverage"):
        fields.add_row(name, getattr(document, name))
    out.print(fields)
    categories = Table("类目", "概率", title="类目")
    for guess in guesses:
        entry = _guess(site, guess)
        categories.add_row(str(entry["path"]), f"{guess.probability:.2f}")
    out.print(categories)


def _guess(site: Installation, guess: CategoryGuess) -> dict[str, object]:
    path = site.taxonomy.path(guess.category_id)
    return {
        "id": guess.category_id,
        "path": " > ".join(node.name for node in path),
        "probability": round(guess.probability, 4),
    }
