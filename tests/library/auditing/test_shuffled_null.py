"""The shuffled null: what is shuffled, what stays, and that it takes away what is said."""

from pathlib import Path

import numpy as np
import pytest

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.auditing.shuffled_null import seed_of, shuffled
from tests.library.samples import news_corpus, news_documents, news_probe, silent, small_settings, zipf_corpus


def test_counts_and_lengths_stay_and_places_change() -> None:
    corpus = news_corpus()
    null = shuffled(corpus, 1)
    np.testing.assert_array_equal(np.bincount(null.tokens, minlength=len(corpus.words)), corpus.counts)
    np.testing.assert_array_equal(null.sentence_offsets, corpus.sentence_offsets)
    np.testing.assert_array_equal(null.document_sentences, corpus.document_sentences)
    assert null.words == corpus.words
    # The most frequent word stands where it stood about as often as chance has it.
    most = np.bincount(corpus.tokens).argmax()
    share = corpus.counts[most] / len(corpus.tokens)
    assert (null.tokens[corpus.tokens == most] == most).mean() == pytest.approx(share, abs=0.02)


def test_a_number_gives_one_shuffle_and_another_number_another() -> None:
    corpus = zipf_corpus()
    np.testing.assert_array_equal(shuffled(corpus, 3).tokens, shuffled(corpus, 3).tokens)
    assert (shuffled(corpus, 3).tokens != shuffled(corpus, 4).tokens).any()
    assert [seed_of(small_settings(seeds=(5, 9)), number) for number in (1, 2, 3)] == [5, 9, 5]


def test_shuffles_are_artifacts_of_their_own_and_trained_once(tmp_path: Path) -> None:
    settings = small_settings(minimum_count=5, epochs=1, subsample=1e-3)

    def pipeline(shuffles: int) -> AuditPipeline:
        return AuditPipeline(tmp_path, settings.model_copy(update={"null_shuffles": shuffles}), [news_probe()], "cpu")

    documents = news_documents()
    first = pipeline(1)
    first.encode(documents, len(documents), silent)
    first.train(silent)  # as in an audit: whether a probe has a score at all is known from the trained vectors
    first.null(silent)
    written = (tmp_path / "null-1.npz").stat().st_mtime_ns
    more = pipeline(3)
    more.null(silent)
    assert (tmp_path / "null-1.npz").stat().st_mtime_ns == written
    assert more.null_scores.shape == (3, 1)
    assert more.null_scores[0] == first.null_scores[0]
    assert len(np.unique(more.null_scores)) == 3
    assert np.abs(more.null_scores).max() <= 2
    more.influence(silent)
    result = more.results()[0].outcome
    assert result.null_scores == more.null_scores[:, 0].tolist()
    assert len(result.left_out) == len(result.associations)
