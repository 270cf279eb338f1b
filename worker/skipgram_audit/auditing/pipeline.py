"""The phases of one audit over a folder of artifacts: encode, train, null, influence, results.

Every phase writes one file a result, whole or not at all, and passes over what is already there: an audit that was
killed is resumed. The folder alone answers `predict` and `retrain` later.
"""

import math
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.cache import FolderCache
from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.failures import raising_engine_errors
from skipgram_audit.attribution.memory import require_memory, require_training_memory, results_bytes
from skipgram_audit.attribution.pair_influences import PairInfluences
from skipgram_audit.attribution.protocol import (
    InfluenceProblem,
    Influences,
    SolverReport,
    SupportsNewTexts,
    SupportsReranking,
)
from skipgram_audit.auditing.folder import calibration_among
from skipgram_audit.auditing.leave_one_word_out import score_of
from skipgram_audit.auditing.measurable import is_finite, of_pretrained, require_measurable, trained_scores
from skipgram_audit.auditing.results import probe_result, unmeasured_result, with_repeats
from skipgram_audit.auditing.shuffled_null import train_shuffles
from skipgram_audit.computing.arrays import read_arrays, write_arrays
from skipgram_audit.computing.cores import core_count
from skipgram_audit.computing.devices import choose_device
from skipgram_audit.computing.execution import Executor, LocalExecutor
from skipgram_audit.computing.files import read_json, write_json
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents, require_pairs
from skipgram_audit.corpus.weighted import WeightedCorpus, without
from skipgram_audit.model.calibration import Calibration
from skipgram_audit.model.engine_errors import UnusableCorpus, UnusablePlan
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.tokens import DEFAULT_LANGUAGE
from skipgram_audit.model.what_if import lost_words_reason
from skipgram_audit.pretrained.vectors import PretrainedVectors, require_own_training
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.report.values import ReportProbe
from skipgram_audit.retraining.removable import occurrences_left, rarer_words
from skipgram_audit.retraining.retrained import left_over, retrain, scores_of
from skipgram_audit.training.distribution import require_expected_pairs
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.gpu.batch_vectors import gpu_bytes_needed
from skipgram_audit.training.gpu.batches import batch_capacity
from skipgram_audit.training.seeds import train_seeds
from skipgram_audit.training.sgd import interval_ends
from skipgram_audit.training.trajectory import Trajectory


class AuditPipeline:
    """One audit.

    Attributes:
        executor: counts, attributes and trains.
        device: cpu or cuda, where this process computes; wanted_device: as it was asked for, for other machines.

    Args:
        folder: where artifacts lie; made by the first phase if it is not there.
        settings: of the audit.
        probes: to measure and explain; one that cannot be measured says why and does not stop the others.
        device: auto, cpu or cuda.
        pretrained: models that were trained elsewhere, in the place of training; seeds are then 1, 2, ... by model.
        executor: in the place of threads on the cores of this machine.
    """

    def __init__(
        self,
        folder: Path,
        settings: AuditSettings,
        probes: Sequence[ProbeDefinition],
        device: str = "auto",
        pretrained: PretrainedVectors | None = None,
        executor: Executor | None = None,
    ) -> None:
        self._folder = folder
        self._corpus_file = folder / "corpus.npz"
        self._influence_file = folder / "influences.npz"
        self._repeats_file = folder / "repeats.npz"
        self._pairs_file = folder / "pairs.npz"
        self._coverage_file = folder / "coverage.json"
        self._given_file = folder / "given.json"
        self.settings = settings
        self.probes = tuple(of_pretrained(probe) for probe in probes) if pretrained else tuple(probes)
        self.device, self.wanted_device = choose_device(device), device
        self.executor = executor or LocalExecutor(core_count())
        self._estimator = ESTIMATORS[settings.estimator]
        self._pretrained = pretrained

    def encode(
        self, documents: Iterable[TextDocument], total: int, progress: Progress, language: str = DEFAULT_LANGUAGE
    ) -> EncodedCorpus:
        """Reads the documents, whose language decides about case, into word ids, and decides whether the rest of the
        audit is worth its time.

        Raises:
            UnusableCorpus: there is no vocabulary, or nothing to learn vectors from.
            NothingToMeasure: no probe can be measured.
        """
        if not self._corpus_file.exists():
            minimum_count = 1 if self._pretrained else self.settings.minimum_count
            corpus = encode_documents(documents, total, self.settings.casefold, minimum_count, progress, language)
            if self._pretrained:
                corpus, coverage = self._pretrained.vocabulary(corpus, self._probe_words(corpus))
                self._folder.mkdir(parents=True, exist_ok=True)
                write_json(self._coverage_file, coverage)
            self._folder.mkdir(parents=True, exist_ok=True)
            corpus.save(self._corpus_file)
        progress(1.0)
        require_pairs(self.corpus)
        if not self._pretrained:
            require_expected_pairs(self.corpus, self.settings)
        require_measurable(self.probes, self._found, "so nothing was trained")
        return self.corpus

    def train(self, progress: Progress) -> None:
        """Trains the seeds that have not been trained yet, side by side; given models are taken as they are.

        Raises:
            NothingToMeasure: the vectors give no probe a score.
        """
        if self._pretrained:
            self._take_pretrained(self._pretrained, progress)
        else:
            self._train_own(progress)
        require_measurable(self.probes, self._resolved, "so no influence was traced")
        progress(1.0)

    def _train_own(self, progress: Progress) -> None:
        waiting = [seed for seed in self.settings.seeds if not self._seed_file(seed).exists()]
        if waiting:
            self._require_memory(len(waiting))
            for trajectory in train_seeds(
                self.corpus, self.settings, waiting, progress, self.executor, device=self.wanted_device
            ):
                trajectory.save(self._seed_file(trajectory.seed))

    def null(self, progress: Progress) -> None:
        """Scores the probes after trainings on shuffled text; a shuffle that has been trained is passed over."""
        numbers = range(1, self.settings.null_shuffles + 1)
        waiting = [number for number in numbers if not self._null_file(number).exists()]
        if waiting:
            train_shuffles(
                self.corpus, self.settings, waiting, self._save_null, progress, self.executor, self.wanted_device
            )
        progress(1.0)

    def influence(self, progress: Progress) -> None:
        """Scores the probes and estimates the influence of every sentence and token on each."""
        if not self._influence_file.exists():
            problem = self._problem()
            words = [len(score.words) for score in problem.scores]
            require_memory(
                self._estimator.name, results_bytes(problem.corpus, len(problem.trajectories), words), len(words)
            )
            with raising_engine_errors(self._estimator.name):
                influences = self._estimator.influences(problem, progress)
            if influences.pairs is not None:
                write_arrays(self._pairs_file, influences.pairs.arrays())
            solved = {} if influences.solver is None else influences.solver.arrays()
            write_arrays(
                self._influence_file,
                {"scores": influences.scores, "sentences": influences.sentences, "tokens": influences.tokens, **solved},
            )
        progress(1.0)

    def predict_without_repeats(self, repeats: npt.NDArray[np.bool_], progress: Progress) -> None:
        """Predicts every probe's score where texts that repeat others are gone: by the first seed, as an audit's
        calibration does, and by estimators that train for a set; what others add up says nothing of repeated texts.

        Args:
            repeats: bool [documents].
        """
        if not self._repeats_file.exists() and DESCRIPTIONS[self.settings.estimator].supports_reranking:
            changes = np.full(len(self.word_list_scores), np.nan)
            if repeats.any():
                changes = self._changes_without(repeats, progress)
            write_arrays(self._repeats_file, {"documents": np.flatnonzero(repeats), "changes": changes})
        progress(1.0)

    def _changes_without(self, removed: npt.NDArray[np.bool_], progress: Progress) -> npt.NDArray[np.float64]:
        """Of the measurable probes' scores, predicted by the first seed; not finite where there is no score."""
        try:
            has_score = np.array([why is None for why in self.left_unpredictable(removed)])
        except UnusableCorpus:
            return np.full(len(self.word_list_scores), np.nan)
        changes = self.predict([removed], progress, seeds=1)[0, :, 0] - self.trained_scores()[:, 0]
        return np.where(has_score, changes, np.nan)

    def results(self) -> list[ReportProbe]:
        """Every probe's scores and influences, in the order given."""
        influences = self.influences
        repeats = self._repeats
        results: list[ReportProbe] = []
        row = 0
        for probe, score in zip(self.probes, self._resolved, strict=True):
            if isinstance(score, Unmeasurable):
                results.append(unmeasured_result(probe, self.corpus, score))
                continue
            if influences is None:
                raise UnusableCorpus("The influences of this audit have not been computed.", "Run the audit again.")
            null_scores = [value for value in self.null_scores[:, row].tolist() if math.isfinite(value)]
            one = influences.of_probe(row)
            found = probe_result(probe, score, self.corpus, self.trajectories, one, self.settings, null_scores)
            results.append(found if repeats is None else with_repeats(found, *repeats, row))
            row += 1
        return results

    def trained_scores(self) -> npt.NDArray[np.float64]:
        """float64 [measurable probes, seeds], of the trained vectors."""
        return trained_scores(self.word_list_scores, self.trajectories)

    def predict(
        self,
        removals: Sequence[npt.NDArray[np.bool_]],
        progress: Progress,
        seeds: int | None = None,
        same_run: bool = False,
    ) -> npt.NDArray[np.float64]:
        """Effect sizes without each set of documents, as the audit's estimator predicts them.

        Args:
            removals: bool [documents] each.
            seeds: the first so many of the audit's; all when left out.
            same_run: subsampling and noise stay those of the whole corpus, as a retraining of this run has them; only
                an estimator that counts again can tell.

        Returns:
            float64 [removals, measurable probes, seeds]: trained effect size plus predicted change; not finite where
            the estimator finds no score without the set.
        """
        problem = self._problem(seeds)
        with raising_engine_errors(self._estimator.name):
            if isinstance(self._estimator, SupportsNewTexts):
                corpora = without(problem.corpus, removals, same_run)
                changes = self._estimator.predict_corpora(problem, corpora, progress)
            else:
                changes = self._estimator.predict(problem, lambda: self.influences, removals, progress)
        return self.trained_scores()[:, :seeds] + changes

    def predicted_scores(
        self, removed: npt.NDArray[np.bool_], progress: Progress
    ) -> list[npt.NDArray[np.float64] | Unmeasurable]:
        """Predicted effect sizes [seeds] of every measurable probe without some documents, or why there are none."""
        left = self.left_unpredictable(removed)
        predicted = self.predict([removed], progress)[0]
        return [
            why or (scores if np.isfinite(scores).all() else score.undefined)
            for why, scores, score in zip(left, predicted, self.word_list_scores, strict=True)
        ]

    def predict_corpora(self, corpora: Sequence[WeightedCorpus], progress: Progress) -> npt.NDArray[np.float64]:
        """Scores under other corpora in the audit's vocabulary, as its estimator predicts them.

        Returns:
            float64 [corpora, measurable probes, seeds]: trained score plus predicted change; not finite where the
            estimator finds no score.

        Raises:
            UnusablePlan: the estimator knows the texts of the corpus alone.
        """
        if not isinstance(self._estimator, SupportsNewTexts):
            able = ", ".join(one.name for one in DESCRIPTIONS.values() if one.predicts_new_texts)
            raise UnusablePlan(
                f"The estimator {self._estimator.name} adds up influences of texts that are there. So it predicts "
                "removals only: no weights other than 0 and 1, and no text that is new or rewritten.",
                f"Retrain, or audit by one that can predict: {able}.",
            )
        with raising_engine_errors(self._estimator.name):
            changes = self._estimator.predict_corpora(self._problem(), corpora, progress)
        return self.trained_scores() + changes

    def train_corpus(
        self, corpus: EncodedCorpus, seeds: Sequence[int], progress: Progress
    ) -> list[npt.NDArray[np.floating]]:
        """Input vectors [words, d] of trainings on another corpus, with the audit's settings, by some seeds.

        Raises:
            UnusableModel: the vectors were trained elsewhere.
            UnusableCorpus: there is nothing to learn from.
        """
        self.require_own_training()
        require_pairs(corpus)
        trained = train_seeds(corpus, self.settings, seeds, progress, self.executor, device=self.wanted_device)
        return [one.inputs for one in trained]

    @property
    def supports_reranking(self) -> bool:
        """Whether the audit's estimator can rank what is left."""
        return isinstance(self._estimator, SupportsReranking)

    def influences_after_removal(
        self, removed: npt.NDArray[np.bool_], row: int, progress: Progress
    ) -> npt.NDArray[np.float64]:
        """Influences on one measurable probe once some documents have been removed: float64 [seeds, documents], zero
        for those; of an estimator that ranks again."""
        if not isinstance(self._estimator, SupportsReranking):
            raise UnusablePlan(
                f"The estimator {self._estimator.name} ranks documents once: it cannot rank what is left.",
                "Ask for one ranking, or audit by an estimator that ranks again.",
            )
        problem = replace(self._problem(), scores=self.word_list_scores[row : row + 1])
        with raising_engine_errors(self._estimator.name):
            influence: npt.NDArray[np.float64] = self._estimator.influences_after_removal(problem, removed, progress)[0]
        return influence

    def retrain(
        self, removed: npt.NDArray[np.bool_], same_run: bool, progress: Progress
    ) -> list[npt.NDArray[np.float64] | Unmeasurable]:
        """Effect sizes [seeds] of every measurable probe after the same seeds trained on what is left.

        Raises:
            UnusableModel: the vectors were trained elsewhere.
        """
        self.require_own_training()
        left = [why for why in self.left_unmeasurable(removed, same_run) if why is not None]
        if len(left) == len(self.measurable_probes):
            return [*left]
        outcome = retrain(
            self.corpus, self.settings, removed, self.settings.seeds, same_run, progress, self.executor,
            self.wanted_device,
        )  # fmt: skip
        return scores_of(self.measurable_probes, outcome.corpus, [item.inputs for item in outcome.trajectories])

    def left_unmeasurable(self, removed: npt.NDArray[np.bool_], same_run: bool = False) -> list[Unmeasurable | None]:
        """For every measurable probe, why it cannot be measured without some documents; None where it can.

        Raises:
            UnusableCorpus: nothing can be trained on what is left.
        """
        left = left_over(self.corpus, self.settings, removed, same_run or self._pretrained is not None)
        found = [resolve(probe, left) for probe in self.measurable_probes]
        return [score if isinstance(score, Unmeasurable) else None for score in found]

    def left_unpredictable(
        self, removed: npt.NDArray[np.bool_], added: Sequence[Sequence[int]] = ()
    ) -> list[Unmeasurable | None]:
        """As left_unmeasurable, and of a probe with a word of which nothing is left: no text tells where its vector
        would go, and a training would do without the word.

        Args:
            added: sentences that come, numbers of words.
        """
        left = occurrences_left(self.corpus, np.flatnonzero(removed).tolist())
        for sentence in added:
            np.add.at(left, list(sentence), 1)
        lost = rarer_words(self.corpus, self.measurable_probes, left, 1)
        return [
            Unmeasurable(lost_words_reason(lost[probe.name])) if why is None and probe.name in lost else why
            for probe, why in zip(self.measurable_probes, self.left_unmeasurable(removed), strict=True)
        ]

    def require_own_training(self) -> None:
        """Raises:
        UnusableModel: the vectors were given, so nothing can be trained again.
        """
        require_own_training(self._pretrained)

    @cached_property
    def corpus(self) -> EncodedCorpus:
        return EncodedCorpus.load(self._corpus_file)

    @cached_property
    def trained_corpus(self) -> EncodedCorpus:
        """The corpus in the documents that training reads, also where sets are sets of sentences."""
        return self.corpus

    @cached_property
    def trajectories(self) -> list[Trajectory]:
        """One a seed, in the order of the settings."""
        return [Trajectory.load(self._seed_file(seed)) for seed in self.settings.seeds]

    @property
    def pretrained_facts(self) -> dict[str, Any] | None:
        """Of given models: what they share with the corpus, and what speaks for their having been trained on it."""
        if self._pretrained is None:
            return None
        facts: dict[str, Any] = {"coverage": read_json(self._coverage_file)}
        return facts | ({"models": read_json(self._given_file)} if self._given_file.exists() else {"models": []})

    @cached_property
    def null_scores(self) -> npt.NDArray[np.float64]:
        """float64 [shuffles, measurable probes], of trainings on shuffled text."""
        scores = np.zeros((self.settings.null_shuffles, len(self.word_list_scores)))
        for number in range(1, self.settings.null_shuffles + 1):
            scores[number - 1] = read_arrays(self._null_file(number))["scores"]
        return scores

    @cached_property
    def influences(self) -> Influences:
        """As estimated; rows are the measurable probes."""
        arrays = read_arrays(self._influence_file)
        return Influences(arrays["scores"], arrays["sentences"], arrays["tokens"], SolverReport.of_arrays(arrays))

    @property
    def _repeats(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]] | None:
        """Documents that repeat others, and the predicted change of each measurable probe without them; None where that
        was not predicted."""
        if not self._repeats_file.exists():
            return None
        arrays = read_arrays(self._repeats_file)
        return arrays["documents"], arrays["changes"]

    @property
    def pairs(self) -> PairInfluences | None:
        """Influence by pair of words, rows as of influences; None where the estimator has none."""
        if not self._pairs_file.exists():
            return None
        return PairInfluences.of_arrays(read_arrays(self._pairs_file))

    @property
    def calibration(self) -> Calibration | None:
        """From sums of influences to changes of scores; None until it was fitted."""
        return calibration_among(self._folder)

    @property
    def measurable_probes(self) -> list[ProbeDefinition]:
        pairs = zip(self.probes, self._resolved, strict=True)
        return [probe for probe, score in pairs if not isinstance(score, Unmeasurable)]

    @property
    def word_list_scores(self) -> list[WordListScore]:
        """Of the measurable probes."""
        return [score for score in self._resolved if not isinstance(score, Unmeasurable)]

    def by_sentence(self) -> "AuditPipeline":
        """The same audit with every sentence as a document of its own, so that sets are sets of sentences."""
        view = copy(self)
        corpus = view.trained_corpus = self.corpus
        view.corpus = replace(corpus, document_sentences=np.arange(corpus.sentence_count + 1))
        return view

    @cached_property
    def _found(self) -> list[WordListScore | Unmeasurable]:
        """Every probe as far as the words of the corpus decide."""
        return [resolve(probe, self.corpus) for probe in self.probes]

    @cached_property
    def _resolved(self) -> list[WordListScore | Unmeasurable]:
        """Every probe; one whose score of the trained vectors is no number cannot be measured either."""
        return [
            score if isinstance(score, Unmeasurable) or is_finite(score, self.trajectories) else score.undefined
            for score in self._found
        ]

    def _problem(self, seeds: int | None = None) -> InfluenceProblem:
        return InfluenceProblem(
            self.corpus,
            self.settings,
            self.trajectories[:seeds],
            self.word_list_scores,
            self.device,
            core_count(),
            self.executor,
            cache=FolderCache(self._folder),
        )

    def _require_memory(self, seeds: int) -> None:
        """Raises NotEnoughMemory where trainings would not fit."""
        settings, words, intervals = self.settings, len(self.corpus.words), len(interval_ends(self.settings))

        def needed(dimension: int) -> int:
            trained = Trajectory.bytes_to_train(words, dimension, intervals, seeds, self.executor.places)
            return trained + min(seeds, self.executor.places) * DocumentOrder.bytes_needed(self.corpus, settings)

        def on_device(dimension: int) -> int:
            capacity = batch_capacity(self.corpus, settings)
            return gpu_bytes_needed(seeds, words, dimension, settings.negatives, capacity)

        require_training_memory(needed, settings.dimension, seeds)
        if settings.batch_tokens and self.device != "cpu":
            require_training_memory(on_device, settings.dimension, seeds, self.device)

    def _probe_words(self, corpus: EncodedCorpus) -> list[str]:
        lists = [words for probe in self.probes for words in (*probe.targets.values(), *probe.attributes.values())]
        return [corpus.form(word) for words in lists for word in words]

    def _take_pretrained(self, pretrained: PretrainedVectors, progress: Progress) -> None:
        if not self._given_file.exists():
            trajectories, facts = pretrained.trajectories(self.corpus, self.settings, progress)
            for trajectory in trajectories:
                trajectory.save(self._seed_file(trajectory.seed))
            write_json(self._given_file, facts)

    def _save_null(self, number: int, trajectory: Trajectory) -> None:
        scores = np.array([score_of(score, trajectory) for score in self.word_list_scores])
        write_arrays(self._null_file(number), {"scores": scores})

    def _seed_file(self, seed: int) -> Path:
        return self._folder / f"seed-{seed}.npz"

    def _null_file(self, number: int) -> Path:
        return self._folder / f"null-{number}.npz"
