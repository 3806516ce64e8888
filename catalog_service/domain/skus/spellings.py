"""A code as a supplier may have written it: what an index of exact values can be asked for."""

from __future__ import annotations

import unicodedata

from catalog_service.domain.text import clean_word

# Letters and figures of double width, as input methods write them: U+FF01 stands for "!", and so on to "~".
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def spellings(code: str) -> tuple[str, ...]:
    """The code as it is written, in both widths, and all in capitals or in small letters: at most eight, all equal to
    whoever folds width and case. Other signs between letters are another spelling that no index of exact values finds;
    none for a code of blanks."""
    written = clean_word(code)
    narrow = clean_word(unicodedata.normalize("NFKC", code))
    cases = dict.fromkeys((written, narrow, narrow.upper(), narrow.lower()))
    return tuple(dict.fromkeys(each for each in (*cases, *(case.translate(_FULL_WIDTH) for case in cases)) if each))
