"""The mean-field estimator: sums, and its prediction of small removals against its influences."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from skipgram_audit.attribution import memory
from skipgram_audit.attribution.cache import FolderCache
from skipgram_audit.attribution.mean_field import gradient_sums, noise_sums, seeds
from skipgram_audit.attribution.mean_field.estimator import MeanFieldEstimator, mean_field_training
from skipgram_audit.attribution.mean_field.expected_training import MeanField
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.corpus.cooccurrence import PairCounter
from skipgram_audit.model.engine_errors import NotEnoughMemory
from skipgram_audit.probes.weat import Weat
from skipgram_audit.training.distribution import keep_probabilities
from skipgram_audit.training.sgd import train
from tests.library.attribution.problems import not_asked
from tests.library.samples import silent, small_probe, small_settings, zipf_corpus


@pytest.fixture(scope="module")
def problem() -> InfluenceProblem:
    corpus, settings = zipf_corpus(), small_settings()
    trajectories = [train(corpus, settings, seed, silent) for seed in settings.seeds]
    return InfluenceProblem(corpus, settings, trajectories, [Weat(small_probe(), corpus)], "cpu", 2)


def test_sentences_are_the_sums_of_their_tokens_and_runs_repeat(problem: InfluenceProblem) -> None:
    found, again = (MeanFieldEstimator().influences(problem, silent) for _ in range(2))
    by_sentence = np.add.reduceat(found.tokens[0].astype(np.float64), problem.corpus.sentence_offsets[:-1])
    mean = found.sentences[0].mean(axis=0)
    np.testing.assert_allclose(by_sentence, mean, atol=1e-6 * np.abs(mean).max())
    np.testing.assert_array_equal(found.sentences, again.sentences)
    np.testing.assert_array_equal(found.tokens, again.tokens)


def test_influence_is_the_slope_in_a_documents_weight(problem: InfluenceProblem) -> None:
    """By a central difference of 5% in single precision: see test_mean_field of the training for the exact check."""
    corpus, settings, score = problem.corpus, problem.settings, problem.scores[0]
    found = MeanFieldEstimator().influences(problem, silent)
    counter = PairCounter(corpus, keep_probabilities(corpus.counts, settings.subsample), settings.window)
    trained = mean_field_training(problem, counter.full, settings.seeds[0], silent)
    for document in (0, 3):
        first, last = corpus.document_sentences[document : document + 2]

        def value(weight: float, first: int = first, last: int = last) -> float:
            weights = np.ones(corpus.sentence_count)
            weights[first:last] = weight
            return float(score(trained.run(counter.weighted(weights), silent)[score.words].double()))

        slope = (value(1.05) - value(0.95)) / 0.1
        assert found.sentences[0, 0, first:last].sum() == pytest.approx(slope, rel=0.03, abs=2e-3)


def test_nothing_removed_changes_nothing(problem: InfluenceProblem) -> None:
    estimator = MeanFieldEstimator()
    none = np.zeros(problem.corpus.document_count, np.bool_)
    changes = estimator.predict(problem, not_asked, [none], silent)
    np.testing.assert_array_equal(changes, 0.0)


def test_seeds_side_by_side_give_what_they_give_one_by_one(
    problem: InfluenceProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    estimator, removed = MeanFieldEstimator(), np.arange(problem.corpus.document_count) % 3 == 0
    assert seeds.places_for(1, problem.workers) == len(problem.trajectories) == 2
    together = estimator.influences(problem, silent), estimator.predict(problem, not_asked, [removed], silent)
    monkeypatch.setattr(seeds, "MOST_BYTES", 0)
    alone = estimator.influences(problem, silent), estimator.predict(problem, not_asked, [removed], silent)
    assert np.ptp(alone[0].sentences, axis=1).max() > 0
    size = np.abs(alone[0].sentences).max()
    np.testing.assert_allclose(together[0].sentences, alone[0].sentences, atol=1e-4 * size)
    np.testing.assert_allclose(together[0].scores, alone[0].scores, atol=1e-5)
    np.testing.assert_allclose(together[1], alone[1], atol=1e-5)


def test_a_path_that_was_kept_answers_as_the_training_does(
    problem: InfluenceProblem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noise_sums, "COLUMNS_AT_ONCE", 12)
    monkeypatch.setattr(gradient_sums, "FEWEST_FREQUENT", 17)
    monkeypatch.setattr(gradient_sums, "MOST_FREQUENT", 17)
    monkeypatch.setattr(gradient_sums, "SHARE_OF_RARE", 0.5)
    removed = np.arange(problem.corpus.document_count) % 3 == 0
    estimator, keeping = MeanFieldEstimator(), replace(problem, cache=FolderCache(tmp_path))
    estimator.influences(keeping, silent)
    trained = estimator.predict(problem, not_asked, [removed], silent)
    assert np.abs(trained).min() > 1e-3

    def no_training(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(MeanField, "_train", no_training)
    np.testing.assert_array_equal(estimator.predict(keeping, not_asked, [removed], silent), trained)


def test_too_little_memory_is_told_before_it_starts(problem: InfluenceProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda device="cpu": 1000)
    with pytest.raises(NotEnoughMemory, match="mean-field estimator needs"):
        MeanFieldEstimator().influences(problem, silent)
