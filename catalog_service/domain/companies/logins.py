"""What a person signs in with: an e-mail address or a mobile phone."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from kernel.errors import Invalid

EMAIL_CHARACTERS_MAX = 254  # RFC 5321, as corrected by erratum 1690 of RFC 3696
# The part of RFC 5321 that mailboxes really have; quoted and commented ones are refused. No line can break out of it.
_EMAIL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")  # noqa: E501  # fmt: skip
SUBSCRIBER_BITS = 64  # of an IPv6 address: the least that a subscriber gets
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")


def accept_email(text: str, *, parameter: str = "email") -> str:
    """The address in small letters, or ``Invalid``."""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if len(address) > EMAIL_CHARACTERS_MAX or not _EMAIL.fullmatch(address) or len(address.partition("@")[0]) > 64:
        raise Invalid("邮箱地址不对", parameter=parameter)
    return address


def accept_login(text: str) -> str:
    """One form of each login: the address in small letters, the phone as its eleven digits; or ``Invalid``."""
    plain = unicodedata.normalize("NFKC", text).strip()
    mobile = _MOBILE.fullmatch(re.sub(r"[ -]", "", plain))
    if mobile:
        return mobile[1]
    if "@" not in plain:
        raise Invalid("请用邮箱或手机号登录", parameter="login")
    return accept_email(plain, parameter="login")


def network_of(client: str) -> str:
    """Whom attempts from an address are counted for: of IPv6 one subscriber's /64, whose addresses cost nothing (RFC
    6177); an IPv4 one that came mapped is itself."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, SUBSCRIBER_BITS), strict=False))


def login_or_nobody(text: str) -> str:
    """As ``accept_login``, but what cannot be one becomes one that nobody has: signing in tells it not apart."""
    try:
        return accept_login(text)
    except Invalid:
        return ""
