"""The command line speaks the language of the locale, and to programs as ever."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup

from ops.messages import PLACE, messages, renewed, spoken
from pifa.commands.table import COMMANDS, load
from pifa.demo.accounts import PEOPLE
from pifa.speech import CATALOGUE
from pifa.speech import spoken as language_of
from pifa.wiring import Installation
from tests.languages import HAN
from tests.pifa.conftest import Run
from web.translation import Shape, Translation, read_catalogue

CHINESE = re.compile(f"{HAN.pattern}|[，。：；、（）]")


@pytest.fixture
def english(pifa: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command for an English reader."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return pifa


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "zh_TW.Big5"}, "zh"),
        ({"LANG": "fr_FR.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB@euro"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
        ({"LANG": "en_US.UTF-8", "PIFA_LANGUAGE": "zh"}, "zh"),
        ({"LC_ALL": "zh_CN.UTF-8", "PIFA_LANGUAGE": "en"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "PIFA_LANGUAGE": "auto"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "PIFA_LANGUAGE": "fr"}, "en"),
    ],
)
def test_the_language_is_what_was_said_else_that_of_the_locale(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def commands() -> list[list[str]]:
    """Every command and every command of one."""
    found: list[list[str]] = [[]]
    for name in COMMANDS:
        command = load(name)
        found += [[name], *([name, sub] for sub in command.commands)] if isinstance(command, TyperGroup) else [[name]]
    return found


def test_all_help_is_english_where_the_locale_is(english: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    every = commands()
    assert len(every) > 35
    told = {" ".join(each): english(*each, "--help") for each in every}
    assert {name: CHINESE.findall(ran.out) for name, ran in told.items() if CHINESE.search(ran.out)} == {}
    assert "Start the site and the API." in told[""].out
    assert "Rebuild every chain" in told["ledger"].out
    monkeypatch.setenv("PIFA_LANGUAGE", "zh")
    chinese = english("--help").out
    assert ("启动网站和 API。" in chinese, "Start the site" in chinese) == (True, False)
    assert "数据目录" in english("serve", "--help").out


def test_settings_are_explained_in_english(english: Run) -> None:
    assert CHINESE.findall(english("config").out) == []
    for each in english("config", "--json").json:  # type: ignore[attr-defined]
        said = english("config", "explain", each["key"])
        assert (said.code, CHINESE.findall(said.out)) == (0, []), each["key"]
    assert english("config", "explain", "home").out.splitlines()[1:3] == ["Value: var", "From: Default"]


def test_what_commands_say_is_english(english: Run, demo_home: Path, tmp_path: Path) -> None:
    backup, here, other = tmp_path / "backup", ("--home", demo_home), ("--home", tmp_path / "other")
    people = "|".join(person.name for person in PEOPLE)
    broken = tmp_path / "offers.csv"
    broken.write_text("offer_id,title,colour\n,x,red\n", "utf-8")
    for arguments in (
        ("doctor", *here), ("doctor", "--mend", *here), ("encoder", "status", *here), ("admin", "list", *here),
        ("admin", "mail", *here), ("ledger", "verify", *here), ("ledger", "anchor", *here),
        ("ledger", "suspense", *here), ("sweep", *here), ("tidy", *here), ("upgrade", "--plan", *here),
        ("backup", backup, *here), ("restore", backup, "--check", *here), ("restore", backup, *other),
        ("demo-data", "--listings", "50", "--no-index", *other), ("import", broken, "--no-vectors", *here),
        ("prepare", *here), ("rebuild", "--no-vectors", *here), ("bench", "--searches", "10", *here),
    ):  # fmt: skip
        ran = english(*arguments)
        refused = 1 if arguments[0] == "import" else 0
        own = re.sub(f"“[^”]*”|{people}", "", ran.out + ran.err)  # a supplier's name, a person's
        assert (ran.code, CHINESE.findall(own)) == (refused, []), (arguments, ran)
    assert "byte for byte" in english("ledger", "verify", *here).out
    assert "It can be restored" in english("restore", backup, "--check", *here).out


def test_a_search_is_told_in_english_and_the_goods_stay_chinese(english: Run, demo_home: Path) -> None:
    ran = english("search", "不锈钢水杯", "--explain", "--home", demo_home)
    assert ran.code == 0
    assert all(head in ran.out for head in ("Id", "MOQ", "Supplier"))
    assert HAN.search(ran.out)  # titles
    last = ran.out.splitlines()[-1]
    assert (CHINESE.search(last), " listings (" in last) == (None, True)


def test_what_goes_wrong_is_told_in_english(english: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = english("search", "水杯", "--home", tmp_path / "empty")
    assert (missing.code, missing.err.strip()) == (
        1, "pifa: There is no index yet: please run pifa rebuild or pifa import",
    )  # fmt: skip
    wrong = english("search", "x", "--where", "region", "--home", tmp_path / "empty")
    assert (wrong.code, HAN.search(wrong.err)) == (2, None)
    monkeypatch.setenv("PIFA_PORT", "many")
    setting = english("config")
    assert (setting.code, HAN.search(setting.err), "PIFA_PORT" in setting.err) == (2, None, True)
    assert english("--help").code == 0


def test_programs_read_the_same_in_either_language(
    pifa: Run, demo_home: Path, site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = (["doctor"], ["analyze", "304不锈钢螺丝"], ["encoder", "status"], ["ledger", "verify"], ["config"])
    read, found = {}, {}
    for language in ("zh", "en"):
        monkeypatch.setenv("PIFA_LANGUAGE", language)
        read[language] = [pifa(*each, "--json", "--home", demo_home).json for each in every]
        search = pifa("search", "水杯", "--explain", "--json", "--home", demo_home).json
        found[language] = [
            (hit["offer_id"], [part["label"] for part in hit["explanation"]["contributions"]])  # scores move with time
            for hit in search["hits"]  # type: ignore[index]
        ]
    assert found["zh"] == found["en"] != []
    for chinese, english in zip(read["zh"], read["en"], strict=True):
        assert _steady(chinese) == _steady(english)
    assert "目录：" in str(read["en"][0])


def _steady(answer: object) -> object:
    """Without how much disk is free and the language that was asked for."""
    if not isinstance(answer, list):
        return answer
    return [each for each in answer if "PIFA_LANGUAGE" not in str(each) and "磁盘剩余" not in str(each)]


def test_the_catalogue_of_commands_has_all_that_they_say_and_no_more() -> None:
    english, said = read_catalogue(CATALOGUE), spoken(messages())
    assert CATALOGUE.read_text("utf-8") == renewed(said, english), "run `python -m ops.messages`"
    assert [source for source, text in english.items() if not text] == [], "write their English"
    for source, text in english.items():
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(source)), source
        assert not HAN.search(text), source
    assert Shape.of("启动网站和 API。").parts in said


@pytest.mark.parametrize("value", ["x1", "42", "水杯", "a b", "7.5"])
def test_a_line_filled_with_values_is_known_again_and_no_other_wins(value: str) -> None:
    own = read_catalogue(CATALOGUE)
    every, mistaken = Translation({**read_catalogue(), **own}), {}
    for source in filter(PLACE.search, own):
        found = every.entry(PLACE.sub(value, source))
        if found is None or found[0] != Shape.of(source):
            mistaken[source] = found
    assert mistaken == {}


def test_help_reads_only_its_own_catalogue() -> None:
    code = (
        "import sys; sys.argv = ['pifa', '--help']\n"
        "import web.translation as t; read = t.read_catalogue; seen = []\n"
        "t.read_catalogue = lambda path=t.CATALOGUE: seen.append(path.name) or read(path)\n"
        "from pifa.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('read:', seen, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PIFA_LANGUAGE": "en", "LC_ALL": "C.UTF-8"},
    )
    assert ran.stderr.strip() == "read: ['cli.en.po']"
