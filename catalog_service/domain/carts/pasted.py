"""Lines as people paste them from a sheet or a mail, to codes and quantities: none is dropped, none is guessed at."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kernel.errors import Invalid
from kernel.prices import QUANTITY_MAX

# Four full orders of 50 SKUs: what a person still checks line by line, and one transaction prices in a tenth of a
# second. What is longer is a file, and comes by the API in parts.
PASTED_LINES_MAX = 200
PASTED_CHARACTERS_MAX = 20_000  # a hundred a line
HEADINGS = frozenset({"数量", "件数", "订货数量", "采购数量", "qty", "quantity", "pcs"})

_AMOUNT = re.compile(r"[x×*]?\s*(\d[\d,]*)(?:\.0+)?\s*(\D{0,6})", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_TAIL_GROUPED = re.compile(rf"([^,]*\S)\s+({_GROUPED.pattern})")  # "YG-M8 1,000": the comma is inside the figure
# "ABC x 100"; without a space before it, it is part of a code: M8x30, M8*30.
_TIMES = re.compile(r"\s+[x×*]\s*(?=\d[\d,]*\s*\D{0,6}$)", re.IGNORECASE)


class PastedTooLong(Invalid):
    """More than is read at once."""

    code = "pasted_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """One line that asks for something. ``number`` from 1, as in the text; ``code`` an id, item code or barcode;
    ``spec`` tells one SKU of an offer from the others; ``unit`` as it was written behind the figure. ``wrong``: why it
    cannot be read; ``heading``: it names columns and asks for nothing."""

    number: int
    text: str = ""
    code: str = ""
    spec: str = ""
    quantity: int = 0
    unit: str = ""
    wrong: str = ""
    heading: bool = False


def read_pasted(text: str) -> list[AskedLine]:
    """Every line that is not empty; raises ``PastedTooLong``."""
    if len(text) > PASTED_CHARACTERS_MAX:
        raise PastedTooLong(f"一次最多粘贴 {PASTED_CHARACTERS_MAX} 个字符，现有 {len(text)} 个", parameter="text")
    lines = [_read(number, raw) for number, raw in enumerate(text.splitlines(), start=1) if raw.strip()]
    asking = sum(not line.heading for line in lines)
    if asking > PASTED_LINES_MAX:
        raise PastedTooLong(f"一次最多 {PASTED_LINES_MAX} 行，现有 {asking} 行，请分几次下单", parameter="text")
    return lines


def _read(number: int, raw: str) -> AskedLine:
    fields = [field.strip() for field in _fields(unicodedata.normalize("NFKC", raw).replace("、", ",").strip("\r\n "))]
    while fields and not fields[-1]:
        fields.pop()
    if len(fields) > 1 and fields[-1].casefold() in HEADINGS:
        return AskedLine(number=number, text=raw, heading=True)
    code = fields[0] if fields else ""
    if not code or len(fields) < 2:
        return AskedLine(number=number, text=raw, code=code, wrong="这一行要有货号和数量")
    if _unclear(fields):
        wrong = f"“{fields[-2]},{fields[-1]}”是一个数还是两个？请用制表符或空格把货号和数量分开"
        return AskedLine(number=number, text=raw, code=code, wrong=wrong)
    spec = " ".join(field for field in fields[1:-1] if field)
    quantity, unit = _amount(fields[-1])
    if not 1 <= quantity <= QUANTITY_MAX:
        wrong = f"“{fields[-1][:20]}”不是 1 到 {QUANTITY_MAX} 的整数"
        return AskedLine(number=number, text=raw, code=code, spec=spec, wrong=wrong)
    return AskedLine(number=number, text=raw, code=code, spec=spec, quantity=quantity, unit=unit)


def _fields(line: str) -> Sequence[str]:
    """By tabs, else commas or semicolons (with quotes as spreadsheets write them), else spaces."""
    if "\t" in line:
        return line.split("\t")
    grouped = _TAIL_GROUPED.fullmatch(line)
    if grouped:
        return [*grouped[1].split(), grouped[2]]
    line = _TIMES.sub(" ", line)
    for separator in ",;":
        if separator in line:
            return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    words = line.split()
    if len(words) > 2 and words[-2].isdecimal() and not any(letter.isdigit() for letter in words[-1]):
        words[-2:] = [" ".join(words[-2:])]  # the unit stands apart from its figure
    return words


def _unclear(fields: Sequence[str]) -> bool:
    """Whether two fields may as well be one figure with its thousands apart."""
    return len(fields) > 2 and bool(_GROUPED.fullmatch(f"{fields[-2]},{fields[-1]}"))


def _amount(field: str) -> tuple[int, str]:
    """The quantity (0 for none) and the unit behind it."""
    said = _AMOUNT.fullmatch(field)
    if said is None or len(said[1]) > 16 or ("," in said[1] and not _GROUPED.fullmatch(said[1])):
        return 0, ""
    return int(said[1].replace(",", "")), said[2].strip()


def mark_of(line: AskedLine) -> str:
    """Tells a line by what it says: a choice that was made for it follows it when lines are added above, and never
    meets another one."""
    return hashlib.sha256(" ".join(line.text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def picked(lines: Sequence[AskedLine], choices: Mapping[str, str]) -> list[AskedLine]:
    """The lines; where a SKU was chosen among several (by the line's mark), its id is what the line asks for."""
    return [
        replace(line, code=choices[mark_of(line)], spec="")
        if mark_of(line) in choices and not (line.wrong or line.heading)
        else line
        for line in lines
    ]
