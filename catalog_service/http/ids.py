"""Ids in paths."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Path

from kernel.ids import validate_id

# Annotations are not postponed here: the door reads those of a function that is made anew for each name.


def path_id(name: str, description: str, *, examples: Sequence[str] = ()) -> Any:
    """The dependency of an id that a path has under this name; ``Invalid`` names it when it is none."""
    part = Path(alias=name, description=description, examples=list(examples) or None, max_length=200)

    async def checked(value: Annotated[str, part]) -> str:
        return validate_id(value, parameter=name)

    return Depends(checked)
