"""How far a computation is: what reports it, and the bars or lines that show it."""

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


def _line(title: str) -> Progress:
    print(title, file=sys.stderr, flush=True)
    return lambda _fraction: None


@contextmanager
def progress_bars() -> Iterator[Callable[[str], Progress]]:
    """A bar a phase on standard error, a line where that is a file or a pipe; calling with a title begins the next."""
    from tqdm import tqdm

    bars: list[Any] = []
    stream = sys.stderr
    # In a notebook it is no terminal either, but bars are drawn there.
    if not (stream.isatty() or type(stream).__module__.startswith("ipykernel")):
        yield _line
        return

    def begin(title: str) -> Progress:
        end()
        bar = tqdm(total=1.0, desc=title, bar_format=BAR, file=stream, mininterval=0.2)
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
