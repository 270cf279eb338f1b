"""A run in slices: what is not in the cache is begun only while there is time."""

import time
from dataclasses import dataclass

STARTED = time.perf_counter()


class OutOfTime(Exception):
    """The slice is over; what was computed is kept."""


@dataclass
class Budget:
    """How long a run may begin new work, and how long one piece of it may take.

    Attributes:
        seconds: on the clock, from when the run started.
        piece: of one estimator's fit or prediction; what would take longer is reported with its projected time.
    """

    seconds: float
    piece: float
    started: float = STARTED
    """By a clock that processes of one machine share, so that those of this run keep to it."""

    def begin(self, what: str) -> None:
        """Raises OutOfTime when no new work may begin."""
        passed = time.perf_counter() - self.started
        if passed > self.seconds:
            raise OutOfTime(what)
        print(f"{passed:6.0f} s  {what}", flush=True)


@dataclass
class Stopwatch:
    """Seconds of a block: on the clock, and of this process on any core, which other processes disturb less.

    Attributes:
        clock, processor: seconds, set at the end of the block.
    """

    clock: float = 0.0
    processor: float = 0.0

    def __enter__(self) -> "Stopwatch":
        self._begun = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.clock = time.perf_counter() - self._begun[0]
        self.processor = time.process_time() - self._begun[1]
