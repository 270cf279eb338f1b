"""Commands of ours as processes that are ended together with everything that they start."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from skipgram_audit.serving import group_guard

PATIENCE_SECONDS = 5.0
LOOK_SECONDS = 0.05

AS_INSTALLED = ("-P", "-m")
"""Modules come from where they are installed, never from the current folder, which may hold a json.py of the user's."""


class ProcessGroup:
    """A skipgram-audit command that leads a session and a process group of its own.

    Its standard input is a pipe from here: when this process is killed, the pipe ends, and a command that calls
    ``end_with_starter`` is ended with its group.

    Args:
        arguments: of the command.
        environment: in addition to ours; a command line would show passwords.
    """

    def __init__(self, arguments: list[str], environment: Mapping[str, str]) -> None:
        self._leader = subprocess.Popen(
            [sys.executable, *AS_INSTALLED, "skipgram_audit.cli.main", *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._ended = False

    def wait(self) -> int:
        """Waits until the leader ends, and reaps it; then ends what is left of the group. Gives the exit code."""
        code = self._leader.wait()
        self.end()
        return code

    def end(self) -> None:
        """Asks the group to end, and after a few seconds kills it, until nobody is left in it."""
        if self._ended:
            return
        if not self._wait_until_empty(signal.SIGTERM, once=True):
            self._wait_until_empty(signal.SIGKILL, once=False)
        self._ended = True
        if self._leader.stdin is not None:
            self._leader.stdin.close()

    def _wait_until_empty(self, request: signal.Signals, once: bool) -> bool:
        """Sends a signal, once or until the group is empty, and returns whether it is; gives up after a while."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        sent = False
        while not self._is_empty():
            if time.monotonic() > deadline:
                return False
            if not (once and sent):
                try:
                    os.killpg(self._leader.pid, request)
                except ProcessLookupError:
                    return True
                sent = True
            time.sleep(LOOK_SECONDS)
        return True

    def _is_empty(self) -> bool:
        if self._leader.poll() is None:
            return False
        try:
            # As the first process of a container we inherit the orphans of the group.
            while os.waitpid(-self._leader.pid, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            pass
        try:
            os.killpg(self._leader.pid, 0)
        except ProcessLookupError:
            return True
        return False


def end_with_starter() -> None:
    """Lets the process group of this process be killed when this process ends, or the one whose pipe is our input."""
    if os.getpgrp() != os.getpid():
        os.setsid()  # the group of somebody else must not be killed
    reading, _ = os.pipe()  # the other end is closed by the kernel, when this process has ended
    subprocess.Popen(
        [sys.executable, "-I", "-S", str(Path(group_guard.__file__)), str(reading)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[reading],
    )
    os.close(reading)


def ending_in_words(code: int) -> str:
    """How a process ended: "was ended by signal SIGKILL (Killed)" or "ended with exit code 1"."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return f"was ended by signal {name} ({signal.strsignal(-code) or 'unknown'})"
