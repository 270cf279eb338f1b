"""Reports of an audit's folder: the files that are written when an audit ends, and those that are asked for."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from skipgram_audit.auditing.material import read_material
from skipgram_audit.computing.files import check_output_file, write_whole
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.report.document.blocks import Document, Logo
from skipgram_audit.report.document.build import build_document
from skipgram_audit.report.document.html import as_html
from skipgram_audit.report.document.markdown import as_markdown
from skipgram_audit.report.document.pdf import as_pdf
from skipgram_audit.report.metadata.making import describe_folder, described_again

PAGE = "report.html"
STANDARD_OUTPUT = Path("-")
FORMS: dict[str, Callable[[Document], bytes]] = {
    ".pdf": as_pdf,
    ".html": lambda document: as_html(document).encode(),
    ".md": lambda document: as_markdown(document).encode(),
}
"""Ending of a file's name -> what writes the report so."""


def write_forms(folder: Path) -> None:
    """Writes report.html, and the files with which the folder describes itself, of a finished audit."""
    options = ReportOptions()
    material = read_material(folder, options.strongest)
    write_whole(folder / PAGE, as_html(build_document(material, options)).encode())
    for name, content in describe_folder(folder, material, options).items():
        write_whole(folder / name, content)


def write_page(folder: Path) -> None:
    """Writes report.html again after report.json was, and the hashes of both where the folder describes itself; where
    there is no report.html, nothing is written."""
    if (folder / PAGE).is_file():
        options = ReportOptions()
        write_whole(folder / PAGE, as_html(build_document(read_material(folder, options.strongest), options)).encode())
        for name, content in described_again(folder).items():
            write_whole(folder / name, content)


def make_reports(
    folder: Path, files: Sequence[tuple[Path, str]], options: ReportOptions, logo: Logo | None = None
) -> None:
    """Writes one report in several forms.

    Args:
        files: path and form, a key of FORMS. The path STANDARD_OUTPUT takes a form of text.

    Raises:
        NotFound: the folder holds no finished audit.
        InvalidInput: a PDF, or more than one form, is to go to standard output; or a file cannot be written.
    """
    printed = [form for path, form in files if path == STANDARD_OUTPUT]
    if ".pdf" in printed or len(printed) > 1:
        raise InvalidInput(
            "Standard output takes one report, as text.", "Name a file for the PDF, and for a second form."
        )
    for path, _ in files:
        if path != STANDARD_OUTPUT:
            check_output_file(path)
    document = build_document(read_material(folder, options.strongest), options, logo)
    for path, form in files:
        if path == STANDARD_OUTPUT:
            sys.stdout.buffer.write(FORMS[form](document))
        else:
            write_whole(path, FORMS[form](document))


def form_of(path: Path) -> str:
    """The form that the ending of a file's name says.

    Raises:
        InvalidInput: it says none.
    """
    form = path.suffix.lower()
    if form not in FORMS:
        raise InvalidInput(f"A report cannot be written as {path.name!r}.", f"End its name with {', '.join(FORMS)}.")
    return form


def describe(folder: Path, options: ReportOptions) -> list[Path]:
    """Writes the files with which the folder describes itself, with what the options say of the corpus."""
    found = describe_folder(folder, read_material(folder, options.strongest), options)
    for name, content in found.items():
        write_whole(folder / name, content)
    return [folder / name for name in found]
