"""Packed columns: arrays of one value a document or a rank, stored whole, read whole, and kept in memory.

A ranking of a million documents is narrowed, counted and summed in milliseconds when the values that decide are arrays,
whatever the filter; as rows they take seconds. Rows remain the truth: the worker makes columns from them when an import
or an audit ends, and again whenever they are missing or were made from something else (fill_columns); a request
never does. Whoever deletes rows deletes their columns.

Columns are stored with the *identity* of what they were made from, a hash that is compared whenever they are opened.
Every corpus and audit has a random name that is never given again (``storage_name``). So what was left of a deleted one
fits no other, even where the database gives its id to it.
"""

import hashlib
import json
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ForeignKey, LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from skipgram_audit.model.errors import Conflict
from skipgram_audit.store.database import Base
from skipgram_audit.store.models import AuditProbe, AuditRow, CorpusRow


class PackedColumn(Base):
    """One column of whatever the tables below name."""

    __abstract__ = True

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(32), doc="a new one whenever it is written: what caches go by")
    made_from: Mapped[str] = mapped_column(String(64), doc="the identity of what it was made from")
    data: Mapped[bytes] = mapped_column(LargeBinary, doc="little-endian array")


class CorpusColumn(PackedColumn):
    """Of a corpus's documents, in the order of their ids; see skipgram_audit.store.document_columns."""

    __tablename__ = "corpus_columns"

    corpus_id: Mapped[int] = mapped_column(ForeignKey("corpora.id", ondelete="CASCADE"), primary_key=True)


class AuditColumn(PackedColumn):
    """Of an audit's documents, in the order of their ids; see skipgram_audit.store.document_map."""

    __tablename__ = "audit_columns"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True)


class RankingColumn(PackedColumn):
    """Of a probe's ranking, in the order of ranks; see skipgram_audit.store.document_columns."""

    __tablename__ = "ranking_columns"

    audit_probe_id: Mapped[int] = mapped_column(ForeignKey("audit_probes.id", ondelete="CASCADE"), primary_key=True)


Array = npt.NDArray[Any]
ColumnTable = type[CorpusColumn] | type[RankingColumn] | type[AuditColumn]
_KEYS: dict[ColumnTable, Any] = {
    CorpusColumn: CorpusColumn.corpus_id,
    RankingColumn: RankingColumn.audit_probe_id,
    AuditColumn: AuditColumn.audit_id,
}
CACHE_BYTES = 512 * 2**20


class NotPrepared(Conflict):
    """Tables that the worker has still to make."""

    code = "not_prepared"

    def __init__(self) -> None:
        super().__init__(
            "The tables behind this page are being prepared.",
            "Reload it in a minute. If it stays so, start the worker again: it prepares them first.",
        )


class _ArrayCache:
    """Arrays by key, those used longest ago dropped first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._arrays: OrderedDict[Hashable, Array] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Array]) -> Array:
        """The array of a key; two threads may make it at once, and either result is kept."""
        with self._lock:
            if key in self._arrays:
                self._arrays.move_to_end(key)
                return self._arrays[key]
        made = make()
        made.setflags(write=False)
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = made
                self._bytes += made.nbytes
            while self._bytes > self._most_bytes and len(self._arrays) > 1:
                self._bytes -= self._arrays.popitem(last=False)[1].nbytes
        return made


_cached = _ArrayCache(CACHE_BYTES)


_KNOWN = "versions of columns"
"""What a session has read of them, in its ``info``."""


class Columns:
    """The columns of one corpus, ranking or audit, as a request sees them.

    Args:
        table: which of the three.
        owner: the id of the corpus, of the audit's probe, or of the audit.
        kinds: the type of each column's items; names that end with a number after a space have the kind of the name
            before it.
        made_from: what they must have been made from; others are as good as missing.
    """

    def __init__(
        self,
        session: Session,
        table: ColumnTable,
        owner: int,
        kinds: Mapping[str, str],
        made_from: str,
    ) -> None:
        self._session, self._table, self._owner, self._kinds = session, table, owner, kinds
        # A page asks for the same columns again and again; a session sees them as they were when it first asked.
        known: dict[Hashable, dict[str, str]] = session.info.setdefault(_KNOWN, {})
        key = (table.__tablename__, owner, made_from)
        if key not in known:
            stored = select(table.name, table.version).where(_key(table) == owner, table.made_from == made_from)
            known[key] = {row.name: row.version for row in session.execute(stored)}
        self._versions = known[key]

    def __contains__(self, name: str) -> bool:
        """Whether a column is stored; one that cannot be made from the rows alone may not be."""
        return name in self._versions

    @property
    def version(self) -> str:
        """Changes whenever the columns do.

        Raises:
            NotPrepared: none are stored.
        """
        if not self._versions:
            raise NotPrepared
        return "".join(self._versions[name] for name in sorted(self._versions))

    def __getitem__(self, name: str) -> Array:
        """A column; it cannot be written to.

        Raises:
            NotPrepared: it is not stored.
        """
        if name not in self._versions:
            raise NotPrepared
        return _cached.get((self._versions[name], name), lambda: self._read(name))

    def derived(self, key: Hashable, make: Callable[[], Array]) -> Array:
        """What follows from these columns and a key alone, kept as they are."""
        return _cached.get((self.version, key), make)

    def _read(self, name: str) -> Array:
        data = select(self._table.data).where(_key(self._table) == self._owner, self._table.name == name)
        return np.frombuffer(self._session.scalars(data).one(), dtype=self._kinds[name.split(" ")[0]])


def _key(table: ColumnTable) -> Any:
    return _KEYS[table]


def write(
    session: Session,
    table: ColumnTable,
    owner: int,
    kinds: Mapping[str, str],
    made_from: str,
    made: Mapping[str, Array],
) -> None:
    """Stores the columns of a corpus, a ranking or an audit over those that are there."""
    remove(session, table, owner)
    put(session, table, owner, kinds, made_from, made)


def put(
    session: Session,
    table: ColumnTable,
    owner: int,
    kinds: Mapping[str, str],
    made_from: str,
    made: Mapping[str, Array],
) -> None:
    """Stores some columns beside those that are there, over those of the same names."""
    session.info.pop(_KNOWN, None)
    session.execute(delete(table).where(_key(table) == owner, table.name.in_(list(made))))
    for name, array in made.items():
        packed = np.ascontiguousarray(array, dtype=kinds[name.split(" ")[0]]).tobytes()
        row = {"name": name, "version": uuid.uuid4().hex, "made_from": made_from, "data": packed}
        session.execute(insert(table), [{_key(table).key: owner, **row}])


def remove(session: Session, table: ColumnTable, owner: int) -> None:
    session.info.pop(_KNOWN, None)
    session.execute(delete(table).where(_key(table) == owner))


def corpus_identity(corpus: CorpusRow) -> str:
    """Of a corpus' documents and metadata."""
    return _hash(corpus.storage_name, corpus.content_sha256, list(corpus.metadata_fields))


def audit_identity(audit: AuditRow) -> str:
    """Of an audit's vectors and its documents."""
    return _hash(corpus_identity(audit.corpus), audit.storage_name)


def ranking_identity(probe: AuditProbe) -> str:
    """Of a measured probe's ranked documents and sentences."""
    counts = (probe.positive_documents, probe.zero_documents, probe.positive_sentences, probe.zero_sentences)
    return _hash(audit_identity(probe.audit), probe.name, probe.influence_sum, counts)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
