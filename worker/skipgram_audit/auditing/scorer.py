"""Scores of probes on word vectors alone: no corpus, no training, no influence."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.frames import frame
from skipgram_audit.auditing.measurable import of_pretrained
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.tokens import word_form
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.word_lists import missing_words

EXACT_PERMUTATIONS = 200_000
COLUMNS = (
    "probe", "kind", "score_name", "measured", "reason", "score", "mean_difference", "p_value", "p_value_two_sided",
    "p_method", "missing_words",
)  # fmt: skip


def score_vectors(vectors: Any, probes: Sequence[ProbeDefinition], casefold: bool) -> Any:
    """A row a probe: its score, p-value, and the words that have no vector; see skipgram_audit.score."""
    words, matrix = _words_and_vectors(vectors)
    vocabulary, rows = _vocabulary(words, casefold)
    scored = [_row(of_pretrained(probe), vocabulary, matrix[rows]) for probe in probes]
    return frame({name: [row[name] for row in scored] for name in COLUMNS})


def _row(probe: ProbeDefinition, vocabulary: EncodedCorpus, vectors: npt.NDArray[np.floating]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "probe": probe.name,
        "kind": probe.kind,
        "score_name": KINDS[probe.kind].score,
        "measured": False,
        "reason": "",
        "p_method": "",
        "missing_words": [word for words in missing_words(probe, vocabulary).values() for word in words],
    }
    score = resolve(probe, vocabulary)
    if isinstance(score, Unmeasurable):
        return row | {"reason": score.reason}
    found = score.measure(vectors[score.words], EXACT_PERMUTATIONS)
    if not np.isfinite(found.score):
        return row | {"reason": score.no_value}
    return row | {
        "measured": True,
        "score": found.score,
        "mean_difference": found.mean_difference,
        "p_value": found.test.p_value if found.test else None,
        "p_value_two_sided": found.test.p_value_two_sided if found.test else None,
        "p_method": found.test.method if found.test else "",
    }


def _words_and_vectors(vectors: Any) -> tuple[list[str], npt.NDArray[np.floating]]:
    if hasattr(vectors, "index_to_key") and hasattr(vectors, "vectors"):  # gensim's KeyedVectors
        words, matrix = list(vectors.index_to_key), np.asarray(vectors.vectors)
    elif isinstance(vectors, Mapping):
        words = [str(word) for word in vectors]
        lengths = {len(row) for row in vectors.values()}
        if len(lengths) > 1:
            raise InvalidInput(f"The vectors have different lengths: {sorted(lengths)[:5]}.", "Give one length to all.")
        matrix = np.array(list(vectors.values()))
    else:
        try:
            words, matrix = list(map(str, vectors[0])), np.asarray(vectors[1])
        except (TypeError, IndexError, KeyError) as error:
            raise InvalidInput(
                f"A {type(vectors).__name__} cannot be read as word vectors.",
                "Give gensim's KeyedVectors, a mapping from words to vectors, or a pair (words, array).",
            ) from error
    if matrix.ndim != 2 or len(matrix) != len(words) or not np.issubdtype(matrix.dtype, np.number):
        raise InvalidInput(
            f"{len(words)} words do not fit an array of shape {matrix.shape} and type {matrix.dtype}.",
            "Give an array of numbers with one row for each word.",
        )
    if not np.isfinite(matrix).all():
        raise InvalidInput("Some vectors hold numbers that are not finite.", "Remove these words, or mend them.")
    return words, matrix


def _vocabulary(words: Sequence[str], casefold: bool) -> tuple[EncodedCorpus, npt.NDArray[np.int64]]:
    """The words as a corpus without texts counts them, and the row of each one's vector."""
    rows: dict[str, int] = {}
    for row, word in enumerate(words):
        rows.setdefault(word_form(word, casefold), row)
    nothing = np.zeros(1, np.int64)
    vocabulary = EncodedCorpus(
        words=tuple(rows),
        counts=np.ones(len(rows), np.int64),
        tokens=np.zeros(0, np.int32),
        sentence_offsets=nothing,
        document_sentences=nothing,
        sentence_keys=np.zeros(0, np.int64),
        casefold=casefold,
        dropped_tokens=0,
    )
    return vocabulary, np.array(list(rows.values()), np.int64)
