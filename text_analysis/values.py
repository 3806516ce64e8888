"""What analysis gives: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """A listing's text, cut; each field is space-separated tokens.

    ``words``: jieba search mode over the title, with units and model numbers whole. ``characters``: single Chinese
    characters and whole Latin/number runs. ``bigrams``: adjacent pairs. ``facts``: words of category, attributes,
    brand. ``coverage``: the distinct characters (and runs) of title and facts, where the match rule looks.
    """

    words: str
    characters: str
    bigrams: str
    facts: str
    coverage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Half-open [start, end) offsets in the text as it was given, before normalisation."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A measured value: ``500ml`` is value 500, unit ``ml``, dimension ``volume``; ``text`` is its canonical token."""

    text: str
    value: float
    unit: str
    dimension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """Another word for the same thing. ``reason`` says what it rests on (taxonomy, abbreviation, regional, brand...).

    ``characters`` and ``tokens`` as in QueryWord.
    """

    text: str
    weight: float
    reason: str
    characters: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryWord:
    """One word asked for: its tokens in each grain, its synonyms, whether it must match (stuffing words need not).

    ``characters``: its tokens in the fields ``characters`` and ``coverage``. ``tokens``: those in the field ``words``
    (search mode: the word itself where it is one, and the shorter words inside it).
    """

    text: str
    characters: tuple[str, ...]
    tokens: tuple[str, ...] = ()
    required: bool = True
    synonyms: tuple[Synonym, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The query was read as something else. ``kind``: pinyin, homophone, near_shape, typo."""

    original: str
    repaired: str
    kind: Literal["pinyin", "homophone", "near_shape", "typo"]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of ``pifa analyze``: which rewriter did what."""

    name: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnalysis:
    """A query, understood as text.

    Prices are fen per unit, ``quantity`` pieces asked for, ``excluded`` what must not be there.

    ``words`` are what is left to search for after phrases (price, quantity, negation) were taken out; ``text`` is the
    same as one string (what the encoder reads). ``bigrams`` are those of the whole text, in order.
    ``codes`` are tokens that may be an item code or barcode, normalised as ``normalise_code`` does for documents.
    """

    original: str
    normalised: str
    text: str
    words: tuple[QueryWord, ...] = ()
    characters: tuple[str, ...] = ()
    bigrams: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    excluded: tuple[QueryWord, ...] = ()
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    quantity: int | None = None
    codes: tuple[str, ...] = ()
    repair: Repair | None = None
    steps: tuple[Step, ...] = ()
