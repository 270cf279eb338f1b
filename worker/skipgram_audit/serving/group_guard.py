"""Ends a process group for certain: ``python group_guard.py DESCRIPTOR``, run as one of the group.

It waits until the process that leads the group has ended, which closes DESCRIPTOR, or the process that started the
leader, which closes standard input. Then it kills the whole group, itself included. It is a process of its own because
a thread of the leader could not act while the leader is stopped, or is in a library that keeps Python's lock.
"""

import os
import select
import signal
import sys


def main() -> None:
    for request in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(request, signal.SIG_IGN)  # meant for the leader, whose end is awaited
    select.select([0, int(sys.argv[1])], [], [])
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
