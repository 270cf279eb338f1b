from collections.abc import Callable

import pytest

from app.settings import Settings
from app.store.database import Database
from app.store.queue import JobQueue
from tests.app.audits.conftest import SilentWorkflows
from tests.worker.jobs.direct import carry_out_waiting_jobs


@pytest.fixture(autouse=True)
def silent_workflows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JobQueue, "_connect", lambda self: SilentWorkflows())


@pytest.fixture
def work(settings: Settings, database: Database) -> Callable[[], None]:
    """Reads models that wait, as the worker would."""
    return lambda: carry_out_waiting_jobs(settings, database)
