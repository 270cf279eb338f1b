"""What the engine asks of a bias score: the words it depends on, and a differentiable function of their vectors."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from torch import Tensor

TOO_FEW_WORDS = "too_few_words"
"""Code of a probe of which too few words are in the corpus to measure it."""

NOT_MEASURABLE = "not_measurable"
"""Code of a probe whose words are there but give no finite score."""


class Score(Protocol):
    """A signed bias score of some words' vectors; a new kind of probe is a class with these two members."""

    @property
    def words(self) -> npt.NDArray[np.int64]:
        """Vocabulary ids of the n words that the score depends on, each once."""
        ...

    def __call__(self, vectors: Tensor) -> Tensor:
        """The score, a scalar, of these words' vectors [n, d]; differentiable."""
        ...


def value_and_gradient(score: Score, vectors: Tensor) -> tuple[float, Tensor]:
    """A score of its words' vectors [n, d], and its derivative in them."""
    rows = vectors.detach().clone().requires_grad_(True)
    value = score(rows)
    value.backward()  # type: ignore[no-untyped-call]
    assert rows.grad is not None
    return value.item(), rows.grad


@dataclass(frozen=True)
class Unmeasurable:
    """Why a probe has no score in a corpus: a sentence, and a code that stays the same."""

    reason: str
    code: str = NOT_MEASURABLE
