"""Which rows of a ranking pass its filters: as an array over all ranks, from which pages, counts and steps follow.

Without filters nothing has to be looked at, since ranks are dense.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.store import corpus_columns, ranking_columns
from skipgram_audit.store.filters import Filters
from skipgram_audit.store.models import AuditProbe, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.paging import Cursor

RankingTable = type[DocumentInfluence] | type[SentenceInfluence]
Key = TypeVar("Key")


@dataclass(frozen=True)
class RankRange:
    """The ranks first..last, both included; walked from the last one when ``backwards``."""

    first: int
    last: int
    backwards: bool = False

    def __len__(self) -> int:
        return max(self.last - self.first + 1, 0)

    def __contains__(self, rank: object) -> bool:
        return isinstance(rank, int) and self.first <= rank <= self.last

    def position(self, rank: int) -> int:
        """1, 2, 3, ... in the order of the walk."""
        return self.last - rank + 1 if self.backwards else rank - self.first + 1


class Narrowed:
    """A ranking of which only the rows that pass some filters are seen.

    Raises:
        InvalidInput: the corpus has no such metadata field.
    """

    def __init__(self, session: Session, probe: AuditProbe, ranked: RankingTable, filters: Filters) -> None:
        self._passing = _passing(session, probe, ranked, filters) if filters else None

    def ranks(self, ranks: RankRange) -> npt.NDArray[np.int64]:
        """Those of a range that pass, ascending."""
        if self._passing is None:
            return np.arange(ranks.first, ranks.last + 1)
        return np.flatnonzero(self._passing[ranks.first - 1 : ranks.last]) + ranks.first

    def count(self, ranks: RankRange) -> int:
        if self._passing is None:
            return len(ranks)
        return int(np.count_nonzero(self._passing[ranks.first - 1 : max(ranks.last, ranks.first - 1)]))

    def walk(self, ranks: RankRange, cursor: Cursor | None, most: int) -> list[int]:
        """The next ranks from a cursor, or from the end where the range begins, in walking order.

        A cursor after a rank walks upwards, one before it downwards.
        """
        first, last = ranks.first, ranks.last
        downwards = ranks.backwards if cursor is None else cursor.before
        if cursor is not None and downwards:
            last = min(last, cursor.key - 1)
        elif cursor is not None:
            first = max(first, cursor.key + 1)
        found = self.ranks(RankRange(first, last)) if first <= last else np.zeros(0, np.int64)
        return [int(rank) for rank in (found[::-1] if downwards else found)[:most]]

    def beside(self, ranks: RankRange, rank: int) -> tuple[int | None, int | None]:
        """The next lower and the next higher rank of a range that pass; the rank itself need not be among them."""
        lower, higher = (self.walk(ranks, Cursor(rank, before), 1) for before in (True, False))
        return (lower[0] if lower else None, higher[0] if higher else None)


def _passing(session: Session, probe: AuditProbe, ranked: RankingTable, filters: Filters) -> npt.NDArray[np.bool_]:
    """bool [ranks]: whether each rank passes; kept as long as neither documents nor ranking change."""
    corpus = corpus_columns.of_corpus(session, probe.audit.corpus)
    ranking = ranking_columns.of_probe(session, probe)
    is_documents = ranked is DocumentInfluence

    def make() -> npt.NDArray[np.bool_]:
        owners = ranking["documents" if is_documents else "sentences"]
        documents = filters.documents(session, probe.audit.corpus)
        passing = np.ones(len(owners), np.bool_) if documents is None else documents[owners]
        if filters.stable:
            passing = passing & ranking["stable" if is_documents else "stable_sentences"]
        return passing

    return ranking.derived((corpus.version, ranked.__tablename__, filters), make)


def document_ids(
    session: Session, probe: AuditProbe, ranked: RankingTable, ranks: RankRange, filters: Filters
) -> npt.NDArray[np.int64]:
    """The documents of a range of a ranking, or of its sentences, that pass the filters; ascending, each once."""
    found = Narrowed(session, probe, ranked, filters).ranks(ranks)
    owners = ranking_columns.of_probe(session, probe)["documents" if ranked is DocumentInfluence else "sentences"]
    ids = corpus_columns.of_corpus(session, probe.audit.corpus)["ids"]
    chosen: npt.NDArray[np.int64] = ids[np.unique(owners[found - 1])]
    return chosen


def count_matches(
    session: Session, probe: AuditProbe, ranked: RankingTable, ranges: Mapping[Key, RankRange], filters: Filters
) -> dict[Key, int]:
    """How many rows of each range of ranks pass the filters."""
    narrowed = Narrowed(session, probe, ranked, filters)
    return {key: narrowed.count(ranks) for key, ranks in ranges.items()}
