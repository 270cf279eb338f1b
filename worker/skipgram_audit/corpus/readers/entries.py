"""Zip archives: opened within limits, and what is in them."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from skipgram_audit.corpus.readers.errors import OverLimit, UnreadableFile
from skipgram_audit.corpus.readers.options import ReaderLimits

ENTRY_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError, struct.error,
)  # fmt: skip
"""What reading a damaged entry, or one of a method or cipher that is not known, raises (NotImplementedError too)."""

_CHUNK = 64 * 1024
_END_SIZE, _LOCATOR_SIZE, _HEADER_SIZE = 22, 20, 46
_LARGEST_COMMENT = 65_535
_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075


@contextmanager
def open_zip(stream: IO[bytes], limits: ReaderLimits) -> Iterator[zipfile.ZipFile]:
    """The archive, after its entries have been counted.

    Raises:
        UnreadableFile: it is damaged.
        OverLimit: it has too many entries.
    """
    _refuse_too_many_entries(stream, limits.maximum_entries)
    try:
        archive = zipfile.ZipFile(stream)
    except ENTRY_ERRORS as error:
        raise UnreadableFile(f"The zip archive is damaged: {error}.", "Make it again, or fetch it again.") from error
    with archive:
        yield archive


def name_of(entry: zipfile.ZipInfo) -> str:
    """The name of an entry as it was given.

    A name is in UTF-8 where the archive says so. Where it does not, programs for Mac and Linux write UTF-8 all the
    same, so what is valid UTF-8 is read as that, and only the rest as cp437, which the format prescribes.
    """
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        written = entry.filename.encode("cp437")
        return _unicode_path(entry.extra, written) or written.decode("utf-8")
    except UnicodeError:
        return entry.filename


def _unicode_path(extra: bytes, written: bytes) -> str:
    """The name in the extra field of Info-ZIP (APPNOTE 4.6.9), if it belongs to the name as written."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        value, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(value) > 5 and struct.unpack("<L", value[1:5])[0] == zlib.crc32(written):
            return value[5:].decode("utf-8")
    return ""


def inflate(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, maximum: int, spend: Callable[[int], None]
) -> bytes | None:
    """An entry's bytes, or None when there are more than maximum. Sizes that the archive states are not believed."""
    data = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            spend(len(chunk))
            data += chunk
            if len(data) > maximum:
                return None
    return bytes(data)


def _refuse_too_many_entries(stream: IO[bytes], maximum: int) -> None:
    """Counts the entries of the directory before zipfile makes an object of each.

    The count that the archive states is not believed: the directory's headers are walked, as zipfile will.
    """
    start, size = _directory(stream)
    end, count = start + size, 0
    while start < end:
        stream.seek(start)
        header = stream.read(_HEADER_SIZE)
        if len(header) < _HEADER_SIZE or not header.startswith(b"PK\x01\x02"):
            break
        start += _HEADER_SIZE + sum(struct.unpack("<3H", header[28:34]))
        count += 1
        if count > maximum:
            raise OverLimit(
                f"The archive has more than {maximum:,} entries.",
                "Use fewer and larger files, or JSON Lines.",
                maximum_entries=maximum,
            )
    stream.seek(0)


def _directory(stream: IO[bytes]) -> tuple[int, int]:
    """Start and size of the central directory (APPNOTE 4.3.16, and 4.3.14 for zip64)."""
    length = stream.seek(0, 2)
    tail_start = max(0, length - _END_SIZE - _LARGEST_COMMENT)
    stream.seek(tail_start)
    tail = stream.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + _END_SIZE > len(tail):
        raise UnreadableFile("The zip archive has no directory: it is damaged or cut off.", "Fetch it again.")
    end = tail_start + found
    size = int(struct.unpack("<L", tail[found + 12 : found + 16])[0])
    if tail[max(0, found - _LOCATOR_SIZE) : found].startswith(b"PK\x06\x07"):
        end = max(0, end - _LOCATOR_SIZE - 56)
        stream.seek(end)
        record = stream.read(56)
        if record.startswith(b"PK\x06\x06") and len(record) == 56:
            size = int(struct.unpack("<Q", record[40:48])[0])
    return max(0, end - size), size
