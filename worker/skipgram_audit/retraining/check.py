"""A check by retraining: sets are drawn and predicted, what is left is trained again, and the two are compared.

Every training's scores are passed on as soon as they are there, and those that are already known are not trained
again: whoever stores them can stop and resume at any training.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.execution import as_ended
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.model.check_plan import WHOLE_CORPUS, CheckPlan, TrainingScores
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.retraining.audited import AuditedModel
from skipgram_audit.retraining.removable import dropped_words, require_removable
from skipgram_audit.retraining.retrained import Material, TrainedVectors, retrained
from skipgram_audit.retraining.sets import (
    RemovalSet,
    SetKind,
    matched_control,
    most_influential,
    pushing,
    random_set,
    ranked_again,
    strongest,
    turning_point,
)
from skipgram_audit.retraining.smallest import (
    NORMAL_95,
    leaving_others,
    lexical_order,
    random_order,
    removable,
    standard_errors,
    target_score,
    told_changes,
)
from skipgram_audit.training.sgd import SharedProgress

SHARES = {"halves": 0.5, "tenths": 0.1}
"""Plan -> what share of the documents a random set of it holds."""

MATCHED = {"extremes": (1, 2), "chosen": (1,), "turning": (1,)}
"""Plan -> the numbers of its sets that controls are drawn for."""

CLOSE_ENOUGH = 0.01
"""The smallest set is sought to this share of its size: a prediction more moves it less than the predictions err."""

WITH_VECTORS = (WHOLE_CORPUS, 1)
"""The numbers of the sets whose trainings' vectors can be kept: of the plans chosen and turning, the set itself."""

PREDICTED_AT_ONCE = 16
"""Sets given to the estimator together: enough to share its preparation, few enough to hold their counts."""


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
        neutral: the score of the plan's probe that means no bias; amplifying documents push away from it.

    Raises:
        UnusablePlan: the plan does not fit the audit, or its estimator.
        UnusableModel: the audit's vectors were trained elsewhere.
    """

    def __init__(self, pipeline: AuditedModel, plan: CheckPlan) -> None:
        self._pipeline = pipeline
        self.plan = plan
        self.probes = [probe.name for probe in pipeline.measurable_probes]
        self._require_usable()
        self.neutral = pipeline.measurable_probes[self._row].kind_description.neutral
        self.target = self._target() if plan.plan == "turning" else None
        self._known_changes: dict[bytes, npt.NDArray[np.float64]] = {}

    @property
    def prediction_seeds(self) -> list[int]:
        """The audit's seeds whose predictions count: all of them for runs like it, those retrained for this run."""
        seeds = list(self._pipeline.settings.seeds)
        own_runs = self.plan.same_run or self.plan.warm
        return [seed for seed in seeds if seed in self.plan.seeds] if own_runs else seeds

    @property
    def predicted_before(self) -> dict[str, float]:
        """The audit's scores that predicted changes are changes of: means over the prediction seeds."""
        return dict(zip(self.probes, self._trained.mean(axis=1).tolist(), strict=True))

    @property
    def dropped_words(self) -> dict[str, list[str]]:
        """Probe -> its words that a retraining without the chosen documents drops; for runs like it alone."""
        if self.plan.plan != "chosen" or self.plan.same_run:
            return {}
        pipeline = self._pipeline
        least = pipeline.settings.minimum_count
        return dropped_words(pipeline.corpus, pipeline.measurable_probes, self.plan.positions, least)

    def sets(self, progress: Progress) -> list[PredictedSet]:
        """The plan's sets, numbered from 1, each with its prediction."""
        drawn = self._drawn(part_of(progress, 0.0, 0.5 if self.plan.plan == "turning" else 0.0))
        removals = [RemovalSet(number, *rest) for number, rest in enumerate(drawn, start=1)]
        predicted = self._predicted(removals, part_of(progress, 0.5, 0.5))
        lengths = self._lengths
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
                dict(zip(self.probes, trained[:, column].tolist(), strict=True)), {}
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
            chosen = most_influential(self._influence, plan.documents)
            return [(SetKind.SINGLE, chosen[row : row + 1], None) for row in range(len(chosen))]
        if plan.plan == "chosen":
            return self._with_controls([(SetKind.CHOSEN, np.array(plan.positions, np.int64))])
        if plan.plan == "extremes":
            heads = [
                (SetKind.AMPLIFYING, strongest(self._influence, self._direction, plan.documents)),
                (SetKind.MITIGATING, strongest(self._influence, -self._direction, plan.documents)),
            ]
            return self._with_controls(heads)
        return self._with_controls(self._prefixes(progress))

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
                control = matched_control(documents, self._lengths, self.plan.draw_seed, head, number)
                drawn.append((SetKind.CONTROL, control, head))
        return drawn

    def _is_too_large(self, count: int) -> bool:
        """Whether too few others are left for a control of so many."""
        return 2 * count > len(self._lengths)

    def _prefixes(self, progress: Progress) -> list[tuple[SetKind, npt.NDArray[np.int64]]]:
        """The prefix predicted to reach the target, and those of half and twice its size; all that may go if none."""
        order = self._allowed(self._order())
        rankings = self.plan.rankings
        size = self._turning_size(order, len(order), part_of(progress, 0.0, 1.0 if rankings == 1 else 0.25))
        if size is None:
            return [(SetKind.PREFIX, order)]
        if rankings > 1:
            again = ranked_again(order, size, rankings, self._rank_without(part_of(progress, 0.25, 0.5)))
            smaller = self._turning_size(again, size, part_of(progress, 0.75, 0.25))
            # Predicted scores need not fall evenly, so the new order may find no fewer.
            order, size = (order, size) if smaller is None else (again, smaller)
        others = sorted({-(-size // 2), min(2 * size, len(order))} - {size})
        return [(SetKind.TURNING, order[:size]), *((SetKind.PREFIX, order[:other]) for other in others)]

    def _turning_size(self, order: npt.NDArray[np.int64], most: int, progress: Progress) -> int | None:
        """How few of the first documents of an order are predicted to turn the score; None if the first most do not."""
        assert self.target is not None
        before = self._direction * (float(self._trained[self._row].mean()) - self.target)
        turns = itertools.count()

        def left(size: int) -> float:
            removal = RemovalSet(0, SetKind.PREFIX, np.sort(order[:size]))
            # How often it will be asked is not known: each time is half of what is left.
            done = 1 - 0.5 ** next(turns)
            (change,) = self._predicted([removal], part_of(progress, done, (1 - done) / 2))
            return before + self._direction * float(change[self._row].mean())

        known = self._pipeline.calibration
        curve = known.of_probe(self.plan.probe) if known else None
        first = order[:most]
        changes = told_changes(self._influence[first], self._lengths[first], int(self._lengths.sum()), curve)
        return turning_point(-self._direction * changes, before, left, CLOSE_ENOUGH)

    def _rank_without(self, progress: Progress) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
        """Ranks what is left without some documents, those that push the plan's score away from neutral."""
        turns = itertools.count()

        def ranked(gone: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
            share = 1 / (self.plan.rankings - 1)
            removed = RemovalSet(0, SetKind.PREFIX, gone).mask(self._pipeline.corpus.document_count)
            part = part_of(progress, next(turns) * share, share)
            influence = self._pipeline.influences_after_removal(removed, self._row, part)
            # What was taken stands at the head, so that limits on the whole set hold.
            order = np.concatenate([gone, pushing(influence.mean(axis=0), self._direction)])
            return self._allowed(order)[len(gone) :]

        return ranked

    def _target(self) -> float:
        """The score that the smallest set is to reach."""
        pipeline = self._pipeline
        nulls = pipeline.null_scores[:, self._row]
        error = float(standard_errors(self._by_document)[self._row])
        before = float(self._trained[self._row].mean())
        finite = nulls[np.isfinite(nulls)]
        return target_score(self.plan.target, before, self.neutral, finite, error or None)

    def _order(self) -> npt.NDArray[np.int64]:
        """In which documents are taken."""
        corpus, plan = self._pipeline.corpus, self.plan
        if plan.ranking == "random":
            return random_order(corpus.document_count, plan.draw_seed)
        if plan.ranking == "lexical":
            targets = len(self._pipeline.measurable_probes[self._row].targets)
            return lexical_order(corpus, self._pipeline.word_list_scores[self._row], targets, self._direction)
        return pushing(self._influence, self._direction)

    def _allowed(self, order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The documents of an order that the plan lets go.

        Raises:
            UnusablePlan: none of them.
        """
        plan, pipeline = self.plan, self._pipeline
        if plan.leave_others and len(self.probes) > 1:
            others = np.delete(self._by_document.mean(axis=1), self._row, axis=0)
            reach = NORMAL_95 * np.delete(standard_errors(self._by_document), self._row)
            known = pipeline.calibration
            curves = [known.of_probe(name) if known else None for name in self.probes if name != plan.probe]
            order = leaving_others(order, others, reach, self._lengths, curves)
        allowed = removable(order, pipeline.corpus, pipeline.word_list_scores, plan.kept, plan.most_share)
        if not len(allowed):
            raise UnusablePlan(
                "No document may go: each is kept, too long for the share of the text, holds the last occurrence of a "
                "word of a probe, or moves another probe too far.",
                "Allow more of the text, or keep fewer documents.",
            )
        return allowed

    def _predicted(self, removals: Sequence[RemovalSet], progress: Progress) -> list[npt.NDArray[np.float64]]:
        """Predicted changes [probes, prediction seeds]: single documents by their influence, as in the ranking;
        sets as the estimator predicts sets."""
        if self.plan.plan == "singles":
            return [-self._by_document[:, self._columns, int(removal.documents[0])] for removal in removals]
        count = self._pipeline.corpus.document_count
        # The search for a smallest set predicts sizes that are sets of the plan, too.
        missing = [one for one in removals if one.documents.tobytes() not in self._known_changes]
        for first in range(0, len(missing), PREDICTED_AT_ONCE):
            batch = missing[first : first + PREDICTED_AT_ONCE]
            part = part_of(progress, first / len(missing), len(batch) / len(missing))
            masks = [one.mask(count) for one in batch]
            predicted = self._pipeline.predict(masks, part, same_run=self.plan.same_run)[:, :, self._columns]
            for one, scores in zip(batch, predicted, strict=True):
                self._known_changes[one.documents.tobytes()] = scores - self._trained
        changes = [self._known_changes[one.documents.tobytes()] for one in removals]
        if not np.isfinite(changes).all():
            raise UnusablePlan(
                "The audit's estimator finds no score on what some set of documents would leave.",
                "Remove smaller sets, or audit with another estimator.",
            )
        return changes

    def _require_usable(self) -> None:
        plan, settings = self.plan, self._pipeline.settings
        self._pipeline.require_own_training()
        if plan.probe not in self.probes:
            raise UnusablePlan(
                f"The probe {plan.probe!r} was not measured in this audit.",
                f"Choose one of {', '.join(self.probes)}." if self.probes else "No probe of it was.",
            )
        if plan.rankings > 1 and not self._pipeline.supports_reranking:
            raise UnusablePlan(
                "The estimator of this audit ranks documents once: it cannot rank what is left.",
                "Ask for one ranking.",
            )
        if plan.plan == "chosen":
            require_removable(self._pipeline.corpus, self._pipeline.measurable_probes, plan.positions)
            self._require_left_measurable()
        strangers = [seed for seed in plan.seeds if seed not in settings.seeds]
        if strangers and (plan.same_run or plan.warm):
            why = "A warm start continues trained vectors" if plan.warm else "This run is a seed's own run"
            raise UnusablePlan(
                f"{why}, and the audit has not trained the seeds {', '.join(map(str, strangers))}.",
                f"Choose among its seeds: {', '.join(map(str, settings.seeds))}.",
            )

    def _require_left_measurable(self) -> None:
        """No training is paid for when none of the probes could be measured after it."""
        removed = RemovalSet(1, SetKind.CHOSEN, np.asarray(self.plan.positions, np.int64)).mask(
            self._pipeline.corpus.document_count
        )
        left = self._pipeline.left_unmeasurable(removed, self.plan.same_run)
        reasons = [f"{probe}: {why.reason}" for probe, why in zip(self.probes, left, strict=True) if why is not None]
        if len(reasons) == len(left):
            raise UnusablePlan(
                f"Without the chosen documents no probe can be measured. {' '.join(reasons)}",
                "Leave out some documents that hold the probes' words.",
            )

    @cached_property
    def _columns(self) -> list[int]:
        """Of the prediction seeds among the audit's."""
        return [self._pipeline.settings.seeds.index(seed) for seed in self.prediction_seeds]

    @cached_property
    def _trained(self) -> npt.NDArray[np.float64]:
        """Trained scores [probes, prediction seeds]."""
        return self._pipeline.trained_scores()[:, self._columns]

    @property
    def _row(self) -> int:
        """Of the plan's probe among the measurable ones."""
        return self.probes.index(self.plan.probe)

    @property
    def _direction(self) -> int:
        """+1 when positive influence amplifies the plan's score."""
        return -1 if self._pipeline.trained_scores()[self._row].mean() < self.neutral else 1

    @cached_property
    def _by_document(self) -> npt.NDArray[np.float64]:
        """Influence [probes, audit's seeds, documents]."""
        offsets = self._pipeline.corpus.document_sentences
        return np.stack([sums_between(one, offsets) for one in self._pipeline.influences.sentences])

    @property
    def _influence(self) -> npt.NDArray[np.float64]:
        """On the plan's probe, mean over seeds, as it is ranked: float64 [documents]."""
        return np.asarray(self._by_document[self._row].mean(axis=0))

    @property
    def _lengths(self) -> npt.NDArray[np.int64]:
        """Tokens of each document that are trained on."""
        return np.diff(self._pipeline.corpus.document_offsets)
