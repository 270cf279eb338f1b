"""What is wrong with values that a definition or an address refuses, in words."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from skipgram_audit.model.errors import AuditError, InvalidInput

Model = TypeVar("Model", bound=BaseModel)

_WHOLE_NUMBER = "a whole number is needed"
_NUMBER = "a number is needed"
_DATE = "a date of the calendar is needed, as 2026-01-31"
_TEXT = "text is needed"
_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "bool_parsing": lambda context: "true or false is needed",
    "bool_type": lambda context: "true or false is needed",
    "date_from_datetime_inexact": lambda context: _DATE,
    "date_from_datetime_parsing": lambda context: _DATE,
    "date_parsing": lambda context: _DATE,
    "date_type": lambda context: _DATE,
    "dict_type": lambda context: "an object is needed",
    "enum": lambda context: f"choose {context['expected']}",
    "extra_forbidden": lambda context: "there is no such field",
    "finite_number": lambda context: "a finite number is needed",
    "float_parsing": lambda context: _NUMBER,
    "float_type": lambda context: _NUMBER,
    "greater_than": lambda context: f"a number above {context['gt']} is needed",
    "greater_than_equal": lambda context: f"the least is {context['ge']}",
    "int_from_float": lambda context: _WHOLE_NUMBER,
    "int_parsing": lambda context: _WHOLE_NUMBER,
    "int_parsing_size": lambda context: "the number is too large",
    "int_type": lambda context: _WHOLE_NUMBER,
    "json_invalid": lambda context: f"it is not JSON: {context['error']}",
    "less_than": lambda context: f"a number below {context['lt']} is needed",
    "less_than_equal": lambda context: f"the most is {context['le']}",
    "list_type": lambda context: "a list is needed",
    "literal_error": lambda context: f"choose {context['expected']}",
    "missing": lambda context: "it is missing",
    "model_attributes_type": lambda context: "an object is needed",
    "model_type": lambda context: "an object is needed",
    "string_pattern_mismatch": lambda context: "it does not have the form that is needed",
    "string_too_long": lambda context: f"it has more than {context['max_length']} characters",
    "string_too_short": lambda context: f"it has fewer than {context['min_length']} characters",
    "string_type": lambda context: _TEXT,
    "string_unicode": lambda context: "it holds characters that are not Unicode text",
    "too_long": lambda context: f"it has more than {_items(context['max_length'])}",
    "too_short": lambda context: f"it has fewer than {_items(context['min_length'])}",
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

    Where a value may have several forms, pydantic names the form by its validators; that means nothing to a user.
    """
    parts = (str(part) for part in place)
    return ".".join(part for part in parts if "function-" not in part).encode("utf-8", "replace").decode()


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """Every problem as the name of its field, empty where it is of several together, and a sentence without a stop."""
    items = error.errors()
    # A list is counted without the items that cannot be used, so what is said of its length would be of those left.
    refused = {item["loc"][:-1] for item in items}
    return [
        (name_of(item["loc"]), sentence_of(dict(item)))
        for item in items
        if item["type"] != "too_short" or item["loc"] not in refused
    ]


def format_problems(error: ValidationError, names: Mapping[str, str] | None = None) -> str:
    """All problems in one line.

    Args:
        names: of fields that the user knows by another name.
    """
    known = names or {}
    return "; ".join(f"{known.get(name, name)}: {text}" if name else text for name, text in problems_of(error))


def validated(
    model: type[Model],
    values: Mapping[str, Any],
    complaint: str,
    remedy: str = "Correct the named options.",
    error: type[AuditError] = InvalidInput,
    names: Mapping[str, str] | None = None,
) -> Model:
    """A model of some values.

    Args:
        complaint: what is said before the problems, without a stop.
        names: of fields that the user knows by another name.

    Raises:
        AuditError: of the given class; names each value that cannot be used and what is wrong with it.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as problem:
        raise error(f"{complaint}: {format_problems(problem, names)}.", remedy) from problem
