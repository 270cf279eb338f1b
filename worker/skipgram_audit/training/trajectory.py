"""What a training leaves behind: its vectors, and the path that its output vectors took."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.arrays import read_arrays, write_arrays
from skipgram_audit.training.vectors import padded_columns


@dataclass(frozen=True)
class Trajectory:
    """One seed's training.

    Attributes:
        seed: of the training.
        inputs, outputs: float32 [words, dimension], the trained vectors w and c.
        contexts: float32 [intervals, words, dimension], the output vectors in each interval of the training: the mean
            of those at its begin and its end.
        step_sizes: float64 [intervals], mean step size in the interval.
        shares: float64 [intervals], length of the interval in epochs.
        pairs: updates made.
    """

    seed: int
    inputs: npt.NDArray[np.float32]
    outputs: npt.NDArray[np.float32]
    contexts: npt.NDArray[np.float32]
    step_sizes: npt.NDArray[np.float64]
    shares: npt.NDArray[np.float64]
    pairs: int

    @staticmethod
    def bytes_to_train(words: int, dimension: int, intervals: int, seeds: int, at_once: int) -> int:
        """Memory of trainings and of what they leave: each in work holds its path twice while it ends."""
        rows = 4 * words * padded_columns(dimension)
        working = min(seeds, at_once)
        return rows * (working * (2 * intervals + 6) + (seeds - working) * (intervals + 2))

    def save(self, path: Path) -> None:
        """Writes one .npz file, without pickle; it appears whole or not at all."""
        write_arrays(
            path,
            {
                "numbers": np.array([self.seed, self.pairs], np.int64),
                "inputs": self.inputs,
                "outputs": self.outputs,
                "contexts": self.contexts,
                "step_sizes": self.step_sizes,
                "shares": self.shares,
            },
        )

    @classmethod
    def load(cls, path: Path) -> "Trajectory":
        """Reads what save wrote."""
        arrays = read_arrays(path)
        seed, pairs = arrays["numbers"].tolist()
        return cls(
            seed=seed,
            inputs=arrays["inputs"],
            outputs=arrays["outputs"],
            contexts=arrays["contexts"],
            step_sizes=arrays["step_sizes"],
            shares=arrays["shares"],
            pairs=pairs,
        )
