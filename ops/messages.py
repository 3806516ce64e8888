"""The English of refusals: ``python -m ops.messages`` brings ``web/locale/problems.en.po`` up to the sentences that the
source says now, ``pifa/locale/cli.en.po`` to the words of the command line, and by ``ops.described`` the catalogue of
the API's description. New ones come in without English,
which a test then asks for by name; dead ones go.

A sentence is told by its fixed text alone: a value that the source renames keeps its English.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from pifa.speech import CATALOGUE as COMMANDS
from taxonomy.load import load_taxonomy
from web.translation import CATALOGUE, HAN, PLACE, Shape, read_catalogue

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "kernel", "web", "catalog_service", "search_api", "search_engine", "indexer", "ranking", "taxonomy",
    "text_analysis", "pifa", "storefront",
)  # fmt: skip
# Here every Chinese text is read by people when something is refused or explained, unless NOT_TOLD says otherwise.
WHOLE = (
    "kernel/", "web/", "catalog_service/", "search_engine/",
    "search_api/service.py", "search_api/present/", "search_api/recommend/",
    "storefront/pages/", "storefront/routes/seller_terms.py", "ranking/credit.py",
)  # fmt: skip
# Elsewhere (and there) only what errors say: these hold pages, words of the language, texts of the command line.
ERRORS_ALONE = ("web/app.py", "web/authentication.py", "catalog_service/http/", "search_engine/elastic/doctor.py")
NOT_TOLD = {
    "web/translation.py": "the words between the parts of a list",
    "web/places.py": "names of places and what is cut off them",
    "web/openapi.py": "the description of the API and what its examples hold",
    "catalog_service/domain/companies/address.py:_PROVINCE_SUFFIX": "what is cut off a province",
    "catalog_service/domain/prices/regions.py:_ENDINGS": "what is cut off a region",
    "catalog_service/domain/offers/listing_columns.py:ATTRIBUTE_PREFIXES": "heads of columns in files",
    "catalog_service/domain/offers/listing_columns.py:_NAMES": "heads of columns in files",
    "catalog_service/domain/offers/cells.py:_YES": "cells of files",
    "catalog_service/domain/offers/cells.py:_NO": "cells of files",
    "catalog_service/domain/offers/cells.py:_STEP": "a pattern",
    "storefront/pages/words.py:count_text": "numbers, which are read back as such",
    "storefront/pages/words.py:years_text": "a number and its unit",
    "storefront/pages/home.py:EXAMPLES": "what a visitor may search for",
    "catalog_service/domain/carts/pasted.py:HEADINGS": "heads of pasted tables",
    "catalog_service/domain/carts/sheets.py:TEMPLATE_HEAD": "heads of order sheets",
    "catalog_service/domain/carts/sheets.py:CODE_HEADS": "heads of order sheets",
    "catalog_service/domain/carts/sheets.py:SKU_HEADS": "heads of order sheets",
    "catalog_service/domain/carts/sheets.py:SPEC_HEADS": "heads of order sheets",
    "catalog_service/domain/carts/sheets.py:UNIT_HEADS": "heads of order sheets",
}
# What the command line says itself, or has said for it.
SPOKEN = (
    "pifa/cli.py", "pifa/commands/", "pifa/settings.py", "pifa/backups/", "pifa/upgrading.py", "pifa/encoders.py",
    "pifa/analysis.py", "pifa/wiring.py", "pifa/fitting.py", "pifa/stores.py", "search_engine/elastic/doctor.py",
    "text_analysis/queries.py",
)  # fmt: skip
NOT_SPOKEN = frozenset({"{text}（{dimension}）"})  # what was found in a text; its marks alone would fit too much
ACCOUNTS = "pifa/demo/accounts.py"  # what is said of each stands in ``words``
DATA = "data/prohibited_words.tsv"  # its kinds and reasons are said to sellers
DOCUMENTED = frozenset({"summary", "description", "examples", "tags", "title", "help"})  # OpenAPI and the command line
CUT = frozenset({"removesuffix", "removeprefix", "strip", "startswith", "endswith", "replace", "split", "compile"})
UNITS = "data/taxonomy"  # what goods are counted in
MARKS = re.compile("[：，；（）。“”]")  # values between Chinese marks are a sentence too
HEADER = """\
# English of what is refused or explained. The source speaks Chinese; a msgid is what it says, {places} are its values.
# `python -m ops.messages` keeps the ids; decision 0018 says what quotation marks and lower case are for.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence and the file that says it."""

    text: str
    where: str


def messages(root: Path = ROOT) -> dict[tuple[str, ...], Said]:
    """Every sentence by its fixed parts, in the order of the files."""
    sources = {
        str(path.relative_to(root)): ast.parse(path.read_text("utf-8"))
        for room in ROOMS
        for path in sorted((root / room).rglob("*.py"))
    }
    errors = _error_classes(sources.values())
    said: dict[tuple[str, ...], Said] = {}
    for where, tree in sources.items():
        whole = where.startswith(WHOLE) and not where.startswith(ERRORS_ALONE)
        for text in _whole(tree, where) if whole else _of_errors(tree, errors):
            said.setdefault(Shape.of(text).parts, Said(text, where))
    for unit in _units(root / UNITS):
        said.setdefault((unit,), Said(unit, UNITS))
    for text in _of_data(root / DATA):
        said.setdefault((text,), Said(text, DATA))
    return said


def spoken(said: dict[tuple[str, ...], Said], root: Path = ROOT) -> dict[tuple[str, ...], Said]:
    """What the command line says beside the sentences ``said``; and its help, whole, which is read without them."""
    words: dict[tuple[str, ...], Said] = {}
    for place in (*SPOKEN, ACCOUNTS):
        for path in sorted((root / place).rglob("*.py")) if place.endswith("/") else [root / place]:
            tree = ast.parse(path.read_text("utf-8"))
            helps = frozenset(_helps(tree))
            for text in _of_accounts(tree) if place == ACCOUNTS else _texts(tree, helped=True):
                if (text in helps or Shape.of(text).parts not in said) and text not in NOT_SPOKEN:
                    words.setdefault(Shape.of(text).parts, Said(text, str(path.relative_to(root))))
    return words


def _helps(tree: ast.Module) -> Iterator[str]:
    keywords = (node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "help")
    yield from (text for text in map(_text, (each.value for each in keywords)) if text is not None)


def _of_accounts(tree: ast.Module) -> Iterator[str]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for word in (word for call in calls for word in call.keywords if word.arg == "words"):
        yield from _texts(word.value)


def renewed(said: dict[tuple[str, ...], Said], english: dict[str, str]) -> str:
    """The catalogue with these sentences and the English that is known of them."""
    known = {Shape.of(source).parts: (source, text) for source, text in english.items()}
    catalog = Catalog(locale="en")
    for parts, each in said.items():
        source, text = known.get(parts, (each.text, ""))
        catalog.add(source, text, locations=[(each.where, 0)])
    for message in catalog:
        message.flags.clear()  # they speak of Python's formats, which these are not
    file = BytesIO()
    write_po(file, catalog, width=0, omit_header=True, include_lineno=False)
    return HEADER + file.getvalue().decode("utf-8").strip("\n") + "\n"


def _error_classes(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Names of the classes that come down from ``PifaError``."""
    bases = {
        node.name: {_last_name(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"PifaError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


def _whole(tree: ast.Module, where: str) -> Iterator[str]:
    """Every Chinese text of a file but what documents, compares and cuts."""
    if where in NOT_TOLD:
        return
    for statement in tree.body:
        names = {name.id for name in ast.walk(statement) if isinstance(name, ast.Name) and _is_stored(name)}
        names |= {getattr(statement, "name", "")}
        if not any(f"{where}:{name}" in NOT_TOLD for name in names):
            yield from _texts(statement)


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _of_errors(tree: ast.Module, errors: frozenset[str]) -> Iterator[str]:
    """What errors are told with, and the words that helpers are given to put into one."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        yield from (text for word in call.keywords if _is_label(call, word) for text in _texts(word.value))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if call.args and (_last_name(call.func) in errors or _is_init(call.func)):
                values = _behind(call.args[0], function, functions)
                yield from (text for value in values for text in _texts(value))


def _is_label(call: ast.Call, word: ast.keyword) -> bool:
    return word.arg == "message" or (word.arg == "label" and _last_name(call.func).islower())


def _is_init(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr == "__init__"


def _behind(
    value: ast.expr, function: ast.AST, functions: Sequence[ast.FunctionDef | ast.AsyncFunctionDef]
) -> list[ast.expr]:
    """The value, what its variables were set to, and what the functions of this file that it calls return."""
    found, names, waiting = list[ast.expr](), set[str](), [value]
    while waiting:
        value = waiting.pop(0)
        found.append(value)
        new = {_last_name(node) for node in ast.walk(value)} - names
        names |= new
        waiting += [assigned for assigned in _assigned(function, new) if assigned not in found]
        for called in (each for each in functions if each.name in new and each is not function):
            waiting += [node.value for node in ast.walk(called) if isinstance(node, ast.Return) and node.value]
    return found


def _assigned(function: ast.AST, names: set[str]) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            kept = {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
            if kept & names:
                yield node.value


def _texts(node: ast.AST, *, helped: bool = False) -> Iterator[str]:
    """The Chinese texts within a node, each with places for its values. ``helped``: what documents is among them, as
    it is the help of a command."""
    if helped and _documents(node):
        yield from (text for text in (cleandoc(node.value.value),) if HAN.search(text))  # type: ignore[attr-defined]
    text = _text(node)
    if text is not None and (HAN.search(PLACE.sub("", text)) or (MARKS.search(text) and len(PLACE.findall(text)) > 1)):
        yield text
    if isinstance(node, ast.Constant) or _is_not_told(node):
        return
    for child in _children(node, helped=helped):
        yield from _texts(child, helped=helped)


def _documents(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_not_told(node: ast.AST) -> bool:
    return (
        _documents(node)
        or isinstance(node, ast.Compare)
        or (isinstance(node, ast.Call) and _last_name(node.func) in CUT)
    )


def _children(node: ast.AST, *, helped: bool) -> Iterator[ast.AST]:
    """What may hold sentences of their own: of a sentence, its values."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and _text(node) is not None):
        pieces = node.values if isinstance(node, ast.JoinedStr) else _summands(node)
        yield from (
            each.value if isinstance(each, ast.FormattedValue) else each for each in pieces if not _is_fixed(each)
        )
        return
    for child in ast.iter_child_nodes(node):
        if not (_is_joint(child) or (isinstance(child, ast.keyword) and child.arg in DOCUMENTED and not helped)):
            yield child


def _is_joint(node: ast.AST) -> bool:
    """The ``"、".join`` of a list, whose words are told one by one."""
    return isinstance(node, ast.Attribute) and node.attr == "join"


def _is_fixed(piece: ast.expr) -> bool:
    return isinstance(piece, ast.Constant) and isinstance(piece.value, str)


def _text(node: ast.AST) -> str | None:
    """A string, an f-string, or texts added to values, with the values as ``{places}``; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return _named(node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        summands = list(_summands(node))
        return _named(summands) if any(_text(each) is not None for each in summands) else None
    return None


def _summands(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _summands(node.left)
        yield from _summands(node.right)
    elif isinstance(node, ast.JoinedStr):
        yield from node.values
    else:
        yield node


def _named(pieces: Iterable[ast.expr]) -> str:
    """One text of fixed pieces and values, which are named after what they are; no name stands for two."""
    text, names = "", set[str]()
    for piece in pieces:
        if isinstance(piece, ast.Constant) and isinstance(piece.value, str):
            text += piece.value
            continue
        name = plain = _name(piece.value if isinstance(piece, ast.FormattedValue) else piece)
        number = 2
        while name in names:
            name, number = f"{plain}_{number}", number + 1
        names.add(name)
        text += f"{{{name}}}"
    return text


def _name(node: ast.AST) -> str:
    """What a value would be called: the last name in its expression."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower().strip("_") or "value"
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name.lower().strip("_") if name.isidentifier() else "value"
        case ast.Call(func=ast.Attribute(value=of), args=[]) | ast.Subscript(value=of):
            return _name(of)
        case ast.Call(args=[of, *_]) | ast.BinOp(left=ast.Constant(), right=of) | ast.BinOp(left=of):
            return _name(of)
        case ast.UnaryOp(operand=of) | ast.IfExp(body=of) | ast.ListComp(elt=of) | ast.GeneratorExp(elt=of):
            return _name(of)
    return "value"


def _last_name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _of_data(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield from (cell.strip() for cell in line.split("\t")[1:3])


def _units(directory: Path) -> list[str]:
    """What the leaves of the taxonomy are traded and packed in, in Chinese."""
    nodes = load_taxonomy(directory).nodes.values()
    return sorted({unit for node in nodes for unit in (node.unit, node.pack[1]) if HAN.search(unit)})


def main() -> None:
    said = messages()
    CATALOGUE.write_text(renewed(said, read_catalogue()), "utf-8")
    COMMANDS.write_text(renewed(spoken(said), read_catalogue(COMMANDS)), "utf-8")
    from ops.described import write_description  # it starts the product

    write_description()


if __name__ == "__main__":
    sys.exit(main())
