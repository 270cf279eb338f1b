"""What tests of uploads and corpora share."""

from collections.abc import Callable

import pytest

from app.settings import Settings
from app.store.database import Database
from tests.worker.jobs.direct import carry_out_waiting_jobs


@pytest.fixture
def work(settings: Settings, database: Database) -> Callable[[], None]:
    """Carries out previews and imports that wait, as the worker would."""
    return lambda: carry_out_waiting_jobs(settings, database)
