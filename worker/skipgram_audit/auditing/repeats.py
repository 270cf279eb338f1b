"""Near-duplicates of the documents of an audit, found where the corpus does not know them, and what goes with them."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.texts import TextReader, read_texts
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.near_duplicates import ALONE, Sketches
from skipgram_audit.model.tokens import tokenize


def find_near_duplicates(texts: Path, language: str, progress: Progress) -> npt.NDArray[np.int32]:
    """The number of the first document of each one's group of near-duplicates, ALONE for those in none: int32
    [documents].

    Words are compared case-folded, as an import to a server does.

    Args:
        texts: of the audit, see texts.py.
        language: decides about case.
    """
    sketches, reader = Sketches(), TextReader(texts)
    for document in read_texts(texts):
        sketches.add(tokenize(document.text, casefold=True, language=language))
        progress(0.0)

    def words_of(number: int) -> list[str]:
        return tokenize(reader.text(number), casefold=True, language=language)

    return sketches.groups(words_of, progress).first


def repeated(first: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """The documents that go when one of each group of near-duplicates is kept, the first: bool [documents]."""
    goes: npt.NDArray[np.bool_] = (first != ALONE) & (first != np.arange(len(first)))
    return goes
