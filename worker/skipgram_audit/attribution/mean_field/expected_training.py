"""Mean-field training: word2vec's training with every random draw replaced by its expectation.

With N[w, c] the expected updates of a pair in an epoch (skipgram_audit.corpus.windows), n_w = sum_c N[w, c],
q_c = K P(c) and M = N + n q^T, the expected gradients of an epoch are

    G_w = sum_c (M[w,c] sig(w.c) - N[w,c]) c,        G_c = sum_w (M[w,c] sig(w.c) - N[w,c]) w

and training follows them from the seed's first vectors for the sum of its step sizes. All words move together, inputs
and outputs in turn (a staggered scheme: outputs are taken at the middle of an inputs' step, so that a step is of second
order in its length), each by an exponential step, exact where its loss is quadratic:

    x <- x - bounded(phi(tau, s_x a_x B) G_x),        phi(tau, h) = (1 - exp(-tau h)) / h

a_x = sum_y M sig' is the row's curvature, and B = C + 1/2 (tr C / d) I the directions that all rows share, with
C = sum_y M_y y y^T / sum_y M_y: one eigenproblem of d x d a step. C alone has directions in which most rows have no
curvature, but single frequent words have: there their steps overshoot, and on a large vocabulary the derivative grows
from step to step until it means nothing.

Steps grow quadratically, short at first, when the outputs leave zero, and shorter still in the fixed start, which is
passed once only. The result is deterministic and smooth in N:
there is no noise of draws, only the first vectors differ from seed to seed.

Measured on gap-wikipedia (4,451 documents, 1,845 words, four WEATs) by `python -m tests.benchmarks.mean_field CORPUS`:
with twice the steps the documents' influences correlate at 0.996 or more with these; runs of word2vec from the same
first vectors, their texts in another order, have a mean cosine of 0.72 to 0.75 with each other, and the mean field of
0.83 to 0.86 with each of them, of 0.93 with the mean of three.

The first FIXED_SHARE of the training time is that of the whole corpus also for other counts. There the outputs leave
zero, and it is chance, amplified, which direction each vector takes: without this fixed start two seeds' influences of
documents agree at 0.20 to 0.29, with it at 0.98 to 0.99; sums over random tenths of the documents correlate with what
retraining does to the scores at 0.13 to 0.49 without it and at 0.73 to 0.93 with it, whole trainings on halves at 0.52
to 0.63 and 0.85 to 0.93.

For other counts N' the curvatures a and B of the whole corpus are fixed, s_x carrying them to the smaller totals; so
the derivative in N needs no derivative of eigenvectors. On processors, in a large vocabulary, the sums over noise
words, and over input words, are sampled (attribution.mean_field.noise_sums): other words in each step, the same for all
N', and the lines of the whole corpus. A GPU sums over all of them (skipgram_audit.attribution.mean_field.dense_sums).

Shapes: V words, d dimensions, E entries of the sparse counts, P scores.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.attribution.blocks import row_blocks
from skipgram_audit.attribution.mean_field.dense_sums import DenseSums
from skipgram_audit.attribution.mean_field.gradient_sums import GradientSums, Place, SampledSums, Weights
from skipgram_audit.attribution.mean_field.path import HalfStep, MeanFieldPath
from skipgram_audit.attribution.replay.probe_words import bounded, bounded_adjoint
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.cooccurrence import Cooccurrences
from skipgram_audit.corpus.pair_rows import add_to_rows
from skipgram_audit.model.settings import TrainingSettings

FEWEST_STEPS, MOST_STEPS, STEPS_AN_EPOCH = 14, 80, 2
"""After the fixed start."""

FLAT = 0.5
"""Of the mean eigenvalue of C, that B has in every direction."""

FIXED_SHARE, FIXED_STEPS = 0.025, 6
"""The start that is the whole corpus' own, whatever the counts: its share of the sum of step sizes, and its steps."""

ROWS_AT_ONCE = 512
"""Rows that are moved together on a processor: what is computed of them stays in its cache."""

SCORES_AT_ONCE = 4
"""Scores whose derivatives should go back together; more need more memory, and share little more."""


@dataclass(frozen=True)
class RecordedHalfStep:
    """One half step of the whole corpus: where it began, G of the updated rows [V, d], and how they moved."""

    place: Place
    gradient: Tensor
    half_step: HalfStep


@dataclass(frozen=True)
class Slope:
    """The derivative of a score in input vectors, at one or several places of the training.

    Attributes:
        words: [n], ids of the words that the score depends on.
        by_step: of a number of steps before the end of the training, the derivative in their vectors there, [n, d].
    """

    words: npt.NDArray[np.int64]
    by_step: Mapping[int, npt.NDArray[np.float64]]


class MeanField:
    """Mean-field training of a corpus, and of what is left of it.

    Args:
        counts: N of the whole corpus.
        start: [V, d], the first input vectors.
        noise: [V], P.
        settings: epochs, step sizes and K.
        seed: of the columns that are drawn.
        workers: cores to use; results do not depend on it.
        dtype: torch.float32, or torch.float64 for checks of derivatives.
        progress: called with 0..1 while the whole corpus is trained; may raise to cancel.
        device: cpu or cuda.
        path: of an earlier training of the same; without it the whole corpus is trained. Derivatives need a training.
    """

    def __init__(
        self,
        counts: Cooccurrences,
        start: npt.NDArray[np.float32],
        noise: npt.NDArray[np.float64],
        settings: TrainingSettings,
        seed: int,
        workers: int,
        dtype: torch.dtype,
        progress: Progress,
        device: str = "cpu",
        path: MeanFieldPath | None = None,
    ) -> None:
        self._offsets, self._device, self._dtype = counts.offsets, torch.device(device), dtype
        self._start = self._tensor(start)
        self._negatives = settings.negatives
        self._noise = self._tensor(settings.negatives * noise)
        self._sums: GradientSums = (
            SampledSums(counts, self._noise, np.random.default_rng(seed), workers)
            if device == "cpu"
            else DenseSums(counts, self._device)
        )
        self._full = self._weights(counts)
        self._sides: list[RecordedHalfStep] = []
        self.path = path or self._train(settings, np.random.default_rng(seed), progress)

    @staticmethod
    def bytes_needed(words: int, dimension: int, entries: int, epochs: int, device: str = "cpu") -> int:
        """Memory of a training on its device: the states of every half step, counts and a table over the entries."""
        states = 2 * step_count(epochs) * words * (2 * dimension + 6) * 4
        sums = SampledSums if device == "cpu" else DenseSums
        vectors = 8 * words * dimension * 4 + entries * (4 + 4 * SCORES_AT_ONCE)
        return states + vectors + sums.bytes_needed(words, dimension, entries, SCORES_AT_ONCE)

    def run(self, counts: Cooccurrences, progress: Progress, noise: npt.NDArray[np.float64] | None = None) -> Tensor:
        """The input vectors [V, d] under other counts over the same entries.

        Args:
            noise: [V], P under these counts; that of the whole corpus when left out.
        """
        weights, path = self._weights(counts, noise), self.path
        inputs, outputs = path.inputs, path.outputs
        for number, half_step in enumerate(path.half_steps):
            inputs_move = half_step.inputs_move
            totals = self._full.row_totals(inputs_move)
            scale = torch.where(totals > 0, weights.row_totals(inputs_move) / totals, 0.0)
            updated, fixed = (inputs, outputs) if inputs_move else (outputs, inputs)
            gradient, _ = self._sums.gradient(Place(inputs_move, updated, fixed, half_step.drawn), weights)
            moved = self._moved(half_step, updated, gradient, scale)
            inputs, outputs = (moved, outputs) if inputs_move else (inputs, moved)
            progress((number + 1) / len(path.half_steps))
        return inputs

    @property
    def entries(self) -> int:
        """How many entries the counts have."""
        return int(self._offsets[-1])

    @property
    def inputs(self) -> Tensor:
        """[V, d], the input vectors of the whole corpus."""
        return self.path.trained

    def states(self) -> Iterator[tuple[float, Tensor]]:
        """The training backwards, a step at a time, to the first after the fixed start: the share t of the time since
        then that has passed, and the input vectors [V, d].

        Updates are in proportion to N and to time, so these vectors are those of all counts t N.
        """
        self._require_states()
        moves = [half_step.time for half_step in self.path.half_steps if half_step.inputs_move]
        shares = np.cumsum(moves) / sum(moves)
        yield 1.0, self.inputs
        # Outputs move first in a step, and the inputs that they see are those of the step before.
        for step in range(len(shares) - 1, 0, -1):
            yield float(shares[step - 1]), self._sides[2 * step].place.fixed

    def gradients(self, scores: Sequence[Slope], progress: Progress, last: bool = False) -> npt.NDArray[Any]:
        """The derivatives of scores in N, at the whole corpus; of a score that is taken at several places, their sum.

        Args:
            last: no further derivative will be asked for; what the path needs for it is freed as it is passed.

        Returns:
            [P, E], by entry: what a score gains with a count N[x, y], as input towards output, and as output towards
            input; N being symmetric, both are in one table. Of more than SCORES_AT_ONCE better ask one after another.
        """
        self._require_states()
        words, dimension = self._start.shape
        table = self._start.new_zeros(int(self._offsets[-1]), len(scores))
        by_word = self._start.new_zeros(words, len(scores))
        to_inputs = self._start.new_zeros(words, len(scores), dimension)
        to_outputs = torch.zeros_like(to_inputs)
        count = len(self._sides)
        for number in range(count):
            if number % 2 == 0:
                self._add_slopes(scores, number // 2, to_inputs)
            side = self._sides.pop() if last else self._sides[count - 1 - number]
            inputs_move = side.place.inputs_move
            mine, other = (to_inputs, to_outputs) if inputs_move else (to_outputs, to_inputs)
            mine, more = self._adjoint(side, mine, table, by_word)
            other += more
            to_inputs, to_outputs = (mine, other) if inputs_move else (other, mine)
            progress((number + 1) / count)
        found: npt.NDArray[Any] = self._sums.by_entry(table).cpu().numpy()
        add_to_rows(self._offsets, by_word.cpu().numpy(), found)
        return found.T

    def _add_slopes(self, scores: Sequence[Slope], step: int, to_inputs: Tensor) -> None:
        """Adds to derivatives in the input vectors [V, P, d] those that scores have so many steps before the end."""
        for number, slope in enumerate(scores):
            if step in slope.by_step:
                to_inputs[torch.as_tensor(slope.words), number] += self._tensor(slope.by_step[step])

    def _require_states(self) -> None:
        assert self._sides, "A path that was kept, or of which the last was asked for, has no derivative."

    def _tensor(self, numbers: npt.NDArray[Any]) -> Tensor:
        return torch.as_tensor(numbers, dtype=self._dtype, device=self._device)

    def _weights(self, counts: Cooccurrences, noise: npt.NDArray[np.float64] | None = None) -> Weights:
        values = self._sums.in_order(self._tensor(counts.values))
        own = self._noise if noise is None else self._tensor(self._negatives * noise)
        return Weights(values, self._tensor(counts.totals), own)

    def _train(self, settings: TrainingSettings, generator: np.random.Generator, progress: Progress) -> MeanFieldPath:
        """Follows the whole corpus, and keeps every half step that other counts change."""
        inputs, outputs = self._start, torch.zeros_like(self._start)
        times = step_times(settings)
        for number, time in enumerate(times):
            earlier = times[number - 1] if number else 0.0
            outputs = self._half_step(False, 0.5 * (earlier + time), outputs, inputs, generator)
            inputs = self._half_step(True, time, inputs, outputs, generator)
            if number < FIXED_STEPS:
                self._sides.clear()
            progress((number + 1) / len(times))
        first = self._sides[0].place
        return MeanFieldPath(first.fixed, first.updated, tuple(side.half_step for side in self._sides), inputs)

    def _half_step(
        self, inputs_move: bool, time: float, updated: Tensor, fixed: Tensor, generator: np.random.Generator
    ) -> Tensor:
        weights = self._full
        place = self._sums.place(inputs_move, updated, fixed, weights, generator)
        gradient, curvatures = self._sums.gradient(place, weights)
        # The sum over rows of M: symmetric N gives its column sums from its row sums.
        rows, columns = weights.factors(inputs_move)
        shared = weights.totals + columns * rows.sum()
        values, vectors = torch.linalg.eigh((fixed * (shared / shared.sum())[:, None]).T @ fixed)
        values = values.clamp_min(0.0)
        half_step = HalfStep(
            inputs_move, time, place.drawn, curvatures, values + FLAT * values.mean(), vectors.contiguous()
        )
        self._sides.append(RecordedHalfStep(place, gradient, half_step))
        return self._moved(half_step, updated, gradient)

    def _moved(self, half_step: HalfStep, updated: Tensor, gradient: Tensor, scale: Tensor | None = None) -> Tensor:
        """The updated rows [V, d] after a half step, the scale s [V] of the curvature being 1 unless given."""
        moved = torch.empty_like(updated)
        for part in self._row_blocks():
            step, _ = half_step.step(part, gradient[part], 1.0 if scale is None else scale[part])
            torch.sub(updated[part], bounded(step, updated[part]), out=moved[part])
        return moved

    def _row_blocks(self) -> Iterator[slice]:
        """Rows that are moved together."""
        words = len(self._start)
        return row_blocks(words, 1, ROWS_AT_ONCE if self._device.type == "cpu" else words)

    def _adjoint(
        self, side: RecordedHalfStep, adjoints: Tensor, table: Tensor, by_word: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Carries derivatives in the moved rows, [V, P, d], back over a half step: derivatives in the rows that moved
        and in those that were fixed; adds to table [E, P] and by_word [V, P] the derivatives in N."""
        place, full = side.place, self._full
        to_gradient, to_updated, to_scale = (torch.empty_like(one) for one in (adjoints, adjoints, by_word))
        for part in self._row_blocks():
            step, turned = side.half_step.step(part, side.gradient[part])
            to_step, to_rows = bounded_adjoint(step[:, None], place.updated[part, None], -adjoints[part])
            to_gradient[part], to_scale[part] = side.half_step.adjoint(turned, to_step)
            torch.add(to_rows, adjoints[part], out=to_updated[part])
        pulled, to_fixed, by_total = self._sums.adjoint(place, full, to_gradient, table)
        by_word += by_total
        totals = full.row_totals(place.inputs_move)[:, None]
        to_scale = torch.where(totals > 0, to_scale / totals, 0.0)
        rows, columns = full.factors(place.inputs_move)
        # N'_x in the scale of each row; an input row's factor n carries its sum of columns, an output row's is q.
        if place.inputs_move:
            by_word += to_scale * (1.0 + columns.sum())
        else:
            by_word += to_scale + (to_scale * rows[:, None]).sum(0)
        return to_updated.add_(pulled), to_fixed


def step_count(epochs: int) -> int:
    """Steps of a training after its fixed start."""
    return max(FEWEST_STEPS, min(MOST_STEPS, STEPS_AN_EPOCH * epochs))


def step_times(settings: TrainingSettings) -> list[float]:
    """Each step's share of the sum of step sizes over all epochs.

    The ends of steps grow quadratically, before and after FIXED_SHARE.
    """
    start = FIXED_SHARE * np.linspace(0.0, 1.0, FIXED_STEPS + 1) ** 2
    after = np.linspace(np.sqrt(FIXED_SHARE), 1.0, step_count(settings.epochs) + 1) ** 2
    times: list[float] = (settings.time * np.diff(np.concatenate([start, after[1:]]))).tolist()
    return times
