"""How indices and aliases are called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kernel.errors import Invalid

_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,63}")
_GENERATION = re.compile(r"g(\d{6,})")


@dataclass(frozen=True, slots=True)
class Names:
    """Everything under one prefix; several installations share a cluster by different prefixes."""

    prefix: str

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise Invalid("索引前缀只能是小写字母、数字和连字符，以字母开头", parameter="prefix")

    @property
    def read(self) -> str:
        """The alias of the published generation, for reading."""
        return f"{self.prefix}-read"

    @property
    def write(self) -> str:
        """The same generation, for writing."""
        return f"{self.prefix}-write"

    @property
    def lock(self) -> str:
        """The index that holds the writer's lock."""
        return f"{self.prefix}-lock"

    @property
    def generations(self) -> str:
        """A pattern over all generations."""
        return f"{self.prefix}-g*"

    def index(self, generation: str) -> str:
        """The index of a generation."""
        return f"{self.prefix}-{generation}"

    def generation(self, index: str) -> str | None:
        """The generation of an index; None when it is none of ours."""
        name = index.removeprefix(f"{self.prefix}-")
        return name if index != name and _GENERATION.fullmatch(name) else None

    def next_generation(self, indices: list[str]) -> str:
        """One above all that are there, whether complete or not."""
        numbers = [int(found[1]) for each in indices if (found := _GENERATION.fullmatch(self.generation(each) or ""))]
        return f"g{max(numbers, default=0) + 1:06d}"
