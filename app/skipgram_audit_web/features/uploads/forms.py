"""The form of an import: how its fields are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams

from skipgram_audit.model.languages import LANGUAGES
from skipgram_audit.model.name_and_note import MAXIMUM_NAME_LENGTH
from skipgram_audit.model.reader_options import FORMATS, ReaderOptions
from skipgram_audit.model.tokens import DEFAULT_LANGUAGE
from skipgram_audit.model.validation import validated

_SUFFIXES = {
    ".gz", ".gzip", ".zst", ".zstd", ".txt", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".zip",
    ".html", ".htm", ".docx", ".pdf",
}  # fmt: skip
_TABS = {"tab": "\t"}
"""A tab cannot be typed into a form."""

DELIMITERS = {"": "the format's own", ",": "comma", ";": "semicolon", "tab": "tab", "|": "vertical bar"}

ESCAPES = {"": "by doubling them", "backslash": "by a backslash"}


@dataclass(frozen=True)
class ImportChoices:
    """What the selects of the form offer, as (value, label)."""

    formats: list[tuple[str, str]]
    delimiters: list[tuple[str, str]]
    escapes: list[tuple[str, str]]
    text_fields: list[tuple[str, str]]
    id_fields: list[tuple[str, str]]
    title_fields: list[tuple[str, str]]


def import_choices(fields: Sequence[str], options: Mapping[str, Any]) -> ImportChoices:
    """What can be chosen of a file with these fields; a chosen field that it does not have stays on offer."""

    def of_fields(chosen: str | None, none_label: str = "") -> list[tuple[str, str]]:
        offered = [(name, name) for name in fields]
        if chosen and chosen not in fields:
            offered.insert(0, (chosen, f"{chosen} (not in this file)"))
        return [("", none_label), *offered] if none_label else offered

    return ImportChoices(
        formats=list(FORMATS.items()),
        delimiters=list(DELIMITERS.items()),
        escapes=list(ESCAPES.items()),
        text_fields=of_fields(options["text_field"]),
        id_fields=of_fields(options["id_field"], "running number"),
        title_fields=of_fields(options["title_field"], "none"),
    )


@dataclass(frozen=True)
class NameAndLanguage:
    """What was filled in that does not change the preview."""

    name: str
    language: str

    def query(self) -> str:
        """The choices as part of an address, so that they outlast another look at the file."""
        return urlencode({"name": self.name, "language": self.language})


@dataclass(frozen=True)
class ImportForm(NameAndLanguage):
    """What was filled in."""

    options: ReaderOptions


def read_name_and_language(query: QueryParams | FormData) -> NameAndLanguage:
    """Name and language, or their defaults."""
    name, language = query.get("name", ""), query.get("language", "")
    return NameAndLanguage(
        name=str(name).strip()[:MAXIMUM_NAME_LENGTH],
        language=str(language) if language in LANGUAGES else DEFAULT_LANGUAGE,
    )


def read_import_form(sent: FormData) -> ImportForm:
    """Raises:
    InvalidInput: a field has a value that the form does not offer.
    """
    chosen = read_name_and_language(sent)
    delimiter = str(sent.get("delimiter", ""))
    values: dict[str, Any] = {
        name: str(sent[name])
        for name in ("format", "encoding", "text_field", "id_field", "title_field", "document_per", "escape")
        if name in sent
    }
    values["delimiter"] = _TABS.get(delimiter, delimiter)
    values["metadata_fields"] = tuple(str(value) for value in sent.getlist("metadata_fields"))
    values["quoted"] = "quoted" in sent or "quoting" not in sent
    options = validated(ReaderOptions, values, "These options cannot be used", "Go back and choose again.")
    return ImportForm(chosen.name, chosen.language, options)


def stem(filename: str) -> str:
    """A file's name without the endings that say its format."""
    path = PurePath(filename)
    while path.suffix.lower() in _SUFFIXES and path.stem:
        path = PurePath(path.stem)
    return str(path)
