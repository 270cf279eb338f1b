"""What vectors are still good for: similarity judgements and analogies in English, and the neighbours that words keep.

    WordSim-353, SimLex-999   Spearman's rank correlation of cosines with people's judgements, over pairs in the
                              vocabulary; interval as of Bonett and Wright 2000
    Google analogies          3CosAdd: of "a is to b as c is to ?", the word w of largest cos(w, b) - cos(w, a) +
                              cos(w, c), a, b and c left out, is the expected one; over the questions whose four words
                              are among the RESTRICTED most frequent; interval of Wilson 1927

The lists ship with gensim. Their words are looked up as the corpus counts words. In another language they measure
nothing, and say so.

Sources: Finkelstein et al. 2002 (ACM TOIS 20); Hill, Reichart and Korhonen 2015 (Computational Linguistics 41);
Mikolov, Chen, Corrado and Dean 2013 (arXiv 1301.3781).
"""

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.mitigation.concept import unit
from skipgram_audit.model.mitigations import TestResult
from skipgram_audit.retraining.agreement import NORMAL_95, correlation, spearman, spearman_error

SIMILARITY_FILES = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
ANALOGY_FILE = "questions-words.txt"

FEWEST_PAIRS = 20
"""Below this a rank correlation's interval covers nearly everything."""

FEWEST_QUESTIONS = 50
RESTRICTED = 30_000
"""Words that answer analogies: the most frequent ones."""

QUESTIONS_AT_ONCE = 500


def utility(corpus: EncodedCorpus, vectors: npt.NDArray[Any], progress: Progress) -> dict[str, TestResult]:
    """Test -> its result on vectors [V, d] of a corpus' vocabulary."""
    names = [*SIMILARITY_FILES, "analogies"]
    if corpus.language.lower().replace("_", "-").split("-")[0] not in ("en", "eng"):
        reason = f"This test is in English, and the corpus is in the language {corpus.language!r}."
        return {name: TestResult(reason=reason) for name in names}
    rows = unit(vectors)
    found = {}
    for name in SIMILARITY_FILES:
        found[name] = similarity(corpus, rows, _similarity_pairs(name))
    found["analogies"] = analogies(corpus, rows, _questions(), progress)
    return found


def similarity(
    corpus: EncodedCorpus, rows: npt.NDArray[np.float64], pairs: tuple[tuple[str, str, float], ...]
) -> TestResult:
    """Spearman's correlation of cosines with judgements, with its 95% interval over pairs.

    Args:
        rows: of length one, [V, d].
    """
    index = corpus.index
    judged = [(index.get(corpus.form(one)), index.get(corpus.form(other)), value) for one, other, value in pairs]
    known = [(one, other, value) for one, other, value in judged if one is not None and other is not None]
    if len(known) < FEWEST_PAIRS:
        return TestResult(
            covered=len(known),
            total=len(pairs),
            reason=f"Too few pairs in the vocabulary: {len(known)} of {len(pairs)}; {FEWEST_PAIRS} are the fewest.",
        )
    first, second = (np.array([row[side] for row in known]) for side in (0, 1))
    cosines = np.einsum("nd,nd->n", rows[first], rows[second])
    measure = correlation(cosines, np.array([row[2] for row in known]), spearman, spearman_error)
    return TestResult(
        value=measure.value,
        low=measure.low,
        high=measure.high,
        covered=len(known),
        total=len(pairs),
        reason=measure.reason,
    )


def analogies(
    corpus: EncodedCorpus,
    rows: npt.NDArray[np.float64],
    questions: tuple[tuple[str, str, str, str], ...],
    progress: Progress,
) -> TestResult:
    """Share of right answers by 3CosAdd, with its 95% interval over questions.

    Args:
        rows: of length one, [V, d], the most frequent words first.
    """
    index, most = corpus.index, min(RESTRICTED, len(rows))
    asked = [[index.get(corpus.form(word), most) for word in question] for question in questions]
    known = np.array([ids for ids in asked if max(ids) < most], np.int64).reshape(-1, 4)
    if len(known) < FEWEST_QUESTIONS:
        return TestResult(
            covered=len(known),
            total=len(questions),
            reason=f"Too few questions in the vocabulary: {len(known)} of {len(questions)}; {FEWEST_QUESTIONS} are the "
            "fewest.",
        )
    candidates = rows[:most].astype(np.float32)
    right = 0
    for start in range(0, len(known), QUESTIONS_AT_ONCE):
        part = known[start : start + QUESTIONS_AT_ONCE]
        one, other, third, expected = part.T
        cosines = (candidates[other] - candidates[one] + candidates[third]) @ candidates.T
        cosines[np.arange(len(part))[:, None], part[:, :3]] = -np.inf
        right += int((cosines.argmax(axis=1) == expected).sum())
        progress((start + len(part)) / len(known))
    low, high = wilson_interval(right, len(known))
    return TestResult(value=right / len(known), low=low, high=high, covered=len(known), total=len(questions))


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927)."""
    z, share = NORMAL_95, successes / trials
    middle = share + z * z / (2 * trials)
    reach = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return (middle - reach) / (1 + z * z / trials), (middle + reach) / (1 + z * z / trials)


@cache
def _similarity_pairs(name: str) -> tuple[tuple[str, str, float], ...]:
    rows = (line.split("\t")[:3] for line in _lines(SIMILARITY_FILES[name]) if not line.startswith("#"))
    return tuple((one, other, float(value)) for one, other, value in rows)


@cache
def _questions() -> tuple[tuple[str, str, str, str], ...]:
    rows = (line.split() for line in _lines(ANALOGY_FILE) if not line.startswith(":"))
    return tuple((one, other, third, expected) for one, other, third, expected in rows)


def _lines(name: str) -> Iterator[str]:
    from gensim.test.utils import datapath

    text = Path(datapath(name)).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line.strip())
