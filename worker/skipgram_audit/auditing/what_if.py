"""What-ifs of a finished audit: documents left out, weighted from 0 to 3, or added; at once, or by its estimator."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.at_once import NO_PAIRS, PairTables, StoredProbe, answer_at_once
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.added_texts import AddedTexts, encode_added
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.corpus.weighted import weighted_corpus
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.what_if import EVERYTHING_GOES, WhatIfAnswer, require_weights
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.training.distribution import keep_probabilities

Weights = npt.NDArray[np.float64]


def document_weights(
    identifiers: Sequence[str], without: Iterable[str], weights: Mapping[str, float] | None
) -> Weights:
    """float64 [documents]: 0 for those left out, the given weight, and 1 for all others. The order of ids is nothing.

    Raises:
        UnknownDocument: an id that no document has.
        InvalidInput: a weight that is no number from 0 to 3, a document both left out and weighted, or nothing would
            be left.
    """
    gone, weighted = list(without), dict(weights or {})
    require_weights(weighted)
    both = sorted(set(gone) & set(weighted))
    if both:
        raise InvalidInput(f"The document {both[0]!r} is both left out and weighted.", "Name it once.")
    found = np.ones(len(identifiers))
    found[layout.positions_of(gone, identifiers)] = 0.0
    found[layout.positions_of(list(weighted), identifiers)] = list(weighted.values())
    if not found.any():
        raise InvalidInput(*EVERYTHING_GOES)
    return found


def encode_texts(pipeline: AuditPipeline, texts: Sequence[str]) -> AddedTexts | None:
    """Texts to add by the vocabulary of the audit; None without any."""
    corpus = pipeline.corpus
    return encode_added(texts, corpus.index, corpus.casefold, corpus.language) if texts else None


def at_once(
    folder: Path, pipeline: AuditPipeline, outcomes: Sequence[ProbeOutcome], weights: Weights, added: AddedTexts | None
) -> WhatIfAnswer:
    """The answer from stored influences; see skipgram_audit.auditing.at_once.

    Raises:
        InvalidInput: a text is added, and the estimator has no influences of pairs of words.
    """
    corpus = pipeline.corpus
    pairs = _pair_tables(pipeline) if added else None
    left = pipeline.left_unpredictable(weights == 0.0, added.sentences if added else ())
    rows = enumerate(zip(pipeline.influences.sentences, left, strict=True))
    stored = []
    for outcome in outcomes:
        if not outcome.measured or outcome.score is None:
            stored.append(StoredProbe(outcome))
            continue
        row, (by_sentence, why) = next(rows)
        influences = sums_between(by_sentence.mean(axis=0), corpus.document_sentences)
        stored.append(StoredProbe(outcome, influences, row, why.reason if why else ""))
    return answer_at_once(folder, stored, np.diff(corpus.document_offsets), weights, added, pairs)


def predicted(
    pipeline: AuditPipeline, weights: Weights, added: AddedTexts | None, progress: Progress
) -> list[npt.NDArray[np.float64] | Unmeasurable]:
    """Scores [seeds] of every measurable probe as the audit's estimator predicts them, or why there are none."""
    before = pipeline.trained_scores()
    if added is None and bool((weights == 1.0).all()):
        progress(1.0)
        return list(before)
    if added is None and bool(np.isin(weights, (0.0, 1.0)).all()):
        return pipeline.predicted_scores(weights == 0.0, progress)
    left = pipeline.left_unpredictable(weights == 0.0, added.sentences if added else ())
    corpus, every = pipeline.corpus, weights
    if added is not None:
        corpus, every = corpus.extended([added.sentences]), np.append(weights, 1.0)
    found = pipeline.predict_corpora([weighted_corpus(corpus, every)], progress)[0]
    lost = Unmeasurable("The estimator finds no score with these weights.")
    return [why or (scores if np.isfinite(scores).all() else lost) for why, scores in zip(left, found, strict=True)]


def _pair_tables(pipeline: AuditPipeline) -> PairTables:
    pairs = pipeline.pairs
    if pairs is None:
        raise InvalidInput(*NO_PAIRS)
    keep = keep_probabilities(pipeline.corpus.counts, pipeline.settings.subsample)
    return PairTables(keep, pipeline.settings.window, pairs.offsets, pairs.columns, pairs.counts, pairs.influences)
