"""Text that every database can hold."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

NUL = "\0"
"""U+0000: PostgreSQL stores no text with it, so none is taken on SQLite either."""


SHOWN_WORDS = 10
"""That a sentence lists."""


def listed_words(words: Sequence[str]) -> str:
    """Words as a sentence lists them, the first of many."""
    return ", ".join(words[:SHOWN_WORDS]) + (", ..." if len(words) > SHOWN_WORDS else "")


def without_nul(text: str) -> str:
    """Raises:
    ValueError: the text holds a NUL character.
    """
    if NUL in text:
        raise ValueError("it holds a NUL character, which cannot be stored")
    return text


PlainText = Annotated[str, AfterValidator(without_nul)]
