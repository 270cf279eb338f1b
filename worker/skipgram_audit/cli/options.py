"""Options that several commands share, and the settings that they make; an option wins over the environment."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from skipgram_audit.computing.files import check_output_file, check_output_folder
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.validation import format_problems
from skipgram_audit.settings import Settings

STANDARD_OUTPUT = Path("-")


def output_file(path: Path | None) -> Path | None:
    """Of an option that names a file to write: checked before the command begins. It may be there: it is replaced.

    Raises:
        InvalidInput: see check_output_file.
    """
    if path is not None:
        check_output_file(path)
    return path


def new_output_file(path: Path | None) -> Path | None:
    """The same of a file that must not be there yet."""
    if path is not None:
        check_output_file(path, new=True)
    return path


def output_file_or_standard(path: Path | None) -> Path | None:
    """The same of a file that may be -, which is standard output."""
    return path if path == STANDARD_OUTPUT else output_file(path)


def output_folder(path: Path | None) -> Path | None:
    """The same of an option that names a folder to write to.

    Raises:
        InvalidInput: see check_output_folder.
    """
    if path is not None:
        check_output_folder(path)
    return path


DataFolder = Annotated[
    Path | None,
    typer.Option("--data-folder", help="The only folder that is written to. [default: data]", show_default=False),
]
Host = Annotated[
    str | None, typer.Option("--host", help="Address to listen on. [default: 127.0.0.1]", show_default=False)
]
Port = Annotated[
    int | None,
    typer.Option("--port", min=1, max=65535, help="Port to listen on. [default: 8000]", show_default=False),
]
Device = Annotated[str | None, typer.Option("--device", help="auto, cpu or cuda. [default: auto]", show_default=False)]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        help="A dask.distributed scheduler, tcp://host:port, whose workers do the work; see docs/guide/cluster.md.",
    ),
]
TrainingResource = Annotated[
    list[str] | None,
    typer.Option(
        "--training-resource", help="What a training needs of a cluster's worker, GPU=1 for instance; may be repeated."
    ),
]
VECTORS_FORMATS = {"text": "txt", "binary": "bin", "gensim": "kv"}
"""Name of a format of vectors -> the ending of its files."""

VectorsFormat = Annotated[
    str,
    typer.Option("--vectors-format", help="text or binary, the formats of word2vec; or gensim, for KeyedVectors.load."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value, for scripts.")]


def describer(model: type[BaseModel]) -> Callable[[str], str]:
    """Gives the help of a part of a plan by its name."""
    return lambda name: str(model.model_fields[name].description)


def make_settings(**options: Any) -> Settings:
    """Settings from the environment, with the given options in their place.

    Raises:
        typer.BadParameter: an option or a variable has a value that it cannot have.
    """
    set_options = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**set_options)
    except ValidationError as error:
        raise typer.BadParameter(format_problems(error)) from error


def ending_of(vectors_format: str) -> str:
    """Of files of a format of vectors.

    Raises:
        InvalidInput: there is no such format.
    """
    if vectors_format not in VECTORS_FORMATS:
        raise InvalidInput(
            f"There is no format {vectors_format!r} of vectors.", f"Choose {', '.join(VECTORS_FORMATS)}."
        )
    return VECTORS_FORMATS[vectors_format]


def labelled_amounts(options: list[str] | None) -> dict[str, float] | None:
    """{"GPU": 1.0} of GPU=1; None when no option was given.

    Raises:
        typer.BadParameter: an option is not LABEL=AMOUNT.
    """
    try:
        pairs = [option.split("=") for option in options or []]
        return {label: float(amount) for label, amount in pairs} or None
    except ValueError as error:
        raise typer.BadParameter("A training resource is a label and an amount: GPU=1.") from error


def log_to_stderr() -> None:
    """Warnings of every library and our own notes, one line each."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for ours in ("skipgram_audit", "skipgram_audit_web"):
        logging.getLogger(ours).setLevel(logging.INFO)
