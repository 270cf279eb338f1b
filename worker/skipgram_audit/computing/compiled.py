"""How the engine's loops are compiled: to machine code, without the interpreter's lock, kept on disk between runs.

Division follows the rules of floating point and never raises (numba's error model "numpy"): a check for zero before
every division would keep the sigmoids of several pairs from being taken together in vector instructions.

Compiled loops do not look at the bounds of arrays: a wrong place is a segmentation fault or, worse, a wrong number. So
what they are given is checked where it is made, in one way: require_places, require_offsets and require_length. The
environment variable NUMBA_BOUNDSCHECK=1 turns checks of every access on; a test runs the loops so.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from skipgram_audit.model.engine_errors import DamagedArrays

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """A loop over arrays, in machine code; sums keep their order, so results are exact functions of the input."""
    result: Any = njit(error_model="numpy", nogil=True, boundscheck=False, cache=True)(function)
    return cast(Function, result)


def compiled_fast(function: Function) -> Function:
    """As compiled, and sums of products may be reordered into vector instructions; same machine, same bytes."""
    result: Any = njit(error_model="numpy", fastmath=True, nogil=True, boundscheck=False, cache=True)(function)
    return cast(Function, result)


def compiled_inline(function: Function) -> Function:
    """A part of such a loop, written into its caller."""
    result: Any = njit(inline="always", error_model="numpy", fastmath=True, nogil=True, boundscheck=False, cache=True)(
        function
    )
    return cast(Function, result)


def require_places(name: str, places: npt.NDArray[Any], size: int) -> None:
    """Raises DamagedArrays unless all places lie in 0..size-1."""
    if places.size and not (int(places.min()) >= 0 and int(places.max()) < size):
        raise DamagedArrays(
            f"{name} point to places from {int(places.min())} to {int(places.max())} of {size}.",
            "Start again from the corpus; if it happens again, this is a fault of the program.",
        )


def require_offsets(name: str, offsets: npt.NDArray[Any], size: int) -> None:
    """Raises DamagedArrays unless offsets rise from 0 to size."""
    if offsets.size == 0 or offsets[0] != 0 or offsets[-1] != size or bool((np.diff(offsets) < 0).any()):
        raise DamagedArrays(
            f"{name} do not divide {size} places from the first to the last.",
            "Start again from the corpus; if it happens again, this is a fault of the program.",
        )


def require_length(name: str, values: npt.NDArray[Any], length: int) -> None:
    """Raises DamagedArrays unless there are so many values."""
    if len(values) != length:
        raise DamagedArrays(
            f"{name} are {len(values)}, not {length}.",
            "Start again from the corpus; if it happens again, this is a fault of the program.",
        )
