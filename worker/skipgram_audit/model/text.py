"""Text that every database can hold."""

from typing import Annotated

from pydantic import AfterValidator


def without_nul(text: str) -> str:
    """Raises:
    ValueError: the text holds a NUL character.
    """
    if "\0" in text:
        raise ValueError("it holds a NUL character, which cannot be stored")
    return text


PlainText = Annotated[str, AfterValidator(without_nul)]
