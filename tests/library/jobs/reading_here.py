"""Uploads are read by a thread of the tests' process, where what is read is tested and not what a reading may use up.

A process for each reading takes longer to start than what it reads; ``test_isolation.py`` reads with processes.
"""

import io
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE
from types import SimpleNamespace
from typing import Any
from unittest import mock

from skipgram_audit.jobs import isolation
from skipgram_audit.jobs.reading_child import Answers, answer


@contextmanager
def reading_here() -> Iterator[None]:
    with mock.patch.object(isolation, "subprocess", SimpleNamespace(Popen=ReadingThread, PIPE=PIPE)):
        yield


class ReadingThread:
    """Stands in for the process of ``reading_child``: takes the same request, and gives the same answers."""

    def __init__(self, *_: Any, **__: Any) -> None:
        to_read, self._to_write = os.pipe()
        self.stdout = os.fdopen(to_read, "rb")
        self.stdin = Request(self._begin)
        self._killed = threading.Event()
        self._thread: threading.Thread | None = None

    def _begin(self, request: dict[str, Any]) -> None:
        self._thread = threading.Thread(target=self._read, args=[request])
        self._thread.start()

    def _read(self, request: dict[str, Any]) -> None:
        answers = StoppableAnswers(self._to_write, self._killed)
        answer(request, answers)
        answers.close()

    def kill(self) -> None:
        self._killed.set()

    def wait(self) -> int:
        """Until it has ended; what nobody has read by then is thrown away."""
        assert self._thread is not None
        while os.read(self.stdout.fileno(), 1 << 16):
            pass
        self._thread.join()
        return 0


class Request(io.BytesIO):
    """Standard input, which is read when it is closed."""

    def __init__(self, begin: Any) -> None:
        super().__init__()
        self._begin = begin

    def close(self) -> None:
        if not self.closed:
            self._begin(json.loads(self.getvalue()))
        super().close()


class StoppableAnswers(Answers):
    def __init__(self, descriptor: int, killed: threading.Event) -> None:
        super().__init__(descriptor)
        self._killed = killed

    def send(self, kind: str, value: Any) -> None:
        if not self._killed.is_set():
            super().send(kind, value)

    def close(self) -> None:
        self._file.close()
