"""Makes the search index of a corpus out of its documents. An import does so by the way; else a job of the worker."""

from collections.abc import Callable

from skipgram_audit.model.tokens import tokenize
from skipgram_audit.store import corpora, documents, search_index
from skipgram_audit.store.database import Database


def write_search_index(
    database: Database, corpus_id: int, progress: Callable[[float], None] = lambda _fraction: None
) -> None:
    """Makes the index of a corpus that has been read, over the one that is there.

    Args:
        progress: called with 0..1 after every document.
    """
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
    with search_index.writing(database.folder, corpus_id) as index:
        for number, document in enumerate(documents.stream_texts(database, corpus_id), start=1):
            index.add(
                tokenize(document.title, casefold=True, language=corpus.language),
                tokenize(document.text, casefold=True, language=corpus.language),
            )
            progress(min(1.0, number / max(1, corpus.document_count)))
        index.finish(search_index.contents_of(corpus))
