"""Secrets of second factors lie sealed in the record, under keys that can be changed."""

from __future__ import annotations

import stat
from pathlib import Path

import pyotp
import pytest
from cryptography.fernet import Fernet

from catalog_service.adapters.sealing import PREFIX, FernetSeals, keys_of
from catalog_service.ports.sealing import SealBroken
from catalog_service.service import SEALING_NAME
from kernel.clock import FixedClock
from kernel.errors import Invalid
from tests.catalog_service.house import NOW, open_house, rows
from tests.catalog_service.test_second_factor import code, enrolled, give
from tests.catalog_service.town import SELF, Town

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def stored(town: Town) -> str:
    ((secret,),) = rows(town.record, "SELECT totp_secret FROM members WHERE totp_secret <> ''")
    return str(secret)


def reopened(town: Town, *keys: str) -> Town:
    """The same record under other keys."""
    town.record.close()
    clock = FixedClock(town.clock.seconds)
    return Town(open_house(town.folder.parent, clock=clock, sealing_keys=keys), clock)


def test_the_record_does_not_have_the_secret(town: Town) -> None:
    owner, token, secret, _ = enrolled(town)
    assert stored(town).startswith(PREFIX)
    assert secret not in stored(town)
    give(town, owner, token, code(town, secret, steps=1))


def test_what_is_sealed_opens_for_its_owner_alone_and_whole_alone() -> None:
    seals = FernetSeals([NEW])
    sealed = seals.seal("SECRET", whose="m-1")
    assert seals.open(sealed, whose="m-1") == "SECRET"
    assert seals.seal("SECRET", whose="m-1") != sealed
    for broken, whose in ((sealed, "m-2"), (sealed[:-4] + "AAAA", "m-1"), (PREFIX, "m-1"), (PREFIX + "x", "m-1")):
        with pytest.raises(SealBroken):
            seals.open(broken, whose=whose)


def test_any_key_opens_and_the_first_seals() -> None:
    old = FernetSeals([OLD]).seal("SECRET", whose="m-1")
    both = FernetSeals([NEW, OLD])
    assert (both.open(old, whose="m-1"), both.outdated(old)) == ("SECRET", True)
    assert not both.outdated(both.seal("SECRET", whose="m-1"))
    with pytest.raises(SealBroken):
        FernetSeals([OLD]).open(both.seal("SECRET", whose="m-1"), whose="m-1")


@pytest.mark.parametrize("keys", [[], ["short"], [OLD, "¥"], [OLD[:-2]]])
def test_a_key_that_is_none_is_refused_without_being_told(keys: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        FernetSeals(keys)
    assert refused.value.parameter == "PIFA_SEALING_KEYS"
    assert [key for key in keys if key in refused.value.message] == []


def test_the_file_of_keys_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / SEALING_NAME
    first = keys_of(path)
    assert (len(first), keys_of(path)) == (1, first)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == [SEALING_NAME]
    path.write_text(f"{NEW}\n{OLD}\n")
    assert keys_of(path) == (NEW, OLD)


def test_keys_are_changed_one_after_another_and_nobody_is_locked_out(town: Town) -> None:
    town = reopened(town, OLD)
    owner, token, secret, _ = enrolled(town)
    town = reopened(town, NEW, OLD)
    assert town.people.reseal_secrets(request=SELF) == 1
    assert town.people.reseal_secrets(request=SELF) == 0
    town = reopened(town, NEW)
    give(town, owner, token, code(town, secret, steps=1))
    town = reopened(town, OLD)
    with pytest.raises(SealBroken):
        give(town, owner, token, code(town, secret, steps=1))
    town.record.close()


def test_a_code_seals_what_lay_open_or_under_a_former_key(town: Town) -> None:
    owner, token, secret, _ = enrolled(town)
    with town.record.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE members SET totp_secret = '{secret}'")
    give(town, owner, token, code(town, secret, steps=1))
    assert stored(town).startswith(PREFIX)
    town.clock.seconds = NOW + 300
    give(town, owner, token, pyotp.TOTP(secret).at(NOW + 300))


def test_a_secret_that_was_moved_into_another_row_does_not_open(town: Town) -> None:
    owner, _token, secret, _ = enrolled(town)
    other = town.colleague(owner, "b@a.example.com")
    session = town.session(other)
    with town.record.engine.begin() as connection:
        moved = f"UPDATE members SET totp_secret = '{stored(town)}', totp_confirmed_at = 1"
        connection.exec_driver_sql(f"{moved} WHERE member_id = '{other.member_id}'")
    with pytest.raises(SealBroken):
        give(town, other, session, code(town, secret, steps=1))
