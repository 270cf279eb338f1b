"""Files that are one document: text, HTML, Word and PDF; also as entries of an archive."""

import io
from collections.abc import Callable, Iterator
from typing import IO

from skipgram_audit.corpus.readers import rows
from skipgram_audit.corpus.readers.decoding import codec_of, decode, require_encoding
from skipgram_audit.corpus.readers.entries import ENTRY_ERRORS, inflate, open_zip
from skipgram_audit.corpus.readers.errors import UnreadableFile, WrongEncoding
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.markup import declared_encoding, page_text
from skipgram_audit.corpus.readers.options import ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.pdf import pdf_text
from skipgram_audit.corpus.readers.rows import DocumentBuilder
from skipgram_audit.corpus.readers.word import word_text
from skipgram_audit.model.reader_options import ReaderOptions

THE_FILE = "the whole file"
_LOOKED_AT = 64 * 1024
BYTES_PER_CHARACTER = 2
"""UTF-16 has up to twice the bytes of UTF-8."""

OVERHEAD = 4
"""A page, a Word document or a PDF may have this many times the bytes of its text: tags, styles, pictures."""


def read_whole_file(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """The file as one document."""
    source.count_row()
    most = most_bytes(options.format, limits)
    data = source.stream.read(most + 1)
    found = None
    if len(data) <= most:
        found = title_and_text(options.format, data, options, limits, source.budget.layer(), THE_FILE, builder)
    if found is None or isinstance(found, str):
        builder.skip(THE_FILE, found or rows.TEXT_TOO_LONG)
        return
    title, text = found
    document = builder.build(THE_FILE, "1", title or source.path.name.split(".")[0], text)
    if document is not None:
        yield document


def most_bytes(file_format: str, limits: ReaderLimits) -> int:
    """That a file may have whose text is as long as a text may be."""
    return limits.maximum_document_bytes * (BYTES_PER_CHARACTER if file_format == "txt" else OVERHEAD)


def title_and_text(
    file_format: str,
    data: bytes,
    options: ReaderOptions,
    limits: ReaderLimits,
    spend: Callable[[int], None],
    place: str,
    builder: DocumentBuilder,
) -> tuple[str, str] | str | None:
    """Title and text of a file that is one document, or the reason why it has none; None when it is too long. What
    should be known of it is noted.

    Args:
        spend: counts the bytes that come out of its own compression.
        place: of the file, for notes.

    Raises:
        WrongEncoding: the encoding does not allow its bytes.
        UnreadableFile: it is damaged, needs a password, or cannot be read on this machine.
        OverLimit: it is a bomb.
    """
    if file_format == "pdf":
        found = pdf_text(data)
        if not found.text:
            return rows.NO_TEXT_ON_PAGES
        builder.notes.extend((place, note) for note in found.notes())
        return found.title, found.text
    if file_format == "html":
        return html_document(data, options.encoding)
    if file_format == "docx":
        return docx_document(data, limits, spend)
    return "", decode(data, options.encoding)


def html_document(data: bytes, encoding: str) -> tuple[str, str]:
    """Title and text of a page in the chosen encoding; if that does not allow its bytes, in the one that it declares.

    Raises:
        WrongEncoding: neither allows them.
        UnreadableFile: the page is too deep.
    """
    codec_of(encoding)  # a name that no encoding has is refused, whatever the page declares
    try:
        require_encoding(data[:_LOOKED_AT], encoding)
        return page_text(decode(data, encoding))
    except WrongEncoding as error:
        declared = declared_encoding(data)
        if not declared:
            raise
        try:
            return page_text(decode(data, declared))
        except WrongEncoding:
            raise error from None


def docx_document(data: bytes, limits: ReaderLimits, spend: Callable[[int], None]) -> tuple[str, str] | None:
    """Title and text of a Word document; None when its parts inflate to too much.

    Raises:
        UnreadableFile: it is damaged.
        OverLimit: it is a bomb.
    """
    stream = io.BytesIO(data)
    if _inflated_within(stream, limits, spend):
        return word_text(stream)
    return None


def _inflated_within(stream: IO[bytes], limits: ReaderLimits, spend: Callable[[int], None]) -> bool:
    """Inflates all parts once without keeping them, so that the library can do it without watching."""
    left = limits.maximum_document_bytes * OVERHEAD
    with open_zip(stream, limits) as archive:
        for part in archive.infolist():
            try:
                inflated = inflate(archive, part, left, spend)
            except ENTRY_ERRORS as error:
                raise UnreadableFile(
                    f"The Word document is damaged: its part {part.filename[:80]!r} cannot be unpacked.",
                    "Open it in Word or LibreOffice and save it again as .docx, or as plain text (.txt).",
                ) from error
            if inflated is None:
                return False
            left -= len(inflated)
    return True
