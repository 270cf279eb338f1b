"""The corpora of the tables, as a folder holds them, and their texts cut into sentences."""

from pathlib import Path

import skipgram_audit as sga
from skipgram_audit.corpus.encoding import EncodedCorpus, encode_documents
from skipgram_audit.corpus.sources import CorpusDocument


def unwatched(_fraction: float) -> None:
    """A progress that nobody watches."""


def documents_of(path: Path) -> list[CorpusDocument]:
    """All documents of a corpus file."""
    return list(sga.Corpus.from_file(path).documents(unwatched))


def encoded(documents: list[CorpusDocument], minimum_count: int, cache: Path) -> EncodedCorpus:
    """Documents with their sentences, rare words left out; kept in a file.

    Args:
        minimum_count: words seen less often are left out.
        cache: the file.
    """
    if not cache.exists():
        encode_documents(documents, len(documents), True, minimum_count, unwatched).save(cache)
    return EncodedCorpus.load(cache)
