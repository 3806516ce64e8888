"""Members of a company: their roles, their states, how much they may order alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves
from catalog_service.domain.text import clean_line
from kernel.errors import Invalid

NAME_CHARACTERS_MAX = 50
MEMBERS_MAX = 200  # of one company; beyond that it wants a directory of its own
AMOUNT_FEN_MAX = 10**15  # ten trillion yuan: above every order, below what JSON clients count exactly (2**53)


class Role(StrEnum):
    """What a member may do; a member may have several. ``STAFF`` are people of the market, members of no company."""

    OWNER = "owner"
    BUYER = "buyer"
    APPROVER = "approver"
    FINANCE = "finance"
    WAREHOUSE = "warehouse"
    VIEWER = "viewer"
    STAFF = "staff"


COMPANY_ROLES = frozenset(Role) - {Role.STAFF}
ROLE_LABELS = {
    Role.OWNER: "负责人",
    Role.BUYER: "采购",
    Role.APPROVER: "审批",
    Role.FINANCE: "财务",
    Role.WAREHOUSE: "仓库",
    Role.VIEWER: "只读",
    Role.STAFF: "市场工作人员",
}


class Language(StrEnum):
    """What a member reads: its mails, and the pages wherever it signs in. Those of ``web.language``."""

    ZH = "zh"
    EN = "en"


class MemberState(StrEnum):
    """``INVITED`` until the link of the mail was used; ``REMOVED`` is kept for the trail, without login or name."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class MemberEvent(StrEnum):
    INVITE = "invite"
    CONFIRM = "confirm"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REMOVE = "remove"


MEMBER_MACHINE = Machine(
    name="member",
    label="成员",
    states=MemberState,
    events=MemberEvent,
    moves=(
        *moves([None], MemberEvent.INVITE, MemberState.INVITED, Actor.OWNER, effects=(Effect.MAIL_LINK,)),
        *moves([MemberState.INVITED], MemberEvent.CONFIRM, MemberState.ACTIVE, Actor.MEMBER),
        *moves([MemberState.ACTIVE], MemberEvent.SUSPEND, MemberState.SUSPENDED, Actor.OWNER, Actor.STAFF),
        *moves([MemberState.SUSPENDED], MemberEvent.REINSTATE, MemberState.ACTIVE, Actor.OWNER, Actor.STAFF),
        *moves(
            [MemberState.INVITED, MemberState.ACTIVE, MemberState.SUSPENDED],
            MemberEvent.REMOVE,
            MemberState.REMOVED,
            Actor.OWNER,
        ),
    ),
    state_labels={
        MemberState.INVITED: "待确认",
        MemberState.ACTIVE: "使用中",
        MemberState.SUSPENDED: "已停用",
        MemberState.REMOVED: "已移除",
    },
    event_labels={
        MemberEvent.INVITE: "邀请",
        MemberEvent.CONFIRM: "确认",
        MemberEvent.SUSPEND: "停用",
        MemberEvent.REINSTATE: "恢复",
        MemberEvent.REMOVE: "移除",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One row of the record. ``login`` and ``email`` and ``name`` are personal and end in no log; ``company_id`` None
    for staff; ``spend_limit_fen`` None: no limit; ``language`` None: nobody said, the market's is taken."""

    member_id: str
    company_id: str | None
    login: str
    email: str
    name: str
    state: MemberState
    roles: frozenset[Role]
    version: int
    changed_at: int
    spend_limit_fen: int | None = None
    language: Language | None = None
    password_hash: str = field(default="", repr=False)
    totp_secret: str = field(default="", repr=False)
    totp_confirmed_at: int | None = None
    totp_step: int = 0  # the last one that was used: a code counts once

    @property
    def active_owner(self) -> bool:
        return self.state is MemberState.ACTIVE and Role.OWNER in self.roles


def is_limited(member: Member) -> bool:
    """Whether what the member orders may have to wait for somebody else. Owners have no limit."""
    return member.spend_limit_fen is not None and Role.OWNER not in member.roles


def may_approve(approver: Member, *, ordered_by: Member) -> bool:
    """Whether ``approver`` may let through what ``ordered_by`` ordered: an active approver or owner of the same
    company, never the same person."""
    return (
        approver.state is MemberState.ACTIVE
        and approver.company_id is not None
        and approver.company_id == ordered_by.company_id
        and approver.member_id != ordered_by.member_id
        and bool(approver.roles & {Role.APPROVER, Role.OWNER})
    )


def accept_roles(names: Collection[str]) -> frozenset[Role]:
    """The roles, or ``Invalid``: at least one, all known, none of the market's."""
    unknown = sorted(set(names) - {str(role) for role in COMPANY_ROLES})
    if unknown:
        raise Invalid(
            f"没有“{unknown[0][:20]}”这个角色", parameter="roles", detail={"known": sorted(map(str, COMPANY_ROLES))}
        )
    if not names:
        raise Invalid("至少要有一个角色", parameter="roles")
    return frozenset(Role(name) for name in names)


def accept_language(name: str | None) -> Language | None:
    """The language, or ``Invalid``; None stays None."""
    if name is None or name in set(Language):
        return None if name is None else Language(name)
    raise Invalid("没有这种语言", parameter="language", detail={"known": sorted(map(str, Language))})


def accept_spend_limit(amount_fen: int | None) -> int | None:
    if amount_fen is not None and not 0 <= amount_fen <= AMOUNT_FEN_MAX:
        raise Invalid(f"单笔限额必须在 0 到 {AMOUNT_FEN_MAX} 分之间", parameter="spend_limit_fen")
    return amount_fen


def accept_person(name: str) -> str:
    """A person's name as one line, or ``Invalid``."""
    cleaned = clean_line(name)
    if not 1 <= len(cleaned) <= NAME_CHARACTERS_MAX:
        raise Invalid(f"姓名为 1 到 {NAME_CHARACTERS_MAX} 字", parameter="name")
    return cleaned
