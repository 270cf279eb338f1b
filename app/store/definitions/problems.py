"""What is wrong with values that a definition refuses, in words."""

from pydantic import ValidationError


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """Every problem as the name of its field, empty where it is of several together, and a sentence without a stop."""
    return [
        (".".join(map(str, item["loc"])), item["msg"].removeprefix("Value error, ").removesuffix("."))
        for item in error.errors()
    ]


def told(error: ValidationError) -> str:
    """All problems in one line."""
    return "; ".join(f"{name}: {text}" if name else text for name, text in problems_of(error))
