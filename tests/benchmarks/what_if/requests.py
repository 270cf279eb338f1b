"""From a request to the first answer: POST to the API of a server over an audit, in one process."""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from skipgram_audit.auditing.audit import Audit
from skipgram_audit.jobs.opening import open_in_server
from skipgram_audit.settings import Settings
from skipgram_audit.store.migrate import migrate
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.main import create_app
from skipgram_audit_web.security.guard import cookie_name

REQUESTS = 40
SIZES = (1, 10, 100, 1000)
HEADERS = {"origin": "http://127.0.0.1:8000"}


class NoWorkflows:
    """In the place of the workflow library: nothing is carried out, so that the answer at once is timed alone."""

    def enqueue(self, *_: Any) -> None: ...
    def destroy(self) -> None: ...


def seconds_of_requests(folder: Path) -> dict[str, Any]:
    """Median and 95th percentile of the seconds of a request, random documents by their ids, 1 to 1,000 of them."""
    ids = Audit(folder, "cpu").ids
    generator = np.random.default_rng(4)
    with tempfile.TemporaryDirectory() as data, pytest.MonkeyPatch.context() as patched:
        patched.setattr(JobQueue, "_connect", lambda self: NoWorkflows())
        settings = Settings(data_folder=Path(data))
        settings.create_data_folder()
        migrate(settings)
        audit_id = open_in_server(settings, folder, lambda _title: lambda _fraction: None)
        seconds = []
        app = create_app(settings)
        with TestClient(app, base_url=HEADERS["origin"]) as client:
            client.cookies.set(cookie_name(settings), app.state.secrets.new_session())
            for number in range(REQUESTS + 1):
                size = min(SIZES[number % len(SIZES)], len(ids) // 2)
                chosen = [ids[one] for one in generator.permutation(len(ids))[:size].tolist()]
                started = time.perf_counter()
                answer = client.post(f"/api/v1/audits/{audit_id}/what-ifs", json={"ids": chosen}, headers=HEADERS)
                seconds.append(time.perf_counter() - started)
                assert answer.status_code == 201, answer.text
    # The first request reads the columns into memory.
    return {
        "requests": REQUESTS,
        "first": seconds[0],
        "median": float(np.median(seconds[1:])),
        "p95": float(np.quantile(seconds[1:], 0.95)),
    }
