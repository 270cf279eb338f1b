"""How far a computation is: what reports it, and the bars that show it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = Callable[[float], None]
"""Called with the share that is done, 0 to 1; may raise to cancel."""

BAR = "{desc:<38} {percentage:3.0f}%|{bar:30}| {elapsed}{postfix}"


def part_of(progress: Progress, begin: float, length: float) -> Progress:
    """The progress of a part that stretches from begin over length of the whole."""
    return lambda fraction: progress(begin + length * fraction)


@contextmanager
def progress_bars() -> Iterator[Callable[[str], Progress]]:
    """A bar a phase on standard error; calling with a title begins the next."""
    from tqdm import tqdm

    bars: list[Any] = []

    def begin(title: str) -> Progress:
        end()
        bar = tqdm(total=1.0, desc=title, bar_format=BAR, file=sys.stderr, mininterval=0.2)
        bars.append(bar)

        def report(fraction: float) -> None:
            bar.update(min(max(fraction, 0.0), 1.0) - bar.n)

        return report

    def end() -> None:
        if bars:
            bars.pop().close()

    try:
        yield begin
    finally:
        end()
