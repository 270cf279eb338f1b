"""Jobs carried out here, as the worker does, with every report of theirs kept."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import zstandard

from skipgram_audit.jobs.audits import carry_out_audit
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.imports import import_corpus
from skipgram_audit.jobs.runtime import migrate_jobs
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.settings import Settings
from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.migrate import migrate
from skipgram_audit.store.models import JobKind, Status
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.features.audits import service as audits
from skipgram_audit_web.features.corpora import service as corpora
from skipgram_audit_web.features.uploads import service as uploads
from tests.library.jobs.direct import run_step

PROBES = ("weat-6", "weat-7", "weat-8")
OPTIONS = ReaderOptions(format="jsonl", text_field="text", id_field="id", title_field="title", metadata_fields=())


@dataclass(frozen=True)
class Told:
    """What a job told at a moment: seconds since its begin, phase, fraction of the whole job, seconds left."""

    moment: float
    phase: int
    fraction: float
    left: float | None


@dataclass
class Trace:
    """A job from its begin to its end, in seconds, with all that it told."""

    name: str
    seconds: float = 0.0
    told: list[Told] = field(default_factory=list)

    def at(self, share: float) -> Told | None:
        """What stood on the page when this share of the job's time had passed."""
        before = [one for one in self.told if one.moment <= share * self.seconds]
        return before[-1] if before else None

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


class WatchedContext(JobContext):
    """A job's context whose reports are kept."""

    def watch(self, trace: Trace) -> None:
        """Keeps reports in a trace from now on."""
        self._trace, self._begun = trace, self._clock()

    def _write(self, overall: float, seconds_left: float | None) -> None:
        super()._write(overall, seconds_left)
        self._trace.told.append(Told(self._clock() - self._begun, self._number, overall, seconds_left))


class Installation:
    """A data folder in which jobs are carried out, one after the other.

    Args:
        clock: by which they tell the time left and are timed.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._settings = Settings(data_folder=folder)
        self._settings.create_data_folder()
        migrate(self._settings)
        migrate_jobs(self._settings)
        self._database = Database(self._settings)
        self._queue = JobQueue(self._settings, self._database)

    def imported(self, corpus: Path, every: int) -> tuple[int, Trace]:
        """A corpus of every so many documents of a file, and how its import went."""
        part = self._settings.data_folder / f"{corpus.name.partition('.')[0]}.jsonl"
        with zstandard.open(corpus, "rt", encoding="utf-8") as file, part.open("w", encoding="utf-8") as out:
            out.writelines(line for number, line in enumerate(file) if number % every == 0)
        upload = uploads.adopt(self._database, self._settings, part.name, part)
        part.unlink(missing_ok=True)
        corpus_id = corpora.start_import(self._database, self._queue, upload, part.stem, "en", OPTIONS)
        return corpus_id, self._carried_out(f"import {part.stem}", JobKind.IMPORT, corpus_id, import_corpus)

    def audited(self, name: str, corpus_id: int, settings: AuditSettings) -> Trace:
        """How an audit of three probes went."""
        chosen: list[str | ProbeDefinition] = [built_in_probes()[probe] for probe in PROBES]
        audit = audits.start(self._database, self._queue, corpus_id, name, settings, chosen)
        return self._carried_out(name, JobKind.AUDIT, audit, carry_out_audit)

    def _carried_out(
        self, name: str, kind: JobKind, subject: int, function: Callable[[JobContext, str], None]
    ) -> Trace:
        with self._database.session() as session:
            job = jobs.latest(session, kind, subject)
            assert job is not None
            jobs.start(session, job.id)
        trace, reports = Trace(name), Database(self._settings, busy_milliseconds=50)
        context = WatchedContext(job.id, self._settings, self._database, reports, run_step, self._clock)
        context.watch(trace)
        begun = self._clock()
        function(context, str(subject))
        context.keep_costs()
        trace.seconds = self._clock() - begun
        with self._database.session() as session:
            jobs.end(session, job.id, Status.DONE)
        reports.close()
        return trace

    def close(self) -> None:
        """Closes the database."""
        self._queue.close()
        self._database.close()
