"""The process that reads one uploaded file; isolation.py starts it, as a module with the number of its parent.

A file can make a library spin, fill the memory or crash. It does that here, and the worker only has to report it. Texts
are cut into sentences here, too: the time for a text without an end of a sentence grows with its square. Request and
answers are JSON, one value a line, on standard input and output; whatever became of this process, reading its
answers runs nothing.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from skipgram_audit.corpus.readers import ReaderLimits, RowAccount, preview, read_documents
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.jobs.child_limits import ChildLimits, end_with_parent, hold_to
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.pretrained.reading import read_model

FLUSH_SECONDS = 0.2
"""The longest that an answer waits for others to be sent along with it."""

BUFFER_BYTES = 1 << 18

Request = dict[str, Any]


class Answers:
    """Writes answers to the worker."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "wb", buffering=BUFFER_BYTES)
        self._flushed = 0.0

    def send(self, kind: str, value: Any) -> None:
        line = json.dumps([kind, value], ensure_ascii=False, default=str)
        self._file.write(line.encode("utf-8", "surrogatepass") + b"\n")
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()

    def progress(self, fraction: float) -> None:
        """As often as you like: only as many answers are made as are sent."""
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.send("progress", fraction)

    def flush(self) -> None:
        self._file.flush()
        self._flushed = time.monotonic()


def _preview(request: Request, answers: Answers) -> None:
    options = ReaderOptions.unchecked(request["options"]) if request["options"] else None
    limits, offered = ReaderLimits(**request["limits"]), request["offered"]
    found = preview(Path(request["path"]), request["filename"], options, limits, offered=offered)
    answers.send("result", found.as_dict())


def _documents(request: Request, answers: Answers) -> None:
    def skip(*where_and_why: str) -> None:
        answers.send("skip", where_and_why)

    def progress(fraction: float) -> None:
        answers.send("progress", fraction)

    def account(rows: RowAccount) -> None:
        answers.send("rows", rows.as_dict())

    options, limits = ReaderOptions.unchecked(request["options"]), ReaderLimits(**request["limits"])
    for document in read_documents(Path(request["path"]), options, limits, skip, progress, account):
        bounds = sentence_bounds(document.text, request["language"]).tolist()
        answers.send("document", [vars(document), bounds, len(tokenize(document.text, casefold=False))])
    answers.send("result", None)


def _model(request: Request, answers: Answers) -> None:
    model = read_model(Path(request["path"]), ReaderLimits(**request["limits"]), answers.progress)
    model.save(Path(request["target"]))
    answers.send("result", model.facts.model_dump(mode="json"))


TASKS: dict[str, Callable[[Request, Answers], None]] = {
    "preview": _preview,
    "documents": _documents,
    "model": _model,
}


def answer(request: Request, answers: Answers) -> None:
    """Does what is asked; the last answer is "result", "error", "memory" or "failure"."""
    try:
        TASKS[request["task"]](request, answers)
    except EngineError as error:
        answers.send("error", [error.code, error.message, error.remedy, error.details])
    except MemoryError:
        answers.send("memory", None)
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:
        traceback.print_exc()
        answers.send("failure", type(error).__name__)
    answers.flush()


def main() -> None:
    for request_to_end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(request_to_end, signal.SIG_IGN)  # meant for the worker, with which we are killed
    end_with_parent(int(sys.argv[1]))
    answers = Answers(os.dup(1))
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    request = json.loads(sys.stdin.buffer.read())
    hold_to(ChildLimits(**request["child_limits"]))
    answer(request, answers)
    os._exit(0)


if __name__ == "__main__":
    main()
