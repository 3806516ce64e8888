"""Companies come to the market, people sign in, and nobody learns who has an account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from catalog_service.adapters.admin_key import WrongCredential
from catalog_service.adapters.passwords import Argon2Passwords
from catalog_service.domain.companies.credentials import SESSION_IDLE_SECONDS, SESSION_SECONDS, SESSIONS_MAX, digest_of
from catalog_service.domain.companies.invoice import accept_tax_id, check_digit
from catalog_service.domain.companies.logins import accept_login
from catalog_service.domain.companies.members import MemberEvent
from catalog_service.domain.companies.passwords import accept_password
from catalog_service.ports.passwords import TooManyAttempts
from catalog_service.use_cases.companies.end_sessions import SessionNotFound
from catalog_service.use_cases.companies.redeem_link import LinkGone
from catalog_service.use_cases.companies.sign_in import BY_LOGIN, MemberNotActive, SignedIn, WrongLogin
from kernel.errors import Invalid
from tests.catalog_service.house import rows
from tests.catalog_service.town import PASSWORD, SELF, Town


def sign_up(town: Town, login: str = "new@example.com", company: str = "新公司", email: str = "") -> None:
    town.people.sign_up(company_name=company, login=login, email=email, name="王芳", client="1.2.3.4")


def sign_in(town: Town, login: str, password: str = PASSWORD, client: str = "1.2.3.4") -> SignedIn:
    return town.people.sign_in(login=login, password=password, client=client, agent="Firefox")


def test_a_company_signs_up_confirms_and_its_owner_signs_in(town: Town) -> None:
    sign_up(town, " New@Example.com ")
    with pytest.raises(WrongLogin):
        sign_in(town, "new@example.com")
    (mail,) = town.mails()
    assert (mail["To"], "新公司" in mail.get_content()) == ("new@example.com", True)
    town.people.redeem_link(token=town.link("new@example.com"), password=PASSWORD)
    signed_in = sign_in(town, "NEW@example.com")
    principal = town.principal(signed_in.token)
    assert principal.roles == {"owner"}
    assert (principal.company_id, principal.member_id) == (signed_in.member.company_id, signed_in.member.member_id)
    assert (principal.supplier_id, principal.scopes, principal.second_factor_enrolled) == (None, frozenset(), False)
    assert town.people.reads.company(principal.company_id or "").name == "新公司"


def test_a_telephone_signs_in_and_its_mail_goes_to_a_mailbox(town: Town) -> None:
    sign_up(town, "138-0013-8000", email="phone@example.com")
    town.people.redeem_link(token=town.link("phone@example.com"), password=PASSWORD)
    assert sign_in(town, "+86 13800138000").member.login == "13800138000"
    with pytest.raises(Invalid, match="邮箱"):
        sign_up(town, "13900139000")


def test_a_link_counts_once_also_when_two_use_it_at_the_same_time(town: Town) -> None:
    sign_up(town)
    token = town.link("new@example.com")

    def redeem(password: str) -> bool:
        try:
            town.people.redeem_link(token=token, password=password)
        except LinkGone:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(redeem, ["第一个人的 密码", "第二个人的 密码"])) == [False, True]
    assert not redeem(PASSWORD)


def test_a_link_is_over_with_its_time_and_with_the_next_mail(town: Town) -> None:
    sign_up(town)
    first = town.link("new@example.com")
    sign_up(town, company="改名公司")
    second = town.link("new@example.com")
    with pytest.raises(LinkGone):
        town.people.redeem_link(token=first, password=PASSWORD)
    town.clock.seconds += 86_400
    with pytest.raises(LinkGone):
        town.people.redeem_link(token=second, password=PASSWORD)
    assert rows(town.record, "SELECT name FROM companies") == [("改名公司",)]
    assert rows(town.record, "SELECT state, password_hash FROM members") == [("invited", "")]


def test_signing_up_with_a_known_login_changes_nothing_and_tells_its_mailbox_alone(town: Town) -> None:
    town.company("known@example.com", "老公司")
    before = rows(town.record, "SELECT * FROM members"), rows(town.record, "SELECT * FROM companies")
    sign_up(town, "known@example.com", "骗子公司")
    sign_up(town, "known@example.com", "骗子公司")
    assert (rows(town.record, "SELECT * FROM members"), rows(town.record, "SELECT * FROM companies")) == before
    mail = town.mails("known@example.com")
    assert len(mail) == 2  # the confirmation of old, and one letter a day
    assert "骗子公司" not in mail[1].get_content()
    assert "token=" not in mail[1].get_content()


def test_wrong_login_and_wrong_password_are_one_answer(town: Town) -> None:
    town.company("known@example.com")
    refused = []
    for login, password in (
        ("known@example.com", "不是 这个密码"),
        ("nobody@example.com", PASSWORD),
        ("not a login", PASSWORD),
        ("known@example.com", ""),
        ("known@example.com", "x" * 999),
        ("known@example.com", "\ud800" * 9),
    ):
        with pytest.raises(WrongLogin) as wrong:
            sign_in(town, login, password)
        refused.append((wrong.value.message, wrong.value.code, wrong.value.detail))
    assert len(set(map(str, refused))) == 1
    assert rows(town.record, "SELECT count(*) FROM sessions") == [(0,)]


def test_guessing_is_counted_by_login_and_a_right_password_clears_the_count(town: Town) -> None:
    town.company("known@example.com")
    for _ in range(BY_LOGIN - 1):
        with pytest.raises(WrongLogin):
            sign_in(town, "known@example.com", "不是 这个密码")
    sign_in(town, "known@example.com")
    for number in range(BY_LOGIN):
        with pytest.raises(WrongLogin):
            sign_in(town, "known@example.com", "不是 这个密码", client=f"10.0.0.{number}")
    with pytest.raises(TooManyAttempts) as refused:
        sign_in(town, "known@example.com")
    assert refused.value.code == "rate_limited"
    assert 0 < int(str(refused.value.detail["retry_after"])) <= 900


@pytest.mark.parametrize(
    ("password", "login", "code"),
    [
        ("1234567", "", "invalid"),
        ("x" * 129, "", "invalid"),
        ("PassWord", "", "password_too_common"),
        ("88888888", "", "password_too_common"),
        ("abababab", "", "password_too_common"),
        ("wangfang", "wangfang@example.com", "password_too_common"),
        ("correct\ud800horse", "", "invalid"),
    ],
)
def test_a_password_is_refused_by_its_length_or_for_being_common(password: str, login: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        accept_password(password, login=login)
    assert (refused.value.code, refused.value.parameter) == (code, "password")


@pytest.mark.parametrize(
    "password", ["correct horse", "八个字的一句密码", "aB3$ aB3$", "x" * 60 + "yz", "ａｂｃ１２３４５６"]
)
def test_any_other_password_will_do_whatever_its_characters(password: str) -> None:
    assert 8 <= len(accept_password(password)) <= 128


@pytest.mark.parametrize(
    "login",
    ["", "a", "a@b", "a b@example.com", "a@example.com\nBcc: b@example.com", "12800138000", "@example.com", "a@-x.com"],
)
def test_what_is_no_mailbox_and_no_mobile_is_refused(login: str) -> None:
    with pytest.raises(Invalid):
        accept_login(login)


def test_a_session_ends_with_its_time_and_when_it_lies_idle(town: Town) -> None:
    owner = town.company()
    token = sign_in(town, owner.login).token
    town.clock.seconds += SESSION_IDLE_SECONDS - 1
    assert town.principal(token).member_id == owner.member_id  # seen again, so the idle time begins anew
    town.clock.seconds += SESSION_IDLE_SECONDS - 1
    assert town.principal(token).member_id == owner.member_id
    town.clock.seconds += SESSION_IDLE_SECONDS
    with pytest.raises(WrongCredential):
        town.principal(token)
    other = sign_in(town, owner.login).token
    for _ in range(0, SESSION_SECONDS, SESSION_IDLE_SECONDS // 2):
        town.principal(other)
        town.clock.seconds += SESSION_IDLE_SECONDS // 2
    with pytest.raises(WrongCredential):
        town.principal(other)
    assert rows(town.record, "SELECT count(*) FROM sessions") == [(2,)]
    assert town.people.sweep_credentials() == 2 + 1 + 3  # and the link of the mail, and what was counted
    assert rows(town.record, "SELECT count(*) FROM sessions") == [(0,)]


def test_signing_out_ends_one_session_or_all_and_no_stranger_s(town: Town) -> None:
    owner, stranger = town.company(), town.company("x@b.example.com", "乙公司")
    first, second, third = (sign_in(town, owner.login) for _ in range(3))
    theirs = sign_in(town, stranger.login)
    with pytest.raises(SessionNotFound):
        town.people.end_sessions(member_id=owner.member_id, session_id=theirs.session.session_id, request=SELF)
    town.people.end_sessions(member_id=owner.member_id, session_id=second.session.session_id, request=SELF)
    listed = town.people.reads.sessions(owner.member_id)
    assert {session.session_id for session in listed} == {first.session.session_id, third.session.session_id}
    assert {session.agent for session in listed} == {"Firefox"}
    receipt = town.people.end_sessions(member_id=owner.member_id, session_id=None, request=SELF)
    assert receipt.facts == {"ended": 2}
    for ended in (first, second, third):
        with pytest.raises(WrongCredential):
            town.principal(ended.token)
    assert town.principal(theirs.token).member_id == stranger.member_id


def test_a_member_has_so_many_sessions_and_the_oldest_gives_way(town: Town) -> None:
    owner = town.company()
    first = town.session(owner)
    for _ in range(SESSIONS_MAX - 1):
        town.clock.seconds += 1
        town.session(owner)
    town.clock.seconds += 1
    newest = sign_in(town, owner.login)
    with pytest.raises(WrongCredential):
        town.principal(first)
    assert town.principal(newest.token).member_id == owner.member_id
    assert len(town.people.reads.sessions(owner.member_id)) == SESSIONS_MAX


def test_a_new_password_ends_every_other_session(town: Town) -> None:
    owner = town.company()
    here, there = sign_in(town, owner.login), sign_in(town, owner.login)
    with pytest.raises(WrongLogin) as wrong:
        town.people.change_password(
            member_id=owner.member_id, session_id=here.session.session_id, current="猜的 密码啊", new="另一句 记得住的"
        )
    assert wrong.value.code == "wrong_password"
    town.people.change_password(
        member_id=owner.member_id, session_id=here.session.session_id, current=PASSWORD, new="另一句 记得住的"
    )
    assert town.principal(here.token).member_id == owner.member_id
    with pytest.raises(WrongCredential):
        town.principal(there.token)
    with pytest.raises(WrongLogin):
        sign_in(town, owner.login)
    assert sign_in(town, owner.login, "另一句 记得住的").member.member_id == owner.member_id


def test_a_reset_goes_to_the_mailbox_ends_sessions_and_is_silent_about_strangers(town: Town) -> None:
    owner = town.company()
    open_session = sign_in(town, owner.login)
    letters = len(town.mails())
    town.people.request_reset(login="nobody@example.com", client="c")
    town.people.request_reset(login="no login", client="c")
    assert len(town.mails()) == letters
    town.people.request_reset(login=owner.login, client="c")
    town.people.redeem_link(token=town.link(owner.login), password="重设以后的 新密码")
    with pytest.raises(WrongCredential):
        town.principal(open_session.token)
    assert sign_in(town, owner.login, "重设以后的 新密码").member.member_id == owner.member_id
    town.people.request_reset(login=owner.login, client="c")
    stale = town.link(owner.login)
    town.clock.seconds += 3_600
    with pytest.raises(LinkGone):
        town.people.redeem_link(token=stale, password=PASSWORD)


def test_a_password_that_is_reset_while_one_signs_in_with_the_old_one_lets_nobody_in(town: Town) -> None:
    owner = town.company()
    town.people.request_reset(login=owner.login, client="c")
    link = town.link(owner.login)

    class Slow(Argon2Passwords):
        def matches(self, password_hash: str, password: str) -> bool:
            matched = super().matches(password_hash, password)
            town.people.redeem_link(token=link, password="重设以后的 新密码")
            return matched

    meddled = replace(town.people.sign_in, hasher=Slow())
    with pytest.raises(WrongLogin):
        meddled(login=owner.login, password=PASSWORD, client="c")
    assert rows(town.record, "SELECT count(*) FROM sessions") == [(0,)]


def test_signing_in_and_resetting_at_once_leaves_no_session_of_the_old_password(town: Town) -> None:
    for number in range(6):
        owner = town.company(f"o{number}@example.com", f"公司 {number}")
        town.people.request_reset(login=owner.login, client=f"c{number}")
        link = town.link(owner.login)

        def old(login: str = owner.login) -> None:
            with suppress(WrongLogin):
                sign_in(town, login)

        def reset(token: str = link) -> None:
            town.people.redeem_link(token=token, password="重设以后的 新密码")

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(old), pool.submit(reset)]:
                done.result()
        # Who signed in before the reset was signed out by it; who came after had the wrong password.
        assert town.people.reads.sessions(owner.member_id) == []


def test_who_is_suspended_is_out_at_once_and_cannot_come_back_by_a_reset(town: Town) -> None:
    owner = town.company()
    buyer = town.colleague(owner, "buyer@a.example.com")
    signed_in = sign_in(town, buyer.login)
    town.people.request_reset(login=buyer.login, client="c")
    link = town.link(buyer.login)
    town.people.move_member(
        company_id=owner.company_id, member_id=buyer.member_id, event=MemberEvent.SUSPEND, request=SELF
    )
    with pytest.raises(WrongCredential):
        town.principal(signed_in.token)
    with pytest.raises(MemberNotActive):
        sign_in(town, buyer.login)
    with pytest.raises(LinkGone):
        town.people.redeem_link(token=link, password=PASSWORD)
    letters = len(town.mails(buyer.login))
    town.people.request_reset(login=buyer.login, client="c")
    assert len(town.mails(buyer.login)) == letters


def test_no_secret_lies_in_the_record(town: Town) -> None:
    owner = town.company()
    signed_in = sign_in(town, owner.login)
    town.people.request_reset(login=owner.login, client="c")
    link = town.link(owner.login)
    made = town.people.create_key(company_id=owner.company_id, name="ERP", scopes=["offers:write"], request=SELF)
    tables = ("members", "sessions", "one_time_links", "company_keys", "mails", "audit", "idempotency_keys")
    everything = str([rows(town.record, f"SELECT * FROM {table}") for table in tables])
    for secret in (PASSWORD, signed_in.token, link, made.secret or ""):
        assert secret not in everything
    assert digest_of(signed_in.token) in everything
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in everything


@pytest.mark.parametrize("person", ["owner@a.example.com", "王芳"])
def test_neither_audit_nor_receipts_name_a_person(town: Town, person: str) -> None:
    owner = town.company()
    sign_in(town, owner.login)
    town.people.request_reset(login=owner.login, client="c")
    assert person not in str(rows(town.record, "SELECT * FROM audit"))
    assert person not in str(rows(town.record, "SELECT * FROM idempotency_keys"))


def test_a_tax_id_is_checked_by_its_last_character() -> None:
    """Examples of the standard's annex and of the registration office."""
    for right in ("91350100M000100Y43", "911100000000000000"[:17] + check_digit("91110000000000000")):
        assert accept_tax_id(f" {right.lower()} ") == right
    for wrong in ("91350100M000100Y44", "91350100M000100Y4", "91350100I000100Y43", "", "9135010ZM000100Y43"):
        with pytest.raises(Invalid) as refused:
            accept_tax_id(wrong)
        assert refused.value.parameter == "tax_id"


@pytest.mark.parametrize("name", ["", "甲", "x" * 101, "请看 http://bad.example", "www.bad.example", "a@b.example"])
def test_a_company_name_is_a_name(town: Town, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        sign_up(town, company=name)
    assert refused.value.parameter == "company_name"
    assert rows(town.record, "SELECT count(*) FROM mails") == [(0,)]
