"""The right to work on a data folder, which one worker has at a time."""

import fcntl
import json
import os
import socket
from pathlib import Path
from typing import IO, Any

from skipgram_audit.store.database import now


class FolderLock:
    """A lock on the file ``worker.lock``, in which the worker that has it says who it is.

    The kernel frees the lock when its holder's process has ended, however it did.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "worker.lock"
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Takes the lock unless another process has it; returns whether it is ours now."""
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        json.dump(
            {"process": os.getpid(), "host": socket.gethostname(), "since": now().isoformat("T", "seconds")}, file
        )
        file.flush()
        self._file = file
        return True

    def holder(self) -> str:
        """Who has the lock, in words."""
        try:
            holder: dict[str, Any] = json.loads(self._path.read_text("utf-8"))
            return f"process {holder['process']} on {holder['host']}, since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "a process that does not say who it is"
