"""The forms "Name and note" of audits and corpora, and "Note" of probes and documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import ValidationError

from skipgram_audit.model.name_and_note import MAXIMUM_NAME_LENGTH, MAXIMUM_NOTE_LENGTH, NameAndNote, NewNote
from skipgram_audit.model.validation import problems_of
from skipgram_audit.store.models import AuditRow, CorpusRow


@dataclass
class NamingForm:
    """What is filled in, and what of it is wrong (field name -> sentence)."""

    name: str
    note: str
    errors: dict[str, str] = field(default_factory=dict)

    longest_name = MAXIMUM_NAME_LENGTH
    longest_note = MAXIMUM_NOTE_LENGTH

    @classmethod
    def of(cls, row: AuditRow | CorpusRow) -> Self:
        return cls(row.name, row.note)

    @classmethod
    def sent(cls, fields: Mapping[str, Any]) -> Self:
        return cls(str(fields.get("name", "")), str(fields.get("note", "")))

    def read(self) -> NameAndNote | None:
        """None, with the form's errors filled in, when something is wrong."""
        try:
            return NameAndNote(name=self.name, note=self.note)
        except ValidationError as error:
            self.errors.update(problems_of(error))
            return None


@dataclass
class NoteForm:
    """What is filled in, and what is wrong with it."""

    note: str
    error: str = ""

    longest = MAXIMUM_NOTE_LENGTH

    @classmethod
    def sent(cls, fields: Mapping[str, Any]) -> Self:
        return cls(str(fields.get("note", "")))

    def read(self) -> str | None:
        """None, with the form's error filled in, when it cannot be a note."""
        try:
            return NewNote(note=self.note).note
        except ValidationError as error:
            self.error = problems_of(error)[0][1]
            return None
