"""A small trained problem, and what holds of every estimator."""

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.protocol import Estimator, InfluenceProblem, Influences
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.probes.weat import Weat
from skipgram_audit.training.sgd import train
from tests.library.samples import silent, small_probe, small_settings, zipf_corpus


def small_problem(**changes: object) -> InfluenceProblem:
    """Two seeds of zipf_corpus and two probes, the second with its target sets exchanged."""
    corpus, settings = zipf_corpus(), small_settings(**changes)
    probe = small_probe("turned")
    turned = probe.model_copy(update={"targets": dict(reversed(probe.targets.items()))})
    trajectories = [train(corpus, settings, seed, silent) for seed in settings.seeds]
    scores = [Weat(small_probe(), corpus), Weat(turned, corpus)]
    return InfluenceProblem(corpus, settings, trajectories, scores, "cpu", 2)


def not_asked() -> Influences:
    """For a prediction that does not add influences up."""
    raise AssertionError("The influences are read without need.")


def check_sums(problem: InfluenceProblem, influences: Influences) -> npt.NDArray[np.float64]:
    """Document = sentences = tokens, and exchanged targets turn the sign; returns documents [probes, seeds, n]."""
    corpus = problem.corpus
    documents = np.stack([sums_between(one, corpus.document_sentences) for one in influences.sentences])
    largest = np.abs(documents).max()
    assert largest > 0
    tokens = np.stack(
        [
            influences.tokens[:, corpus.document_tokens(number)].sum(axis=1, dtype=np.float64)
            for number in range(corpus.document_count)
        ],
        axis=1,
    )
    np.testing.assert_allclose(tokens, documents.mean(axis=1), atol=1e-6 * largest)
    np.testing.assert_allclose(documents[1], -documents[0], atol=1e-9 * largest)
    np.testing.assert_allclose(influences.scores[1], -influences.scores[0], rtol=1e-9)
    return documents


def check_cancelled(estimator: Estimator, problem: InfluenceProblem) -> None:
    """A progress that raises stops the estimator."""

    class Cancelled(Exception):
        pass

    def cancel(_fraction: float) -> None:
        raise Cancelled

    try:
        estimator.influences(problem, cancel)
    except Cancelled:
        return
    raise AssertionError(f"{estimator.name} went on after its progress had raised")
