"""Attempts at guessing: one limit however many processes count, and the answer says when to come again."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from catalog_service.adapters.sql.attempts import CountedAttempts
from catalog_service.domain.companies.logins import network_of
from catalog_service.ports.passwords import TooManyAttempts
from catalog_service.use_cases.companies.second_factor import WrongCode
from catalog_service.use_cases.companies.sign_in import BY_ADDRESS, BY_LOGIN, WINDOW_SECONDS, WrongLogin
from tests.catalog_service.house import open_house, rows
from tests.catalog_service.test_people_http import Door
from tests.catalog_service.test_second_factor import enrolled, give
from tests.catalog_service.town import PASSWORD, Town


def attempt(counted: CountedAttempts, who: str = "x") -> bool:
    try:
        counted.attempt("guess", who=who, most=3, seconds=60)
    except TooManyAttempts:
        return False
    return True


def workers(town: Town, count: int) -> list[CountedAttempts]:
    return [CountedAttempts(town.record.engine, clock=town.clock) for _ in range(count)]


def test_all_workers_count_as_one(town: Town) -> None:
    counted = workers(town, 4)
    assert [attempt(counted[number % 4]) for number in range(6)] == [True] * 3 + [False] * 3
    assert attempt(counted[0], who="y")


def test_many_at_once_are_counted_one_by_one(town: Town) -> None:
    counted = workers(town, 8)
    with ThreadPoolExecutor(8) as pool:
        told = Counter(pool.map(lambda number: attempt(counted[number % 8]), range(40)))
    assert told == {True: 3, False: 37}


def test_a_window_ends_and_another_begins(town: Town) -> None:
    (counted,) = workers(town, 1)
    assert [attempt(counted) for _ in range(4)] == [True, True, True, False]
    town.clock.seconds += 59
    with pytest.raises(TooManyAttempts) as refused:
        counted.attempt("guess", who="x", most=3, seconds=60)
    assert refused.value.detail == {"retry_after": 1}
    town.clock.seconds += 1
    assert [attempt(counted) for _ in range(4)] == [True, True, True, False]


def test_who_was_honest_starts_anew_and_what_is_over_is_swept(town: Town) -> None:
    (counted,) = workers(town, 1)
    assert [attempt(counted) for _ in range(4)][-1] is False
    counted.forget("guess", who="x")
    assert attempt(counted)
    assert counted.sweep() == 0
    town.clock.seconds += 60
    assert counted.sweep() == 1
    assert rows(town.record, "SELECT count(*) FROM attempts") == [(0,)]


def test_neither_logins_nor_addresses_lie_among_the_attempts(town: Town) -> None:
    with pytest.raises(WrongLogin):
        town.people.sign_in(login="wang@example.com", password=PASSWORD, client="203.0.113.9")
    written = str(rows(town.record, "SELECT * FROM attempts"))
    assert [word for word in ("wang", "203.0") if word in written] == []
    assert len(rows(town.record, "SELECT * FROM attempts")) == 2


def test_signing_in_at_two_processes_is_one_limit(town: Town) -> None:
    town.company("known@example.com")
    with closing(open_house(town.folder.parent, clock=town.clock)) as other:
        for number in range(BY_LOGIN):
            people = (town.people, other.people)[number % 2]
            with pytest.raises(WrongLogin):
                people.sign_in(login="known@example.com", password="不是 这个密码", client=f"10.0.0.{number}")
        for people in (town.people, other.people):
            with pytest.raises(TooManyAttempts) as refused:
                people.sign_in(login="known@example.com", password=PASSWORD, client="10.0.1.1")
            assert refused.value.detail == {"retry_after": WINDOW_SECONDS}
    town.clock.seconds += WINDOW_SECONDS
    town.people.sign_in(login="known@example.com", password=PASSWORD, client="10.0.1.1")


def test_an_address_is_limited_whatever_the_login(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(town.people.sign_in.hasher), "matches", lambda *_: False)
    for number in range(BY_ADDRESS):
        with pytest.raises(WrongLogin):
            town.people.sign_in(login=f"n{number}@example.com", password="x", client="2001:db8::1")
    with pytest.raises(TooManyAttempts):
        town.people.sign_in(login="another@example.com", password="x", client="2001:db8::2")
    with pytest.raises(WrongLogin):
        town.people.sign_in(login="another@example.com", password="x", client="2001:db8:1::2")


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_stands_for_its_subscriber(client: str, counted: str) -> None:
    assert network_of(client) == counted


def test_wrong_codes_are_limited_for_the_member_whatever_the_session(town: Town) -> None:
    owner, token, _, recovery = enrolled(town)
    tokens = [token, town.session(owner)]
    for number in range(BY_LOGIN - 1):  # the one that confirmed it counts
        with pytest.raises(WrongCode):
            give(town, owner, tokens[number % 2], "000000")
    with pytest.raises(TooManyAttempts):
        give(town, owner, token, recovery[0])


def test_the_answer_says_when_to_come_again(town: Town) -> None:
    door = Door(town)
    town.company("known@example.com")
    body = {"login": "known@example.com", "password": "不是 这个密码"}
    answers = [door.do("", "POST", "/auth/sign-in", body) for _ in range(BY_LOGIN + 1)]
    assert [answer.status_code for answer in answers] == [401] * BY_LOGIN + [429]
    assert answers[-1].headers["Retry-After"] == str(WINDOW_SECONDS)
    town.clock.seconds += 100
    assert door.do("", "POST", "/auth/sign-in", body).headers["Retry-After"] == str(WINDOW_SECONDS - 100)
