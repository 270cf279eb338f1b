"""Engine errors in the terms of the application: the same message and remedy, as an AuditError."""

from collections.abc import Iterator
from contextlib import contextmanager

from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.errors import AuditError


@contextmanager
def engine_errors_told() -> Iterator[None]:
    """Turns any EngineError of the block into an AuditError of the same code, message, remedy and details."""
    try:
        yield
    except EngineError as error:
        told = AuditError(error.message, error.remedy, **error.details)
        told.code = error.code
        raise told from error
