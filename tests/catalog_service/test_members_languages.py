"""A member has a language: where it comes from, and that every mail is written in it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.domain.companies.members import Language, MemberEvent
from catalog_service.domain.deeds import DeedRequest
from catalog_service.ports.record import RecordTransaction
from catalog_service.service import Record
from catalog_service.use_cases.money.staff_letters import tell_staff
from kernel.clock import FixedClock
from kernel.errors import Invalid
from tests.catalog_service.house import NOW, open_house, rows
from tests.catalog_service.town import PASSWORD, SELF, Person, Town
from tests.languages import HAN
from web.language import LANGUAGES


def recorded(town: Town, login: str) -> str | None:
    (found,) = rows(town.record, f"SELECT language FROM members WHERE login = '{login}'")
    return found[0]  # type: ignore[no-any-return]


def choose(town: Town, person: Person, language: str) -> bool:
    receipt = town.people.choose_language(
        member_id=person.member_id, company_id=person.company_id or None, language=language, request=SELF
    )
    return receipt.changed


def notify(town: Town, company_id: str, text: str) -> None:
    def add(transaction: RecordTransaction) -> None:
        transaction.notices.add(
            company_id=company_id, kind="verified", subject_id="v1", text=text, at=town.clock.now(), roles=("owner",)
        )

    town.people.send_mails.deeds.store.write(add)


def english(text: str) -> bool:
    return not HAN.search(text.replace("甲公司", ""))


def test_languages_of_members_are_those_that_pages_and_answers_speak() -> None:
    assert tuple(map(str, Language)) == LANGUAGES


def test_signing_up_takes_the_pages_language_and_mails_keep_it_whatever_asks_for_them(town: Town) -> None:
    town.people.sign_up(
        company_name="甲公司", login="en@example.com", email="", name="王芳", client="test", language="en"
    )
    (mail,) = town.mails("en@example.com")
    said = mail.get_content()
    assert mail["Subject"] == "Please confirm your e-mail address"
    assert said.startswith("“甲公司” signed up at the wholesale market with this e-mail address.")
    assert "(valid for 24 hours, usable once):" in said
    assert "/account/confirm?language=en&token=pifal_" in said
    assert english(said)
    town.people.redeem_link(token=town.link("en@example.com"), password=PASSWORD)
    assert recorded(town, "en@example.com") == "en"
    town.people.request_reset(login="en@example.com", client="c", language="zh")
    reset = town.mails("en@example.com")[-1]
    assert (reset["Subject"], english(reset.get_content())) == ("Reset your password", True)
    town.people.redeem_link(token=town.link("en@example.com"), password=PASSWORD, language="zh")
    assert recorded(town, "en@example.com") == "en"  # a forgotten password is no choice of a language
    town.people.sign_up(company_name="乙公司", login="en@example.com", email="", name="某", client="c", language="zh")
    known = town.mails("en@example.com")[-1]
    assert (known["Subject"], english(known.get_content())) == ("You have an account already", True)


def test_of_who_said_nothing_mails_go_in_the_language_that_asked_else_in_the_markets(town: Town) -> None:
    owner = town.company()
    assert recorded(town, owner.login) is None
    town.people.request_reset(login=owner.login, client="c", language="en")
    assert town.mails(owner.login)[-1]["Subject"] == "Reset your password"
    town.people.request_reset(login=owner.login, client="c")
    assert town.mails(owner.login)[-1]["Subject"] == "重设密码"


def test_the_markets_language_is_that_of_members_who_chose_none(home: Path) -> None:
    with closing(open_house(home, clock=FixedClock(NOW), mail_language="en")) as record:
        town = Town(record, FixedClock(NOW))
        owner = town.company()
        chinese = town.colleague(owner, "zh@a.example.com", ["owner"])
        choose(town, chinese, "zh")
        notify(town, owner.company_id, "供应商认证已通过")
        (told, mail) = (town.mails(owner.login)[-1], town.mails(chinese.login)[-1])
        assert (told["Subject"], english(told.get_content())) == ("Notification", True)
        assert (mail["Subject"], mail.get_content().strip()) == ("通知", "供应商认证已通过")
        assert town.mails(chinese.login)[0]["Subject"] == "You are invited to join a company"


def test_an_invitation_is_in_the_language_that_the_owner_names_else_in_the_owners(town: Town) -> None:
    owner = town.company()
    asked = {"company_id": owner.company_id, "email": "", "name": "张伟", "roles": ["buyer"], "spend_limit_fen": None}
    request = DeedRequest(actor=owner.member_id)
    town.people.invite_member(login="a@example.com", **asked, language="en", request=request)
    assert english(town.mails("a@example.com")[-1].get_content())
    town.people.invite_member(login="b@example.com", **asked, request=request)
    assert town.mails("b@example.com")[-1]["Subject"] == "您被邀请加入一家公司"
    choose(town, owner, "en")
    town.people.invite_member(login="c@example.com", **asked, request=request)
    assert english(town.mails("c@example.com")[-1].get_content())
    member_id = rows(town.record, "SELECT member_id FROM members WHERE login = 'c@example.com'")[0][0]
    town.people.invite_again(company_id=owner.company_id, member_id=member_id, request=request)
    assert [english(mail.get_content()) for mail in town.mails("c@example.com")] == [True, True]
    # Whoever accepts reads what the page was read in, and what the owner thought counts no more.
    town.people.redeem_link(token=town.link("a@example.com"), password=PASSWORD, language="zh")
    town.people.redeem_link(token=town.link("c@example.com"), password=PASSWORD)
    assert (recorded(town, "a@example.com"), recorded(town, "c@example.com")) == ("zh", "en")


def test_each_reader_of_a_notice_gets_it_in_the_own_language(town: Town) -> None:
    owner = town.company()
    second = town.colleague(owner, "second@a.example.com", ["owner"])
    assert choose(town, second, "en") is True
    assert choose(town, second, "en") is False
    notify(town, owner.company_id, "供应商认证已通过")
    assert town.mails(owner.login)[-1].get_content().strip() == "供应商认证已通过"
    mail = town.mails(second.login)[-1]
    assert (mail["Subject"], english(mail.get_content())) == ("Notification", True)
    deeds = rows(town.record, "SELECT deed, actor FROM audit WHERE deed = 'choose_language'")
    assert deeds == [("choose_language", "somebody")]  # what changes nothing leaves nothing


def test_the_markets_people_are_written_to_in_theirs(town: Town) -> None:
    chinese, other = town.staff(), town.staff("en@market.example.com")
    choose(town, other, "en")
    deeds = town.people.send_mails.deeds

    def tell(transaction: RecordTransaction) -> None:
        said = "付款 p-1 的退款 t-1：支付机构正在处理。见 /staff/money"
        tell_staff(deeds, transaction, dedupe="t", subject="款项没有按时退回", body=said, now=NOW)

    deeds.store.write(tell)
    assert town.mails(chinese.login)[-1]["Subject"] == "款项没有按时退回"
    mail = town.mails(other.login)[-1]
    assert english(mail["Subject"]), mail["Subject"]
    assert english(mail.get_content()), mail.get_content()


def test_signing_in_records_what_the_browser_chose_once(town: Town) -> None:
    owner = town.company()
    signed_in = town.people.sign_in(login=owner.login, password=PASSWORD, client="c", language="en")
    assert (signed_in.member.language, recorded(town, owner.login)) == ("en", "en")
    again = town.people.sign_in(login=owner.login, password=PASSWORD, client="c", language="zh")
    assert (again.member.language, recorded(town, owner.login)) == ("en", "en")
    assert again.member.version == signed_in.member.version


def test_no_other_language_is_taken_by_any_way(town: Town) -> None:
    owner = town.company()
    for deed in (
        lambda: choose(town, owner, "fr"),
        lambda: town.people.sign_in(login=owner.login, password=PASSWORD, client="c", language="EN"),
        lambda: town.people.sign_up(
            company_name="甲公司", login="n@example.com", email="", name="王芳", client="c", language=""
        ),
    ):
        with pytest.raises(Invalid):
            deed()
    assert recorded(town, owner.login) is None


def test_the_database_refuses_what_the_program_would(record: Record, town: Town) -> None:
    town.company()
    with pytest.raises(Exception, match=r"(?i)language"), record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE members SET language = 'fr'")


def test_who_was_let_go_leaves_no_language_behind(town: Town) -> None:
    owner = town.company()
    gone = town.colleague(owner, "gone@a.example.com")
    choose(town, gone, "en")
    town.people.move_member(
        company_id=owner.company_id, member_id=gone.member_id, event=MemberEvent.REMOVE, request=SELF
    )
    assert rows(town.record, f"SELECT language FROM members WHERE member_id = '{gone.member_id}'") == [(None,)]
