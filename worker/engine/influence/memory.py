"""Memory planned beforehand: an estimator that cannot fit this machine says so before it starts."""

import os

from worker.engine.errors import NotEnoughMemory

SHARE_OF_MEMORY = 0.8


def free_memory() -> int:
    """Bytes that an estimator may take of what this machine has free."""
    return int(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * SHARE_OF_MEMORY)


def require_memory(estimator: str, needed: int, probes: int) -> int:
    """Bytes that are left when so many are taken.

    Raises:
        NotEnoughMemory: there are not so many.
    """
    free = free_memory()
    if needed > free:
        raise NotEnoughMemory(
            f"The {estimator} estimator needs {needed / 1e9:.1f} GB of memory for {probes} "
            f"probe{'' if probes == 1 else 's'}; {free / 1e9:.1f} GB are free.",
            "Use the replay estimator, fewer probes, a smaller dimension or a larger minimum count.",
            needed=needed,
            free=free,
        )
    return free - needed
