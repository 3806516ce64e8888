"""Words of view models in the visitor's language. The templates' own words are gettext's; what Python composes, and
what the record says in sentences, is read back by ``web.translation``. What people wrote is marked by neither, so it
stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from web.places import told_place
from web.translation import HAN, english, told


@dataclass(frozen=True, slots=True)
class Wording:
    """What templates call. In Chinese each gives its text back as it is."""

    language: str
    gettext: Callable[[str], str]

    def say(self, text: str) -> str:
        """A word of the pages, or a sentence that a view model composed."""
        if self.language == "zh":
            return text
        known = self.gettext(text)
        return known if known != text else told(text, self.language)

    def word(self, text: str) -> str:
        """A word of the pages, a number behind it perhaps (``订单 2026…``); anything else may be somebody's own, and
        stays."""
        first, blank, number = text.partition(" ")
        return self.gettext(first) + blank + number if blank and not HAN.search(number) else self.gettext(text)

    def tell(self, text: str) -> str:
        """A finished sentence of a refusal or explanation, in the words of the API."""
        return told(text, self.language)

    def unit(self, text: str) -> str:
        """A unit after a number, with the space that English has there: ``件``, `` pcs``."""
        return text if self.language == "zh" else f" {english().word(text)}"

    def per(self, text: str) -> str:
        """A unit after a stroke."""
        return text if self.language == "zh" else english().word(text)

    def place(self, text: str) -> str:
        """A province and what is below it: ``浙江 杭州``, ``Hangzhou, Zhejiang``."""
        return told_place(text, self.language)

    def foreign(self, text: str) -> bool:
        """Whether it is Chinese on a page that is not: its element should say so, for who has it read aloud."""
        return self.language != "zh" and HAN.search(text) is not None

    def globals(self) -> Mapping[str, Callable[[str], object]]:
        """By the name that templates use."""
        return {
            "say": self.say, "word": self.word, "told": self.tell, "unit": self.unit, "per": self.per,
            "place": self.place, "foreign": self.foreign,
        }  # fmt: skip
