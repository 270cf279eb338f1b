"""Warm starts: vectors are carried over word by word, and move with the step size."""

import numpy as np
import pytest

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.retraining.retrained import left_over
from skipgram_audit.retraining.warm import continue_training
from skipgram_audit.training.sgd import train
from tests.library.samples import silent, small_settings, zipf_corpus

CORPUS, SETTINGS = zipf_corpus(), small_settings(minimum_count=20, minimum_step_size=0.0)
TRAINED = train(CORPUS, SETTINGS, 1, silent)
REMOVED = np.arange(CORPUS.document_count) % 2 == 0


@pytest.mark.parametrize("same_run", [True, False])
def test_without_any_step_each_word_keeps_its_vector(same_run: bool) -> None:
    left = left_over(CORPUS, SETTINGS, REMOVED, same_run)
    plan = CheckPlan(warm=True, warm_epochs=2, warm_step_size=1e-12, same_run=same_run)
    inputs = continue_training(CORPUS, left, SETTINGS, TRAINED, plan, silent)
    assert same_run == (left.words == CORPUS.words)
    rows = [CORPUS.index[word] for word in left.words]
    np.testing.assert_allclose(inputs, TRAINED.inputs[rows], atol=1e-6)


def test_going_on_is_the_training_with_more_epochs() -> None:
    """With a step size that never falls, two epochs and one more are three, draw for draw."""
    steady = SETTINGS.model_copy(update={"step_size": 0.1, "minimum_step_size": 0.1, "epochs": 2})
    two = train(CORPUS, steady, 5, silent)
    three = train(CORPUS, steady.model_copy(update={"epochs": 3}), 5, silent)
    plan = CheckPlan(warm=True, warm_epochs=1, warm_step_size=0.1, same_run=True)
    inputs = continue_training(CORPUS, CORPUS, steady, two, plan, silent)
    np.testing.assert_array_equal(inputs, three.inputs)
