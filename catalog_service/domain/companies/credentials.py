"""What proves who is calling: sessions, one-time links, keys of a company and their short-lived tokens. All of them are
random and long, kept as hashes only, and told apart by how they begin."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.companies.members import AMOUNT_FEN_MAX
from catalog_service.domain.text import clean_line
from kernel.errors import Invalid

SECRET_BYTES = 32  # 256 random bits: nothing to guess, so a plain SHA-256 is hash enough

# The administrator's key begins with ``pifa_``; no other may.
SESSION_PREFIX, KEY_PREFIX, TOKEN_PREFIX, LINK_PREFIX = "pifas_", "pifak_", "pifat_", "pifal_"

SESSION_SECONDS = 30 * 86_400  # SP 800-63B, assurance level 1: signing in anew at least every 30 days
SESSION_IDLE_SECONDS = 3 * 86_400  # over a weekend one stays signed in, on a machine left behind one does not
SEEN_EVERY_SECONDS = 300  # how exactly "last seen" is known; each noting is a write
SECOND_FACTOR_SECONDS = 900  # after a code, deeds of money need no other one for so long (SP 800-63B, level 3: 15 min)
TOKEN_SECONDS = 3_600  # what clients of OAuth2 expect; a revoked key ends its tokens at once
OVERLAP_SECONDS_MAX = 30 * 86_400  # how long the former secret of a key may live on while its users change over
KEYS_MAX = 20  # of one company: a key a system
KEY_NAME_CHARACTERS_MAX = 50
SESSIONS_MAX = 20  # of one member: the oldest ends when another begins
AGENT_CHARACTERS_MAX = 120


class LinkKind(StrEnum):
    """What a one-time link of a mail is for."""

    CONFIRM = "confirm"
    INVITE = "invite"
    RESET = "reset"
    ADMIN = "admin"


# People read a confirmation at once and a reset sooner still; an invitation may wait for a colleague's holiday.
LINK_SECONDS = {
    LinkKind.CONFIRM: 86_400,
    LinkKind.INVITE: 7 * 86_400,
    LinkKind.RESET: 3_600,
    LinkKind.ADMIN: 3_600,
}

SCOPES = {
    "company:read": "读公司资料与通知",
    "offers:write": "发布、修改、下架本公司的商品",
    "prices:write": "改价格与运费",
    "stock:write": "改库存",
    "carts:write": "读写采购车",
    "orders:read": "读订单",
    "orders:write": "下单、改单、发货",
    "money:read": "读账目",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A member signed in on one device. ``second_factor_at``: when a code was last given in it."""

    session_id: str
    member_id: str
    created_at: int
    last_seen_at: int
    expires_at: int
    agent: str = ""
    second_factor_at: int | None = None

    def alive(self, now: int) -> bool:
        return now < self.expires_at and now - self.last_seen_at < SESSION_IDLE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link. ``member_id`` None for the first administrator's."""

    kind: LinkKind
    member_id: str | None
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyKey:
    """A key of a company. It is sent as a bearer, or changed for short-lived tokens: then ``key_id`` is OAuth2's
    client_id and the key its client_secret. ``former_until``: so long its former secret counts too.
    ``spend_limit_fen``: what is ordered with it beyond this on one day waits for an approver; None: no limit."""

    key_id: str
    company_id: str
    name: str
    scopes: frozenset[str]
    created_by: str
    created_at: int
    version: int
    last_used_at: int | None = None
    former_until: int | None = None
    revoked_at: int | None = None
    spend_limit_fen: int | None = None


def new_secret(prefix: str) -> str:
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def accept_scopes(names: Collection[str]) -> frozenset[str]:
    """The scopes, or ``Invalid``: at least one, all known."""
    unknown = sorted(set(names) - SCOPES.keys())
    if unknown or not names:
        what = f"没有“{unknown[0][:30]}”这个权限" if unknown else "至少要有一个权限"
        raise Invalid(what, parameter="scopes", detail={"known": sorted(SCOPES)})
    return frozenset(names)


def accept_key_name(name: str) -> str:
    cleaned = clean_line(name)
    if not 1 <= len(cleaned) <= KEY_NAME_CHARACTERS_MAX:
        raise Invalid(f"密钥名称为 1 到 {KEY_NAME_CHARACTERS_MAX} 字", parameter="name")
    return cleaned


def accept_key_limit(amount_fen: int | None) -> int | None:
    if amount_fen is not None and not 0 <= amount_fen <= AMOUNT_FEN_MAX:
        raise Invalid(f"每日限额必须在 0 到 {AMOUNT_FEN_MAX} 分之间", parameter="spend_limit_fen")
    return amount_fen


def accept_overlap(seconds: int) -> int:
    if not 0 <= seconds <= OVERLAP_SECONDS_MAX:
        raise Invalid(f"新旧密钥并用的时间必须在 0 到 {OVERLAP_SECONDS_MAX} 秒之间", parameter="overlap_seconds")
    return seconds


def short_agent(text: str) -> str:
    """What a browser says of itself, short, for the list of sessions."""
    return clean_line(text)[:AGENT_CHARACTERS_MAX]
