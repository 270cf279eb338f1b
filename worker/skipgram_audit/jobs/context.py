"""What a running job is given: where to read and write, how to report progress, and how it learns of a cancellation."""

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from skipgram_audit.computing.progress import Progress
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job

Value = TypeVar("Value")

REPORT_PERIOD = 0.5
"""Seconds between two writes to the jobs row, and so the longest that a cancellation is not noticed."""

ESTIMATE_AFTER = 2.0
"""Seconds of progress before the time left is estimated at all."""


class Cancelled(Exception):
    """The user asked this job to stop."""


class StepRunner(Protocol):
    """Runs a function once for ever: its result is stored, and given back when an interrupted job is taken up again."""

    def __call__(self, name: str, function: Callable[[], Value]) -> Value: ...


class JobContext:
    """The connection of a running job to the outside.

    Args:
        job_id: the row in ``jobs``.
        settings: the worker's settings.
        database: for the job's own reading and writing.
        reports: a second connection for progress, which gives up at once when the database is locked: a job that
            reports while it holds a write transaction on SQLite must not wait for itself.
        run_step: the durable step of the workflow library.
    """

    def __init__(
        self, job_id: str, settings: Settings, database: Database, reports: Database, run_step: StepRunner
    ) -> None:
        self.job_id = job_id
        self.settings = settings
        self.database = database
        self._reports = reports
        self._run_step = run_step
        self._lock = threading.Lock()
        self._title, self._number, self._count = "", 0, 0
        self._from, self._to = 0.0, 1.0
        self._reported_at = float("-inf")
        self._rate_since: tuple[float, float] | None = None

    def step(self, name: str, function: Callable[[], Value]) -> Value:
        """Runs a function and stores its result, which must be plain JSON values (large results go to files).

        When the worker was killed and the job is taken up again, a finished step is not run again: its stored result
        is returned. An unfinished one is run from its beginning, so its writes must be repeatable. Steps must come in
        the same order with the same names every time.
        """
        self.check()
        return self._run_step(name, function)

    def phase(self, number: int, count: int, title: str, share: tuple[float, float] | None = None) -> None:
        """Begins a phase, as shown to the user: "Step 2 of 4" and its title.

        Args:
            number, count: 1, 2, ... of how many.
            title: a few words, as shown.
            share: where on the whole job's bar the phase begins and ends; equal shares when left out.
        """
        with self._lock:
            self._title, self._number, self._count = title, number, count
            self._from, self._to = share or ((number - 1) / count, number / count)
            self._reported_at = float("-inf")
        self.progress(0.0)

    def progress(self, fraction: float) -> None:
        """Reports how much of the phase is done, 0 to 1. Call it as often as you like, at least twice a second, from
        any thread.

        Raises:
            Cancelled: the user asked the job to stop; let it pass through.
        """
        with self._lock:
            moment = time.monotonic()
            if moment - self._reported_at < REPORT_PERIOD:
                return
            self._reported_at = moment
            overall = self._from + (self._to - self._from) * min(max(fraction, 0.0), 1.0)
            self._write(overall, self._seconds_left(moment, overall))
        self.check()

    def check(self) -> None:
        """Raises:
        Cancelled: the user asked the job to stop, or deleted what it works on.
        """
        with self._reports.session() as session:
            if session.scalar(select(Job.cancel_requested).where(Job.id == self.job_id)) is not False:
                raise Cancelled

    def _seconds_left(self, moment: float, overall: float) -> float | None:
        """By the speed since the first report of this run; finished steps of an interrupted run do not count."""
        if self._rate_since is None:
            self._rate_since = (moment, overall)
            return None
        elapsed, gained = moment - self._rate_since[0], overall - self._rate_since[1]
        if elapsed < ESTIMATE_AFTER or gained <= 0:
            return None
        return elapsed * (1 - overall) / gained

    def _write(self, overall: float, seconds_left: float | None) -> None:
        values = {
            "phase": self._title,
            "phase_number": self._number,
            "phase_count": self._count,
            "fraction": overall,
            "seconds_left": seconds_left,
        }
        try:
            with self._reports.session() as session:
                session.execute(update(Job).where(Job.id == self.job_id).values(**values))
        except OperationalError:
            # SQLite is locked, by another writer or by this job itself: the next report is half a second away.
            if not self._reports.is_sqlite:
                raise


class LocalContext(JobContext):
    """A job's work done here and now, by whoever asks: nothing is queued, and nobody else can cancel it.

    Args:
        phases: begins a phase of a title and returns its progress.
    """

    def __init__(self, settings: Settings, database: Database, phases: Callable[[str], Progress]) -> None:
        super().__init__("", settings, database, database, _at_once)
        self._phases = phases
        self._show: Progress | None = None

    def phase(self, number: int, count: int, title: str, share: tuple[float, float] | None = None) -> None:
        self._show = self._phases(title)

    def progress(self, fraction: float) -> None:
        if self._show is not None:
            self._show(fraction)

    def check(self) -> None:
        """Nobody cancels."""


def _at_once(name: str, function: Callable[[], Value]) -> Value:
    return function()
