"""What a ranking can be narrowed to. Every filter is a set of document ids or a column of the ranking itself."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.errors import InvalidInput
from app.store.metadata import metadata_value
from app.store.models import Corpus, Document, DocumentInfluence, SentenceInfluence
from app.store.search import matching_documents

RankingTable = type[DocumentInfluence] | type[SentenceInfluence]


@dataclass(frozen=True)
class Filters:
    """Which texts of a ranking are wanted.

    Attributes:
        search: words and "phrases" that title and text of the document hold, or its id.
        field: a metadata field that must have ``value``; without a value it has no effect.
        absent: instead, that the document has no value of this field.
        minimum_words, maximum_words: length of the document.
        stable: only influences of the same sign in every seed.
    """

    search: str = ""
    field: str = ""
    value: str = ""
    absent: bool = False
    minimum_words: int | None = None
    maximum_words: int | None = None
    stable: bool = False

    def __bool__(self) -> bool:
        return bool(self.parameters())

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
        return {name: text for name, text in written.items() if text}

    def conditions(self, session: Session, corpus: Corpus, ranked: RankingTable) -> list[ColumnElement[bool]]:
        """The same as conditions on the rows of a ranking.

        Raises:
            InvalidInput: the corpus has no such metadata field.
        """
        wanted: list[ColumnElement[bool]] = [
            # Adding 0 keeps the databases from starting at this set and sorting: they shall walk along the ranks.
            (ranked.document_id + 0).in_(ids)
            for ids in self._document_sets(session, corpus)
        ]
        if self.stable:
            wanted.append(ranked.sign_stability >= 1.0)
        return wanted

    def _document_sets(self, session: Session, corpus: Corpus) -> list[Any]:
        sets: list[Any] = []
        own = select(Document.id).where(Document.corpus_id == corpus.id)
        if self.search.strip():
            sets.append(matching_documents(session, corpus.id, self.search))
        if self.field and (self.absent or self.value):
            require_field(corpus, self.field)
            found = metadata_value(session, self.field)
            sets.append(own.where(found.is_(None) if self.absent else found == self.value.replace("\0", "")))
        if self.minimum_words is not None:
            sets.append(own.where(Document.token_count >= self.minimum_words))
        if self.maximum_words is not None:
            sets.append(own.where(Document.token_count <= self.maximum_words))
        return sets


def require_field(corpus: Corpus, field: str) -> None:
    """Raises:
    InvalidInput: the corpus has no such metadata field.
    """
    if field not in corpus.metadata_fields:
        known = ", ".join(corpus.metadata_fields)
        raise InvalidInput(
            f"The corpus {corpus.name!r} has no metadata field {field[:80]!r}.",
            f"Its fields are {known}." if known else "It was imported without metadata fields.",
        )
