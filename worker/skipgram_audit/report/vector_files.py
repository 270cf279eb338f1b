"""Word vectors as files for other programs: word2vec's text and binary formats, piece by piece."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.errors import NotFound

VECTORS = "vectors"
"""The folder, in that of a comparison of mitigations, a rewriting or a check, which holds the vectors that actions
give."""

BEFORE, AFTER = "before", "after"
"""The actions of a rewriting or a check: the audited corpus, and the rewritten one or what is left, trained by the same
seed."""

BYTES_A_WORD = 30
"""Beside its vector, in English, about."""

WORDS_AT_ONCE = 10_000
"""Written together: 100 MB of text at the largest dimension."""


def word2vec_text(words: Sequence[str], vectors: npt.NDArray[np.float32]) -> Iterator[str]:
    """The text format, the words in their order; the shortest digits that read back the same.

    Args:
        vectors: [words, dimension].
    """
    import pyarrow as pa  # Not before it is needed: the web process only sends a file now and then.
    import pyarrow.compute as pc

    count, dimension = vectors.shape
    yield f"{count} {dimension}\n"
    for first in range(0, count, WORDS_AT_ONCE):
        rows = vectors[first : first + WORDS_AT_ONCE]
        numbers = pa.array(rows.ravel(), pa.float32()).cast(pa.string())
        offsets = pa.array(np.arange(0, rows.size + 1, dimension, dtype=np.int32))
        lines = pc.binary_join(pa.ListArray.from_arrays(offsets, numbers), " ").to_pylist()
        pairs = zip(words[first : first + WORDS_AT_ONCE], lines, strict=True)
        yield "".join(f"{word} {line}\n" for word, line in pairs)


def word2vec_binary(words: Sequence[str], vectors: npt.NDArray[np.float32]) -> Iterator[bytes]:
    """The binary format; see word2vec_text."""
    count, dimension = vectors.shape
    yield f"{count} {dimension}\n".encode()
    rows = np.ascontiguousarray(vectors, "<f4")
    for first in range(0, count, WORDS_AT_ONCE):
        part = range(first, min(first + WORDS_AT_ONCE, count))
        yield b"".join(words[row].encode() + b" " + rows[row].tobytes() + b"\n" for row in part)


def write_word2vec_text(path: Path, words: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
    """A file of the text format."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(word2vec_text(words, vectors))


def write_word2vec_binary(path: Path, words: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
    """A file of the binary format."""
    with path.open("wb") as file:
        file.writelines(word2vec_binary(words, vectors))


def vectors_file(folder: Path, action: str, seed: int) -> Path:
    """Where the KeyedVectors of an action and seed are kept."""
    return folder / VECTORS / f"{action}-seed-{seed}.kv"


def words_file(path: Path) -> Path:
    """The words of a file of KeyedVectors."""
    return path.with_suffix(".words.txt")


def array_file(path: Path) -> Path:
    """The array of a file of KeyedVectors."""
    return path.with_name(path.name + ".vectors.npy")


def are_kept(path: Path) -> bool:
    """Whether a file of KeyedVectors is there, whole: its words are written last."""
    return words_file(path).is_file() and array_file(path).is_file()


def kept_actions(folder: Path, seeds: Sequence[int]) -> list[tuple[str, int]]:
    """Of a rewriting or a check: before or after, and a seed, whose vectors are there."""
    return [
        (action, seed) for seed in seeds for action in (BEFORE, AFTER) if are_kept(vectors_file(folder, action, seed))
    ]


def kept_size(words: int, dimension: int, trainings: int) -> int:
    """About how many bytes the vectors of so many trainings take, with their words in gensim's file and in ours."""
    return trainings * words * (4 * dimension + BYTES_A_WORD)


def read_vectors(path: Path) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Words and vectors [words, dimension] of a file of KeyedVectors, without gensim.

    Raises:
        NotFound: they are not there.
    """
    if not are_kept(path):
        raise NotFound(f"There are no vectors {path.name!r}.", "Choose an action and a seed of the table.")
    words = words_file(path).read_text(encoding="utf-8").split("\n")[:-1]
    vectors: npt.NDArray[np.float32] = np.load(array_file(path), mmap_mode="r", allow_pickle=False)
    return words, vectors
