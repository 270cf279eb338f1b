"""An audit without server or database: a corpus file in, a folder of results out, which answers what-ifs later."""

import hashlib
import itertools
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit import __version__
from skipgram_audit.auditing.folder import ARTIFACTS, DOCUMENTS, model_file, open_pipeline, read_facts
from skipgram_audit.auditing.manifest import build_manifest
from skipgram_audit.auditing.outcomes import outcome_of
from skipgram_audit.auditing.words import word_influences
from skipgram_audit.computing.arrays import read_arrays, write_arrays
from skipgram_audit.computing.execution import Executor
from skipgram_audit.corpus.encoding import TextDocument, offsets_of
from skipgram_audit.corpus.identity import ContentHash
from skipgram_audit.corpus.readers import ReaderLimits, ReaderOptions, RowAccount, SourceDocument, read_documents
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.pretrained.model import ImportedModel
from skipgram_audit.report.spreadsheets import csv_line
from skipgram_audit.report.values import Report, ReportDocument, ReportProbe, seed_vectors
from skipgram_audit.report.writer import write_report

BOUNDS = "bounds.npz"
SKIPPED = "skipped.csv"
PLACES_KEPT = 5
"""Of the rows that were skipped for one reason; skipped.csv has all."""

Phase = Callable[[str], Callable[[float], None]]
"""Begins a phase of this title and returns its progress."""


class StandaloneAudit:
    """An audit of one file into one folder.

    Args:
        corpus: the file.
        options: how it is read; metadata fields go into the tables.
        language: of the texts; it decides where sentences end, and about case.
        settings, probes: see there.
        folder: where results go; what an interrupted run of the same audit left there is used.
        device: auto, cpu or cuda.
        models: those of the settings, in their order, as they were read.
        executor: in the place of threads on the cores of this machine.

    Raises:
        InvalidProbe: word lists of a probe share a word by the case rules of the language.
    """

    def __init__(
        self,
        corpus: Path,
        options: ReaderOptions,
        language: str,
        settings: AuditSettings,
        probes: Sequence[ProbeDefinition],
        folder: Path,
        device: str,
        models: Sequence[ImportedModel] = (),
        executor: Executor | None = None,
    ) -> None:
        for probe in probes:
            probe.require_apart(language)
        self._corpus = corpus
        self._options = options
        self._language = language
        self._settings = settings
        self._probes = list(probes)
        self._folder = folder
        self._artifacts = folder / ARTIFACTS
        self._seconds: dict[str, float] = {}
        self.rows = RowAccount(0, 0, {})
        self.places: dict[str, list[str]] = {}
        self._prepare()
        self._keep(models)
        self._pipeline = open_pipeline(self._artifacts, settings, self._probes, device, executor)

    def run(self, phase: Phase) -> Report:
        """All phases; returns what was reported."""
        self._timed("encode", lambda: self._encode(phase("Reading the corpus into words")))
        title = "Taking the vectors of the model" if self._settings.models else "Training word vectors"
        self._timed("train", lambda: self._pipeline.train(phase(title)))
        for number in range(1, len(self._settings.models) + 1):
            model_file(self._artifacts, number).unlink(missing_ok=True)
        self._timed("null", lambda: self._pipeline.null(phase("Training on shuffled text")))
        self._timed("influence", lambda: self._pipeline.influence(phase("Tracing scores back to the texts")))
        report = self._report()
        write_report(self._folder, report, self._report_documents(), phase("Writing the report"))
        return report

    def _prepare(self) -> None:
        """Keeps what the same audit of the same bytes left; refuses a folder with anything else in it."""
        if not self._corpus.is_file():
            raise NotFound(f"There is no file {str(self._corpus)!r}.", "Give the path of a corpus file.")
        identity = json.dumps(
            {
                "source_sha256": self._source_sha256,
                "options": self._options.as_dict(),
                "language": self._language,
                "settings": self._settings.model_dump(mode="json"),
                "probes": [probe.model_dump(mode="json") for probe in self._probes],
                "version": __version__,
            },
            sort_keys=True,
        )
        mark = self._artifacts / "identity.json"
        if mark.is_file():
            if mark.read_text(encoding="utf-8") == identity:
                return
            shutil.rmtree(self._artifacts)
        elif self._folder.exists() and any(self._folder.iterdir()):
            raise InvalidInput(
                f"The folder {str(self._folder)!r} holds other files.", "Name a new folder, or one of an earlier audit."
            )
        self._artifacts.mkdir(parents=True)
        mark.write_text(identity, encoding="utf-8")

    def _keep(self, models: Sequence[ImportedModel]) -> None:
        """Keeps the models for an interrupted run to go on with."""
        for number, model in enumerate(models, start=1):
            model.save(model_file(self._artifacts, number))

    def _encode(self, progress: Callable[[float], None]) -> None:
        """Reads the file into the pipeline, unless an interrupted run has done so."""
        self._pipeline.encode(self._documents(progress), 1, lambda _fraction: None, self._language)
        self.rows = RowAccount.from_dict(self._facts["rows"])
        self.places = self._facts["places"]
        progress(1.0)

    def _documents(self, progress: Callable[[float], None]) -> Iterator[TextDocument]:
        """All documents; after the last, their sentences' bounds and ids, hash and counts are kept."""
        identifiers: list[str] = []
        found: list[npt.NDArray[np.uint32]] = []
        content = ContentHash()
        tokens = 0
        for document in self._read(progress):
            bounds = sentence_bounds(document.text, self._language)
            identifiers.append(document.id)
            found.append(bounds)
            content.add(document.id, document.text, bounds)
            tokens += len(tokenize(document.text, casefold=False))
            yield TextDocument(document.text, bounds)
        offsets = offsets_of(np.array([len(bounds) for bounds in found], np.int64))
        whole = np.concatenate([np.zeros((0, 2), np.uint32), *found])
        write_arrays(self._artifacts / BOUNDS, {"bounds": whole, "offsets": offsets})
        facts = {
            "ids": identifiers,
            "content_sha256": content.hexdigest(),
            "sentences": len(whole),
            "tokens": tokens,
            "rows": self.rows.as_dict(),
            "places": self.places,
        }
        temporary = self._artifacts / (DOCUMENTS + ".part")
        temporary.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        temporary.replace(self._artifacts / DOCUMENTS)

    def _read(self, progress: Callable[[float], None]) -> Iterator[SourceDocument]:
        """All documents; afterwards rows and places say what became of all rows, and skipped.csv lists the others."""
        self.places.clear()
        with (self._folder / SKIPPED).open("w", encoding="utf-8", newline="") as file:
            file.write(csv_line(["place", "reason"]))

            def skip(place: str, reason: str) -> None:
                file.write(csv_line([place, reason]))
                places = self.places.setdefault(reason, [])
                if len(places) < PLACES_KEPT:
                    places.append(place)

            yield from read_documents(self._corpus, self._options, ReaderLimits(), skip, progress, self._note_rows)

    def _note_rows(self, rows: RowAccount) -> None:
        self.rows = rows

    def _read_again(self) -> Iterator[SourceDocument]:
        return read_documents(self._corpus, self._options, ReaderLimits(), lambda _place, _reason: None)

    def _report_documents(self) -> Iterator[ReportDocument]:
        arrays = read_arrays(self._artifacts / BOUNDS)
        bounds, offsets = arrays["bounds"], arrays["offsets"].tolist()
        for document, (first, last) in zip(self._read_again(), itertools.pairwise(offsets), strict=True):
            yield ReportDocument(document.id, document.title, document.text, bounds[first:last], document.fields)

    def _report(self) -> Report:
        encoded, facts = self._pipeline.corpus, self._facts
        corpus = {
            "name": self._corpus.name,
            "filename": self._corpus.name,
            "source_sha256": self._source_sha256,
            "content_sha256": facts["content_sha256"],
            "reader_options": self._options.as_dict(),
            "language": self._language,
            "documents": len(facts["ids"]),
            "sentences": facts["sentences"],
            "tokens": facts["tokens"],
            "rows": facts["rows"],
        }
        results = self._pipeline.results()
        probes = zip(results, self._probes, strict=True)
        return Report(
            title=f"Audit of {self._corpus.name}",
            corpus_name=self._corpus.name,
            document_count=len(facts["ids"]),
            sentence_count=facts["sentences"],
            token_count=facts["tokens"],
            vocabulary_size=len(encoded.words),
            trained_tokens=len(encoded.tokens),
            metadata_fields=list(self._options.metadata_fields),
            settings=self._settings.model_dump(mode="json"),
            manifest=build_manifest(
                corpus,
                self._settings,
                self._probes,
                self._pipeline.device,
                self._seconds,
                self._pipeline.given_facts,
                results,
            ),
            probes=[
                ReportProbe(outcome_of(result, probe, self._settings.estimator), result.attribution)
                for result, probe in probes
            ],
            vectors=seed_vectors(self._pipeline),
            words=word_influences(self._pipeline),
        )

    def _timed(self, name: str, work: Callable[[], Any]) -> None:
        started = time.perf_counter()
        work()
        self._seconds[name] = time.perf_counter() - started

    @cached_property
    def _facts(self) -> dict[str, Any]:
        return read_facts(self._artifacts)

    @cached_property
    def _source_sha256(self) -> str:
        with self._corpus.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
