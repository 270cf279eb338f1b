"""Utility: correlations and analogies by hand, and what is said where there are too few words."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from skipgram_audit.mitigation.concept import unit
from skipgram_audit.mitigation.utility import analogies, similarity, utility, wilson_interval
from tests.library.mitigation.samples import vocabulary
from tests.library.samples import news_corpus, silent


def test_rank_correlation_is_one_where_cosines_follow_judgements() -> None:
    angles = np.linspace(0.0, 1.5, 25)
    words = ["base", *(f"w{number}" for number in range(25))]
    rows = unit(np.array([[1.0, 0.0], *([np.cos(angle), np.sin(angle)] for angle in angles)]))
    pairs = tuple(("Base", f"w{number}", 10.0 - number) for number in range(25))
    found = similarity(vocabulary(words), rows, pairs)
    assert found.value == pytest.approx(1.0)
    assert (found.covered, found.total) == (25, 25)
    swapped = (*pairs[:23], ("base", "w23", pairs[24][2]), ("base", "w24", pairs[23][2]))
    other = similarity(vocabulary(words), rows, swapped)
    assert other.value == pytest.approx(1 - 6 * 2 / (25 * (25**2 - 1)))
    assert other.low is not None
    assert other.value is not None
    assert other.high is not None
    assert other.low < other.value < other.high


def test_analogies_by_hand() -> None:
    """king - man + woman is queen; the words asked about are never the answer."""
    words = ["man", "woman", "king", "queen", "apple"]
    rows = unit(np.array([[1.0, 0, 0], [0, 1.0, 0], [1.0, 0, 1.0], [0, 1.0, 1.0], [-1.0, -1.0, 0.2]]))
    right, wrong = ("man", "king", "woman", "queen"), ("man", "king", "woman", "apple")
    found = analogies(
        vocabulary(words), rows, (right,) * 40 + (wrong,) * 10 + (("man", "king", "pear", "queen"),), silent
    )
    assert found.value == pytest.approx(0.8)
    assert (found.covered, found.total) == (50, 51)
    assert (found.low, found.high) == pytest.approx(wilson_interval(40, 50))


def test_wilsons_interval_is_that_of_its_textbook_example() -> None:
    """Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263 gives 0.2553 to 0.3662."""
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_too_few_words_and_other_languages_are_said() -> None:
    few = utility(vocabulary(["man", "woman"]), np.eye(2), silent)
    assert all(one.value is None for one in few.values())
    assert "1 of 353" in few["wordsim353"].reason
    german = utility(vocabulary(["mann", "frau"], language="de-AT"), np.eye(2), silent)
    assert "'de-AT'" in german["analogies"].reason


def test_real_words_are_judged_as_gensim_judges_them() -> None:
    """The same vectors in gensim's own evaluation, over the pairs in the vocabulary."""
    corpus = news_corpus()
    vectors = np.random.default_rng(1).normal(size=(len(corpus.words), 20)).astype(np.float32)
    keyed = KeyedVectors(20)
    keyed.add_vectors(list(corpus.words), vectors)
    found = utility(corpus, vectors, silent)["wordsim353"]
    _, theirs, missing = keyed.evaluate_word_pairs(datapath("wordsim353.tsv"), case_insensitive=True)
    assert found.value == pytest.approx(float(theirs[0]), abs=1e-6)
    assert found.covered == round(353 * (1 - missing / 100))
