"""The curvature of probe words' training: against its definition, and how cores share the work."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from skipgram_audit.attribution.replay import curvature as squares
from skipgram_audit.attribution.replay.curvature import ProbeCurvature, decompose, weighted_squares
from tests.library.samples import silent

GENERATOR = torch.Generator().manual_seed(0)


def drawn(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=GENERATOR, dtype=torch.float64)


def test_weighted_squares_are_sums_of_outer_products() -> None:
    contexts, weights = drawn(700, 33), drawn(4, 700)
    expected = torch.einsum("rv,vi,vj->rij", weights, contexts, contexts)
    found = torch.full_like(expected, torch.nan)
    weighted_squares(weights, contexts, found, silent)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("frequent", [60, 20])
def test_squares_are_those_of_their_definition_wherever_rows_stand(
    monkeypatch: pytest.MonkeyPatch, frequent: int
) -> None:
    monkeypatch.setattr(squares, "FREQUENT", frequent)
    counts = torch.poisson(drawn(40, 60).abs(), generator=GENERATOR)
    noise, contexts = drawn(60).abs(), drawn(60, 7)
    made = ProbeCurvature(counts, noise)
    for rows in (drawn(40, 7), torch.zeros(40, 7, dtype=torch.float64)):
        probabilities = torch.sigmoid(rows @ contexts.T)
        slopes = probabilities * (1 - probabilities)
        shared = slopes.clone()
        sizes = noise[frequent:] * contexts[frequent:].square().sum(1)
        if frequent < 60:
            shared[:, frequent:] = (slopes[:, frequent:] @ sizes / sizes.sum())[:, None]
        weights = counts * slopes + counts.sum(1)[:, None] * noise * shared
        expected = torch.einsum("rv,vi,vj->rij", weights, contexts, contexts)
        torch.testing.assert_close(made.at(rows, contexts, silent), expected)


def test_matrices_are_decomposed_and_threads_are_left_as_they_were() -> None:
    roots = drawn(squares.MATRICES_AT_ONCE * 2 + 3, 6, 9)
    matrices = roots @ roots.transpose(1, 2)
    matrices[1] = 0.0
    values, vectors = torch.empty(len(roots), 6, dtype=torch.float64), torch.empty_like(matrices)
    before = torch.get_num_threads()
    decompose(matrices, values, vectors)
    torch.testing.assert_close(vectors @ torch.diag_embed(values) @ vectors.transpose(1, 2), matrices)
    assert (values >= 0).all()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(torch.get_num_threads).result() == torch.get_num_threads() == before
