"""The audit job: the phases of an audit over its folder, each a durable step, and the ranking that pages browse.

The folder's own files make a step cheap to repeat, and the workflow library does not repeat one that has finished: an
audit that was killed is resumed.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.run import AuditRun
from skipgram_audit.cluster.opening import opened_executor
from skipgram_audit.computing.execution import Executor
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.readers.rows import OnSkip
from skipgram_audit.corpus.sources import Corpus, CorpusDocument, passed_over
from skipgram_audit.jobs.check_results import queue_standard_check
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.rankings import write_rankings
from skipgram_audit.jobs.runtime import job
from skipgram_audit.jobs.what_ifs import calibrate_later
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.metadata.provenance import PHASES
from skipgram_audit.store import audits, costs, imported_models, near_duplicates
from skipgram_audit.store.columns import audit_identity
from skipgram_audit.store.corpora import source_facts
from skipgram_audit.store.database import Database
from skipgram_audit.store.documents import stream_texts
from skipgram_audit.store.models import CorpusRow as CorpusRow
from skipgram_audit.store.models import JobKind

STEPS = ("encode", "train", "null", "influence", "rank", "report")
RANKING = "Ranking documents and sentences"


@job(JobKind.AUDIT, follow_up=queue_standard_check)
def carry_out_audit(context: JobContext, subject: str) -> None:
    """Carries out the audit of this id.

    Raises:
        AuditError: the engine cannot work on this corpus or on this machine; a probe that cannot be measured is not a
            failure but a result.
    """
    with opened_executor(context.settings) as executor:
        AuditJob(context, int(subject), executor).carry_out()
    calibrate_later(context, int(subject))


class AuditJob:
    """One audit on its way through the steps."""

    def __init__(self, context: JobContext, audit_id: int, executor: Executor) -> None:
        self._context = context
        with context.database.session() as session:
            self._audit = audits.get(session, audit_id)
            settings = AuditSettings.model_validate(self._audit.settings)
            models = [imported_models.get(session, model.id or 0) for model in settings.models]
        self.run = AuditRun(
            StoredCorpus(context.database, self._audit.corpus),
            settings,
            [parse_probe(probe.definition, probe.name) for probe in self._audit.probes],
            context.settings.audit_folder(self._audit.storage_name),
            context.settings.device,
            self._audit.name,
            [context.settings.model_path(model.storage_name) for model in models],
            executor,
            audit_identity(self._audit),
        )
        self._cores = executor.places

    def carry_out(self) -> None:
        """Every step once."""
        with self._context.database.session() as session:
            forecast = costs.of_audit(session, self._audit.corpus, self.run.settings, self.run.probes, self._cores)
        self._context.foresee(forecast, whole=not self.run.folder.exists())
        for number, name in enumerate(STEPS):
            self._context.step(name, partial(self._step, number, name))

    def _step(self, number: int, name: str) -> None:
        title = self.run.phase_title(name) if name in PHASES else RANKING
        self._context.phase(number + 1, len(STEPS), title)
        if name == "rank":
            self.run.timed(name, self._rank)
        else:
            self.run.carry_out(name, self._context.progress)
        if name == "encode":
            encoded = self.run.pipeline.corpus
            with self._context.database.session() as session:
                audits.set_trained_size(session, self._audit.id, len(encoded.words), len(encoded.tokens))
        elif name == "report":
            with self._context.database.session() as session:
                audits.set_manifest(session, self._audit.id, self.run.manifest)

    def _rank(self) -> None:
        """Rows of what people browse: outcomes, ranked documents and sentences."""
        probe_ids = [probe.id for probe in self._audit.probes]
        found = list(zip(probe_ids, self.run.results, strict=True))
        with self._context.database.session() as session:
            audits.clear_rankings(session, probe_ids)
            for probe_id, one in found:
                audits.save_outcome(session, probe_id, one.outcome)
        write_rankings(
            self._context.database,
            self.run.pipeline.corpus,
            [(probe_id, one.attribution) for probe_id, one in found if one.attribution is not None],
            stream_texts(self._context.database, self._audit.corpus_id),
            self._context.progress,
        )


class StoredCorpus(Corpus):
    """The corpus of the database; its ids are in reading order, so that numbers of documents are their positions."""

    def __init__(self, database: Database, row: CorpusRow) -> None:
        self.name = row.name
        self.language = row.language
        self.metadata_fields = tuple(row.metadata_fields)
        self._database = database
        self._row = row

    def identity(self) -> Mapping[str, Any]:
        return {"content_sha256": self._row.content_sha256}

    def documents(self, progress: Progress, on_skip: OnSkip = passed_over) -> Iterator[CorpusDocument]:
        sentences = 0
        for one in stream_texts(self._database, self._row.id):
            yield CorpusDocument(one.text, one.bounds, one.external_id, one.title, one.fields)
            sentences += len(one.bounds)
            progress(sentences / max(1, self._row.sentence_count))

    def manifest(self) -> dict[str, Any]:
        row = self._row
        return {
            "name": row.name,
            **source_facts(row),
            "reader_options": row.reader_options,
            "rows": {name: value for name, value in row.rows.items() if name != "advice"} or None,
        }

    def near_duplicates(self) -> npt.NDArray[np.int32] | None:
        with self._database.session() as session:
            if not near_duplicates.are_known(session, self._row):
                return None
            return near_duplicates.groups_column(session, self._row)[1]
