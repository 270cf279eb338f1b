"""The same numbers by a GPU as by the processors; where there is no GPU there is nothing to compare."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.cross_loss.influence import CrossLossInfluences, Method, cross_loss_influence
from skipgram_audit.attribution.cross_loss.path import descend
from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem
from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.mean_field import noise_sums
from skipgram_audit.training.gpu.batches import train_batches
from tests.library.samples import NEWS_SETTINGS, news_audit, silent, small_settings

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU on this machine")

SETTINGS = small_settings(**NEWS_SETTINGS)


@pytest.mark.parametrize("estimator", list(ESTIMATORS))
def test_influences_and_predictions_are_those_of_the_processors(
    tmp_path: Path, estimator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A GPU sums over all noise words; so the processors must here.
    monkeypatch.setattr(noise_sums, "COLUMNS_AT_ONCE", 10**6)
    here, there = (news_audit(tmp_path / one, estimator, SETTINGS, device=one) for one in ("cpu", "cuda"))
    np.testing.assert_array_equal(there.trained_scores(), here.trained_scores())
    np.testing.assert_allclose(there.influences.scores, here.influences.scores, atol=2e-3)
    largest = np.abs(here.influences.sentences).max()
    np.testing.assert_allclose(there.influences.sentences, here.influences.sentences, atol=5e-3 * largest)
    removed = np.arange(300) % 10 == 0
    after, expected = (one.predict([removed], silent)[0] for one in (there, here))
    np.testing.assert_allclose(after, expected, atol=5e-3)


def test_training_in_batches_is_that_of_the_processors(tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"batch_tokens": 256})
    corpus = news_audit(tmp_path, "replay", SETTINGS).corpus
    here, there = (train_batches(corpus, settings, (1, 2), silent, device) for device in ("cpu", "cuda"))
    again = train_batches(corpus, settings, (1, 2), silent, "cuda")
    for one, other, repeated in zip(here, there, again, strict=True):
        assert one.pairs == other.pairs
        np.testing.assert_allclose(other.inputs, one.inputs, atol=1e-3)
        np.testing.assert_allclose(other.contexts, one.contexts, atol=1e-3)
        assert other.inputs.tobytes() == repeated.inputs.tobytes()


def test_an_audit_trained_in_batches_is_retrained_in_batches(tmp_path: Path) -> None:
    pipeline = news_audit(tmp_path, "mean-field", SETTINGS.model_copy(update={"batch_tokens": 256}), device="cuda")
    (after,) = pipeline.retrain(np.zeros(300, bool), True, silent)
    np.testing.assert_array_equal(after, pipeline.trained_scores()[0])


@pytest.mark.parametrize("method", get_args(Method))
def test_influences_of_a_module_are_those_of_the_processors(method: Method) -> None:
    def found(device: str) -> CrossLossInfluences:
        generator = torch.Generator().manual_seed(1)
        inputs = torch.randn(20, 3, generator=generator, dtype=torch.float64).to(device)
        targets = inputs.sum(1)
        module = torch.nn.Linear(3, 1, bias=False, dtype=torch.float64).to(device)

        def problem() -> CrossLossProblem:
            return CrossLossProblem(
                module, lambda module, inputs, targets: (module(inputs)[:, 0] - targets).square() / 2,
                lambda module: module.weight[0, 0], (inputs, targets), weight_decay=0.5,
            )  # fmt: skip

        batches = torch.arange(20, device=device).split(5)  # type: ignore[no-untyped-call]
        start = torch.zeros(3, dtype=torch.float64, device=device)
        end, path = descend(problem(), start, 8, 0.02, batches=lambda step: batches[step % 4])
        with torch.no_grad():
            module.weight.copy_(end[None])
        return cross_loss_influence(problem(), method, damping=1.0, path=path, tolerance=1e-9)

    np.testing.assert_allclose(found("cuda").influences, found("cpu").influences, rtol=1e-6)
