"""Where work runs: an interface of the shape of concurrent.futures, for shards of a corpus and for whole trainings.

The engine gets an executor; threads of this process are the usual one, and enough on one machine, for compiled
loops hold no lock of the interpreter. Functions that it runs are pure and defined in a module: what they return
depends on their arguments alone, so work that was lost with its machine is done again, and who did it does not show.
Shards are cut by the corpus alone and results are merged in a fixed order: any number of workers gives the same bytes.
"""

import itertools
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol, TypeVar

from skipgram_audit.computing.progress import Progress

Result = TypeVar("Result")
Name = TypeVar("Name")
Result_co = TypeVar("Result_co", covariant=True)

AHEAD = 3
"""Shards submitted for each that can be worked on: nobody waits for the next one, and few lie in memory."""

LOOK_SECONDS = 0.2
"""Between two looks at what has ended, and so the longest that a cancellation is not noticed."""


class Submitted(Protocol[Result_co]):
    """Work on its way, as concurrent.futures.Future."""

    def result(self) -> Result_co: ...
    def done(self) -> bool: ...
    def cancel(self) -> object: ...


class Executor(Protocol):
    """Runs functions somewhere."""

    @property
    def places(self) -> int:
        """How many can run at once."""
        ...

    def share(self, value: Any) -> Any:
        """What to submit in a value's place, so that each machine gets it once, however many functions take it."""
        ...

    def submit(
        self, function: Callable[..., Result], *arguments: Any, progress: Progress | None = None, training: bool = False
    ) -> Submitted[Result]:
        """Runs function(*arguments), in their place the results of those arguments that were submitted or shared.

        Args:
            progress: given to the function as its keyword progress; may raise, from there or out of wait, to cancel.
            training: runs where trainings should run, on a machine with a GPU for instance.
        """
        ...

    def wait(self, submitted: Collection[Submitted[Any]]) -> None:
        """Until one of them has ended, or for LOOK_SECONDS."""
        ...


class LocalExecutor:
    """Threads of this process."""

    def __init__(self, workers: int) -> None:
        self.places = max(1, workers)
        self._pool = ThreadPoolExecutor(max_workers=self.places)

    def share(self, value: Any) -> Any:
        """The value itself."""
        return value

    def submit(
        self, function: Callable[..., Result], *arguments: Any, progress: Progress | None = None, training: bool = False
    ) -> Submitted[Result]:
        """See Executor.submit."""
        watched = {} if progress is None else {"progress": progress}

        def run() -> Result:
            # What an argument waits for was submitted before, so it runs already: threads take work in turn.
            return function(*(one.result() if isinstance(one, Future) else one for one in arguments), **watched)

        return self._pool.submit(run)

    def wait(self, submitted: Collection[Submitted[Any]]) -> None:
        """See Executor.wait."""
        wait([one for one in submitted if isinstance(one, Future)], LOOK_SECONDS, FIRST_COMPLETED)


def in_order(
    executor: Executor,
    function: Callable[..., Result],
    parts: Iterable[tuple[Any, ...]],
    count: int,
    progress: Progress,
) -> Iterator[Result]:
    """function(*part) for every part, in their order; parts are drawn only a few ahead of what has ended.

    Args:
        count: of the parts.
        progress: called with the share of the parts that have been given out; may raise to cancel.
    """
    waiting: deque[Submitted[Result]] = deque()
    finished = 0
    left = iter(parts)
    try:
        while True:
            for part in itertools.islice(left, AHEAD * executor.places - len(waiting)):
                waiting.append(executor.submit(function, *part))
            if not waiting:
                return
            while not waiting[0].done():
                executor.wait([waiting[0]])
                progress(finished / count)
            yield waiting.popleft().result()
            finished += 1
            progress(finished / count)
    finally:
        cancel(waiting)


def reduced(
    executor: Executor,
    function: Callable[..., Result],
    merge: Callable[[Result, Result], Result],
    parts: Iterable[tuple[Any, ...]],
    count: int,
    progress: Progress,
) -> Result:
    """The function(*part) of all parts, merged two by two in a tree whose shape depends on their number alone.

    Merging is the executor's work, too: only the last result comes here.

    Args and cancelling: see in_order; there is at least one part.
    """
    waiting: deque[Submitted[Result]] = deque()
    levels: list[Submitted[Result] | None] = []
    finished = 0
    try:
        for part in parts:
            carried = executor.submit(function, *part)
            waiting.append(carried)
            _carry(executor, merge, levels, carried)
            while len(waiting) >= AHEAD * executor.places:
                finished += _let_go(executor, waiting)
                progress(finished / count)
        merged = _fold(executor, merge, levels)
        while not merged.done():
            executor.wait([merged])
            finished += sum(one.done() for one in waiting)
            waiting = deque(one for one in waiting if not one.done())
            progress(finished / count)
        return merged.result()
    except BaseException:
        cancel([*waiting, *(one for one in levels if one is not None)])
        raise


def as_ended(executor: Executor, submitted: Mapping[Name, Submitted[Result]]) -> Iterator[tuple[Name, Result]]:
    """Names and results, as soon as each is there; the first failure cancels the others."""
    waiting = dict(submitted)
    try:
        while waiting:
            executor.wait(waiting.values())
            for name in [name for name, one in waiting.items() if one.done()]:
                yield name, waiting.pop(name).result()
    finally:
        cancel(waiting.values())


def all_of(executor: Executor, submitted: Sequence[Submitted[Result]]) -> list[Result]:
    """All results, in order; the first failure cancels the others."""
    ended = dict(as_ended(executor, dict(enumerate(submitted))))
    return [ended[number] for number in range(len(submitted))]


def unwatched(_fraction: float) -> None:
    """A progress that nobody watches."""


def cancel(submitted: Iterable[Submitted[Any]]) -> None:
    """Lets go of work that nobody waits for any more."""
    for one in submitted:
        one.cancel()


def _carry(
    executor: Executor,
    merge: Callable[[Result, Result], Result],
    levels: list[Submitted[Result] | None],
    carried: Submitted[Result],
) -> None:
    """Adds one to the tree, as a binary number is counted up: level k holds the merged results of 2^k parts."""
    for level, there in enumerate(levels):
        if there is None:
            levels[level] = carried
            return
        carried, levels[level] = executor.submit(merge, there, carried), None
    levels.append(carried)


def _fold(
    executor: Executor, merge: Callable[[Result, Result], Result], levels: list[Submitted[Result] | None]
) -> Submitted[Result]:
    """What is left on the levels of the tree, earlier parts first."""
    left = [one for one in levels if one is not None]
    merged = left[0]
    for earlier in left[1:]:
        merged = executor.submit(merge, earlier, merged)
    return merged


def _let_go(executor: Executor, waiting: deque[Submitted[Any]]) -> int:
    """Waits a moment for the first of those that wait; the number that need not be waited for any more."""
    if not waiting[0].done():
        executor.wait([waiting[0]])
    before = len(waiting)
    while waiting and waiting[0].done():
        waiting.popleft()
    return before - len(waiting)
