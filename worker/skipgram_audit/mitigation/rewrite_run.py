"""A rewriting of an audited corpus: what it changes, what every probe is predicted to score, and what it scores."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.corpus.weighted import WeightedCorpus, weighted_corpus
from skipgram_audit.mitigation.encoded import in_vocabulary, watched
from skipgram_audit.mitigation.rewriting import Change, Rewriter
from skipgram_audit.mitigation.rewritten_corpus import (
    CorpusRewriting,
    Fate,
    RewrittenDocument,
    Undone,
    adds_documents,
)
from skipgram_audit.model.engine_errors import UnusableCorpus
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.rewriting import PairCount, RewriteOutcome, RewritePlan, RewrittenScore, Tally
from skipgram_audit.model.seeds import require_seeds
from skipgram_audit.model.tokens import tokenize, word_form
from skipgram_audit.model.word_pairs import Coverage, coverage, require_language
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.report.vector_files import AFTER, BEFORE
from skipgram_audit.retraining.audited import AuditedModel
from skipgram_audit.retraining.retrained import scores_of

PHASES = ("Rewriting the texts", "Predicting the scores", "Training on the rewritten texts")

SHOWN_PAIRS = 50
"""Reasons of changes that a tally lists."""

Documents = Callable[[], Iterable[CorpusDocument]]
"""Gives all documents of the audited corpus, in its order, each time that it is called."""


class RewritableAudit(AuditedModel, Protocol):
    """A finished audit that can be predicted and retrained with rewritten documents, too. AuditPipeline is one."""

    @property
    def probes(self) -> tuple[ProbeDefinition, ...]: ...

    def predict_corpora(self, corpora: Sequence[WeightedCorpus], progress: Progress) -> npt.NDArray[np.float64]: ...
    def train_corpus(
        self, corpus: EncodedCorpus, seeds: Sequence[int], progress: Progress
    ) -> list[npt.NDArray[np.floating]]: ...


KeepVectors = Callable[[str, int, Sequence[str], npt.NDArray[np.floating]], None]
"""Takes BEFORE or AFTER, a seed, words, and their vectors [words, dimension]."""


class RewriteRun:
    """A plan on one audit.

    Args:
        pipeline: of the audit.
        documents: of its corpus.
        plan: what happens to them.
        undone: proposed changes that are not made.

    Attributes:
        changed: places of the documents in which something is proposed, once they have been rewritten.

    Raises:
        InvalidPairs: the lists are for another language, contradict each other, or have no word of the corpus.
        InvalidInput: a place that the corpus does not have, or nothing would be left.
    """

    def __init__(
        self, pipeline: RewritableAudit, documents: Documents, plan: RewritePlan, undone: Undone | None = None
    ) -> None:
        self._pipeline, self._documents, self.plan = pipeline, documents, plan
        self._undone: Undone = undone or {}
        corpus = pipeline.corpus
        plan.require_something()
        plan.require_places(corpus.document_count)
        require_language(plan.lists, corpus.language)
        self._rewriter = Rewriter(plan, corpus.language)
        self.changed: list[int] = []
        self.coverage: Coverage | None = None
        if self._rewriter.table is not None:
            self.coverage = coverage(self._rewriter.table, folded_counts(corpus))

    def results(self) -> Iterator[RewrittenDocument]:
        """What becomes of each document, in the order of the corpus."""
        return self._rewriting().documents(self._documents())

    def proposed(self, position: int, document: CorpusDocument) -> list[Change]:
        """All changes that the plan makes in a document, those that were undone as well."""
        return CorpusRewriting(self._rewriter).proposed(position, document)

    def rewrite(self, progress: Progress) -> tuple[Tally, EncodedCorpus]:
        """What the plan changes, and the rewritten corpus in the words of the audit.

        Raises:
            InvalidInput: nothing would change, or nothing would be left.
        """
        corpus = self._pipeline.corpus
        tallying = _Tallying(self._rewriting(), corpus, self._undone)
        texts = watched(self._documents(), corpus.document_count, progress)
        rewritten = in_vocabulary(corpus, tallying.of(texts))
        tally, self.changed = tallying.tally, tallying.changed
        tally.tokens_after = len(rewritten.tokens)
        if self.coverage is not None:
            tally.found_words, tally.missing_words = len(self.coverage.found), self.coverage.missing
        changes = tally.changes or tally.removed or tally.copied or tally.added
        if not changes and tally.undone:
            raise InvalidInput(
                "This rewriting changes nothing: all its changes are undone.", "Make some of them again."
            )
        if not changes:
            raise InvalidInput(
                "This rewriting changes nothing: no word of the lists is in the documents that are drawn.",
                "Choose other lists, more documents, or a larger probability.",
            )
        if tally.documents_after == 0 or not len(rewritten.tokens):
            raise InvalidInput("Nothing of the corpus would be left.", "Rewrite or remove fewer documents.")
        return tally, rewritten

    def predict(self, rewritten: EncodedCorpus, progress: Progress) -> list[RewrittenScore]:
        """Every probe's score, before and as the audit's estimator predicts it.

        Args:
            rewritten: what rewrite gave.

        Raises:
            UnusablePlan: the estimator cannot predict what new texts do.
        """
        pipeline = self._pipeline
        predicted = pipeline.predict_corpora([weighted_corpus(rewritten)], progress)[0]
        recounted = _recounted(rewritten, pipeline.settings.minimum_count)
        rows = {probe.name: row for row, probe in enumerate(pipeline.measurable_probes)}
        scores = self.before()
        for probe, score in zip(pipeline.probes, scores, strict=True):
            if probe.name not in rows:
                continue
            row = rows[probe.name]
            score.lost_words = _lost_words(probe, pipeline.corpus, recounted)
            left = None if recounted is None else resolve(probe, recounted)
            if left is None:
                score.reason = "Too few words are left to train on."
            elif isinstance(left, Unmeasurable):
                score.reason = left.reason
            elif score.lost_words:
                score.reason = (
                    f"Too few occurrences are left of {', '.join(score.lost_words)}, so a new training scores the "
                    "probe without them; what it scores then is not predicted."
                )
            elif np.isfinite(predicted[row]).all():
                score.predicted = predicted[row].tolist()
            else:
                score.reason = left.undefined.reason
        return scores

    def before(self) -> list[RewrittenScore]:
        """Every probe's score before."""
        pipeline = self._pipeline
        trained = pipeline.trained_scores()
        rows = {probe.name: row for row, probe in enumerate(pipeline.measurable_probes)}
        return [
            RewrittenScore(probe=probe.name, kind=probe.kind, before=trained[rows[probe.name]].tolist())
            if probe.name in rows
            else RewrittenScore(probe=probe.name, kind=probe.kind, reason="It was not measured.")
            for probe in pipeline.probes
        ]

    def retrain(
        self,
        outcome: RewriteOutcome,
        seeds: Sequence[int],
        progress: Progress,
        keep: KeepVectors = lambda *_: None,
    ) -> RewriteOutcome:
        """The outcome with what every probe scores after trainings on the rewritten texts.

        Args:
            outcome: with the scores before.
            seeds: of the trainings; where the audit has not trained one, the audited corpus is trained by it, too.
            keep: takes the vectors before and after, seed by seed.

        Raises:
            InvalidInput: a seed is named twice, or is none.
            UnusableModel: the vectors were trained elsewhere.
        """
        try:
            require_seeds(list(seeds))
        except ValueError as error:
            raise InvalidInput(f"These seeds cannot be trained: {error}.", "Name each once.") from None
        pipeline, settings = self._pipeline, self._pipeline.settings
        pipeline.require_own_training()
        own = pipeline.corpus
        strangers = [seed for seed in seeds if seed not in settings.seeds]
        outcome = outcome.model_copy(deep=True)
        outcome.trained_seeds = list(seeds)
        before = self._before(seeds, strangers, part_of(progress, 0.1, 0.4 if strangers else 0.0), keep)
        try:
            encoded = self.encoded(part_of(progress, 0.0, 0.1))
            rest = part_of(progress, 0.5 if strangers else 0.1, 0.5 if strangers else 0.9)
            vectors = pipeline.train_corpus(encoded, seeds, rest)
        except UnusableCorpus as error:
            for score in outcome.scores:
                score.trained, score.trained_reason = [], error.message
            return outcome
        for seed, one in zip(seeds, vectors, strict=True):
            keep(AFTER, seed, encoded.words, one)
        outcome.tally.too_rare = len(set(own.words) - set(encoded.words))
        outcome.tally.new_words = len(set(encoded.words) - set(own.words))
        found = scores_of(pipeline.measurable_probes, encoded, vectors)
        by_name = {score.probe: score for score in outcome.scores}
        for probe, value, old in zip(pipeline.measurable_probes, found, before, strict=True):
            score = by_name[probe.name]
            score.trained_before = old
            score.lost_words = _lost_words(probe, own, encoded)
            if isinstance(value, Unmeasurable):
                score.trained, score.trained_reason = [], value.reason
            else:
                score.trained, score.trained_reason = value.tolist(), ""
        progress(1.0)
        return outcome

    def encoded(self, progress: Progress) -> EncodedCorpus:
        """The rewritten corpus as a training takes it, its vocabulary counted anew.

        Raises:
            UnusableCorpus: there is nothing to train on.
        """
        own, least = self._pipeline.corpus, self._pipeline.settings.minimum_count
        count = max(1, own.document_count)
        sentences: list[npt.NDArray[np.int64]] = []
        results = self._with_keys(self._rewriting().documents(watched(self._documents(), count, progress)), sentences)
        encoded = encode_documents(results, count, own.casefold, least, lambda _fraction: None, own.language)
        return replace(encoded, sentence_keys=np.concatenate([np.zeros(0, np.int64), *sentences]))

    def _before(
        self, seeds: Sequence[int], strangers: Sequence[int], progress: Progress, keep: KeepVectors
    ) -> list[list[float]]:
        """Scores of the audited corpus by some seeds, a row a measured probe."""
        pipeline = self._pipeline
        probes = pipeline.measurable_probes
        trained = pipeline.trained_scores()
        by_seed = {seed: trained[:, column] for column, seed in enumerate(pipeline.settings.seeds)}
        for trajectory in pipeline.trajectories:
            if trajectory.seed in seeds:
                keep(BEFORE, trajectory.seed, pipeline.corpus.words, trajectory.inputs)
        if strangers:
            vectors = pipeline.train_corpus(pipeline.corpus, strangers, progress)
            for seed, one in zip(strangers, vectors, strict=True):
                keep(BEFORE, seed, pipeline.corpus.words, one)
                found = scores_of(probes, pipeline.corpus, [one])
                by_seed[seed] = np.array([np.nan if isinstance(value, Unmeasurable) else value[0] for value in found])
        return [[float(by_seed[seed][row]) for seed in seeds] for row in range(len(probes))]

    def _with_keys(
        self, documents: Iterable[RewrittenDocument], sentences: list[npt.NDArray[np.int64]]
    ) -> Iterator[TextDocument]:
        """The documents of the new corpus; gathers the keys that their sentences have in the audited corpus."""
        corpus = self._pipeline.corpus
        next_key = int(corpus.sentence_keys.max(initial=-1)) + 1
        for one in documents:
            is_new = one.fate is Fate.ADDED
            first, last = (0, 0) if is_new else corpus.document_sentences[one.position : one.position + 2].tolist()
            own = corpus.sentence_keys[first:last]
            for number, result in enumerate(one.results):
                if number or is_new:
                    sentences.append(np.arange(next_key, next_key + len(result.bounds), dtype=np.int64))
                    next_key += len(result.bounds)
                else:
                    sentences.append(own[one.rewritten.kept] if one.rewritten and one.fate is Fate.CHANGED else own)
                yield TextDocument(result.text, result.bounds)

    def _rewriting(self) -> CorpusRewriting:
        taken: frozenset[str] = frozenset()
        if adds_documents(self.plan):
            taken = frozenset(document.id for document in self._documents())
        return CorpusRewriting(self._rewriter, self._undone, taken)


class _Tallying:
    """Counts what a rewriting does while its documents pass."""

    def __init__(self, rewriting: CorpusRewriting, corpus: EncodedCorpus, undone: Undone) -> None:
        self._rewriting, self._corpus, self._undone = rewriting, corpus, undone
        self.tally = Tally(tokens_before=len(corpus.tokens))
        self._why: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self.changed: list[int] = []

    def of(self, documents: Iterable[CorpusDocument]) -> Iterator[RewrittenDocument]:
        tally = self.tally
        for one in self._rewriting.documents(documents):
            tally.documents += one.fate is not Fate.ADDED
            tally.added += one.fate is Fate.ADDED
            tally.changed += one.fate is Fate.CHANGED
            tally.copied += len(one.copy_ids)
            tally.removed += one.fate is Fate.REMOVED
            tally.emptied += one.fate is Fate.EMPTIED
            tally.changes += len(one.changes)
            if one.changes or one.position in self._undone:
                self.changed.append(one.position)
            if one.position in self._undone:
                tally.undone += len(self._rewriting.proposed(one.position, one.source)) - len(one.changes)
            for change in one.changes:
                self._count(change.before, change.after, change.why)
            yield one
        tally.pairs = _most_frequent(self._why)
        tally.without_vector = _most_frequent(self._unknown)

    def _count(self, before: str, after: str, why: str) -> None:
        corpus = self._corpus
        self._why[why] += 1
        replaced = tokenize(before, corpus.casefold, corpus.language)
        self.tally.changed_tokens += sum(word in corpus.index for word in replaced)
        for word in tokenize(after, corpus.casefold, corpus.language):
            if word not in corpus.index:
                self._unknown[word] += 1


def _most_frequent(counts: Counter[str]) -> list[PairCount]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [PairCount(why=why, count=count) for why, count in ordered[:SHOWN_PAIRS]]


def folded_counts(corpus: EncodedCorpus) -> dict[str, int]:
    """Word of the vocabulary, case-folded -> occurrences."""
    counts: Counter[str] = Counter()
    for word, count in zip(corpus.words, corpus.counts.tolist(), strict=True):
        counts[word_form(word, True, corpus.language)] += count
    return counts


def _recounted(corpus: EncodedCorpus, minimum_count: int) -> EncodedCorpus | None:
    try:
        return corpus.recounted(minimum_count)
    except UnusableCorpus:
        return None


def _lost_words(probe: ProbeDefinition, before: EncodedCorpus, after: EncodedCorpus | None) -> list[str]:
    """Words of a probe that the audited corpus counts and the other does not."""
    forms = dict.fromkeys(before.form(word) for word in probe.words())
    return [form for form in forms if form in before.index and (after is None or form not in after.index)]
