"""Sums over the entries of pair counts against the same sums over a dense table, in many ranges and blocks."""

import numpy as np
import numpy.typing as npt
import pytest

from skipgram_audit.attribution.mean_field import pair_sums
from skipgram_audit.attribution.mean_field.pair_sums import PairSums

ROWS, DIMENSION, ADJOINTS = 61, 21, 3
Floats = npt.NDArray[np.float64]


@pytest.fixture(autouse=True)
def blocks_of_a_few_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_sums, "BLOCK", 5)


def symmetric_counts() -> Floats:
    """Some rows full, some with a few entries, one with none."""
    generator = np.random.default_rng(1)
    often = 1.0 / np.arange(1, ROWS + 1)
    counts = np.where(generator.random((ROWS, ROWS)) < 3 * np.outer(often, often) ** 0.4, generator.random(), 0.0)
    counts[-2] = counts[:, -2] = 0.0
    return np.triu(counts) + np.triu(counts, 1).T


COUNTS = symmetric_counts()
ENTRIES = np.nonzero(COUNTS)
OFFSETS = np.concatenate([[0], np.cumsum((COUNTS > 0).sum(1))])


def sums(workers: int = 1) -> PairSums:
    return PairSums(OFFSETS, ENTRIES[1].astype(np.int32), workers)


def drawn() -> tuple[Floats, Floats, Floats]:
    generator = np.random.default_rng(2)
    updated, fixed = (generator.standard_normal((ROWS, DIMENSION)) for _ in range(2))
    return updated, fixed, generator.standard_normal((ROWS, ADJOINTS, DIMENSION))


def test_the_sums_are_those_of_a_dense_table() -> None:
    updated, fixed, _ = drawn()
    pairs = sums()
    gradient, curvature = pairs.pair_gradient(pairs.in_order(COUNTS[ENTRIES]), updated, fixed)
    probabilities = 1 / (1 + np.exp(-updated @ fixed.T))
    np.testing.assert_allclose(gradient, (COUNTS * (probabilities - 1)) @ fixed, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(curvature, (COUNTS * probabilities * (1 - probabilities)).sum(1), rtol=1e-12)


def test_the_adjoint_is_that_of_a_dense_table() -> None:
    updated, fixed, adjoints = drawn()
    pairs = sums()
    before = np.arange(len(ENTRIES[0]) * ADJOINTS, dtype=np.float64).reshape(-1, ADJOINTS)
    table = pairs.in_order(before)
    to_updated, to_fixed = pairs.pair_gradient_vjp(pairs.in_order(COUNTS[ENTRIES]), updated, fixed, adjoints, table)
    probabilities = 1 / (1 + np.exp(-updated @ fixed.T))
    along = np.einsum("xpd,yd->xpy", adjoints, fixed)
    curved = (COUNTS * probabilities * (1 - probabilities))[:, None] * along
    np.testing.assert_allclose(to_updated, curved @ fixed, rtol=1e-11, atol=1e-12)
    pushed = np.einsum("xpy,xd->ypd", curved, updated)
    pushed += np.einsum("xy,xpd->ypd", COUNTS * (probabilities - 1), adjoints)
    np.testing.assert_allclose(to_fixed, pushed, rtol=1e-11, atol=1e-12)
    derivative = ((probabilities - 1)[:, None] * along).transpose(0, 2, 1)[ENTRIES]
    np.testing.assert_allclose(pairs.by_entry(table) - before, derivative, atol=1e-10)


def test_results_do_not_depend_on_the_workers() -> None:
    updated, fixed, adjoints = (one.astype(np.float32) for one in drawn())
    found = []
    for workers in (1, 3):
        pairs = sums(workers)
        counts, table = pairs.in_order(COUNTS[ENTRIES].astype(np.float32)), np.zeros((len(ENTRIES[0]), ADJOINTS), "f4")
        results = [
            *pairs.pair_gradient(counts, updated, fixed),
            *pairs.pair_gradient_vjp(counts, updated, fixed, adjoints, table),
            table,
        ]
        found.append([one.tobytes() for one in results])
    assert found[0] == found[1]
