"""Files are read by a process that can be stopped whatever it does, and that says what stopped it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skipgram_audit.corpus import readers
from skipgram_audit.corpus.readers import ReaderLimits, RowAccount, UnreadableFile
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.jobs import isolation
from skipgram_audit.jobs.child_limits import ChildLimits, limits_for
from skipgram_audit.jobs.isolation import ReadingStopped
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.tokens import tokenize

OPTIONS = ReaderOptions(format="jsonl", metadata_fields=("group",))
GENEROUS = ChildLimits(computing_seconds=60, silent_seconds=60, memory_bytes=1 << 31)


class Cancelled(Exception):
    pass


_before: set[int] = set()


@pytest.fixture(autouse=True)
def servers_of_other_tests() -> None:
    """What other tests of this process have started and still use, such as a database, is no child of these."""
    _before.clear()
    _before.update(children())


def children() -> list[int]:
    """The numbers of this process' children since the test began, those included that have ended and have not been
    reaped."""
    all_of = [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    return [int(pid) for pid in all_of if int(pid) not in _before]


def json_lines(folder: Path, count: int, text: str = "A café, «fermé» – 工 😀.") -> Path:
    path = folder / "corpus.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps({"id": f"d{number}\u2028", "text": f"{text} {number}", "group": "a\tb"}) + "\n")
    return path


def unwatched(_told: object) -> None:
    pass


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets limits for the next readings."""

    def limit(**values: float) -> None:
        monkeypatch.setattr(isolation, "limits_for", lambda _size: ChildLimits(**{**vars(GENEROUS), **values}))

    return limit


def test_documents_and_skipped_rows_are_those_that_the_reader_gives(tmp_path: Path) -> None:
    path = json_lines(tmp_path, 300)
    path.write_text(path.read_text() + "[]\n\nno json\n")
    read = {}
    for module in (readers, isolation):
        skipped: list[tuple[str, ...]] = []
        fractions: list[float] = []
        chosen = (OPTIONS, "en") if module is isolation else (OPTIONS,)
        accounts: list[RowAccount] = []
        documents = list(
            module.read_documents(
                path,
                *chosen,
                ReaderLimits(),
                lambda *row, into=skipped: into.append(row),
                fractions.append,
                accounts.append,
            )
        )
        if module is isolation:
            for cut in documents:
                assert cut.bounds.tolist() == sentence_bounds(cut.document.text, "en").tolist()
                assert cut.token_count == len(tokenize(cut.document.text, casefold=False))
            documents = [cut.document for cut in documents]
        read[module] = (documents, skipped, accounts)
        assert max(fractions) > 0.99
    assert read[isolation] == read[readers]
    assert len(read[isolation][0]) == 300
    assert children() == []


def test_a_preview_is_that_of_the_reader_and_an_error_keeps_its_words(tmp_path: Path) -> None:
    path = json_lines(tmp_path, 20)
    found = isolation.read_preview(path, "corpus.jsonl", None, ReaderLimits(), unwatched)
    assert found == json.loads(json.dumps(readers.preview(path, "corpus.jsonl", None, ReaderLimits()).as_dict()))
    path.write_bytes(b"")
    with pytest.raises(EngineError, match="The file is empty") as raised:
        isolation.read_preview(path, "corpus.jsonl", None, ReaderLimits(), unwatched)
    assert (raised.value.code, bool(raised.value.remedy)) == (UnreadableFile.code, True)


def test_cancelling_kills_a_reader_that_does_not_answer(tmp_path: Path) -> None:
    path = json_lines(tmp_path, 200_000)
    asked: list[int] = []

    def watch(fraction: float) -> None:
        if asked:
            asked.append(1)
            raise Cancelled

    reading = isolation.read_documents(path, OPTIONS, "en", ReaderLimits(), lambda *_: None, watch, unwatched)
    next(reading)
    (child,) = children()
    os.kill(child, signal.SIGSTOP)
    asked.append(0)
    with pytest.raises(Cancelled):
        list(reading)
    assert asked == [0, 1]
    assert children() == []


def test_cancelling_stops_a_text_without_an_end_of_a_sentence(tmp_path: Path) -> None:
    path = json_lines(tmp_path, 1, "(a. " * 1_000_000)
    watched: list[float] = []

    def watch(fraction: float) -> None:
        watched.append(fraction)
        if len(watched) == 3:
            raise Cancelled

    documents = isolation.read_documents(path, OPTIONS, "en", ReaderLimits(), lambda *_: None, watch, unwatched)
    with pytest.raises(Cancelled):
        next(documents)
    assert len(watched) == 3
    assert children() == []


def test_a_reading_that_is_given_up_leaves_no_process(tmp_path: Path) -> None:
    reading = isolation.read_documents(
        json_lines(tmp_path, 1000), OPTIONS, "en", ReaderLimits(), lambda *_: None, unwatched, unwatched
    )
    next(reading)
    reading.close()
    assert children() == []


def test_computing_for_too_long_is_stopped_and_told(tmp_path: Path, limited: Callable[..., None]) -> None:
    limited(computing_seconds=1)
    path = tmp_path / "many.jsonl"
    path.write_bytes(b'{"text": "a b"}\n' * 1_000_000)
    with pytest.raises(ReadingStopped, match="more than 1 seconds of computing"):
        for _ in isolation.read_documents(
            path, ReaderOptions(format="jsonl"), "en", ReaderLimits(), lambda *_: None, unwatched, unwatched
        ):
            pass


def test_memory_beyond_the_limit_is_refused_and_told(tmp_path: Path, limited: Callable[..., None]) -> None:
    limited(memory_bytes=150 << 20)
    path = tmp_path / "large.bin"
    row = b"word%07d " + np.ones(250, np.float32).tobytes()
    path.write_bytes(b"100000 250\n" + b"".join(row.replace(b"%07d", b"%07d" % n, 1) for n in range(100_000)))
    with pytest.raises(ReadingStopped, match="GiB of memory"):
        isolation.read_model(path, tmp_path / "model.npz", ReaderLimits(), unwatched)
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("request_to_child", "said"),
    [(signal.SIGSTOP, "no progress for 5 seconds"), (signal.SIGSEGV, "SIGSEGV"), (signal.SIGKILL, "memory was short")],
)
def test_silence_and_crashes_are_told(
    request_to_child: signal.Signals, said: str, tmp_path: Path, limited: Callable[..., None]
) -> None:
    limited(silent_seconds=5)
    path = json_lines(tmp_path, 50_000)
    reading = isolation.read_documents(path, OPTIONS, "en", ReaderLimits(), lambda *_: None, unwatched, unwatched)
    next(reading)
    os.kill(children()[0], request_to_child)
    with pytest.raises(ReadingStopped, match=said):
        list(reading)


def test_limits_grow_with_the_file_and_leave_room_for_slow_machines() -> None:
    small, large = limits_for(300), limits_for(100 << 20)
    assert small.computing_seconds == 60
    assert small.silent_seconds == pytest.approx(60, abs=0.1)
    assert large.computing_seconds >= 100 * 10
    assert large.memory_bytes >= small.memory_bytes + 4 * ((100 << 20) - 300)


READ_AND_STAY = """
import sys, time
from pathlib import Path
from skipgram_audit.corpus.readers import ReaderLimits
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.jobs import isolation
next(reading := isolation.read_documents(
    Path(sys.argv[1]), ReaderOptions(format="jsonl"), "en", ReaderLimits(), lambda *_: None, lambda _: None, print))
print("reading", flush=True)
time.sleep(600)
"""


def test_a_reader_dies_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    path = json_lines(tmp_path, 200_000)
    worker = subprocess.Popen([sys.executable, "-c", READ_AND_STAY, str(path)], stdout=subprocess.PIPE)
    assert worker.stdout is not None
    worker.stdout.readline()
    (child,) = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    worker.kill()
    worker.wait()
    worker.stdout.close()
    deadline = time.monotonic() + 60
    while _runs(int(child)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
