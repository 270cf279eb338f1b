"""A corpus in shards: stretches of whole sentences, so that no pair of tokens lies across two of them.

Where they are cut depends on the corpus alone, never on who works on them: sums over shards, taken in their order, are
the same bytes on one core and on a cluster.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.execution import Executor, Result, in_order
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus

TOKENS_A_SHARD = 100_000
"""Half a tenth of a second of counting: still more than it costs to send and to merge."""

MOST_SHARDS = 256
"""In large corpora shards grow instead: every further one adds rows to merge."""


@dataclass(frozen=True)
class Shard:
    """Sentences of a corpus, numbered from 0.

    Attributes:
        tokens: int32 [tokens of the shard], word ids.
        sentence_offsets: int64 [sentences of the shard + 1].
        first_sentence, first_token: where it begins in the corpus.
    """

    tokens: npt.NDArray[np.int32]
    sentence_offsets: npt.NDArray[np.int64]
    first_sentence: int
    first_token: int

    @property
    def sentences(self) -> slice:
        """Among those of the corpus."""
        return slice(self.first_sentence, self.first_sentence + len(self.sentence_offsets) - 1)

    @property
    def places(self) -> slice:
        """Of its tokens among those of the corpus."""
        return slice(self.first_token, self.first_token + len(self.tokens))


def shard_bounds(corpus: EncodedCorpus) -> list[tuple[int, int]]:
    """First sentence and the one after the last, of each shard; one shard at least."""
    count = max(1, min(MOST_SHARDS, round(len(corpus.tokens) / TOKENS_A_SHARD)))
    cuts = np.searchsorted(corpus.sentence_offsets, np.arange(1, count) * (len(corpus.tokens) / count))
    stops = np.unique([0, *cuts.tolist(), corpus.sentence_count]).tolist()
    return list(itertools.pairwise(stops)) or [(0, 0)]


def shards(corpus: EncodedCorpus) -> Iterator[Shard]:
    """All of a corpus, in order; views, not copies."""
    for first, last in shard_bounds(corpus):
        offsets = corpus.sentence_offsets[first : last + 1]
        begin = int(offsets[0])
        yield Shard(corpus.tokens[begin : int(offsets[-1])], offsets - begin, first, begin)


def over_shards(
    corpus: EncodedCorpus,
    executor: Executor,
    function: Callable[..., Result],
    arguments: tuple[Any, ...],
    progress: Progress,
) -> Iterator[tuple[Shard, Result]]:
    """Every shard with function(shard, *arguments), in order.

    Args:
        progress: called with 0..1 after every shard and while one is waited for; may raise to cancel.
    """
    parts = ((shard, *arguments) for shard in shards(corpus))
    found = in_order(executor, function, parts, len(shard_bounds(corpus)), progress)
    return zip(shards(corpus), found, strict=True)
