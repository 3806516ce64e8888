"""The English of the API's description: ``web/locale/api.en.po`` is brought up to the texts of the product's document.
New ones come in without English, which a test then asks for; dead ones go. A description is finished once the routes
are there: so the document is asked, and not the source."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from pifa.asgi import application
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from web.described import CATALOGUE, texts
from web.translation import read_catalogue

HEADER = """\
# English of the API's description. A msgid is a whole text of the Chinese document.
# `python -m ops.messages` keeps the ids; decision 0029.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def renewed_description(said: Iterable[str], english: Mapping[str, str]) -> str:
    """The catalogue with these texts and the English that is known of them."""
    catalog = Catalog(locale="en")
    for text in said:
        catalog.add(text, english.get(text, ""))
    for message in catalog:
        message.flags.clear()  # they speak of Python's formats, which these are not
    file = BytesIO()
    write_po(file, catalog, width=0, omit_header=True)
    return HEADER + file.getvalue().decode("utf-8").strip("\n") + "\n"


def document() -> dict[str, Any]:
    """The Chinese document of the product, over an empty home."""
    with tempfile.TemporaryDirectory() as home:
        site = Installation(Settings(encoder="none", offline=True), Home(Path(home)).open())
        return application(site).openapi()


def write_description() -> None:
    """Write the catalogue anew."""
    CATALOGUE.write_text(renewed_description(texts(document()), read_catalogue(CATALOGUE)), "utf-8")
