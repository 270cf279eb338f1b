"""The worker process: signals obeyed, and a quick end."""

import logging
import os
import signal
from typing import Any

from skipgram_audit.jobs.runtime import Worker
from skipgram_audit.serving.process_groups import end_with_starter
from skipgram_audit.settings import Settings
from skipgram_audit.store.migrate import migrate


def work(settings: Settings, stop_with_stdin: bool) -> None:
    """Carries out jobs until SIGINT or SIGTERM.

    The process then ends at once: a job that is cut off is taken up again by the next worker, as after kill -9.

    Args:
        stop_with_stdin: also end when standard input ends, which it does when the process that started us dies.
    """
    if stop_with_stdin:
        end_with_starter()
    migrate(settings)
    worker = Worker(settings)

    def stop(*_: Any) -> None:
        worker.stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    worker.run()
    logging.shutdown()
    os._exit(0)
