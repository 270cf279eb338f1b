"""The columns of a corpus. A document's *number* is its place among the ids of its corpus, from 0."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.store import columns, identity
from skipgram_audit.store.column_models import CorpusColumn
from skipgram_audit.store.columns import Columns
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Corpus, Document

KINDS = {
    "ids": "<i8", "words": "<i4", "names": "<u8", "texts": "<u8", "codes": "<i4", "values": "<u8", "duplicates": "<i4",
}  # fmt: skip
"""ids: ascending. words: length. names, texts: digests of external id and text, the latter two numbers a document.
codes N: of the corpus's metadata field N, the number of the first document with the same value, -1 without one.
values N: digest of the value. duplicates: the number of the first document of the group of near-duplicates, -1 for
documents in none; it is not made from the rows, and only there once they were looked for (near_duplicates.py)."""

READ_AT_ONCE = 1_000
NONE = -1


def of_corpus(session: Session, corpus: Corpus) -> Columns:
    """The columns of a corpus that has been read."""
    return Columns(session, CorpusColumn, corpus.id, KINDS, identity.of_corpus(corpus))


class Collector:
    """Makes the columns of a corpus, document by document in the order of their ids."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = list(fields)
        self._ids, self._words, self._names, self._texts = array("q"), array("i"), array("Q"), bytearray()
        self._first: list[dict[str, int]] = [{} for _ in fields]
        self._codes = [array("i") for _ in fields]
        self._values = [array("Q") for _ in fields]

    def add(self, document_id: int, external_id: str, text: str, fields: Mapping[str, str], words: int) -> None:
        number = len(self._ids)
        self._ids.append(document_id)
        self._words.append(words)
        self._names.append(digest(external_id))
        self._texts += _digest(text, 16)
        for index, name in enumerate(self._fields):
            value = fields.get(name) or None
            self._codes[index].append(NONE if value is None else self._first[index].setdefault(value, number))
            self._values[index].append(0 if value is None else digest(value))

    def made(self) -> dict[str, npt.NDArray[Any]]:
        """The columns by name."""
        found: dict[str, npt.NDArray[Any]] = {
            "ids": np.array(self._ids, np.int64),
            "words": np.array(self._words, np.int32),
            "names": np.array(self._names, np.uint64),
            "texts": np.frombuffer(bytes(self._texts), "<u8"),
        }
        for index, (codes, values) in enumerate(zip(self._codes, self._values, strict=True)):
            found |= {f"codes {index}": np.array(codes, np.int32), f"values {index}": np.array(values, np.uint64)}
        return found

    def write(self, session: Session, corpus: Corpus) -> None:
        """Stores them; the corpus must have its final hash."""
        columns.write(session, CorpusColumn, corpus.id, KINDS, identity.of_corpus(corpus), self.made())


def digest(text: str) -> int:
    """64 bits that tell texts apart."""
    return int.from_bytes(_digest(text, 8), "little")


def _digest(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def write_from_rows(database: Database, corpus_id: int) -> None:
    """Makes and stores the columns of a corpus whose documents are in the store."""
    with database.session() as session:
        corpus = session.get_one(Corpus, corpus_id)
        collected = _collect(session, corpus)
    with database.session() as session:
        collected.write(session, corpus)


def make_sure(database: Database, corpus_id: int) -> None:
    """Makes the columns of a corpus where they are missing, or of other documents."""
    with database.session() as session:
        are_there = "ids" in of_corpus(session, session.get_one(Corpus, corpus_id))
    if not are_there:
        write_from_rows(database, corpus_id)


def _collect(session: Session, corpus: Corpus) -> Collector:
    collector = Collector(corpus.metadata_fields)
    wanted = (Document.external_id, Document.text, Document.fields, Document.token_count)
    for row in _rows(session, corpus.id, *wanted):
        collector.add(row.id, row.external_id, row.text, row.fields, row.token_count)
    return collector


def _rows(session: Session, corpus_id: int, *wanted: Any) -> Iterator[Any]:
    """Ids and what else is wanted of a corpus' documents, in the order of their ids."""
    last = -1
    while True:
        # Adding 0 makes the databases walk along the ids: by an index on corpora they would sort all of them each time.
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


def value_code(session: Session, corpus: Corpus, found: Columns, field: str, value: str) -> int | None:
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
