"""Trainings on the processors, one core each, several at once."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.benchmarks.accuracy.corpus import RemovalSet
from tests.benchmarks.accuracy.trainings import Trainings


def on_processors(trainings: Trainings, trainer: str, runs: Sequence[tuple[RemovalSet, int]], processes: int) -> None:
    """Trains what is not in the cache yet, one core each."""
    waiting = [one for one in runs if not trainings.has(trainer, *one)]
    # Not forked: a fork of a process with threads can hang.
    with ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn")) as pool:
        list(pool.map(partial(run, trainings, trainer), waiting))


def run(trainings: Trainings, trainer: str, one: tuple[RemovalSet, int]) -> None:
    getattr(trainings, trainer)(*one)
