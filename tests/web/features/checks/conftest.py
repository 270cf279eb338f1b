from typing import Any

import pytest

from skipgram_audit.store.queue import JobQueue


class SilentWorkflows:
    """Stands in for the workflow library, which has tests of its own: takes work and never carries it out."""

    def enqueue(self, *_: Any) -> None: ...
    def cancel_workflow(self, *_: Any) -> None: ...
    def destroy(self) -> None: ...


@pytest.fixture(autouse=True)
def silent_workflows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JobQueue, "_connect", lambda self: SilentWorkflows())
