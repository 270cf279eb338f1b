"""Turn-over dropout: the score in the half of the dimensions that saw a document, minus that in the half that did not.

The estimator trains its own vectors W (published.masked_training), MASKS times for each seed with other masks, and
a document's influence is the mean over them of

    s(m_d * W) - s((1 - m_d) * W) - x_d . b,        x_d = +1 where m_d is 1, -1 elsewhere

The last term is what such a mask does by itself, whatever its document: the linear effect b of the dimensions, fitted
by least squares on random masks that belong to no document. Over a document's masks its mean is zero, so it changes no
expectation, and it takes away about nine tenths of the spread. What spread is left is still several times a document's
influence, so the ranking of single documents is mostly chance.

A document's influence is one number. It falls on its tokens in proportion to the expected number of their pairs with
probe words, where it has any, else in proportion to how often training keeps each token; a document of which no
sentence has two words trains nothing and has influence zero. The score is that of all dimensions together.

Cost: MASKS trainings of two to four times the usual length for each seed, and two scores for every document and
training. Memory: one training for each core. Source: Kobayashi, Yokoi, Suzuki and Inui 2020 (arXiv 2012.04207); the
correction is ours.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.attribution.protocol import AdditiveSetPrediction, InfluenceProblem, Influences
from skipgram_audit.attribution.published.masked_training import document_masks, random_masks, train_masked
from skipgram_audit.attribution.tables import exact
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.counts import spread_over_tokens
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.probes.protocol import Score
from skipgram_audit.training.distribution import keep_probabilities
from skipgram_audit.training.sgd import SharedProgress

MASKS = 4
"""Trainings for each seed, each with masks of its own."""

FREE_MASKS_PER_DIMENSION = 20
"""Random masks from which the effect of the dimensions is fitted."""

NUMBERS_AT_ONCE = 2_000_000
"""Numbers of masked vectors formed together: 16 MB."""


class TurnOverEstimator(AdditiveSetPrediction):
    """Influence of documents by sub-networks with and without them, shared over their sentences and tokens."""

    name: ClassVar[str] = "turn-over"

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        seeds = len(problem.trajectories)
        jobs = [(trajectory.seed, number) for trajectory in problem.trajectories for number in range(MASKS)]
        shared = SharedProgress(part_of(progress, 0.0, 0.95), len(jobs))
        with ThreadPoolExecutor(max_workers=max(1, min(problem.workers, len(jobs)))) as pool:
            futures = [
                pool.submit(document_influences, problem, *job, shared.part(place)) for place, job in enumerate(jobs)
            ]
            results = [future.result() for future in futures]
        scores = np.stack([one[0] for one in results]).reshape(seeds, MASKS, -1).mean(axis=1).T
        documents = np.stack([one[1] for one in results]).reshape(seeds, MASKS, len(problem.scores), -1).mean(axis=1)
        sentences = np.zeros((len(problem.scores), seeds, problem.corpus.sentence_count))
        tokens = np.zeros((len(problem.scores), len(problem.corpus.tokens)), np.float32)
        for probe, score in enumerate(problem.scores):
            shares = token_shares(problem, score)
            for seed in range(seeds):
                spread = shares * np.repeat(documents[seed, probe], np.diff(problem.corpus.document_offsets))
                sentences[probe, seed] = sums_between(spread, problem.corpus.sentence_offsets)
                tokens[probe] += (spread / seeds).astype(np.float32)
            progress(0.95 + 0.05 * (probe + 1) / len(problem.scores))
        return Influences(scores, sentences, tokens)


def document_influences(
    problem: InfluenceProblem, seed: int, number: int, progress: Progress
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """One training with one set of masks: scores [probes] and influences [probes, documents]."""
    corpus, settings = problem.corpus, problem.settings
    masks = document_masks(corpus, settings.dimension, seed, number)
    free = random_masks(FREE_MASKS_PER_DIMENSION * settings.dimension, settings.dimension, seed)
    inputs, _ = train_masked(corpus, settings, seed, masks, part_of(progress, 0.0, 0.7))
    scores = np.zeros(len(problem.scores))
    documents = np.zeros((len(problem.scores), corpus.document_count))
    for probe, score in enumerate(problem.scores):
        rows = exact(inputs[score.words])
        scores[probe] = float(score(rows))
        part = part_of(progress, 0.7 + 0.3 * probe / len(scores), 0.3 / len(scores))
        both = torch.from_numpy(np.concatenate([free, masks]))
        differences = differences_between_halves(score, rows, both, part)
        documents[probe] = differences[len(free) :] - dimension_effects(free, differences[: len(free)], masks)
    return scores, documents


def differences_between_halves(
    score: Score, rows: Tensor, masks: Tensor, progress: Progress
) -> npt.NDArray[np.float64]:
    """s(m * rows) - s((1 - m) * rows) for every mask m: float64 [masks] from rows [n, d] and masks bool [masks, d].

    Rows are scaled by the root of 2, so that lengths and products are those of all dimensions in the mean.
    """
    scaled = rows * math.sqrt(2.0)
    at_once = max(1, NUMBERS_AT_ONCE // (2 * rows.numel()))
    differences = []
    done = 0
    for part in torch.split(masks, at_once):
        seen, unseen = (scores_of(score, scaled * half[:, None, :]) for half in (part, ~part))
        differences.append((seen - unseen).numpy())
        done += len(part)
        progress(done / len(masks))
    return np.concatenate(differences) if differences else np.zeros(0)


def scores_of(score: Score, vectors: Tensor) -> Tensor:
    """The score of each of many sets of vectors [sets, n, d]; one by one where torch cannot take them together."""
    try:
        together: Tensor = torch.func.vmap(score)(vectors)
        return together
    except RuntimeError:
        return torch.stack([score(one) for one in vectors])


def dimension_effects(
    free: npt.NDArray[np.bool_], differences: npt.NDArray[np.float64], masks: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """x . b of masks [documents, d], with b fitted by least squares to the differences of free masks [masks, d]."""
    effects = np.linalg.lstsq(np.where(free, 1.0, -1.0), differences, rcond=None)[0]
    return np.asarray(np.where(masks, 1.0, -1.0) @ effects)


def token_shares(problem: InfluenceProblem, score: Score) -> npt.NDArray[np.float64]:
    """float64 [tokens]: each token's share of its document's influence; they sum to 1, or to 0 in a document that
    trains nothing."""
    corpus = problem.corpus
    keep = keep_probabilities(corpus.counts, problem.settings.subsample)
    by_probe_pairs = np.zeros(len(corpus.tokens))
    spread_over_tokens(
        corpus, score.words, keep, problem.settings.window, np.ones((len(score.words), len(corpus.words))),
        by_probe_pairs, np.zeros(corpus.sentence_count),
    )  # fmt: skip
    by_keeping = np.where(np.repeat(np.diff(corpus.sentence_offsets) > 1, np.diff(corpus.sentence_offsets)), 1.0, 0.0)
    by_keeping *= keep[corpus.tokens]
    lengths = np.diff(corpus.document_offsets)
    has_pairs = sums_between(by_probe_pairs, corpus.document_offsets) > 0
    shares = np.where(np.repeat(has_pairs, lengths), by_probe_pairs, by_keeping)
    totals = np.repeat(sums_between(shares, corpus.document_offsets), lengths)
    return np.asarray(np.divide(shares, totals, out=np.zeros_like(shares), where=totals > 0))
