"""How a corpus file is read, as the command line says it: shared options, and skipgram-audit preview."""

import atexit
import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from skipgram_audit.cli.options import Json
from skipgram_audit.model.errors import NotFound

Corpus = Annotated[
    list[Path],
    typer.Argument(
        help="txt, HTML, docx, PDF, CSV, TSV, JSON, Parquet or zip; also .gz or .zst. Several files, or a "
        "folder, are one corpus."
    ),
]
FileFormat = Annotated[
    str | None,
    typer.Option(
        "--format", help="txt, html, docx, pdf, csv, tsv, jsonl, parquet or zip. [default: from name and content]"
    ),
]
Encoding = Annotated[str | None, typer.Option(help="Of text formats. [default: as recognised, or else utf-8]")]
Delimiter = Annotated[
    str | None,
    typer.Option(help="Between columns: comma, semicolon, tab, pipe, or a character. [default: from the content]"),
]
Quote = Annotated[
    str | None,
    typer.Option(help='double: columns may stand in "; none: " is a plain character. [default: from the content]'),
]
Escape = Annotated[
    str | None,
    typer.Option(help='Of " inside columns: double ("") or backslash (\\"). [default: from the content]'),
]
TextField = Annotated[
    str | None, typer.Option("--text-field", help="Field that holds the text. [default: from names and content]")
]
IdField = Annotated[str | None, typer.Option("--id-field", help="Field that holds the id. [default: from names]")]
TitleField = Annotated[
    str | None, typer.Option("--title-field", help="Field that holds the title. [default: from names]")
]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", help="Metadata field to keep; may be repeated. [default: all of short values]"),
]
NoFields = Annotated[bool, typer.Option("--no-fields", help="Keep no metadata.")]
DocumentPer = Annotated[str, typer.Option(help="For txt: line or file.")]

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
_NAMES_OF_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
_QUOTES = {None: None, "double": True, "none": False}
_ESCAPES = {None: None, "double": False, "backslash": True}
_SHOWN_PLACES = 5
_SHOWN_FILES = 20
_TEXT_SHOWN = 200


def corpus_file(paths: list[Path]) -> Path:
    """The file of a corpus. Several, or those of a folder, are put together in a temporary one until the command ends.

    Raises:
        NotFound: a path leads nowhere.
        InvalidInput: a folder has no file, or two files have one name.
    """
    if len(paths) == 1 and not paths[0].is_dir():
        return paths[0]
    from skipgram_audit.corpus.readers.gathering import gather

    folder = tempfile.TemporaryDirectory(prefix="skipgram-audit-")
    atexit.register(folder.cleanup)
    return gather(paths, Path(folder.name))


def reading_options(
    corpus: Path,
    file_format: str | None,
    encoding: str | None,
    delimiter: str | None,
    quote: str | None,
    escape: str | None,
    text: str | None,
    identifier: str | None,
    title: str | None,
    fields: list[str] | None,
    no_fields: bool,
    document_per: str,
) -> Any:
    """ReaderOptions as given, and for the rest as the file suggests; the page's preview suggests the same.

    Raises:
        NotFound: there is no such file.
        typer.BadParameter: an option has a value that it cannot have.
    """

    from skipgram_audit.corpus.readers import FORMATS, ChosenDialect, ChosenOptions, options_with

    if document_per not in ("line", "file"):
        raise typer.BadParameter("--document-per is line or file.")
    if quote not in _QUOTES:
        raise typer.BadParameter("--quote is double or none.")
    if escape not in _ESCAPES:
        raise typer.BadParameter("--escape is double or backslash.")
    if escape == "backslash" and quote == "none":
        raise typer.BadParameter("--escape backslash needs quotation marks: leave out --quote none.")
    if file_format is not None and file_format not in FORMATS:
        raise typer.BadParameter(f"--format is one of {', '.join(FORMATS)}.")
    if fields and no_fields:
        raise typer.BadParameter("--field and --no-fields exclude each other.")
    if not corpus.is_file():
        raise NotFound(f"There is no file {str(corpus)!r}.", "Give the path of a corpus file.")
    dialect = ChosenDialect(delimiter_of(delimiter), _QUOTES[quote], _ESCAPES[escape])
    given = ChosenOptions(file_format or "", encoding or "", dialect)
    named = {"text_field": text, "id_field": identifier, "title_field": title, "metadata_fields": fields}
    chosen: dict[str, Any] = {name: value for name, value in named.items() if value}
    if no_fields:
        chosen["metadata_fields"] = []
    return options_with(corpus, given, chosen | {"document_per": document_per})


def delimiter_of(given: str | None) -> str | None:
    """The character of a name, or the character itself.

    Raises:
        typer.BadParameter: it cannot separate columns.
    """
    if given is None:
        return None
    character = _DELIMITERS.get(given.lower(), given)
    if len(character) != 1 or character in '"\r\n\0\\':
        raise typer.BadParameter(
            f"--delimiter is {', '.join(_DELIMITERS)}, or one character that is no quotation mark."
        )
    return character


def format_reader_options(options: Any) -> str:
    """How a file is read, in a sentence."""
    sentence = f"Read as {options.format} in {options.encoding}"
    if options.format in ("csv", "tsv"):
        character = options.delimiter or {"csv": ",", "tsv": "\t"}[options.format]
        sentence += f", columns separated by {_NAMES_OF_DELIMITERS.get(character, repr(character))}"
        if not options.quoted:
            sentence += ", quotation marks as plain characters"
        elif options.escape:
            sentence += ", quotation marks inside columns escaped by a backslash"
    if options.format not in ("txt", "zip", "html", "docx", "pdf"):
        sentence += f"; text from {options.text_field!r}"
        sentence += f", id from {options.id_field!r}" if options.id_field else ", rows numbered"
        sentence += f", title from {options.title_field!r}" if options.title_field else ""
        sentence += f"; metadata: {', '.join(options.metadata_fields)}" if options.metadata_fields else ""
    return sentence + "."


def format_rows(facts: Any, out: Path) -> list[str]:
    """What became of the rows of a corpus file, and of each file of an archive, a line each.

    Args:
        facts: of the corpus; see CorpusFacts.
        out: the folder of the audit.
    """
    from skipgram_audit.corpus.readers import Interface, RowAccount

    rows = RowAccount.from_dict(facts.source["rows"])
    are = "row" if rows.in_file == 1 else "rows"
    lines = [f"{rows.in_file:,} {are} in the file, {rows.documents:,} of them documents."]
    lines += format_files(rows.files)
    lines += format_skipped(rows.skipped, facts.skipped_places)
    lines += [*rows.remarks, *(f"{place}: {note}." for place, note in rows.notes)]
    lines += rows.advice(Interface.COMMAND_LINE)
    if rows.skipped:
        lines.append(f"All skipped rows are in {out / 'skipped.csv'}.")
    return lines


def format_files(files: Any) -> list[str]:
    """A line for each file of an archive, of many for those with skipped rows and their number."""
    shown = [one for one in files if len(files) <= _SHOWN_FILES or one.documents < one.rows][:_SHOWN_FILES]
    lines = [
        f"  {one.name}: {one.rows:,} read, {one.documents:,} documents, {one.rows - one.documents:,} skipped."
        for one in shown
    ]
    if len(shown) < len(files):
        lines.append(f"  {len(files) - len(shown):,} further files; manifest.json lists all.")
    return [f"{len(files):,} files:", *lines] if len(files) > 1 else []


def format_skipped(reasons: dict[str, int], places: dict[str, list[str]]) -> list[str]:
    """A line a reason: how many rows were skipped for it, and where the first are."""
    lines = []
    for reason, count in reasons.items():
        listed = places.get(reason, [])[:_SHOWN_PLACES]
        where = f" ({', '.join(listed)}{', ...' if count > len(listed) else ''})" if listed else ""
        lines.append(f"{count:,} {'row was' if count == 1 else 'rows were'} skipped: {reason}{where}.")
    return lines


def preview(
    corpus: Corpus,
    file_format: FileFormat = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    quote: Quote = None,
    escape: Escape = None,
    text: TextField = None,
    identifier: IdField = None,
    title: TitleField = None,
    field: Fields = None,
    no_fields: NoFields = False,
    document_per: DocumentPer = "line",
    as_json: Json = False,
) -> None:
    """Show how a corpus file would be read: columns, encodings, the first documents, rows that would be skipped."""
    from skipgram_audit.corpus.readers import Interface, ReaderLimits
    from skipgram_audit.corpus.readers import preview as look_at

    path = corpus_file(corpus)
    options = reading_options(
        path, file_format, encoding, delimiter, quote, escape, text, identifier, title, field, no_fields, document_per
    )
    found = look_at(path, path.name, options, ReaderLimits(), Interface.COMMAND_LINE)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False))
    else:
        for line in _format_preview(found):
            typer.echo(line)
    if found.problem:
        raise typer.Exit(1)


def _cut(text: str) -> str:
    """The beginning of a text on one line; marks that would turn what follows are shown as their code."""
    from skipgram_audit.report.document.characters import without_controls  # It loads what reads fonts.

    line = " ".join(without_controls(text).split())
    return f"{line[:_TEXT_SHOWN]}..." if len(line) > _TEXT_SHOWN else line


def _format_preview(found: Any) -> list[str]:
    lines = [format_reader_options(found.options)]
    if found.fields:
        lines.append(f"Fields: {', '.join(found.fields)}.")
    lines += ["The first documents, as they would be read:" if found.documents else "No document could be read."]
    for document in found.documents:
        title = f"{_cut(document.title)}: " if document.title else ""
        lines.append(f"  {_cut(document.id)}  {title}{_cut(document.text)}  ({document.place})")
    looked = "All rows of the file" if found.whole_file else "The first rows of the file"
    lines.append(f"{looked}: {found.rows:,}, {sum(found.skipped_reasons.values()):,} of them skipped.")
    lines += format_files(found.files)
    places: dict[str, list[str]] = {}
    for place, reason in found.skipped:
        places.setdefault(reason, []).append(place)
    lines += [f"  {line}" for line in format_skipped(found.skipped_reasons, places)]
    lines += [f"  {place}: {note}." for place, note in found.notes]
    lines += found.remarks
    lines += found.advice
    if found.encodings:
        lines.append(f"Encoding {found.options.encoding}; the same bytes in each that allows them:")
        lines += [
            f"  {item.encoding:12} {' '.join(item.sample.split())}{'  (suggested)' if item.suggested else ''}"
            for item in found.encodings
            if item.sample
        ]
    if found.problem:
        lines += [f"Problem: {found.problem}", found.remedy]
    return lines
