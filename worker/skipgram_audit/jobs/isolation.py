"""Reading an uploaded file in a process of its own, with limits of time and memory, that a cancellation kills.

The worker looks after several jobs. A file that makes a reader spin, fill the memory or crash costs its own job only:
the process that reads it (reading_child.py) is killed, and the job fails with what happened. Cancelling takes a quarter
of a second, whatever the reader is doing.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.readers import ReaderLimits, RowAccount, SourceDocument
from skipgram_audit.jobs.child_limits import ChildLimits, limits_for
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.reader_options import ReaderOptions

WATCH_SECONDS = 0.25
"""Between two looks for a cancellation while the child says nothing."""

GROUP_END_SECONDS = 5.0
"""In which whoever asks our process group to end ends this process."""

CHUNK_BYTES = 1 << 18
MAXIMUM_ANSWER_BYTES = 1 << 28

FEW_THREADS = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"}
"""Buffers of a thread for each of many cores would use up the memory that the file may take."""

AGAIN = (
    "The file is damaged, or it was made to do this. Write it again with the program that it came from, or split it."
)

Watch = Callable[[float], None]
"""Called a few times a second with the share that has been read; raises to cancel."""


@dataclass(frozen=True)
class CutDocument:
    """A document, the bounds of its sentences (uint32 [sentences, 2], see sentence_bounds) and its number of tokens."""

    document: SourceDocument
    bounds: npt.NDArray[np.uint32]
    token_count: int


class ReadingStopped(EngineError):
    """Reading a file took more time or memory than any true file needs, or crashed."""

    code = "reading_stopped"


def read_preview(
    path: Path,
    filename: str,
    options: ReaderOptions | None,
    limits: ReaderLimits,
    watch: Watch,
    offered: list[str] | None = None,
) -> Any:
    """What ``preview`` finds, as plain values; see skipgram_audit.corpus.readers.preview.

    Raises:
        ReadingStopped: see there.
        EngineError: those of ``preview``, by their codes.
    """
    chosen = options.model_dump(mode="json") if options else None
    request = {"task": "preview", "filename": filename, "options": chosen, "offered": offered}
    return _result(path, request, limits, watch)


def read_documents(
    path: Path,
    options: ReaderOptions,
    language: str,
    limits: ReaderLimits,
    on_skip: Callable[..., None],
    watch: Watch,
    on_account: Callable[[RowAccount], None],
) -> Generator[CutDocument, None, None]:
    """The documents of a file, cut into sentences; see skipgram_audit.corpus.readers.read_documents.

    The child reads on while the caller works on a document, as far as the pipe between them allows.
    """
    fraction = 0.0
    request = {"task": "documents", "options": options.model_dump(mode="json"), "language": language}
    with _answers(path, request, limits) as answers:
        for kind, value in answers:
            if kind == "document":
                document, bounds, token_count = value
                yield CutDocument(SourceDocument(**document), np.array(bounds, np.uint32).reshape(-1, 2), token_count)
            elif kind == "skip":
                on_skip(*value)
            elif kind == "rows":
                on_account(RowAccount.from_dict(value))
            elif kind == "result":
                return
            else:
                fraction = value if kind == "progress" else fraction
                watch(fraction)


def read_model(path: Path, target: Path, limits: ReaderLimits, watch: Watch) -> dict[str, Any]:
    """Reads a model and writes its words and vectors to a file; gives its facts.

    See skipgram_audit.pretrained.reading.read_model.
    """
    try:
        facts: dict[str, Any] = _result(path, {"task": "model", "target": str(target)}, limits, watch)
    finally:
        target.with_name(target.name + ".part").unlink(missing_ok=True)
    return facts


def _result(path: Path, request: dict[str, Any], limits: ReaderLimits, watch: Watch) -> Any:
    fraction = 0.0
    with _answers(path, request, limits) as answers:
        for kind, value in answers:
            if kind == "result":
                return value
            if kind == "progress":
                fraction = value
            watch(fraction)
    raise AssertionError("the answers end with a result or an error")


@contextmanager
def _answers(
    path: Path, request: dict[str, Any], limits: ReaderLimits
) -> Generator[Iterator[tuple[str, Any]], None, None]:
    """The answers of a child that reads a file; it is killed and reaped when the block ends, however it ends."""
    child_limits = limits_for(path.stat().st_size)
    full_request = {**request, "path": str(path), "limits": vars(limits), "child_limits": vars(child_limits)}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "skipgram_audit.jobs.reading_child", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **FEW_THREADS},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError):  # of a child that has died, which is reported below
            process.stdin.write(json.dumps(full_request).encode())
            process.stdin.close()
        yield _checked(process, child_limits)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _checked(process: "subprocess.Popen[bytes]", limits: ChildLimits) -> Iterator[tuple[str, Any]]:
    """Answers as they come, and ("", None) where none comes for a while.

    Raises:
        ReadingStopped: the child ran out of time or memory, or crashed.
        EngineError: what the child found wrong with the file.
    """
    for line in _lines(process, limits):
        if line is None:
            yield "", None
            continue
        kind, value = json.loads(line.decode("utf-8", "surrogatepass"))
        if kind == "error":
            code, message, remedy, details = value
            error = EngineError(message, remedy, **details)
            error.code = code
            raise error
        if kind == "memory":
            raise _too_much_memory(limits)
        if kind == "failure":
            raise ReadingStopped(f"The file cannot be read: its reader failed unexpectedly ({value}).", AGAIN)
        yield kind, value
    raise _ended(process.wait(), limits)


def _lines(process: "subprocess.Popen[bytes]", limits: ChildLimits) -> Iterator[bytes | None]:
    """Lines of the child's output, and None a few times a second while it says nothing."""
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    pending = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        silent_since = time.monotonic()
        while True:
            if not selector.select(WATCH_SECONDS):
                if time.monotonic() - silent_since > limits.silent_seconds:
                    raise ReadingStopped(
                        f"Reading the file made no progress for {limits.silent_seconds:,.0f} seconds and was stopped.",
                        AGAIN,
                    )
                yield None
                continue
            chunk = os.read(descriptor, CHUNK_BYTES)
            if not chunk:
                return
            *lines, rest = chunk.split(b"\n")
            for line in lines:
                yield bytes(pending) + line
                pending.clear()
            pending += rest
            if len(pending) > MAXIMUM_ANSWER_BYTES:
                raise _too_much_memory(limits)
            silent_since = time.monotonic()  # the caller's own work is no silence of the child


def _too_much_memory(limits: ChildLimits) -> ReadingStopped:
    return ReadingStopped(
        f"Reading the file takes more than {limits.memory_bytes / 2**30:,.1f} GiB of memory and was stopped.", AGAIN
    )


def _ended(code: int, limits: ChildLimits) -> ReadingStopped:
    """What to say of a child that ended without a last answer."""
    if code == -signal.SIGXCPU:
        return ReadingStopped(
            f"Reading the file took more than {limits.computing_seconds:,} seconds of computing and was stopped.",
            AGAIN,
        )
    if code in (-signal.SIGTERM, -signal.SIGINT):
        # Sent to the whole group before the child could ignore it. It ends us, too, and the next worker reads again.
        time.sleep(GROUP_END_SECONDS)
    if code == -signal.SIGKILL:
        return ReadingStopped(
            "The system ended the reading of the file, probably because memory was short.",
            "Close other programs, or split the file.",
        )
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return ReadingStopped(f"The reader of the file crashed ({how}).", AGAIN)
