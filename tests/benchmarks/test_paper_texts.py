"""What the paper's experiments on texts choose, remove, copy and measure, by hand."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.training.trajectory import Trajectory
from tests.benchmarks.paper.amplification import with_copies
from tests.benchmarks.paper.audits import Findings, interval, share
from tests.benchmarks.paper.halves import PROBES, halves
from tests.benchmarks.paper.membership import matched_within, nearest_label, purity, without_sentences
from tests.benchmarks.paper.mitigation import best_setting
from tests.benchmarks.paper.novels import FEWEST, NAMES, UNIVERSE_OF, UNIVERSES, count_names, judged_names
from tests.benchmarks.paper.stepping import PASSES, SETTINGS, passed_over
from tests.library.samples import small_settings, zipf_corpus


def test_halves_share_no_word_and_leave_none_out() -> None:
    for probe in PROBES:
        one, other = halves(probe, 1)
        for role in ("targets", "attributes"):
            for title, words in getattr(probe, role).items():
                first, second = getattr(one, role)[title], getattr(other, role)[title]
                assert (len(first), len(second)) == (len(words) // 2, len(words) - len(words) // 2)
                assert sorted([*first, *second]) == sorted(words)
        assert halves(probe, 1) == (one, other)
        assert halves(probe, 2)[0].targets != one.targets


def test_the_best_setting_is_that_of_the_smallest_score_of_either_sign() -> None:
    scores = {"far": {"a": 0.9, "b": 0.0}, "near": {"a": -0.1, "b": 0.8}, "middle": {"a": 0.2, "b": 0.1}}
    assert best_setting(scores, "a") == "near"
    assert best_setting(scores, "b") == "far"
    assert len(set(map(str, SETTINGS))) == 48


def test_purity_and_nearest_label_by_hand() -> None:
    vectors = np.array([[1, 0], [2, 0.2], [0.1, 1], [0, 3], [0.9, 0.1]])
    labels = np.array([0, 0, 1, 1, 1])
    # Clusters {0, 1, 4} and {2, 3}: two of three, and two of two.
    assert purity(vectors, labels) == pytest.approx(4 / 5)
    # The last vector lies near those of label 0. Of its own label it has cosines near 0.2 and 0.1.
    assert nearest_label(vectors, labels).tolist() == [0, 0, 1, 1, 0]
    # A vector is no neighbour of itself: the only one of its label is nearer to any other.
    assert nearest_label(vectors[:3], np.array([0, 1, 2])).tolist()[:2] == [1, 0]


def test_sentences_go_and_documents_stay() -> None:
    corpus = zipf_corpus(words=10, documents=4, sentences=3)
    removed = np.zeros(12, np.bool_)
    removed[[0, 4, 5]] = True
    left = without_sentences(corpus, removed, minimum_count=1)
    assert np.diff(left.document_sentences).tolist() == [2, 1, 3, 3]
    assert left.sentence_keys.tolist() == [1, 2, 3, 6, 7, 8, 9, 10, 11]
    assert np.diff(left.sentence_offsets).tolist() == np.diff(corpus.sentence_offsets)[~removed].tolist()
    assert left.counts.sum() == len(left.tokens)


def test_random_sentences_come_from_the_groups_of_the_chosen_ones() -> None:
    groups = np.repeat([0, 1, -1], 20)
    lengths = np.tile(np.arange(5, 25), 3)
    chosen = np.array([2, 3, 30])
    drawn = matched_within(groups, chosen, lengths, number=1)
    assert groups[drawn].tolist() == [0, 0, 1]
    assert not set(drawn) & set(chosen)


def test_copies_count_as_often_as_their_weight() -> None:
    corpus = zipf_corpus(words=10, documents=5, sentences=2)
    chosen = np.array([1, 3])
    inside = np.concatenate([corpus.tokens[corpus.document_tokens(one)] for one in chosen])
    own = dict(zip(corpus.words, np.bincount(inside, minlength=10).tolist(), strict=True))
    before = dict(zip(corpus.words, corpus.counts.tolist(), strict=True))
    for weight, documents in ((0, 3), (2, 7), (3, 9)):
        found = with_copies(corpus, chosen, weight, minimum_count=1)
        after = dict(zip(found.words, found.counts.tolist(), strict=True))
        assert {word: before[word] + (weight - 1) * own[word] for word in corpus.words} == {
            word: after.get(word, 0) for word in corpus.words
        }
        assert found.document_count == documents
        assert len(set(found.sentence_keys.tolist())) == found.sentence_count


def test_a_name_stands_for_one_character() -> None:
    rows = [
        {"text": f"{name.title()} came. " * (FEWEST + len(name)), "universe": universe}
        for name, universe in UNIVERSE_OF.items()
    ]
    counts = count_names(rows)
    assert counts["davy"] == FEWEST + 4
    assert judged_names(counts)[0] == "davy"
    assert len(judged_names(counts)) == len(UNIVERSES)
    for text, universe in (("Davy came. " * 9, "Mars"), ("a davy lamp. " * 9, "Avonlea")):
        with pytest.raises(ValueError, match="davy"):
            count_names([*rows, {"text": text, "universe": universe}])
    with pytest.raises(ValueError, match=NAMES[0]):
        count_names(rows[1:])


def _products(corpus: EncodedCorpus, inputs: np.ndarray, outputs: np.ndarray) -> float:
    """Mean w . c of the words that stand beside each other in the first sentence."""
    words = corpus.tokens[: corpus.sentence_offsets[1]]
    return float(np.mean([inputs[one] @ outputs[other] for one, other in pairwise(words)]))


def test_steps_down_the_loss_fit_a_sentence_and_steps_up_undo_it() -> None:
    corpus = zipf_corpus()
    settings = small_settings(subsample=0.0)
    generator = np.random.default_rng(0)
    inputs, outputs = (0.1 * generator.standard_normal((2, len(corpus.words), 8))).astype(np.float32)
    empty = np.zeros(0)
    trained = Trajectory(1, inputs, outputs, np.zeros((0, 30, 8), np.float32), empty, empty, 0)
    before = _products(corpus, inputs, outputs)
    after = {}
    for sign in (-1, 0, 1):
        found = dict(passed_over(corpus, settings, trained, np.array([0]), np.array([sign])))
        assert sign < 0 or sorted(found) == sorted(PASSES)
        after[sign] = found[1]
    np.testing.assert_array_equal(after[0], inputs)
    assert _products(corpus, after[1], outputs) > before > _products(corpus, after[-1], outputs)


def test_findings_are_computed_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "found.jsonl"
    asked: list[int] = []

    def compute() -> list[float]:
        asked.append(1)
        return [0.5, 1.5]

    assert Findings(path).of("piece", compute) == [0.5, 1.5]
    assert Findings(path).of("piece", compute) == [0.5, 1.5]
    assert len(asked) == 1


def test_intervals_are_by_students_t() -> None:
    # Mean 2.5, standard error 0.6455, t of three degrees of freedom 3.1824.
    assert interval([1, 2, 3, 4]) == "+2.50 [+0.45, +4.55]"
    assert interval([1, 2, 3, 4], digits=1, signed=False) == "2.5 [0.4, 4.6]"
    assert interval([0, 0, 0, 1], signed=False) == "0.25 [0.00, 1.05]"
    assert share([0.7, 0.8, 0.9, 1.0]) == "85% [64%, 100%]"
