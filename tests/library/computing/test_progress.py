"""What says how far a computation is."""

import io
import sys

import pytest

from skipgram_audit.computing.progress import progress_bars


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_bars() as phase:
        for title in ("Reading", "Training"):
            report = phase(title)
            for step in range(1, 101):
                report(step / 100)
    return stream.getvalue()


def test_a_file_or_a_pipe_gets_a_line_a_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(io.StringIO(), monkeypatch) == "Reading\nTraining\n"


def test_a_terminal_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = written(Terminal(), monkeypatch)
    assert "Reading" in shown
    assert "100%" in shown
