"""Cross-loss influence of any module: against exact retraining, finite differences, and the Skip-gram engine."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from skipgram_audit.attribution.cross_loss.influence import CrossLossInfluences, Method, cross_loss_influence
from skipgram_audit.attribution.cross_loss.path import TrainingPath, descend
from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem, UnusableModule
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.published.implicit import ImplicitHessianEstimator
from skipgram_audit.corpus.cooccurrence import cooccurrences
from skipgram_audit.model.engine_errors import NotPositiveDefinite, SolveFailed
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.sgd import train
from tests.library.samples import silent, small_probe, small_settings, zipf_corpus

DECAY = 0.5


class Ridge(torch.nn.Module):
    """Linear regression; its minimum has a formula."""

    def __init__(self, weights: Tensor) -> None:
        super().__init__()
        self.weights = torch.nn.Parameter(weights)


def squares(module: Ridge, inputs: Tensor, targets: Tensor) -> Tensor:
    residuals: Tensor = inputs @ module.weights - targets
    return residuals.square() / 2


def regression() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(40, 4, generator=generator, dtype=torch.float64)
    return inputs, inputs.sum(1) + torch.randn(40, generator=generator, dtype=torch.float64)


def minimum(inputs: Tensor, targets: Tensor, weights: Tensor | None = None) -> Tensor:
    weight = torch.ones(len(inputs), dtype=torch.float64) if weights is None else weights
    matrix = inputs.T @ (weight[:, None] * inputs) + DECAY * torch.eye(4, dtype=torch.float64)
    solved: Tensor = torch.linalg.solve(matrix, inputs.T @ (weight * targets))
    return solved


def cosine(module: Ridge) -> Tensor:
    """Another function than the loss."""
    share: Tensor = module.weights[0] / module.weights.norm()
    return share


def ridge(**changes: Any) -> CrossLossProblem:
    inputs, targets = regression()
    module = Ridge(minimum(inputs, targets))
    return CrossLossProblem(module, squares, cosine, (inputs, targets), **{"weight_decay": DECAY, **changes})


def derivative_in_weight(example: int, step: float = 1e-5) -> float:
    """Of the retrained test function, by central differences."""
    inputs, targets = regression()
    values = []
    for sign in (1, -1):
        weights = torch.ones(40, dtype=torch.float64)
        weights[example] += sign * step
        values.append(float(cosine(Ridge(minimum(inputs, targets, weights))).detach()))
    return (values[0] - values[1]) / (2 * step)


@pytest.mark.parametrize("method", ["explicit", "conjugate-gradients"])
def test_it_is_the_derivative_of_retraining_in_an_examples_weight(method: Method) -> None:
    found = cross_loss_influence(ridge(batch_size=7), method, tolerance=1e-10)
    expected = [derivative_in_weight(example) for example in range(40)]
    np.testing.assert_allclose(found.influences, expected, rtol=1e-6, atol=1e-9)
    assert found.residual < 1e-9


def test_lissa_finds_the_same_within_its_stated_error() -> None:
    exact = cross_loss_influence(ridge(), "explicit", damping=5.0).influences
    found = cross_loss_influence(ridge(), "lissa", damping=5.0, tolerance=1e-4, batch_size=20)
    distance = np.linalg.norm(found.influences - exact) / np.linalg.norm(exact)
    assert 0 < found.sampling_error < 0.2
    assert distance < 4 * found.sampling_error
    whole = cross_loss_influence(ridge(), "lissa", damping=5.0, tolerance=1e-8, batch_size=40)
    np.testing.assert_allclose(whole.influences, exact, rtol=1e-5)


def test_mirrored_steps_lead_to_the_influence_function() -> None:
    exact = cross_loss_influence(ridge(), "explicit").influences
    found = cross_loss_influence(ridge(), "mirrored", steps=2000, step_size=0.01).influences
    np.testing.assert_allclose(found, exact, atol=1e-3 * np.abs(exact).max())


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_unrolled_is_the_derivative_of_this_run_however_short(momentum: float) -> None:
    """In minibatches, far from a minimum, where the influence function knows nothing."""
    inputs, targets = regression()
    batches = torch.randperm(40, generator=torch.Generator().manual_seed(1)).split(10)  # type: ignore[no-untyped-call]
    start = torch.ones(4, dtype=torch.float64)

    def run(weights: Tensor) -> tuple[Tensor, TrainingPath, CrossLossProblem]:
        def loss(module: Ridge, inputs: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
            return weights * squares(module, inputs, targets)

        problem = CrossLossProblem(Ridge(start), loss, cosine, (inputs, targets, weights), weight_decay=DECAY)
        end, path = descend(problem, start, 11, 0.02, momentum, lambda step: batches[step % 4], weight=0.1)
        return end, path, CrossLossProblem(Ridge(end), loss, cosine, (inputs, targets, weights), weight_decay=DECAY)

    ones = torch.ones(40, dtype=torch.float64)
    _, path, problem = run(ones)
    found = cross_loss_influence(problem, "unrolled", path=path).influences
    for example in (0, 7, 31):
        change = 1e-5 * torch.eye(40, dtype=torch.float64)[example]
        high, low = (float(cosine(Ridge(run(ones + sign * change)[0])).detach()) for sign in (1, -1))
        assert found[example] == pytest.approx((high - low) / 2e-5, rel=1e-6)


def test_gradient_is_unrolled_where_there_is_one_step() -> None:
    """With one step nothing is undone, and the gradient of the score is taken before it instead of after."""
    problem = ridge()
    step = TrainingPath()
    step.record(Ridge(problem.parameters.clone()), 1e-7)
    one, other = (cross_loss_influence(problem, method, path=step) for method in ("unrolled", "gradient"))
    np.testing.assert_allclose(one.influences, other.influences, rtol=1e-4)
    by_hand = problem.losses_along(problem.parameters, problem.score_gradient(problem.parameters))
    np.testing.assert_allclose(other.influences, -1e-7 * by_hand.numpy(), rtol=1e-12)


class Embeddings(torch.nn.Module):
    def __init__(self, inputs: Any, outputs: Any) -> None:
        super().__init__()
        self.inputs = torch.nn.Parameter(torch.tensor(inputs, dtype=torch.float64))
        self.outputs = torch.nn.Parameter(torch.tensor(outputs, dtype=torch.float64))


def test_the_skip_gram_engine_is_its_special_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sentence's expected loss as an example, WEAT as test function, the same Hessian: the same influences."""
    from skipgram_audit.probes.weat import Weat

    corpus, settings = zipf_corpus(words=16, documents=10), small_settings(dimension=4, damping=2000.0)
    settings = settings.model_copy(update={"damping": 2000.0, "solver_tolerance": 1e-11, "solver_iterations": 2000})
    monkeypatch.setattr(ImplicitHessianEstimator, "dtype", torch.float64)
    trajectory = train(corpus, settings, 1, silent, dtype=np.float64)
    score = Weat(small_probe(), corpus)
    engine = ImplicitHessianEstimator().influences(
        InfluenceProblem(corpus, settings, [trajectory], [score], "cpu", 1), silent
    )
    assert engine.solver is not None

    keep = keep_probabilities(corpus.counts, settings.subsample)
    counts = torch.zeros(corpus.sentence_count, 16, 16, dtype=torch.float64)
    owner = np.searchsorted(corpus.document_sentences, np.arange(corpus.sentence_count), side="right") - 1
    noise = torch.tensor(settings.negatives * noise_probabilities(corpus.counts, settings.noise_power))
    for sentence, document in enumerate(owner):
        assert document >= 0
        first, last = corpus.sentence_offsets[sentence : sentence + 2]
        counts[sentence] = torch.tensor(pair_counts(corpus.tokens[first:last], keep, settings.window))
    np.testing.assert_allclose(counts.sum(0).sum(1), cooccurrences(corpus, keep, settings.window).totals, rtol=1e-6)

    def loss(module: Embeddings, counts: Tensor) -> Tensor:
        products = module.inputs @ module.outputs.T
        softplus = torch.nn.functional.softplus
        weights = counts.sum(2, keepdim=True) * noise
        return (counts * softplus(-products) + weights * softplus(products)).sum((1, 2))

    def weat(module: Embeddings) -> Tensor:
        return score(module.inputs[torch.as_tensor(score.words).long()])

    problem = CrossLossProblem(Embeddings(trajectory.inputs, trajectory.outputs), loss, weat, (counts,))
    found = cross_loss_influence(problem, "explicit", damping=float(engine.solver.damping[0, 0]))
    largest = np.abs(found.influences).max()
    np.testing.assert_allclose(engine.sentences[0, 0], found.influences, atol=1e-6 * largest)
    assert found.score == pytest.approx(float(engine.scores[0, 0]))


def pair_counts(tokens: Any, keep: Any, window: int) -> Any:
    """Expected updates of one sentence, from the definition: dense [V, V]."""
    counts = np.zeros((len(keep), len(keep)))
    for place, word in enumerate(tokens):
        for other in range(max(0, place - window), min(len(tokens), place + window + 1)):
            if other != place:
                share = (window - abs(other - place) + 1) / window
                counts[tokens[other], word] += share * keep[word] * keep[tokens[other]]
    return counts


def unusable(**changes: Any) -> CrossLossProblem:
    inputs, targets = regression()
    parts: dict[str, Any] = {
        "module": Ridge(minimum(inputs, targets)),
        "training_loss": squares,
        "test_function": cosine,
        "examples": (inputs, targets),
    }
    return CrossLossProblem(**{**parts, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"module": torch.nn.ReLU()}, "no parameter that requires a gradient"),
        ({"training_loss": lambda *one: squares(*one).mean()}, r"shape \[\], not \[40\]"),
        ({"test_function": lambda module: module.weights}, r"shape \[4\]; it must give one number"),
        ({"test_function": lambda module: float(module.weights[0].detach())}, "gives float"),
        ({"examples": (torch.ones(3, 4), torch.ones(2))}, "rows; they need the same number"),
        ({"test_function": lambda module: (module.weights[0] - 1e9).log()}, "not finite"),
        ({"training_loss": lambda *one: squares(*one) + torch.rand(40)}, "another one each time"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UnusableModule, match=message) as caught:
        unusable(**changes)
    assert caught.value.remedy


def test_a_test_function_that_nothing_moves_is_refused() -> None:
    problem = unusable(test_function=lambda module: 0 * module.weights.sum())
    with pytest.raises(UnusableModule, match="gradient of the test function is zero"):
        cross_loss_influence(problem, "explicit")


def test_a_saddle_asks_for_damping_and_a_path_is_asked_for() -> None:
    inputs, targets = regression()
    problem = CrossLossProblem(
        Ridge(torch.ones(4, dtype=torch.float64)), lambda *one: -squares(*one), cosine, (inputs, targets)
    )
    for method in ("explicit", "conjugate-gradients"):
        with pytest.raises(NotPositiveDefinite, match="not positive definite"):
            cross_loss_influence(problem, method)
    with pytest.raises(SolveFailed, match="needs damping"):
        cross_loss_influence(problem, "lissa")
    for method in ("unrolled", "gradient"):
        with pytest.raises(UnusableModule, match="no path was given"):
            cross_loss_influence(problem, method)  # type: ignore[arg-type]
    with pytest.raises(UnusableModule, match="no method 'newton'"):
        cross_loss_influence(problem, "newton")  # type: ignore[arg-type]


def test_what_is_found_names_its_method() -> None:
    found = cross_loss_influence(ridge(), "conjugate-gradients", damping=1.0)
    assert isinstance(found, CrossLossInfluences)
    assert (found.method, found.damping) == ("conjugate-gradients", 1.0)
    assert found.iterations >= 1
