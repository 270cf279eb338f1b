"""LiSSA: the damped inverse times a score's gradient, by stochastic steps over sampled pairs.

Koh and Liang (2017, arXiv 1703.04730) after Agarwal, Bullins and Hazan (2017, arXiv 1602.03943):

    y <- b + (I - (H_t + damping I) / scale) y,        x = y / scale  ->  (H + damping I)^-1 b

with H the Gauss-Newton matrix of the expected loss over all parameters, as in the implicit estimator, and H_t an
unbiased estimate of it from PAIRS_A_STEP pairs: a pair (w, c) is drawn by its expected count N[w,c], and K noise words
with it, so that the negatives of training are in the loss; every pair counts sum N / PAIRS_A_STEP times, so that the
loss is a sum over pairs, not a mean. The loop carries x, that is, y already divided by the scale.

Scale: MARGIN times damping plus the largest curvature of a sampled H_t, found by power iteration on a few of them.
Depth: as many steps as shrink the flattest direction's error below the tolerance, log(1 / tolerance) scale / damping.
Repeats: REPEATS runs with their own draws, averaged; their standard error relative to |x| is reported, and the
residual is that of the exact matrix. Draws depend on the seed, the repeat and the step only.

Cost: PAIRS_A_STEP (K + 1) 4 d operations for each step and score, and one exact product at the end. Depth grows with
the corpus, so conjugate gradients are the better solver wherever V x V products can be afforded.
"""

import math
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from torch import Tensor

from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.published.expected_loss import ExpectedLoss
from skipgram_audit.attribution.published.parameters import ParameterEstimator, Watch
from skipgram_audit.attribution.solvers import Solution
from skipgram_audit.computing.compiled import compiled_fast, compiled_inline
from skipgram_audit.corpus.cooccurrence import Cooccurrences
from skipgram_audit.model.engine_errors import SolveFailed
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.training.distribution import noise_probabilities
from skipgram_audit.training.randomness import GOLDEN, alias_table, below, mix, stream
from skipgram_audit.training.trajectory import Trajectory
from skipgram_audit.training.vectors import sigmoid

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]

REPEATS = 4
PAIRS_A_STEP = 2000
BATCHES_FOR_SCALE = 3
POWER_ITERATIONS = 12
MARGIN = 1.25
"""Power iteration approaches the largest curvature from below."""

STEPS_BETWEEN_REPORTS = 4
SCALE_DRAWS = 2**20
"""Repeat number of the draws for the scale, apart from those of the solution."""


class LissaEstimator(ParameterEstimator):
    """Influence by the damped Gauss-Newton matrix, inverted stochastically."""

    name: ClassVar[str] = "lissa"
    copies: ClassVar[int] = 6 + REPEATS

    def solve(
        self,
        problem: InfluenceProblem,
        loss: ExpectedLoss,
        counts: Cooccurrences,
        trajectory: Trajectory,
        right: Tensor,
        watch: Watch,
    ) -> Solution:
        settings = problem.settings
        noise = noise_probabilities(problem.corpus.counts, settings.noise_power)
        sampler = PairSampler(counts, noise, settings.negatives, loss, trajectory.seed)
        scale = MARGIN * (sampler.largest_curvature(watch) + settings.damping)
        depth = depth_of(scale, settings)
        gradients = right.cpu().numpy()
        runs = np.stack(
            [sampler.run(repeat, gradients, settings.damping, scale, depth, watch) for repeat in range(REPEATS)]
        )
        solved = runs.mean(axis=0, dtype=np.float64)
        size = np.sqrt(np.square(solved).sum(axis=(1, 2)))
        errors = np.sqrt(np.square(runs - solved).sum(axis=(0, 2, 3)) / (REPEATS - 1) / REPEATS) / size
        x = loss.tensor(solved)
        residual = right - loss.gauss_newton(x) - settings.damping * x
        relative = residual.flatten(1).double().norm(dim=1) / right.flatten(1).double().norm(dim=1)
        return Solution(x, np.full(len(right), depth), relative.cpu().numpy(), errors, settings.damping)


def depth_of(scale: float, settings: AuditSettings) -> int:
    """Steps until the flattest direction's error is below the tolerance.

    Raises:
        SolveFailed: more than the settings allow.
    """
    depth = math.ceil(math.log(1.0 / settings.solver_tolerance) * scale / settings.damping)
    if depth > settings.solver_iterations:
        raise SolveFailed(
            f"The lissa estimator needs {depth:,} steps at damping {settings.damping:g} and scale {scale:,.0f}; "
            f"{settings.solver_iterations:,} iterations are allowed.",
            f"Raise damping, allow {depth:,} iterations, raise the tolerance, or use the implicit estimator.",
            depth=depth,
            scale=scale,
        )
    return depth


class PairSampler:
    """Sampled Gauss-Newton matrices of one seed's expected loss.

    Args:
        counts: N; noise: P; negatives: K.
        loss: whose parameters are taken.
        seed: of the draws.
    """

    def __init__(
        self, counts: Cooccurrences, noise: npt.NDArray[np.float64], negatives: int, loss: ExpectedLoss, seed: int
    ) -> None:
        self._rows = np.repeat(np.arange(loss.words, dtype=np.int32), np.diff(counts.offsets))
        self._columns = counts.columns
        total = float(counts.values.sum())
        self._pairs = alias_table(counts.values / max(total, 1e-300))
        self._noise = alias_table(noise)
        self._weight = total / PAIRS_A_STEP
        self._slots = negatives + 1
        self._inputs, self._outputs = loss.inputs.cpu().numpy(), loss.outputs.cpu().numpy()
        self._seed = seed

    def run(self, repeat: int, right: Floats, damping: float, scale: float, depth: int, watch: Watch) -> Floats:
        """x after depth steps: [n, 2 V, d].

        Raises:
            SolveFailed: x grows beyond what any damped inverse can give.
        """
        solved = (right / scale).astype(right.dtype)
        bound = 10.0 * np.abs(right).max() / damping * math.sqrt(right[0].size)
        drawn = self._empty()
        for begin in range(0, depth, STEPS_BETWEEN_REPORTS):
            for step in range(begin, min(depth, begin + STEPS_BETWEEN_REPORTS)):
                self._draw(repeat, step, drawn)
                along = self._along(drawn, solved)
                solved *= right.dtype.type(1.0 - damping / scale)
                solved += (right / scale).astype(right.dtype)
                self._subtract(drawn, along / scale, solved)
            if not np.isfinite(solved).all() or np.abs(solved).max() > bound:
                raise SolveFailed(
                    f"The lissa estimator diverged at step {begin + 1:,} of {depth:,}: damping {damping:g}, "
                    f"scale {scale:,.0f}.",
                    "Raise damping, or use the implicit estimator.",
                )
            watch.reached(0.1 + 0.9 * (repeat + begin / depth) / REPEATS)
        return solved

    def largest_curvature(self, watch: Watch) -> float:
        """The largest eigenvalue of a sampled matrix: the largest over a few samples, by power iteration."""
        largest = 0.0
        drawn = self._empty()
        for batch in range(BATCHES_FOR_SCALE):
            self._draw(SCALE_DRAWS, batch, drawn)
            direction = np.concatenate([self._inputs, self._outputs])[None].copy()
            for iteration in range(POWER_ITERATIONS):
                direction /= max(np.linalg.norm(direction), 1e-300)
                product = np.zeros_like(direction)
                self._subtract(drawn, -self._along(drawn, direction), product)
                direction = product
                watch.reached(0.1 * (batch + (iteration + 1) / POWER_ITERATIONS) / BATCHES_FOR_SCALE)
            largest = max(largest, float(np.linalg.norm(direction)))
        return largest

    def _empty(self) -> tuple[Integers, Integers]:
        """Room for a step's words: inputs [pairs], outputs [pairs, K + 1]."""
        return np.empty(PAIRS_A_STEP, np.int32), np.empty((PAIRS_A_STEP, self._slots), np.int32)

    def _draw(self, repeat: int, step: int, drawn: tuple[Integers, Integers]) -> None:
        _draw_pairs(self._rows, self._columns, *self._pairs, *self._noise, self._seed, repeat, step, *drawn)

    def _along(self, drawn: tuple[Integers, Integers], directions: Floats) -> Floats:
        """Each sampled pair's curvature times its change of w.c along each direction: [n, pairs, K + 1]."""
        along = np.empty((len(directions), *drawn[1].shape), directions.dtype)
        _pairs_along(*drawn, self._weight, self._inputs, self._outputs, directions, along)
        return along

    def _subtract(self, drawn: tuple[Integers, Integers], along: Floats, target: Floats) -> None:
        """Subtracts the sampled matrix times the directions that along was made from."""
        _subtract_pairs(*drawn, self._inputs, self._outputs, along.astype(target.dtype), target)


@compiled_inline
def _alias_draw(bits: Any, thresholds: Integers, aliases: Integers) -> Any:
    slot = below(bits, thresholds.size)
    if np.uint32(bits & np.uint64(0xFFFFFFFF)) > thresholds[slot]:
        slot = np.int64(aliases[slot])
    return slot


@compiled_fast
def _draw_pairs(
    rows: Integers,
    columns: Integers,
    pair_thresholds: Integers,
    pair_aliases: Integers,
    noise_thresholds: Integers,
    noise_aliases: Integers,
    seed: int,
    repeat: int,
    step: int,
    words: Integers,
    contexts: Integers,
) -> None:
    state = stream(seed, repeat, step)
    for pair in range(words.size):
        state += GOLDEN
        entry = _alias_draw(mix(state), pair_thresholds, pair_aliases)
        words[pair], contexts[pair, 0] = rows[entry], columns[entry]
        for slot in range(1, contexts.shape[1]):
            state += GOLDEN
            contexts[pair, slot] = _alias_draw(mix(state), noise_thresholds, noise_aliases)


@compiled_fast
def _pairs_along(
    words: Integers,
    contexts: Integers,
    weight: float,
    inputs: Floats,
    outputs: Floats,
    directions: Floats,
    along: Floats,
) -> None:
    vocabulary = inputs.shape[0]
    zero = inputs.dtype.type(0.0)
    for pair in range(words.size):
        word = words[pair]
        for slot in range(contexts.shape[1]):
            context = contexts[pair, slot]
            product = zero
            for column in range(inputs.shape[1]):
                product += inputs[word, column] * outputs[context, column]
            probability = sigmoid(product)
            curvature = weight * probability * (1.0 - probability)
            for direction in range(directions.shape[0]):
                change = zero
                for column in range(inputs.shape[1]):
                    change += directions[direction, word, column] * outputs[context, column]
                    change += inputs[word, column] * directions[direction, vocabulary + context, column]
                along[direction, pair, slot] = curvature * change


@compiled_fast
def _subtract_pairs(
    words: Integers, contexts: Integers, inputs: Floats, outputs: Floats, along: Floats, target: Floats
) -> None:
    vocabulary = inputs.shape[0]
    for direction in range(target.shape[0]):
        for pair in range(words.size):
            word = words[pair]
            for slot in range(contexts.shape[1]):
                context, factor = contexts[pair, slot], along[direction, pair, slot]
                for column in range(inputs.shape[1]):
                    target[direction, word, column] -= factor * outputs[context, column]
                    target[direction, vocabulary + context, column] -= factor * inputs[word, column]
