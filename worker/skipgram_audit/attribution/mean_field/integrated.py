"""Influence by mean-field training, averaged while all texts fade to half of their weight.

An influence at the whole corpus says what one text less would do while all others stay. Of many texts that say the same
each then has next to none, and where a score is near its limit, none has. Here the derivative is averaged over
trainings in which all texts have the same weight t, between a half and one:

    a_i = 2 integral over t from 1/2 to 1 of (dS / dw_i)(t, ..., t) dt,        sum_i a_i = 2 (S(1) - S(1/2))

S(t) the mean-field score with the weight t: up to the factor, how Aumann and Shapley (1974) share out the worth of all
between players, and integrated gradients (Sundararajan, Taly and Yan 2017, arXiv 1703.01365) a prediction between
inputs. A mean-field update is in proportion to counts and to time, so the training of weight t is that of the whole
corpus up to the share t of its time (after the fixed start), and dS/dw_i is 1/t of the derivative g_i in its
counts there:

    a_i = 2 integral of g_i(t) d(log t)

by the trapezoidal rule over the ends of the steps. All derivatives go back in one sweep, each from its own step on, so
the cost is that of mean-field. Sets are trained on what is left, as there. Measured in docs/benchmarks/accuracy.md.
"""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.mean_field.estimator import MeanFieldEstimator, slope_at
from skipgram_audit.attribution.mean_field.expected_training import MeanField, Slope
from skipgram_audit.probes.protocol import Score

LEAST_WEIGHT = 0.5


class MeanFieldIntegratedEstimator(MeanFieldEstimator):
    """Influence averaged over weights of all texts from a half to one; sets as by MeanFieldEstimator."""

    name: ClassVar[str] = "mean-field-integrated"

    def slope(self, trained: MeanField, score: Score) -> Slope:
        shares, slopes = [], []
        for share, inputs in trained.states():
            shares.append(share)
            slopes.append(slope_at(score, inputs))
            if share <= LEAST_WEIGHT:
                break
        weights = integration_weights(shares, LEAST_WEIGHT) / (1.0 - LEAST_WEIGHT)
        weighted = (weight * slope for weight, slope in zip(weights.tolist(), slopes, strict=True))
        return Slope(score.words, dict(enumerate(weighted)))


def integration_weights(shares: Sequence[float], least: float) -> npt.NDArray[np.float64]:
    """Weights w of values g with w . g = the integral of g d(log t) from least to 1, g linear in log t between them.

    Args:
        shares: t of the values, falling from 1; the last but one above least, the last at least or below.
    """
    points = np.log(np.array(shares, np.float64)[::-1])
    left, right = points[:-1], points[1:]
    start, length = np.maximum(left, np.log(least)), right - left
    weights = np.zeros(len(points))
    weights[:-1] += (right - start) ** 2 / (2 * length)
    weights[1:] += (length**2 - (start - left) ** 2) / (2 * length)
    return weights[::-1]
