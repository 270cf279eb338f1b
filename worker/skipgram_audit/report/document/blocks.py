"""What a report consists of, before it is a PDF, a page or Markdown. All texts are plain text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from skipgram_audit.report.document.pictures import Picture

Style = Literal["", "lead", "note", "quote"]


@dataclass(frozen=True)
class Paragraph:
    """Line ends in its text begin new lines.

    Attributes:
        style: ``lead`` for what must be read, ``note`` for small print, ``quote`` for words of the corpus.
        by_users: in their language, from right to left where that is written so; otherwise it is ours, in English.
    """

    text: str
    style: Style = ""
    by_users: bool = False


@dataclass(frozen=True)
class Bullets:
    """Sentences one below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Names and values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """Attributes:
    columns: heading, and whether it holds numbers.
    rows: as many cells as there are columns; the first names the row.
    wide: the column whose cells hold sentences or words of the corpus; -1 for none.
    """

    caption: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]
    wide: int = -1


@dataclass(frozen=True)
class Figure:
    """A picture with what it says in words."""

    caption: str
    alternative: str
    picture: Picture


@dataclass(frozen=True)
class Formula:
    """A formula that every form has in its own notation.

    Attributes:
        name: a key of skipgram_audit.report.document.formulas.FORMULAS.
    """

    name: str


@dataclass(frozen=True)
class Code:
    """Text in the letters of a typewriter, line by line."""

    text: str
    language: str = ""


Block = Paragraph | Bullets | Facts | Table | Figure | Formula | Code


@dataclass(frozen=True)
class Section:
    """A heading and what is below it.

    Attributes:
        anchor: a name for links inside the report: small letters, digits and hyphens.
    """

    title: str
    anchor: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True)
class Logo:
    """A picture for the first page that has been checked; see logo.py."""

    media_type: Literal["image/png", "image/svg+xml"]
    content: bytes


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes:
        subtitle: below the title.
        language: of the corpus: it decides the shape of characters that Chinese and Japanese share.
        version: of the program that made it.
    """

    title: str
    subtitle: str
    authors: tuple[str, ...]
    day: date
    language: str
    version: str
    sections: Sequence[Section] = field(default_factory=tuple)
    logo: Logo | None = None
