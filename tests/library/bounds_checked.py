"""The compiled loops on random corpora of extreme shapes, with every access checked:

    NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=... python -m tests.library.bounds_checked SHAPES

An access beyond an array's end raises IndexError then, and the process ends with its traceback. The cache must be one
of its own, since machine code without the checks would be taken from the usual one.
"""

import sys
from collections.abc import Callable

import numpy as np

from skipgram_audit.corpus.cooccurrence import PairCounter
from skipgram_audit.corpus.counts import count_pairs, spread_over_tokens
from skipgram_audit.corpus.encoding import EncodedCorpus, offsets_of
from skipgram_audit.corpus.pair_rows import add_to_rows
from skipgram_audit.corpus.shards import shards
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.training.distribution import keep_probabilities
from skipgram_audit.training.gpu.batches import train_batches
from skipgram_audit.training.randomness import alias_table
from skipgram_audit.training.sgd import train
from tests.library.samples import silent, small_settings

LARGEST_WINDOW = 40


def random_corpus(generator: np.random.Generator) -> EncodedCorpus:
    """Few or no documents, sentences and words; sentences of no token, of one, or of many."""
    words = int(generator.integers(1, 6))
    documents = generator.integers(0, 4, int(generator.integers(0, 4)))
    lengths = generator.choice([0, 0, 1, 1, 2, 3, 30], int(documents.sum()))
    tokens = generator.integers(0, words, int(lengths.sum())).astype(np.int32)
    return EncodedCorpus(
        words=tuple(f"w{number}" for number in range(words)),
        counts=np.maximum(np.bincount(tokens, minlength=words), 1).astype(np.int64),
        tokens=tokens,
        sentence_offsets=offsets_of(lengths.astype(np.int64)),
        document_sentences=offsets_of(documents.astype(np.int64)),
        sentence_keys=np.arange(len(lengths), dtype=np.int64),
        casefold=True,
        dropped_tokens=0,
    )


def count_and_spread(corpus: EncodedCorpus, generator: np.random.Generator) -> None:
    window = int(generator.choice([1, 2, 5, LARGEST_WINDOW]))
    keep = keep_probabilities(corpus.counts, float(generator.choice([0.0, 1e-3, 1e-30])))
    counter = PairCounter(corpus, keep, window)
    counter.weighted((generator.random(corpus.sentence_count) < 0.5).astype(np.float64))
    assert np.isfinite(counter.spread(generator.normal(size=(2, len(counter.full.columns))))).all()
    probe_words = np.arange(len(corpus.words))[: int(generator.integers(1, 3))]
    table = count_pairs(corpus, probe_words, keep, window)
    for shard in shards(corpus):
        tokens, sentences = np.zeros(len(shard.tokens)), np.zeros(len(shard.sentence_offsets) - 1)
        spread_over_tokens(shard, probe_words, keep, window, table, tokens, sentences)


def train_both_ways(corpus: EncodedCorpus, generator: np.random.Generator) -> None:
    settings = small_settings(
        window=int(generator.choice([1, 3, LARGEST_WINDOW])),
        dimension=int(generator.choice([1, 2, 17])),
        epochs=1,
        seeds=(1,),
        batch_tokens=int(generator.choice([1, 7])),
        shuffle_documents=bool(generator.random() < 0.5),
    )
    for training in (
        lambda: train(corpus, settings, 1, silent),
        lambda: train_batches(corpus, settings, [1], silent, "cpu"),
    ):
        allow_engine_errors(training)


def draw_from_tables(corpus: EncodedCorpus, generator: np.random.Generator) -> None:
    size = int(generator.integers(0, 5))
    weights = generator.choice([0.0, 1.0, 1e-300, 1e300], size)
    allow_engine_errors(lambda: alias_table(weights / max(float(weights.sum()), 1e-300)))


def allow_engine_errors(work: Callable[[], object]) -> None:
    """An error that says what is missing is a right answer to an extreme shape."""
    try:
        work()
    except EngineError as error:
        if not error.message:
            raise


def main(shapes: int) -> None:
    """Raises IndexError where a loop reads or writes beyond an array."""
    try:
        add_to_rows(np.array([0, 3]), np.zeros((1, 1)), np.zeros((2, 1)))
    except IndexError:
        pass
    else:
        raise SystemExit("accesses are not checked: set NUMBA_BOUNDSCHECK=1, and a cache folder of its own")
    for seed in range(shapes):
        generator = np.random.default_rng(seed)
        corpus = random_corpus(generator)
        for work in (count_and_spread, train_both_ways, draw_from_tables):
            work(corpus, generator)
    print(f"{shapes} shapes")


if __name__ == "__main__":
    main(int(sys.argv[1]))
