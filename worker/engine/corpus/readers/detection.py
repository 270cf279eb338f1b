"""What a file is: by its name, then by its first bytes."""

import csv
import json
from pathlib import Path, PurePath

from worker.engine.corpus.readers.decoding import codec_of
from worker.engine.corpus.readers.errors import UnreadableFile
from worker.engine.corpus.readers.inflation import compression_of, open_source
from worker.engine.corpus.readers.options import ReaderLimits

HEAD_BYTES = 64 * 1024

_COMPRESSION_SUFFIXES = {".gz", ".gzip", ".zst", ".zstd"}
_FORMAT_OF_SUFFIX = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".zip": "zip",
}
_BINARY_FORMATS = {b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"PAR1": "parquet"}
_KNOWN_BINARIES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"SQLite format 3": "a SQLite database",
    b"\x7fELF": "a program",
}
_NULS_OF_UTF16 = 0.3
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ACCEPTED = "Accepted are txt, CSV, TSV, JSON Lines, Parquet and zip of txt files, each also as .gz or .zst."
_MOST_COLUMNS_GUESSED = 200
_AGREEMENT_OF_A_TABLE = 0.9


def detect_format(path: Path, filename: str, limits: ReaderLimits | None = None) -> str:
    """One of FORMATS.

    Args:
        path: the file.
        filename: its name as the user knows it.
        limits: caps on what is inflated to look inside.

    Raises:
        UnreadableFile: it is empty, or binary and not Parquet or zip.
    """
    head = read_head(path, limits or ReaderLimits())
    for magic, binary_format in _BINARY_FORMATS.items():
        if head.startswith(magic):
            return binary_format
    named = _format_of_name(filename)
    refuse_binary(head)
    return _format_of_text(head) if named in ("", "zip", "parquet") else named


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
    for magic, name in _KNOWN_BINARIES.items():
        if head.startswith(magic):
            raise UnreadableFile(f"The file is {name}, not text.", _ACCEPTED)
    if b"\0" in head and not utf16_of(head):
        place = head.index(b"\0")
        raise UnreadableFile(f"The file is binary, not text: there is a NUL at byte {place:,}.", _ACCEPTED)


def utf16_of(head: bytes) -> str:
    """utf-16 where the bytes begin with its mark, utf-16-le or utf-16-be where ASCII stands in it, or nothing."""
    if head.startswith(_UTF16_MARKS):
        return "utf-16"
    for even, odd, name in ((head[0::2], head[1::2], "utf-16-le"), (head[1::2], head[0::2], "utf-16-be")):
        if odd and odd.count(0) > _NULS_OF_UTF16 * len(odd) and even.count(0) == 0:
            return name
    return ""


def _format_of_name(filename: str) -> str:
    name = PurePath(filename.lower())
    if name.suffix in _COMPRESSION_SUFFIXES:
        name = PurePath(name.stem)
    return _FORMAT_OF_SUFFIX.get(name.suffix, "")


def _format_of_text(head: bytes) -> str:
    lines = head.decode(codec_of(utf16_of(head) or "utf-8"), errors="replace").splitlines()
    complete = lines[:-1] if len(lines) > 1 and len(head) == HEAD_BYTES else lines
    if complete and all(_is_json_object(line) for line in complete[:20] if line.strip()):
        return "jsonl"
    for delimiter, name in (("\t", "tsv"), (",", "csv")):
        if column_agreement(complete[:50], delimiter, quoted=True) >= _AGREEMENT_OF_A_TABLE:
            return name
    return "txt"


def _is_json_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def column_agreement(lines: list[str], delimiter: str, quoted: bool) -> float:
    """The share of rows that have as many columns as the first line; 0 when that is one column, or too many.

    Args:
        lines: the first of a file; quoted cells may join them.
        delimiter, quoted: how columns are told apart.
    """
    reader = csv.reader(
        [line + "\n" for line in lines],
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        strict=True,
    )
    widths: list[int] = []
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            cells = [""]  # no row of this form
        if cells:
            widths.append(len(cells))
    if len(widths) < 2 or not 1 < widths[0] <= _MOST_COLUMNS_GUESSED:
        return 0.0
    return widths[1:].count(widths[0]) / (len(widths) - 1)
