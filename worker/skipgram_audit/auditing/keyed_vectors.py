"""Word vectors kept as gensim's KeyedVectors; report.vector_files reads them without gensim."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gensim.models import KeyedVectors

from skipgram_audit.report.vector_files import (
    read_vectors,
    vectors_file,
    words_file,
    write_word2vec_binary,
    write_word2vec_text,
)


def keep_vectors(folder: Path, action: str, seed: int, words: Sequence[str], vectors: npt.NDArray[np.floating]) -> None:
    """Writes the KeyedVectors of an action and seed, and its words; see read_vectors."""
    path = vectors_file(folder, action, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    keyed = KeyedVectors(vectors.shape[1])
    keyed.add_vectors(list(words), np.asarray(vectors, np.float32))
    keyed.save(str(path), separately=["vectors"])
    words_file(path).write_text("".join(f"{word}\n" for word in words), encoding="utf-8")


def copy_vectors(source: Path, target: Path) -> None:
    """Writes kept vectors: binary where the target's name ends in .bin, as gensim's KeyedVectors where it ends in .kv,
    otherwise word2vec's text format."""
    if target.suffix == ".kv":
        KeyedVectors.load(str(source), mmap="r").save(str(target))
        return
    write = write_word2vec_binary if target.suffix == ".bin" else write_word2vec_text
    write(target, *read_vectors(source))
