"""What pages and API do with the marked documents of an audit, and the files that a set is written to."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from skipgram_audit.report.spreadsheets import csv_line
from skipgram_audit.store import audits, marks, ranking
from skipgram_audit.store.database import Database
from skipgram_audit.store.filters import Filters
from skipgram_audit.store.grouped_ranking import FoldedRanking
from skipgram_audit.store.marks import MarkedItem
from skipgram_audit.store.models import Audit, AuditProbe, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.near_duplicates import are_known
from skipgram_audit_web.common.views import View, require_done, side_of
from skipgram_audit_web.features.documents.document_ranks import ranks_of

PLACE_COLUMNS = ("rank", "influence", "spread", "sign_stability")


def finished_audit(session: Session, audit_id: int) -> Audit:
    """Raises:
    NotFound, Conflict: there is no such audit, or it has no documents to mark yet.
    """
    audit = audits.get(session, audit_id)
    require_done(audit)
    return audit


def mark_view(session: Session, audit: Audit, probe: AuditProbe, view: View, filters: Filters, sentences: bool) -> int:
    """Marks every document of a view of the ranking that passes its filters, or every document of its sentences.

    Returns:
        How many were not marked before.
    """
    if filters.group_duplicates and not sentences and are_known(session, audit.corpus):
        folded = FoldedRanking(session, probe, filters)
        return marks.mark(session, audit, folded.document_ids(folded.range(side_of(probe, view))).tolist())
    if not sentences:
        return marks.mark_view(session, probe, DocumentInfluence, ranks_of(audit, probe, view), filters)
    shown = View.AMPLIFYING if view is View.NEUTRAL else view
    ranks = ranking.sentence_range(probe, audit.corpus, side_of(probe, shown))
    return marks.mark_view(session, probe, SentenceInfluence, ranks, filters)


def set_csv(probes: Sequence[AuditProbe], items: Sequence[MarkedItem]) -> Iterator[str]:
    """A line a marked document, with the columns that documents.csv has of each measured probe."""
    measured = [probe for probe in probes if probe.measured]
    names = [f"{probe.name} {column}" for probe in measured for column in PLACE_COLUMNS]
    yield csv_line(["id", "title", "sentences", "words", *names])
    for item in items:
        places = [item.places.get(probe.id) for probe in measured]
        values = [getattr(place, column) if place else None for place in places for column in PLACE_COLUMNS]
        yield csv_line([item.external_id, item.title, item.sentence_count, item.token_count, *values])


def rest_lines(database: Database, audit_id: int) -> Iterator[str]:
    """The corpus without the marked documents as JSON Lines: id, title, text and metadata of each."""
    with database.session() as session:
        for document in marks.unmarked(session, finished_audit(session, audit_id)):
            own = {"id": document.external_id, "title": document.title, "text": document.text}
            # A corpus' own columns cannot take the place of these three.
            others = {name: value for name, value in document.fields.items() if name not in own}
            yield json.dumps(own | others, ensure_ascii=False) + "\n"
