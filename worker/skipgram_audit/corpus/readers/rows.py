"""From a row of any format to a document, or to the reason why it cannot be one."""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from skipgram_audit.corpus.readers.errors import MissingField
from skipgram_audit.corpus.readers.identifiers import RowIdentifiers
from skipgram_audit.corpus.readers.markup import looks_like_markup
from skipgram_audit.corpus.readers.options import ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.remedies import Interface, Remedy, remedy_in_words
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.tokens import has_word

EMPTY_LINE = "empty line"
LINE_TOO_LONG = "line longer than a document may be"
BAD_JSON = "not valid JSON"
NOT_AN_OBJECT = "not a JSON object"
WRONG_COLUMNS = "wrong number of columns"
BAD_QUOTES = "quotation marks that do not match"
UNCLOSED_QUOTE = "a quotation mark that is never closed"
SWALLOWING_QUOTE = "a quotation mark that would swallow the next rows"
BACKSLASH_QUOTES = 'quotation marks that do not match, with \\" in them'
FRAGMENT = "a piece of another row"
REPEATED_FIELD = "a field that occurs twice in the row"
NO_TEXT_FIELD = "no text field"
TEXT_NOT_A_STRING = "text is not a string"
EMPTY_TEXT = "empty text"
NO_WORD = "no word in the text"
TEXT_TOO_LONG = "text longer than a document may be"
NOT_STORABLE = "has a NUL character or half a surrogate pair"
DUPLICATE_ID = "id of an earlier document"
ID_TOO_LONG = "id longer than 512 characters"
ID_NOT_A_STRING = "id is neither a string nor a number"
NOT_TEXT_FILE = "not a file that can be read inside an archive"
WRONG_ENCODING = "not valid in the chosen encoding"
ENCRYPTED = "encrypted"
DAMAGED = "damaged"
REST_DAMAGED = "damaged: the rest of this file is not read"
REST_WRONG_ENCODING = "not valid in the chosen encoding: the rest of this file is not read"
REPEATED_CHOICE = "several columns of this file have the name of a chosen field"
NO_TEXT_ON_PAGES = "no text on any page of the PDF: it may be scanned"
NO_PDF_READER = "a PDF: the library pypdf is not installed"

UNLIKE = "this row is unlike the others: it may be a piece of a text"
"""A remark on a row that was kept."""

QUOTE_TROUBLE = {BAD_QUOTES, UNCLOSED_QUOTE, SWALLOWING_QUOTE, BACKSLASH_QUOTES, FRAGMENT}
"""Reasons that are about quotation marks: another way to read them may bring the rows back."""

MAXIMUM_ID_CHARACTERS = 512
"""A database index must hold the id."""

OnSkip = Callable[[str, str], None]


class FileRows(NamedTuple):
    """What became of one file of an archive: rows that the reader met, and documents; the others were skipped."""

    name: str
    rows: int
    documents: int


@dataclass(frozen=True)
class RowAccount:
    """What became of the rows of a file. A header is no row.

    Attributes:
        in_file: how many the reader met.
        documents: how many became documents.
        skipped: reason -> how many were skipped for it.
        notes: place and remark on documents that should be looked at.
        remarks: sentences on the whole file that a user should know.
        files: of an archive, what became of each file in it.
    """

    in_file: int
    documents: int
    skipped: dict[str, int]
    notes: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    files: tuple[FileRows, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        values: dict[str, Any] = _ROW_ACCOUNT.dump_python(self, mode="json")
        return {name: value for name, value in values.items() if name != "files" or value}

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "RowAccount":
        """Inverse of as_dict."""
        return _ROW_ACCOUNT.validate_python(values)

    def advice(self, interface: Interface) -> list[str]:
        """What may bring skipped rows back, in the words of the interface."""
        remedies = []
        if BACKSLASH_QUOTES in self.skipped:
            remedies.append(Remedy.BACKSLASH_QUOTES)
        if QUOTE_TROUBLE & set(self.skipped) or any(note != UNLIKE for _, note in self.notes):
            remedies.append(Remedy.PLAIN_QUOTES)
        if self.skipped.get(WRONG_COLUMNS, 0) > self.documents:
            remedies.append(Remedy.CHOOSE_DELIMITER)
        if {WRONG_ENCODING, REST_WRONG_ENCODING} & set(self.skipped):
            remedies.append(Remedy.CHOOSE_ENCODING)
        return [remedy_in_words(remedy, interface) for remedy in remedies]


_ROW_ACCOUNT = TypeAdapter(RowAccount)


class DocumentBuilder:
    """Makes documents of rows, reports and counts those that cannot be used.

    Args:
        options: which fields are id, title, text and metadata.
        limits: the largest document.
        on_skip: called with place and reason of every row that is not used; reasons are few and fixed.
        identifiers: names the rows that have no id.

    Attributes:
        skipped: reason -> how many rows were skipped for it.
        notes: place and remark on documents that should be looked at.
        companions: how many files of an archive are no documents, but what an operating system adds to it.
        marked_up: how many texts look like HTML.
        files: of an archive, what became of each file that was read to its end.
    """

    def __init__(
        self, options: ReaderOptions, limits: ReaderLimits, on_skip: OnSkip, identifiers: RowIdentifiers
    ) -> None:
        self._options = options
        self._limits = limits
        self._on_skip = on_skip
        self._identifiers = identifiers
        self._ids: set[str] = set()
        self.skipped: Counter[str] = Counter()
        self.notes: list[tuple[str, str]] = []
        self.companions = 0
        self.marked_up = 0
        self.files: list[FileRows] = []
        self._rows_seen = False
        # The usual names are looked for; others were chosen, and must be there.
        chosen = {(options.id_field, "id"), (options.title_field, "title")}
        self._lacking = {name for name, usual in chosen if name and name != usual}

    def require_chosen_fields(self) -> None:
        """At the end of the file: ids and titles that were asked for were there.

        Raises:
            MissingField: no row has the column.
        """
        if self._lacking and self._rows_seen:
            name = min(self._lacking)
            raise MissingField(
                f"No row of the file has the column {name[:80]!r}, which was chosen for ids or titles.",
                Remedy.CHOOSE_COLUMN,
                missing=name,
            )

    def adopt(self, other: "DocumentBuilder") -> None:
        """Takes over what was found of the fields that were chosen: they need be in one file of an archive only."""
        self._lacking &= other._lacking
        self._rows_seen |= other._rows_seen

    @property
    def built(self) -> int:
        """How many documents have been made."""
        return len(self._ids)

    def remarks(self) -> tuple[str, ...]:
        """Sentences on the whole file that a user should know."""
        remarks = []
        if self.companions:
            files = "1 file is" if self.companions == 1 else f"{self.companions:,} files are"
            remarks.append(
                f"{files} not documents, but what an operating system adds to a folder (__MACOSX, .DS_Store, "
                "Thumbs.db)."
            )
        if self.marked_up:
            texts = "1 text looks" if self.marked_up == 1 else f"{self.marked_up:,} texts look"
            remarks.append(
                f"{texts} like HTML, of {self.built:,}: names of tags and attributes count as words. Remove the markup "
                "first, or read pages as .html files, each a document."
            )
        return tuple(remarks)

    def skip(self, place: str, reason: str) -> None:
        """Counts a row that cannot be used."""
        self.skipped[reason] += 1
        self._on_skip(place, reason)

    def from_row(self, place: str, number: int, row: Mapping[str, object]) -> SourceDocument | None:
        """The document of a row of named fields, or None after reporting why not.

        Args:
            place: where the row is, as the user reads it.
            number: the row's running number, from 1, which names it if it has no id.
            row: field -> value.
        """
        self._lacking -= {name for name in self._lacking if name in row or field_value(row, name) is not None}
        self._rows_seen = True
        text = field_value(row, self._options.text_field)
        if text is None:
            return self._refuse(place, NO_TEXT_FIELD)
        if not isinstance(text, str):
            return self._refuse(place, TEXT_NOT_A_STRING)
        identifier = field_value(row, self._options.id_field) if self._options.id_field else None
        if isinstance(identifier, bool | list | dict):
            return self._refuse(place, ID_NOT_A_STRING)
        own = identifier_text(identifier)
        title = _as_text(field_value(row, self._options.title_field)) if self._options.title_field else ""
        values = {name: field_value(row, name) for name in self._options.metadata_fields}
        metadata = {name: _as_text(value) for name, value in values.items() if value is not None}
        return self.build(place, self._identifiers.of_row(number) if own is None else own, title, text, metadata)

    def build(
        self, place: str, identifier: str, title: str, text: str, metadata: dict[str, str] | None = None
    ) -> SourceDocument | None:
        """The document with these values, or None after reporting why not."""
        document = SourceDocument(identifier, title, text, metadata or {}, place)
        reason = self._objection(document)
        if reason:
            return self._refuse(place, reason)
        self._ids.add(identifier)
        self.marked_up += looks_like_markup(text)
        return document

    def _objection(self, document: SourceDocument) -> str:
        if not document.text.strip():
            return EMPTY_TEXT
        if not all(map(_is_storable, (document.text, document.id, document.title, *document.fields.values()))):
            return NOT_STORABLE
        if len(document.text.encode()) > self._limits.maximum_document_bytes:
            return TEXT_TOO_LONG
        if not has_word(document.text):
            return NO_WORD
        if len(document.id) > MAXIMUM_ID_CHARACTERS:
            return ID_TOO_LONG
        return DUPLICATE_ID if document.id in self._ids else ""

    def _refuse(self, place: str, reason: str) -> SourceDocument | None:
        self.skip(place, reason)
        return None


def field_value(row: Mapping[str, object], name: str) -> object:
    """The value of a field; ``a.b`` is the field b of the object a, unless the row has a field of that very name."""
    if name in row:
        return row[name]
    outer, _, inner = name.partition(".")
    within = row.get(outer) if inner else None
    return field_value(within, inner) if isinstance(within, Mapping) else None


def identifier_text(value: object) -> str | None:
    """A given id as it is kept: strings unchanged, numbers as they are written.

    None for a row without one: nothing, an empty string, or "not a number", which tables write for a missing value.
    """
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return str(value)


def format_long_cell(count: int) -> str:
    """A remark on a quoted cell that was kept, but may have swallowed rows."""
    return f"one quoted cell goes on over {count:,} lines"


def format_lines(first: int, count: int) -> str:
    """The place of a row: ``line 3``, or ``lines 3-5``."""
    return f"line {first}" if count == 1 else f"lines {first}-{first + count - 1}"


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _is_storable(text: str) -> bool:
    """Neither database nor UTF-8 can hold a lone surrogate, nor Postgres a NUL."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
