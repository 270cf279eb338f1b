from collections.abc import Callable

import pytest
from tests.library.jobs.direct import carry_out_waiting_jobs
from tests.web.features.audits.conftest import SilentWorkflows

from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.queue import JobQueue


@pytest.fixture(autouse=True)
def silent_workflows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JobQueue, "_connect", lambda self: SilentWorkflows())


@pytest.fixture
def work(settings: Settings, database: Database) -> Callable[[], None]:
    """Reads models that wait, as the worker would."""
    return lambda: carry_out_waiting_jobs(settings, database)
