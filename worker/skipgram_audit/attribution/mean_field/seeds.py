"""Trainings of several seeds side by side: on a small vocabulary, cores that share one training wait for each other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

from skipgram_audit.attribution.memory import free_memory
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.training.sgd import SharedProgress

Result = TypeVar("Result")

MOST_BYTES = 10**9
"""Of all trainings that are held side by side. Larger ones have enough rows for several cores, and go one by one."""


def places_for(needed: int, cores: int) -> int:
    """How many trainings of so many bytes go side by side."""
    return max(1, min(cores, min(MOST_BYTES, free_memory()) // max(1, needed)))


def each_seed(
    work: Callable[[int, int, Progress], Result], seeds: int, places: int, cores: int, progress: Progress
) -> Iterator[Result]:
    """work(number, cores, progress) of seeds 0, 1, ..., in their order.

    Args:
        places: how many at a time; cores: for all of them.
        progress: called with 0..1; may raise to cancel.
    """
    if min(places, seeds) == 1:
        for number in range(seeds):
            yield work(number, cores, part_of(progress, number / seeds, 1 / seeds))
        return
    shared, before = SharedProgress(progress, seeds), torch.get_num_threads()
    own = max(1, cores // min(places, seeds))
    try:
        with ThreadPoolExecutor(places, initializer=torch.set_num_threads, initargs=(own,)) as pool:
            for first in range(0, seeds, places):
                some = range(first, min(seeds, first + places))
                yield from pool.map(lambda number: work(number, own, shared.part(number)), some)
    finally:
        torch.set_num_threads(before)
