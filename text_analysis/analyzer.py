"""The one door of text analysis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from text_analysis.cut import Cutter
from text_analysis.documents import DocumentCutter
from text_analysis.highlight import Highlighter
from text_analysis.lexicon import Lexicon
from text_analysis.negation import Negation
from text_analysis.normalise import normalise, normalise_code
from text_analysis.pinyin import PinyinReader
from text_analysis.price_phrases import QuantityPhrases
from text_analysis.quantities import CHINESE_DIGITS, UnitTable
from text_analysis.queries import QueryReader
from text_analysis.repair import SpellingRepair
from text_analysis.runs import RunReader
from text_analysis.stuffing import Stuffing
from text_analysis.synonyms import Thesaurus
from text_analysis.values import DocumentText, QueryAnalysis, Span

_LATIN = re.compile(r"[a-z0-9]+")


def _known_compound(cutter: Cutter, rest: str) -> bool:
    """Whether the Chinese part of a mixed word is a word by itself, so that it must not hide in the mixed one."""
    return len(rest) > 1 and cutter.known(rest)


class Analyzer:
    """Cuts documents and reads queries with the same dictionaries. Immutable and thread-safe after ``load``."""

    def __init__(self, *, lexicon: Lexicon, documents: DocumentCutter, queries: QueryReader, runs: RunReader) -> None:
        self.lexicon = lexicon
        self._documents = documents
        self._queries = queries
        self._runs = runs

    @classmethod
    def load(
        cls,
        data_dir: Path,
        *,
        extra_words: Iterable[str] = (),
        extra_synonyms: Iterable[tuple[str, tuple[str, ...], str]] = (),
    ) -> Analyzer:
        """Reads ``data_dir/text/*.tsv``. ``extra_words`` (names of categories) join the lexicon; ``extra_synonyms`` are
        (word, other words, reason). Raises TextDataMissing, which names the file and the line."""
        folder = data_dir / "text"
        thesaurus = Thesaurus.load(folder / "synonyms.tsv", extra_synonyms)
        stuffing = Stuffing.load(folder / "stuffing.tsv")
        lexicon = Lexicon.load(folder / "dictionary.tsv", (*extra_words, *thesaurus.words(), *stuffing.words()))
        cutter = Cutter(lexicon.chinese_words())
        units = UnitTable.load(folder / "units.tsv")
        runs = RunReader(
            units,
            mixed_words=[w for w in lexicon.mixed_words() if not _known_compound(cutter, _LATIN.sub("", w))],
            numeral_words=[word for word in lexicon if word[0] in CHINESE_DIGITS and "件套" not in word],
        )
        pinyin = PinyinReader.load(folder / "english.tsv", lexicon)
        queries = QueryReader(
            cutter=cutter,
            runs=runs,
            pinyin=pinyin,
            spelling=SpellingRepair.load(folder / "confusables.tsv", lexicon, cutter, pinyin),
            thesaurus=thesaurus,
            negation=Negation.load(folder / "negation.tsv", lexicon, cutter),
            quantity_phrases=QuantityPhrases(units),
            stuffing=stuffing,
        )
        return cls(lexicon=lexicon, documents=DocumentCutter(cutter, runs), queries=queries, runs=runs)

    def warm(self) -> None:
        """Does now what the first query would wait for (about a second): the pinyin index."""
        self.query("lianyiqun")

    def document(self, title: str, facts: Sequence[str] = ()) -> DocumentText:
        """The index fields of one listing."""
        return self._documents.document(title, facts)

    def documents(self, items: Sequence[tuple[str, Sequence[str]]]) -> list[DocumentText]:
        """The index fields of many listings, (title, facts) each, in order."""
        return [self._documents.document(title, facts) for title, facts in items]

    def tokens(self, text: str) -> tuple[list[str], list[str]]:
        """(words, characters) of a text as its document would have them; what the static encoder reads."""
        words, characters, extras = self._documents.tokens(text)
        return words + extras, characters

    def query(self, text: str, *, repair: bool = True) -> QueryAnalysis:
        """What a query asks for. Any string gives an answer; ``repair`` False takes the text as it was typed."""
        return self._queries.read(text, repair=repair)

    def highlighter(self, query: QueryAnalysis) -> Highlighter:
        """Marks where texts answer the query; one serves all listings of a page."""
        return Highlighter(query, self._runs)

    def highlight(self, text: str, query: QueryAnalysis) -> tuple[Span, ...]:
        """Where the text answers the query, in the text's own offsets; in order, apart."""
        return self.highlighter(query).spans(text)

    def normalise(self, text: str) -> str:
        """One spelling: full width, traditional, case, punctuation and spaces folded."""
        return normalise(text)

    def normalise_code(self, text: str) -> str:
        """An item code or barcode as both sides compare it."""
        return normalise_code(text)
