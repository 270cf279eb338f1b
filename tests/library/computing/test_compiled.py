"""What compiled loops are given: checked at one place, and never beyond an array's end."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipgram_audit.computing.bounds import require_length, require_offsets, require_places
from skipgram_audit.model.engine_errors import DamagedArrays, UnusableCorpus
from skipgram_audit.training.randomness import alias_table
from tests.library.samples import zipf_corpus

CORPUS = zipf_corpus()


def test_no_loop_reads_or_writes_beyond_an_array(tmp_path: Path) -> None:
    """In a process of its own, since the checks are compiled in; quickly compiled, since its loops run for a moment."""
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "0", "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "tests.library.bounds_checked", "40"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "40 shapes"


@given(st.lists(st.integers(-3, 6)), st.integers(0, 5))
def test_places_are_inside_or_refused(places: list[int], size: int) -> None:
    values = np.array(places, np.int64)
    if all(0 <= place < size for place in places):
        require_places("Places", values, size)
    else:
        with pytest.raises(DamagedArrays, match="point to places"):
            require_places("Places", values, size)


@given(st.lists(st.integers(-2, 6)), st.integers(0, 5))
def test_offsets_divide_all_places_or_are_refused(offsets: list[int], size: int) -> None:
    values = np.array(offsets, np.int64)
    if offsets and offsets == sorted(offsets) and (offsets[0], offsets[-1]) == (0, size):
        require_offsets("Offsets", values, size)
    else:
        with pytest.raises(DamagedArrays, match="do not divide"):
            require_offsets("Offsets", values, size)


@pytest.mark.parametrize(
    "changes",
    [
        {"tokens": CORPUS.tokens + np.int32(1)},
        {"tokens": CORPUS.tokens - np.int32(1)},
        {"tokens": CORPUS.tokens[:-1]},
        {"sentence_offsets": CORPUS.sentence_offsets[::-1].copy()},
        {"sentence_offsets": CORPUS.sentence_offsets[:0]},
        {"document_sentences": CORPUS.document_sentences + 1},
        {"counts": CORPUS.counts[:-1]},
        {"sentence_keys": CORPUS.sentence_keys[:-1]},
    ],
)
def test_a_corpus_whose_parts_do_not_fit_is_refused(changes: dict[str, np.ndarray]) -> None:
    with pytest.raises(DamagedArrays):
        replace(CORPUS, **changes)  # type: ignore[arg-type]


def test_lengths_are_compared() -> None:
    require_length("Counts", np.zeros(2), 2)
    with pytest.raises(DamagedArrays, match="Counts are 2, not 3"):
        require_length("Counts", np.zeros(2), 3)


@pytest.mark.parametrize("probabilities", [[], [0.0, 0.0], [0.5], [1.5, -0.5], [np.nan, 1.0], [np.inf, 0.0]])
def test_a_table_of_nothing_is_refused(probabilities: list[float]) -> None:
    """A draw from it would read beyond its end: the segmentation fault of corpora without pairs."""
    with pytest.raises(UnusableCorpus, match="nothing to draw"):
        alias_table(np.array(probabilities))
