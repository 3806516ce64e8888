"""The second factor: it counts once confirmed, a code counts once, and money waits for a fresh one."""

from __future__ import annotations

import pyotp
import pytest

from catalog_service.domain.companies.credentials import SECOND_FACTOR_SECONDS
from catalog_service.use_cases.companies.confirm_totp import RECOVERY_CODES
from catalog_service.use_cases.companies.second_factor import SecondFactorAbsent, SecondFactorEnrolled, WrongCode
from kernel.errors import Denied
from tests.catalog_service.house import rows
from tests.catalog_service.town import SELF, Person, Town


def code(town: Town, secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(town.clock.now() + 30 * steps)


def enrolled(town: Town) -> tuple[Person, str, str, list[str]]:
    """A member with a second factor: person, session token, secret, recovery codes."""
    owner = town.company()
    token = town.session(owner)
    enrolment = town.people.enrol_totp(member_id=owner.member_id)
    recovery = town.people.confirm_totp(
        member_id=owner.member_id, session_id=session_of(town, token), code=code(town, enrolment.secret)
    )
    return owner, token, enrolment.secret, list(recovery)


def session_of(town: Town, token: str) -> str:
    return town.principal(token).session_id or ""


def give(town: Town, owner: Person, token: str, said: str) -> int:
    return town.people.give_code(member_id=owner.member_id, session_id=session_of(town, token), code=said)


def test_a_secret_counts_once_a_code_of_it_was_given(town: Town) -> None:
    owner = town.company()
    token = town.session(owner)
    with pytest.raises(SecondFactorAbsent):
        give(town, owner, token, "123456")
    first = town.people.enrol_totp(member_id=owner.member_id)
    second = town.people.enrol_totp(member_id=owner.member_id)
    assert second.address.startswith("otpauth://totp/Pifa:owner%40a.example.com?secret=")
    assert not town.principal(token).second_factor_enrolled
    town.principal(token).require_second_factor()
    for wrong in (code(town, first.secret), code(town, second.secret, steps=2), "", "abcdef", "１２３４５６"):
        with pytest.raises(WrongCode):
            town.people.confirm_totp(member_id=owner.member_id, session_id=session_of(town, token), code=wrong)
    town.people.confirm_totp(
        member_id=owner.member_id, session_id=session_of(town, token), code=code(town, second.secret)
    )
    principal = town.principal(token)
    assert (principal.second_factor_enrolled, principal.second_factor_fresh) == (True, True)
    with pytest.raises(SecondFactorEnrolled):
        town.people.enrol_totp(member_id=owner.member_id)


def test_money_waits_for_a_code_that_was_given_a_moment_ago_in_this_session(town: Town) -> None:
    owner, token, secret, _ = enrolled(town)
    other = town.session(owner)
    town.principal(token).require_second_factor()
    with pytest.raises(Denied) as refused:
        town.principal(other).require_second_factor()
    assert refused.value.code == "second_factor_required"
    town.clock.seconds += SECOND_FACTOR_SECONDS
    with pytest.raises(Denied):
        town.principal(token).require_second_factor()
    give(town, owner, token, code(town, secret))
    town.principal(token).require_second_factor()
    with pytest.raises(Denied):
        town.principal(other).require_second_factor()


def test_a_code_counts_once_and_one_step_around_now(town: Town) -> None:
    owner, token, secret, _ = enrolled(town)
    with pytest.raises(WrongCode):
        give(town, owner, token, code(town, secret))  # it confirmed the enrolment
    give(town, owner, token, code(town, secret, steps=1))
    with pytest.raises(WrongCode):
        give(town, owner, token, code(town, secret, steps=1))
    with pytest.raises(WrongCode):
        give(town, owner, token, code(town, secret))  # older than one that was used
    with pytest.raises(WrongCode):
        give(town, owner, token, code(town, secret, steps=2))


def test_a_recovery_code_counts_once_and_for_its_owner_alone(town: Town) -> None:
    owner, token, _, recovery = enrolled(town)
    assert len(set(recovery)) == RECOVERY_CODES
    assert give(town, owner, token, recovery[0].upper()) == RECOVERY_CODES - 1
    with pytest.raises(WrongCode):
        give(town, owner, token, recovery[0])
    stored = str(rows(town.record, "SELECT * FROM recovery_codes"))
    assert [one for one in recovery if one in stored] == []


def test_giving_it_up_leaves_nothing_of_it(town: Town) -> None:
    owner, token, _, _ = enrolled(town)
    town.people.drop_totp(member_id=owner.member_id, request=SELF)
    assert not town.principal(token).second_factor_enrolled
    assert rows(town.record, "SELECT totp_secret, totp_confirmed_at FROM members") == [("", None)]
    assert rows(town.record, "SELECT count(*) FROM recovery_codes") == [(0,)]
    with pytest.raises(SecondFactorAbsent):
        town.people.drop_totp(member_id=owner.member_id, request=SELF)
