"""Whether arrays fit each other, asked before compiled loops run over them: those do not look (see compiled.py).

Apart from the compiler, which takes a tenth of a second to load: a process that only reads a file does without it.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.engine_errors import DamagedArrays


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
