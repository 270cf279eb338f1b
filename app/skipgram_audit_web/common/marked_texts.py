"""What lists show of documents: their strongest sentence, with the words of the probe and of the search marked."""

from collections.abc import Sequence
from itertools import chain

from sqlalchemy.orm import Session

from skipgram_audit.model.search_query import wanted_phrases
from skipgram_audit.model.tokens import word_forms
from skipgram_audit.report.excerpts import MarkedPiece, WordMarker, excerpt
from skipgram_audit.store.models import AuditProbe
from skipgram_audit.store.ranking import NO_FILTERS, RankedDocument, Side
from skipgram_audit.store.ranking_filter import Filters
from skipgram_audit.store.strongest_sentences import strongest_sentences

SHOWN_CHARACTERS, BEFORE_MARK = 240, 60
"""Of a sentence in a list: about what its lines hold."""


def marker_of(probe: AuditProbe, search: str = "") -> WordMarker:
    """Marks the probe's words, and what was searched for in texts."""
    corpus, casefold = probe.audit.corpus, bool(probe.audit.settings["casefold"])
    lists = [words for role in ("targets", "attributes") for words in probe.definition[role].values()]
    words = word_forms(chain.from_iterable(lists), casefold, corpus.language)
    return WordMarker(frozenset(words), wanted_phrases(search, corpus.language), casefold, corpus.language)


def strongest_excerpts(
    session: Session, probe: AuditProbe, rows: Sequence[RankedDocument], filters: Filters = NO_FILTERS
) -> dict[int, list[MarkedPiece]]:
    """Of each document, by id, its strongest sentence on the side of its influence; its beginning where it has none."""
    marker = marker_of(probe, filters.search)
    found = strongest_sentences(session, probe, [(row.document_id, _side(row.influence)) for row in rows])
    texts = {row.document_id: found.get(row.document_id, row.snippet) for row in rows}
    return {one: excerpt(text, marker.marks(text), SHOWN_CHARACTERS, BEFORE_MARK) for one, text in texts.items()}


def whole_text(marker: WordMarker, text: str) -> list[MarkedPiece]:
    """A text as it is, with its marks."""
    return excerpt(text, marker.marks(text), len(text), 0)


def _side(influence: float) -> Side:
    return Side.POSITIVE if influence > 0 else Side.NEGATIVE if influence < 0 else Side.ZERO
