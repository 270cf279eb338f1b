"""What a file is: by its name, then by its first bytes."""

import re
from pathlib import Path, PurePath

from worker.engine.corpus.readers.columns import column_agreement
from worker.engine.corpus.readers.decoding import codec_of
from worker.engine.corpus.readers.dialect import Dialect
from worker.engine.corpus.readers.errors import UnreadableFile
from worker.engine.corpus.readers.inflation import compression_of, open_source
from worker.engine.corpus.readers.json_rows import is_json_object
from worker.engine.corpus.readers.options import ReaderLimits
from worker.engine.corpus.readers.recognition import recognised

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
_JSON_ARRAY = re.compile(r"\s*\[\s*\{")
_ACCEPTED = "Accepted are txt, CSV, TSV, JSON Lines, Parquet and zip of txt files, each also as .gz or .zst."
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
    if b"\0" in head and recognised(head) is None:
        place = head.index(b"\0")
        raise UnreadableFile(f"The file is binary, not text: there is a NUL at byte {place:,}.", _ACCEPTED)


def encoding_of(head: bytes) -> str:
    """UTF-8, or the encoding that the bytes give away for certain: no guess."""
    found = recognised(head)
    return found.codec if found and found.codec else "utf-8"


def split_lines(text: str) -> list[str]:
    """Lines as files have them: other separators of Unicode stay in the text."""
    return re.split(r"\r\n|\r|\n", text)


def _format_of_name(filename: str) -> str:
    name = PurePath(filename.lower())
    if name.suffix in _COMPRESSION_SUFFIXES:
        name = PurePath(name.stem)
    return _FORMAT_OF_SUFFIX.get(name.suffix, "")


def _format_of_text(head: bytes) -> str:
    text = head.decode(codec_of(encoding_of(head)), errors="replace")
    lines = split_lines(text)
    complete = lines[:-1] if len(lines) > 1 and len(head) == HEAD_BYTES else lines
    written = [line for line in complete[:20] if line.strip()]
    if _JSON_ARRAY.match(text) or (written and all(map(is_json_object, written))):
        return "jsonl"
    for delimiter, name in (("\t", "tsv"), (",", "csv")):
        if column_agreement(complete, Dialect(delimiter)) >= _AGREEMENT_OF_A_TABLE:
            return name
    return "txt"
