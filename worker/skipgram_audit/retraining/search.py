"""The search for a smallest set: the fewest documents of an order that are predicted to bring a score to a target."""

import itertools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.retraining.planned import PlannedAudit
from skipgram_audit.retraining.sets import RemovalSet, SetKind, pushing, ranked_again, turning_point
from skipgram_audit.retraining.smallest import (
    NORMAL_95,
    Limit,
    OtherScoresLimit,
    TextLimit,
    allowed,
    lexical_order,
    random_order,
    target_score,
    told_changes,
)

CLOSE_ENOUGH = 0.01
"""The smallest set is sought to this share of its size: a prediction more moves it less than the predictions err."""


def target_of(audit: PlannedAudit) -> float:
    """The score that the smallest set is to reach.

    Raises:
        UnusablePlan: it is reached already, or nothing says what chance is.
    """
    nulls = audit.pipeline.null_scores[:, audit.row]
    error = float(audit.standard_errors[audit.row])
    before = float(audit.trained[audit.row].mean())
    finite = nulls[np.isfinite(nulls)]
    return target_score(audit.plan.target, before, audit.neutral, finite, error or None)


class SmallestSetSearch:
    """One search.

    Args:
        audit: with a plan of the kind turning.
        target: the score that is to be reached.
    """

    def __init__(self, audit: PlannedAudit, target: float) -> None:
        self._audit, self._plan, self._target = audit, audit.plan, target

    def sets(self, progress: Progress) -> list[tuple[SetKind, npt.NDArray[np.int64]]]:
        """The prefix predicted to reach the target, and those of half and twice its size; all that may go if none."""
        order = self._allowed(self._order())
        rankings = self._plan.rankings
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
        audit = self._audit
        before = audit.direction * (float(audit.trained[audit.row].mean()) - self._target)
        turns = itertools.count()

        def left(size: int) -> float:
            removal = RemovalSet(0, SetKind.PREFIX, np.sort(order[:size]))
            # How often it will be asked is not known: each time is half of what is left.
            done = 1 - 0.5 ** next(turns)
            (change,) = audit.predicted([removal], part_of(progress, done, (1 - done) / 2))
            return before + audit.direction * float(change[audit.row].mean())

        known = audit.pipeline.calibration
        curve = known.of_probe(self._plan.probe) if known else None
        first, every = order[:most], int(audit.lengths.sum())
        changes = told_changes(audit.influence[first], audit.lengths[first], every, curve)
        return turning_point(-audit.direction * changes, before, left, CLOSE_ENOUGH)

    def _rank_without(self, progress: Progress) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
        """Ranks what is left without some documents, those that push the plan's score away from neutral."""
        turns = itertools.count()

        def ranked(gone: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
            share = 1 / (self._plan.rankings - 1)
            removed = RemovalSet(0, SetKind.PREFIX, gone).mask(self._audit.pipeline.corpus.document_count)
            part = part_of(progress, next(turns) * share, share)
            influence = self._audit.pipeline.influences_after_removal(removed, self._audit.row, part)
            # What was taken stands at the head, so that limits on the whole set hold.
            order = np.concatenate([gone, pushing(influence.mean(axis=0), self._audit.direction)])
            return self._allowed(order)[len(gone) :]

        return ranked

    def _order(self) -> npt.NDArray[np.int64]:
        """In which documents are taken."""
        audit, pipeline, plan = self._audit, self._audit.pipeline, self._plan
        if plan.ranking == "random":
            return random_order(pipeline.corpus.document_count, plan.draw_seed)
        if plan.ranking == "lexical":
            targets = len(pipeline.measurable_probes[audit.row].targets)
            return lexical_order(pipeline.corpus, pipeline.word_list_scores[audit.row], targets, audit.direction)
        return pushing(audit.influence, audit.direction)

    def _allowed(self, order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The documents of an order that the plan lets go.

        Raises:
            UnusablePlan: none of them.
        """
        plan, pipeline = self._plan, self._audit.pipeline
        limits: list[Limit] = [TextLimit(pipeline.corpus, pipeline.word_list_scores, plan.kept, plan.most_share)]
        if plan.leave_others and len(self._audit.probes) > 1:
            others = np.delete(self._audit.by_document.mean(axis=1), self._audit.row, axis=0)
            reach = NORMAL_95 * np.delete(self._audit.standard_errors, self._audit.row)
            known = pipeline.calibration
            curves = [known.of_probe(name) if known else None for name in self._audit.probes if name != plan.probe]
            limits.append(OtherScoresLimit(others, reach, self._audit.lengths, curves))
        found = allowed(order, limits)
        if not len(found):
            raise UnusablePlan(
                "No document may go: each is kept, too long for the share of the text, holds the last occurrence of a "
                "word of a probe, or moves another probe too far.",
                "Allow more of the text, or keep fewer documents.",
            )
        return found
