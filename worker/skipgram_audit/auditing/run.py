"""One run of an audit: the phases that the command line, the worker and a notebook all go through.

Whoever runs it says what is read (a Corpus), which folder it is kept in, and listens to its progress. The folder is the
whole of an audit (see skipgram_audit.auditing.folder); an interrupted run is resumed.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from skipgram_audit import __version__
from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.folder import CorpusFacts, model_file
from skipgram_audit.auditing.manifest import build_manifest
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.auditing.reporting import write_forms
from skipgram_audit.auditing.texts import TextReader, TextWriter, read_texts
from skipgram_audit.auditing.words import word_influences, write_words
from skipgram_audit.computing.arrays import read_arrays, write_arrays
from skipgram_audit.computing.execution import Executor
from skipgram_audit.computing.files import Writer
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.identity import ContentHash
from skipgram_audit.corpus.near_duplicates import groups_of_texts, repeated
from skipgram_audit.corpus.sources import Corpus, CorpusDocument
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.pretrained import Need, need_of
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.pretrained.model import ImportedModel
from skipgram_audit.pretrained.vectors import ModelFile, PretrainedVectors
from skipgram_audit.report.metadata.provenance import PHASES
from skipgram_audit.report.spreadsheets import csv_line
from skipgram_audit.report.values import Report, ReportProbe, SeedVectors, WordInfluences
from skipgram_audit.report.writer import write_report

Phase = Callable[[str], Progress]
"""Begins a phase of this title and returns its progress."""

PLACES_KEPT = 5
"""Of the rows that were skipped for one reason; skipped.csv has all."""

BESIDE_INFLUENCE = 0.05
"""Of the phase influence, for near-duplicates, and for the prediction without them."""

TAKING_VECTORS = "Taking the vectors of the model"


class AuditRun:
    """An audit of a corpus into a folder.

    Args:
        corpus: what is audited.
        settings, probes: see there.
        folder: of the audit; what an interrupted run of the same audit left there is used.
        device: auto, cpu or cuda.
        title: as the report calls the audit.
        models: files of those in the settings, in their order, as ImportedModel.save writes them; left out, those of
            keep_models.
        executor: in the place of threads on the cores of this machine.
        made_from: what the tables of words say that they were made from.

    Raises:
        InvalidInput: the folder holds other files.
        InvalidProbe: word lists of a probe share a word by the case rules of the corpus' language.
    """

    def __init__(
        self,
        corpus: Corpus,
        settings: AuditSettings,
        probes: Sequence[ProbeDefinition],
        folder: Path,
        device: str = "auto",
        title: str = "",
        models: Sequence[Path] = (),
        executor: Executor | None = None,
        made_from: str = "",
    ) -> None:
        for probe in probes:
            probe.require_apart(corpus.language)
        self.corpus = corpus
        self.settings = settings
        self.probes = list(probes)
        self.title = title or f"Audit of {corpus.name}"
        self.folder = folder
        self._artifacts = folder / layout.ARTIFACTS
        self._models = list(models)
        self._device = device
        self._executor = executor
        self._made_from = made_from
        self._seconds = self._artifacts / "seconds.json"

    def run(self, phase: Phase) -> None:
        """All phases, one after the other; nothing of a finished audit is done or written again."""
        if not self.is_finished:
            for name in PHASES:
                self.carry_out(name, phase(self.phase_title(name)))

    @property
    def is_finished(self) -> bool:
        """Whether the folder holds this very audit, whole."""
        mark = self._artifacts / layout.IDENTITY
        written = (self.folder / layout.MANIFEST).is_file() and mark.is_file()
        return written and mark.read_text(encoding="utf-8") == self._identity()

    def phase_title(self, name: str) -> str:
        """What a phase is called where its progress is shown."""
        return TAKING_VECTORS if name == "train" and self.settings.models else PHASES[name]

    def carry_out(self, name: str, progress: Progress) -> None:
        """One phase; what an interrupted run has done already is not done again. Its seconds go into the manifest."""
        work = {
            "encode": self._encode,
            "train": self._train,
            "null": self.pipeline.null,
            "influence": self._influence,
            "report": self._write_report,
        }[name]
        self.timed(name, lambda: work(progress))

    def timed(self, name: str, work: Callable[[], None]) -> None:
        """Does some work and keeps its seconds."""
        started = time.perf_counter()
        work()
        seconds = self.seconds | {name: time.perf_counter() - started}
        self._seconds.write_text(json.dumps(seconds), encoding="utf-8")

    def keep_models(self, models: Sequence[ImportedModel]) -> None:
        """Keeps models that take the place of training, for this run and for one that resumes it."""
        self._prepare()
        for number, model in enumerate(models, start=1):
            model.save(model_file(self._artifacts, number))

    def adopt(self) -> None:
        """Takes what lies in the folder for this audit's: it was copied from a finished audit of the same documents."""
        (self._artifacts / layout.IDENTITY).write_text(self._identity(), encoding="utf-8")

    @property
    def seconds(self) -> dict[str, float]:
        """Of the phases so far, by name."""
        found: dict[str, float] = json.loads(self._seconds.read_text()) if self._seconds.is_file() else {}
        return found

    @cached_property
    def pipeline(self) -> AuditPipeline:
        """Over the audit's artifacts; the folder is prepared first."""
        self._prepare()
        return open_pipeline(
            self._artifacts, self.settings, self.probes, self._device, self._executor, self._models or None
        )

    @cached_property
    def results(self) -> list[ReportProbe]:
        """Of the probes, in their order; the phases up to influence have ended."""
        return self.pipeline.results()

    @cached_property
    def words(self) -> WordInfluences | None:
        """Influence by word; None where nothing could be measured."""
        return word_influences(self.pipeline)

    @property
    def is_read(self) -> bool:
        """Whether the corpus has been read to its end."""
        return (self._artifacts / layout.FACTS).is_file()

    @cached_property
    def facts(self) -> CorpusFacts:
        """Of the corpus as it was read."""
        return CorpusFacts.load(self._artifacts)

    def documents(self) -> Iterator[CorpusDocument]:
        """As they were audited."""
        return read_texts(self._artifacts / layout.TEXTS)

    def _prepare(self) -> None:
        """Keeps what the same audit of the same documents left; refuses a folder with anything else in it."""
        identity = self._identity()
        mark = self._artifacts / layout.IDENTITY
        if mark.is_file():
            if mark.read_text(encoding="utf-8") == identity:
                return
            if (self.folder / layout.MANIFEST).exists():
                raise InvalidInput(
                    f"The folder {str(self.folder)!r} holds another audit: of another corpus, with other probes, "
                    "settings or another version.",
                    "Name a new folder, or remove that audit first.",
                )
        elif self.folder.exists() and not self.folder.is_dir():
            raise InvalidInput(f"{str(self.folder)!r} is a file.", "Name a folder for the results.")
        elif self.folder.is_dir() and any(path.name != layout.ARTIFACTS for path in self.folder.iterdir()):
            raise InvalidInput(
                f"The folder {str(self.folder)!r} holds other files.", "Name a new folder, or one of an earlier audit."
            )
        shutil.rmtree(self._artifacts, ignore_errors=True)
        self._artifacts.mkdir(parents=True)
        mark.write_text(identity, encoding="utf-8")

    def _identity(self) -> str:
        """Of what the folder's arrays are made."""
        made_of = {
            "corpus": dict(self.corpus.identity()),
            "settings": self.settings.model_dump(mode="json"),
            "probes": [probe.model_dump(mode="json") for probe in self.probes],
            "version": __version__,
        }
        return json.dumps(made_of, sort_keys=True)

    def _encode(self, progress: Progress) -> None:
        self.pipeline.encode(self._read(progress), 1, lambda _fraction: None, self.corpus.language)
        progress(1.0)

    def _read(self, progress: Progress) -> Iterator[CorpusDocument]:
        """All documents; after the last, their texts, ids, hash and counts have been kept."""
        content = ContentHash()
        documents = sentences = tokens = 0
        with TextWriter(self._artifacts / layout.TEXTS) as texts, SkippedRows(self.folder / layout.SKIPPED) as skipped:
            for document in self.corpus.documents(progress, skipped.add):
                texts.add(document)
                content.add(document.id, document.text, document.bounds)
                documents += 1
                sentences += len(document.bounds)
                tokens += len(tokenize(document.text, casefold=False))
                yield document
        facts = CorpusFacts(
            source=self.corpus.manifest(),
            skipped_places=skipped.places,
            language=self.corpus.language,
            metadata_fields=list(self.corpus.metadata_fields),
            content_sha256=content.hexdigest(),
            documents=documents,
            sentences=sentences,
            tokens=tokens,
        )
        facts.save(self._artifacts)

    def _train(self, progress: Progress) -> None:
        self.pipeline.train(progress)
        for number in range(1, len(self.settings.models) + 1):
            model_file(self._artifacts, number).unlink(missing_ok=True)

    def _influence(self, progress: Progress) -> None:
        first = self._near_duplicates(part_of(progress, 0.0, BESIDE_INFLUENCE))
        self.pipeline.influence(part_of(progress, BESIDE_INFLUENCE, 1 - 2 * BESIDE_INFLUENCE))
        self.pipeline.predict_without_repeats(
            repeated(first), part_of(progress, 1 - BESIDE_INFLUENCE, BESIDE_INFLUENCE)
        )

    def _near_duplicates(self, progress: Progress) -> npt.NDArray[np.int32]:
        """The number of the first document of each one's group of near-duplicates, ALONE for those in none; looked for
        where the corpus does not know them."""
        path = self._artifacts / layout.DUPLICATES
        if not path.is_file():
            known = self.corpus.near_duplicates()
            if known is None:
                reader = TextReader(self._artifacts / layout.TEXTS)
                texts = (one.text for one in self.documents())
                known = groups_of_texts(texts, reader.text, self.corpus.language, self.facts.tokens, progress).first
            write_arrays(path, {"first": known})
        return read_arrays(path)["first"]

    def _write_report(self, progress: Progress) -> None:
        write_words(self.folder / layout.WORDS, self.pipeline, self.words, self._made_from)
        write_report(self.folder, self.report, self.documents(), progress)
        write_forms(self.folder)

    @property
    def manifest(self) -> dict[str, Any]:
        """As it was written; the audit has ended."""
        return layout.read_finished(self.folder, layout.MANIFEST)

    @cached_property
    def report(self) -> Report:
        """Everything that is reported but the texts; the phases before it have ended."""
        encoded, facts = self.pipeline.corpus, self.facts
        manifest = build_manifest(
            facts.as_manifest(),
            self.settings,
            self.probes,
            self.pipeline.device,
            self.seconds,
            self.pipeline.pretrained_facts,
            [one.outcome for one in self.results],
        )
        return Report(
            title=self.title,
            corpus_name=self.corpus.name,
            document_count=facts.documents,
            sentence_count=facts.sentences,
            token_count=facts.tokens,
            vocabulary_size=len(encoded.words),
            trained_tokens=len(encoded.tokens),
            metadata_fields=facts.metadata_fields,
            settings=self.settings.model_dump(mode="json"),
            manifest=manifest,
            probes=self.results,
            vectors=seed_vectors(self.pipeline),
            words=self.words,
            duplicates=self._near_duplicates(lambda _fraction: None),
        )


class SkippedRows(Writer):
    """skipped.csv: place and reason of every row of the corpus that could not be used; no file where there is none."""

    def __init__(self, path: Path) -> None:
        self.places: dict[str, list[str]] = {}
        self._path = path
        self._path.unlink(missing_ok=True)
        self._file: TextIO | None = None

    def add(self, place: str, reason: str) -> None:
        """The next row."""
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
            self._file.write(csv_line(["place", "reason"]))
        self._file.write(csv_line([place, reason]))
        places = self.places.setdefault(reason, [])
        if len(places) < PLACES_KEPT:
            places.append(place)

    def close(self, whole: bool) -> None:
        if self._file is not None:
            self._file.close()


def open_pipeline(
    artifacts: Path,
    settings: AuditSettings,
    probes: Sequence[ProbeDefinition],
    device: str,
    executor: Executor | None = None,
    models: Sequence[Path] | None = None,
) -> AuditPipeline:
    """The pipeline over a folder of artifacts; models are files of those in the settings, where training has not yet
    taken their vectors."""
    files = models or [model_file(artifacts, number) for number in range(1, len(settings.models) + 1)]
    return AuditPipeline(
        artifacts,
        settings,
        probes,
        device,
        pretrained_vectors(settings, files),
        executor,
    )


def pretrained_vectors(settings: AuditSettings, paths: Sequence[Path]) -> PretrainedVectors | None:
    """The models that take the place of training, whose kept files lie at these paths; None when there are none."""
    if not settings.models:
        return None
    files = [ModelFile(path, model.facts) for path, model in zip(paths, settings.models, strict=True)]
    return PretrainedVectors(files, with_outputs=need_of(settings.estimator) is Need.OUTPUTS)


def seed_vectors(pipeline: AuditPipeline) -> Iterator[SeedVectors]:
    """The vectors of every seed that was trained."""
    if pipeline.measurable_probes:
        for trajectory in pipeline.trajectories:
            yield SeedVectors(trajectory.seed, pipeline.corpus.words, trajectory.inputs)
