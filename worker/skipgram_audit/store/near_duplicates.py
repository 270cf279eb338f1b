"""Groups of near-duplicate documents: found by the worker once a corpus, kept as a column of it.

A group is known by the id of its first document.
"""

from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.near_duplicates import DuplicateCounts
from skipgram_audit.store import columns, corpus_columns, identity
from skipgram_audit.store.column_models import CorpusColumn
from skipgram_audit.store.columns import Columns
from skipgram_audit.store.corpus_columns import NONE, numbers_of, of_corpus
from skipgram_audit.store.models import Corpus

COLUMN = "duplicates"


def facts_of(session: Session, corpus: Corpus) -> DuplicateCounts | None:
    """None when near-duplicates were not looked for, or in other documents than those that are there."""
    return DuplicateCounts(**corpus.near_duplicates) if corpus.near_duplicates and are_known(session, corpus) else None


def write(
    session: Session,
    corpus_id: int,
    document_ids: npt.NDArray[np.int64],
    first: npt.NDArray[Any],
    facts: DuplicateCounts,
) -> None:
    """Stores groups and facts over those that are there; the corpus's other columns must be stored.

    Args:
        document_ids: in the order of ``first``, which is reading order.
        first: the index of the first document of each one's group, -1 for those in none.
    """
    corpus = session.get_one(Corpus, corpus_id)
    numbers = np.argsort(np.argsort(document_ids, kind="stable"), kind="stable")
    made = np.full(len(first), NONE, np.int32)
    made[numbers] = np.where(first == NONE, NONE, numbers[first])
    columns.put(session, CorpusColumn, corpus_id, corpus_columns.KINDS, identity.of_corpus(corpus), {COLUMN: made})
    corpus.near_duplicates = asdict(facts)


def groups_column(session: Session, corpus: Corpus) -> tuple[Columns, npt.NDArray[np.int32]]:
    """The corpus's columns, and the number of the first document of each document's group.

    Raises:
        Conflict: near-duplicates were not looked for.
    """
    found = of_corpus(session, corpus)
    if COLUMN not in found:
        raise Conflict(
            f"Near-duplicates were not looked for when the corpus {corpus.name!r} was imported.",
            f"Have them looked for: on the corpus's page, or by POST to /api/v1/corpora/{corpus.id}/near-duplicates.",
        )
    return found, found[COLUMN]


def are_known(session: Session, corpus: Corpus) -> bool:
    """Whether near-duplicates were looked for in these documents."""
    return COLUMN in of_corpus(session, corpus)


def code_of(session: Session, corpus: Corpus, group_id: int) -> int:
    """The number of the first document of a group, which is what its members have in the column.

    Raises:
        NotFound: no group has this id.
        Conflict: near-duplicates were not looked for.
    """
    found, groups = groups_column(session, corpus)
    for number in numbers_of(found, np.array([group_id], np.int64)).tolist():
        if groups[number] == number:
            return int(number)
    raise NotFound(
        f"The corpus {corpus.name!r} has no group of near-duplicates {group_id}.", "Open groups from their list."
    )
