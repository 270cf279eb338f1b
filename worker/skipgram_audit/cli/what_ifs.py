"""skipgram-audit what-if, calibrate and retrain: what a finished audit would score with other documents."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from skipgram_audit.cli.auditing import AuditDevice, Audited, executor_of
from skipgram_audit.cli.options import Scheduler, TrainingResource
from skipgram_audit.model.errors import InvalidInput, NotFound

WITHOUT = (
    "Document ids: a text file with one a line, exactly as they are, or a JSON array of strings, which also holds ids "
    "with line breaks; - reads standard input."
)
Without = Annotated[Path, typer.Option("--without", help=WITHOUT)]


def what_if(
    audited: Audited,
    without: Annotated[Path | None, typer.Option("--without", help=WITHOUT)] = None,
    weights: Annotated[
        Path | None,
        typer.Option("--weights", help="A JSON object, document id -> how often it counts, from 0 to 3."),
    ] = None,
    adding: Annotated[
        list[Path] | None, typer.Option("--add", help="A text file to add to the corpus; may be repeated.")
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Answer at once from stored influences, with an interval once the audit is calibrated."
        ),
    ] = False,
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
) -> None:
    """Predict the scores without some documents, with others weighted, or with texts added; prints one JSON object."""
    from skipgram_audit.auditing.audit import Audit

    if without is None and weights is None and not adding:
        raise InvalidInput("Nothing was asked.", "Name documents by --without or --weights, or a text by --add.")
    with executor_of(scheduler, training_resource) as executor:
        answer = Audit(audited, device, executor).what_if_answer(
            listed_ids(without) if without else (),
            _weights_of(weights) if weights else None,
            [text_of(path) for path in adding or []],
            exact=not quick,
        )
    typer.echo(json.dumps(answer))


def calibrate(
    audited: Audited,
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
) -> None:
    """Fit the curve by which `what-if --quick` turns sums of influences into scores with an interval."""
    from skipgram_audit.auditing.audit import Audit

    with executor_of(scheduler, training_resource) as executor:
        Audit(audited, device, executor).calibrate()


def _weights_of(path: Path) -> dict[str, float]:
    def each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = Counter(name for name, _ in pairs)
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            raise InvalidInput(f"{str(path)!r} gives {twice[0]!r} more than one weight.", "Give each document one.")
        return dict(pairs)

    try:
        values = json.loads(text_of(path), object_pairs_hook=each_once)
    except ValueError as error:
        raise InvalidInput(f"{str(path)!r} is not JSON: {error}.", 'Write an object, as {"id": 0.5}.') from error
    numbers = (int, float)
    if not isinstance(values, dict) or not all(isinstance(one, numbers) and one == one for one in values.values()):
        raise InvalidInput(
            f"{str(path)!r} is not a JSON object with a number for each document id.", 'Write one, as {"id": 0.5}.'
        )
    return {name: float(value) for name, value in values.items()}


def text_of(path: Path) -> str:
    """The text of a file.

    Raises:
        NotFound: no such file.
        InvalidInput: it is not text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {str(path)!r}.", "Name a text file in UTF-8.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{str(path)!r} cannot be read: {error}.", "Name a text file in UTF-8.") from error


def retrain(
    audited: Audited,
    without: Without,
    same_run: Annotated[
        bool,
        typer.Option(
            "--same-run", help="Keep vocabulary, step sizes and all draws of the run that was audited, as a check."
        ),
    ] = False,
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
) -> None:
    """Train the same seeds on what is left without some documents; prints one JSON object."""
    from skipgram_audit.auditing.audit import Audit

    with executor_of(scheduler, training_resource) as executor:
        finished = Audit(audited, device, executor)
        answer = finished.trained_without(finished.removed(listed_ids(without)), same_run)
    typer.echo(json.dumps(answer))


def listed_ids(path: Path) -> tuple[str, ...]:
    """The ids of a list; warnings about it are written to standard error."""
    from skipgram_audit.model.id_lists import read_id_list

    found = read_id_list(path)
    for note in found.notes():
        typer.echo(note, err=True)
    return found.ids
