"""Where the files of what tests have made lie."""

from pathlib import Path

from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, imported_models
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow


def audit_of(database: Database, audit_id: int) -> AuditRow:
    """An audit with its corpus and probes."""
    with database.session() as session:
        return audits.get(session, audit_id)


def audit_folder(settings: Settings, database: Database, audit_id: int) -> Path:
    return settings.audit_folder(audit_of(database, audit_id).storage_name)


def model_path(settings: Settings, database: Database, model_id: int) -> Path:
    with database.session() as session:
        return settings.model_path(imported_models.get(session, model_id).storage_name)
