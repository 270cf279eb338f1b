"""Near-duplicates of a corpus: the last of an import's longer steps, and a job for what older versions imported."""

from array import array
from collections.abc import Iterator

import numpy as np

from skipgram_audit.corpus.near_duplicates import groups_of_texts
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.runtime import job_of_one_step
from skipgram_audit.store import corpora, documents, filling, near_duplicates
from skipgram_audit.store.models import JobKind


@job_of_one_step(JobKind.NEAR_DUPLICATES, "find")
def find_near_duplicates(context: JobContext, subject: str) -> None:
    """Looks for near-duplicates in the corpus whose id is the subject."""
    context.phase(1, 1, "Looking for near-duplicates")
    filling.fill_columns(context.database)
    write_near_duplicates(context, int(subject))


def write_near_duplicates(context: JobContext, corpus_id: int) -> None:
    """Compares all documents of a corpus whose columns are stored, over what was found before."""
    with context.database.session() as session:
        language = corpora.get(session, corpus_id).language
        total = documents.token_total(session, corpus_id)
    ids = array("q")

    def texts() -> Iterator[str]:
        for document in documents.stream_texts(context.database, corpus_id):
            ids.append(document.id)
            yield document.text

    def text_of(number: int) -> str:
        with context.database.session() as session:
            return documents.text_of(session, ids[number])

    found = groups_of_texts(texts(), text_of, language, total, context.progress)
    with context.database.session() as session:
        near_duplicates.write(session, corpus_id, np.array(ids, np.int64), found.first, found.counts)
