"""What a ranking can be filtered by, and which of its rows pass: an array over all ranks, from which pages follow.

A filter is a set of documents, or a mark on the rows of the ranking itself.

Without filters nothing has to be looked at, since ranks are dense.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.store.columns import Columns
from skipgram_audit.store.document_columns import NONE, corpus_columns, ranking_columns, value_code
from skipgram_audit.store.models import AuditProbe, CorpusRow, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.search import matching_documents


@dataclass(frozen=True)
class Filters:
    """Which texts of a ranking are wanted.

    Attributes:
        search: what the text or the title of the document holds, or its id; see skipgram_audit.model.search_query.
        field: a metadata field that must have ``value``; without a value it has no effect.
        absent: instead, that the document has no value of this field.
        minimum_words, maximum_words: length of the document.
        stable: only influences of the same sign in every seed.
        group_duplicates: show each group of near-duplicates as one row; it narrows nothing (see near_duplicates.py).
    """

    search: str = ""
    field: str = ""
    value: str = ""
    absent: bool = False
    minimum_words: int | None = None
    maximum_words: int | None = None
    stable: bool = False
    group_duplicates: bool = False

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.parameters().keys() - {"group_duplicates"})

    def parameters(self) -> dict[str, str]:
        """Those that have an effect, as an address writes them."""
        written = {"search": self.search.strip()}
        if self.field and self.absent:
            written |= {"field": self.field, "absent": "on"}
        elif self.field and self.value:
            written |= {"field": self.field, "value": self.value}
        for name, bound in (("minimum_words", self.minimum_words), ("maximum_words", self.maximum_words)):
            written[name] = "" if bound is None else str(bound)
        written["stable"] = "on" if self.stable else ""
        written["group_duplicates"] = "on" if self.group_duplicates else ""
        return {name: text for name, text in written.items() if text}

    def documents(self, session: Session, corpus: CorpusRow) -> npt.NDArray[np.bool_] | None:
        """Which documents of the corpus pass what is asked of documents, by number; None when nothing is.

        Raises:
            InvalidInput: the corpus has no such metadata field.
        """
        found = corpus_columns(session, corpus)
        passing = [
            *self._of_search(session, corpus, found),
            *self._of_field(session, corpus, found),
            *self._of_length(found),
        ]
        return np.logical_and.reduce(passing) if passing else None

    def _of_search(self, session: Session, corpus: CorpusRow, found: Columns) -> Iterator[npt.NDArray[np.bool_]]:
        search = self.search.strip()
        if search:
            # Whoever pages through what a search found, or steps from document to document, asks it again each time.
            yield found.derived(("search", search), lambda: matching_documents(session, corpus, found, search))

    def _of_field(self, session: Session, corpus: CorpusRow, found: Columns) -> Iterator[npt.NDArray[np.bool_]]:
        index = require_field(corpus, self.field) if self.field else 0
        if not self.field or not (self.absent or self.value):
            return
        code: int | None = NONE
        if not self.absent:
            code = value_code(session, corpus, found, self.field, self.value.replace("\0", ""))
        codes = found[f"codes {index}"]
        yield np.zeros(len(codes), np.bool_) if code is None else codes == code

    def _of_length(self, found: Columns) -> Iterator[npt.NDArray[np.bool_]]:
        if self.minimum_words is not None:
            yield found["words"] >= self.minimum_words
        if self.maximum_words is not None:
            yield found["words"] <= self.maximum_words


def require_field(corpus: CorpusRow, field: str) -> int:
    """The place of a metadata field among those of the corpus.

    Raises:
        InvalidInput: the corpus has no such field.
    """
    if field not in corpus.metadata_fields:
        known = ", ".join(corpus.metadata_fields)
        raise InvalidInput(
            f"The corpus {corpus.name!r} has no metadata field {field[:80]!r}.",
            f"Its fields are {known}." if known else "It was imported without metadata fields.",
        )
    return corpus.metadata_fields.index(field)


RankingTable = type[DocumentInfluence] | type[SentenceInfluence]
Key = TypeVar("Key")


@dataclass(frozen=True)
class RankRange:
    """The ranks first..last, both included; listed from the last one when ``backwards``."""

    first: int
    last: int
    backwards: bool = False

    def __len__(self) -> int:
        return max(self.last - self.first + 1, 0)

    def __contains__(self, rank: object) -> bool:
        return isinstance(rank, int) and self.first <= rank <= self.last

    def cut(self, most: int | None) -> "RankRange":
        """The first so many ranks in the order that pages show; all without a number."""
        if most is None or most >= len(self):
            return self
        first = self.last - most + 1 if self.backwards else self.first
        return RankRange(first, first + most - 1, self.backwards)

    def position(self, rank: int) -> int:
        """1, 2, 3, ... in the order of the range."""
        return self.last - rank + 1 if self.backwards else rank - self.first + 1


class FilteredRanking:
    """A ranking of which only the rows that pass some filters are seen.

    Raises:
        InvalidInput: the corpus has no such metadata field.
    """

    def __init__(self, session: Session, probe: AuditProbe, ranked: RankingTable, filters: Filters) -> None:
        if filters.field:
            require_field(probe.audit.corpus, filters.field)
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

    def next_ranks(self, ranks: RankRange, cursor: Cursor | None, most: int) -> list[int]:
        """The next ranks from a cursor, or from the end where the range begins, in the order that pages show.

        A cursor after a rank leads upwards, one before it downwards.
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
        lower, higher = (self.next_ranks(ranks, Cursor(rank, before), 1) for before in (True, False))
        return (lower[0] if lower else None, higher[0] if higher else None)


def _passing(session: Session, probe: AuditProbe, ranked: RankingTable, filters: Filters) -> npt.NDArray[np.bool_]:
    """bool [ranks]: whether each rank passes; kept as long as neither documents nor ranking change."""
    corpus = corpus_columns(session, probe.audit.corpus)
    ranking = ranking_columns(session, probe)
    is_documents = ranked is DocumentInfluence

    def make() -> npt.NDArray[np.bool_]:
        owners = ranking["documents" if is_documents else "sentences"]
        documents = filters.documents(session, probe.audit.corpus)
        passing = np.ones(len(owners), np.bool_) if documents is None else documents[owners]
        if filters.stable:
            passing = passing & (ranking["stability" if is_documents else "sentence_stability"] >= 1.0)
        return passing

    return ranking.derived((corpus.version, ranked.__tablename__, filters), make)


def document_ids(
    session: Session,
    probe: AuditProbe,
    ranked: RankingTable,
    ranks: RankRange,
    filters: Filters,
    most: int | None = None,
) -> npt.NDArray[np.int64]:
    """The documents of a range of a ranking, or of its sentences, that pass the filters; ascending, each once.

    Args:
        most: rows of the ranking that count, the first ones; all of them without it.
    """
    found = FilteredRanking(session, probe, ranked, filters).ranks(ranks)
    found = (found[::-1] if ranks.backwards else found)[:most]
    owners = ranking_columns(session, probe)["documents" if ranked is DocumentInfluence else "sentences"]
    ids = corpus_columns(session, probe.audit.corpus)["ids"]
    chosen: npt.NDArray[np.int64] = ids[np.unique(owners[found - 1])]
    return chosen


def count_matches(
    session: Session, probe: AuditProbe, ranked: RankingTable, ranges: Mapping[Key, RankRange], filters: Filters
) -> dict[Key, int]:
    """How many rows of each range of ranks pass the filters."""
    filtered = FilteredRanking(session, probe, ranked, filters)
    return {key: filtered.count(ranks) for key, ranks in ranges.items()}
