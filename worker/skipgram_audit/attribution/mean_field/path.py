"""What mean-field training of other counts takes from that of the whole corpus: its fixed start, and of every half step
after it the curvature, and over which words noise is summed.

The formulas are in attribution.mean_field.expected_training. Shapes: V words, R of them, d dimensions, P scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.attribution.mean_field.gradient_sums import Drawn
from skipgram_audit.attribution.mean_field.noise_sums import Line, NoiseColumns

Arrays = dict[str, npt.NDArray[Any]]
CURVATURE = ("curvatures", "values", "vectors")
DRAWN_PARTS = ("rows", "columns", "shares", "levels", "slopes")

LEAST_EXPONENT = 1e-30
"""Of exponents x: a single-precision number above zero."""


@dataclass(frozen=True)
class HalfStep:
    """How the rows of one side moved.

    Attributes:
        inputs_move: else the output rows do.
        time: tau.
        drawn: the words that noise is summed over; empty where over all.
        curvatures: a, [V].
        values, vectors: of B, [d] and [d, d].
    """

    inputs_move: bool
    time: float
    drawn: Sequence[Drawn]
    curvatures: Tensor
    values: Tensor
    vectors: Tensor

    def step(self, part: slice, gradient: Tensor, scale: Tensor | float = 1.0) -> tuple[Tensor, "Turned"]:
        """phi(tau, s a B) G of some rows, [R, d], and what its adjoint takes."""
        # Above zero, so that phi is 1 where there is no curvature; expm1 is exact down there.
        exponents = torch.outer((self.time * scale) * self.curvatures[part], self.values).clamp_min_(LEAST_EXPONENT)
        shrunk = torch.expm1(-exponents)
        decays = (shrunk / exponents).neg_()
        turned = Turned(gradient @ self.vectors, decays, shrunk)
        return ((self.time * decays).mul_(turned.gradient)) @ self.vectors.T, turned

    def adjoint(self, turned: "Turned", adjoints: Tensor) -> tuple[Tensor, Tensor]:
        """The derivatives of adjoints . step at s = 1, in the gradient [R, P, d] and in s [R, P], of some rows."""
        along = adjoints @ self.vectors
        # x phi'(x) = exp(-x) - phi(x), for phi(x) = (1 - exp(-x)) / x.
        by_scale = (turned.shrunk + 1.0).sub_(turned.decays).mul_(turned.gradient).mul_(self.time)
        to_scale = torch.linalg.vecdot(by_scale[:, None], along)
        return along.mul_((self.time * turned.decays)[:, None]) @ self.vectors.T, to_scale


@dataclass(frozen=True)
class Turned:
    """Of some rows, in the directions of B: the gradient, (1 - exp(-x)) / x and exp(-x) - 1, [R, d] each."""

    gradient: Tensor
    decays: Tensor
    shrunk: Tensor


@dataclass(frozen=True)
class MeanFieldPath:
    """The whole corpus' own training.

    Attributes:
        inputs, outputs: [V, d], where the fixed start ends.
        half_steps: after it.
        trained: [V, d], the input vectors after the last.
    """

    inputs: Tensor
    outputs: Tensor
    half_steps: tuple[HalfStep, ...]
    trained: Tensor

    def arrays(self) -> Arrays:
        """By name, as they are kept on disk."""
        steps = self.half_steps
        tensors = {"inputs": self.inputs, "outputs": self.outputs, "trained": self.trained}
        tensors |= {name: torch.stack([getattr(one, name) for one in steps]) for name in CURVATURE}
        arrays: Arrays = {name: tensor.cpu().numpy() for name, tensor in tensors.items()}
        arrays["inputs_move"] = np.array([one.inputs_move for one in steps])
        arrays["times"] = np.array([one.time for one in steps])
        for step, one in enumerate(steps):
            for number, drawn in enumerate(one.drawn):
                for name, array in _arrays_of(drawn).items():
                    arrays[f"{step}-{number}-{name}"] = array
        return arrays

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], device: str) -> "MeanFieldPath":
        """What arrays() gave. Curvatures are copied apart: aligned as in training, they give the same bytes."""
        drawn: dict[int, list[Drawn]] = {}
        for name in arrays:
            if name.endswith("-rows"):
                step, number, _ = name.split("-")
                parts = {part: arrays[f"{step}-{number}-{part}"] for part in DRAWN_PARTS}
                drawn.setdefault(int(step), []).append(_drawn_of(parts))
        fixed = {name: torch.as_tensor(arrays[name], device=device) for name in CURVATURE}
        steps = tuple(
            HalfStep(
                bool(inputs_move), float(time), drawn.get(step, ()), *(fixed[name][step].clone() for name in fixed)
            )
            for step, (inputs_move, time) in enumerate(zip(arrays["inputs_move"], arrays["times"], strict=True))
        )
        inputs, outputs, trained = (
            torch.as_tensor(arrays[name], device=device) for name in ("inputs", "outputs", "trained")
        )
        return cls(inputs, outputs, steps, trained)


def _arrays_of(drawn: Drawn) -> Arrays:
    columns, line = drawn.columns, drawn.line
    rows = np.array([drawn.rows.start, drawn.rows.stop, columns.heavy])
    return {
        "rows": rows, "columns": columns.rows.numpy(), "shares": columns.shares.numpy(), "levels": line.levels.numpy(),
        "slopes": line.slopes.numpy(),
    }  # fmt: skip


def _drawn_of(arrays: Arrays) -> Drawn:
    start, stop, heavy = arrays["rows"].tolist()
    columns, shares, levels, slopes = (torch.as_tensor(arrays[name]) for name in DRAWN_PARTS[1:])
    return Drawn(slice(start, stop), NoiseColumns(columns, shares, heavy), Line(levels, slopes))
