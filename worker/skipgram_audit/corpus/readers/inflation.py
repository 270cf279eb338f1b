"""Files as streams: gzip and zstandard are peeled, and what comes out is counted against the limits as it comes."""

import gzip
import io
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pyarrow as pa

from skipgram_audit.corpus.readers.errors import OverLimit, UnreadableFile
from skipgram_audit.corpus.readers.options import MEBIBYTE, ReaderLimits

GZIP_MAGIC = b"\x1f\x8b"
ZSTANDARD_MAGIC = b"\x28\xb5\x2f\xfd"
RATIO_GRACE = MEBIBYTE
"""Inflated bytes that are always allowed, so that a tiny, very regular file is not taken for a bomb."""

_CHUNK = 64 * 1024


class InflationBudget:
    """How much may come out of a file's compression, over all its layers and entries.

    Args:
        source_bytes: the size of the file as it is.
        limits: the caps.
    """

    def __init__(self, source_bytes: int, limits: ReaderLimits) -> None:
        self._source_bytes = source_bytes
        self._limits = limits

    def layer(self) -> Callable[[int], None]:
        """A counter for one layer of compression: call it with every number of bytes that came out.

        The counter raises OverLimit. Each layer is compared with the size of the file itself, so a bomb inside a
        bomb gains nothing.
        """
        inflated = 0
        allowed = self._limits.maximum_ratio * self._source_bytes + RATIO_GRACE

        def spend(count: int) -> None:
            nonlocal inflated
            inflated += count
            if inflated > self._limits.maximum_inflated_bytes:
                raise OverLimit(
                    f"The file inflates to more than {self._limits.maximum_inflated_bytes:,} bytes.",
                    "Split it, or raise the limit on inflated bytes.",
                    maximum_inflated_bytes=self._limits.maximum_inflated_bytes,
                )
            if inflated > allowed:
                raise OverLimit(
                    f"The file inflates to more than {self._limits.maximum_ratio} times its size, as no text does.",
                    "If it is what you think it is, unpack it and use the unpacked file.",
                    maximum_ratio=self._limits.maximum_ratio,
                )

        return spend


class Source:
    """An opened file, its compression peeled.

    Attributes:
        stream: the inflated bytes, buffered.
        budget: what further layers (entries of an archive) must count against.
        rows: how many rows the reader has met in the file, whatever became of them.
    """

    def __init__(self, raw: BinaryIO, size: int, limits: ReaderLimits, compression: str, path: Path) -> None:
        self._raw = raw
        self._size = size
        self._reported: float | None = None
        self._readers: list[IO[Any]] = []
        self.rows = 0
        self.budget = InflationBudget(size, limits)
        self.compression = compression
        self.path = path
        self.stream: io.BufferedReader
        if compression:
            self.stream = io.BufferedReader(_Inflating(raw, compression, self.budget.layer()), _CHUNK)
        else:
            self.stream = cast(io.BufferedReader, raw)

    def count_row(self) -> None:
        """Notes that the reader has met a row."""
        self.rows += 1

    def close_with(self, reader: IO[Any]) -> None:
        """Closes a reader on top of the stream when the source is closed."""
        self._readers.append(reader)

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
        self.stream.close()
        self._raw.close()

    def fraction(self) -> float:
        """The share of the file that has been read: what the reader reports, or else of the file's own bytes."""
        return min(1.0, self._raw.tell() / self._size) if self._reported is None else self._reported

    def report(self, fraction: float) -> None:
        """For readers that do not go through the file from front to back."""
        self._reported = fraction

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The inflated bytes as a file that can be sought in.

        A compressed one is unpacked into a nameless temporary file beside it, which is deleted whatever happens.
        """
        if not self.compression:
            yield self._raw
            return
        with temporary_file(self.path.parent) as unpacked:
            while chunk := self.stream.read(_CHUNK):
                unpacked.write(chunk)
            unpacked.seek(0)
            yield unpacked


@contextmanager
def open_source(path: Path, limits: ReaderLimits) -> Iterator[Source]:
    """Opens a file within its limits.

    Raises:
        UnreadableFile: it is empty.
        OverLimit: it is larger than maximum_bytes.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile("The file is empty.", "Choose a file with text in it.")
    if size > limits.maximum_bytes:
        raise OverLimit(
            f"The file has {size:,} bytes; at most {limits.maximum_bytes:,} are read.",
            "Split it, or raise the limit on bytes.",
            bytes=size,
            maximum_bytes=limits.maximum_bytes,
        )
    with path.open("rb") as raw, closing(Source(raw, size, limits, compression_of(raw.peek(4)[:4]), path)) as source:
        yield source


def compression_of(head: bytes) -> str:
    """gz, zst or nothing, by the first bytes."""
    if head.startswith(GZIP_MAGIC):
        return "gz"
    return "zst" if head.startswith(ZSTANDARD_MAGIC) else ""


class _Inflating(io.RawIOBase):
    """Inflated bytes of a compressed stream, counted; damage is reported in a sentence."""

    def __init__(self, raw: BinaryIO, compression: str, spend: Callable[[int], None]) -> None:
        self._inflated: Any = (
            gzip.GzipFile(fileobj=raw) if compression == "gz" else pa.CompressedInputStream(raw, "zstd")
        )
        self._spend = spend

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self._inflated.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFile(
                f"The compressed file is damaged or cut off: {error}.", "Make it again, or fetch it again."
            ) from error
        self._spend(len(chunk))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def temporary_file(folder: Path, named: bool = False) -> Any:
    """A file in a folder, or where that may only be read, in the system's; it goes when it is closed."""
    make: Any = tempfile.NamedTemporaryFile if named else tempfile.TemporaryFile
    try:
        return make(dir=folder)
    except OSError:
        return make()
