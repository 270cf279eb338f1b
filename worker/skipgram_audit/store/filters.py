"""What a ranking can be narrowed to. A filter is a set of documents, or a mark on the rows of the ranking itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.store.columns import Columns
from skipgram_audit.store.corpus_columns import NONE, of_corpus, value_code
from skipgram_audit.store.models import Corpus
from skipgram_audit.store.search import matching_documents


@dataclass(frozen=True)
class Filters:
    """Which texts of a ranking are wanted.

    Attributes:
        search: words and "phrases" that the text of the document holds, title:words, or its id; see search.py.
        field: a metadata field that must have ``value``; without a value it has no effect.
        absent: instead, that the document has no value of this field.
        minimum_words, maximum_words: length of the document.
        stable: only influences of the same sign in every seed.
        group_duplicates: show each group of near-duplicates as one row; it narrows nothing (see grouped_ranking.py).
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

    def documents(self, session: Session, corpus: Corpus) -> npt.NDArray[np.bool_] | None:
        """Which documents of the corpus pass what is asked of documents, by number; None when nothing is.

        Raises:
            InvalidInput: the corpus has no such metadata field.
        """
        found = of_corpus(session, corpus)
        passing = [
            *self._of_search(session, corpus, found),
            *self._of_field(session, corpus, found),
            *self._of_length(found),
        ]
        return np.logical_and.reduce(passing) if passing else None

    def _of_search(self, session: Session, corpus: Corpus, found: Columns) -> Iterator[npt.NDArray[np.bool_]]:
        search = self.search.strip()
        if search:
            # Whoever pages through what a search found, or steps from document to document, asks it again each time.
            yield found.derived(("search", search), lambda: matching_documents(session, corpus, found, search))

    def _of_field(self, session: Session, corpus: Corpus, found: Columns) -> Iterator[npt.NDArray[np.bool_]]:
        if not self.field or not (self.absent or self.value):
            return
        index = require_field(corpus, self.field)
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


def require_field(corpus: Corpus, field: str) -> int:
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
