"""What tests of uploads and corpora share."""

from collections.abc import Callable

import pytest
from tests.library.jobs.direct import carry_out_waiting_jobs

from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database


@pytest.fixture
def work(settings: Settings, database: Database) -> Callable[[], None]:
    """Carries out previews and imports that wait, as the worker would."""
    return lambda: carry_out_waiting_jobs(settings, database)
