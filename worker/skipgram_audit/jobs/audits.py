"""The audit job: encode, train, null, influence, rank, report; each a durable step over the audit's folder.

The engine's own files make a step cheap to repeat, and the workflow library does not repeat one that has finished: an
audit that was killed goes on where it stood.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from functools import cached_property, partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit import __version__
from skipgram_audit.auditing.manifest import build_manifest
from skipgram_audit.auditing.outcomes import outcome_of
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.auditing.results import ProbeResult
from skipgram_audit.auditing.translation import given_vectors, solver_settings, training_settings, word_set_probe
from skipgram_audit.auditing.words import WordInfluences, word_influences, write_words
from skipgram_audit.cluster.opening import opened_executor
from skipgram_audit.computing.execution import Executor
from skipgram_audit.corpus.encoding import TextDocument
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.failures import engine_errors_told
from skipgram_audit.jobs.rankings import write_rankings
from skipgram_audit.jobs.runtime import job
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.downloads import report_folder
from skipgram_audit.report.values import Report, ReportDocument, ReportProbe, seed_vectors
from skipgram_audit.report.writer import write_report
from skipgram_audit.store import audits, identity, imported_models, near_duplicates, results
from skipgram_audit.store.documents import stream_texts
from skipgram_audit.store.models import Audit, JobKind
from skipgram_audit.store.word_tables import words_folder

PHASES = {
    "encode": "Reading the corpus into words",
    "train": "Training word vectors",
    "null": "Training on shuffled text",
    "influence": "Tracing scores back to the texts",
    "rank": "Ranking documents and sentences",
    "report": "Writing the report",
}
SHARES = {"unrolled": (0.0, 0.02, 0.12, 0.92, 0.97, 1.0)}
USUAL_SHARES = (0.0, 0.03, 0.43, 0.93, 0.97, 1.0)
"""Where on the bar each phase but the null begins, by estimator: measured with three probes on 0.3 and 3.8 million
words. The null takes as long as training for each shuffle over seed."""


@job(JobKind.AUDIT)
def carry_out_audit(context: JobContext, subject: str) -> None:
    """Carries out the audit of this id.

    Raises:
        AuditError: the engine cannot work on this corpus or on this machine; a probe that cannot be measured is not a
            failure but a result.
    """
    with engine_errors_told(), opened_executor(context.settings) as executor:
        AuditRun(context, int(subject), executor).carry_out()


class AuditRun:
    """One audit on its way through the phases."""

    def __init__(self, context: JobContext, audit_id: int, executor: Executor) -> None:
        self._context = context
        self._executor = executor
        self._id = audit_id
        with context.database.session() as session:
            self._audit = audits.get(session, audit_id)
            self._settings = AuditSettings.of_stored(self._audit.settings)
            models = [imported_models.get(session, model.id or 0) for model in self._settings.models]
        self._corpus = self._audit.corpus
        self._models = [context.settings.model_path(model.storage_name) for model in models]
        self._definitions = [parse_probe(probe.definition, probe.name) for probe in self._audit.probes]
        self._folder = context.settings.audit_folder(self._audit.storage_name)

    def carry_out(self) -> None:
        """Every phase once; the seconds of each go into the manifest."""
        phases = {
            "encode": self._encode, "train": self._train, "null": self._null, "influence": self._influence,
            "rank": self._rank,
        }  # fmt: skip
        seconds = {name: self._context.step(name, partial(self._timed, name, work)) for name, work in phases.items()}
        self._context.step("report", partial(self._timed, "report", partial(self._report, seconds)))

    def _timed(self, name: str, work: Callable[[], None]) -> float:
        """Seconds that a phase took; its progress is shown meanwhile."""
        number = list(PHASES).index(name)
        shares = phase_shares(self._settings)
        self._context.phase(number + 1, len(PHASES), self._title(name), share=(shares[number], shares[number + 1]))
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    def _title(self, name: str) -> str:
        return "Taking the vectors of the model" if name == "train" and self._settings.models else PHASES[name]

    def _encode(self) -> None:
        prepare_folder(self._folder, self._audit, self._corpus.content_sha256)
        documents = (
            TextDocument(item.text, item.bounds) for item in stream_texts(self._context.database, self._corpus.id)
        )
        self._pipeline.encode(documents, self._corpus.document_count, self._context.progress, self._corpus.language)
        encoded = self._pipeline.corpus
        with self._context.database.session() as session:
            audits.set_trained_size(session, self._id, len(encoded.words), len(encoded.tokens))

    def _train(self) -> None:
        self._pipeline.train(self._context.progress)

    def _null(self) -> None:
        self._pipeline.null(self._context.progress)

    def _influence(self) -> None:
        self._pipeline.influence(self._context.progress)

    def _rank(self) -> None:
        probe_ids = [probe.id for probe in self._audit.probes]
        with self._context.database.session() as session:
            results.clear_rankings(session, probe_ids)
            for probe_id, result, definition in zip(probe_ids, self._results, self._definitions, strict=True):
                results.save_outcome(session, probe_id, outcome_of(result, definition, self._settings.estimator))
        attributions = [
            (probe_id, result.attribution)
            for probe_id, result in zip(probe_ids, self._results, strict=True)
            if result.attribution is not None
        ]
        write_rankings(
            self._context.database,
            self._pipeline.corpus,
            attributions,
            stream_texts(self._context.database, self._corpus.id),
            self._context.progress,
        )

    def _report(self, seconds: dict[str, float]) -> None:
        corpus = {
            "name": self._corpus.name,
            "filename": self._corpus.filename,
            "source_sha256": self._corpus.source_sha256,
            "content_sha256": self._corpus.content_sha256,
            "reader_options": self._corpus.reader_options,
            "language": self._corpus.language,
            "documents": self._corpus.document_count,
            "sentences": self._corpus.sentence_count,
            "tokens": self._corpus.token_count,
            "rows": {name: value for name, value in self._corpus.rows.items() if name != "advice"} or None,
        }
        pipeline = self._pipeline
        manifest = build_manifest(
            corpus, self._settings, self._definitions, pipeline.device, seconds, pipeline.given_facts, self._results
        )
        folder = words_folder(self._context.settings, self._audit)
        write_words(folder, pipeline, self._words, identity.of_audit(self._audit))
        documents = (
            ReportDocument(item.external_id, item.title, item.text, item.bounds, item.fields)
            for item in stream_texts(self._context.database, self._corpus.id)
        )
        write_report(
            report_folder(self._context.settings, self._audit),
            self._plain_report(manifest),
            documents,
            self._context.progress,
        )
        with self._context.database.session() as session:
            audits.set_manifest(session, self._id, manifest)

    def _plain_report(self, manifest: dict[str, Any]) -> Report:
        encoded = self._pipeline.corpus
        return Report(
            title=self._audit.name,
            corpus_name=self._corpus.name,
            document_count=self._corpus.document_count,
            sentence_count=self._corpus.sentence_count,
            token_count=self._corpus.token_count,
            vocabulary_size=len(encoded.words),
            trained_tokens=len(encoded.tokens),
            metadata_fields=list(self._corpus.metadata_fields),
            settings=self._settings.model_dump(mode="json"),
            manifest=manifest,
            probes=[
                ReportProbe(outcome_of(result, definition, self._settings.estimator), result.attribution)
                for result, definition in zip(self._results, self._definitions, strict=True)
            ],
            vectors=seed_vectors(self._pipeline),
            words=self._words,
            duplicates=self._duplicates(),
        )

    def _duplicates(self) -> npt.NDArray[np.int32] | None:
        """Numbers of documents are their positions: an import gives ids in reading order."""
        with self._context.database.session() as session:
            if not near_duplicates.are_known(session, self._corpus):
                return None
            return near_duplicates.groups_column(session, self._corpus)[1]

    @cached_property
    def _pipeline(self) -> AuditPipeline:
        return AuditPipeline(
            self._folder,
            training_settings(self._settings),
            self._settings.estimator,
            [word_set_probe(definition) for definition in self._definitions],
            self._context.settings.device,
            self._settings.exact_permutations,
            self._settings.null_shuffles,
            solver_settings(self._settings),
            given_vectors(self._settings, self._models),
            executor=self._executor,
        )

    @cached_property
    def _results(self) -> list[ProbeResult]:
        return self._pipeline.results()

    @cached_property
    def _words(self) -> WordInfluences | None:
        return word_influences(self._pipeline)


def phase_shares(settings: AuditSettings) -> list[float]:
    """Where on the bar each phase begins, and 1 at the end."""
    begins = SHARES.get(settings.estimator, USUAL_SHARES)
    lengths = [end - begin for begin, end in pairwise(begins)]
    lengths.insert(2, lengths[1] * settings.null_shuffles / len(settings.seeds))
    total = sum(lengths)
    return [0.0, *(begin / total for begin in accumulate(lengths))]


def prepare_folder(folder: Path, audit: Audit, content_sha256: str) -> None:
    """Empties the folder unless its files were made by this audit as it is, with this version."""
    made_by = {
        "content_sha256": content_sha256,
        "created_at": audit.created_at.isoformat(),
        "probes": [probe.definition for probe in audit.probes],
        "settings": audit.settings,
        "version": __version__,
    }
    digest = hashlib.sha256(json.dumps(made_by, sort_keys=True).encode()).hexdigest()
    mark = folder / "identity"
    if not mark.is_file() or mark.read_text(encoding="ascii") != digest:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        mark.write_text(digest, encoding="ascii")
