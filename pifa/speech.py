"""Which language the command line speaks, and its words in it. Commands are written in Chinese; the English is a
catalogue (``locale/cli.en.po``, kept by ``python -m ops.messages``) beside that of refusals, and sentences are read
back by ``web.translation`` as they are printed. What programs read is never told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.core import TyperCommand as Command

from web.translation import HAN, MARKS, Translation, read_catalogue

CATALOGUE = Path(__file__).resolve().parent / "locale" / "cli.en.po"
LANGUAGES = ("zh", "en")
# The locale, in the order of POSIX. Read here, and not among the settings: help must not wait for those, nor stay
# unreadable when one of them is wrong.
OWN, LOCALE = "PIFA_LANGUAGE", ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken(environment: Mapping[str, str] = os.environ) -> str:
    """``zh`` or ``en``: what ``PIFA_LANGUAGE`` says, else the locale; ``zh`` where neither is one of ours."""
    own = environment.get(OWN, "")
    if own in LANGUAGES:
        return own
    locale = next((environment[name] for name in LOCALE if environment.get(name)), "")
    language = locale.partition(".")[0].partition("_")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def tell(text: str) -> str:
    """A finished sentence as this command's reader gets it, as far indented as it was; what the catalogues do not know
    stays as it is."""
    if spoken() != "en":
        return text
    if not HAN.search(text):
        return text.translate(MARKS)
    indent = text[: len(text) - len(text.lstrip())]
    return indent + _sentences().of(text).removeprefix(indent)


def tell_word(text: str) -> str:
    """A word within a line: as ``tell``, without the capital of a sentence."""
    return _sentences().word(text) if spoken() == "en" else text


def labelled(label: str, text: str) -> str:
    """A line ``label: text`` with the colon of the language."""
    return f"{tell(label)}{': ' if spoken() == 'en' else '：'}{tell(text)}"


def tell_help(text: str | None) -> str | None:
    """A text of the help, which is there as a whole; quicker than a sentence, as refusals need not be read."""
    return _own().get(text) or text if text and spoken() == "en" else text


def told_command(command: Command | TyperGroup) -> Command | TyperGroup:
    """The command with its help, and that of all below it, in the reader's language."""
    command.help, command.short_help = tell_help(command.help), tell_help(command.short_help)
    for parameter in command.params:
        if isinstance(parameter, TyperArgument | TyperOption):
            parameter.help = tell_help(parameter.help)
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            told_command(below)  # type: ignore[arg-type]  # Typer makes its own kind alone
    return command


@lru_cache(1)
def _own() -> Mapping[str, str]:
    return read_catalogue(CATALOGUE)


@lru_cache(1)
def _sentences() -> Translation:
    return Translation({**read_catalogue(), **_own()})
