"""The packed columns of a corpus' documents and of a probe's ranking: what they hold, and how they are made from rows.

A document's *number* is its place among the ids of its corpus, from 0. A ranking's columns are in the order of ranks:
item 0 is rank 1.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from skipgram_audit.store import columns
from skipgram_audit.store.columns import Columns, CorpusColumn, RankingColumn, corpus_identity, ranking_identity
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import (
    AuditProbe,
    CorpusRow,
    Document,
    DocumentInfluence,
    SentenceInfluence,
)
from skipgram_audit.store.natural_order import sorted_places

CORPUS_KINDS = {
    "ids": "<i8", "words": "<i4", "lengths": "<i4", "names": "<u8", "texts": "<u8", "codes": "<i4", "values": "<u8",
    "titles": "<i4", "identifiers": "<i4", "order": "<i4", "duplicates": "<i4",
}  # fmt: skip
"""ids: ascending. words, lengths: length in words and in sentences. names, texts: digests of external id and text, the
latter two numbers a document. codes N: of the corpus's metadata field N, the number of the first document with the same
value, -1 without one. values N: digest of the value. titles, identifiers, order N: places of titles (of external ids
where there is none), of external ids, and of the values of field N when they are sorted, see natural_order.py; the same
for equal ones. duplicates: the number of the first document of the group of near-duplicates, -1 for
documents in none; it is not made from the rows, and only there once they were looked for (near_duplicates.py)."""

READ_AT_ONCE = 1_000
NONE = -1


def corpus_columns(session: Session, corpus: CorpusRow) -> Columns:
    """The columns of a corpus that has been read."""
    return Columns(session, CorpusColumn, corpus.id, CORPUS_KINDS, corpus_identity(corpus))


@dataclass(frozen=True)
class ListedDocument:
    """What columns need to know of a document; ``words`` and ``sentences`` are numbers of them."""

    id: int
    external_id: str
    title: str
    text: str
    fields: Mapping[str, str]
    words: int
    sentences: int


class ColumnCollector:
    """Makes the columns of a corpus, document by document in the order of their ids."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = list(fields)
        self._ids, self._words, self._lengths = array("q"), array("i"), array("i")
        self._names, self._texts = array("Q"), bytearray()
        self._titles: list[str] = []
        self._identifiers: list[str] = []
        self._first: list[dict[str, int]] = [{} for _ in fields]
        self._codes = [array("i") for _ in fields]
        self._values = [array("Q") for _ in fields]

    def add(self, document: ListedDocument) -> None:
        number = len(self._ids)
        self._ids.append(document.id)
        self._words.append(document.words)
        self._lengths.append(document.sentences)
        self._names.append(digest(document.external_id))
        self._texts += _digest(document.text, 16)
        self._titles.append(document.title or document.external_id)
        self._identifiers.append(document.external_id)
        for index, name in enumerate(self._fields):
            value = document.fields.get(name) or None
            self._codes[index].append(NONE if value is None else self._first[index].setdefault(value, number))
            self._values[index].append(0 if value is None else digest(value))

    def made(self) -> dict[str, npt.NDArray[Any]]:
        """The columns by name."""
        found: dict[str, npt.NDArray[Any]] = {
            "ids": np.array(self._ids, np.int64),
            "words": np.array(self._words, np.int32),
            "lengths": np.array(self._lengths, np.int32),
            "titles": sorted_places(self._titles),
            "identifiers": sorted_places(self._identifiers),
            "names": np.array(self._names, np.uint64),
            "texts": np.frombuffer(bytes(self._texts), "<u8"),
        }
        for index, (codes, values) in enumerate(zip(self._codes, self._values, strict=True)):
            of_value = np.full(len(self._ids) + 1, NONE, np.int32)  # NONE, the last item, has itself
            of_value[list(self._first[index].values())] = sorted_places(list(self._first[index]), numbers=True)
            packed = np.array(codes, np.int32)
            found |= {f"codes {index}": packed, f"values {index}": np.array(values, np.uint64)}
            found |= {f"order {index}": of_value[packed]}
        return found

    def write(self, session: Session, corpus: CorpusRow) -> None:
        """Stores them; the corpus must have its final hash."""
        columns.write(session, CorpusColumn, corpus.id, CORPUS_KINDS, corpus_identity(corpus), self.made())


def digest(text: str) -> int:
    """64 bits that distinguish texts."""
    return int.from_bytes(_digest(text, 8), "little")


def _digest(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def write_corpus_columns(database: Database, corpus_id: int) -> None:
    """Makes and stores the columns of a corpus whose documents are in the store."""
    with database.session() as session:
        corpus = session.get_one(CorpusRow, corpus_id)
        collected = _collect_corpus(session, corpus)
    with database.session() as session:
        collected.write(session, corpus)


def ensure_corpus_columns(database: Database, corpus_id: int) -> None:
    """Makes the columns of a corpus where they are missing, or of other documents."""
    with database.session() as session:
        # The latest kind of column: those of older versions have the others only.
        are_there = "identifiers" in corpus_columns(session, session.get_one(CorpusRow, corpus_id))
    if not are_there:
        write_corpus_columns(database, corpus_id)


def _collect_corpus(session: Session, corpus: CorpusRow) -> ColumnCollector:
    collector = ColumnCollector(corpus.metadata_fields)
    wanted = (
        Document.external_id,
        Document.title,
        Document.text,
        Document.fields,
        Document.token_count.label("words"),
        Document.sentence_count.label("sentences"),
    )
    for row in _rows(session, corpus.id, *wanted):
        collector.add(ListedDocument(**row._mapping))
    return collector


def _rows(session: Session, corpus_id: int, *wanted: Any) -> Iterator[Any]:
    """Ids and what else is wanted of a corpus' documents, in the order of their ids."""
    last = -1
    while True:
        # Adding 0 makes the databases read along the ids: by an index on corpora they would sort all of them each time.
        some = select(Document.id, *wanted).where(Document.corpus_id + 0 == corpus_id, Document.id > last)
        rows = session.execute(some.order_by(Document.id).limit(READ_AT_ONCE)).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def numbers_of(found: Columns, document_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The numbers of documents; ids that the corpus does not have are left out."""
    ids = found["ids"]
    if not len(ids):
        return np.zeros(0, np.int64)
    places = np.minimum(np.searchsorted(ids, document_ids), len(ids) - 1)
    numbers: npt.NDArray[np.int64] = places[ids[places] == document_ids]
    return numbers


def value_code(session: Session, corpus: CorpusRow, found: Columns, field: str, value: str) -> int | None:
    """The code of a metadata value; None when no document has it."""
    index = corpus.metadata_fields.index(field)
    codes = found[f"codes {index}"]
    alike = np.flatnonzero(found[f"values {index}"] == np.uint64(digest(value)))
    for code in alike[codes[alike] == alike].tolist():
        if values_of(session, found, field, [code])[code] == value:
            return int(code)
    return None


def values_of(session: Session, found: Columns, field: str, codes: Sequence[int]) -> dict[int, str]:
    """Metadata values by their codes."""
    ids = found["ids"][np.asarray(codes, dtype=np.int64)].tolist()
    code_of_id = dict(zip(ids, codes, strict=True))
    values: dict[int, str] = {}
    for first in range(0, len(ids), READ_AT_ONCE):
        some = select(Document.id, Document.fields).where(Document.id.in_(ids[first : first + READ_AT_ONCE]))
        values |= {code_of_id[row.id]: row.fields[field] for row in session.execute(some)}
    return values


def frequent_values(session: Session, corpus: CorpusRow, field: str, most: int) -> tuple[list[tuple[str, int]], int]:
    """The values that most documents have, with their numbers, and how many different values there are.

    Args:
        field: one of the corpus' metadata fields.
        most: values that are given; of equally frequent ones those that come first in the corpus.
    """
    found = corpus_columns(session, corpus)
    codes = found[f"codes {corpus.metadata_fields.index(field)}"]
    counts = np.bincount(codes[codes != NONE], minlength=1)
    first = np.argsort(-counts, kind="stable")[:most]
    first = first[counts[first] > 0]
    values = values_of(session, found, field, first.tolist())
    return [(values[code], int(counts[code])) for code in first.tolist()], int(np.count_nonzero(counts))


RANKING_KINDS = {
    "documents": "<i4",
    "influences": "<f8",
    "spreads": "<f8",
    "stability": "<f4",
    "sentences": "<i4",
    "sentence_spreads": "<f4",
    "sentence_stability": "<f4",
}
"""documents: the number of the document at each rank; sentences: that of each ranked sentence's document. stability:
the share of seeds whose influence has the mean's sign."""

_RANKED_DOCUMENTS = np.dtype(
    [("id", np.int64), ("influence", np.float64), ("spread", np.float64), ("stability", np.float64)]
)

_RANKED_SENTENCES = np.dtype([("id", np.int64), ("spread", np.float64), ("stability", np.float64)])


def ranking_columns(session: Session, probe: AuditProbe) -> Columns:
    """The columns of a measured probe's ranking."""
    return Columns(session, RankingColumn, probe.id, RANKING_KINDS, ranking_identity(probe))


def write_ranking_columns(database: Database, audit_probe_id: int) -> None:
    """Makes and stores the columns of a ranking whose rows are in the store, and those of its corpus if need be."""
    with database.session() as session:
        corpus_id = session.get_one(AuditProbe, audit_probe_id).audit.corpus_id
    ensure_corpus_columns(database, corpus_id)
    with database.session() as session:
        probe = session.get_one(AuditProbe, audit_probe_id)
        made_from, made = ranking_identity(probe), _ranking_arrays(session, probe)
    with database.session() as session:
        columns.write(session, RankingColumn, audit_probe_id, RANKING_KINDS, made_from, made)


def _ranking_arrays(session: Session, probe: AuditProbe) -> dict[str, npt.NDArray[Any]]:
    ids = corpus_columns(session, probe.audit.corpus)["ids"]
    ranked = select(
        DocumentInfluence.document_id,
        DocumentInfluence.influence,
        DocumentInfluence.spread,
        DocumentInfluence.sign_stability,
    )
    documents = _structured(
        session,
        ranked.where(DocumentInfluence.audit_probe_id == probe.id).order_by(DocumentInfluence.rank),
        _RANKED_DOCUMENTS,
    )
    sentences = _structured(
        session,
        select(SentenceInfluence.document_id, SentenceInfluence.spread, SentenceInfluence.sign_stability)
        .where(SentenceInfluence.audit_probe_id == probe.id)
        .order_by(SentenceInfluence.rank),
        _RANKED_SENTENCES,
    )
    return {
        "documents": np.searchsorted(ids, documents["id"]).astype(np.int32),
        "influences": documents["influence"],
        "spreads": documents["spread"],
        "stability": documents["stability"],
        "sentences": np.searchsorted(ids, sentences["id"]).astype(np.int32),
        "sentence_spreads": sentences["spread"],
        "sentence_stability": sentences["stability"],
    }


def _structured(session: Session, statement: Executable, fields: np.dtype[np.void]) -> npt.NDArray[np.void]:
    """The rows of a query as a structured array.

    They are the driver's plain tuples: a row object for each would take longer than all the rest.
    """
    rows: Any = session.connection().execute(statement).cursor
    return np.fromiter(rows, dtype=fields)
