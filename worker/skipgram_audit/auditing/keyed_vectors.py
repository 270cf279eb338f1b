"""Word vectors kept as gensim's KeyedVectors; report.vector_files reads them without gensim."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gensim.models import KeyedVectors

from skipgram_audit.report.vector_files import (
    vectors_file,
    words_file,
    write_word2vec_binary,
    write_word2vec_text,
)


def keyed_vectors(words: Sequence[str], vectors: npt.NDArray[np.floating]) -> KeyedVectors:
    """gensim's form of words and their vectors [words, dimension]."""
    keyed = KeyedVectors(vectors.shape[1])
    keyed.add_vectors(list(words), np.asarray(vectors, np.float32))
    return keyed


def keep_vectors(folder: Path, action: str, seed: int, words: Sequence[str], vectors: npt.NDArray[np.floating]) -> None:
    """Writes the KeyedVectors of an action and seed, and its words; see read_vectors."""
    path = vectors_file(folder, action, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    keyed_vectors(words, vectors).save(str(path), separately=["vectors"])
    words_file(path).write_text("".join(f"{word}\n" for word in words), encoding="utf-8")


def write_vectors(target: Path, words: Sequence[str], vectors: npt.NDArray[np.floating]) -> None:
    """Writes vectors: binary where the file's name ends in .bin, as gensim's KeyedVectors where it ends in .kv,
    otherwise word2vec's text format."""
    if target.suffix == ".kv":
        keyed_vectors(words, vectors).save(str(target))
        return
    write = write_word2vec_binary if target.suffix == ".bin" else write_word2vec_text
    write(target, words, np.asarray(vectors, np.float32))
