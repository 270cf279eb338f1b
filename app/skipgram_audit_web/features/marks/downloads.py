"""The marked documents of an audit as files."""

import json
from collections.abc import Iterator, Sequence

from starlette.responses import Response

from skipgram_audit.model.id_lists import write_id_list
from skipgram_audit.report.spreadsheets import csv_line
from skipgram_audit.store import marks
from skipgram_audit.store.database import Database
from skipgram_audit.store.marks import MarkedItem
from skipgram_audit.store.models import AuditProbe
from skipgram_audit_web.common.finished_audits import choose_probe, finished_audit
from skipgram_audit_web.web import attachment, file_answer

PLACE_COLUMNS = ("rank", "influence", "spread", "sign_stability")


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


def csv_response(database: Database, audit_id: int) -> Response:
    """The set as a table."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        items = marks.items(session, choose_probe(audit, None))
    return file_answer(set_csv(audit.probes, items), f"audit-{audit_id}-marked.csv", "text/csv")


def ids_response(database: Database, audit_id: int) -> Response:
    """The ids of the set as the command line takes them: one a line, or JSON where a line cannot hold an id."""
    with database.session() as session:
        finished_audit(session, audit_id)
        text = write_id_list(marks.identifiers(session, audit_id))
    return Response(
        text,
        media_type="text/plain; charset=utf-8",
        headers=attachment(f"audit-{audit_id}-marked-ids.txt"),
    )


def rest_response(database: Database, audit_id: int) -> Response:
    """The corpus without the set as JSON Lines."""
    with database.session() as session:
        finished_audit(session, audit_id)
    name = f"audit-{audit_id}-without-marked.jsonl"
    return file_answer(rest_lines(database, audit_id), name, "application/jsonl; charset=utf-8")
