"""Loads the compiled loops that tests give to workers: imported before these are forked, which then have them."""

import numpy as np

from tests.worker.engine.samples import silent, small_settings, zipf_corpus
from worker.engine.corpus.cooccurrence import EntryTables, added, count_shard, spread_entries
from worker.engine.corpus.shards import shards
from worker.engine.influence.pairs import spread_shard_pairs
from worker.engine.influence.tables import spread_shard
from worker.engine.skipgram.training import train

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
