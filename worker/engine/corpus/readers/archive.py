"""A zip of txt files: one document an entry. Entry names are ids, never paths."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from worker.engine.corpus.readers import rows
from worker.engine.corpus.readers.decoding import decode
from worker.engine.corpus.readers.errors import OverLimit, UnreadableFile, WrongEncoding
from worker.engine.corpus.readers.inflation import Source
from worker.engine.corpus.readers.options import ReaderLimits, ReaderOptions, SourceDocument
from worker.engine.corpus.readers.rows import DocumentBuilder

_CHUNK = 64 * 1024
_ENCRYPTED_FLAG = 0x1
_END_SIZE, _LOCATOR_SIZE, _HEADER_SIZE = 22, 20, 46
_LARGEST_COMMENT = 65_535


def read_zip(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """The .txt entries in the archive's order; the id is the entry's name, the title its last part.

    Entries that cannot be used are skipped with their reason; a bomb or an archive that is damaged as a whole raises.
    """
    spend = source.budget.layer()
    with open_archive(source, limits) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        for number, entry in enumerate(entries, start=1):
            source.count_row()
            document = _read_entry(archive, entry, options, limits, builder, spend)
            source.report(number / len(entries))
            if document is not None:
                yield document


@contextmanager
def open_archive(source: Source, limits: ReaderLimits) -> Iterator[zipfile.ZipFile]:
    """The archive, after its entries have been counted.

    Raises:
        UnreadableFile: it is damaged.
        OverLimit: it has too many entries.
    """
    with source.seekable() as stream:
        _refuse_too_many_entries(stream, limits.maximum_entries)
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise UnreadableFile(
                f"The zip archive is damaged: {error}.", "Make it again, or fetch it again."
            ) from error
        with archive:
            yield archive


def _read_entry(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    options: ReaderOptions,
    limits: ReaderLimits,
    builder: DocumentBuilder,
    spend: Callable[[int], None],
) -> SourceDocument | None:
    place = f"entry {entry.filename}"
    if not entry.filename.lower().endswith(".txt"):
        builder.skip(place, rows.NOT_TEXT_FILE)
        return None
    if entry.flag_bits & _ENCRYPTED_FLAG:
        builder.skip(place, rows.ENCRYPTED)
        return None
    try:
        data = _inflate(archive, entry, limits.maximum_document_bytes * 2, spend)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError, ValueError):
        builder.skip(place, rows.DAMAGED)
        return None
    if data is None:
        builder.skip(place, rows.TEXT_TOO_LONG)
        return None
    try:
        text = decode(data, options.encoding)
    except WrongEncoding as error:
        if "line" not in error.details:  # not these bytes, but the name of the encoding is wrong
            raise
        builder.skip(f"{place}, line {error.details['line']}, byte {error.details['byte']}", rows.WRONG_ENCODING)
        return None
    return builder.build(place, entry.filename, PurePosixPath(entry.filename).stem, text)


def _inflate(
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
