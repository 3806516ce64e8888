"""argon2id by argon2-cffi."""

from __future__ import annotations

import threading
from functools import cached_property

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

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
