"""What pages and API do with the marked documents of an audit, and the files that a set is written to."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from skipgram_audit.store import document_notes, marks, ranking
from skipgram_audit.store.models import AuditProbe, AuditRow, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.near_duplicates import GroupedRanking, are_known
from skipgram_audit.store.ranking_filter import Filters
from skipgram_audit_web.common.views import View, ranks_of, side_of
from skipgram_audit_web.web import address_with


def mark_view(
    session: Session,
    audit: AuditRow,
    probe: AuditProbe,
    view: View,
    filters: Filters,
    sentences: bool,
    most: int | None = None,
) -> int:
    """Marks every document of a view of the ranking that passes its filters, or every document of its sentences.

    Args:
        most: rows of the list that count, the first ones; all of them without it.

    Returns:
        How many were not marked before.
    """
    if filters.group_duplicates and not sentences and are_known(session, audit.corpus):
        grouped = GroupedRanking(session, probe, filters)
        return marks.mark(session, audit, grouped.document_ids(grouped.range(side_of(probe, view)).cut(most)).tolist())
    if not sentences:
        return marks.mark_view(session, probe, DocumentInfluence, ranks_of(audit, probe, view), filters, most)
    shown = View.AMPLIFYING if view is View.NEUTRAL else view
    ranks = ranking.sentence_range(probe, audit.corpus, side_of(probe, shown))
    return marks.mark_view(session, probe, SentenceInfluence, ranks, filters, most)


def marking_context(request: Request, session: Session, audit_id: int, document_ids: Sequence[int]) -> dict[str, Any]:
    """What a page needs to mark the documents that it shows, and the notes on them."""
    return {
        "notes": document_notes.notes_of(session, document_ids),
        "marked": marks.marked_among(session, audit_id, document_ids),
        "marked_count": marks.count(session, audit_id),
        "marked_limit": marks.MOST_MARKED,
        "here": address_with(request, {}),
    }
