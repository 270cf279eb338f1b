"""An audit without server or database: a corpus file in, a folder of results out, which answers what-ifs later."""

import hashlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app import __version__
from app.errors import InvalidInput, NotFound
from app.store.definitions.probe import ProbeDefinition, parse_probe
from app.store.definitions.settings import AuditSettings
from worker.engine.corpus.encoding import TextDocument
from worker.engine.corpus.identity import ContentHash
from worker.engine.corpus.readers import ReaderLimits, ReaderOptions, SourceDocument, read_documents
from worker.engine.corpus.sentences import sentence_bounds
from worker.engine.corpus.tokens import tokenize
from worker.engine.errors import UnknownDocument
from worker.engine.pipeline import AuditPipeline
from worker.engine.probes.protocol import Unmeasurable
from worker.reports.manifest import build_manifest
from worker.reports.outcomes import outcome_of
from worker.reports.values import Report, ReportDocument, ReportProbe, SeedVectors
from worker.reports.writer import write_report
from worker.translation import training_settings, word_set_probe

ARTIFACTS, DOCUMENTS = "artifacts", "documents.json"
Phase = Callable[[str], Callable[[float], None]]
"""Begins a phase of this title and returns its progress."""


class StandaloneAudit:
    """An audit of one file into one folder.

    Args:
        corpus: the file.
        options: how it is read; metadata fields go into the tables.
        language: of the sentence segmenter.
        settings, probes: see there.
        folder: where results go; what an interrupted run of the same audit left there is used.
        device: auto, cpu or cuda.
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
    ) -> None:
        self._corpus = corpus
        self._options = options
        self._language = language
        self._settings = settings
        self._probes = list(probes)
        self._folder = folder
        self._artifacts = folder / ARTIFACTS
        self._seconds: dict[str, float] = {}
        self.skipped: Counter[str] = Counter()
        self._prepare()
        self._pipeline = open_pipeline(self._artifacts, settings, self._probes, device)

    def run(self, phase: Phase) -> Report:
        """All phases; returns what was reported."""
        self._timed("encode", lambda: self._encode(phase("Reading the corpus into words")))
        self._timed("train", lambda: self._pipeline.train(phase("Training word vectors")))
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

    def _encode(self, progress: Callable[[float], None]) -> None:
        """Reads the file into the pipeline, noting ids, hash and counts on the way."""
        identifiers: list[str] = []
        content = ContentHash()
        totals: Counter[str] = Counter()

        def documents() -> Iterator[TextDocument]:
            for document in self._read(progress):
                bounds = sentence_bounds(document.text, self._language)
                identifiers.append(document.id)
                content.add(document.id, document.text, bounds)
                totals["sentences"] += len(bounds)
                totals["tokens"] += len(tokenize(document.text, casefold=False))
                yield TextDocument(document.text, bounds)

        if not (self._artifacts / DOCUMENTS).exists():
            self._pipeline.encode(documents(), 1, lambda _fraction: None)
            facts = {
                "ids": identifiers,
                "content_sha256": content.hexdigest(),
                "sentences": totals["sentences"],
                "tokens": totals["tokens"],
                "skipped": dict(self.skipped),
            }
            temporary = self._artifacts / (DOCUMENTS + ".part")
            temporary.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
            temporary.replace(self._artifacts / DOCUMENTS)
        self.skipped = Counter(self._facts["skipped"])
        progress(1.0)

    def _read(self, progress: Callable[[float], None] | None = None) -> Iterator[SourceDocument]:
        self.skipped.clear()

        def skip(_place: str, reason: str) -> None:
            self.skipped[reason] += 1

        return read_documents(self._corpus, self._options, ReaderLimits(), skip, progress)

    def _report_documents(self) -> Iterator[ReportDocument]:
        for document in self._read():
            bounds = sentence_bounds(document.text, self._language)
            yield ReportDocument(document.id, document.title, document.text, bounds, document.fields)

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
            "skipped": facts["skipped"],
        }
        probes = zip(self._pipeline.results(), self._probes, strict=True)
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
            manifest=build_manifest(corpus, self._settings, self._probes, self._pipeline.device, self._seconds),
            probes=[ReportProbe(outcome_of(result, probe), result.attribution) for result, probe in probes],
            vectors=self._vectors(),
        )

    def _vectors(self) -> Iterator[SeedVectors]:
        if self._pipeline.measurable_probes:
            for trajectory in self._pipeline.trajectories:
                yield SeedVectors(trajectory.seed, self._pipeline.corpus.words, trajectory.inputs)

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


class FinishedAudit:
    """The folder of a finished audit, to ask what happens when documents go.

    Raises:
        NotFound: the folder holds no finished audit.
    """

    def __init__(self, folder: Path, device: str) -> None:
        manifest_file = folder / "manifest.json"
        if not manifest_file.is_file() or not (folder / ARTIFACTS).is_dir():
            raise NotFound(
                f"{str(folder)!r} holds no finished audit.", "Name the folder given to `skipgram-audit audit --out`."
            )
        manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
        settings = AuditSettings.model_validate(manifest["settings"])
        probes = [parse_probe(values) for values in manifest["probes"]]
        self._pipeline = open_pipeline(folder / ARTIFACTS, settings, probes, device)
        self._identifiers: list[str] = read_facts(folder / ARTIFACTS)["ids"]

    def removed(self, identifiers: Sequence[str]) -> npt.NDArray[np.bool_]:
        """bool [documents], true for those named, also as documents.csv writes them: an id that a spreadsheet could
        take for a formula has an apostrophe before it there.

        Raises:
            UnknownDocument: an id that no document has.
        """
        numbers = {identifier: number for number, identifier in enumerate(self._identifiers)}
        identifiers = [one if one in numbers else one.removeprefix("'") for one in identifiers]
        unknown = [identifier for identifier in identifiers if identifier not in numbers]
        if unknown:
            listed = ", ".join(map(repr, unknown[:5])) + (", ..." if len(unknown) > 5 else "")
            raise UnknownDocument(
                f"{len(unknown)} of {len(identifiers)} ids are not in the corpus: {listed}.",
                "Ids are those of the column id in documents.csv.",
                unknown=unknown[:100],
            )
        removed = np.zeros(len(self._identifiers), np.bool_)
        removed[[numbers[identifier] for identifier in identifiers]] = True
        return removed

    def predict(self, removed: npt.NDArray[np.bool_], progress: Callable[[float], None]) -> dict[str, Any]:
        """Effect sizes before and, as the audit's estimator predicts, after the documents go."""
        after = self._pipeline.predict([removed], progress)[0] if self._pipeline.measurable_probes else []
        return self._answer(removed, list(after))

    def retrain(
        self, removed: npt.NDArray[np.bool_], same_run: bool, progress: Callable[[float], None]
    ) -> dict[str, Any]:
        """Effect sizes before and after the same seeds were trained on what is left."""
        after = self._pipeline.retrain(removed, same_run, progress) if self._pipeline.measurable_probes else []
        return self._answer(removed, after)

    def _answer(
        self, removed: npt.NDArray[np.bool_], after: Sequence[npt.NDArray[np.float64] | Unmeasurable]
    ) -> dict[str, Any]:
        """One entry a probe: means over seeds, each seed's numbers beside them."""
        measurable = {probe.name: number for number, probe in enumerate(self._pipeline.measurable_probes)}
        before = self._pipeline.effect_sizes() if measurable else np.zeros((0, 0))
        probes = []
        for probe in self._pipeline.probes:
            if probe.name not in measurable:
                probes.append({"name": probe.name, "before": None, "after": None, "reason": "It was not measured."})
                continue
            first, second = before[measurable[probe.name]], after[measurable[probe.name]]
            entry: dict[str, Any] = {"name": probe.name, "before": float(first.mean())}
            if isinstance(second, Unmeasurable):
                entry |= {"after": None, "reason": second.reason, "before_by_seed": first.tolist()}
            else:
                entry |= {
                    "after": float(second.mean()),
                    "before_by_seed": first.tolist(),
                    "after_by_seed": second.tolist(),
                }
            probes.append(entry)
        return {
            "removed_documents": int(removed.sum()),
            "left_documents": int((~removed).sum()),
            "seeds": list(self._pipeline.settings.seeds),
            "probes": probes,
        }


def open_pipeline(
    folder: Path, settings: AuditSettings, probes: Sequence[ProbeDefinition], device: str
) -> AuditPipeline:
    """The pipeline over a folder of artifacts."""
    return AuditPipeline(
        folder,
        training_settings(settings),
        settings.estimator,
        [word_set_probe(probe) for probe in probes],
        device,
        settings.exact_permutations,
    )


def read_facts(artifacts: Path) -> dict[str, Any]:
    """Ids, hash and counts of the corpus, as they were when it was read."""
    facts: dict[str, Any] = json.loads((artifacts / DOCUMENTS).read_text(encoding="utf-8"))
    return facts


def read_identifiers(path: Path) -> list[str]:
    """Document ids from a text file, one a line; blank lines are passed over, repeats count once.

    Raises:
        NotFound: no such file.
        InvalidInput: no id in it, or not UTF-8.
    """
    if not path.is_file():
        raise NotFound(f"There is no file {str(path)!r}.", "It should hold one document id a line.")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is not text in UTF-8: {error}.", "Save it as UTF-8.") from error
    identifiers = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not identifiers:
        raise InvalidInput(f"{path.name} names no document.", "Write one document id a line.")
    return identifiers
