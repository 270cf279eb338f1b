"""The reverse sweep against finite differences of the training itself."""

from pathlib import Path

import numpy as np
import pytest

from skipgram_audit.attribution import memory
from skipgram_audit.attribution.cache import FolderCache
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.unrolled.estimator import ReverseSweep, UnrolledEstimator, seeds_at_once, weight_of
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.engine_errors import NotEnoughMemory
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.probes.weat import Weat
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.sgd import train
from tests.library.samples import silent, small_probe, small_settings, zipf_corpus


def score_with_weight(
    corpus: EncodedCorpus, settings: TrainingSettings, score: Weat, sentence: int, weight: float
) -> float:
    """Trains with one sentence's step sizes multiplied by a weight."""

    class Weighted(DocumentOrder):
        def steps(self, epoch: int) -> np.ndarray:
            steps = super().steps(epoch).copy()
            steps[self.corpus.sentence_keys == sentence] *= weight
            return steps

    original = DocumentOrder.of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DocumentOrder, "of", lambda *arguments: Weighted(**vars(original(*arguments))))
        trained = train(corpus, settings, 1, silent, dtype=np.float64)
    return score.value(trained.inputs[score.words])


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("sentence", [0, 5, 17, 39])
def test_influence_equals_finite_differences_in_a_sentences_weight(sentence: int, shuffle: bool) -> None:
    corpus, settings = zipf_corpus(), small_settings(shuffle_documents=shuffle)
    score = Weat(small_probe(), corpus)
    _, sentences, tokens = ReverseSweep(corpus, settings, 1, np.float64).run([score], silent)
    up, down = (score_with_weight(corpus, settings, score, sentence, 1 + change) for change in (1e-5, -1e-5))
    assert sentences[0, sentence] == pytest.approx((up - down) / 2e-5, rel=1e-5)
    assert sentences[0] == pytest.approx(np.add.reduceat(tokens[0], corpus.sentence_offsets[:-1]), rel=1e-9)


def test_single_precision_agrees_with_double() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    scores = [Weat(small_probe(), corpus)]
    single = ReverseSweep(corpus, settings, 1).run(scores, silent)
    double = ReverseSweep(corpus, settings, 1, np.float64).run(scores, silent)
    np.testing.assert_allclose(single[1], double[1], atol=1e-4 * np.abs(double[1]).max())


def test_the_sweep_ends_where_training_began_and_starts_where_it_ended() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    score = Weat(small_probe(), corpus)
    values, _, _ = ReverseSweep(corpus, settings, 1).run([score], silent)
    trained = train(corpus, settings, 1, silent)
    assert values[0] == pytest.approx(score.value(trained.inputs[score.words]), abs=1e-12)


def test_probes_share_a_sweep_without_touching_each_other() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    first = Weat(small_probe(), corpus)
    probe = small_probe("turned")
    turned = Weat(probe.model_copy(update={"targets": dict(reversed(probe.targets.items()))}), corpus)
    _, together, tokens = ReverseSweep(corpus, settings, 1, np.float64).run([first, turned], silent)
    _, alone, _ = ReverseSweep(corpus, settings, 1, np.float64).run([first], silent)
    np.testing.assert_allclose(together[0], alone[0], rtol=1e-9)
    np.testing.assert_allclose(together[1], -alone[0], rtol=1e-9)
    np.testing.assert_allclose(tokens.sum(1), together.sum(1), rtol=1e-9)


def of_small_steps() -> InfluenceProblem:
    """Sixty documents, trained by steps that are small enough for first order."""
    corpus, settings = zipf_corpus(documents=60), small_settings(step_size=0.05, minimum_step_size=0.01, seeds=(1,))
    trained, score = train(corpus, settings, 1, silent), Weat(small_probe(), corpus)
    return InfluenceProblem(corpus, settings, [trained], [score], "cpu", 1)


def score_of_run(problem: InfluenceProblem, removed: np.ndarray) -> float:
    """The score of this very run without some documents."""
    left, score = problem.corpus.without(removed), Weat(small_probe(), problem.corpus)
    return score.value(train(left, problem.settings, 1, silent, full_corpus=problem.corpus).inputs[score.words])


def test_removing_documents_in_the_same_run_is_predicted() -> None:
    """First order against the truth: removals of a small corpus at small steps, judged by retraining this run."""
    problem = of_small_steps()
    estimator = UnrolledEstimator()
    influences = estimator.influences(problem, silent)
    full_corpus = score_of_run(problem, np.zeros(60, np.bool_))
    predicted, actual = [], []
    for document in range(0, 60, 3):
        removed = np.zeros(60, bool)
        removed[document] = True
        actual.append(score_of_run(problem, removed) - full_corpus)
        predicted.append(estimator.predict(problem, lambda: influences, [removed], silent)[0, 0, 0])
    assert np.corrcoef(predicted, actual)[0, 1] > 0.95
    assert np.polyfit(predicted, actual, 1)[0] == pytest.approx(1, abs=0.2)


def test_sets_of_a_tenth_are_predicted_where_every_text_has_nine_tenths_of_its_weight(tmp_path: Path) -> None:
    corpus, settings = zipf_corpus(), small_settings(seeds=(1,))
    score = Weat(small_probe(), corpus)
    problem = InfluenceProblem(
        corpus, settings, [train(corpus, settings, 1, silent)], [score], "cpu", 1, cache=FolderCache(tmp_path)
    )
    estimator = UnrolledEstimator()
    influences = estimator.influences(problem, silent)
    order = np.argsort(np.diff(corpus.document_offsets))
    tenth, single = (np.isin(np.arange(20), documents) for documents in (order[[9, 10]], order[:1]))
    assert [weight_of(corpus, one) for one in (tenth, single)] == [0.9, 1.0]
    predicted = estimator.predict(problem, lambda: influences, [tenth, single], silent)[:, 0, 0]
    assert predicted[1] == pytest.approx(-influences.sentences[0, 0, corpus.by_sentence(single)].sum())
    lighter = small_settings(step_size=0.9 * settings.step_size, minimum_step_size=0.9 * settings.minimum_step_size)
    slopes = np.array(
        [
            (
                score_with_weight(corpus, lighter, score, sentence, 1 + 1e-5)
                - score_with_weight(corpus, lighter, score, sentence, 1 - 1e-5)
            )
            / (0.9 * 2e-5)
            for sentence in range(corpus.sentence_count)
        ]
    )
    scores = [score.value(train(corpus, one, 1, silent).inputs[score.words]) for one in (settings, lighter)]
    gone = corpus.by_sentence(tenth)
    expected = scores[1] + 0.1 * slopes[~gone].sum() - 0.9 * slopes[gone].sum() - scores[0]
    assert predicted[0] == pytest.approx(expected, rel=1e-3)
    assert [path.name for path in tmp_path.iterdir()] == ["unrolled-0.9.npz"]
    again = estimator.predict(problem, lambda: influences, [tenth], silent)
    assert again[0, 0, 0] == predicted[0]


def test_halves_of_this_run_follow_the_derivative_at_half_the_weight() -> None:
    """Not the sum of influences, which asks of each text alone what it does while all others stay."""
    problem = of_small_steps()
    estimator, corpus = UnrolledEstimator(), problem.corpus
    influences = estimator.influences(problem, silent)
    generator = np.random.default_rng(0)
    halves = [np.isin(np.arange(60), generator.permutation(60)[:30]) for _ in range(40)]
    full_corpus = score_of_run(problem, np.zeros(60, np.bool_))
    actual = [score_of_run(problem, gone) - full_corpus for gone in halves]
    predicted = estimator.predict(problem, lambda: influences, halves, silent)[:, 0, 0]
    added = [-influences.sentences[0, 0, corpus.by_sentence(gone)].sum() for gone in halves]
    assert {weight_of(corpus, gone) for gone in halves} <= {0.4, 0.5, 0.6}
    assert np.corrcoef(predicted, actual)[0, 1] > 0.85
    assert np.corrcoef(added, actual)[0, 1] < 0.7


def test_a_sweep_that_cannot_fit_says_so_before_it_starts() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    trajectory = train(corpus, settings, 1, silent)
    problem = InfluenceProblem(corpus, settings, [trajectory], [Weat(small_probe(), corpus)], "cpu", 2)
    assert seeds_at_once(1000, problem) == 1
    with pytest.raises(NotEnoughMemory, match="smaller dimension"):
        seeds_at_once(10**15, problem)


def test_a_sweep_that_does_not_fit_names_a_dimension_that_does(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, settings = zipf_corpus(), small_settings(dimension=64)
    trajectories = [train(corpus, settings, seed, silent) for seed in (1, 2)]
    wide = InfluenceProblem(corpus, settings, trajectories, [Weat(small_probe(), corpus)], "cpu", 2)
    sweeps = [ReverseSweep(wide.corpus, wide.settings, one.seed) for one in wide.trajectories]
    free = max(one.bytes_needed(1, 30) for one in sweeps)
    assert max(one.bytes_needed(1) for one in sweeps) > free
    monkeypatch.setattr(memory, "free_memory", lambda device="cpu": free)
    with pytest.raises(NotEnoughMemory, match=r"It would fit with a dimension of 30\. The replay estimator"):
        UnrolledEstimator().influences(wide, silent)
