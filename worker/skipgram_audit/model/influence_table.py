"""Influence of texts on a score: means and spread over seeds, stability of the sign, and order."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class InfluenceTable:
    """Influence of n texts on one score.

    Attributes:
        influence: float64 [n], mean over seeds.
        spread: float64 [n], sample standard deviation over seeds; 0 with one seed.
        sign_stability: float64 [n], share of seeds whose influence has the sign of the mean.
    """

    influence: npt.NDArray[np.float64]
    spread: npt.NDArray[np.float64]
    sign_stability: npt.NDArray[np.float64]

    @classmethod
    def of(cls, by_seed: npt.NDArray[np.float64]) -> "InfluenceTable":
        """From influences [seeds, n]."""
        mean = by_seed.mean(axis=0)
        spread = by_seed.std(axis=0, ddof=1) if len(by_seed) > 1 else np.zeros_like(mean)
        return cls(mean, spread, (np.sign(by_seed) == np.sign(mean)).mean(axis=0))

    def order(self) -> npt.NDArray[np.int64]:
        """Row numbers, highest influence first; ties keep the order of the corpus."""
        return np.argsort(-self.influence, kind="stable")

    def ranks(self, leave_out_zero: bool) -> npt.NDArray[np.int64]:
        """int64 [rows]: each row's rank from 1, the largest influence first.

        Args:
            leave_out_zero: rows of influence zero get no rank, shown as 0, and the others are ranked without gaps.
        """
        order = self.order()
        if leave_out_zero:
            order = order[self.influence[order] != 0]
        result = np.zeros(len(self.influence), np.int64)
        result[order] = np.arange(1, len(order) + 1)
        return result


@dataclass(frozen=True)
class Attribution:
    """Influence on one probe: of documents, of sentences, and of tokens (float32 [tokens], mean over seeds)."""

    documents: InfluenceTable
    sentences: InfluenceTable
    tokens: npt.NDArray[np.float32]
    seed_agreement: float | None


def seed_agreement(by_seed: npt.NDArray[np.float64]) -> float | None:
    """Mean pairwise Pearson correlation of the seeds' influences [seeds, n]; None with one seed or no variation."""
    if len(by_seed) < 2 or (by_seed.std(axis=1) == 0).any():
        return None
    correlations = np.atleast_2d(np.corrcoef(by_seed))
    return float(correlations[np.triu_indices(len(by_seed), 1)].mean())
