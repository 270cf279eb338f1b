"""What an action did to one seed's vectors: scores, recovery test, utility, neighbours, words lost."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.mitigation.concept import FEWEST_BIASED, BiasedWords
from skipgram_audit.mitigation.recovery import classifier_accuracy, cluster_purity
from skipgram_audit.mitigation.utility import utility
from skipgram_audit.model.mitigations import ActionMeasurement, TestResult
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.retraining.retrained import scores_of
from skipgram_audit.training.neighbour_stability import neighbour_stability

NEIGHBOUR_WORDS = 1_000


@dataclass(frozen=True)
class Embedding:
    """Vectors [V, d] of the vocabulary of a corpus."""

    corpus: EncodedCorpus
    vectors: npt.NDArray[np.floating]


def measure(
    action: str,
    seed: int,
    before: Embedding,
    after: Embedding,
    probes: Sequence[ProbeDefinition],
    biased: BiasedWords | str,
    draw_seed: int,
    progress: Progress,
) -> ActionMeasurement:
    """Everything but what the action itself knows (detail, share of the text, seconds).

    Args:
        before: as trained on the whole corpus by the same seed.
        biased: the most biased words before, as ids in before's vocabulary; or why there are none.
        draw_seed: of clusters, halves and sampled words.
    """
    scores: dict[str, float] = {}
    reasons: dict[str, str] = {}
    found = scores_of(probes, after.corpus, [after.vectors])
    for probe, value in zip(probes, found, strict=True):
        if isinstance(value, Unmeasurable):
            reasons[probe.name] = value.reason
        else:
            scores[probe.name] = float(value[0])
    progress(0.05)
    purity, accuracy = _recovery(before, after, biased, draw_seed)
    progress(0.35)
    tests = utility(after.corpus, after.vectors, part_of(progress, 0.35, 0.55))
    return ActionMeasurement(
        action=action,
        seed=seed,
        scores=scores,
        reasons=reasons,
        limits=_limits([probe for probe in probes if probe.name in scores], after.corpus),
        purity=purity,
        accuracy=accuracy,
        tests=tests,
        neighbours=neighbours_kept(before, after, draw_seed),
        words_lost=len(set(before.corpus.words) - set(after.corpus.words)),
    )


def _limits(probes: Sequence[ProbeDefinition], corpus: EncodedCorpus) -> dict[str, tuple[float, float]]:
    """Probe -> the least and the largest score with the words that are in a corpus; only where there are such."""
    limits = {}
    for probe in probes:
        score = resolve(probe, corpus)
        if isinstance(score, Unmeasurable):
            continue
        kind = probe.kind_description
        compared = probe.attributes if kind.permuted == "attribute" else probe.targets
        counts = {name: len(ids) for name, ids in zip(score.names, score.sets, strict=True) if name in compared}
        least, largest = kind.limits(counts)
        if math.isfinite(least) and math.isfinite(largest):
            limits[probe.name] = (least, largest)
    return limits


def _recovery(
    before: Embedding, after: Embedding, biased: BiasedWords | str, draw_seed: int
) -> tuple[TestResult, TestResult]:
    if isinstance(biased, str):
        return TestResult(reason=biased), TestResult(reason=biased)
    index = after.corpus.index
    places = [index.get(before.corpus.words[word]) for word in biased.words.tolist()]
    kept = np.array([place is not None for place in places])
    rows = np.array([place for place in places if place is not None], np.int64)
    sides = biased.sides[kept]
    covered, total = len(rows), len(kept)
    if min((sides == 1).sum(), (sides == 0).sum()) < FEWEST_BIASED:
        reason = "Too few of the most biased words are left in the vocabulary."
        missing = TestResult(covered=covered, total=total, reason=reason)
        return missing, missing
    vectors = after.vectors[rows]
    return (
        TestResult(value=cluster_purity(vectors, sides, draw_seed), covered=covered, total=total),
        TestResult(value=classifier_accuracy(vectors, sides, draw_seed), covered=covered, total=total),
    )


def neighbours_kept(before: Embedding, after: Embedding, draw_seed: int) -> TestResult:
    """Over words of both vocabularies, neighbours sought among these too: the mean share of them that a word keeps."""
    if after is before:
        return TestResult(reason="Nothing was changed.")
    index = after.corpus.index
    both = [(row, index[word]) for row, word in enumerate(before.corpus.words) if word in index]
    places = np.array(both, np.int64).reshape(-1, 2)
    chosen = np.random.default_rng(draw_seed).permutation(len(places))[:NEIGHBOUR_WORDS]
    vectors = [before.vectors[places[:, 0]], after.vectors[places[:, 1]]]
    kept = neighbour_stability(np.sort(chosen), vectors) if len(places) else None
    if kept is None:
        return TestResult(total=len(places), reason="Too few words are in both vocabularies.")
    return TestResult(value=float(kept.mean()), covered=len(chosen), total=len(places))
