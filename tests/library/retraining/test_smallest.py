"""Smallest sets: targets, which documents may go, and other orders of documents."""

import numpy as np
import pytest

from skipgram_audit.corpus.encoding import EncodedCorpus, offsets_of
from skipgram_audit.model.calibration import ProbeCalibration
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.probes.weat import Weat
from skipgram_audit.retraining.smallest import (
    OtherScoresLimit,
    TextLimit,
    allowed,
    lexical_counts,
    lexical_order,
    random_order,
    standard_errors,
    target_score,
    told_changes,
)
from tests.library.samples import small_probe

NONE = np.zeros(0)


def test_targets_lie_between_the_score_and_neutral() -> None:
    nulls = np.array([-0.6, 0.2])
    assert target_score("zero", 1.2, 0.0, nulls, 0.3) == 0.0
    assert target_score("half", 1.2, 0.0, nulls, 0.3) == pytest.approx(0.6)
    assert target_score("half", 0.9, 0.5, nulls, 0.3) == pytest.approx(0.7)
    assert target_score("null", 1.2, 0.0, nulls, 0.3) == pytest.approx(0.6)
    assert target_score("null", -1.2, 0.0, nulls, 0.3) == pytest.approx(-0.6)
    assert target_score("null", 1.2, 0.0, NONE, 0.3) == pytest.approx(1.96 * 0.3, abs=1e-4)


@pytest.mark.parametrize(("nulls", "error"), [(np.array([1.5]), 0.3), (NONE, 0.9), (NONE, None)])
def test_a_target_that_is_reached_already_or_unknown_is_refused(nulls: np.ndarray, error: float | None) -> None:
    with pytest.raises(UnusablePlan):
        target_score("null", 1.2, 0.0, nulls, error)


def corpus_of(documents: list[list[str]]) -> EncodedCorpus:
    """One sentence a document."""
    words = sorted({word for document in documents for word in document})
    index = {word: number for number, word in enumerate(words)}
    tokens = np.array([index[word] for document in documents for word in document], np.int32)
    lengths = np.array([len(document) for document in documents], np.int64)
    count = len(documents)
    return EncodedCorpus(
        words=tuple(words),
        counts=np.bincount(tokens, minlength=len(words)).astype(np.int64),
        tokens=tokens,
        sentence_offsets=offsets_of(lengths),
        document_sentences=np.arange(count + 1),
        sentence_keys=np.arange(count),
        casefold=True,
        dropped_tokens=0,
    )


def weat_of(corpus: EncodedCorpus) -> Weat:
    return Weat(small_probe().with_minima(small_probe().minima.__class__(1, 1, 0)), corpus)


PROBE = small_probe()
LISTS = [words for sets in (PROBE.targets, PROBE.attributes) for words in sets.values()]
X, Y, A, B = (words[0] for words in LISTS)


def test_what_may_go_keeps_a_probes_words_the_share_and_the_documents_named() -> None:
    filler = ["other"] * 3
    corpus = corpus_of([[X, *filler], [X, A, *filler], [Y, B, *filler], filler, filler * 4])
    score = weat_of(corpus)
    order = np.arange(5)
    # The first may go; then the second holds the last X and the third the last Y.
    assert allowed(order, [TextLimit(corpus, [score], [], 1.0)]).tolist() == [0, 3, 4]
    assert allowed(order, [TextLimit(corpus, [score], [0], 1.0)]).tolist() == [3, 4]
    most = 7 / len(corpus.tokens)
    assert allowed(order, [TextLimit(corpus, [score], [], most + 1e-9)]).tolist() == [0, 3]


def test_the_lexical_order_counts_sentences_for_and_against() -> None:
    corpus = corpus_of([[X, A], [X, B], [Y, B, B], [X, A, A, X], ["other", "words"]])
    score = weat_of(corpus)
    assert lexical_order(corpus, score, 2, 1).tolist() == [3, 2, 0]
    assert lexical_order(corpus, score, 2, -1).tolist() == [1]
    assert lexical_counts(corpus, score, 2).tolist() == [1, -1, 2, 4, 0]


def test_documents_that_would_move_another_probe_too_far_are_passed_over() -> None:
    others = np.array([[0.5, 0.4, -0.5, 0.2]])
    lengths = np.full(4, 10)
    found = allowed(np.arange(4), [OtherScoresLimit(others, np.array([0.6]), lengths, [None])])
    # After the first the sum is -0.5: the second would bring it to -0.9; the third back to 0; the fourth to -0.2.
    assert found.tolist() == [0, 2, 3]
    # On a calibration, which says that many do half and any quarter of the text adds 0.1: -0.15, -0.25, 0.1, 0.1.
    bent = ProbeCalibration(probe="other", base=0.0, slope=0.5, drift=0.4)
    assert allowed(np.arange(4), [OtherScoresLimit(others, np.array([0.26]), lengths, [bent])]).tolist() == [0, 1, 2, 3]
    assert allowed(np.arange(4), [OtherScoresLimit(others, np.array([0.22]), lengths, [bent])]).tolist() == [0, 2, 3]


def test_documents_that_stay_make_up_for_none_that_go() -> None:
    """The second would bring the sum of the first from -0.5 to -0.9; the third, which would bring it back, stays."""
    corpus = corpus_of([[X, "other"], [X, "other"], [X, "other"], [X, Y, A, B, "other"]])
    others = OtherScoresLimit(np.array([[0.5, 0.4, -0.5, 0.0]]), np.array([0.6]), np.full(4, 10), [None])
    text = TextLimit(corpus, [weat_of(corpus)], [2], 1.0)
    assert allowed(np.array([0, 2, 1, 3]), [others, text]).tolist() == [0]


def test_what_an_order_is_told_to_change_follows_the_calibration() -> None:
    influence, lengths = np.array([0.5, 0.4, -0.2]), np.array([10, 20, 10])
    assert told_changes(influence, lengths, 100, None).tolist() == pytest.approx([-0.5, -0.9, -0.7])
    # Half of each sum, and 0.4 times the share that has gone: 0.1, 0.3, 0.4.
    bent = ProbeCalibration(probe="news", base=0.0, slope=0.5, drift=0.4)
    assert told_changes(influence, lengths, 100, bent).tolist() == pytest.approx([-0.21, -0.33, -0.19])


def test_standard_errors_are_roots_of_summed_squares_less_the_seeds_noise() -> None:
    influences = np.array([[[3.0, 0.0], [1.0, 0.0]]])
    assert standard_errors(influences)[0] == pytest.approx(np.sqrt(4.0 - 2.0 / 2))
    assert standard_errors(influences[:, :1])[0] == pytest.approx(3.0)


def test_a_random_order_follows_from_its_seed_and_holds_all() -> None:
    assert sorted(random_order(9, 4).tolist()) == list(range(9))
    assert random_order(9, 4).tolist() == random_order(9, 4).tolist() != random_order(9, 5).tolist()


def test_targets_and_orders_are_of_the_plan_turning_alone() -> None:
    for given in ({"target": "half"}, {"ranking": "random"}, {"kept": [1]}, {"most_share": 0.1}):
        assert CheckPlan(plan="turning", **given).plan == "turning"
        with pytest.raises(ValueError, match="turning"):
            CheckPlan(plan="halves", **given)
    with pytest.raises(ValueError, match="several rankings"):
        CheckPlan(plan="turning", ranking="random", rankings=2)
