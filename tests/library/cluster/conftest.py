"""One local cluster for all tests of a module; workers come and go, so tests ask for how many."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from skipgram_audit.cluster.executor import connected


class Cluster:
    """The cluster of tests.library.cluster.local."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.address = self._answer()

    def scaled(self, workers: int, resources: str = "") -> str:
        """The address of its scheduler, now with so many workers, new ones with these resources."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{workers} {resources}\n")
        self._process.stdin.flush()
        assert self._answer() == "ready"
        return self.address

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """No workers yet."""
    command = [sys.executable, "-m", "tests.library.cluster.local"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        yield Cluster(process)
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def two(cluster: Cluster) -> Iterator[Any]:
    """An executor over two workers."""
    with connected(cluster.scaled(2), {}) as executor:
        yield executor
