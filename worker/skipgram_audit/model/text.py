"""Text that every database can hold."""

from typing import Annotated

from pydantic import AfterValidator


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("it holds a NUL character, which cannot be stored")
    return text


PlainText = Annotated[str, AfterValidator(_without_nul)]
