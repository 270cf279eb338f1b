"""A report as one HTML file with its styles in it, without scripts and without any address to fetch from."""

import base64

from markupsafe import Markup

from skipgram_audit.report.document.blocks import Document
from skipgram_audit.report.document.formulas import FORMULAS
from skipgram_audit.report.templating import make_environment
from skipgram_audit.resources import static_folder


def as_html(document: Document) -> str:
    """The page."""
    environment = make_environment()
    return environment.get_template("report.html").render(
        report=document,
        formulas=FORMULAS,
        logo=None
        if document.logo is None
        else f"data:{document.logo.media_type};base64,{base64.b64encode(document.logo.content).decode()}",
        # Our own file, and inside a style element nothing may be escaped.
        style=Markup((static_folder() / "style.css").read_text(encoding="utf-8")),
    )
