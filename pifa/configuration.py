"""What each setting is, here and now: its value, where that came from, what it counts, and why it is so by default."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from kernel.errors import NotFound
from pifa.settings import Settings, Source, is_secret, source_of, variables

MASK = "******"
NEAREST_MAX = 3
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


class SettingUnknown(NotFound):
    """No setting has this name; the message has the nearest ones."""

    code = "setting_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A setting in texts. ``value`` is masked where it is a secret; ``where``: the variable or file that gave it."""

    key: str
    variable: str
    value: str
    source: Source
    where: str
    default: str
    allowed: str
    unit: str
    what: str
    because: str
    secret: bool


def explain_all(settings: Settings, *, home: Path | None = None) -> list[Explained]:
    """Every setting, in the order of their declaration. ``home``: what a command was told by ``--home``."""
    return [_explain(settings, name, home) for name in Settings.model_fields]


def explain(settings: Settings, key: str, *, home: Path | None = None) -> Explained:
    """One setting, by its name or its variable; raises ``SettingUnknown``."""
    wanted = key.strip().lower().replace("-", "_")
    for name in Settings.model_fields:
        if wanted in {name, *(variable.lower() for variable in variables(name))}:
            return _explain(settings, name, home)
    near = difflib.get_close_matches(wanted.removeprefix("pifa_"), list(Settings.model_fields), n=NEAREST_MAX)
    hint = f"；相近的有 {'、'.join(near)}" if near else "；pifa config 列出全部"
    raise SettingUnknown(f"没有设置项 {key}{hint}", parameter="key")


def shown(value: object, *, secret: bool = False) -> str:
    """A value as text. Secrets are masked, also those inside addresses."""
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    if plain in (None, "", {}):
        return ""
    if secret:
        return MASK
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, dict):
        return json.dumps(plain, ensure_ascii=False)
    return _CREDENTIALS.sub(f"{MASK}@", str(plain))


def allowed(field: FieldInfo) -> str:
    """What a value may be, where that is not plain from its default."""
    if get_origin(field.annotation) is Literal:
        return "、".join(map(str, get_args(field.annotation)))
    if field.annotation is bool:
        return "true、false"
    limits: dict[str, Any] = {}
    for rule in field.metadata:
        for name in ("ge", "le"):
            if getattr(rule, name, None) is not None:
                limits[name] = getattr(rule, name)
    if {"ge", "le"} <= limits.keys():
        return f"{limits['ge']}–{limits['le']}"
    return f"≥ {limits['ge']}" if "ge" in limits else ""


def _explain(settings: Settings, name: str, home: Path | None) -> Explained:
    field, secret = Settings.model_fields[name], is_secret(name)
    value, (source, where) = getattr(settings, name), source_of(name, settings.secrets_directory)
    if name == "home" and home is not None:
        value, source, where = home, "option", "--home"
    extra = field.json_schema_extra
    why: dict[str, Any] = extra if isinstance(extra, dict) else {}
    return Explained(
        key=name,
        variable=variables(name)[0],
        value=shown(value, secret=secret),
        source=source,
        where=where,
        default=shown(_default(field), secret=secret),
        allowed=allowed(field),
        unit=str(why.get("unit", "")),
        what=field.description or "",
        because=str(why.get("because", "")),
        secret=secret,
    )


def _default(field: FieldInfo) -> object:
    default = field.get_default(call_default_factory=True)
    return default.as_posix() if isinstance(default, Path) else default
