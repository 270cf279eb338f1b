"""A real worker process with stand-in jobs, for tests that kill it: ``python -m tests.library.jobs.stand_in_worker``.

Every step appends a line to ``steps.txt`` in the data folder, so that a test sees what ran, and how often.
"""

import os
import signal
import sys
import time
from pathlib import Path

from sqlalchemy import update

from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.runtime import Worker, job
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.settings import Settings
from skipgram_audit.store.models import AuditRow, JobKind


def note(context: JobContext, line: str) -> None:
    with (context.settings.data_folder / "steps.txt").open("a") as file:
        file.write(line + "\n")


@job(JobKind.IMPORT)
def three_steps(context: JobContext, subject: str) -> None:
    """The middle step lasts until the file ``go`` appears."""

    def first() -> dict[str, int]:
        context.phase(1, 3, "First")
        note(context, "first")
        return {"answer": 42}

    def second() -> None:
        context.phase(2, 3, "Second")
        note(context, "second begins")
        while not (context.settings.data_folder / "go").exists():
            context.progress(0.5)
            time.sleep(0.02)
        note(context, "second ends")

    answer = context.step("first", first)
    context.step("second", second)
    context.step("third", lambda: note(context, f"third knows {answer['answer']}"))


@job(JobKind.PREVIEW)
def fail(context: JobContext, subject: str) -> None:
    def refuse() -> None:
        if subject == "user":
            raise InvalidInput("Row 3 is empty.", "Fill it.")
        if subject == "bug":
            raise ZeroDivisionError("secret")
        if subject == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        note(context, f"preview of {subject}")

    context.step("refuse", refuse)


@job(JobKind.AUDIT)
def audit(context: JobContext, subject: str) -> None:
    """Lasts until the preview of ``good`` is made; the first would wait in vain if previews waited for audits.

    It holds a write transaction while it reports, as a careless job might: it must not wait for itself.
    """
    note(context, f"audit {subject} begins")
    with context.database.session() as session:
        session.execute(update(AuditRow).where(AuditRow.id == int(subject)).values(name="being written"))
        context.phase(1, 1, "Training")
        for _ in range(20):
            context.progress(0.5)
            time.sleep(0.02)
    while "preview of good" not in (context.settings.data_folder / "steps.txt").read_text():
        context.progress(0.5)
        time.sleep(0.02)
    note(context, f"audit {subject} ends")


if __name__ == "__main__":
    settings = Settings(data_folder=Path(sys.argv[1]), database_url=sys.argv[2])
    worker = Worker(settings, reconcile_seconds=0.5, orphan_seconds=1.0)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()
    os._exit(0)
