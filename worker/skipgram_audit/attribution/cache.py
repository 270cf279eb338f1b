"""What an estimator stores beside an audit, so that the next what-if need not compute it again."""

from pathlib import Path
from typing import Protocol

from skipgram_audit.computing.arrays import Arrays, read_arrays, write_arrays


class EstimatorCache(Protocol):
    """Arrays by name. What was saved belongs to one corpus, its settings, trainings and scores."""

    def load(self, name: str) -> Arrays | None:
        """What was saved; None when nothing was."""
        ...

    def save(self, name: str, arrays: Arrays) -> None: ...


class NoCache:
    """For estimates that are asked once."""

    def load(self, name: str) -> Arrays | None:
        return None

    def save(self, name: str, arrays: Arrays) -> None: ...


NO_CACHE = NoCache()


class FolderCache:
    """One file a name in an audit's folder, written completely or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, name: str) -> Arrays | None:
        path = self._path(name)
        return read_arrays(path) if path.exists() else None

    def save(self, name: str, arrays: Arrays) -> None:
        write_arrays(self._path(name), arrays)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.npz"
