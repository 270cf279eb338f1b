"""Where documents lie on a map: like texts near each other, from the audit's own word vectors.

A document's vector is the smooth inverse frequency mean of its words' vectors (Arora, Liang and Ma 2017, "A simple but
tough-to-beat baseline for sentence embeddings"): v_D = sum over its words of a / (a + p(w)) u_w, divided by their
number, without the direction that all documents share most (the first right singular vector of all of them), and of
length 1. u_w are the input vectors of one seed, p(w) = count of w / all words, a = 0.001.

The map is the t-SNE of these vectors (van der Maaten and Hinton 2008; the library openTSNE, which begins at their
principal components): neighbours stay neighbours as far as two dimensions allow, while axes, sizes of gaps and
distances between far parts mean nothing. The same vectors and seed give the same map. Of very many documents a random
part is placed so, and each other one at the median of its nearest ones among them.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from openTSNE import TSNEEmbedding
from openTSNE.affinity import PerplexityBasedNN
from openTSNE.initialization import pca
from scipy import sparse

from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.encoding import EncodedCorpus

SMOOTHING = 1e-3
TOKENS_AT_ONCE = 2_000_000
TYPICAL_WORDS = 20
"""Of a document, that are stored to show what a part of the map is about."""

SIDE = 1_000.0
"""Of the square that holds the map."""

PERPLEXITY = 30.0
EARLY, LATE = 250, 500
"""Steps with like documents pulled together more strongly, and without."""

MOST_FITTED = 100_000
PLACED_AT_ONCE = 5_000
NEAREST = 10
REPORT_SECONDS = 0.25
STEPS_A_REPORT = 4
"""A second of a hundred thousand documents: for each report the library computes its objective, half a step's work."""

NEIGHBOUR_SHARE, FITTED_SHARE = 0.3, 0.95
"""Where on the bar neighbours have been found, and documents been fitted."""

NO_WORD = -1
Floats = npt.NDArray[np.float32]


def word_counts(corpus: EncodedCorpus) -> Iterator[tuple[slice, sparse.csr_array]]:
    """Stretches of documents, and how often each holds each word: [documents of the stretch, words], in order."""
    offsets = corpus.document_offsets
    first = 0
    while first < corpus.document_count:
        within = int(np.searchsorted(offsets, offsets[first] + TOKENS_AT_ONCE, side="right")) - 1
        last = min(max(within, first + 1), corpus.document_count)
        tokens = corpus.tokens[offsets[first] : offsets[last]]
        bounds = offsets[first : last + 1] - offsets[first]
        counts = sparse.csr_array((np.ones(len(tokens), np.float32), tokens, bounds), (last - first, len(corpus.words)))
        counts.sum_duplicates()
        yield slice(first, last), counts
        first = last


def document_vectors(corpus: EncodedCorpus, inputs: Floats) -> Floats:
    """float32 [documents, dimension]; the row of a document without any word of the vocabulary is zero.

    Args:
        inputs: float32 [words, dimension], the input vectors.
    """
    share = corpus.counts / max(1, corpus.counts.sum())
    weighted = (SMOOTHING / (SMOOTHING + share))[:, None] * inputs
    vectors = np.zeros((corpus.document_count, inputs.shape[1]), np.float32)
    for part, counts in word_counts(corpus):
        vectors[part] = counts @ weighted
    lengths = np.diff(corpus.document_offsets)[:, None]
    vectors /= np.maximum(lengths, 1)
    _, directions = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    common = directions[:, -1].astype(np.float32)
    vectors -= np.outer(vectors @ common, common)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = np.divide(vectors, norms, out=np.zeros_like(vectors), where=(norms > 0) & (lengths > 0))
    return unit


def typical_words(corpus: EncodedCorpus) -> npt.NDArray[np.int32]:
    """int32 [documents, TYPICAL_WORDS]: the words of each document of the largest tf-idf, NO_WORD where it has fewer.

    tf-idf = occurrences in the document * ln(documents / documents that hold the word); words in all are of none.
    """
    holding = np.zeros(len(corpus.words), np.int64)
    for _, counts in word_counts(corpus):
        holding += np.bincount(counts.indices, minlength=len(corpus.words))
    weights = np.log(corpus.document_count / np.maximum(holding, 1))
    found = np.full((corpus.document_count, TYPICAL_WORDS), NO_WORD, np.int32)
    for part, counts in word_counts(corpus):
        rows = np.repeat(np.arange(part.stop - part.start), np.diff(counts.indptr))
        scores = counts.data * weights[counts.indices]
        order = np.lexsort((counts.indices, -scores, rows))
        places = np.arange(len(order)) - counts.indptr[rows[order]]
        kept = (places < TYPICAL_WORDS) & (scores[order] > 0)
        found[part][rows[order][kept], places[kept]] = counts.indices[order][kept]
    return found


def document_places(vectors: Floats, seed: int, progress: Progress) -> Floats:
    """float32 [documents, 2] within a square of SIDE, right and down; NaN for documents whose vector is zero.

    Args:
        vectors: of document_vectors.
        seed: of what is drawn at random.
        progress: called with 0..1, about once a second of the longest; may raise to cancel.
    """
    places = np.full((len(vectors), 2), np.nan, np.float32)
    known = np.flatnonzero(vectors.any(axis=1))
    fitted = np.sort(np.random.default_rng(seed).permutation(known)[:MOST_FITTED])
    others = np.setdiff1d(known, fitted, assume_unique=True)
    if len(fitted) > NEAREST and np.ptp(vectors[fitted], axis=0).any():
        embedding = _fitted(vectors[fitted], seed, part_of(progress, 0.0, FITTED_SHARE))
        places[fitted] = embedding
        placing = part_of(progress, FITTED_SHARE, 1 - FITTED_SHARE)
        for first in range(0, len(others), PLACED_AT_ONCE):
            some = others[first : first + PLACED_AT_ONCE]
            places[some] = embedding.prepare_partial(vectors[some], initialization="median", k=NEAREST)
            placing(first / len(others))
    elif len(known):
        centred = vectors[known] - vectors[known].mean(axis=0)
        left, sizes, _ = np.linalg.svd(np.pad(centred, ((0, 0), (0, 2))), full_matrices=False)
        places[known] = np.pad(left * sizes, ((0, 0), (0, 2)))[:, :2]
    progress(1.0)
    return _in_square(places)


def _fitted(vectors: Floats, seed: int, progress: Progress) -> TSNEEmbedding:
    """The t-SNE of more than NEAREST vectors."""
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    finding, fitting = part_of(progress, 0.0, NEIGHBOUR_SHARE), part_of(progress, NEIGHBOUR_SHARE, 1 - NEIGHBOUR_SHARE)
    affinities = _attended(
        lambda: PerplexityBasedNN(vectors, perplexity=perplexity, metric="euclidean", n_jobs=1, random_state=seed),
        finding,
    )
    embedding = TSNEEmbedding(pca(vectors, random_state=seed), affinities, random_state=seed, n_jobs=1)
    for begin, steps, exaggeration, momentum in ((0, EARLY, 12, 0.5), (EARLY, LATE, None, 0.8)):

        def report(step: int, _error: float, _embedding: Any, begin: int = begin) -> None:
            fitting((begin + step) / (EARLY + LATE))

        embedding.optimize(
            steps,
            exaggeration=exaggeration,
            momentum=momentum,
            inplace=True,
            callbacks=report,
            callbacks_every_iters=STEPS_A_REPORT,
        )
    return embedding


def _attended(work: Callable[[], Any], progress: Progress) -> Any:
    """The result of work that cannot be asked how far it is; when progress raises, the work is left to itself."""
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        progress(0.0)
        thread.join(REPORT_SECONDS)
    if failure:
        raise failure[0]
    return outcome[0]


def _in_square(places: Floats) -> Floats:
    """The same picture, centred and as large as the square allows."""
    if np.isnan(places).all():
        return places
    low, high = np.nanmin(places, axis=0), np.nanmax(places, axis=0)
    scale = SIDE / max(float((high - low).max()), 1e-12)
    square: Floats = (places - (low + high) / 2) * min(scale, 1e12) + SIDE / 2
    return np.clip(square, 0, SIDE)
