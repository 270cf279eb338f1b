"""A zip of text, HTML and Word files: one document an entry. Entry names are ids, never paths."""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from skipgram_audit.corpus.readers import rows
from skipgram_audit.corpus.readers.decoding import codec_of, decode
from skipgram_audit.corpus.readers.entries import ENTRY_ERRORS, inflate, name_of, open_zip
from skipgram_audit.corpus.readers.errors import UnreadableFile, WrongEncoding
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.options import FORMAT_OF_SUFFIX, ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.rows import DocumentBuilder
from skipgram_audit.corpus.readers.whole_files import OVERHEAD, docx_document, html_document
from skipgram_audit.model.reader_options import ReaderOptions

FORMATS_INSIDE = ("txt", "html", "docx")
_ENCRYPTED_FLAG = 0x1
_BYTES_PER_CHARACTER = 2
"""UTF-16 has up to twice the bytes of UTF-8."""

_OF_THE_SYSTEM = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
"""The first bytes of a file in which a Mac keeps what other file systems have no room for."""


def read_zip(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """The .txt, .html and .docx entries in the archive's order; the id is the entry's name, the title its last part.

    Entries that cannot be used are skipped with their reason; a bomb or an archive that is damaged as a whole raises.
    Folders, and the files that an operating system adds to them, are no documents.
    """
    codec_of(options.encoding)  # a name that no encoding has is an error of the whole file
    spend = source.budget.layer()
    with open_archive(source, limits) as archive:
        entries = [entry for entry in archive.infolist() if not _is_folder(entry)]
        documents = [entry for entry in entries if not is_companion(name_of(entry))]
        builder.companions = len(entries) - len(documents)
        for number, entry in enumerate(documents, start=1):
            companions = builder.companions
            document = _read_entry(archive, entry, options, limits, builder, spend)
            if builder.companions == companions:
                source.count_row()
            source.report(number / len(documents))
            if document is not None:
                yield document


@contextmanager
def open_archive(source: Source, limits: ReaderLimits) -> Iterator[zipfile.ZipFile]:
    """The archive in a source, after its entries have been counted.

    Raises:
        UnreadableFile: it is damaged.
        OverLimit: it has too many entries.
    """
    with source.seekable() as stream, open_zip(stream, limits) as archive:
        yield archive


def is_companion(name: str) -> bool:
    """Whether an entry of this name is what a Mac or Windows adds to a folder."""
    folders, last = _parts(name)[:-1], _parts(name)[-1].lower()
    return last in _OF_THE_SYSTEM or ("__MACOSX" in folders and last.startswith("._"))


def format_inside(name: str) -> str:
    """How an entry of this name is read, or nothing when it is not."""
    file_format = FORMAT_OF_SUFFIX.get(PurePosixPath(name.lower()).suffix, "")
    return file_format if file_format in FORMATS_INSIDE else ""


def _read_entry(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    options: ReaderOptions,
    limits: ReaderLimits,
    builder: DocumentBuilder,
    spend: Callable[[int], None],
) -> SourceDocument | None:
    name = name_of(entry)
    place = f"entry {name}"
    file_format = format_inside(name)
    if not file_format:
        builder.skip(place, rows.NOT_TEXT_FILE)
        return None
    if entry.flag_bits & _ENCRYPTED_FLAG:
        builder.skip(place, rows.ENCRYPTED)
        return None
    most = limits.maximum_document_bytes * (_BYTES_PER_CHARACTER if file_format == "txt" else OVERHEAD)
    try:
        data = inflate(archive, entry, most, spend)
    except ENTRY_ERRORS:
        builder.skip(place, rows.DAMAGED)
        return None
    if data is not None and data.startswith(_APPLE_DOUBLE) and _parts(name)[-1].startswith("._"):
        builder.companions += 1
        return None
    try:
        found = None if data is None else _title_and_text(file_format, data, options, limits, spend)
    except WrongEncoding as error:
        within = f", line {error.details['line']}, byte {error.details['byte']}" if "line" in error.details else ""
        builder.skip(place + within, rows.WRONG_ENCODING)
        return None
    except UnreadableFile:
        builder.skip(place, rows.DAMAGED)
        return None
    if found is None:
        builder.skip(place, rows.TEXT_TOO_LONG)
        return None
    title, text = found
    return builder.build(place, name, title or PurePosixPath(_parts(name)[-1]).stem, text)


def _title_and_text(
    file_format: str,
    data: bytes,
    options: ReaderOptions,
    limits: ReaderLimits,
    spend: Callable[[int], None],
) -> tuple[str, str] | None:
    if file_format == "html":
        return html_document(data, options.encoding)
    if file_format == "docx":
        return docx_document(data, limits, spend)
    return "", decode(data, options.encoding)


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    """Some programs for Windows end the names of folders with a backslash."""
    return entry.is_dir() or (entry.filename.endswith("\\") and entry.file_size == 0)


def _parts(name: str) -> list[str]:
    return re.split(r"[/\\]", name)
