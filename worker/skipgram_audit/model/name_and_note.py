"""What users call an audit or a corpus, and what they note of it, of a probe or of a document."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from skipgram_audit.model.text import without_nul

MAXIMUM_NAME_LENGTH = 200
MAXIMUM_NOTE_LENGTH = 2000

# The lengths come before the validator, so that what is wrong is told of a text.
Name = Annotated[str, Field(min_length=1, max_length=MAXIMUM_NAME_LENGTH), AfterValidator(without_nul)]
Note = Annotated[str, Field(max_length=MAXIMUM_NOTE_LENGTH), AfterValidator(without_nul)]


def with_plain_line_ends(note: Any) -> Any:
    """Browsers send a line end as two characters and count it as one."""
    return note.replace("\r\n", "\n").strip() if isinstance(note, str) else note


class NewNote(BaseModel):
    """A new note, of what has its name elsewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: Annotated[Note, BeforeValidator(with_plain_line_ends)] = Field(
        description="Plain text; empty takes the note away."
    )


class NameAndNote(BaseModel):
    """A new name, a new note, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name | None = Field(default=None, description="Stays as it is when left out.")
    note: Annotated[Note | None, BeforeValidator(with_plain_line_ends)] = Field(
        default=None, description="Plain text. Stays as it is when left out; empty takes it away."
    )

    @field_validator("name", mode="before")
    @classmethod
    def _on_one_line(cls, name: Any) -> Any:
        if not isinstance(name, str):
            return name
        if not (words := name.split()):
            raise ValueError("a name is needed")
        return " ".join(words)
