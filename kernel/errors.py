"""The five kinds of error. Each concrete error stands beside the deed that raises it; HTTP is one table in ``web``."""

from __future__ import annotations

from collections.abc import Mapping


class PifaError(Exception):
    """Base of every error that a caller is meant to read.

    ``code`` is stable and machine-readable, ``message`` is for people (Chinese first), ``parameter`` names the
    input at fault where there is one, ``detail`` holds facts that help to mend it.
    """

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        parameter: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.parameter = parameter
        self.detail = dict(detail or {})


class Invalid(PifaError):  # noqa: N818
    """The input cannot be accepted as it is (HTTP 400 or 422)."""

    code = "invalid"


class NotFound(PifaError):  # noqa: N818
    """The thing named does not exist for this caller (HTTP 404)."""

    code = "not_found"


class Denied(PifaError):  # noqa: N818
    """The caller may not do this (HTTP 401 when anonymous, else 403)."""

    code = "denied"


class Conflict(PifaError):  # noqa: N818
    """The state moved on, or the same deed is in flight (HTTP 409)."""

    code = "conflict"


class Unavailable(PifaError):  # noqa: N818
    """A part is not there now; the same call may succeed later (HTTP 503)."""

    code = "unavailable"
