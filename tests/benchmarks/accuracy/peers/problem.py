"""The small problem: real text, few words, few dimensions."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.corpus.encoding import EncodedCorpus, offsets_of
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities, sampling
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.kernel import train_sentences
from skipgram_audit.training.randomness import initial_rows
from skipgram_audit.training.vectors import padded_rows
from tests.benchmarks.accuracy.budget import Budget
from tests.benchmarks.accuracy.corpus import RemovalSet, probes, read_corpus
from tests.benchmarks.accuracy.judging import changes_of
from tests.benchmarks.accuracy.trainings import SETTINGS, Trainings

DOCUMENTS, WORDS, RAREST = 600, 200, 20
SMALL = SETTINGS.model_copy(update={"dimension": 16, "epochs": 60, "minimum_count": RAREST})
SEEDS = (1, 2, 3, 4)
CHECKPOINTS = 10
PROBES = ("career/family x gender terms", "gender terms x career/family")
TUNING = [RemovalSet(kind, number) for kind in ("half", "tenth") for number in range(20)]
JUDGED = {
    "halves": [RemovalSet("half", number) for number in range(20, 40)],
    "tenths": [RemovalSet("tenth", number) for number in range(20, 40)],
}


@dataclass(frozen=True)
class Problem:
    """The small corpus with its probes and trainings."""

    names: tuple[str, ...]
    trainings: Trainings

    @property
    def corpus(self) -> EncodedCorpus:
        return self.trainings.corpus

    @property
    def scores(self) -> list[WordListScore]:
        return self.trainings.scores


def small_problem(path: Path, cache: Path, budget: Budget) -> Problem:
    """The documents of a corpus with most probe words, over a small vocabulary."""
    whole = read_corpus(path)
    wanted = [probe for probe in probes() if probe.name in PROBES]
    resolved = [resolve(probe, whole) for probe in wanted]
    needed = np.unique(np.concatenate([score.words for score in resolved if isinstance(score, WordListScore)]))
    corpus = reduced(whole, needed)
    resolved = [resolve(probe, corpus) for probe in wanted]
    scores = [score for score in resolved if isinstance(score, WordListScore)]
    assert len(scores) == len(PROBES), "The corpus lacks the words of the probes."
    return Problem(PROBES, Trainings(corpus, scores, cache, budget, SMALL))


def reduced(whole: EncodedCorpus, needed: npt.NDArray[np.int64]) -> EncodedCorpus:
    """DOCUMENTS documents with most occurrences of the needed words; of the vocabulary, these and the most frequent."""
    kept = list(dict.fromkeys([*needed.tolist(), *range(len(whole.words))]))[:WORDS]
    new_ids = np.full(len(whole.words), -1, np.int32)
    new_ids[np.sort(kept)] = np.arange(len(kept), dtype=np.int32)
    occurrences = offsets_of(np.isin(whole.tokens, needed).astype(np.int64))[whole.document_offsets]
    chosen = np.argsort(-np.diff(occurrences), kind="stable")[:DOCUMENTS]
    removed = np.ones(whole.document_count, np.bool_)
    removed[chosen] = False
    left = whole.without(removed)
    tokens = new_ids[left.tokens]
    known = tokens >= 0
    return replace(
        left,
        words=tuple(whole.words[word] for word in np.sort(kept)),
        tokens=tokens[known],
        sentence_offsets=offsets_of(known.astype(np.int64))[left.sentence_offsets],
        sentence_keys=np.arange(left.sentence_count, dtype=np.int64),
    ).recounted(RAREST)


def export(problem: Problem, path: Path) -> None:
    """Writes what the other libraries need: parameters, checkpoints, pairs of every document, probes, tuning sets."""
    corpus, settings = problem.corpus, problem.trainings.settings
    trained = [problem.trainings.trajectory(seed) for seed in SEEDS]
    checkpoints = [checkpoints_of(corpus, seed) for seed in SEEDS]
    indices, counts = pairs_of_documents(corpus)
    sets: dict[str, Any] = {
        f"probe_{number}_{place}": ids
        for number, score in enumerate(problem.scores)
        for place, ids in enumerate(score.sets)
    }
    np.savez(
        path,
        inputs=np.stack([one.inputs for one in trained]),
        outputs=np.stack([one.outputs for one in trained]),
        checkpoint_inputs=np.stack([one[0] for one in checkpoints]),
        checkpoint_outputs=np.stack([one[1] for one in checkpoints]),
        checkpoint_steps=checkpoints[0][2],
        pair_indices=indices,
        pair_counts=counts,
        noise=noise_probabilities(corpus.counts, settings.noise_power),
        negatives=settings.negatives,
        tuning_removed=np.stack([one.removed(corpus.document_count) for one in TUNING]),
        tuning_actual=changes_of(problem.trainings, "ours", TUNING, SEEDS).mean(axis=2),
        tuning_halves=sum(one.kind == "half" for one in TUNING),
        **sets,
    )


def pairs_of_documents(corpus: EncodedCorpus) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Word pairs of every document, flat as word * words + context, and their expected counts in an epoch, padded
    with zero counts: [documents, most pairs] each."""
    words = len(corpus.words)
    keep = keep_probabilities(corpus.counts, SMALL.subsample)
    rows = []
    for document in range(corpus.document_count):
        others = np.ones(corpus.document_count, np.bool_)
        others[document] = False
        table = count_pairs(corpus.without(others), np.arange(words), keep, SMALL.window)
        flat = np.flatnonzero(table)
        rows.append((flat, table.ravel()[flat]))
    most = max(len(flat) for flat, _ in rows)
    indices = np.zeros((len(rows), most), np.int64)
    counts = np.zeros((len(rows), most), np.float32)
    for number, (flat, values) in enumerate(rows):
        indices[number, : len(flat)], counts[number, : len(flat)] = flat, values
    return indices, counts


def checkpoints_of(
    corpus: EncodedCorpus, seed: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Input and output vectors [CHECKPOINTS, words, d] in the middle of each stretch of the training, and each
    stretch's mean step size times its epochs."""
    reading = DocumentOrder.of(corpus, SMALL, seed)
    draws = sampling(corpus.counts, SMALL, seed)
    inputs = padded_rows(initial_rows(corpus.words, SMALL.dimension, seed))
    outputs = padded_rows(np.zeros((len(corpus.words), SMALL.dimension), np.float32), spare=1)
    stretch = SMALL.epochs // CHECKPOINTS
    kept: list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]] = []
    steps = np.zeros(CHECKPOINTS)
    for epoch in range(SMALL.epochs):
        sizes = reading.steps(epoch)
        steps[epoch // stretch] += float(sizes.mean())
        train_sentences(
            corpus.tokens, corpus.sentence_offsets, corpus.sentence_keys, sizes, epoch, 0, corpus.sentence_count,
            draws, inputs, outputs,
        )  # fmt: skip
        if epoch % stretch == stretch // 2:
            kept.append((inputs[:, : SMALL.dimension].copy(), outputs[:-1, : SMALL.dimension].copy()))
    return np.stack([one for one, _ in kept]), np.stack([other for _, other in kept]), steps
