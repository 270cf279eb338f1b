"""The pass over token pairs: its sums are the expected loss' slope, of the corpus and of each sentence alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.published.expected_loss import ExpectedLoss
from skipgram_audit.attribution.published.pairs import spread_over_pairs
from skipgram_audit.computing.execution import LocalExecutor
from skipgram_audit.corpus import shards as sharding
from skipgram_audit.corpus.cooccurrence import cooccurrences
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from tests.library.samples import silent, small_settings, zipf_corpus

CORPUS, SETTINGS = zipf_corpus(), small_settings()
KEEP = keep_probabilities(CORPUS.counts, SETTINGS.subsample)
NOISE = noise_probabilities(CORPUS.counts, SETTINGS.noise_power)
PARAMETERS = np.random.default_rng(1).normal(size=(60, 8)) / 2
DIRECTIONS = np.random.default_rng(2).normal(size=(2, 60, 8))


def loss_of(corpus: EncodedCorpus) -> ExpectedLoss:
    counts = cooccurrences(corpus, KEEP, SETTINGS.window)
    return ExpectedLoss(counts, PARAMETERS[:30], PARAMETERS[30:], NOISE, SETTINGS.negatives, dtype=torch.float64)


def spread(workers: int) -> tuple[np.ndarray, np.ndarray]:
    noise_terms = loss_of(CORPUS).noise_terms(torch.tensor(DIRECTIONS)).numpy()
    return spread_over_pairs(
        CORPUS, KEEP, SETTINGS.window, PARAMETERS[:30], PARAMETERS[30:], DIRECTIONS, noise_terms,
        LocalExecutor(workers), silent,
    )  # fmt: skip


def test_every_sentence_gets_the_slope_of_its_own_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharding, "TOKENS_A_SHARD", 50)
    tokens, sentences = spread(workers=2)
    for number in range(CORPUS.sentence_count):
        place = slice(CORPUS.sentence_offsets[number], CORPUS.sentence_offsets[number + 1])
        alone = replace(
            CORPUS, tokens=CORPUS.tokens[place], sentence_offsets=np.array([0, place.stop - place.start]),
            document_sentences=np.array([0, 1]), sentence_keys=np.zeros(1, np.int64),
        )  # fmt: skip
        gradient = loss_of(alone).gradient().numpy()
        np.testing.assert_allclose(sentences[:, number], (DIRECTIONS * gradient).sum((1, 2)), rtol=1e-9)
        np.testing.assert_allclose(tokens[:, place].sum(1), sentences[:, number], rtol=1e-9)


def test_cores_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    full_corpus = spread(workers=1)
    monkeypatch.setattr(sharding, "TOKENS_A_SHARD", 50)
    for one, other in zip(full_corpus, spread(workers=2), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_cancelled_pass_stops() -> None:
    class Stopped(Exception):
        pass

    def stop(_fraction: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        spread_over_pairs(
            CORPUS, KEEP, 3, PARAMETERS[:30], PARAMETERS[30:], DIRECTIONS, np.zeros((2, 30)), LocalExecutor(2), stop
        )
