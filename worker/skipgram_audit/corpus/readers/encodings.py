"""How the bytes of a file look in the encodings that it could be in, for a person to choose from.

charset-normalizer only puts candidates forward: it takes cp1251 for cp1252 and the like too often to decide.
"""

import codecs
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

from skipgram_audit.corpus.readers.archive import format_inside, open_archive
from skipgram_audit.corpus.readers.columns import HEAD_BYTES
from skipgram_audit.corpus.readers.decoding import OFFERED_ENCODINGS, check_decodable, codec_of
from skipgram_audit.corpus.readers.entries import ENTRY_ERRORS
from skipgram_audit.corpus.readers.errors import WrongEncoding
from skipgram_audit.corpus.readers.inflation import open_source
from skipgram_audit.corpus.readers.options import BINARY_FORMATS, MEBIBYTE, ReaderLimits
from skipgram_audit.corpus.readers.recognition import recognised
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.reader_options import ReaderOptions

CHECKED_BYTES = 64 * MEBIBYTE
"""So much of a file is decoded for a preview; what lies beyond is found out by the import."""

_BEFORE, _AFTER = 400, 400
_SHOWN_BEFORE, _SHOWN = 40, 160
_ENTRIES_LOOKED_AT = 50
_ENCODED = ("txt", "html", "csv", "tsv", "jsonl")


@dataclass(frozen=True)
class EncodingSample:
    """The first bytes beyond ASCII, decoded.

    Attributes:
        encoding: its name.
        sample: the text around them; empty when the encoding does not allow these bytes.
        suggested: whether charset-normalizer puts it forward.
    """

    encoding: str
    sample: str
    suggested: bool


def encoding_problem(path: Path, options: ReaderOptions, limits: ReaderLimits) -> EngineError | None:
    """The first byte that the chosen encoding does not allow, as far as is looked, or another limit met on the way."""
    if options.format in (*BINARY_FORMATS, "html"):  # found out where documents are read
        return None
    try:
        with open_source(path, limits) as source:
            check_decodable(source, options.encoding, CHECKED_BYTES)
    except EngineError as error:
        return error
    return None


def encoding_samples(path: Path, options: ReaderOptions, limits: ReaderLimits) -> tuple[EncodingSample, ...]:
    """How the first place that is no ASCII, or no UTF-8 if there is one, looks in each encoding; empty for ASCII."""
    if options.format in ("parquet", "docx", "pdf"):
        return ()
    head = _zip_head(path, limits) if options.format == "zip" else _head_at_interest(path, options, limits)
    found = recognised(head)
    if head.isascii() and not found:
        return ()
    window = _window(head)
    suggested = {"utf_8"} if _is_utf8(head) else {match.encoding for match in from_bytes(head)}
    offered = list(OFFERED_ENCODINGS)
    if found and found.codec:
        offered.insert(0, found.codec)
        suggested = {codecs.lookup(found.codec).name.replace("-", "_")}
    samples = [
        EncodingSample(name, _decoded(window, name), codecs.lookup(name).name.replace("-", "_") in suggested)
        for name in offered
    ]
    return tuple(sorted(samples, key=lambda sample: (not sample.sample, not sample.suggested)))


def _head_at_interest(path: Path, options: ReaderOptions, limits: ReaderLimits) -> bytes:
    with open_source(path, limits) as source:
        head = source.stream.read(HEAD_BYTES)
    if recognised(head) or not _is_utf8(head):
        return head
    problem = encoding_problem(path, ReaderOptions.unchecked({"format": options.format}), limits)
    if not isinstance(problem, WrongEncoding):
        return head
    with open_source(path, limits) as source:
        _pass_over(source.stream, max(0, int(problem.details["byte"]) - _BEFORE))
        return source.stream.read(HEAD_BYTES)


def _pass_over(stream: BinaryIO, count: int) -> None:
    while count > 0 and (chunk := stream.read(min(count, MEBIBYTE))):
        count -= len(chunk)


def _zip_head(path: Path, limits: ReaderLimits) -> bytes:
    """The beginning of the first text that is not ASCII."""
    head = b""
    try:
        with open_source(path, limits) as source, open_archive(source, limits) as archive:
            texts = (entry for entry in archive.infolist() if format_inside(entry.filename) in _ENCODED)
            for entry in islice(texts, _ENTRIES_LOOKED_AT):
                with archive.open(entry) as text:
                    head = text.read(HEAD_BYTES)
                if not head.isascii():
                    break
    except (EngineError, *ENTRY_ERRORS):
        return head  # what is wrong is reported when the entries are read
    return head


def _window(head: bytes) -> bytes:
    """Some bytes around the first that is beyond ASCII, or beyond UTF-8, from the beginning of its line or word."""
    found = recognised(head)
    if found:
        return head if head.isascii() else head[: _BEFORE + _AFTER]
    try:
        head.decode("utf-8")
        place = next((index for index, byte in enumerate(head) if byte > 127), 0)
    except UnicodeDecodeError as error:
        place = error.start if error.start < len(head) - 4 else 0
    start = max(0, place - _BEFORE)
    cut = max(head.rfind(b"\n", start, place), head.rfind(b" ", start, max(start, place - _SHOWN_BEFORE)))
    return head[cut + 1 if cut >= 0 else start : place + _AFTER]


def _decoded(window: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(codec_of(encoding))()
    try:
        text = decoder.decode(window)
    except UnicodeError:
        return ""
    if "\0" in text:  # no text has one
        return ""
    first = next((index for index, character in enumerate(text) if ord(character) > 127), 0)
    return text[max(0, first - _SHOWN_BEFORE) : first + _SHOWN]


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
