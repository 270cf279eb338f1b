"""The documents that a what-if is asked of: marked, by ids, by filters, in a part of the map, or the strongest."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.id_lists import IdList
from skipgram_audit.report.formatting import capital, joined, plural
from skipgram_audit.store import documents, marks
from skipgram_audit.store.document_columns import corpus_columns, numbers_of, ranking_columns
from skipgram_audit.store.document_map import DocumentMap, Rectangle
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.ranking_filter import Filters

Positions = npt.NDArray[np.int64]
SHOWN_BEGINNING = 60
"""Characters of an added text, or of an id, in a title."""

MOST_NAMED = 3
"""Documents of a list that are named in a title."""


@dataclass(frozen=True)
class AskedSet:
    """Documents of a what-if: what they are in a few words, their positions, and what is to be said of the list."""

    title: str
    positions: Positions
    note: str = ""


def of_marked(session: Session, audit: AuditRow) -> AskedSet:
    """Raises:
    InvalidInput: nothing is marked.
    """
    positions = np.array(marks.positions(session, audit.id), np.int64)
    if not len(positions):
        raise InvalidInput("Nothing is marked in this audit.", "Mark documents first, or name others.")
    return AskedSet(_listed(marks.identifiers(session, audit.id), "marked document"), positions)


def of_ids(session: Session, audit: AuditRow, ids: Sequence[str], source: str = "") -> AskedSet:
    """Documents by the user's ids; the order does not matter, and an id that is named twice counts once.

    Args:
        source: the name of the file that lists them; empty where there is none.

    Raises:
        InvalidInput: no id.
        UnknownDocument: an id that no document has.
    """
    if not ids:
        raise InvalidInput("The list names no document.", "Write one document id a line, or a JSON array of strings.")
    found = IdList.of(ids)
    positions = np.array(documents.positions_of_ids(session, audit.corpus_id, list(found.ids)), np.int64)
    return AskedSet(_listed(found.ids, "document", source), positions, " ".join(found.notes()))


def _listed(ids: Sequence[str], noun: str, source: str = "") -> str:
    """Documents in a few words that say which they are: by their ids where they are few, else by their source."""
    shown = [textwrap.shorten(one, SHOWN_BEGINNING, placeholder=" …") for one in ids[:MOST_NAMED]]
    if len(ids) <= MOST_NAMED:
        return f"{capital(noun)}{'s' if len(ids) > 1 else ''} {joined(shown)}"
    return plural(len(ids), noun) + (f" of the list {source}" if source else f": {', '.join(shown)}, …")


def of_filters(session: Session, audit: AuditRow, filters: Filters) -> AskedSet:
    """All documents that pass filters, whatever their influence.

    Raises:
        InvalidInput: nothing is filtered, nothing passes, the corpus has no such field, or a filter is not of documents
            but of the ranking of a probe.
    """
    if filters.stable or filters.group_duplicates:
        name = "stable" if filters.stable else "group_duplicates"
        raise InvalidInput(f"The filter {name} is of the ranking of a probe, not of documents.", "Leave it out.")
    passing = filters.documents(session, audit.corpus)
    if passing is None:
        raise InvalidInput("No filter was given.", "Filter by a search, a metadata value or the length.")
    return AskedSet(f"Documents{with_filters(filters)}", _some(np.flatnonzero(passing).astype(np.int64)))


def with_filters(filters: Filters) -> str:
    """What filters ask for, behind what they are asked of; empty without any."""
    words = {"minimum_words": "at least {} words", "maximum_words": "at most {} words", "search": "a match of {}"}
    asked = filters.parameters()
    parts = [form.format(asked[name]) for name, form in words.items() if name in asked]
    if "absent" in asked:
        parts.append(f"no {asked['field']}")
    elif "field" in asked:
        parts.append(f"{asked['field']} {asked['value']}")
    if "stable" in asked:
        parts.append("the same sign in every seed")
    return f" with {joined(parts)}" if parts else ""


def of_document_ids(session: Session, audit: AuditRow, title: str, document_ids: Sequence[int]) -> AskedSet:
    """Documents by the ids of their rows."""
    columns = corpus_columns(session, audit.corpus)
    return AskedSet(title, _some(np.unique(numbers_of(columns, np.sort(np.array(document_ids, np.int64))))))


def of_rectangle(session: Session, probe: AuditProbe, rectangle: Rectangle) -> AskedSet:
    """Documents in a rectangle of the map.

    Raises:
        NotFound, Conflict: the map was not drawn.
        InvalidInput: nothing lies there.
    """
    edges = f"{rectangle.left}–{rectangle.right}, {rectangle.top}–{rectangle.bottom}"
    inside = DocumentMap(session, probe).document_ids(rectangle)
    return of_document_ids(session, probe.audit, f"A part of the map ({edges})", inside)


def of_strongest(session: Session, audit: AuditRow, probe: AuditProbe, count: int, direction: int) -> AskedSet:
    """The documents that push a probe's score furthest up (direction 1) or down (-1).

    Raises:
        InvalidInput: so many do not push that way.
    """
    ranking = ranking_columns(session, probe)
    influences = ranking["influences"]
    order = ranking["documents"] if direction > 0 else ranking["documents"][::-1]
    there = int((influences * direction > 0).sum())
    if count > there:
        raise InvalidInput(f"{count:,} documents were asked for; {there:,} push the score that way.", "Ask for fewer.")
    title = f"The {plural(count, 'document')} that push {probe.name} furthest {'up' if direction > 0 else 'down'}"
    return AskedSet(title, np.sort(order[:count].astype(np.int64)))


def _some(positions: Positions) -> Positions:
    if not len(positions):
        raise InvalidInput("No document is in this set.", "Choose another set.")
    return positions
