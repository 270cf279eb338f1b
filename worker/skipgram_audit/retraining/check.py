"""A check by retraining: sets are drawn and predicted, what is left is trained again, and the two are compared.

Every training's scores are passed on as soon as they are there, and those that are already known are not trained
again: whoever stores them can stop and resume at any training.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.execution import as_ended
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.model.check_plan import WHOLE_CORPUS, CheckPlan, TrainingScores
from skipgram_audit.retraining.audited import AuditedModel
from skipgram_audit.retraining.planned import PlannedAudit
from skipgram_audit.retraining.removable import dropped_words
from skipgram_audit.retraining.retrained import Material, TrainedVectors, retrained
from skipgram_audit.retraining.search import SmallestSetSearch, target_of
from skipgram_audit.retraining.sets import (
    RemovalSet,
    SetKind,
    matched_control,
    most_influential,
    random_set,
    strongest,
)
from skipgram_audit.retraining.smallest import NORMAL_95
from skipgram_audit.training.sgd import SharedProgress

SHARES = {"halves": 0.5, "tenths": 0.1}
"""Plan -> what share of the documents a random set of it holds."""

MATCHED = {"extremes": (1, 2), "chosen": (1,), "turning": (1,)}
"""Plan -> the numbers of its sets that controls are drawn for."""

WITH_VECTORS = (WHOLE_CORPUS, 1)
"""The numbers of the sets whose trainings' vectors can be kept: of the plans chosen and turning, the set itself."""


@dataclass(frozen=True)
class Training:
    """One training of a check: what is left without a set (WHOLE_CORPUS for all of it), by one seed."""

    number: int
    seed: int


@dataclass(frozen=True)
class PredictedSet:
    """A removal set, the tokens that it holds, and its predicted changes: float64 [probes, prediction seeds]."""

    removal: RemovalSet
    tokens: int
    predicted: npt.NDArray[np.float64]


class RetrainingCheck:
    """One plan on one audit.

    Args:
        pipeline: a finished audit.
        plan: what to find out, with its probe named; every probe is measured whichever is named.

    Attributes:
        audit: the audit and the plan.
        target: the score that a smallest set is to reach; None for other plans.

    Raises:
        UnusablePlan: the plan does not fit the audit, or its estimator.
        UnusableModel: the audit's vectors were trained elsewhere.
    """

    def __init__(self, pipeline: AuditedModel, plan: CheckPlan) -> None:
        self.audit = PlannedAudit(pipeline, plan)
        self.target = target_of(self.audit) if plan.plan == "turning" else None
        self._pipeline, self.plan = pipeline, plan

    @property
    def predicted_before(self) -> dict[str, float]:
        """The audit's scores that predicted changes are changes of: means over the prediction seeds."""
        return dict(zip(self.audit.probes, self.audit.trained.mean(axis=1).tolist(), strict=True))

    @property
    def dropped_words(self) -> dict[str, list[str]]:
        """Probe -> its words that a retraining without the chosen documents drops; for runs like it alone."""
        if self.plan.plan != "chosen" or self.plan.same_run:
            return {}
        pipeline = self._pipeline
        least = pipeline.settings.minimum_count
        return dropped_words(pipeline.corpus, pipeline.measurable_probes, self.plan.positions, least)

    def moved(self, found: PredictedSet) -> list[str]:
        """The probes, but for the plan's, whose score a set is predicted to take out of its 95% interval over
        documents."""
        reach = NORMAL_95 * self.audit.standard_errors
        changes = np.abs(found.predicted.mean(axis=1))
        return [
            name
            for name, change, most in zip(self.audit.probes, changes.tolist(), reach.tolist(), strict=True)
            if name != self.plan.probe and change > most
        ]

    def sets(self, progress: Progress) -> list[PredictedSet]:
        """The plan's sets, numbered from 1, each with its prediction."""
        drawn = self._drawn(part_of(progress, 0.0, 0.5 if self.plan.plan == "turning" else 0.0))
        removals = [RemovalSet(number, *rest) for number, rest in enumerate(drawn, start=1)]
        predicted = self.audit.predicted(removals, part_of(progress, 0.5, 0.5))
        lengths = self.audit.lengths
        return [
            PredictedSet(removal, int(lengths[removal.documents].sum()), change)
            for removal, change in zip(removals, predicted, strict=True)
        ]

    def no_controls(self, removals: Iterable[RemovalSet]) -> dict[int, str]:
        """Number of a set that controls were asked for -> why it has none."""
        matched = MATCHED.get(self.plan.plan, ()) if self.plan.sets else ()
        why = (
            f"more than half of the {self.plan.noun}s, so there is no control of its size: nothing says what removing "
            "as much text at random does."
        )
        return {
            one.number: f"Set {one.number} holds {why}"
            for one in removals
            if one.number in matched and self._is_too_large(len(one.documents))
        }

    def trainings(self, removals: Iterable[RemovalSet]) -> list[Training]:
        """All trainings of the plan, the whole corpus first; those that the audit has made are left out."""
        numbers = [WHOLE_CORPUS, *(removal.number for removal in removals)]
        known = self.known_scores()
        every = [Training(number, seed) for number in numbers for seed in self.plan.seeds]
        return [training for training in every if training not in known]

    def known_vectors(self) -> dict[Training, TrainedVectors]:
        """Of the same trainings as known_scores."""
        known = self.known_scores()
        corpus = self._pipeline.trained_corpus
        return {
            training: TrainedVectors.of(corpus, one.inputs)
            for one in self._pipeline.trajectories
            if (training := Training(WHOLE_CORPUS, one.seed)) in known
        }

    def known_scores(self) -> dict[Training, TrainingScores]:
        """The whole corpus by the audit's own seeds; a warm start continues the whole corpus, too, and knows none."""
        if self.plan.warm:
            return {}
        trained = self._pipeline.trained_scores()
        return {
            Training(WHOLE_CORPUS, seed): TrainingScores(
                dict(zip(self.audit.probes, trained[:, column].tolist(), strict=True)), {}
            )
            for column, seed in enumerate(self._pipeline.settings.seeds)
            if seed in self.plan.seeds
        }

    def retrain(
        self,
        removals: Sequence[RemovalSet],
        trainings: Sequence[Training],
        keep: Callable[[Training, TrainingScores], None],
        progress: Progress,
        keep_vectors: Callable[[Training, TrainedVectors], None] | None = None,
    ) -> None:
        """Carries out trainings, as many at a time as the audit's executor has places.

        Args:
            trainings: those that are wanted; their sets are among removals.
            keep: takes each one's scores, in the calling thread, as soon as it has ended.
            keep_vectors: takes the vectors of those in WITH_VECTORS before that.
        """
        by_number = {removal.number: removal for removal in removals}
        pipeline, plan = self._pipeline, self.plan
        shared = SharedProgress(progress, max(1, len(trainings)))
        trajectories = pipeline.trajectories if plan.warm else []
        material = Material(
            pipeline.trained_corpus, pipeline.settings, pipeline.measurable_probes, plan, trajectories,
            pipeline.wanted_device,
        )  # fmt: skip
        held = pipeline.executor.share(material) if trainings else material
        nothing = np.zeros(0, np.int64)
        submitted = {
            training: pipeline.executor.submit(
                retrained,
                held,
                nothing if training.number == WHOLE_CORPUS else by_number[training.number].documents,
                training.seed,
                keep_vectors is not None and training.number in WITH_VECTORS,
                progress=shared.part(part),
                training=True,
            )
            for part, training in enumerate(trainings)
        }
        for training, found in as_ended(pipeline.executor, submitted):
            if keep_vectors is not None and found.vectors is not None:
                keep_vectors(training, found.vectors)
            keep(training, found.scores)
        progress(1.0)

    def _drawn(self, progress: Progress) -> list[tuple[SetKind, npt.NDArray[np.int64], int | None]]:
        """Kind, documents and what it is a control of, of every set in the order of their numbers."""
        plan = self.plan
        if plan.plan in SHARES:
            count = self._pipeline.corpus.document_count
            return [
                (SetKind.RANDOM, random_set(count, SHARES[plan.plan], plan.draw_seed, number), None)
                for number in range(1, plan.sets + 1)
            ]
        if plan.plan == "singles":
            chosen = most_influential(self.audit.influence, plan.documents)
            return [(SetKind.SINGLE, chosen[row : row + 1], None) for row in range(len(chosen))]
        if plan.plan == "chosen":
            return self._with_controls([(SetKind.CHOSEN, np.array(plan.positions, np.int64))])
        if plan.plan == "extremes":
            heads = [
                (SetKind.AMPLIFYING, strongest(self.audit.influence, self.audit.direction, plan.documents)),
                (SetKind.MITIGATING, strongest(self.audit.influence, -self.audit.direction, plan.documents)),
            ]
            return self._with_controls(heads)
        assert self.target is not None
        return self._with_controls(SmallestSetSearch(self.audit, self.target).sets(progress))

    def _with_controls(
        self, heads: Sequence[tuple[SetKind, npt.NDArray[np.int64]]]
    ) -> list[tuple[SetKind, npt.NDArray[np.int64], int | None]]:
        """The chosen sets, and after them the controls of those that can have any."""
        drawn: list[tuple[SetKind, npt.NDArray[np.int64], int | None]] = [
            (kind, np.sort(documents), None) for kind, documents in heads
        ]
        for head in MATCHED[self.plan.plan]:
            documents = heads[head - 1][1]
            wanted = 0 if self._is_too_large(len(documents)) else self.plan.sets
            for number in range(1, wanted + 1):
                control = matched_control(documents, self.audit.lengths, self.plan.draw_seed, head, number)
                drawn.append((SetKind.CONTROL, control, head))
        return drawn

    def _is_too_large(self, count: int) -> bool:
        """Whether too few others are left for a control of so many."""
        return 2 * count > len(self.audit.lengths)
