"""Training in batches on a GPU: two kernels a batch, changes computed from the current vectors, then added.

Between the two no number of a vector is written, so every pair of the batch reads the same vectors. One program a slot
and seed; one batch of all seeds is captured as a graph and replayed. Formula: training.gpu.batches; shapes:
skipgram_audit.training.gpu.batch_vectors. F pairs and B batches are on the device at once.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import triton
import triton.language as tl
from torch import Tensor

from skipgram_audit.training.gpu.batch_vectors import (
    BATCHES_AT_ONCE,
    UNIT,
    DrawnBatches,
    checked_vectors,
    whole_numbers,
)


@triton.jit
def compute_changes(
    inputs, outputs, contexts, chosen, steps, starts, number,
    to_inputs, to_outputs,
    words, dimension, pairs, batches, capacity, unit,
    slots: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """Fills to_inputs [S, C, d] and to_outputs [S, C, K + 1, d] for the pairs of batch `number` of every seed."""
    slot, seed = tl.program_id(0), tl.program_id(1)
    at = tl.load(number)
    begin = tl.load(starts + seed * (batches + 1) + at)
    end = tl.load(starts + seed * (batches + 1) + at + 1)
    if begin + slot < end:
        pair = seed * pairs + begin + slot
        row, first = seed * capacity + slot, seed * (words + 1)
        lanes = tl.arange(0, columns)
        inside = lanes < dimension
        word = tl.load(contexts + pair) + first
        w = tl.load(inputs + word * dimension + lanes, mask=inside, other=0).to(tl.float32) * unit
        step = tl.load(steps + pair)
        total = tl.zeros([columns], tl.float32)
        for k in tl.static_range(slots):
            output = tl.load(chosen + pair * slots + k)
            c = tl.load(outputs + (output + first) * dimension + lanes, mask=inside, other=0).to(tl.float32) * unit
            error = tl.sigmoid(tl.sum(w * c, axis=0))
            if k == 0:
                error -= 1.0
            error = tl.where(output == words, 0.0, error) * step
            total += error * c
            change = tl.floor(-error * w / unit + 0.5).to(tl.int32)
            tl.store(to_outputs + (row * slots + k) * dimension + lanes, change, mask=inside)
        change = tl.floor(-total / unit + 0.5).to(tl.int32)
        tl.store(to_inputs + row * dimension + lanes, change, mask=inside)


@triton.jit
def add_changes(
    inputs, outputs, contexts, chosen, starts, number, to_inputs, to_outputs,
    words, dimension, pairs, batches, capacity,
    slots: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """Adds what compute_changes found to the vectors: whole numbers, so in any order."""
    slot, seed = tl.program_id(0), tl.program_id(1)
    at = tl.load(number)
    begin = tl.load(starts + seed * (batches + 1) + at)
    end = tl.load(starts + seed * (batches + 1) + at + 1)
    if begin + slot < end:
        pair = seed * pairs + begin + slot
        row, first = seed * capacity + slot, seed * (words + 1)
        lanes = tl.arange(0, columns)
        inside = lanes < dimension
        word = tl.load(contexts + pair) + first
        change = tl.load(to_inputs + row * dimension + lanes, mask=inside, other=0)
        tl.atomic_add(inputs + word * dimension + lanes, change, mask=inside, sem="relaxed")
        for k in tl.static_range(slots):
            output = tl.load(chosen + pair * slots + k) + first
            change = tl.load(to_outputs + (row * slots + k) * dimension + lanes, mask=inside, other=0)
            tl.atomic_add(outputs + output * dimension + lanes, change, mask=inside, sem="relaxed")


class GpuVectors:
    """On a GPU: all seeds at once. See BatchVectors; a seed that has fewer batches waits at the end."""

    def __init__(self, start: npt.NDArray[np.float32], negatives: int, capacity: int) -> None:
        self._capacity = capacity
        self._seeds, self._words, self._dimension = start.shape
        self._slots = negatives + 1
        rows, pairs = (self._seeds, self._words + 1, self._dimension), BATCHES_AT_ONCE * capacity
        self._inputs = self._zeros(*rows)
        self._inputs[:, :-1] = torch.from_numpy(whole_numbers(start))
        self._outputs = self._zeros(*rows)
        self._contexts = self._zeros(self._seeds, pairs)
        self._chosen = self._zeros(self._seeds, pairs, self._slots)
        self._steps = self._zeros(self._seeds, pairs, dtype=torch.float32)
        self._starts = self._zeros(self._seeds, BATCHES_AT_ONCE + 1, dtype=torch.int64)
        self._number = self._zeros(1, dtype=torch.int64)
        self._to_inputs = self._zeros(self._seeds, capacity, self._dimension)
        self._to_outputs = self._zeros(self._seeds, capacity, self._slots, self._dimension)
        self._graph = self._captured()

    def train(self, drawn: Sequence[DrawnBatches]) -> None:
        """See BatchVectors.train."""
        most = max(len(one.starts) - 1 for one in drawn)
        for first in range(0, most, BATCHES_AT_ONCE):
            for seed, one in enumerate(drawn):
                self._send(seed, one, first)
            self._number.zero_()
            for _ in range(min(BATCHES_AT_ONCE, most - first)):
                self._graph.replay()

    def inputs(self) -> list[npt.NDArray[np.float32]]:
        """See BatchVectors.inputs."""
        return checked_vectors(self._inputs[:, :-1].cpu().numpy())

    def outputs(self) -> list[npt.NDArray[np.float32]]:
        """See BatchVectors.outputs."""
        return checked_vectors(self._outputs[:, :-1].cpu().numpy())

    def _send(self, seed: int, drawn: DrawnBatches, first: int) -> None:
        starts = drawn.starts[first : first + BATCHES_AT_ONCE + 1]
        if len(starts) == 0:
            starts = drawn.starts[-1:]
        pairs = slice(int(starts[0]), int(starts[-1]))
        length = pairs.stop - pairs.start
        self._contexts[seed, :length] = torch.from_numpy(drawn.contexts[pairs])
        self._chosen[seed, :length] = torch.from_numpy(drawn.chosen[pairs])
        self._steps[seed, :length] = torch.from_numpy(drawn.steps[pairs])
        bounds = np.full(BATCHES_AT_ONCE + 1, length)
        bounds[: len(starts)] = starts - starts[0]
        self._starts[seed] = torch.from_numpy(bounds)

    def _step(self) -> None:
        """Batch `number` of every seed; the number is then increased by one."""
        grid = (self._capacity, self._seeds)
        drawn = (self._contexts, self._chosen)
        changes = (self._starts, self._number, self._to_inputs, self._to_outputs)
        sizes = (self._words, self._dimension, self._contexts.shape[1], BATCHES_AT_ONCE, self._capacity)
        columns = 1 << (self._dimension - 1).bit_length()
        compute_changes[grid](
            self._inputs, self._outputs, *drawn, self._steps, *changes, *sizes, UNIT, self._slots, columns, num_warps=1
        )
        add_changes[grid](self._inputs, self._outputs, *drawn, *changes, *sizes, self._slots, columns, num_warps=1)
        self._number += 1

    def _captured(self) -> Any:
        """One batch as a graph, tried before on batches without pairs."""
        aside: Any = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(3):
                self._number.zero_()
                self._step()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self._step()
        return graph

    @staticmethod
    def _zeros(*shape: int, dtype: torch.dtype = torch.int32) -> Tensor:
        return torch.zeros(shape, dtype=dtype, device="cuda")
