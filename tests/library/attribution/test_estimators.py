"""Every estimator that users are offered exists in the engine, none is hidden, and it can do what is said of it."""

from typing import get_args

import numpy as np
import pytest

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.protocol import SupportsReranking
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.model.estimators import DESCRIPTIONS, EstimatorName
from tests.library.attribution.problems import not_asked, small_problem
from tests.library.samples import silent

RANK_AGAIN = [name for name, estimator in ESTIMATORS.items() if isinstance(estimator, SupportsReranking)]


def test_descriptions_settings_and_engine_name_the_same_estimators() -> None:
    assert list(DESCRIPTIONS) == list(get_args(EstimatorName)) == list(ESTIMATORS)
    assert [name for name, description in DESCRIPTIONS.items() if description.supports_reranking] == RANK_AGAIN


@pytest.mark.parametrize("name", RANK_AGAIN)
def test_what_is_left_is_ranked_by_what_one_more_removal_does(name: str) -> None:
    """Judged by the predictions for those that have gone together with each other document."""
    problem, estimator = small_problem(), ESTIMATORS[name]
    assert isinstance(estimator, SupportsReranking)
    sentences = estimator.influences(problem, silent).sentences[0].mean(axis=0)
    whole = sums_between(sentences, problem.corpus.document_sentences)
    gone = np.zeros(problem.corpus.document_count, bool)
    gone[np.argsort(-whole)[:5]] = True
    left = np.flatnonzero(~gone)
    influence = estimator.influences_after_removal(problem, gone, silent)[0].mean(axis=0)
    np.testing.assert_array_equal(influence[gone], 0)

    further = [gone | (np.arange(len(gone)) == document) for document in left]
    predicted = estimator.predict(problem, not_asked, [gone, *further], silent)[:, 0].mean(axis=1)
    lost = predicted[0] - predicted[1:]
    again, once = (np.corrcoef(lost, one[left])[0, 1] for one in (influence, whole))
    assert again > 0.94
    assert again > once + 0.15
