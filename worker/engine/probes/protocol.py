"""What the engine asks of a bias score: the words it depends on, and a differentiable function of their vectors."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from torch import Tensor


@dataclass(frozen=True)
class WordSetProbe:
    """A probe as a user states it: named word lists.

    Attributes:
        targets, attributes: set name -> words as written; two of each, in the order X, Y and A, B.
    """

    name: str
    kind: str
    targets: dict[str, tuple[str, ...]]
    attributes: dict[str, tuple[str, ...]]


class Score(Protocol):
    """A signed bias score of some words' vectors; a new kind of probe is a class with these two members."""

    @property
    def words(self) -> npt.NDArray[np.int64]:
        """Vocabulary ids of the n words that the score depends on, each once."""
        ...

    def __call__(self, vectors: Tensor) -> Tensor:
        """The score, a scalar, of these words' vectors [n, d]; differentiable."""
        ...


@dataclass(frozen=True)
class Unmeasurable:
    """Why a probe has no score in a corpus."""

    reason: str
