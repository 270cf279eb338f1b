"""Near-duplicates of a corpus in the store, found on the spot."""

import numpy as np

from skipgram_audit.corpus.near_duplicates import Sketches
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.store import documents, filling, near_duplicates
from skipgram_audit.store.database import Database


def find_duplicates(database: Database, corpus_id: int) -> None:
    filling.fill_columns(database)
    texts = list(documents.stream_texts(database, corpus_id))
    words = [tokenize(text.text, casefold=True) for text in texts]
    sketches = Sketches()
    for one in words:
        sketches.add(one)
    found = sketches.groups(words.__getitem__, lambda _: None)
    with database.session() as session:
        ids = np.array([text.id for text in texts], np.int64)
        near_duplicates.write(session, corpus_id, ids, found.first, found.counts)
