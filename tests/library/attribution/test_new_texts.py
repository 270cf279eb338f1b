"""Estimators that predict what texts do that are not in the corpus."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.probe_counts import ProbeWordCounts
from skipgram_audit.attribution.protocol import InfluenceProblem, SupportsNewTexts
from skipgram_audit.corpus.cooccurrence import cooccurrences, over_common_entries
from skipgram_audit.corpus.weighted import WeightedCorpus, weighted_corpus, without
from skipgram_audit.model.estimators import DESCRIPTIONS
from tests.library.attribution.problems import not_asked, small_problem
from tests.library.samples import silent, zipf_corpus

ABLE = [name for name, estimator in ESTIMATORS.items() if isinstance(estimator, SupportsNewTexts)]


def predicted(name: str, problem: InfluenceProblem, *others: WeightedCorpus) -> npt.NDArray[np.float64]:
    estimator = ESTIMATORS[name]
    assert isinstance(estimator, SupportsNewTexts)
    return estimator.predict_corpora(problem, others, silent)


def test_descriptions_and_engine_name_the_same() -> None:
    assert [name for name, one in DESCRIPTIONS.items() if one.predicts_new_texts] == ABLE
    assert "mean-field" in ABLE


@pytest.mark.parametrize("name", ABLE)
def test_the_same_corpus_changes_nothing(name: str) -> None:
    problem = small_problem()
    changes = predicted(name, problem, weighted_corpus(problem.corpus))
    assert changes.shape == (1, 2, 2)
    np.testing.assert_allclose(changes, 0, atol=1e-5)


@pytest.mark.parametrize("name", ABLE)
def test_a_removal_a_weight_of_zero_and_a_rewriting_to_nothing_are_one_prediction(name: str) -> None:
    """Where subsampling and noise depend on the counts of words: they are those of what is left."""
    problem = small_problem(subsample=0.05)
    corpus = problem.corpus
    removed = np.arange(corpus.document_count) % 3 == 0
    (gone,) = ESTIMATORS[name].predict(problem, not_asked, [removed], silent)
    others = (weighted_corpus(corpus, 1.0 - removed), weighted_corpus(corpus.without(removed)))
    for found in predicted(name, problem, *others):
        np.testing.assert_allclose(found, gone, atol=1e-6)
    (held,) = predicted(name, problem, *without(corpus, [removed], same_run=True))
    assert np.abs(gone).min() > 1e-3
    assert np.abs(held - gone).max() > 1e-3


@pytest.mark.parametrize("name", ABLE)
def test_a_copy_that_is_added_does_what_a_weight_of_two_does(name: str) -> None:
    problem = small_problem(subsample=0.05)
    corpus = problem.corpus
    weights = np.ones(corpus.document_count)
    weights[3] = 2.0
    first, last = corpus.document_sentences[3:5].tolist()
    offsets = corpus.sentence_offsets.tolist()
    copy = [corpus.tokens[offsets[one] : offsets[one + 1]].tolist() for one in range(first, last)]
    twice, added = predicted(name, problem, weighted_corpus(corpus, weights), weighted_corpus(corpus.extended([copy])))
    assert np.abs(twice).max() > 1e-4
    np.testing.assert_allclose(added, twice, atol=1e-6)


@pytest.mark.parametrize("name", ABLE)
def test_pairs_that_the_corpus_does_not_have_count(name: str) -> None:
    """Two words change places in half of the documents: pairs arise that no text of the corpus holds."""
    problem = small_problem()
    corpus = problem.corpus
    exchanged = np.arange(len(corpus.words), dtype=np.int32)
    first, second = problem.scores[0].words[:2]
    exchanged[[first, second]] = second, first
    tokens = corpus.tokens.copy()
    half = corpus.document_tokens(0).start, corpus.document_tokens(corpus.document_count // 2).start
    tokens[slice(*half)] = exchanged[tokens[slice(*half)]]
    changes = predicted(name, problem, weighted_corpus(replace(corpus, tokens=tokens)))
    assert np.isfinite(changes).all()
    assert np.abs(changes).max() > 0.01
    np.testing.assert_allclose(changes[0, 1], -changes[0, 0], atol=1e-4)


def test_counts_of_another_corpus_are_old_less_gone_plus_new() -> None:
    """N - N_old + N_new, with the same subsampling, is the count of the corpus that has the new in the old's place."""
    problem = small_problem(subsample=0.0)
    model, corpus = ProbeWordCounts(problem), problem.corpus
    changed = np.arange(corpus.document_count) < 5
    other = replace(corpus, tokens=np.where(corpus.tokens == 0, 3, corpus.tokens).astype(np.int32))
    mixed_tokens = corpus.tokens.copy()
    stop = corpus.document_tokens(4).stop
    mixed_tokens[:stop] = other.tokens[:stop]
    mixed = weighted_corpus(replace(corpus, tokens=mixed_tokens))
    new = model.counts_of(weighted_corpus(other.without(~changed)))
    np.testing.assert_allclose(model.counts_of(mixed), model.counts_without(changed) + new, atol=1e-9)


def test_matrices_are_laid_over_the_entries_of_all() -> None:
    first, second = (cooccurrences(zipf_corpus(seed=seed), np.ones(30), 3) for seed in (1, 2))
    common = over_common_entries([first, second])
    for one, wide in zip((first, second), common, strict=True):
        dense, again = np.zeros((30, 30)), np.zeros((30, 30))
        dense[one.rows, one.columns], again[wide.rows, wide.columns] = one.values, wide.values
        np.testing.assert_array_equal(dense, again)
    assert len(common[0].columns) > max(len(first.columns), len(second.columns))
