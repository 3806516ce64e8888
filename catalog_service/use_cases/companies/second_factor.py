"""What the deeds on second factors share."""

from __future__ import annotations

from catalog_service.domain.companies.credentials import digest_of
from kernel.errors import Conflict, Denied


class SecondFactorEnrolled(Conflict):
    """There is a second factor already: it is given up first."""

    code = "second_factor_enrolled"


class SecondFactorAbsent(Conflict):
    """No second factor was begun."""

    code = "second_factor_absent"


class WrongCode(Denied):
    """Not a code of now, or one that was used."""

    code = "wrong_code"


def recovery_digest(member_id: str, code: str) -> str:
    return digest_of(f"{member_id}:{code.strip().lower()}")


def wrong_code() -> WrongCode:
    return WrongCode("验证码不对、已过期，或已用过", parameter="code")
