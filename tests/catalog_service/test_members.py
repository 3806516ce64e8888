"""Who belongs to a company, what each may do, and that somebody always runs it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_service.domain.companies.address import Address, accept_address
from catalog_service.domain.companies.members import (
    Member,
    MemberEvent,
    MemberState,
    Role,
    is_limited,
    may_approve,
)
from catalog_service.domain.machines import MoveRefused
from catalog_service.ports.record import VersionMismatch
from catalog_service.use_cases.companies.addresses import AddressNotFound
from catalog_service.use_cases.companies.common import LastOwner, MemberNotFound
from catalog_service.use_cases.companies.invite_member import LoginTaken
from catalog_service.use_cases.companies.redeem_link import LinkGone
from kernel.errors import Conflict, Invalid, NotFound
from tests.catalog_service.house import rows
from tests.catalog_service.town import PASSWORD, SELF, Person, Town

BUYER = Member(
    member_id="m-1", company_id="c-1", login="b@example.com", email="", name="", state=MemberState.ACTIVE,
    roles=frozenset({Role.BUYER}), version=1, changed_at=0, spend_limit_fen=100,
)  # fmt: skip
HOME = Address(
    recipient="张伟", phone="13800138000", province="浙江省", city="金华", district="义乌", street="稠州北路 1 号"
)


def revise(town: Town, of: Person, member: Person, roles: list[str], version: int | None = None) -> None:
    town.people.revise_member(
        company_id=of.company_id, member_id=member.member_id, name="改名", roles=roles, spend_limit_fen=5,
        expected_version=version, request=SELF,
    )  # fmt: skip


def move(town: Town, of: Person, member: Person, event: MemberEvent) -> str:
    receipt = town.people.move_member(company_id=of.company_id, member_id=member.member_id, event=event, request=SELF)
    return receipt.state


def states(town: Town) -> dict[str, str]:
    return dict(rows(town.record, "SELECT member_id, state FROM members"))  # type: ignore[arg-type]


def test_a_colleague_is_invited_and_comes_with_several_roles_and_a_limit(town: Town) -> None:
    owner = town.company()
    buyer = town.colleague(owner, "buyer@a.example.com", ["finance", "buyer"], 5_000)
    assert "甲公司" in town.mails(buyer.login)[0].get_content()
    member = town.people.reads.member(buyer.member_id, company_id=owner.company_id)
    assert (member.roles, member.spend_limit_fen, member.state) == ({"buyer", "finance"}, 5_000, "active")
    assert town.principal(town.session(buyer)).roles == {"buyer", "finance"}
    with pytest.raises(LoginTaken):
        town.colleague(owner, "buyer@a.example.com")
    other = town.company("o@b.example.com", "乙公司")
    with pytest.raises(LoginTaken):
        town.colleague(other, "buyer@a.example.com")
    assert len(town.people.reads.members(owner.company_id)) == 2


@pytest.mark.parametrize("roles", [[], ["boss"], ["staff"], ["owner", "admin"]])
def test_roles_are_those_of_a_company(town: Town, roles: list[str]) -> None:
    owner = town.company()
    with pytest.raises(Invalid) as refused:
        town.colleague(owner, "x@a.example.com", roles)
    assert refused.value.parameter == "roles"


def test_another_invitation_voids_the_first_link(town: Town) -> None:
    owner = town.company()
    receipt = town.people.invite_member(
        company_id=owner.company_id, login="x@a.example.com", email="", name="张伟", roles=["viewer"],
        spend_limit_fen=None, request=SELF,
    )  # fmt: skip
    first = town.link("x@a.example.com")
    town.people.invite_again(company_id=owner.company_id, member_id=receipt.subject_id, request=SELF)
    second = town.link("x@a.example.com")
    with pytest.raises(LinkGone):
        town.people.redeem_link(token=first, password=PASSWORD)
    town.people.redeem_link(token=second, password=PASSWORD)
    with pytest.raises(MoveRefused):
        town.people.invite_again(company_id=owner.company_id, member_id=receipt.subject_id, request=SELF)


def test_the_last_owner_stays(town: Town) -> None:
    owner = town.company()
    second = town.colleague(owner, "second@a.example.com", ["buyer"])
    for deed in (
        lambda: revise(town, owner, owner, ["buyer"]),
        lambda: move(town, owner, owner, MemberEvent.SUSPEND),
        lambda: move(town, owner, owner, MemberEvent.REMOVE),
    ):
        with pytest.raises(LastOwner):
            deed()
    assert states(town) == {owner.member_id: "active", second.member_id: "active"}
    revise(town, owner, second, ["owner"])
    move(town, owner, second, MemberEvent.SUSPEND)
    with pytest.raises(LastOwner):
        revise(town, owner, owner, ["buyer"])  # a suspended owner runs nothing
    move(town, owner, second, MemberEvent.REINSTATE)
    assert move(town, owner, owner, MemberEvent.REMOVE) == "removed"


def test_two_owners_who_demote_each_other_at_once_leave_one(town: Town) -> None:
    for number in range(4):
        owner = town.company(f"first@{number}.example.com", f"公司{number}")
        second = town.colleague(owner, f"second@{number}.example.com", ["owner"])

        def demote(whom: Person, of: Person = owner) -> bool:
            try:
                revise(town, of, whom, ["viewer"])
            except LastOwner:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(demote, [owner, second])) == [False, True]
        owners = [m for m in town.people.reads.members(owner.company_id) if m.active_owner]
        assert len(owners) == 1


def test_one_who_was_removed_leaves_no_name_and_frees_the_login(town: Town) -> None:
    owner = town.company()
    gone = town.colleague(owner, "gone@a.example.com")
    move(town, owner, gone, MemberEvent.REMOVE)
    assert rows(
        town.record,
        f"SELECT login, email, name, password_hash, state FROM members WHERE member_id = '{gone.member_id}'",
    ) == [(f"removed:{gone.member_id}", "", "", "", "removed")]
    for event in MemberEvent:
        with pytest.raises(MemberNotFound):
            move(town, owner, gone, event)
    again = town.colleague(owner, "gone@a.example.com")
    assert again.member_id != gone.member_id


def test_a_stranger_s_member_is_not_there(town: Town) -> None:
    owner, other = town.company(), town.company("o@b.example.com", "乙公司")
    buyer = town.colleague(owner, "buyer@a.example.com")
    with pytest.raises(MemberNotFound):
        revise(town, other, buyer, ["owner"])
    with pytest.raises(MemberNotFound):
        move(town, other, buyer, MemberEvent.REMOVE)
    with pytest.raises(MemberNotFound):
        town.people.reads.member(buyer.member_id, company_id=other.company_id)
    with pytest.raises(VersionMismatch):
        revise(town, owner, buyer, ["owner"], version=7)
    assert town.people.reads.member(buyer.member_id, company_id=owner.company_id).roles == {"buyer"}


def test_an_owner_has_no_limit_and_others_have_the_one_that_was_set() -> None:
    assert is_limited(replace(BUYER, spend_limit_fen=0))
    assert not is_limited(replace(BUYER, spend_limit_fen=None))
    assert not is_limited(replace(BUYER, spend_limit_fen=100, roles=frozenset({Role.OWNER, Role.BUYER})))


def test_only_another_active_approver_or_owner_of_the_company_approves() -> None:
    approver = replace(BUYER, member_id="m-2", roles=frozenset({Role.APPROVER}))
    assert may_approve(approver, ordered_by=BUYER)
    assert may_approve(replace(approver, roles=frozenset({Role.OWNER})), ordered_by=BUYER)
    for other in (
        replace(approver, member_id="m-1"),
        replace(approver, company_id="c-2"),
        replace(approver, company_id=None),
        replace(approver, state=MemberState.SUSPENDED),
        replace(approver, roles=frozenset({Role.BUYER, Role.FINANCE, Role.VIEWER, Role.WAREHOUSE})),
    ):
        assert not may_approve(other, ordered_by=BUYER)
    both = replace(BUYER, roles=frozenset({Role.BUYER, Role.APPROVER}))
    assert not may_approve(both, ordered_by=both)


def test_the_address_book_has_one_default(town: Town) -> None:
    owner, other = town.company(), town.company("o@b.example.com", "乙公司")

    def add(default: bool = False) -> str:
        return town.people.add_address(
            company_id=owner.company_id, address=HOME, default=default, request=SELF
        ).subject_id

    def default() -> str | None:
        return town.people.reads.company(owner.company_id).default_address_id

    first, second, third = add(), add(), add(default=True)
    assert default() == third
    town.people.remove_address(company_id=owner.company_id, address_id=third, request=SELF)
    assert default() == first
    town.people.revise_address(
        company_id=owner.company_id, address_id=second, address=replace(HOME, city="杭州"), default=True,
        expected_version=1, request=SELF,
    )  # fmt: skip
    assert default() == second
    with pytest.raises(AddressNotFound):
        town.people.remove_address(company_id=other.company_id, address_id=first, request=SELF)
    with pytest.raises(AddressNotFound):
        town.people.reads.address(first, company_id=other.company_id)
    for address_id in (second, first):
        town.people.remove_address(company_id=owner.company_id, address_id=address_id, request=SELF)
    assert (default(), town.people.reads.addresses(owner.company_id)) == (None, [])


@pytest.mark.parametrize(
    ("stated", "parameter"),
    [
        ({"province": "火星"}, "province"), ({"province": ""}, "province"), ({"phone": "1"}, "phone"),
        ({"phone": "13800138000; DROP"}, "phone"), ({"recipient": " "}, "recipient"), ({"city": ""}, "city"),
        ({"street": "x" * 121}, "street"), ({"postcode": "12"}, "postcode"),
    ],
)  # fmt: skip
def test_an_address_is_refused_by_its_field(stated: dict[str, str], parameter: str) -> None:
    with pytest.raises(Invalid) as refused:
        accept_address(replace(HOME, **stated))
    assert refused.value.parameter == parameter


@pytest.mark.parametrize(
    ("said", "short"), [("浙江省", "浙江"), ("北京市", "北京"), ("内蒙古自治区", "内蒙古"), ("广西壮族自治区", "广西"),
    ("香港特别行政区", "香港"), (" 新疆 ", "新疆")],
)  # fmt: skip
def test_a_province_has_one_name(said: str, short: str) -> None:
    assert accept_address(replace(HOME, province=said)).province == short


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["invite", "confirm", "revise", *MemberEvent]),
        st.integers(0, 4),
        st.sets(st.sampled_from(["owner", "buyer", "viewer"]), min_size=1),
    ),
    max_size=14,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(steps=STEPS)
def test_whatever_owners_do_the_company_is_as_a_plain_model_says(town: Town, steps: list[Any]) -> None:
    """Every step that the model refuses is refused, every other is done, and an active owner is always there."""
    mark = town.record.ids.new()
    owner = town.company(f"o-{mark}@a.example.com")
    order = [owner.member_id]
    model: dict[str, tuple[str, frozenset[str]]] = {owner.member_id: ("active", frozenset({"owner"}))}
    for number, (step, which, roles) in enumerate(steps):
        member_id = order[which % len(order)]
        login = f"m-{number}-{mark}@a.example.com"
        after = modelled(model, step, member_id, frozenset(roles))
        try:
            done = performed(town, owner.company_id, step, member_id, login, sorted(roles))
        except (Conflict, NotFound, LookupError):
            assert after is None, (step, model[member_id])
            continue
        assert after is not None, (step, model[member_id])
        model = after
        if step == "invite":
            model[done] = ("invited", frozenset(roles))
            order.append(done)
        members = town.people.reads.members(owner.company_id)
        assert {m.member_id: (str(m.state), m.roles) for m in members} == {
            key: value for key, value in model.items() if value[0] != "removed"
        }
        assert any(m.active_owner for m in members)


def modelled(
    model: dict[str, tuple[str, frozenset[str]]], step: str, member_id: str, roles: frozenset[str]
) -> dict[str, tuple[str, frozenset[str]]] | None:
    """The company after the step; None when it is refused."""
    state, held = model[member_id]
    if step == "invite":
        return dict(model)
    moves = {
        ("invited", "confirm"): "active", ("active", "suspend"): "suspended", ("suspended", "reinstate"): "active",
        ("invited", "remove"): "removed", ("active", "remove"): "removed", ("suspended", "remove"): "removed",
    }  # fmt: skip
    if step == "revise" and state != "removed":
        after = {**model, member_id: (state, roles)}
    elif (state, step) in moves:
        after = {**model, member_id: (moves[state, step], held)}
    else:
        return None
    return after if any(s == "active" and "owner" in r for s, r in after.values()) else None


def performed(town: Town, company_id: str, step: str, member_id: str, login: str, roles: list[str]) -> str:
    """Do it for real; gives the id of whom it was done to."""
    people = town.people
    if step == "invite":
        return people.invite_member(
            company_id=company_id, login=login, email="", name="张伟", roles=roles, spend_limit_fen=None, request=SELF
        ).subject_id
    if step == "confirm":
        logins = {m.member_id: m.login for m in people.reads.members(company_id)}
        return people.redeem_link(token=town.link(logins[member_id]), password=PASSWORD).subject_id
    if step == "revise":
        people.revise_member(
            company_id=company_id, member_id=member_id, name="张伟", roles=roles, spend_limit_fen=None,
            expected_version=None, request=SELF,
        )  # fmt: skip
        return member_id
    people.move_member(company_id=company_id, member_id=member_id, event=MemberEvent(step), request=SELF)
    return member_id
