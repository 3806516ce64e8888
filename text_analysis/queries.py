"""A query through the chain: normalise, price, quantity, negation, repair, runs, words, synonyms, stuffing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import add

from text_analysis.cut import Cutter
from text_analysis.negation import Negation
from text_analysis.normalise import normalise, normalise_code
from text_analysis.pinyin import PinyinReader
from text_analysis.price_phrases import QuantityPhrases, take_price
from text_analysis.repair import SpellingRepair
from text_analysis.runs import RunReader
from text_analysis.stuffing import Stuffing
from text_analysis.synonyms import PHRASE_CHARACTERS_MAX, Thesaurus
from text_analysis.values import Quantity, QueryAnalysis, QueryWord, Repair, Step, Synonym

# The door refuses longer queries; whatever else calls (a pasted title in the CLI) is read this far.
QUERY_CHARACTERS_MAX = 200
# A code has a digit and is not so short that every model number is one; barcodes have 8 to 14 digits, 货号 up to 32.
_CODE = re.compile(r"(?=[a-z\-./]*\d)[a-z0-9][a-z0-9\-./]{3,31}")
_CHARACTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryReader:
    """The parts of the chain, put together by ``Analyzer.load``."""

    cutter: Cutter
    runs: RunReader
    pinyin: PinyinReader
    spelling: SpellingRepair
    thesaurus: Thesaurus
    negation: Negation
    quantity_phrases: QuantityPhrases
    stuffing: Stuffing

    def read(self, original: str, *, repair: bool) -> QueryAnalysis:
        """Everything the query says, with one step for each rewriter that changed or found something."""
        normalised = normalise(original[:QUERY_CHARACTERS_MAX])[:QUERY_CHARACTERS_MAX]
        steps = [Step(name="normalise", before=original, after=normalised)]
        text = normalised
        price = take_price(text)
        _note(steps, "price", text, price.text, f"{_yuan(price.min_fen)} 至 {_yuan(price.max_fen)} 元")
        quantity = self.quantity_phrases.take(price.text)
        _note(steps, "quantity", price.text, quantity.text, f"要 {quantity.quantity} 件")
        without = self.negation.take(quantity.text)
        _note(steps, "negation", quantity.text, without.text, "不要：" + "、".join(without.words))
        repaired = self._repair(without.text, steps) if repair else None
        text = repaired.repaired if repaired else without.text
        words, quantities, characters = self._words(text)
        words = self._require(self._widen(words))
        steps.append(Step(name="cut", before=text, after=" / ".join(word.text for word in words)))
        self._note_words(words, quantities, steps)
        return QueryAnalysis(
            original=original,
            normalised=normalised,
            text=text,
            words=tuple(words),
            characters=tuple(characters),
            bigrams=tuple(map(add, characters, characters[1:])),
            quantities=tuple(quantities),
            excluded=tuple(self.word(word) for word in without.words),
            price_min_fen=price.min_fen,
            price_max_fen=price.max_fen,
            quantity=quantity.quantity,
            codes=_codes(normalised),
            repair=repaired,
            steps=tuple(steps),
        )

    def word(self, text: str) -> QueryWord:
        """One word with its tokens in each grain, whatever the cutter thinks of it."""
        words, characters, _ = self._tokens(text)
        return QueryWord(text=text, characters=tuple(dict.fromkeys(characters)), tokens=tuple(dict.fromkeys(words)))

    def _repair(self, text: str, steps: list[Step]) -> Repair | None:
        found = self.pinyin.read(text) or self.spelling.repair(text)
        if found:
            note = f"{found.kind} {found.confidence}"
            steps.append(Step(name="repair", before=text, after=found.repaired, note=note))
        return found

    def _tokens(self, text: str) -> tuple[list[str], list[str], list[str]]:
        """(words, characters, extras), as DocumentCutter gives them for a title, but of normalised text."""
        words: list[str] = []
        characters: list[str] = []
        extras: list[str] = []
        for index, piece in enumerate(self.runs.split(text)):
            if index % 2:
                run = self.runs.read(piece)
                words += run.words
                characters += run.characters
                extras += run.extras
            else:
                words += [w for w in self.cutter.search_words(piece) if _CHARACTER.match(w)]
                characters += _CHARACTER.findall(piece)
        return words, characters, extras

    def _words(self, text: str) -> tuple[list[QueryWord], list[Quantity], list[str]]:
        """The words in order, each once; the quantities; the characters of the whole text in order."""
        words: list[QueryWord] = []
        quantities: list[Quantity] = []
        characters: list[str] = []
        for index, piece in enumerate(self.runs.split(text)):
            if index % 2:
                run = self.runs.read(piece)
                quantities += run.quantities
                characters += run.characters
                if run.words and run.words[0] == run.text:
                    words.append(QueryWord(text=run.text, characters=run.characters, tokens=run.words))
                else:
                    words += [QueryWord(text=w, characters=(w,), tokens=(w,)) for w in run.words]
                continue
            characters += _CHARACTER.findall(piece)
            for word in self.cutter.words(piece):
                found = tuple(dict.fromkeys(_CHARACTER.findall(word)))
                if found:
                    words.append(QueryWord(text=word, characters=found, tokens=self.cutter.tokens_of(word)))
        return list({word.text: word for word in words}.values()), quantities, characters

    def _widen(self, words: list[QueryWord]) -> list[QueryWord]:
        """Adds synonyms; neighbours that together are a short phrase of the thesaurus become one word."""
        widened: list[QueryWord] = []
        index = 0
        while index < len(words):
            count = self._phrase(words, index)
            group = words[index : index + count]
            text = "".join(word.text for word in group)
            widened.append(
                QueryWord(
                    text=text,
                    characters=tuple(dict.fromkeys(c for word in group for c in word.characters)),
                    tokens=tuple(dict.fromkeys(t for word in group for t in word.tokens)),
                    synonyms=self._synonyms(text),
                )
            )
            index += count
        return widened

    def _phrase(self, words: list[QueryWord], index: int) -> int:
        """How many words from ``index`` on make the longest phrase that has synonyms; 1 when none does."""
        text, best = words[index].text, 1
        for count, word in enumerate(words[index + 1 : index + PHRASE_CHARACTERS_MAX], start=2):
            text += word.text
            if len(text) > PHRASE_CHARACTERS_MAX:
                break
            if text in self.thesaurus:
                best = count
        return best

    def _synonyms(self, text: str) -> tuple[Synonym, ...]:
        found = []
        for other in self.thesaurus.of(text):
            words, characters, _ = self._tokens(other.text)
            found.append(
                Synonym(
                    text=other.text,
                    weight=other.weight,
                    reason=other.reason,
                    characters=tuple(dict.fromkeys(characters)),
                    tokens=tuple(dict.fromkeys(words)),
                )
            )
        return tuple(found)

    def _require(self, words: list[QueryWord]) -> list[QueryWord]:
        """Marks stuffing as not required, unless there is nothing else."""
        if all(word.text in self.stuffing for word in words):
            return words
        return [
            QueryWord(text=w.text, characters=w.characters, tokens=w.tokens, required=False, synonyms=w.synonyms)
            if w.text in self.stuffing
            else w
            for w in words
        ]

    def _note_words(self, words: list[QueryWord], quantities: list[Quantity], steps: list[Step]) -> None:
        if quantities:
            found = "、".join(f"{q.text}（{q.dimension}）" for q in quantities)
            steps.append(Step(name="quantities", before="", after=found))
        for word in words:
            if word.synonyms:
                others = "、".join(f"{s.text}×{s.weight:g}" for s in word.synonyms)
                steps.append(Step(name="synonyms", before=word.text, after=others, note=word.synonyms[0].reason))
        optional = [word.text for word in words if not word.required]
        if optional:
            steps.append(Step(name="stuffing", before="、".join(optional), after="", note="不要求标题里有"))


def _note(steps: list[Step], name: str, before: str, after: str, note: str) -> None:
    if before != after:
        steps.append(Step(name=name, before=before, after=after, note=note))


def _yuan(fen: int | None) -> str:
    return "不限" if fen is None else f"{fen / 100:g}"


def _codes(normalised: str) -> tuple[str, ...]:
    """Tokens that may be an item code, and the whole query when it is one written with spaces."""
    found = [normalise_code(token) for token in normalised.split(" ") if _CODE.fullmatch(token)]
    whole = normalise_code(normalised)
    if _CODE.fullmatch(whole):
        found.append(whole)
    return tuple(dict.fromkeys(found))
