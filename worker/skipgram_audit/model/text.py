"""Text that every database can hold."""

from typing import Annotated

from pydantic import AfterValidator

NUL = "\0"
"""U+0000: PostgreSQL stores no text with it, so none is taken on SQLite either."""


def without_nul(text: str) -> str:
    """Raises:
    ValueError: the text holds a NUL character.
    """
    if NUL in text:
        raise ValueError("it holds a NUL character, which cannot be stored")
    return text


PlainText = Annotated[str, AfterValidator(without_nul)]
