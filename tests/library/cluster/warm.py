"""Loads the compiled loops that tests give to workers: imported before these are forked, which then have them."""

import numpy as np

from skipgram_audit.attribution.published.pairs import spread_shard_pairs
from skipgram_audit.attribution.tables import spread_shard
from skipgram_audit.corpus.cooccurrence import EntryTables, added, count_shard, spread_entries
from skipgram_audit.corpus.shards import shards
from skipgram_audit.training.sgd import train
from tests.library.samples import silent, small_settings, zipf_corpus

CORPUS = zipf_corpus()
KEEP = np.ones(len(CORPUS.words))

for shard in shards(CORPUS):
    counts = count_shard(shard, KEEP, 3, None)
    entries = added(counts, counts)
    for dtype in (np.float32, np.float64):
        tables = np.ones((len(entries.columns), 1), dtype)
        spread_entries(shard, KEEP, 3, EntryTables(entries.offsets, entries.columns, tables))
    spread_shard(shard, np.arange(2), KEEP, 3, np.ones((2, len(KEEP))))
    parameters = np.ones((len(KEEP), 8))
    spread_shard_pairs(
        shard, KEEP, 3, (parameters, parameters, np.ones((1, 2 * len(KEEP), 8)), np.ones((1, len(KEEP))))
    )
train(CORPUS, small_settings(dimension=12, negatives=3, epochs=1), 1, silent)
