"""The vectors of training in batches, and what trains them a batch at a time; formula: training.gpu.batches.

Shapes: S seeds, V words, d dimensions, K noise words, C pairs that a batch can hold.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled_fast
from skipgram_audit.computing.cores import core_count
from skipgram_audit.model.engine_errors import DivergedTraining, UnavailableDevice
from skipgram_audit.training.vectors import sigmoid

UNIT = 2.0**-24
"""Of which numbers of vectors are whole multiples."""

LARGEST = 100.0
"""Numbers of a vector beyond this mean that training has diverged; 128 would not fit any more."""

BATCHES_AT_ONCE = 256
"""Batches that are on a GPU together."""


@dataclass(frozen=True)
class DrawnBatches:
    """Batches of one seed, of at most C pairs each.

    Attributes:
        contexts: int32 [pairs], input rows; chosen: int32 [pairs, K + 1], output rows, V where a slot is not used;
            steps: float32 [pairs].
        starts: int64 [batches + 1], where each begins.
    """

    contexts: npt.NDArray[np.int32]
    chosen: npt.NDArray[np.int32]
    steps: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]


class BatchVectors(Protocol):
    """Vectors of several seeds on one device."""

    def train(self, drawn: Sequence[DrawnBatches]) -> None:
        """Trains batches, each seed's own."""
        ...

    def inputs(self) -> list[npt.NDArray[np.float32]]:
        """Input vectors [V, d] of each seed; raises DivergedTraining."""
        ...

    def outputs(self) -> list[npt.NDArray[np.float32]]:
        """Output vectors [V, d] of each seed; raises DivergedTraining."""
        ...


def batch_vectors(start: npt.NDArray[np.float32], negatives: int, capacity: int, device: str) -> BatchVectors:
    """Vectors to train: first input vectors float32 [S, V, d], output vectors zero.

    Args:
        negatives: K; capacity: C; device: cpu or cuda.

    Raises:
        UnavailableDevice: kernels for the GPU cannot be compiled here.
    """
    if device == "cpu":
        return CompiledVectors(start, negatives, capacity)
    if find_spec("triton") is None:
        raise UnavailableDevice(
            "Training in batches on a GPU compiles its kernels with triton, which is not installed.",
            "Install triton (torch's builds for GPUs bring it on Linux), or use --device cpu.",
        )
    from skipgram_audit.training.gpu.batch_kernels import GpuVectors

    return GpuVectors(start, negatives, capacity)


def gpu_bytes_needed(seeds: int, words: int, dimension: int, negatives: int, capacity: int) -> int:
    """Memory of training on a GPU."""
    rows = 2 * words * dimension
    draws = BATCHES_AT_ONCE * capacity * (negatives + 3)
    changes = capacity * (negatives + 2) * dimension
    return 4 * seeds * (rows + draws + changes)


class CompiledVectors:
    """On processors: one seed a core."""

    def __init__(self, start: npt.NDArray[np.float32], negatives: int, capacity: int) -> None:
        seeds, words, dimension = start.shape
        self._inputs = whole_numbers(start)
        self._outputs = np.zeros((seeds, words + 1, dimension), np.int32)
        self._to_inputs = np.zeros((seeds, capacity, dimension), np.int32)
        self._to_outputs = np.zeros((seeds, capacity, negatives + 1, dimension), np.int32)

    def train(self, drawn: Sequence[DrawnBatches]) -> None:
        """See BatchVectors.train."""
        with ThreadPoolExecutor(max_workers=core_count()) as pool:
            list(pool.map(self._train, range(len(drawn)), drawn))

    def inputs(self) -> list[npt.NDArray[np.float32]]:
        """See BatchVectors.inputs."""
        return checked_vectors(self._inputs)

    def outputs(self) -> list[npt.NDArray[np.float32]]:
        """See BatchVectors.outputs."""
        return checked_vectors(self._outputs[:, :-1])

    def _train(self, seed: int, drawn: DrawnBatches) -> None:
        train_rows(
            self._inputs[seed], self._outputs[seed], drawn.contexts, drawn.chosen, drawn.steps, drawn.starts,
            self._to_inputs[seed], self._to_outputs[seed],
        )  # fmt: skip


@compiled_fast
def train_rows(
    inputs: Any, outputs: Any, contexts: Any, chosen: Any, steps: Any, starts: Any, to_inputs: Any, to_outputs: Any
) -> None:
    """Trains one seed's batches in place: inputs int32 [V, d], outputs int32 [V + 1, d], the last row unused.

    Args:
        contexts to starts: see DrawnBatches.
        to_inputs, to_outputs: int32 [C, d] and [C, K + 1, d], for the changes of a batch.
    """
    slots, dimension, unused = chosen.shape[1], inputs.shape[1], outputs.shape[0] - 1
    unit, one, half = np.float32(UNIT), np.float32(1.0), np.float32(0.5)
    total = np.empty(dimension, np.float32)
    for batch in range(starts.size - 1):
        first, last = starts[batch], starts[batch + 1]
        for pair in range(first, last):
            word = contexts[pair]
            total[:] = 0.0
            for slot in range(slots):
                output = chosen[pair, slot]
                product = np.float32(0.0)
                for place in range(dimension):
                    product += np.float32(inputs[word, place]) * unit * np.float32(outputs[output, place]) * unit
                error = sigmoid(product)
                if slot == 0:
                    error -= one
                error = np.float32(0.0) if output == unused else error * steps[pair]
                for place in range(dimension):
                    total[place] += error * (np.float32(outputs[output, place]) * unit)
                    change = -error * np.float32(inputs[word, place])
                    to_outputs[pair - first, slot, place] = np.int32(np.floor(change + half))
            for place in range(dimension):
                to_inputs[pair - first, place] = np.int32(np.floor(half - total[place] / unit))
        for pair in range(first, last):
            for place in range(dimension):
                inputs[contexts[pair], place] += to_inputs[pair - first, place]
            for slot in range(slots):
                for place in range(dimension):
                    outputs[chosen[pair, slot], place] += to_outputs[pair - first, slot, place]


def whole_numbers(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """Vectors in units."""
    return np.asarray(np.rint(vectors.astype(np.float64) / UNIT), np.int32)


def checked_vectors(numbers: npt.NDArray[np.int32]) -> list[npt.NDArray[np.float32]]:
    """Vectors [V, d] of each seed from whole numbers [S, V, d].

    Raises:
        DivergedTraining: a number is beyond LARGEST.
    """
    vectors = (numbers * UNIT).astype(np.float32)
    largest = float(np.abs(vectors).max(initial=0.0))
    if largest > LARGEST:
        raise DivergedTraining(
            f"Training in batches diverged: a number of a vector reached {largest:.0f}.",
            "Use fewer tokens a batch, a smaller step size, or train one update at a time (0 tokens a batch).",
        )
    return list(vectors)
