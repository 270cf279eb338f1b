"""What a file is: by its name, then by its first bytes."""

import re
from pathlib import Path
from zipfile import ZipFile

from skipgram_audit.corpus.readers.archive import open_archive
from skipgram_audit.corpus.readers.columns import HEAD_BYTES, column_agreement
from skipgram_audit.corpus.readers.decoding import codec_of, split_lines
from skipgram_audit.corpus.readers.dialect import Dialect
from skipgram_audit.corpus.readers.entries import ENTRY_ERRORS
from skipgram_audit.corpus.readers.errors import UnreadableFile
from skipgram_audit.corpus.readers.inflation import compression_of, open_source
from skipgram_audit.corpus.readers.json_rows import is_json_object
from skipgram_audit.corpus.readers.markup import is_page
from skipgram_audit.corpus.readers.options import BINARY_FORMATS, ReaderLimits, format_of_name
from skipgram_audit.corpus.readers.recognition import recognised
from skipgram_audit.model.engine_errors import EngineError

_MAGIC = {b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"PAR1": "parquet", b"%PDF": "pdf"}
_SAVE_AS_WORD = "Open it in Word or LibreOffice and save it as .docx or as plain text (.txt)."
_SAVE_AS_CSV = "Open it in Excel or LibreOffice and save the sheet as CSV."
_SAVE_AS_TEXT = "Save its text as .txt or .html, for instance with pandoc or calibre."
_UNPACK = "Unpack it, and use what is in it."
_REFUSED = {
    b"%PDF": ("a PDF", "Choose the format PDF."),
    b"{\\rtf": ("a rich text document (RTF)", _SAVE_AS_WORD),
    b"\xd0\xcf\x11\xe0": (
        "an old Office document (.doc, .xls, .ppt)",
        "Open it in Word, Excel or LibreOffice and save a text as .docx or .txt, a table as CSV.",
    ),
    b"7z\xbc\xaf": ("a 7z archive", _UNPACK),
    b"Rar!": ("a RAR archive", _UNPACK),
    b"BZh": ("a bzip2 file", _UNPACK),
    b"\xfd7zXZ": ("an xz file", _UNPACK),
    b"\x89PNG": ("a PNG picture", ""),
    b"\xff\xd8\xff": ("a JPEG picture", ""),
    b"GIF8": ("a GIF picture", ""),
    b"SQLite format 3": ("a SQLite database", "Save the table of texts as CSV."),
    b"\x7fELF": ("a program", ""),
}
"""First bytes -> what the file is, and what to do."""

_REFUSED_PACKAGES = {
    "xl/workbook.xml": ("an Excel workbook (.xlsx)", _SAVE_AS_CSV),
    "xl/workbook.bin": ("an Excel workbook (.xlsb)", _SAVE_AS_CSV),
    "ppt/presentation.xml": ("a PowerPoint presentation (.pptx)", _SAVE_AS_TEXT),
    "application/vnd.oasis.opendocument.text": ("an OpenDocument text (.odt)", _SAVE_AS_WORD),
    "application/vnd.oasis.opendocument.spreadsheet": ("an OpenDocument spreadsheet (.ods)", _SAVE_AS_CSV),
    "application/vnd.oasis.opendocument": ("an OpenDocument file", _SAVE_AS_TEXT),
    "application/epub": ("an e-book (EPUB)", _SAVE_AS_TEXT),
}
"""Part of an Office file, or the beginning of the media type that others state in their first entry -> the same."""

_WORD_PART = "word/document.xml"
_LONGEST_MEDIA_TYPE = 100
_JSON_ARRAY = re.compile(r"\s*\[\s*\{")
_ACCEPTED = (
    "Accepted are txt, HTML, Word (.docx), PDF, CSV, TSV, JSON Lines and Parquet, each also as .gz or .zst, and zip "
    "archives of such files."
)
_AGREEMENT_OF_A_TABLE = 0.9


def detect_format(path: Path, filename: str, limits: ReaderLimits | None = None) -> str:
    """One of FORMATS.

    Args:
        path: the file.
        filename: its name as the user knows it.
        limits: caps on what is inflated to look inside.

    Raises:
        UnreadableFile: it is empty, or of a format that is not read; the remedy says how to convert it.
    """
    limits = limits or ReaderLimits()
    head = read_head(path, limits)
    for magic, binary_format in _MAGIC.items():
        if head.startswith(magic):
            return _format_of_zip(path, limits) if binary_format == "zip" else binary_format
    named = format_of_name(filename)
    refuse_binary(head)
    return _format_of_text(head) if named in ("", *BINARY_FORMATS) else named


def _format_of_zip(path: Path, limits: ReaderLimits) -> str:
    """docx or zip: Office documents and some others are zip archives, too."""
    try:
        with open_source(path, limits) as source, open_archive(source, limits) as archive:
            names, media_type = set(archive.namelist()), _media_type(archive)
    except EngineError:
        return "zip"  # the reader says what is wrong with it
    for sign, (kind, remedy) in _REFUSED_PACKAGES.items():
        if sign in names or media_type.startswith(sign):
            raise UnreadableFile(f"The file is {kind}.", remedy)
    return "docx" if _WORD_PART in names else "zip"


def _media_type(archive: ZipFile) -> str:
    """What formats other than Microsoft's state in an entry of their own."""
    try:
        with archive.open("mimetype") as entry:
            return entry.read(_LONGEST_MEDIA_TYPE).decode("latin-1")
    except (KeyError, *ENTRY_ERRORS):
        return ""


def read_head(path: Path, limits: ReaderLimits) -> bytes:
    """The first bytes of a file's inflated content."""
    with open_source(path, limits) as source:
        head = source.stream.read(HEAD_BYTES)
    if not head:
        raise UnreadableFile("The file is empty inside its compression.", "Choose a file with text in it.")
    if compression_of(head):
        raise UnreadableFile("The file is compressed more than once.", "Unpack it once and try again.")
    return head


def refuse_binary(head: bytes) -> None:
    """Raises UnreadableFile for bytes that are no text in any encoding."""
    for magic, (kind, remedy) in _REFUSED.items():
        if head.startswith(magic):
            raise UnreadableFile(f"The file is {kind}, not text.", remedy or _ACCEPTED)
    if b"\0" in head and recognised(head) is None:
        place = head.index(b"\0")
        raise UnreadableFile(f"The file is binary, not text: there is a NUL at byte {place:,}.", _ACCEPTED)


def encoding_of(head: bytes) -> str:
    """UTF-8, or the encoding that the bytes give away for certain: no guess."""
    found = recognised(head)
    return found.codec if found and found.codec else "utf-8"


def _format_of_text(head: bytes) -> str:
    text = head.decode(codec_of(encoding_of(head)), errors="replace")
    if is_page(text):
        return "html"
    lines = split_lines(text)
    complete = lines[:-1] if len(lines) > 1 and len(head) == HEAD_BYTES else lines
    written = [line for line in complete[:20] if line.strip()]
    if _JSON_ARRAY.match(text) or (written and all(map(is_json_object, written))):
        return "jsonl"
    for delimiter, name in (("\t", "tsv"), (",", "csv")):
        if column_agreement(complete, Dialect(delimiter)) >= _AGREEMENT_OF_A_TABLE:
            return name
    return "txt"
