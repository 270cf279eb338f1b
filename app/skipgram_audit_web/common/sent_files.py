"""Small files that a form sends beside its fields: lists of ids, lists of word pairs, texts."""

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.id_lists import decode_list, parse_ids

LARGEST_LIST = 10_000_000
"""Bytes of a list of ids."""


@dataclass(frozen=True)
class SentFile:
    """A file that was chosen in a form: its name, and its text."""

    name: str
    text: str


def sent_file(sent: FormData, field: str, most: int) -> SentFile | None:
    """The file of a field; None where none was chosen.

    Args:
        most: bytes that are taken.

    Raises:
        InvalidInput: it is larger, or not text in UTF-8 or in UTF-16 with its byte order mark.
    """
    upload = sent.get(field)
    if not isinstance(upload, UploadFile) or not upload.filename:
        return None
    with upload.file as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise InvalidInput(f"The file {upload.filename!r} has more than {most:,} bytes.", "Split it.")
    return SentFile(upload.filename, decode_list(data, f"The file {upload.filename!r}"))


def sent_fields(sent: FormData) -> dict[str, str]:
    """The fields that are no files."""
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def sent_ids(written: str, file: SentFile | None) -> list[str]:
    """Document ids of a file, or as they were written where there is none.

    Raises:
        InvalidInput: both are there, or no id is.
    """
    if file is not None and written.strip():
        raise InvalidInput("Ids were written, and a file of ids was chosen.", "Give one of them.")
    ids = parse_ids(file.text) if file is not None else parse_ids(written) if written.strip() else []
    if not ids:
        raise InvalidInput("The list names no document.", "Write one document id a line, or a JSON array of strings.")
    return ids
