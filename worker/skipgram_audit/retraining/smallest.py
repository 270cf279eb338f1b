"""What the search for a smallest set takes into account: its target, the order of documents, and which must stay.

The question is which fewest documents bring a score to a target. No order is proven to be the best (Broderick, Giordano
and Meager 2020, arXiv 2011.14999; Most Influential Subset Selection, arXiv 2409.18153), so documents are taken in an
order, the shortest prefix that is predicted to reach the target is found, and other orders stand beside it.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus, occurrences, sums_between
from skipgram_audit.model.calibration import ProbeCalibration
from skipgram_audit.model.check_plan import TargetName
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.probes.word_lists import WordListScore

Documents = npt.NDArray[np.int64]
NORMAL_95 = 1.959964
RANDOM_ORDER = 2


def target_score(
    target: TargetName,
    score: float,
    neutral: float,
    null_scores: npt.NDArray[np.float64],
    standard_error: float | None,
) -> float:
    """The score that is to be reached.

    zero: the neutral value. half: midway to it. null: not told from chance, as far from neutral as shuffled text at its
    farthest; without shuffled text 1.96 standard errors over documents.

    Raises:
        UnusablePlan: the score is there already, or neither shuffled text nor a standard error says what chance is.
    """
    side = 1.0 if score >= neutral else -1.0
    if target == "zero":
        goal = neutral
    elif target == "half":
        goal = neutral + (score - neutral) / 2
    elif len(null_scores):
        goal = neutral + side * float(np.abs(null_scores - neutral).max())
    elif standard_error is not None:
        goal = neutral + side * NORMAL_95 * standard_error
    else:
        raise UnusablePlan(
            "This audit has neither scores on shuffled text nor a standard error, so nothing says what chance is.",
            "Choose the target zero or half, or audit with shuffled text.",
        )
    if (score - goal) * side <= 0:
        raise UnusablePlan(
            f"The target {target} is a score of {goal:.3f}, and the score has reached it already: {score:.3f}.",
            "Choose another target.",
        )
    return goal


class Limit(Protocol):
    """What holds for all that goes. It is asked of one document after the other, and told of those that are taken."""

    def allows(self, document: int) -> bool:
        """Whether the document may go, too."""
        ...

    def take(self, document: int) -> None:
        """The document goes."""
        ...


def allowed(order: Documents, limits: Sequence[Limit]) -> Documents:
    """The documents of an order that may go by all limits: each is asked with those that go before it."""
    taken = []
    for document in order.tolist():
        if all(limit.allows(document) for limit in limits):
            for limit in limits:
                limit.take(document)
            taken.append(document)
    return np.array(taken, np.int64)


class TextLimit:
    """Some documents stay, no more than a share of the tokens goes, and no last occurrence of a word of a probe.

    Args:
        scores: of the measurable probes.
        kept: documents that stay.
        most_share: of the tokens. Longer documents are passed over, and shorter ones after them still taken.
    """

    def __init__(
        self, corpus: EncodedCorpus, scores: Sequence[WordListScore], kept: Sequence[int], most_share: float
    ) -> None:
        self._corpus, self._kept = corpus, set(kept)
        self._words = np.unique(np.concatenate([score.words for score in scores]))
        self._left = occurrences(corpus.tokens, len(corpus.words))[self._words]
        self._lengths = np.diff(corpus.document_offsets)
        self._room = most_share * float(self._lengths.sum())

    def allows(self, document: int) -> bool:
        if document in self._kept or self._lengths[document] > self._room:
            return False
        held = self._held(document)
        return not ((held > 0) & (held >= self._left)).any()

    def take(self, document: int) -> None:
        self._left = self._left - self._held(document)
        self._room -= float(self._lengths[document])

    def _held(self, document: int) -> npt.NDArray[np.int64]:
        """How often each word of a probe occurs in a document."""
        tokens = self._corpus.tokens[self._corpus.document_tokens(document)]
        places = np.minimum(np.searchsorted(self._words, tokens), len(self._words) - 1)
        return np.bincount(places[self._words[places] == tokens], minlength=len(self._words))


class OtherScoresLimit:
    """No other score is told to move further than its reach.

    Args:
        others: influences, [other probes, documents]. reach: [other probes].
        lengths: tokens of each document.
        curves: of the other probes, from sums of influences to changes; None: the sum is the change.
    """

    def __init__(
        self,
        others: npt.NDArray[np.float64],
        reach: npt.NDArray[np.float64],
        lengths: npt.NDArray[np.int64],
        curves: Sequence[ProbeCalibration | None],
    ) -> None:
        self._others, self._reach, self._lengths, self._curves = others, reach.tolist(), lengths, curves
        self._sums, self._tokens, self._every = np.zeros(len(reach)), 0.0, max(1.0, float(lengths.sum()))

    def allows(self, document: int) -> bool:
        after, share = self._after(document), (self._tokens + float(self._lengths[document])) / self._every
        changes = (
            total if curve is None else curve.change(total, share)
            for curve, total in zip(self._curves, after.tolist(), strict=True)
        )
        return all(abs(change) <= most for change, most in zip(changes, self._reach, strict=True))

    def take(self, document: int) -> None:
        self._sums = self._after(document)
        self._tokens += float(self._lengths[document])

    def _after(self, document: int) -> npt.NDArray[np.float64]:
        return np.asarray(self._sums - self._others[:, document])


def told_changes(
    influence: npt.NDArray[np.float64],
    lengths: npt.NDArray[np.int64],
    every: int,
    curve: ProbeCalibration | None,
) -> npt.NDArray[np.float64]:
    """By how much a score is told to change without the first 1, 2, ... documents of an order, without a prediction.

    Args:
        influence, lengths: of the documents in their order: on the score, and their tokens; every: tokens of them all.
        curve: of the probe, from sums of influences to changes; None: the sum is the change.
    """
    sums = -np.cumsum(influence)
    return sums if curve is None else curve.changes(sums, np.cumsum(lengths) / max(1, every))


def lexical_counts(corpus: EncodedCorpus, score: WordListScore, targets: int) -> npt.NDArray[np.float64]:
    """How often words of target and attribute lists stand in one sentence, by document: float64 [documents].

    With two lists of each, pairs of the first target and the first attribute list, or of both second ones, count for a
    positive score, the others against it; with other lists every pair counts.

    Args:
        targets: how many of the score's lists are target lists.
    """
    held = []
    for one in score.sets:
        marked = np.isin(corpus.tokens, one).astype(np.float64)
        held.append(sums_between(marked, corpus.sentence_offsets))
    first, second = held[:targets], held[targets:]
    if _has_two_sides(score, targets):
        by_sentence = (first[0] - first[1]) * (second[0] - second[1])
    else:
        by_sentence = np.sum(first, axis=0) * (np.sum(second, axis=0) if second else 1.0)
    return sums_between(np.asarray(by_sentence, np.float64), corpus.document_sentences)


def lexical_order(corpus: EncodedCorpus, score: WordListScore, targets: int, direction: int) -> Documents:
    """Documents by their lexical counts, the most first; those that count for nothing, or against the score, are left
    out."""
    by_document = lexical_counts(corpus, score, targets)
    if _has_two_sides(score, targets):
        by_document = direction * by_document
    order = np.argsort(-by_document, kind="stable")
    return np.asarray(order[by_document[order] > 0], np.int64)


def _has_two_sides(score: WordListScore, targets: int) -> bool:
    return targets == 2 and len(score.sets) == 4


def random_order(documents: int, seed: int) -> Documents:
    """All documents in a random order."""
    return np.random.default_rng([seed, RANDOM_ORDER]).permutation(documents).astype(np.int64)


def standard_errors(by_document: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of every probe over documents, as skipgram_audit.auditing.outcomes says: float64 [probes].

    Args:
        by_document: influences [probes, seeds, documents].
    """
    seeds = by_document.shape[1]
    noise = by_document.var(axis=1, ddof=1).sum(axis=-1) / seeds if seeds > 1 else 0.0
    squares = np.square(by_document.mean(axis=1)).sum(axis=-1)
    return np.asarray(np.sqrt(np.maximum(0.0, squares - noise)), np.float64)
