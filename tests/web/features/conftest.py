"""What tests of all features share.

They run on SQLite, and those of the API on both databases (``settings_on`` in their modules). What a feature asks of a
database is tested on both in ``tests/library/store``, and every address in ``tests/web/test_addresses.py``.
"""

from collections.abc import Callable
from typing import Any

import pytest

from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.queue import JobQueue
from tests.conftest import settings_on
from tests.library.jobs.direct import carry_out_waiting_jobs

settings = settings_on("sqlite")


class SilentWorkflows:
    """Stands in for the workflow library, which has tests of its own: takes work and never carries it out."""

    def enqueue(self, *_: Any) -> None: ...
    def cancel_workflow(self, *_: Any) -> None: ...
    def destroy(self) -> None: ...


@pytest.fixture(autouse=True)
def silent_workflows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JobQueue, "_connect", lambda self: SilentWorkflows())


@pytest.fixture
def work(settings: Settings, database: Database) -> Callable[[], None]:
    """Carries out the jobs that wait, as the worker would."""
    return lambda: carry_out_waiting_jobs(settings, database)
