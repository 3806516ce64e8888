"""RFC 6238 by pyotp."""

from __future__ import annotations

import hmac

import pyotp

ISSUER = "Pifa"
STEP_SECONDS = 30
DRIFT_STEPS = 1  # RFC 6238, section 5.2: at most one step for the way and for clocks that differ


class TotpCodes:
    """``OneTimeCodes``."""

    def new_secret(self) -> str:
        return pyotp.random_base32()  # 160 bits, as RFC 4226 recommends

    def address(self, secret: str, *, account: str) -> str:
        return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)

    def step_of(self, secret: str, code: str, *, now: int) -> int | None:
        digits = code.replace(" ", "").encode("utf-8", "replace")
        counted = pyotp.HOTP(secret)
        found = None
        for step in range(now // STEP_SECONDS - DRIFT_STEPS, now // STEP_SECONDS + DRIFT_STEPS + 1):
            if hmac.compare_digest(counted.at(step).encode(), digits):
                found = step
        return found
