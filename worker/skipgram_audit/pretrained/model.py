"""A model that was trained elsewhere: its words and vectors, and what its file says of its training."""

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.arrays import read_arrays, write_arrays
from skipgram_audit.corpus.encoding import offsets_of
from skipgram_audit.model.pretrained import ModelFacts
from skipgram_audit.pretrained.errors import UnreadableModel

MAXIMUM_WORDS = 10_000_000
MAXIMUM_DIMENSION = 1_000

REPEATED = "repeated words, of which the first is kept, as gensim does"
EMPTY_WORD = "words without a letter in them: the empty text"
NOT_TEXT = "words that are not valid Unicode text"
ZERO = "words whose vector is all zeros, which has no direction"


@dataclass(frozen=True)
class ImportedModel:
    """Words with their vectors.

    Attributes:
        words: in the file's order, each once.
        inputs: float32 [words, dimension], the vectors w that are audited.
        outputs: float32 [words, dimension], the output vectors c, or None.
        counts: int64 [words], or None.
    """

    facts: ModelFacts
    words: tuple[str, ...]
    inputs: npt.NDArray[np.float32]
    outputs: npt.NDArray[np.float32] | None
    counts: npt.NDArray[np.int64] | None

    def rows_by_form(self, form: Callable[[str], str]) -> dict[str, int]:
        """The row of each word, by the form under which a corpus counts it.

        A word that is written as its form comes first, then the first one. Words with capitals represent no form but
        their own: a model that distinguishes He from he has no vector for both together.
        """
        rows = {word: row for row, word in enumerate(self.words) if form(word) == word}
        for row, word in enumerate(self.words):
            if word == word.lower():
                rows.setdefault(form(word), row)
        return rows

    def save(self, path: Path) -> None:
        """Writes words and arrays, not the facts, to one .npz file, without pickle; it appears whole or not at all."""
        encoded = [word.encode() for word in self.words]
        arrays: dict[str, Any] = {
            "words": np.frombuffer(b"".join(encoded), np.uint8),
            "word_offsets": offsets_of(np.array([len(word) for word in encoded], np.int64)),
            "inputs": self.inputs,
        }
        if self.outputs is not None:
            arrays["outputs"] = self.outputs
        if self.counts is not None:
            arrays["counts"] = self.counts
        write_arrays(path, arrays)

    @classmethod
    def load(cls, path: Path, facts: ModelFacts) -> "ImportedModel":
        """Reads what save wrote."""
        arrays = read_arrays(path)
        text, offsets = arrays["words"].tobytes(), arrays["word_offsets"].tolist()
        words = tuple(text[start:end].decode() for start, end in itertools.pairwise(offsets))
        return cls(facts, words, arrays["inputs"], arrays.get("outputs"), arrays.get("counts"))


def require_size(words: int, dimension: int, maximum_bytes: int) -> None:
    """Refuses what a file claims to hold before memory is taken for it.

    Raises:
        UnreadableModel: no words, no dimensions, or more than is read.
    """
    if words < 1 or dimension < 1:
        raise UnreadableModel(f"The file says that it holds {words:,} words of {dimension:,} dimensions.")
    if words > MAXIMUM_WORDS or dimension > MAXIMUM_DIMENSION:
        raise UnreadableModel(
            f"The file says that it holds {words:,} words of {dimension:,} dimensions; up to {MAXIMUM_WORDS:,} words "
            f"and {MAXIMUM_DIMENSION:,} dimensions are read.",
            "Save its most frequent words only.",
        )
    if words * dimension * 4 > maximum_bytes:
        raise UnreadableModel(
            f"{words:,} vectors of {dimension:,} dimensions take {words * dimension * 4:,} bytes; at most "
            f"{maximum_bytes:,} are read.",
            "Save its most frequent words only.",
        )


def usable_model(
    facts: ModelFacts,
    words: Sequence[str],
    inputs: npt.NDArray[np.float32],
    outputs: npt.NDArray[np.float32] | None = None,
    counts: npt.NDArray[np.int64] | None = None,
) -> ImportedModel:
    """The model of a file's entries; entries that cannot be used are left out and counted in its facts.

    Raises:
        UnreadableModel: a number is not finite, or no word is left.
    """
    for name, vectors in (("vector", inputs), ("output vector", outputs)):
        if vectors is not None:
            _require_finite(name, words, vectors)
    kept, left_out, examples = _usable_rows(words, inputs)
    if not kept:
        raise UnreadableModel("The file holds no usable word.")
    names = tuple(words[row] for row in kept)
    complete = facts.model_copy(
        update={
            "words": len(kept),
            "dimension": inputs.shape[1],
            "outputs": outputs is not None,
            "counts": counts is not None,
            "cased_words": sum(name != name.lower() for name in names),
            "left_out": dict(left_out),
            "examples": examples,
        }
    )
    if len(kept) == len(words):
        return ImportedModel(complete, names, inputs, outputs, counts)
    return ImportedModel(
        complete,
        names,
        inputs[kept],
        None if outputs is None else outputs[kept],
        None if counts is None else counts[kept],
    )


EXAMPLES_SHOWN = 20


def _usable_rows(
    words: Sequence[str], inputs: npt.NDArray[np.float32]
) -> tuple[list[int], Counter[str], dict[str, list[str]]]:
    directed: list[bool] = np.asarray(inputs.any(axis=1)).tolist()
    seen: set[str] = set()
    kept: list[int] = []
    left_out: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for row, word in enumerate(words):
        reason = _reason(word, seen, directed[row])
        if reason is None:
            seen.add(word)
            kept.append(row)
            continue
        left_out[reason] += 1
        if len(listed := examples.setdefault(reason, [])) < EXAMPLES_SHOWN:
            listed.append(word.encode("utf-8", "backslashreplace").decode()[:100])
    return kept, left_out, examples


def _reason(word: str, seen: set[str], directed: bool) -> str | None:
    """Why an entry cannot be used, or None."""
    if not word:
        return EMPTY_WORD
    if word in seen:
        return REPEATED
    if not directed:
        return ZERO
    try:
        word.encode()
    except UnicodeEncodeError:
        return NOT_TEXT
    return None


def _require_finite(name: str, words: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
    finite: npt.NDArray[np.bool_] = np.asarray(np.isfinite(vectors).all(axis=1))
    if not finite.all():
        row, others = int(np.argmin(finite)), int((~finite).sum()) - 1
        more = f", as do those of {others:,} other words" if others else ""
        raise UnreadableModel(
            f"The {name} of {words[row]!r}, word {row + 1:,} of the file, holds a number that is not finite"
            f"{more}: the training went astray, or the file is damaged.",
            "Train it again with a smaller step size, or fetch the file again.",
            word=words[row][:100],
        )
