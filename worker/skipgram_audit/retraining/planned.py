"""An audit as a check sees it: the plan's probe, influences and scores, and predictions of sets."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.retraining.audited import AuditedModel
from skipgram_audit.retraining.removable import require_removable
from skipgram_audit.retraining.sets import RemovalSet, SetKind
from skipgram_audit.retraining.smallest import standard_errors

PREDICTED_AT_ONCE = 16
"""Sets given to the estimator together: enough to share its preparation, few enough to hold their counts."""


class PlannedAudit:
    """A finished audit, and a plan of what to find out about it.

    Args:
        pipeline: the audit.
        plan: with its probe named.

    Attributes:
        neutral: the score of the plan's probe that means no bias; amplifying documents push away from it.

    Raises:
        UnusablePlan: the plan does not fit the audit, or its estimator.
        UnusableModel: the audit's vectors were trained elsewhere.
    """

    def __init__(self, pipeline: AuditedModel, plan: CheckPlan) -> None:
        self.pipeline, self.plan = pipeline, plan
        self.probes = [probe.name for probe in pipeline.measurable_probes]
        self._require_usable()
        self.neutral = pipeline.measurable_probes[self.row].kind_description.neutral
        self._known_changes: dict[bytes, npt.NDArray[np.float64]] = {}

    @property
    def prediction_seeds(self) -> list[int]:
        """The audit's seeds whose predictions count: all of them for runs like it, those retrained for this run."""
        seeds = list(self.pipeline.settings.seeds)
        own_runs = self.plan.same_run or self.plan.warm
        return [seed for seed in seeds if seed in self.plan.seeds] if own_runs else seeds

    @cached_property
    def columns(self) -> list[int]:
        """Of the prediction seeds among the audit's."""
        return [self.pipeline.settings.seeds.index(seed) for seed in self.prediction_seeds]

    @cached_property
    def trained(self) -> npt.NDArray[np.float64]:
        """Trained scores [probes, prediction seeds]."""
        return self.pipeline.trained_scores()[:, self.columns]

    @property
    def row(self) -> int:
        """Of the plan's probe among the measurable ones."""
        return self.probes.index(self.plan.probe)

    @property
    def direction(self) -> int:
        """+1 when positive influence amplifies the plan's score."""
        return -1 if self.pipeline.trained_scores()[self.row].mean() < self.neutral else 1

    @cached_property
    def by_document(self) -> npt.NDArray[np.float64]:
        """Influence [probes, audit's seeds, documents]."""
        offsets = self.pipeline.corpus.document_sentences
        return np.stack([sums_between(one, offsets) for one in self.pipeline.influences.sentences])

    @cached_property
    def standard_errors(self) -> npt.NDArray[np.float64]:
        """Of every probe over the documents of the audit, where the plan's unit is sentences, too: float64 [probes]."""
        offsets = self.pipeline.trained_corpus.document_sentences
        return standard_errors(np.stack([sums_between(one, offsets) for one in self.pipeline.influences.sentences]))

    def added(self, row: int, removals: Sequence[RemovalSet]) -> dict[int, float]:
        """Number of a set -> minus the sum of its influences on a probe, mean over the prediction seeds."""
        influence = self.by_document[row][self.columns].mean(axis=0)
        return {one.number: -float(influence[one.documents].sum()) for one in removals}

    @property
    def influence(self) -> npt.NDArray[np.float64]:
        """On the plan's probe, mean over seeds, as it is ranked: float64 [documents]."""
        return np.asarray(self.by_document[self.row].mean(axis=0))

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Tokens of each document that are trained on."""
        return np.diff(self.pipeline.corpus.document_offsets)

    def predicted(self, removals: Sequence[RemovalSet], progress: Progress) -> list[npt.NDArray[np.float64]]:
        """Predicted changes [probes, prediction seeds]: single documents by their influence, as in the ranking;
        sets as the estimator predicts sets."""
        if self.plan.plan == "singles":
            return [-self.by_document[:, self.columns, int(removal.documents[0])] for removal in removals]
        count = self.pipeline.corpus.document_count
        # The search for a smallest set predicts sizes that are sets of the plan, too.
        missing = [one for one in removals if one.documents.tobytes() not in self._known_changes]
        for first in range(0, len(missing), PREDICTED_AT_ONCE):
            batch = missing[first : first + PREDICTED_AT_ONCE]
            part = part_of(progress, first / len(missing), len(batch) / len(missing))
            masks = [one.mask(count) for one in batch]
            predicted = self.pipeline.predict(masks, part, same_run=self.plan.same_run)[:, :, self.columns]
            for one, scores in zip(batch, predicted, strict=True):
                self._known_changes[one.documents.tobytes()] = scores - self.trained
        changes = [self._known_changes[one.documents.tobytes()] for one in removals]
        if not np.isfinite(changes).all():
            raise UnusablePlan(
                "The audit's estimator finds no score on what some set of documents would leave.",
                "Remove smaller sets, or audit with another estimator.",
            )
        return changes

    def _require_usable(self) -> None:
        plan, settings = self.plan, self.pipeline.settings
        self.pipeline.require_own_training()
        if plan.probe not in self.probes:
            raise UnusablePlan(
                f"The probe {plan.probe!r} was not measured in this audit.",
                f"Choose one of {', '.join(self.probes)}." if self.probes else "No probe of it was.",
            )
        if plan.rankings > 1 and not self.pipeline.supports_reranking:
            raise UnusablePlan(
                "The estimator of this audit ranks documents once: it cannot rank what is left.",
                "Ask for one ranking.",
            )
        if plan.plan == "chosen":
            require_removable(self.pipeline.corpus, self.pipeline.measurable_probes, plan.positions)
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
            self.pipeline.corpus.document_count
        )
        left = self.pipeline.left_unmeasurable(removed, self.plan.same_run)
        reasons = [f"{probe}: {why.reason}" for probe, why in zip(self.probes, left, strict=True) if why is not None]
        if len(reasons) == len(left):
            raise UnusablePlan(
                f"Without the chosen documents no probe can be measured. {' '.join(reasons)}",
                "Leave out some documents that hold the probes' words.",
            )
