"""Standard errors over documents: of many trainings' scores, and by the jackknife of an audit's influences."""

from pathlib import Path

import numpy as np

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.auditing.outcomes import standard_error_of
from skipgram_audit.computing.execution import LocalExecutor, unwatched
from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.model.influence_table import InfluenceTable
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.weat import Weat
from skipgram_audit.training.seeds import train_seeds
from tests.benchmarks.accuracy.fingerprint import code_key, digest
from tests.benchmarks.accuracy.trainings import SETTINGS
from tests.benchmarks.uncertainty.resamples import Scores

INTERVAL_DRAWS = 2_000


def documents_alone(scores: Scores, factor: float = 1.0) -> dict[str, list[float]]:
    """The root of factor times the documents' variance of scores [draws, seeds, probes], and its 95% interval."""

    def variances(some: Scores) -> list[float]:
        return [documents_variance(some[:, :, probe]) for probe in range(some.shape[2])]

    generator = np.random.default_rng(0)
    rows = generator.integers(0, len(scores), (INTERVAL_DRAWS, len(scores)))
    low, high = np.quantile([variances(scores[chosen]) for chosen in rows], [0.025, 0.975], axis=0)
    found = np.sqrt(factor * np.maximum([variances(scores), low, high], 0)).tolist()
    return dict(zip(("documents alone", "documents alone, from", "documents alone, to"), found, strict=True))


def documents_variance(scores: Scores) -> float:
    """Mean covariance over resamples between two seeds of scores [resamples, seeds]."""
    covariance = np.cov(scores, rowvar=False)
    return float(covariance[np.triu_indices(len(covariance), 1)].mean())


def corrected(influences: Scores) -> float:
    """What the product does: the root of the sum over documents of products of two seeds' influences.

    Args:
        influences: [seeds, documents].
    """
    return standard_error_of(InfluenceTable.of(influences), len(influences))


def influences_by_seed(
    corpus: EncodedCorpus,
    scores: list[Weat],
    estimator: str,
    seeds: tuple[int, ...],
    folder: Path,
    workers: int,
    settings: AuditSettings = SETTINGS,
) -> tuple[Scores, Scores]:
    """Trained scores [probes, seeds] and influences [probes, seeds, documents] of the whole corpus."""
    code = digest(code_key(type(ESTIMATORS[estimator]).__module__), code_key("skipgram_audit.probes.weat"))
    path = folder / f"{estimator}-{len(seeds)}-seeds-{code}.npz"
    if not path.exists():
        trajectories = train_seeds(corpus, settings, seeds, unwatched, LocalExecutor(workers))
        problem = InfluenceProblem(corpus, settings, trajectories, scores, "cpu", workers)
        found = ESTIMATORS[estimator].influences(problem, unwatched)
        documents = np.array([sums_between(probe, corpus.document_sentences) for probe in found.sentences])
        trained = [[score.value(item.inputs[score.words]) for item in trajectories] for score in scores]
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(path, trained=np.array(trained), documents=documents)
    with np.load(path) as kept:
        return kept["trained"], kept["documents"]
