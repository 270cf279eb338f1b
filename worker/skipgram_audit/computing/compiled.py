"""How the engine's loops are compiled: to machine code, without the interpreter's lock, kept on disk between runs.

Division follows the rules of floating point and never raises (numba's error model "numpy"): a check for zero before
every division would keep the sigmoids of several pairs from being taken together in vector instructions.

Compiled loops do not look at the bounds of arrays: a wrong place is a segmentation fault or, worse, a wrong number. So
what they are given is checked where it is made, by the functions of bounds.py. The environment variable
NUMBA_BOUNDSCHECK=1 turns checks of every access on; a test runs the loops so.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

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
