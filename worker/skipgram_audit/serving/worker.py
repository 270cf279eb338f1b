"""The worker process: jobs registered, signals obeyed, and a quick end."""

import importlib
import logging
import os
import signal
from typing import Any

from skipgram_audit.jobs.runtime import Worker
from skipgram_audit.serving.process_groups import end_with_starter
from skipgram_audit.settings import Settings
from skipgram_audit.store.migrate import migrate

JOB_MODULES = (
    "skipgram_audit.jobs.preview",
    "skipgram_audit.jobs.imports",
    "skipgram_audit.jobs.near_duplicates",
    "skipgram_audit.jobs.models",
    "skipgram_audit.jobs.audits",
    "skipgram_audit.jobs.maps",
    "skipgram_audit.jobs.search",
    "skipgram_audit.jobs.checks",
    "skipgram_audit.jobs.what_ifs",
    "skipgram_audit.jobs.mitigations",
    "skipgram_audit.jobs.derivations",
    "skipgram_audit.jobs.rewritings",
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
