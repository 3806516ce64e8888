"""Payouts, the accounts that they go to, and what may be typed of one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.money.payments import GatewayState
from catalog_service.domain.money.payout_states import PayoutAccountState, PayoutState
from catalog_service.domain.text import clean_line
from kernel.errors import Invalid

HOLDER_CHARACTERS_MAX = 100  # as a company's name
BANK_CHARACTERS_MAX = 100  # the branch with its full name
_BANK_NUMBER = re.compile(r"\d{8,30}")  # accounts of companies have 9 to 27 digits, and no check digit in common
_MOBILE = re.compile(r"1\d{10}")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,180}\.[^\s@.]{2,20}")


class PayoutKind(StrEnum):
    BANK = "bank"
    ALIPAY = "alipay"


PAYOUT_KIND_LABELS = {PayoutKind.BANK: "银行账户", PayoutKind.ALIPAY: "支付宝"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAccount:
    """``number_sealed`` opens for its own id alone; ``number_masked`` is what people are shown. From ``usable_at`` on
    money may go there: until then whoever did not change it can speak up."""

    payout_account_id: str
    version: int
    state: PayoutAccountState
    supplier_id: str
    company_id: str
    kind: PayoutKind
    holder: str
    bank: str
    number_sealed: str
    number_masked: str
    set_by: str
    created_at: int
    usable_at: int
    changed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """``trouble``: why the last attempt came to nothing, or why it failed."""

    payout_id: str
    version: int
    state: PayoutState
    supplier_id: str
    company_id: str
    payout_account_id: str
    amount_fen: int
    gateway: str
    gateway_id: str = ""
    attempts: int = 0
    trouble: str = ""
    requested_by: str
    created_at: int
    changed_at: int
    finished_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutTarget:
    """Where the gateway sends money: ``number`` in the clear."""

    kind: PayoutKind
    holder: str
    bank: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPayout:
    """The gateway's word on a payout; ``amount_fen`` is what left, ``reason`` why it failed."""

    payout_id: str
    gateway_id: str
    state: GatewayState
    amount_fen: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerFunds:
    """What a supplier has with us. ``disputed_fen`` of ``payable_fen`` is asked back by refunds after success that are
    open; the guarantee (``deposit_fen``) is another account, and no part of it can be withdrawn."""

    payable_fen: int
    disputed_fen: int
    deposit_fen: int
    in_flight_fen: int

    @property
    def withdrawable_fen(self) -> int:
        return withdrawable(self.payable_fen, disputed_fen=self.disputed_fen)


def withdrawable(payable_fen: int, *, disputed_fen: int) -> int:
    """What of a balance is free: nothing while more is disputed than there is."""
    return max(0, payable_fen - disputed_fen)


def accept_target(*, kind: str, holder: str, bank: str, number: str) -> PayoutTarget:
    """What was typed, or ``Invalid`` naming the field."""
    if kind not in set(PayoutKind):
        raise Invalid("没有这种收款账户", parameter="kind", detail={"known": [str(each) for each in PayoutKind]})
    name, branch = clean_line(holder), clean_line(bank)
    if not 1 <= len(name) <= HOLDER_CHARACTERS_MAX:
        raise Invalid(f"户名为 1 到 {HOLDER_CHARACTERS_MAX} 字", parameter="holder")
    typed = unicodedata.normalize("NFKC", number)
    if kind == PayoutKind.BANK:
        plain = re.sub(r"[\s-]", "", typed)
        if not 1 <= len(branch) <= BANK_CHARACTERS_MAX:
            raise Invalid(f"请写开户行，最长 {BANK_CHARACTERS_MAX} 字", parameter="bank")
        if not (plain.isascii() and _BANK_NUMBER.fullmatch(plain)):
            raise Invalid("银行账号是 8 到 30 位数字", parameter="number")
        return PayoutTarget(kind=PayoutKind.BANK, holder=name, bank=branch, number=plain)
    plain = typed.strip()
    if not (plain.isascii() and (_MOBILE.fullmatch(plain) or _EMAIL.fullmatch(plain))):
        raise Invalid("支付宝账号是手机号码或邮箱", parameter="number")
    return PayoutTarget(kind=PayoutKind.ALIPAY, holder=name, bank="", number=plain)


def masked(target: PayoutTarget) -> str:
    """As people are shown it: enough to know one's own account, too little to use it."""
    if "@" in target.number:
        name, _, host = target.number.partition("@")
        return f"{name[0]}***@{host}"
    return f"**** {target.number[-4:]}"


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: full and half width, brackets and spaces are told apart by no bank."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
