"""A zip of files: texts, pages, Word documents and PDFs are a document each, tables (table_entries.py) have one a row.

Entry names are ids, never paths.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from skipgram_audit.corpus.readers import rows
from skipgram_audit.corpus.readers.decoding import codec_of
from skipgram_audit.corpus.readers.entries import ENTRY_ERRORS, inflate, name_of, open_zip
from skipgram_audit.corpus.readers.errors import UnreadableFile, WrongEncoding
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.options import FORMAT_OF_SUFFIX, ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.pdf import EncryptedPdf, NoPdfReader
from skipgram_audit.corpus.readers.rows import DocumentBuilder, FileRows
from skipgram_audit.corpus.readers.table_entries import (
    TABLE_READERS,
    read_table,
    table_format,
    unpacked_table,
)
from skipgram_audit.corpus.readers.whole_files import most_bytes, title_and_text
from skipgram_audit.model.reader_options import ReaderOptions

FORMATS_INSIDE = ("txt", "html", "docx", "pdf", *TABLE_READERS)
FILE, FOLDER = "file", "folder"
"""Metadata of a document of an archive: the name of the table that holds its row, and the folder of its file."""

_ENCRYPTED_FLAG = 0x1
_OF_THE_SYSTEM = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_REASONS: dict[type[UnreadableFile], str] = {EncryptedPdf: rows.ENCRYPTED, NoPdfReader: rows.NO_PDF_READER}
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
"""The first bytes of a file in which a Mac keeps what other file systems have no room for."""


def read_zip(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """The documents of the entries in the archive's order. The id of a file that is a document is the entry's name, the
    title its own or the name's last part.

    Entries that cannot be used are skipped with their reason; a bomb or an archive that is damaged as a whole raises.
    Folders, and the files that an operating system adds to them, are no documents.
    """
    codec_of(options.encoding)  # a name that no encoding has is an error of the whole file
    spend, spend_on_tables = source.budget.layer(), source.budget.layer()
    with open_archive(source, limits) as archive:
        documents = documents_of(archive)
        builder.companions = sum(not _is_folder(entry) for entry in archive.infolist()) - len(documents)
        for number, entry in enumerate(documents):
            companions, rows_before, built = builder.companions, source.rows, builder.built

            def report(fraction: float, number: int = number) -> None:
                source.report((number + fraction) / len(documents))

            if file_format := table_format(name_of(entry)):
                table = Table(archive, entry, file_format, (spend, spend_on_tables))
                yield from _placed(table.read(source, options, limits, builder, report), entry, options)
            else:
                document = _read_entry(archive, entry, options, limits, builder, spend)
                if builder.companions == companions:
                    source.count_row()
                if document is not None:
                    yield from _placed(iter([document]), entry, options)
            report(1.0)
            if builder.companions == companions:
                counts = source.rows - rows_before, builder.built - built
                builder.files.append(FileRows(name_of(entry), *counts))


@contextmanager
def open_archive(source: Source, limits: ReaderLimits) -> Iterator[zipfile.ZipFile]:
    """The archive in a source, after its entries have been counted.

    Raises:
        UnreadableFile: it is damaged.
        OverLimit: it has too many entries.
    """
    with source.seekable() as stream, open_zip(stream, limits) as archive:
        yield archive


def documents_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries that are files of a user."""
    return [entry for entry in archive.infolist() if not (_is_folder(entry) or is_companion(name_of(entry)))]


def tables_of(archive: zipfile.ZipFile, source: Source) -> "Iterator[Table]":
    """The entries that are tables."""
    spend = source.budget.layer(), source.budget.layer()
    for entry in documents_of(archive):
        if file_format := table_format(name_of(entry)):
            yield Table(archive, entry, file_format, spend)


def place_fields(names: Sequence[str]) -> list[str]:
    """The metadata that follows from where a document is, of an archive with entries of these names."""
    folders = {folder_of(name) for name in names}
    return [FILE] * any(map(table_format, names)) + [FOLDER] * (len(folders) > 1)


def folder_of(name: str) -> str:
    """The folder of an entry; nothing for one at the top."""
    return "/".join(_parts(name)[:-1])


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
    try:
        data = inflate(archive, entry, most_bytes(file_format, limits), spend)
    except ENTRY_ERRORS:
        builder.skip(place, rows.DAMAGED)
        return None
    if data is not None and data.startswith(_APPLE_DOUBLE) and _parts(name)[-1].startswith("._"):
        builder.companions += 1
        return None
    try:
        found = None if data is None else title_and_text(file_format, data, options, limits, spend, place, builder)
    except WrongEncoding as error:
        within = f", line {error.details['line']}, byte {error.details['byte']}" if "line" in error.details else ""
        builder.skip(place + within, rows.WRONG_ENCODING)
        return None
    except UnreadableFile as error:
        builder.skip(place, _REASONS.get(type(error), rows.DAMAGED))
        return None
    if found is None or isinstance(found, str):
        builder.skip(place, found or rows.TEXT_TOO_LONG)
        return None
    title, text = found
    return builder.build(place, name, title or PurePosixPath(_parts(name)[-1]).stem, text)


@dataclass(frozen=True)
class Table:
    """An entry that is a table; ``spend`` counts what comes out of the archive, and out of the table's compression."""

    archive: zipfile.ZipFile
    entry: zipfile.ZipInfo
    file_format: str
    spend: tuple[Callable[[int], None], Callable[[int], None]]

    @contextmanager
    def unpacked(self, source: Source, limits: ReaderLimits) -> Iterator[Path]:
        with self.archive.open(self.entry) as stream, unpacked_table(stream, source, limits, self.spend) as path:
            yield path

    def read(
        self,
        source: Source,
        options: ReaderOptions,
        limits: ReaderLimits,
        builder: DocumentBuilder,
        report: Callable[[float], None],
    ) -> Iterator[SourceDocument]:
        """The documents of its rows; one that cannot be unpacked is a skipped row."""
        name = name_of(self.entry)
        with ExitStack() as stack:
            try:
                if self.entry.flag_bits & _ENCRYPTED_FLAG:
                    raise EncryptedEntry
                path = stack.enter_context(self.unpacked(source, limits))
            except EncryptedEntry:
                reason = rows.ENCRYPTED
            except (UnreadableFile, *ENTRY_ERRORS):
                reason = rows.DAMAGED
            else:
                yield from read_table(path, name, self.file_format, options, limits, builder, source, report)
                return
        source.count_row()
        builder.skip(f"entry {name}", reason)


class EncryptedEntry(Exception):
    """An entry that needs a password."""


def _placed(
    documents: Iterator[SourceDocument], entry: zipfile.ZipInfo, options: ReaderOptions
) -> Iterator[SourceDocument]:
    """Documents with the metadata that follows from where they are, where their rows have no such field."""
    name = name_of(entry)
    own = {FILE: name if table_format(name) else "", FOLDER: folder_of(name)}
    placed = {field: value for field, value in own.items() if value and field in options.metadata_fields}
    for document in documents:
        yield replace(document, fields=placed | document.fields) if placed else document


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    """Some programs for Windows end the names of folders with a backslash."""
    return entry.is_dir() or (entry.filename.endswith("\\") and entry.file_size == 0)


def _parts(name: str) -> list[str]:
    return re.split(r"[/\\]", name)
