"""The English catalogue says everything that the templates say, and nothing that they no longer do."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOM = Path(__file__).resolve().parents[2] / "storefront"


def test_every_word_of_the_templates_has_its_english() -> None:
    options = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
    found = extract_from_dir(ROOM / "templates", [("**.html", "jinja2")], options_map=options)
    said = {message for _, _, message, _, _ in found if isinstance(message, str)}
    with (ROOM / "locale" / "en.po").open("rb") as file:
        english = {message.id: message.string for message in read_po(file) if message.id}
    assert said - english.keys() == set()
    assert [source for source, text in english.items() if not text] == []


def test_no_english_is_left_of_words_that_nobody_says() -> None:
    texts = "".join(path.read_text("utf-8") for path in (*ROOM.rglob("*.html"), *ROOM.rglob("*.py")))
    texts += (ROOM.parent / "search_api" / "present" / "facets.py").read_text("utf-8")
    people = ROOM.parent / "catalog_service" / "domain" / "companies"
    texts += "".join((people / name).read_text("utf-8") for name in ("members.py", "credentials.py", "verification.py"))
    for subject in ("orders", "money"):
        texts += "".join(path.read_text("utf-8") for path in (people.parent / subject).glob("*s.py"))
    texts += (people.parent / "skus" / "values.py").read_text("utf-8")
    with (ROOM / "locale" / "en.po").open("rb") as file:
        ids = [str(message.id) for message in read_po(file) if message.id]
    derived = {"48小时内发货"}  # built from the number of hours
    assert [source for source in ids if source not in texts and source not in derived] == []
