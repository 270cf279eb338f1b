from datetime import date

from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.store import report_choices
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, ReportChoices
from tests.audit_sample import make_audit


def test_choices_are_kept_until_the_audit_goes(database: Database) -> None:
    audit_id = make_audit(database).audit_id
    options = ReportOptions(title="Ωμέγα 😀", authors=("李雷",), day=date(2026, 2, 3)).model_dump(mode="json")
    with database.session() as session:
        assert report_choices.find(session, audit_id) is None
        report_choices.save_logo(session, audit_id, b"\x89PNG\0")
    with database.session() as session:
        report_choices.save_options(session, audit_id, options)
    with database.session() as session:
        found = report_choices.find(session, audit_id)
        assert found is not None
        assert ReportOptions.model_validate(found.options).model_dump(mode="json") == options
        assert found.logo == b"\x89PNG\0"
        report_choices.save_logo(session, audit_id, None)
    with database.session() as session:
        assert session.get_one(ReportChoices, audit_id).logo is None
        session.delete(session.get_one(AuditRow, audit_id))
    with database.session() as session:
        assert report_choices.find(session, audit_id) is None
