"""What is wrong with values that a definition or an address refuses, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

_WHOLE = "a whole number is needed"
_NUMBER = "a number is needed"
_TEXT = "text is needed"
_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "bool_parsing": lambda given: "true or false is needed",
    "bool_type": lambda given: "true or false is needed",
    "dict_type": lambda given: "an object is needed",
    "enum": lambda given: f"choose {given['expected']}",
    "extra_forbidden": lambda given: "there is no such field",
    "finite_number": lambda given: "a finite number is needed",
    "float_parsing": lambda given: _NUMBER,
    "float_type": lambda given: _NUMBER,
    "greater_than": lambda given: f"a number above {given['gt']} is needed",
    "greater_than_equal": lambda given: f"the least is {given['ge']}",
    "int_from_float": lambda given: _WHOLE,
    "int_parsing": lambda given: _WHOLE,
    "int_parsing_size": lambda given: "the number is too large",
    "int_type": lambda given: _WHOLE,
    "json_invalid": lambda given: f"it is not JSON: {given['error']}",
    "less_than": lambda given: f"a number below {given['lt']} is needed",
    "less_than_equal": lambda given: f"the most is {given['le']}",
    "list_type": lambda given: "a list is needed",
    "literal_error": lambda given: f"choose {given['expected']}",
    "missing": lambda given: "it is missing",
    "model_attributes_type": lambda given: "an object is needed",
    "model_type": lambda given: "an object is needed",
    "string_pattern_mismatch": lambda given: "it does not have the form that is needed",
    "string_too_long": lambda given: f"it has more than {given['max_length']} characters",
    "string_too_short": lambda given: f"it has fewer than {given['min_length']} characters",
    "string_type": lambda given: _TEXT,
    "string_unicode": lambda given: "it holds characters that are not Unicode text",
    "too_long": lambda given: f"it has more than {_items(given['max_length'])}",
    "too_short": lambda given: f"it has fewer than {_items(given['min_length'])}",
}


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def sentence_of(item: Mapping[str, Any]) -> str:
    """What one error of pydantic says, without a stop: in our words, or in its own where we have none."""
    make = _SENTENCES.get(item["type"])
    if make is not None:
        return make(item.get("ctx", {}))
    return str(item["msg"]).removeprefix("Value error, ").removesuffix(".")


def name_of(place: tuple[int | str, ...]) -> str:
    """A field's name. Whoever chose it may have chosen characters that no answer can hold.

    Where a value may have several forms, pydantic names the form by its validators; that tells a user nothing.
    """
    parts = (str(part) for part in place)
    return ".".join(part for part in parts if "function-" not in part).encode("utf-8", "replace").decode()


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """Every problem as the name of its field, empty where it is of several together, and a sentence without a stop."""
    return [(name_of(item["loc"]), sentence_of(dict(item))) for item in error.errors()]


def format_problems(error: ValidationError) -> str:
    """All problems in one line."""
    return "; ".join(f"{name}: {text}" if name else text for name, text in problems_of(error))
