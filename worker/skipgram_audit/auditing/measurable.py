"""Which probes of an audit can be measured: decided by the words of the corpus, then by the trained vectors."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.engine_errors import NothingToMeasure
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.training.trajectory import Trajectory


def of_pretrained(probe: ProbeDefinition) -> ProbeDefinition:
    """A probe of vectors that were trained elsewhere: how often its words occur here says nothing of their vectors."""
    return probe.with_minima(replace(probe.minima, occurrences=0))


def is_finite(score: WordListScore, trajectories: Sequence[Trajectory]) -> bool:
    """Whether every seed's vectors give a score."""
    return bool(np.isfinite(trained_scores([score], trajectories)).all())


def require_measurable(
    probes: Sequence[ProbeDefinition], outcomes: Sequence[WordListScore | Unmeasurable], stopped: str
) -> None:
    """Raises NothingToMeasure, with every probe's reason, when none can be measured."""
    reasons = {
        probe.name: outcome.reason
        for probe, outcome in zip(probes, outcomes, strict=True)
        if isinstance(outcome, Unmeasurable)
    }
    if len(reasons) == len(outcomes):
        raise NothingToMeasure(
            f"No probe can be measured on this corpus, {stopped}. "
            + " ".join(f"{name}: {reason}" for name, reason in reasons.items()),
            "Choose probes whose words this corpus has, or a larger corpus; a lower minimum count keeps more words.",
            reasons=reasons,
        )


def trained_scores(scores: Sequence[WordListScore], trajectories: Sequence[Trajectory]) -> npt.NDArray[np.float64]:
    """float64 [probes, seeds] of trained input vectors."""
    return np.array([[score.value(item.inputs[score.words]) for item in trajectories] for score in scores]).reshape(
        len(scores), len(trajectories)
    )
