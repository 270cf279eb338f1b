"""Near-duplicates of a corpus: the last of an import's longer steps, and a job for what older versions imported."""

from array import array

import numpy as np

from skipgram_audit.computing.progress import part_of
from skipgram_audit.corpus.near_duplicates import Sketches
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.runtime import job_of_one_step
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.store import corpora, documents, filling, near_duplicates
from skipgram_audit.store.models import JobKind

SKETCHING_SHARE = 0.9


@job_of_one_step(JobKind.NEAR_DUPLICATES, "find")
def find_near_duplicates(context: JobContext, subject: str) -> None:
    """Looks for near-duplicates in the corpus whose id is the subject."""
    context.phase(1, 1, "Looking for near-duplicates")
    filling.fill_columns(context.database)
    write_near_duplicates(context, int(subject))


def write_near_duplicates(context: JobContext, corpus_id: int) -> None:
    """Compares all documents of a corpus whose columns are stored, over what was found before.

    Words are compared case-folded: a text set in capitals is a duplicate.
    """
    with context.database.session() as session:
        language = corpora.get(session, corpus_id).language
        total = documents.token_total(session, corpus_id)
    sketches, ids, seen = Sketches(), array("q"), 0
    sketching = part_of(context.progress, 0.0, SKETCHING_SHARE)
    for document in documents.stream_texts(context.database, corpus_id):
        words = tokenize(document.text, casefold=True, language=language)
        sketches.add(words)
        ids.append(document.id)
        seen += len(words)
        sketching(seen / max(1, total))

    def words_of(number: int) -> list[str]:
        with context.database.session() as session:
            return tokenize(documents.text_of(session, ids[number]), casefold=True, language=language)

    found = sketches.groups(words_of, part_of(context.progress, SKETCHING_SHARE, 1 - SKETCHING_SHARE))
    with context.database.session() as session:
        near_duplicates.write(session, corpus_id, np.array(ids, np.int64), found.first, found.counts)
