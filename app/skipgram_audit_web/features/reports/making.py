"""Reports of an audit by what its user chose: as PDF, HTML and Markdown, and what programs read of it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.report.document.blocks import Document, Logo
from skipgram_audit.report.document.build import build_document
from skipgram_audit.report.document.html import as_html
from skipgram_audit.report.document.logo import read_logo
from skipgram_audit.report.document.markdown import as_markdown
from skipgram_audit.report.document.pdf import as_pdf
from skipgram_audit.report.metadata.crate import CRATE, TOLD
from skipgram_audit.settings import Settings
from skipgram_audit.store import report_choices
from skipgram_audit.store.database import Database
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.features.reports.material import material_of
from skipgram_audit_web.web import attachment

PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
"""Of a report that is shown: it is one file with its styles in it, and nothing in it may run or be fetched."""


@dataclass(frozen=True)
class Form:
    """A form of a report.

    Attributes:
        name: the ending of its file.
    """

    name: str
    label: str
    help: str
    media_type: str
    write: Callable[[Document], bytes]


FORMS = {
    one.name: one
    for one in (
        Form("pdf", "PDF", "To hand in and to keep: PDF/A-2b and PDF/UA-1, with its fonts.", "application/pdf", as_pdf),
        Form(
            "html",
            "HTML",
            "One file with its styles and pictures; it needs no network.",
            "text/html; charset=utf-8",
            lambda document: as_html(document).encode(),
        ),
        Form(
            "md",
            "Markdown",
            "For an appendix; without pictures.",
            "text/markdown; charset=utf-8",
            lambda document: as_markdown(document).encode(),
        ),
    )
}
DESCRIPTIONS = TOLD | {CRATE: ("RO-Crate", "The folder as a research object.", "application/ld+json")}
"""Name of a file -> its label, help and media type."""


@dataclass(frozen=True)
class Choices:
    """What was chosen for a report."""

    options: ReportOptions
    logo: Logo | None


def choices_of(session: Session, audit_id: int) -> Choices:
    """Those of an audit; the defaults where nothing was chosen."""
    row = report_choices.find(session, audit_id)
    if row is None:
        return Choices(ReportOptions(), None)
    return Choices(ReportOptions.model_validate(row.options), read_logo(row.logo) if row.logo else None)


def document_of(database: Database, audit_id: int) -> Document:
    """The report of a finished audit.

    Raises:
        NotFound, Conflict: there is no such audit, or it is not done.
    """
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        chosen = choices_of(session, audit_id)
        material = material_of(session, audit, chosen.options.strongest)
    return build_document(material, chosen.options, chosen.logo)


def report_response(database: Database, audit_id: int, form: str) -> Response:
    """The report as a file.

    Raises:
        NotFound: no such form.
    """
    if form not in FORMS:
        raise NotFound(f"There is no report of the form {form[:20]!r}.", f"Its forms are {', '.join(FORMS)}.")
    content = FORMS[form].write(document_of(database, audit_id))
    return Response(content, media_type=FORMS[form].media_type, headers=attachment(f"audit-{audit_id}-report.{form}"))


def preview_response(database: Database, audit_id: int) -> Response:
    """The report as HTML, to be looked at."""
    headers = {"content-security-policy": PREVIEW_POLICY}
    return Response(as_html(document_of(database, audit_id)), media_type="text/html; charset=utf-8", headers=headers)


def description_response(database: Database, settings: Settings, audit_id: int, name: str) -> Response:
    """A file with which the folder of an audit describes itself, with what its user entered.

    Raises:
        NotFound: no such file, or the folder is not there.
    """
    if name not in DESCRIPTIONS:
        raise NotFound(f"There is no description {name[:80]!r}.", f"There are {', '.join(DESCRIPTIONS)}.")
    content = descriptions(database, settings, audit_id)[name]
    return Response(content, media_type=DESCRIPTIONS[name][2], headers=attachment(f"audit-{audit_id}-{name}"))


def descriptions(database: Database, settings: Settings, audit_id: int) -> dict[str, bytes]:
    """All of them, by name.

    Raises:
        NotFound: the folder is not there.
    """
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        chosen = choices_of(session, audit_id)
        material = material_of(session, audit, chosen.options.strongest)
        folder = settings.audit_folder(audit.storage_name)
    if not folder.is_dir():
        raise NotFound("The files of this audit are no longer in the data folder.", "Run the audit again.")
    from skipgram_audit.report.metadata.making import describe_folder  # It loads what reads tables: not before.

    return describe_folder(folder, material, chosen.options)
