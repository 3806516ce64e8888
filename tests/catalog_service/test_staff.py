"""The market's own people: who is suspended is out at once, and somebody always stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog_service.adapters.admin_key import WrongCredential
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.machines import MoveRefused
from catalog_service.use_cases.companies.common import MemberNotFound
from catalog_service.use_cases.companies.move_staff import LastStaff
from catalog_service.use_cases.companies.redeem_link import LinkGone
from catalog_service.use_cases.companies.sign_in import MemberNotActive
from kernel.errors import Invalid, PifaError
from tests.catalog_service.house import rows
from tests.catalog_service.test_people_http import Door
from tests.catalog_service.town import PASSWORD, SELF, Person, Town


@pytest.fixture
def pair(town: Town) -> tuple[Person, Person]:
    return town.staff("a@market.example.com"), town.staff("b@market.example.com")


def suspend(town: Town, person: Person, by: Person | None = None) -> None:
    request = SELF if by is None else DeedRequest(actor=by.member_id)
    town.people.move_staff.suspend(member_id=person.member_id, reason="离职", request=request)


def test_who_is_suspended_is_out_at_once_and_comes_back_when_restored(town: Town, pair: tuple[Person, Person]) -> None:
    a, b = pair
    token = town.session(b)
    assert town.principal(token).roles == {"staff"}
    suspend(town, b, by=a)
    with pytest.raises(WrongCredential):
        town.principal(token)
    with pytest.raises(MemberNotActive):
        town.people.sign_in(login=b.login, password=PASSWORD, client="c")
    assert {each.login: str(each.state) for each in town.people.reads.staff()} == {
        a.login: "active",
        b.login: "suspended",
    }
    assert rows(town.record, "SELECT actor, reason FROM audit WHERE deed = 'suspend_staff'") == [(a.member_id, "离职")]
    town.people.move_staff.reinstate(member_id=b.member_id, request=SELF)
    with pytest.raises(WrongCredential):
        town.principal(token)  # the session does not come back
    town.people.sign_in(login=b.login, password=PASSWORD, client="c")


def test_the_last_one_stays(town: Town, pair: tuple[Person, Person]) -> None:
    a, b = pair
    suspend(town, b)
    with pytest.raises(LastStaff):
        suspend(town, a)
    assert town.principal(town.session(a)).roles == {"staff"}


def test_of_two_who_suspend_each_other_one_stays(town: Town, pair: tuple[Person, Person]) -> None:
    a, b = pair

    def told(who: Person) -> str:
        try:
            suspend(town, who)
        except PifaError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(told, (a, b)))
    assert sorted(answers) == ["done", "last_staff"]
    assert rows(town.record, "SELECT count(*) FROM members WHERE state = 'active'") == [(1,)]


def test_open_links_of_who_is_suspended_are_void(town: Town, pair: tuple[Person, Person]) -> None:
    a, b = pair
    made = town.people.make_admin_link.made_by(DeedRequest(actor=b.member_id))
    suspend(town, b, by=a)
    token = str(made.address).partition("token=")[2]
    with pytest.raises(LinkGone):
        town.people.redeem_admin_link(token=token, email="c@market.example.com", name="丙", password=PASSWORD)


def test_people_of_companies_are_not_the_market_s_to_move_here(town: Town, pair: tuple[Person, Person]) -> None:
    owner = town.company()
    with pytest.raises(MemberNotFound):
        suspend(town, owner)
    with pytest.raises(MoveRefused):
        town.people.move_staff.reinstate(member_id=pair[0].member_id, request=SELF)
    with pytest.raises(Invalid):
        town.people.move_staff.suspend(member_id=pair[0].member_id, reason=" ", request=SELF)


def test_over_http_staff_list_add_suspend_and_take_back(town: Town, pair: tuple[Person, Person]) -> None:
    door, (a, b) = Door(town), pair
    token, other = town.session(a), town.session(b)
    made = door.do(token, "POST", "/admin/staff/links", Idempotency_Key="k-1")
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    again = door.do(token, "POST", "/admin/staff/links", Idempotency_Key="k-1")
    assert (again.json()["link"], again.headers["Idempotent-Replayed"]) == (None, "true")
    secret = made.json()["link"].partition("token=")[2]
    body = {"token": secret, "email": "c@market.example.com", "name": "丙", "password": PASSWORD}
    assert door.do("", "POST", "/auth/admin", body).status_code == 201
    listed = door.do(token, "GET", "/admin/staff").json()["staff"]
    assert {each["login"] for each in listed} == {a.login, b.login, "c@market.example.com"}
    path = f"/admin/staff/{b.member_id}"
    assert door.do(token, "POST", f"{path}/suspend", {"reason": "离职"}).json()["state"] == "suspended"
    assert door.do(other, "GET", "/admin/staff").status_code == 401
    assert door.do(token, "POST", f"{path}/reinstate").json()["state"] == "active"
    assert door.do(town.session(town.company()), "GET", "/admin/staff").status_code == 403
