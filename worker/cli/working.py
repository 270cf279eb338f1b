"""The worker process: jobs registered, signals obeyed, and a quick end."""

import importlib
import logging
import os
import signal
from typing import Any

from app.settings import Settings
from app.store.migrate import migrate
from worker.cli.process_groups import end_with_starter
from worker.jobs.runtime import Worker

JOB_MODULES = (
    "worker.jobs.preview",
    "worker.jobs.imports",
    "worker.jobs.near_duplicates",
    "worker.jobs.models",
    "worker.jobs.audits",
    "worker.jobs.maps",
    "worker.jobs.search",
    "worker.jobs.checks",
)


def work(settings: Settings, stop_with_stdin: bool) -> None:
    """Carries out jobs until SIGINT or SIGTERM.

    The process then ends at once: a job that is cut off is taken up again by the next worker, as after kill -9.

    Args:
        stop_with_stdin: also end when standard input ends, which it does when the process that started us dies.
    """
    if stop_with_stdin:
        end_with_starter()
    register_jobs()
    migrate(settings)
    worker = Worker(settings)

    def stop(*_: Any) -> None:
        worker.stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    worker.run()
    logging.shutdown()
    os._exit(0)


def register_jobs() -> None:
    """Imports the modules whose functions carry out the jobs; their decorators register them."""
    for name in JOB_MODULES:
        importlib.import_module(name)
