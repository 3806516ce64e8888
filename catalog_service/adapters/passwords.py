"""argon2id by argon2-cffi; attempts counted by ``limits``."""

from __future__ import annotations

import math
import threading
import time
from functools import cached_property

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from kernel.errors import Unavailable

# OWASP's password storage cheat sheet, argon2id: 19 MiB and two passes, some 30 ms on one core.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
AT_ONCE = 4  # a flood of sign-ins takes 76 MiB and four threads, never all of a server's


class Argon2Passwords:
    """``PasswordHasher``. Thread-safe."""

    def __init__(self) -> None:
        self._argon2 = Argon2(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _dummy(self) -> str:
        return self._argon2.hash("nobody has this password")

    def hash(self, password: str) -> str:
        with self._turn:
            return self._argon2.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        with self._turn:
            dummy = self._dummy  # made by whoever asks first, known or not
            try:
                self._argon2.verify(password_hash or dummy, password)
            except (VerificationError, InvalidHashError):
                return False
        return bool(password_hash)

    def outdated(self, password_hash: str) -> bool:
        return self._argon2.check_needs_rehash(password_hash)


class TooManyAttempts(Unavailable):
    """Guessing, or a person who forgot; ``detail`` has the seconds to wait."""

    code = "rate_limited"


class CountedAttempts:
    """``Throttle``: moving windows, counted in this process as ``web``'s are."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def attempt(self, kind: str, *, who: str, most: int, seconds: int) -> None:
        window = RateLimitItemPerSecond(most, seconds, namespace=kind)
        if self._limiter.hit(window, who):
            return
        wait = max(1, math.ceil(self._limiter.get_window_stats(window, who).reset_time - time.time()))
        raise TooManyAttempts(f"尝试过于频繁，请 {wait} 秒后再试", detail={"retry_after": wait})

    def forget(self, kind: str, *, who: str, most: int, seconds: int) -> None:
        self._limiter.clear(RateLimitItemPerSecond(most, seconds, namespace=kind), who)
