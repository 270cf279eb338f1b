"""A report as Markdown (CommonMark with tables), for an appendix. No text becomes markup."""

import re
from collections.abc import Iterator

from skipgram_audit.report.document.blocks import (
    Block,
    Bullets,
    Code,
    Document,
    Facts,
    Figure,
    Formula,
    Paragraph,
    Section,
    Table,
)
from skipgram_audit.report.document.characters import without_controls
from skipgram_audit.report.document.formulas import FORMULAS
from skipgram_audit.report.formatting import joined

SPECIAL = re.compile(r"[\\`*_{}\[\]#|~$^@]")
ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp|javascript|data)(:)|\b(www)(\.)")
LINE_START = re.compile(r"^()(>|[-+=]+(?=\s|$)|\d{1,9}[.)](?=\s|$))")


def as_markdown(document: Document) -> str:
    """The whole report; a heading of the second level a section."""
    lines = [f"# {inline(document.title)}", "", inline(document.subtitle), ""]
    by = f"{joined(document.authors)}, " if document.authors else ""
    lines += [inline(f"{by}{document.day.isoformat()}. Made with Skip-gram Audit {document.version}."), ""]
    for section in document.sections:
        lines += _section(section, 2)
    return "\n".join(lines).rstrip("\n") + "\n"


def inline(text: str) -> str:
    """A text on one line in which no character is markup."""
    plain = " ".join(without_controls(text).split())
    plain = SPECIAL.sub(lambda found: f"\\{found[0]}", plain).replace("&", "&amp;").replace("<", "&lt;")
    plain = ADDRESS.sub(lambda found: f"{found[1] or found[3]}\\{found[2] or found[4]}", plain)
    return LINE_START.sub(_escaped_start, plain)


def _escaped_start(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2][:-1]}\\{found[2][-1]}"


def _section(section: Section, level: int) -> Iterator[str]:
    yield from (f"{'#' * level} {inline(section.title)}", "")
    for block in section.blocks:
        yield from _block(block)
        yield ""
    for part in section.sections:
        yield from _section(part, level + 1)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text, style):
            mark = "> " if style == "quote" else ""
            for number, part in enumerate(_paragraphs(text)):
                if number:
                    yield mark.rstrip()
                yield "  \n".join(mark + inline(line) for line in part)
        case Bullets(items):
            yield from (f"- {inline(one)}" for one in items)
        case Facts(rows):
            yield from _table((("", False), ("", False)), rows)
        case Table(caption, columns, rows):
            yield from (f"Table: {inline(caption)}", "")
            if rows:
                yield from _table(columns, rows)
        case Figure(caption):
            yield f"Figure (in the forms PDF and HTML): {inline(caption)}"
        case Formula(name):
            formula = FORMULAS[name]
            yield f"**{inline(formula.title)}.** {inline(formula.text)}. {inline(formula.where)}"
        case Code(text, language):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            yield from (f"{fence}{language}", without_controls(text), fence)


def _paragraphs(text: str) -> list[list[str]]:
    """The lines of each; empty lines are between them."""
    parts = re.split(r"\n\s*\n", without_controls(text).strip("\n"))
    return [lines for part in parts if (lines := [line for line in part.split("\n") if line.strip()])]


def _cell(text: str) -> str:
    """A text of several lines in a table, which has one."""
    return "<br>".join(inline(line) for lines in _paragraphs(text) for line in lines)


def _table(columns: tuple[tuple[str, bool], ...], rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    yield f"| {' | '.join(inline(name) for name, _ in columns)} |"
    yield f"|{'|'.join('---:' if numeric else '---' for _, numeric in columns)}|"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)
