"""Mean-field training: its gradient and derivative against definitions and finite differences, and against training."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.mean_field import expected_training as mean_field
from skipgram_audit.attribution.mean_field.expected_training import SCORES_AT_ONCE, MeanField, Slope
from skipgram_audit.corpus.cooccurrence import Cooccurrences, PairCounter
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.randomness import initial_rows
from skipgram_audit.training.sgd import train
from tests.library.samples import in_another_order, news_corpus, small_settings, zipf_corpus


def silent(_fraction: float) -> None:
    pass


SETTINGS = small_settings(step_size=0.2)
CORPUS = zipf_corpus()
COUNTER = PairCounter(CORPUS, keep_probabilities(CORPUS.counts, SETTINGS.subsample), SETTINGS.window)
NOISE = noise_probabilities(CORPUS.counts, SETTINGS.noise_power)


def model(dtype: torch.dtype = torch.float64, workers: int = 1) -> MeanField:
    start = 30 * initial_rows(CORPUS.words, SETTINGS.dimension, 1)
    return MeanField(COUNTER.full, start, NOISE, SETTINGS, 1, workers, dtype, silent)


def with_counts(values: np.ndarray) -> Cooccurrences:
    return Cooccurrences(COUNTER.full.offsets, COUNTER.full.columns, values)


def symmetric_direction(generator: np.random.Generator) -> np.ndarray:
    drawn = generator.standard_normal(len(COUNTER.full.columns)) * COUNTER.full.values
    return drawn + COUNTER.full.transposed(drawn)


def test_derivative_in_the_counts_equals_finite_differences() -> None:
    trained, generator = model(), np.random.default_rng(1)
    rows = np.array([0, 3, 11])
    adjoints = generator.standard_normal((3, SETTINGS.dimension))
    table = trained.gradients([Slope(rows, {0: adjoints})], silent)[0]
    for _ in range(4):
        direction = symmetric_direction(generator)

        def score(size: float, direction: np.ndarray = direction) -> float:
            vectors = trained.run(with_counts(COUNTER.full.values + size * direction), silent)
            return float((vectors[rows].numpy() * adjoints).sum())

        difference = (score(1e-5) - score(-1e-5)) / 2e-5
        assert (table * direction).sum() == pytest.approx(difference, rel=1e-6)
    assert np.abs(table).max() > 1e-3


def test_scores_go_back_together_as_each_alone() -> None:
    trained, generator = model(), np.random.default_rng(2)
    scores = [
        Slope(generator.choice(30, size=3, replace=False), {0: generator.standard_normal((3, SETTINGS.dimension))})
        for _ in range(SCORES_AT_ONCE + 2)
    ]
    together = trained.gradients(scores, silent)
    for score, table in zip(scores, together, strict=True):
        np.testing.assert_allclose(table, trained.gradients([score], silent)[0], rtol=1e-9, atol=1e-12)


def test_a_slope_on_the_way_goes_back_from_there_and_several_add_up() -> None:
    trained, generator = model(), np.random.default_rng(3)
    rows, (first, second) = np.array([1, 4]), generator.standard_normal((2, 2, SETTINGS.dimension))
    on_the_way, both = (
        trained.gradients([Slope(rows, by_step)], silent)[0] for by_step in ({3: first}, {0: second, 3: first})
    )
    at_the_end = trained.gradients([Slope(rows, {0: second})], silent)[0]
    np.testing.assert_allclose(both, on_the_way + at_the_end, rtol=1e-9, atol=1e-12)
    direction = symmetric_direction(generator)
    trained.path = replace(trained.path, half_steps=trained.path.half_steps[: -2 * 3])

    def score(size: float) -> float:
        vectors = trained.run(with_counts(COUNTER.full.values + size * direction), silent)
        return float((vectors[rows].numpy() * first).sum())

    assert (on_the_way * direction).sum() == pytest.approx((score(1e-5) - score(-1e-5)) / 2e-5, rel=1e-6)


def test_states_go_back_to_the_first_step_after_the_held_start() -> None:
    trained = model()
    shares, states = zip(*trained.states(), strict=True)
    assert shares[0] == 1.0
    assert list(shares) == sorted(shares, reverse=True)
    assert len(shares) == len(trained.path.half_steps) / 2
    halves, steps = trained.path.half_steps, len(shares)
    for step in (1, 5, steps - 1):
        trained.path = replace(trained.path, half_steps=halves[: 2 * (steps - step)])
        np.testing.assert_array_equal(trained.run(COUNTER.full, silent), states[step])
        passed = sum(one.time for one in trained.path.half_steps if one.inputs_move)
        assert shares[step] == pytest.approx(passed / sum(one.time for one in halves if one.inputs_move))


def test_states_are_those_of_all_counts_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of as many steps as make their lengths no matter."""
    monkeypatch.setattr(mean_field, "FEWEST_STEPS", 150)
    monkeypatch.setattr(mean_field, "MOST_STEPS", 150)
    trained = model()
    share, state = next(one for one in trained.states() if one[0] < 0.5)
    weighed = trained.run(with_counts(share * COUNTER.full.values), silent)
    change = (trained.inputs - state).norm()
    assert (weighed - state).norm() < 0.02 * change


def test_a_last_derivative_is_the_same_and_leaves_the_path_for_other_counts() -> None:
    trained = model()
    score = Slope(np.array([0, 3]), {0: np.random.default_rng(2).standard_normal((2, SETTINGS.dimension))})
    table = trained.gradients([score], silent)
    np.testing.assert_array_equal(trained.gradients([score], silent, last=True), table)
    np.testing.assert_allclose(trained.run(COUNTER.full, silent), trained.inputs, rtol=1e-9)
    with pytest.raises(AssertionError, match="no derivative"):
        trained.gradients([score], silent)


def test_the_gradient_is_that_of_the_expected_loss() -> None:
    trained = model()
    side = trained._sides[-1]
    dense = torch.zeros(30, 30, dtype=torch.float64)
    rows = np.repeat(np.arange(30), np.diff(COUNTER.full.offsets))
    dense[rows, COUNTER.full.columns] = torch.as_tensor(COUNTER.full.values)
    noise = SETTINGS.negatives * torch.as_tensor(NOISE)
    inputs = side.place.updated.clone().requires_grad_(True)
    products = inputs @ side.place.fixed.T
    loss = -(dense * torch.nn.functional.logsigmoid(products)).sum()
    loss -= (dense.sum(1)[:, None] * noise * torch.nn.functional.logsigmoid(-products)).sum()
    loss.backward()  # type: ignore[no-untyped-call]
    assert inputs.grad is not None
    gradient, _ = trained._sums.gradient(side.place, trained._full)
    np.testing.assert_allclose(gradient.numpy(), inputs.grad.numpy(), atol=1e-9)


def test_the_whole_corpus_again_gives_the_same_vectors_and_the_workers_do_not_matter() -> None:
    trained = model(torch.float32)
    np.testing.assert_array_equal(trained.run(COUNTER.full, silent).numpy(), trained.inputs.numpy())
    np.testing.assert_array_equal(model(torch.float32, workers=2).inputs.numpy(), trained.inputs.numpy())


def test_no_run_is_nearer_to_a_run_than_their_mean_field() -> None:
    """News text; two trainings from the same first vectors, their texts in another order."""
    corpus = news_corpus()
    settings = small_settings(
        dimension=50, window=5, negatives=5, subsample=1e-3, epochs=5, step_size=0.025, minimum_step_size=1e-4
    )
    counter = PairCounter(corpus, keep_probabilities(corpus.counts, settings.subsample), settings.window)
    start = initial_rows(corpus.words, settings.dimension, 1)
    noise = noise_probabilities(corpus.counts, settings.noise_power)
    expected = MeanField(counter.full, start, noise, settings, 1, 2, torch.float32, silent).inputs.numpy()
    one = train(corpus, settings, 1, silent).inputs
    other = train(in_another_order(corpus, 0), settings, 1, silent).inputs
    frequent = corpus.counts >= 20
    between = cosine(other, one)[frequent].mean()
    assert cosine(expected, one)[frequent].mean() > between
    assert cosine(expected, other)[frequent].mean() > between


def cosine(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.asarray((first * second).sum(1) / lengths)
