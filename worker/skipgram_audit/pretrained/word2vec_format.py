"""The word2vec program's own formats, text and binary, as gensim and most other tools write them.

Both begin with a line "words dimension". In the text format each further line is a word and its numbers, separated by
spaces; in the binary format a word, a space, and its numbers as little-endian float32, perhaps followed by a line feed.
Words are UTF-8. The header is not believed: memory is taken for what the file can hold, not for what it claims.

gensim's own reader is not used because it passes over what must be shown: repeated words, numbers that are not finite,
and everything behind the last word that the header announces.
"""

from typing import IO

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.model.pretrained import ModelFacts
from skipgram_audit.pretrained.errors import EXPORT, UnreadableModel
from skipgram_audit.pretrained.model import ImportedModel, require_size, usable_model

LONGEST_HEADER = 64
LONGEST_WORD = 10_000
"""Bytes; a longer run without a space is no word, and the file is not what its header says."""

ROWS_BETWEEN_REPORTS = 2_000
READ_AT_ONCE = 1 << 20


def read_header(line: bytes) -> tuple[int, int] | None:
    """Words and dimension, or None when the line is no header of these formats."""
    parts = line.split()
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def looks_binary(head: bytes, dimension: int) -> bool:
    """Whether the entry behind a header is numbers as bytes rather than as text."""
    body = head.partition(b"\n")[2]
    fields = body.partition(b"\n")[0].split()[1 : dimension + 1]
    try:
        numbers = [float(part) for part in fields]
    except ValueError:
        return True
    return not numbers and b"\0" in body


def read_text(stream: IO[bytes], size: int, maximum_bytes: int, progress: Progress) -> ImportedModel:
    """Reads the text format.

    Args:
        stream: at its beginning.
        size: bytes in it.
        maximum_bytes: that the vectors may take.

    Raises:
        UnreadableModel: says in which line what is wrong.
    """
    words_claimed, dimension = _require_header(stream, maximum_bytes)
    shortest_line = 2 * dimension + 2
    if words_claimed * shortest_line > size:
        raise _too_few(words_claimed, dimension, size)
    vectors = np.empty((words_claimed, dimension), np.float32)
    words: list[str] = []
    longest_line = LONGEST_WORD + 64 * dimension
    number = 1
    while line := stream.readline(longest_line + 1):
        number += 1
        if len(line) > longest_line:
            raise UnreadableModel(f"Line {number:,} is longer than {longest_line:,} bytes, as no line of vectors is.")
        if not line.strip():
            continue
        if len(words) == words_claimed:
            raise _too_many(words_claimed, f"line {number:,}")
        word, vectors[len(words)] = _parse_line(line, number, dimension)
        words.append(word)
        if len(words) % ROWS_BETWEEN_REPORTS == 0:
            progress(len(words) / words_claimed)
    _require_all(len(words), words_claimed)
    return usable_model(ModelFacts(format="word2vec text", words=len(words), dimension=dimension), words, vectors)


def read_binary(stream: IO[bytes], size: int, maximum_bytes: int, progress: Progress) -> ImportedModel:
    """Reads the binary format; see read_text."""
    words_claimed, dimension = _require_header(stream, maximum_bytes)
    row_bytes = 4 * dimension
    if words_claimed * (row_bytes + 1) > size:
        raise _too_few(words_claimed, dimension, size)
    vectors = np.empty((words_claimed, dimension), np.float32)
    words: list[str] = []
    buffer, position = b"", 0
    for row in range(words_claimed):
        if len(buffer) - position < LONGEST_WORD + row_bytes + 2:
            buffer, position = buffer[position:] + stream.read(READ_AT_ONCE + row_bytes), 0
        end = buffer.find(b" ", position, position + LONGEST_WORD)
        if end < 0 or end + 1 + row_bytes > len(buffer):
            if len(buffer) - position >= LONGEST_WORD + row_bytes:
                raise UnreadableModel(f"Entry {row + 1:,} has a word of more than {LONGEST_WORD:,} bytes.")
            raise UnreadableModel(
                f"The file ends in entry {row + 1:,} of the {words_claimed:,} that its header announces: it was cut "
                "off, or the header is wrong.",
                "Fetch it again.",
                words=row,
            )
        words.append(_decode(buffer[position:end].lstrip(b"\n"), f"entry {row + 1:,}"))
        vectors[row] = np.frombuffer(buffer, "<f4", dimension, end + 1)
        position = end + 1 + row_bytes
        if row % ROWS_BETWEEN_REPORTS == 0:
            progress(row / words_claimed)
    rest = buffer[position:] + stream.read(READ_AT_ONCE)
    if rest.strip(b"\n"):
        raise _too_many(words_claimed, f"entry {words_claimed + 1:,}")
    return usable_model(ModelFacts(format="word2vec binary", words=len(words), dimension=dimension), words, vectors)


def _require_header(stream: IO[bytes], maximum_bytes: int) -> tuple[int, int]:
    header = read_header(stream.readline(LONGEST_HEADER))
    if header is None:
        raise UnreadableModel("The first line does not hold the number of words and the number of dimensions.", EXPORT)
    require_size(*header, maximum_bytes)
    return header


def _parse_line(line: bytes, number: int, dimension: int) -> tuple[str, npt.NDArray[np.float32]]:
    """Word and numbers of a line of the text format."""
    fields = line.rstrip(b" \r\n").split(b" ")
    if len(fields) != dimension + 1:
        raise UnreadableModel(
            f"Line {number:,} holds {len(fields) - 1:,} numbers; the header announces {dimension:,} dimensions.",
            "If words hold spaces, write them with underscores; if the file was cut off, fetch it again.",
            line=number,
        )
    word = _decode(fields[0], f"line {number:,}")
    try:
        return word, np.array(fields[1:]).astype(np.float32)
    except ValueError as error:
        raise UnreadableModel(f"Line {number:,} holds something that is not a number: {error}.", line=number) from error


def _decode(word: bytes, place: str) -> str:
    try:
        return word.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = word[:40].decode("utf-8", "backslashreplace")
        raise UnreadableModel(
            f"The word in {place} is not valid UTF-8: {shown!r}.",
            "Load it in gensim with `unicode_errors='replace'` or with its `encoding`, then save it again.",
            place=place,
        ) from error


def _require_all(words: int, claimed: int) -> None:
    if words < claimed:
        raise UnreadableModel(
            f"The header announces {claimed:,} words, and the file ends after {words:,}: it was cut off, or the header "
            "is wrong.",
            "Fetch it again, or correct the header.",
            words=words,
            claimed=claimed,
        )


def _too_few(words: int, dimension: int, size: int) -> UnreadableModel:
    return UnreadableModel(
        f"The header announces {words:,} words of {dimension:,} dimensions, more than {size:,} bytes can hold: the "
        "file was cut off, or the header is wrong.",
        "Fetch it again, or correct the header.",
        claimed=words,
    )


def _too_many(claimed: int, place: str) -> UnreadableModel:
    return UnreadableModel(
        f"The header announces {claimed:,} words, but more follow, from {place} on: the header or the format is wrong.",
        EXPORT,
        claimed=claimed,
    )
