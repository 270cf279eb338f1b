"""Shards make up the corpus, are cut between sentences, and their counts add up to those of the whole."""

import numpy as np
import pytest

from skipgram_audit.corpus import shards as sharding
from skipgram_audit.corpus.cooccurrence import PairCounter, count_shard
from skipgram_audit.corpus.shards import shard_bounds, shards
from skipgram_audit.training.distribution import keep_probabilities
from tests.library.samples import zipf_corpus


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharding, "TOKENS_A_SHARD", 150)


@pytest.mark.usefixtures("small_shards")
def test_shards_make_up_the_corpus() -> None:
    corpus = zipf_corpus(documents=60, seed=3)
    found = list(shards(corpus))
    assert len(found) == round(len(corpus.tokens) / 150) == len(shard_bounds(corpus)) > 3
    np.testing.assert_array_equal(np.concatenate([one.tokens for one in found]), corpus.tokens)
    lengths = np.concatenate([np.diff(one.sentence_offsets) for one in found])
    np.testing.assert_array_equal(lengths, np.diff(corpus.sentence_offsets))
    for one in found:
        np.testing.assert_array_equal(corpus.tokens[one.places], one.tokens)
        assert one.sentence_offsets[0] == 0
        assert corpus.sentence_offsets[one.sentences.start] == one.first_token


def test_a_large_corpus_has_larger_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharding, "TOKENS_A_SHARD", 1)
    monkeypatch.setattr(sharding, "MOST_SHARDS", 5)
    corpus = zipf_corpus(documents=60, seed=3)
    sizes = [len(one.tokens) for one in shards(corpus)]
    assert len(sizes) == 5
    assert max(sizes) - min(sizes) < 50


def test_an_empty_corpus_is_one_shard() -> None:
    corpus = zipf_corpus()
    empty = corpus.without(np.ones(corpus.document_count, np.bool_))
    assert [len(one.tokens) for one in shards(empty)] == [0]


def test_counts_of_shards_are_those_of_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharding, "TOKENS_A_SHARD", 150)
    corpus = zipf_corpus(documents=60, seed=3)
    keep = keep_probabilities(corpus.counts, 0.1)
    sharded = PairCounter(corpus, keep, 3, workers=2)
    full = sharded.full
    weighted = sharded.weighted(np.linspace(-1.0, 1.0, corpus.sentence_count))
    monkeypatch.setattr(sharding, "TOKENS_A_SHARD", 10**9)
    piece = PairCounter(corpus, keep, 3)
    (shard,) = shards(corpus)
    np.testing.assert_array_equal(piece.full.values, count_shard(shard, keep, 3, None).values)
    for one, other in ((full, piece.full), (weighted, piece.weighted(np.linspace(-1.0, 1.0, corpus.sentence_count)))):
        np.testing.assert_array_equal(one.offsets, other.offsets)
        np.testing.assert_array_equal(one.columns, other.columns)
        np.testing.assert_allclose(one.values, other.values, rtol=1e-12, atol=1e-12)
    table = np.random.default_rng(5).normal(size=(2, len(full.columns)))
    np.testing.assert_array_equal(sharded.spread(table), piece.spread(table))
