"""What users call an audit or a corpus, and what they note of it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skipgram_audit.model.text import PlainText

MAXIMUM_NAME_LENGTH = 200
MAXIMUM_NOTE_LENGTH = 2000


class NameAndNote(BaseModel):
    """A new name, a new note, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PlainText | None = Field(
        default=None, min_length=1, max_length=MAXIMUM_NAME_LENGTH, description="Stays as it is when left out."
    )
    note: PlainText | None = Field(
        default=None,
        max_length=MAXIMUM_NOTE_LENGTH,
        description="Plain text. Stays as it is when left out; empty takes it away.",
    )

    @field_validator("name", mode="before")
    @classmethod
    def _on_one_line(cls, name: Any) -> Any:
        return " ".join(name.split()) if isinstance(name, str) else name

    @field_validator("note", mode="before")
    @classmethod
    def _with_plain_line_ends(cls, note: Any) -> Any:
        """Browsers send a line end as two characters and count it as one."""
        return note.replace("\r\n", "\n").strip() if isinstance(note, str) else note
