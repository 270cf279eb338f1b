"""A report as PDF: PDF/A-2b, to be kept for long, and PDF/UA-1, to be read aloud, at once.

Typst sets templates/report.typ. It gets the report as data, never as markup, and no file but its own fonts. The same
document gives the same bytes.
"""

import json
import re
import unicodedata
from dataclasses import asdict
from typing import Any, Literal

from skipgram_audit.model.errors import Conflict
from skipgram_audit.report.document.blocks import (
    Block,
    Bullets,
    Code,
    Document,
    Facts,
    Figure,
    Formula,
    Logo,
    Paragraph,
    Section,
    Table,
)
from skipgram_audit.report.document.characters import families, font_folders, with_codes
from skipgram_audit.report.document.formulas import FORMULAS
from skipgram_audit.report.document.pictures import Picture
from skipgram_audit.resources import templates_folder

STANDARDS: list[Literal["a-2b", "ua-1"]] = ["a-2b", "ua-1"]
LONGEST_WORD = 18
LONGEST_CELL_WORD = 12
"""In the narrow columns of a table, such as that of ids: more letters may reach into the next column."""
BREAK = "\u200b"
CODE_LINE = 110
"""Characters to a line of code."""

Shown = str | dict[str, str]
"""A text as the template takes it; see there."""


def as_pdf(document: Document) -> bytes:
    """The file.

    Raises:
        Conflict: typst is not installed, or its fonts are not.
    """
    try:
        import typst
    except ImportError as error:  # pragma: no cover
        raise Conflict("typst is not installed, so no PDF can be made.", "Install skipgram-audit again.") from error
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(path) for path in font_folders()]
    )
    template = (templates_folder() / "report.typ").read_bytes()
    compiler = typst.Compiler(template, font_paths=fonts)
    data = json.dumps(_document(document), ensure_ascii=False)
    content = compiler.compile(format="pdf", pdf_standards=[*STANDARDS], sys_inputs={"report": data})
    assert isinstance(content, bytes)
    return content


def sentence(text: str, longest_word: int = LONGEST_WORD) -> str:
    """One of ours, in English, on one line; names in it may be of any script."""
    return breakable(" ".join(with_codes(text).split()), longest_word)


def shown(text: str, longest_word: int = LONGEST_WORD) -> Shown:
    """A text of the corpus or of users on one line, with the direction of its first letter that has one."""
    plain = sentence(text, longest_word)
    return {"rtl": plain} if is_right_to_left(plain) else plain


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is written from right to left."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((one for one in strong if one in ("L", "R", "AL")), "L") != "L"


def breakable(text: str, longest_word: int = LONGEST_WORD) -> str:
    """The text with places where a line may end in words that are longer than a column."""
    return re.sub(rf"[^\s\u200b]{{{longest_word + 1},}}", lambda found: _broken(found[0], longest_word), text)


def _broken(word: str, longest: int) -> str:
    pieces = re.findall(rf".{{1,{longest}}}?(?:[/_.,;:=&?-]+|$)|.{{{longest}}}", word)
    return BREAK.join(pieces) if "".join(pieces) == word else word


def _lines(text: str) -> list[Shown]:
    return [shown(line) for line in with_codes(text).split("\n")]


def _document(document: Document) -> dict[str, Any]:
    return {
        "title": shown(document.title),
        # As programs read it, in one piece.
        "name": " ".join(with_codes(document.title).split()),
        "creators": [" ".join(with_codes(one).split()) for one in document.authors],
        "subtitle": sentence(document.subtitle),
        "authors": [shown(one) for one in document.authors],
        "day": [document.day.year, document.day.month, document.day.day],
        "date": document.day.isoformat(),
        "fonts": families(document.language),
        "version": document.version,
        "logo": _logo(document.logo),
        "sections": [_section(one) for one in document.sections],
    }


def _logo(logo: Logo | None) -> dict[str, Any] | None:
    if logo is None:
        return None
    if logo.media_type == "image/png":
        return {"format": "png", "bytes": list(logo.content)}
    return {"format": "svg", "text": logo.content.decode()}


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": shown(section.title),
        "blocks": [_block(one) for one in section.blocks],
        "sections": [_section(one) for one in section.sections],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(text, style, by_users):
            lines: list[Shown] = _lines(text) if by_users else [sentence(line) for line in with_codes(text).split("\n")]
            return {"kind": "paragraph", "style": style, "lines": lines}
        case Bullets(items):
            return {"kind": "bullets", "items": [sentence(one) for one in items]}
        case Facts(rows):
            return {"kind": "facts", "rows": [[sentence(name), _lines(value)] for name, value in rows]}
        case Table(caption, columns, rows, wide):
            return {
                "kind": "table",
                "caption": sentence(caption),
                "columns": [[shown(name), numeric] for name, numeric in columns],
                "rows": [
                    [
                        shown(cell, LONGEST_WORD if numeric or number == wide else LONGEST_CELL_WORD)
                        for number, (cell, (_, numeric)) in enumerate(zip(row, columns, strict=True))
                    ]
                    for row in rows
                ],
                "wide": wide,
            }
        case Figure(caption, alternative, picture):
            told = {"caption": sentence(caption), "alternative": sentence(alternative)}
            return {"kind": "figure", **told, "picture": _picture(picture)}
        case Formula(name):
            return {"kind": "formula", "name": name, **asdict(FORMULAS[name])}
        case Code(text):
            return {"kind": "code", "text": "\n".join(_code_lines(with_codes(text)))}


def _picture(picture: Picture) -> dict[str, Any]:
    labels = [asdict(label) | {"text": shown(label.text)} for label in picture.labels]
    return {"width": picture.width, "height": picture.height, "shapes": picture.shapes, "labels": labels}


def _code_lines(text: str) -> list[str]:
    """Lines that fit the page; what is cut goes on in the next line."""
    return [
        line[first : first + CODE_LINE] for line in text.split("\n") for first in range(0, max(1, len(line)), CODE_LINE)
    ]
