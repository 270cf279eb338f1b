"""Dense sums over all pairs of words against sums over entries and noise words, and against finite differences."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.mean_field import dense_sums, gradient_sums
from skipgram_audit.attribution.mean_field.dense_sums import DenseSums
from skipgram_audit.attribution.mean_field.gradient_sums import Place, SampledSums, Weights
from skipgram_audit.corpus.cooccurrence import PairCounter
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from tests.library.samples import small_settings, zipf_corpus

SETTINGS = small_settings()
CORPUS = zipf_corpus()
COUNTS = PairCounter(CORPUS, keep_probabilities(CORPUS.counts, SETTINGS.subsample), SETTINGS.window).full
NOISE = torch.as_tensor(5 * noise_probabilities(CORPUS.counts, 0.75))
WORDS, SCORES, DIMENSION = len(CORPUS.words), 3, 7
FULL = Weights(torch.as_tensor(COUNTS.values), torch.as_tensor(COUNTS.totals), NOISE)


@pytest.fixture(autouse=True)
def blocks_of_a_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_sums, "NUMBERS_AT_ONCE", 7 * WORDS)


def drawn(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    updated, fixed = (torch.randn(WORDS, DIMENSION, generator=generator, dtype=torch.float64) for _ in range(2))
    return updated, fixed, torch.randn(WORDS, SCORES, DIMENSION, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("frequent", [11, 10**6])
@pytest.mark.parametrize("inputs_move", [True, False])
def test_dense_sums_are_those_over_entries_and_every_noise_word(
    inputs_move: bool, frequent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradient_sums, "FEWEST_FREQUENT", frequent)
    monkeypatch.setattr(gradient_sums, "MOST_FREQUENT", frequent)
    updated, fixed, adjoints = drawn(1)
    generator = np.random.default_rng(1)
    results = []
    for sums in (DenseSums(COUNTS, torch.device("cpu")), SampledSums(COUNTS, NOISE, generator, 1)):
        full = replace(FULL, counts=sums.in_order(FULL.counts))
        place = sums.place(inputs_move, updated, fixed, full, generator)
        table = sums.in_order(torch.arange(len(COUNTS.columns) * SCORES, dtype=torch.float64).reshape(-1, SCORES))
        adjoint = sums.adjoint(place, full, adjoints, table)
        results.append([*sums.gradient(place, full), *adjoint, sums.by_entry(table)])
    for dense, sampled in zip(*results, strict=True):
        np.testing.assert_allclose(dense, sampled, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("inputs_move", [True, False])
def test_the_adjoint_is_that_of_finite_differences(inputs_move: bool) -> None:
    updated, fixed, adjoints = drawn(2)
    sums, change = DenseSums(COUNTS, torch.device("cpu")), drawn(3)
    of_counts, of_totals = (torch.randn(len(one), dtype=torch.float64) for one in (FULL.counts, FULL.totals))
    table = torch.zeros(len(COUNTS.columns), SCORES, dtype=torch.float64)
    parts = sums.adjoint(Place(inputs_move, updated, fixed), FULL, adjoints, table)

    def score(size: float) -> torch.Tensor:
        place = Place(inputs_move, updated + size * change[0], fixed + size * change[1])
        moved = Weights(FULL.counts + size * of_counts, FULL.totals + size * of_totals, NOISE)
        return torch.einsum("xpd,xd->p", adjoints, sums.gradient(place, moved)[0])

    found = (score(1e-5) - score(-1e-5)) / 2e-5
    by_moving, by_held = (torch.einsum("xpd,xd->p", part, one) for part, one in zip(parts, change[:2], strict=False))
    expected = by_moving + by_held + of_totals @ parts[2] + of_counts @ table
    np.testing.assert_allclose(found, expected, rtol=1e-7)
