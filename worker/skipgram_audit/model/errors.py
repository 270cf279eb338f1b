"""The one error root. Every failure a user can cause or must know of is an AuditError with a code and a remedy."""

from typing import Any


class AuditError(Exception):
    """A failure with a stable code, a sentence that says what was wrong and where, and what to do about it.

    Args:
        message: what was wrong, and where.
        remedy: what the user can do; empty when nothing can be done.
        details: machine-readable facts (counts, limits, names) for API clients.
    """

    code = "error"
    status = 400

    def __init__(self, message: str, remedy: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details = details

    def as_dict(self) -> dict[str, Any]:
        """The one JSON shape of an error: {"error": {"code", "message", "remedy", "details"}}."""
        return {"error": {"code": self.code, "message": self.message, "remedy": self.remedy, "details": self.details}}

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class NotFound(AuditError):
    code, status = "not_found", 404


class Conflict(AuditError):
    code, status = "conflict", 409


class Forbidden(AuditError):
    code, status = "forbidden", 403


class TooLarge(AuditError):
    code, status = "too_large", 413


class InvalidInput(AuditError):
    code, status = "invalid_input", 422


class InvalidProbe(InvalidInput):
    code = "invalid_probe"


class InvalidSettings(InvalidInput):
    code = "invalid_settings"
