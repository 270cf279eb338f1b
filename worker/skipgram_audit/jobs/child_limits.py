"""How long a file may be read, and with how much memory, and how a process is held to that."""

import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

MEBIBYTE = 1 << 20

LEAST_SECONDS = 60
SECONDS_A_MEBIBYTE = 20.0
"""Of computing, for each MiB of the file as it lies; a compressed one may hold ten times as much text. Reading a MiB of
text takes less than a second."""

SILENT_SECONDS_A_MEBIBYTE = 0.25
"""Of waiting for a sign of life: unpacking gives none, and does 4 MiB a second on the slowest of disks."""

LEAST_MEMORY = 2048 * MEBIBYTE
MEMORY_A_BYTE = 4
"""A model's file is read whole: its bytes, and vectors made of them."""

PR_SET_PDEATHSIG = 1
"""From <sys/prctl.h>."""


@dataclass(frozen=True)
class ChildLimits:
    """What one reading of a file may take.

    Attributes:
        computing_seconds: of processor time.
        silent_seconds: between two signs of life, by the clock.
        memory_bytes: of data.
    """

    computing_seconds: int
    silent_seconds: float
    memory_bytes: int


def limits_for(file_bytes: int) -> ChildLimits:
    """The limits for a file of this size: generous for any true text or model."""
    mebibytes = file_bytes / MEBIBYTE
    return ChildLimits(
        computing_seconds=LEAST_SECONDS + int(SECONDS_A_MEBIBYTE * mebibytes),
        silent_seconds=LEAST_SECONDS + SILENT_SECONDS_A_MEBIBYTE * mebibytes,
        memory_bytes=LEAST_MEMORY + MEMORY_A_BYTE * file_bytes,
    )


def hold_to(limits: ChildLimits) -> None:
    """Holds this process to the limits: SIGXCPU ends it when its time is up, and allocations fail beyond the memory.

    RLIMIT_DATA counts what is really claimed. RLIMIT_AS would also count the addresses that Arrow and numpy's
    libraries reserve and never use, which are gigabytes.
    """
    _lower(resource.RLIMIT_CPU, limits.computing_seconds)
    _lower(resource.RLIMIT_DATA, limits.memory_bytes)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(which: int, wanted: int) -> None:
    _, most = resource.getrlimit(which)
    soft = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(which, (soft, most))


def end_with_parent(parent: int) -> None:
    """Lets the kernel kill this process when the thread that started it ends; on Linux only.

    Elsewhere the process ends when it next writes to its parent, or when its time is up.

    Args:
        parent: the process that should be ours; if it died before this call, we end now.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
