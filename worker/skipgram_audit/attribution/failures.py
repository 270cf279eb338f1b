"""Turns what numerical libraries raise on degenerate input into an engine error."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from scipy.sparse.linalg import ArpackError
from torch.linalg import LinAlgError as TorchLinAlgError  # type: ignore[attr-defined]

from skipgram_audit.model.engine_errors import SolveFailed


@contextmanager
def raising_engine_errors(estimator: str) -> Iterator[None]:
    """Turns a linear system or decomposition that has no solution into an EngineError.

    Raises:
        SolveFailed: names the estimator and says what the corpus lacks.
    """
    try:
        yield
    except (np.linalg.LinAlgError, TorchLinAlgError, ArpackError, FloatingPointError) as error:
        raise SolveFailed(
            f"The {estimator} estimator met a matrix that it cannot decompose or invert: the corpus has too few "
            f"different pairs of words for vectors of this dimension ({error}).",
            "Use a larger corpus, a smaller dimension, or the estimator replay, which inverts nothing.",
        ) from error
