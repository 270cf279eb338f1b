"""Bytes of an upload to disk: in order, no more than announced, by one request at a time.

The file itself says how much has arrived, so an upload is resumed where it was when the server stopped.
"""

import errno
import fcntl
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from skipgram_audit.model.errors import AuditError, Conflict, TooLarge

CHUNK_BYTES = 1024 * 1024
TAIL_BYTES = 1024 * 1024
"""So much of the end of what has arrived is hashed, for a client that resumes to compare with its own file."""


class DiskFull(AuditError):
    code, status = "disk_full", 507


class Receiver:
    """A place for the next bytes of an upload. Use as a context manager.

    Args:
        path: the upload's file; created if it is not there.
        offset: where the sender believes that its bytes begin; None for wherever they do.
        maximum_bytes: what the whole upload may have.

    Raises:
        Conflict: another request is sending, or the offset is not what has arrived.
    """

    def __init__(self, path: Path, offset: int | None, maximum_bytes: int) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("ab")
        self._maximum = maximum_bytes
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.received = self._file.seek(0, os.SEEK_END)
            if offset is not None and offset != self.received:
                raise Conflict(
                    f"The bytes sent begin at {offset:,}, but {self.received:,} have arrived.",
                    "Go on from what has arrived.",
                    received_bytes=self.received,
                )
        except BlockingIOError as error:
            self._file.close()
            raise Conflict("This upload is being sent already, perhaps from another window.", "Wait for it.") from error
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        """Appends bytes.

        Raises:
            TooLarge: more than announced.
            DiskFull: the disk says so.
        """
        if self.received + len(data) > self._maximum:
            raise TooLarge(
                f"More than {self._maximum:,} bytes were sent.",
                "Send what was announced, no more than the limit on uploads.",
                maximum_bytes=self._maximum,
            )
        try:
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(
                    "The disk that holds the data folder is full.", "Free some space, then go on."
                ) from error
            raise
        self.received += len(data)


def received_bytes(path: Path) -> int:
    """How much of an upload has arrived."""
    return path.stat().st_size if path.exists() else 0


def tail_sha256(path: Path) -> str:
    """The hash of the last TAIL_BYTES that have arrived, or of all if there are fewer; empty when there are none."""
    size = received_bytes(path)
    if size == 0:
        return ""
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL_BYTES))
        return hashlib.sha256(file.read(TAIL_BYTES)).hexdigest()
