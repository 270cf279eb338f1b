"""skipgram-audit report and reproduce: a report of a finished audit, and whether an audit comes out the same again."""

import json
from pathlib import Path
from typing import Annotated

import typer

from skipgram_audit.cli.auditing import AuditDevice, Audited
from skipgram_audit.cli.options import Json, describer, output_file_or_standard, output_folder
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.report_options import SECTIONS, ReportOptions, licence_note, read_options

described = describer(ReportOptions)


def report(
    audited: Audited,
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", callback=output_file_or_standard, help="Write the report as PDF, PDF/A-2b and PDF/UA-1."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", callback=output_file_or_standard, help="Write it as one HTML file; - is standard output."
        ),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            "--markdown", callback=output_file_or_standard, help="Write it as Markdown; - is standard output."
        ),
    ] = None,
    title: Annotated[str, typer.Option(help=described("title"))] = "",
    author: Annotated[list[str] | None, typer.Option("--author", help="May be repeated.")] = None,
    date: Annotated[str | None, typer.Option(help=described("day"))] = None,
    question: Annotated[str, typer.Option(help=described("question"))] = "",
    notes: Annotated[str, typer.Option(help=described("notes"))] = "",
    licence: Annotated[str, typer.Option(help=described("licence"))] = "",
    source: Annotated[str, typer.Option(help=described("source"))] = "",
    time_span: Annotated[str, typer.Option(help=described("time_span"))] = "",
    consent: Annotated[str, typer.Option(help=described("consent"))] = "",
    sections: Annotated[
        str, typer.Option(help=f"Separated by commas, of {', '.join(SECTIONS)}. [default: all]", show_default=False)
    ] = "",
    texts: Annotated[str, typer.Option(help=described("texts"))] = "full",
    strongest: Annotated[int, typer.Option(help=described("strongest"))] = 5,
    logo: Annotated[Path | None, typer.Option(help="For the first page: a PNG, or an SVG of shapes.")] = None,
    describe: Annotated[
        bool,
        typer.Option(
            "--describe",
            help="Write into the folder what it says of itself to programs: croissant.json, ro-crate-metadata.json, "
            "provenance.json and citation.bib, with the licence and the rest that is given here.",
        ),
    ] = False,
) -> None:
    """Write a report of a finished audit, to hand in, to keep, or for an appendix."""
    from skipgram_audit.auditing.reporting import STANDARD_OUTPUT, make_reports
    from skipgram_audit.auditing.reporting import describe as describe_folder
    from skipgram_audit.report.document.logo import read_logo

    options = read_options(
        names={"day": "--date"},
        title=title, authors=tuple(author or ()), day=date, question=question, notes=notes, licence=licence,
        source=source, time_span=time_span, consent=consent, texts=texts, strongest=strongest,
        sections=tuple(name.strip() for name in sections.split(",")) if sections else tuple(SECTIONS),
    )  # fmt: skip
    wanted = [(pdf, ".pdf"), (html, ".html"), (markdown, ".md")]
    paths = [path for path, _ in wanted if path is not None]
    if not paths and not describe:
        raise InvalidInput("No file was named for the report.", "Give --pdf, --html, --markdown or --describe.")
    picture = None
    if logo is not None:
        if not logo.is_file():
            raise NotFound(f"There is no file {str(logo)!r}.", "Give the path of the logo.")
        picture = read_logo(logo.read_bytes())
    if note := licence_note(licence):
        typer.echo(note, err=True)
    make_reports(audited, [(path, form) for path, form in wanted if path is not None], options, picture)
    for path in (*paths, *(describe_folder(audited, options) if describe else ())):
        if path != STANDARD_OUTPUT:
            typer.echo(f"Written: {path}", err=STANDARD_OUTPUT in paths)


def reproduce(
    manifest: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT_OR_MANIFEST",
            help="The folder of an audit, its manifest.json, or a report as HTML or Markdown that holds the manifest.",
        ),
    ],
    corpus: Annotated[Path, typer.Option(help="The corpus file that was audited.")],
    out: Annotated[
        Path, typer.Option(callback=output_folder, help="Folder for the audit that is computed again; new.")
    ],
    device: AuditDevice = "auto",
    as_json: Json = False,
) -> None:
    """Compute an audit again and say what is equal byte for byte, what to 1e-4, what differs, and why.

    Exits with 1 where something differs.
    """
    from skipgram_audit.auditing.reproducing import reproduce as again
    from skipgram_audit.computing.progress import progress_bars

    with progress_bars() as phase:
        found = again(manifest, corpus, out, device, phase)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False))
    else:
        typer.echo(str(found))
    if found.answer == "differs":
        raise typer.Exit(1)
