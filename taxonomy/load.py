"""Reading the sector files (``data/taxonomy/FORMAT.md`` says how they are written)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from kernel.errors import Invalid
from taxonomy.model import Attribute, Category, Taxonomy


class SectorFileInvalid(Invalid):
    """A sector file does not follow the format; the message names the file and the place."""

    code = "sector_file_invalid"


def load_taxonomy(directory: Path) -> Taxonomy:
    """The tree of every ``NN-*.yaml`` in the directory, in id order; raises ``SectorFileInvalid``."""
    nodes: dict[str, Category] = {}
    for path in sorted(directory.glob("[0-9][0-9]-*.yaml")):
        for node in _read_sector(path):
            if node.id in nodes:
                raise SectorFileInvalid(f"{path.name}：编号 {node.id} 重复")
            nodes[node.id] = node
    if not nodes:
        raise SectorFileInvalid(f"{directory} 中没有类目文件")
    return Taxonomy(nodes)


def _read_sector(path: Path) -> Iterator[Category]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 (a safe loader, in C where there is one)
    try:
        sector_id = str(document["id"])
        yield Category(
            id=sector_id,
            name=document["name"],
            level=1,
            parent_id=None,
            name_en=document.get("name_en", ""),
            attributes=_attributes(document),
        )
        for group in document["groups"]:
            yield from _read_group(group, sector_id)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise SectorFileInvalid(f"{path.name} 不合格式：{type(error).__name__} {error}") from error


def _read_group(group: Mapping[str, Any], sector_id: str) -> Iterator[Category]:
    group_id = str(group["id"])
    price = _pair(group["price_yuan"])
    pack = (int(group["pack"][0]), str(group["pack"][1]))
    yield Category(
        id=group_id,
        name=group["name"],
        level=2,
        parent_id=sector_id,
        attributes=_attributes(group),
        shape=group["shape"],
        price_yuan=price,
        pack=pack,
    )
    for leaf in group["leaves"]:
        leaf_id, name, unit, synonyms, *rest = leaf
        yield Category(
            id=str(leaf_id),
            name=str(name),
            level=3,
            parent_id=group_id,
            synonyms=tuple(str(word) for word in synonyms),
            unit=str(unit),
            shape=group["shape"],
            price_yuan=_pair(rest[0]) if rest else price,
            pack=pack,
        )


def _pair(value: Any) -> tuple[float, float]:
    low, high = value
    return float(low), float(high)


def _attributes(node: Mapping[str, Any]) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(
            id=entry["id"],
            name=str(entry["name"]),
            type=entry["type"],
            values=tuple(str(value) for value in entry.get("values", ())),
            unit=str(entry.get("unit", "")),
            range=_pair(entry["range"]) if "range" in entry else None,
        )
        for entry in node.get("attributes", ())
    )
