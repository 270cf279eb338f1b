"""A rewriting of an audit's corpus, for a notebook and for the command line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.frames import frame
from skipgram_audit.auditing.reporting import write_page
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.readers.rows import OnSkip
from skipgram_audit.corpus.sources import Corpus, CorpusDocument, passed_over
from skipgram_audit.mitigation.diff import ChangedSentence, changed_sentences
from skipgram_audit.mitigation.english import tagger_is_there
from skipgram_audit.mitigation.ledger import LedgerRow, as_csv, as_json_lines, ledger_rows
from skipgram_audit.mitigation.rewrite_run import PHASES, Documents, RewritableAudit, RewriteRun
from skipgram_audit.mitigation.rewritten_corpus import RewrittenDocument
from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan, Tally
from skipgram_audit.model.seeds import usual_seeds
from skipgram_audit.model.validation import validated
from skipgram_audit.model.word_pairs import InvalidPairs, WordPairs, load_pairs, parse_pairs
from skipgram_audit.report.check_files import drop_rewriting, keep_rewriting
from skipgram_audit.report.corpus_file import corpus_file, form_of
from skipgram_audit.report.finished_rewriting import FinishedRewriting
from skipgram_audit.report.vector_files import AFTER

PairsLike = str | Path | WordPairs | Mapping[str, Any] | Sequence[tuple[str, str]]
"""The name of a list that ships, a file, a list, its values, or pairs of words."""

SHOWN_DOCUMENTS = 10
"""That a notebook shows of a rewriting."""

Phases = Callable[[], AbstractContextManager[Callable[[str], Progress]]]


@dataclass(frozen=True)
class DocumentDiff:
    """What changes in a document: the sentences with a change, in pieces."""

    document: str
    title: str
    sentences: tuple[ChangedSentence, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.document}  {self.title}".rstrip(), *(f"  {one}" for one in self.lines())])

    def lines(self) -> Iterator[str]:
        """A line a sentence: [-what was there-]{+what is there now+}."""
        for sentence in self.sentences:
            parts = [
                one.text
                if one.after is None or one.undone
                else f"[-{one.text}-]" + f"{{+{one.after}+}}" * bool(one.after)
                for one in sentence.pieces
            ]
            yield f"{sentence.number}: {' '.join(''.join(parts).split())}"

    def _repr_html_(self) -> str:
        from skipgram_audit.report.notebook import diff_html

        return diff_html(self)


class Rewriting:
    """A rewriting of an audited corpus. Nothing of the audit changes but its report, which holds the scores.

    Attributes:
        plan: what happens.
        outcome: what is known of it: numbers at once, scores when they have been predicted or trained.
    """

    def __init__(
        self,
        pipeline: RewritableAudit,
        folder: Path,
        documents: Documents,
        manifest: Mapping[str, Any],
        audit: str,
        plan: RewritePlan,
        phases: Phases,
        undone: Mapping[int, frozenset[int]] | None = None,
    ) -> None:
        self.plan = plan
        self._pipeline, self._documents, self._manifest, self._audit = pipeline, documents, manifest, audit
        self._folder = folder
        self._phases, self._undone = phases, dict(undone or {})
        self._run = RewriteRun(pipeline, documents, plan, self._undone)
        self._vectors: dict[tuple[str, int], tuple[list[str], npt.NDArray[np.floating]]] = {}
        with phases() as phase:
            tally, self._rewritten = self._run.rewrite(phase(PHASES[0]))
        self.outcome = RewriteOutcome(tally=tally, seeds=list(pipeline.settings.seeds))

    @property
    def tally(self) -> Tally:
        """What changes, in numbers."""
        return self.outcome.tally

    @property
    def results(self) -> Iterator[RewrittenDocument]:
        """What becomes of each document."""
        return self._run.results()

    @property
    def diff(self) -> Iterator[DocumentDiff]:
        """The documents in which something changes, each with its changed sentences."""
        for one in self.results:
            if one.changes:
                found = changed_sentences(one.source.text, one.source.bounds, one.changes)
                yield DocumentDiff(one.source.id, one.source.title, tuple(found))

    @property
    def changes(self) -> Any:
        """The ledger as a data frame: a row a change; see skipgram_audit.mitigation.ledger."""
        rows = list(self.ledger())
        names = list(LedgerRow.__dataclass_fields__)
        return frame({name: [getattr(row, name) for row in rows] for name in names})

    def ledger(self) -> Iterator[LedgerRow]:
        """Every change, in the order of the corpus."""
        return ledger_rows(self.results, self.plan, self._audit)

    def undo(self, document: str, start: int | None = None) -> "Rewriting":
        """The same rewriting without a change: that which begins at ``start`` in a document, or all in it.

        Scores of this one leave the report of the audit: those of the result take their place once it is predicted.

        Args:
            document: its id.
            start: as the ledger gives it.

        Raises:
            NotFound: there is no such change.
        """
        for position, source in enumerate(self._documents()):
            if source.id == document:
                proposed = self._run.proposed(position, source)
                chosen = {change.start for change in proposed if start is None or change.start == start}
                if not chosen:
                    where = "" if start is None else f" at {start}"
                    raise NotFound(f"No change begins{where} in the document {document!r}.", "See Rewriting.changes.")
                undone = self._undone | {position: self._undone.get(position, frozenset()) | chosen}
                rewriting = Rewriting(
                    self._pipeline, self._folder, self._documents, self._manifest, self._audit, self.plan,
                    self._phases, undone,
                )  # fmt: skip
                if drop_rewriting(self._folder, self.plan):
                    write_page(self._folder)
                return rewriting
        raise NotFound(f"The corpus has no document {document!r}.", "See Audit.ids.")

    def predict(self) -> Any:
        """What every probe would score, as the audit's estimator predicts it; a row a probe."""
        self._predict()
        self._report()
        return frame(_columns(self.outcome))

    def retrain(self, seeds: Sequence[int] | None = None) -> Any:
        """What every probe scores when seeds are trained on the rewritten texts; a row a probe, with the prediction.

        Args:
            seeds: those of the audit, and others up to four, when left out; for others the audited corpus is trained,
                too.
        """
        self._predict()
        with self._phases() as phase:
            self.outcome = self._run.retrain(
                self.outcome, list(seeds or usual_seeds(self._pipeline.settings.seeds)), phase(PHASES[2]), self._keep
            )
        self._report()
        return frame(_columns(self.outcome))

    def _predict(self) -> None:
        if not self.outcome.scores:
            with self._phases() as phase:
                self.outcome.scores = self._run.predict(self._rewritten, phase(PHASES[1]))

    def _report(self) -> None:
        """Writes what was found into the report of the audit's folder."""
        keep_rewriting(self._folder, FinishedRewriting.of(self.plan, self.outcome))
        write_page(self._folder)

    def vectors(self, when: str = AFTER, seed: int | None = None) -> Any:
        """gensim's KeyedVectors of a training: after the rewriting, or before it.

        Args:
            when: after or before.
            seed: the first one that was trained when left out.

        Raises:
            NotFound: retrain has not been called, or not with this seed.
        """
        from skipgram_audit.auditing.keyed_vectors import keyed_vectors  # It loads gensim.

        return keyed_vectors(*self._trained(when, seed))

    def save_vectors(self, path: str | Path, when: str = AFTER, seed: int | None = None) -> None:
        """Writes them: binary where the file's name ends in .bin, as gensim's KeyedVectors where it ends in .kv,
        otherwise word2vec's text format."""
        from skipgram_audit.auditing.keyed_vectors import write_vectors  # It loads gensim.

        write_vectors(Path(path), *self._trained(when, seed))

    def _keep(self, when: str, seed: int, words: Sequence[str], vectors: npt.NDArray[np.floating]) -> None:
        self._vectors[when, seed] = list(words), vectors

    def _trained(self, when: str, seed: int | None) -> tuple[list[str], npt.NDArray[np.floating]]:
        seeds = self.outcome.trained_seeds
        found = self._vectors.get((when, next(iter(seeds), 0) if seed is None else seed))
        if found is None:
            known = f"Seeds: {', '.join(map(str, seeds))}." if seeds else "Call retrain first."
            raise NotFound(f"There are no vectors {when!r} of seed {seed}.", f"Choose after or before. {known}")
        return found

    def to_corpus(self, name: str = "") -> Corpus:
        """The rewritten corpus, to be audited. Its sentences are cut where they were cut before."""
        return RewrittenCorpus(self, name)

    def save(self, path: str | Path, ledger: str | Path | None = None) -> None:
        """Writes the rewritten corpus in the format that the audited one came in.

        Args:
            path: of the file.
            ledger: where every change is written, too: CSV where its name ends in .csv, otherwise a JSON object a line.
        """
        with Path(path).open("wb") as file:
            for piece in self.file():
                file.write(piece)
        if ledger is not None:
            self.save_ledger(ledger)

    def save_ledger(self, path: str | Path) -> None:
        """Writes every change: CSV where the name ends in .csv, otherwise a JSON object a line."""
        write = as_csv if str(path).lower().endswith(".csv") else as_json_lines
        with Path(path).open("w", encoding="utf-8", newline="") as lines:
            lines.writelines(write(self.ledger()))

    @property
    def file_notes(self) -> tuple[str, ...]:
        """What is not in the written file as it was in the one that was read."""
        return form_of(self._options, self._filename).notes

    def file(self) -> Iterator[bytes]:
        """The rewritten corpus as a file, in pieces."""
        has_titles = any(document.title for document in self._documents())
        documents = (result for one in self.results for result in one.results)
        return corpus_file(documents, self._options, self._filename, self._manifest["metadata_fields"], has_titles)

    @property
    def _options(self) -> ReaderOptions:
        return ReaderOptions.unchecked({"format": "jsonl", **self._manifest.get("reader_options", {})})

    @property
    def _filename(self) -> str:
        return str(self._manifest.get("filename") or self._manifest["name"])

    def __repr__(self) -> str:
        tally = self.tally
        return (
            f"Rewriting ({self.plan.method}): {tally.changes:,} changes in {tally.changed + tally.copied:,} of "
            f"{tally.documents:,} documents, {tally.removed + tally.emptied:,} removed"
        )

    def _repr_html_(self) -> str:
        from skipgram_audit.report.notebook import rewriting_html

        return rewriting_html(self.plan, self.outcome, list(islice(self.diff, SHOWN_DOCUMENTS)))


class RewrittenCorpus(Corpus):
    """The result of a rewriting."""

    def __init__(self, rewriting: Rewriting, name: str) -> None:
        self._rewriting = rewriting
        described = rewriting._manifest
        self.name = name or f"{described['name']}, rewritten"
        self.language = described["language"]
        self.metadata_fields = tuple(described["metadata_fields"])

    def identity(self) -> Mapping[str, Any]:
        return {"parent": self._rewriting._manifest["content_sha256"], **self._how()}

    def documents(self, progress: Progress, on_skip: OnSkip = passed_over) -> Iterator[CorpusDocument]:
        total = max(1, self._rewriting.tally.documents)
        for one in self._rewriting.results:
            for found in one.results:
                yield CorpusDocument(found.text, found.bounds, found.id, found.title, found.fields)
            progress((one.position + 1) / total)

    def manifest(self) -> dict[str, Any]:
        parent = self._rewriting._manifest
        facts = {"name": parent["name"], "content_sha256": parent["content_sha256"], **self._how()}
        return {"name": self.name, "filename": "", "rewritten_from": facts, "rows": None}

    def _how(self) -> dict[str, Any]:
        undone = {str(position): sorted(starts) for position, starts in self._rewriting._undone.items()}
        return {"plan": self._rewriting.plan.model_dump(mode="json"), "undone": undone}


def make_rewrite_plan(
    pairs: PairsLike | Iterable[PairsLike] | None,
    method: str,
    positions: Sequence[int] | None,
    removed: Sequence[int],
    grammar: str | None = None,
    **options: Any,
) -> RewritePlan:
    """A plan, its lists loaded.

    Args:
        grammar: rule or tagger; the tagger where it is installed when left out.

    Raises:
        InvalidPairs, NotFound: a list cannot be used, or is not there.
        InvalidInput: another part of the plan is wrong.
    """
    values = {
        "method": method,
        "lists": tuple(loaded_pairs(pairs)),
        "positions": None if positions is None else tuple(positions),
        "removed": tuple(removed),
        "grammar": grammar or ("tagger" if tagger_is_there() else "rule"),
        **{name: value for name, value in options.items() if value is not None},
    }
    return validated(RewritePlan, values, "This rewriting cannot be made")


def loaded_pairs(pairs: PairsLike | Iterable[PairsLike] | None) -> Iterator[WordPairs]:
    """Lists of word pairs, however they are given.

    Raises:
        InvalidPairs, NotFound: a list cannot be used, or is not there.
    """
    if pairs is None:
        return
    if isinstance(pairs, str | Path):
        yield load_pairs(str(pairs))
    elif isinstance(pairs, WordPairs):
        yield pairs
    elif isinstance(pairs, Mapping):
        import json

        yield parse_pairs(json.dumps(dict(pairs)))
    else:
        listed = list(pairs)
        if listed and all(isinstance(one, tuple | list) and len(one) == 2 for one in listed):
            found = [(str(one[0]), str(one[1])) for one in listed if isinstance(one, tuple | list)]
            yield WordPairs(pairs=tuple(found))
            return
        for one in listed:
            if isinstance(one, tuple | list):
                raise InvalidPairs(f"{one!r} is no pair of words.", "Give two words, or the name of a list.")
            yield from loaded_pairs(one)


def _columns(outcome: RewriteOutcome) -> dict[str, list[Any]]:
    scores = outcome.scores
    before = [_mean(one.before) for one in scores]
    predicted, trained = [_mean(one.predicted) for one in scores], [_mean(one.trained) for one in scores]
    baseline = [_mean(one.trained_before) for one in scores]
    columns: dict[str, list[Any]] = {
        "probe": [one.probe for one in scores],
        "before": before,
        "predicted": predicted,
        "predicted_change": _differences(before, predicted),
        "reason": [one.reason for one in scores],
    }
    if outcome.trained_seeds:
        columns |= {
            "retrained": trained,
            "retrained_change": _differences(baseline, trained),
            "retrained_by_seed": [one.trained for one in scores],
            "retrained_reason": [one.trained_reason for one in scores],
        }
    return columns | {"lost_words": [one.lost_words for one in scores]}


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _differences(before: Sequence[float | None], after: Sequence[float | None]) -> list[float | None]:
    pairs = zip(before, after, strict=True)
    return [None if first is None or second is None else second - first for first, second in pairs]
