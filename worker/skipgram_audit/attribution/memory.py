"""Memory planned beforehand: what cannot fit this machine says so before it starts, and what would make it fit."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.engine_errors import NotEnoughMemory

SHARE_OF_MEMORY = 0.8
MEMINFO, CONTAINER = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
SMALLEST_DIMENSION = 10


def free_memory(device: str = "cpu") -> int:
    """Bytes that may be taken of what this machine, and the container it may be, can still give; or its GPU."""
    if device != "cpu":
        return int(torch.cuda.mem_get_info()[0] * SHARE_OF_MEMORY)
    return int(min(_machine_memory(), _container_memory()) * SHARE_OF_MEMORY)


def require_memory(estimator: str, needed: int, probes: int, remedy: str = "", device: str = "cpu") -> int:
    """Bytes that are left when so many are taken.

    Raises:
        NotEnoughMemory: there are not so many.
    """
    kind = "memory" if device == "cpu" else "the GPU's memory"
    message = f"The {estimator} estimator needs {{needed}} of {kind} for {probes} probe{'' if probes == 1 else 's'}"
    usual = "Use the replay estimator, fewer probes, a smaller dimension or a larger minimum count."
    if device != "cpu":
        usual += " Or have the processors compute it: device cpu."
    return _require(message, needed, remedy or usual, device)


def require_training_memory(of_dimension: Callable[[int], int], dimension: int, seeds: int, device: str = "cpu") -> int:
    """Bytes that are left when trainings take what they need.

    Args:
        of_dimension: bytes needed with vectors of that length.

    Raises:
        NotEnoughMemory: says with which dimension they would fit.
    """
    kind = "memory" if device == "cpu" else "the GPU's memory"
    message = f"Training {seeds} seed{'' if seeds == 1 else 's'} needs {{needed}} of {kind}"
    remedy = (
        f"{fitting_dimension(of_dimension, dimension, device)} A larger minimum count or fewer seeds need less, too."
    )
    return _require(message, of_dimension(dimension), remedy, device)


def results_bytes(corpus: EncodedCorpus, seeds: int, score_words: Sequence[int]) -> int:
    """Memory that every estimator takes: influences of sentences and tokens, and a table a score over its words.

    Args:
        score_words: how many words each score has.
    """
    texts = 8 * seeds * corpus.sentence_count + 20 * len(corpus.tokens)
    return len(score_words) * texts + 16 * sum(score_words) * len(corpus.words)


def fitting_dimension(of_dimension: Callable[[int], int], dimension: int, device: str = "cpu") -> str:
    """A sentence on the largest dimension, in steps of ten, whose bytes fit; empty where none does."""
    free = free_memory(device)
    fits = (one for one in range(dimension // 10 * 10, SMALLEST_DIMENSION - 1, -10) if of_dimension(one) <= free)
    found = next(fits, None)
    return "" if found is None else f"It would fit with a dimension of {found}."


def _require(message: str, needed: int, remedy: str, device: str = "cpu") -> int:
    free = free_memory(device)
    if needed > free:
        size = f"{needed / 1e9:.1f} GB"
        raise NotEnoughMemory(
            f"{message.format(needed=size)}; {free / 1e9:.1f} GB are free.", remedy.strip(), needed=needed, free=free
        )
    return free - needed


def _machine_memory() -> int:
    """What the kernel can give without swapping: free, or held for files that can be read again."""
    if MEMINFO.is_file():
        for line in MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _container_memory() -> float:
    """What is left of the limit of the control group (version 2) that this process runs in; infinite without one."""
    limit, used, parts = (CONTAINER / name for name in ("memory.max", "memory.current", "memory.stat"))
    if not (limit.is_file() and used.is_file()) or limit.read_text().strip() == "max":
        return float("inf")
    reclaimable = 0
    if parts.is_file():
        stated = dict(line.split() for line in parts.read_text(encoding="ascii").splitlines())
        reclaimable = int(stated.get("inactive_file", 0))
    return max(0, int(limit.read_text()) - int(used.read_text()) + reclaimable)
