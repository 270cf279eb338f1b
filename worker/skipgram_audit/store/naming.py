"""New names and notes of audits and corpora."""

from skipgram_audit.model.name_and_note import NameAndNote
from skipgram_audit.store.models import AuditRow, CorpusRow


def describe(row: AuditRow | CorpusRow, changes: NameAndNote) -> None:
    """Gives an audit or a corpus the name and the note that were sent; what was left out stays."""
    if changes.name is not None:
        row.name = changes.name
    if changes.note is not None:
        row.note = changes.note
