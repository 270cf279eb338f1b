"""What a running job is given: where to read and write, how to report progress, and how it learns of a cancellation."""

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from skipgram_audit.computing.progress import Progress
from skipgram_audit.jobs.time_left import TimeLeft
from skipgram_audit.model.costs import Forecast, MeasuredPhase, PhaseForecast
from skipgram_audit.settings import Settings
from skipgram_audit.store import costs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job

Value = TypeVar("Value")

REPORT_PERIOD = 0.5
"""Seconds between two writes to the jobs row, and so the longest that a cancellation is not noticed."""

SHORTEST = 0.001
"""Seconds of a phase that was over at once: costs are compared by ratios."""


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
        clock: seconds since any one moment.
    """

    def __init__(
        self,
        job_id: str,
        settings: Settings,
        database: Database,
        reports: Database,
        run_step: StepRunner,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.job_id = job_id
        self.settings = settings
        self.database = database
        self._reports = reports
        self._run_step = run_step
        self._clock = clock
        self._lock = threading.Lock()
        self._title, self._number, self._count = "", 0, 0
        self._reported_at = float("-inf")
        self._foreseen: tuple[PhaseForecast, ...] = ()
        self._whole = False
        self._left: TimeLeft | None = None

    def step(self, name: str, function: Callable[[], Value]) -> Value:
        """Runs a function and stores its result, which must be plain JSON values (large results go to files).

        When the worker was killed and the job is taken up again, a finished step is not run again: its stored result
        is returned. An unfinished one is run from its beginning, so its writes must be repeatable. Steps must come in
        the same order with the same names every time.
        """
        self.check()
        return self._run_step(name, function)

    def foresee(self, forecast: Forecast, whole: bool) -> None:
        """Says what the phases of the job will take: for its bar and its time left.

        Args:
            whole: this run does all of them. What they take is then kept, for later forecasts; not where an earlier
                run has done a part.
        """
        self._foreseen, self._whole = forecast.phases, whole
        self._left = TimeLeft([phase.seconds for phase in forecast.phases])

    def phase(self, number: int, count: int, title: str) -> None:
        """Begins a phase, as shown to the user: "Step 2 of 4" and its title.

        Args:
            number, count: 1, 2, ... of how many.
            title: a few words, as shown.
        """
        with self._lock:
            self._title, self._number, self._count = title, number, count
            self._left = self._left or TimeLeft([1.0] * count, known=False)
            self._left.begin(number, self._clock())
            self._reported_at = float("-inf")
        self.progress(0.0)

    def keep_costs(self) -> None:
        """Keeps what the phases took, once the job is done."""
        if self._left is None or not self._whole:
            return
        self._left.end(self._clock())
        measured = [
            MeasuredPhase(phase.kind, phase.guess, max(self._left.taken[number], SHORTEST))
            for number, phase in enumerate(self._foreseen, start=1)
            if number in self._left.taken
        ]
        if len(measured) == len(self._foreseen):
            with self.database.session() as session:
                costs.keep(session, measured)

    def progress(self, fraction: float) -> None:
        """Reports how much of the phase is done, 0 to 1. Call it as often as you like, at least twice a second, from
        any thread.

        Raises:
            Cancelled: the user asked the job to stop; let it pass through.
        """
        with self._lock:
            moment = self._clock()
            if moment - self._reported_at < REPORT_PERIOD:
                return
            self._reported_at = moment
            if self._left is not None and self._number:
                done = min(max(fraction, 0.0), 1.0)
                self._write(self._left.fraction(done), self._left.seconds(done, moment))
        self.check()

    def check(self) -> None:
        """Raises:
        Cancelled: the user asked the job to stop, or deleted what it works on.
        """
        with self._reports.session() as session:
            if session.scalar(select(Job.cancel_requested).where(Job.id == self.job_id)) is not False:
                raise Cancelled

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

    def foresee(self, forecast: Forecast, whole: bool) -> None:
        """Nobody is told."""

    def phase(self, number: int, count: int, title: str) -> None:
        self._show = self._phases(title)

    def progress(self, fraction: float) -> None:
        if self._show is not None:
            self._show(fraction)

    def check(self) -> None:
        """Nobody cancels."""


def _at_once(name: str, function: Callable[[], Value]) -> Value:
    return function()
