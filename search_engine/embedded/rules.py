"""What counts as a match: the first rule that enough listings of the whole catalog meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from search_engine.embedded.bits import Tally, count, from_rows, no_rows
from search_engine.embedded.forward import numbers_of
from search_engine.embedded.query import any_token_query, codes_query
from search_engine.embedded.snapshot import NO_ROWS, Snapshot
from search_engine.plan import LexicalQuery, MatchRule, TermGroup
from search_engine.units import Alternatives, alternatives_of, needed, units_of

ANY_TOKEN = MatchRule(
    name="any",
    unit="group",
    share=0.0,
    enough=0,
    because="a plan without rules states no requirement",
    shown_by="the contract suite",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextMatch:
    """The rows that match the text, as bits, and by which rule. ``allowed``: the living rows that no exclusion meets.
    ``required``: the groups that all matches have (those by code apart); empty where the rule asks for some of several.
    ``asks``: there is something to look for."""

    rule: str
    rows: np.ndarray
    allowed: np.ndarray
    required: tuple[TermGroup, ...]
    code_rows: np.ndarray
    asks: bool


def match_text(snapshot: Snapshot, lexical: LexicalQuery) -> TextMatch:
    """Choose the rule before any filter, so that adding one never changes it and never raises a count."""
    allowed = snapshot.living & ~_having_any(snapshot, lexical.excluded)
    codes = codes_query(lexical.codes, snapshot.schema)
    code_rows = NO_ROWS if codes is None else np.sort(snapshot.live(snapshot.rows(codes)))
    rule, rows, required = _first_enough(snapshot, lexical, allowed)
    by_code = from_rows(code_rows, len(allowed)) & allowed
    return TextMatch(
        rule=rule or ("code" if codes is not None else ""),
        rows=rows | by_code,
        allowed=allowed,
        required=required,
        code_rows=code_rows,
        asks=bool(rule) or codes is not None,
    )


def _first_enough(
    snapshot: Snapshot, lexical: LexicalQuery, allowed: np.ndarray
) -> tuple[str, np.ndarray, tuple[TermGroup, ...]]:
    """Name, rows and required groups of the first rule that matches enough, else of the last; no name when there are
    no words to look for."""
    counted = _Counted(snapshot, lexical)
    if not counted.asks:
        return "", no_rows(len(allowed)), ()
    for rule in lexical.rules or (ANY_TOKEN,):
        found = counted.meeting(rule) & allowed
        if count(found) >= rule.enough:
            break
    return rule.name, found, counted.required(rule)


class _Counted:
    """The units of a query as sets of rows, looked up once for all rules that count them."""

    def __init__(self, snapshot: Snapshot, lexical: LexicalQuery) -> None:
        self._snapshot, self._lexical = snapshot, lexical
        self._any_token = any_token_query(lexical, snapshot.schema)
        self._sets: dict[str, list[np.ndarray]] = {}
        self._tallies: dict[str, Tally] = {}

    @property
    def asks(self) -> bool:
        """Whether there is any word to look for."""
        return self._any_token is not None or bool(units_of(self._lexical, "group"))

    def meeting(self, rule: MatchRule) -> np.ndarray:
        """The rows that have ``share`` of the units, dead ones among them; any scored token where there is no unit."""
        units = units_of(self._lexical, rule.unit)
        if rule is ANY_TOKEN or not units:
            return self._any_rows()
        if rule.unit not in self._sets:
            self._sets[rule.unit] = [_having(self._snapshot, unit) for unit in units]
        sets = self._sets[rule.unit]
        need = needed(rule.share, len(sets))
        if need == len(sets):
            return reduce(np.bitwise_and, sets)
        if need == 1:
            return reduce(np.bitwise_or, sets)
        if rule.unit not in self._tallies:
            self._tallies[rule.unit] = Tally(sets, len(sets[0]))
        return self._tallies[rule.unit].at_least(need)

    def required(self, rule: MatchRule) -> tuple[TermGroup, ...]:
        """The groups that every row of a rule has."""
        units = units_of(self._lexical, rule.unit)
        if rule is ANY_TOKEN or not units or needed(rule.share, len(units)) < len(units):
            return ()
        return tuple(TermGroup(text="", alternatives=unit) for unit in units)

    def _any_rows(self) -> np.ndarray:
        rows = NO_ROWS if self._any_token is None else self._snapshot.live(self._snapshot.rows(self._any_token))
        return from_rows(rows, len(self._snapshot.living))


def _having(snapshot: Snapshot, unit: Alternatives) -> np.ndarray:
    """The rows that have all tokens of any alternative, dead ones among them."""
    return reduce(np.bitwise_or, (_having_all(snapshot, tokens) for tokens in unit))


def _having_all(snapshot: Snapshot, tokens: Sequence[str]) -> np.ndarray:
    return reduce(np.bitwise_and, (snapshot.tokens.having([number]) for number in numbers_of(tokens).tolist()))


def _having_any(snapshot: Snapshot, groups: Sequence[TermGroup]) -> np.ndarray:
    """The rows that have any of the groups."""
    units = [alternatives for group in groups if (alternatives := alternatives_of(group))]
    return reduce(np.bitwise_or, (_having(snapshot, unit) for unit in units), no_rows(len(snapshot.living)))
