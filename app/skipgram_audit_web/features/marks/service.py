"""What pages and API do with the marked documents of an audit, and which documents a view holds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from fastapi import Request
from sqlalchemy.orm import Session

from skipgram_audit.store import document_notes, marks, ranking
from skipgram_audit.store.document_columns import corpus_columns
from skipgram_audit.store.documents import positions_of_ids
from skipgram_audit.store.models import AuditProbe, AuditRow, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.near_duplicates import GroupedRanking, are_known
from skipgram_audit.store.ranking_filter import Filters, document_ids
from skipgram_audit_web.common.views import View, ranks_of, side_of
from skipgram_audit_web.web import address_with


def documents_of_view(
    session: Session,
    audit: AuditRow,
    probe: AuditProbe,
    view: View,
    filters: Filters,
    sentences: bool = False,
    most: int | None = None,
) -> list[int]:
    """Every document of a view of the ranking that passes its filters, or every document of its sentences, by id.

    Args:
        most: rows of the list that count, the first ones in the order of influence; all of them without it. A row of a
            list whose near-duplicates are grouped is all documents of its group.
    """
    if filters.group_duplicates and not sentences and are_known(session, audit.corpus):
        grouped = GroupedRanking(session, probe, filters)
        return [int(one) for one in grouped.document_ids(grouped.range(side_of(probe, view)).cut(most))]
    if not sentences:
        ranks = ranks_of(audit, probe, view)
        return [int(one) for one in document_ids(session, probe, DocumentInfluence, ranks, filters, most)]
    shown = View.AMPLIFYING if view is View.NEUTRAL else view
    ranks = ranking.sentence_range(probe, audit.corpus, side_of(probe, shown))
    return [int(one) for one in document_ids(session, probe, SentenceInfluence, ranks, filters, most)]


def mark_positions(session: Session, audit: AuditRow, positions: Sequence[int]) -> int:
    """Marks documents by their positions in the corpus; returns how many of them were not marked before.

    Raises:
        Conflict: the set would hold too many.
    """
    ids = corpus_columns(session, audit.corpus)["ids"][np.array(positions, np.int64)]
    return marks.mark(session, audit, [int(one) for one in ids])


def mark_ids(session: Session, audit: AuditRow, ids: Sequence[str]) -> int:
    """Marks documents by the user's ids; returns how many of them were not marked before.

    Raises:
        UnknownDocument: an id that no document has.
        Conflict: the set would hold too many.
    """
    return mark_positions(session, audit, positions_of_ids(session, audit.corpus_id, ids))


def marking_context(request: Request, session: Session, audit_id: int, document_ids: Sequence[int]) -> dict[str, Any]:
    """What a page needs to mark the documents that it shows, and the notes on them."""
    return {
        "notes": document_notes.notes_of(session, document_ids),
        "marked": marks.marked_among(session, audit_id, document_ids),
        "marked_count": marks.count(session, audit_id),
        "marked_limit": marks.MOST_MARKED,
        "here": address_with(request, {}),
    }
