"""What a search for near-duplicates compared and found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DuplicateCounts:
    """Numbers of groups and documents.

    Attributes:
        groups: of two documents or more; ``documents`` are in one, ``largest`` in the largest.
        by_shingles: documents long enough for a shingle.
        by_equality: shorter ones, which were only looked for word for word.
        without_words: documents without any word, in no group.
        pairs: that shared a band and were compared exactly.
        passed_over: times that a document was not compared with all that shared a band, see
            corpus.near_duplicates.MOST_COMPARED.
    """

    groups: int
    documents: int
    largest: int
    by_shingles: int
    by_equality: int
    without_words: int
    pairs: int
    passed_over: int
