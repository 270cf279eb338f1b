"""skipgram-audit check: are the predictions of a finished audit what retraining finds?"""

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from pydantic import ValidationError

from skipgram_audit.cli.auditing import WITHOUT, AuditDevice, Audited, executor_of, listed_ids, progress_bars
from skipgram_audit.cli.options import Json, Scheduler, TrainingResource
from skipgram_audit.model.check_plan import PLANS, SET_KINDS, CheckOutcome, CheckPlan
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.validation import told


def described(name: str) -> str:
    """The help of a part of a plan."""
    return str(CheckPlan.model_fields[name].description)


def check(
    audited: Audited,
    plan: Annotated[str, typer.Option("--plan", help=f"Which sets go: {', '.join(PLANS)}.")] = "halves",
    probe: Annotated[str, typer.Option("--probe", help=described("probe"))] = "",
    sets: Annotated[int | None, typer.Option("--sets", help=described("sets"))] = None,
    documents: Annotated[int | None, typer.Option("--documents", help=described("documents"))] = None,
    rankings: Annotated[int, typer.Option(help=described("rankings"))] = 1,
    seed: Annotated[
        list[int] | None, typer.Option("--seed", help="May be repeated; those of the audit when left out.")
    ] = None,
    without: Annotated[
        Path | None,
        typer.Option("--without", help=f"Of the plan chosen. {WITHOUT}"),
    ] = None,
    same_run: Annotated[bool, typer.Option("--same-run", help=described("same_run"))] = False,
    warm: Annotated[bool, typer.Option("--warm", help=described("warm"))] = False,
    warm_epochs: Annotated[int, typer.Option(help=described("warm_epochs"))] = 1,
    warm_step_size: Annotated[float, typer.Option(help=described("warm_step_size"))] = 0.01,
    draw_seed: Annotated[int, typer.Option(help=described("draw_seed"))] = 1,
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
    as_json: Json = False,
) -> None:
    """Train without sets of documents and compare with what was predicted; interrupted, it goes on where it stood."""
    from skipgram_audit.auditing.folder import FinishedAudit

    if (plan == "chosen") != (without is not None):
        raise InvalidInput(
            "The plan chosen takes a file of document ids, and no other plan does.", "--plan chosen --without FILE"
        )

    with executor_of(scheduler, training_resource) as executor:
        finished = FinishedAudit(audited, device, executor)
        task = finished.check(
            make_plan(
                plan=plan, probe=probe, sets=sets, documents=documents, rankings=rankings, seeds=seed or finished.seeds,
                same_run=same_run, warm=warm, warm_epochs=warm_epochs, warm_step_size=warm_step_size,
                draw_seed=draw_seed,
                positions=np.flatnonzero(finished.removed(listed_ids(without))).tolist() if without else [],
            )
        )  # fmt: skip
        most = "at most " if plan == "turning" else ""
        typer.echo(f"{most}{task.trainings} trainings.", err=True)
        with progress_bars() as phase:
            answer = task.run(phase)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _print_table(task.plan, answer, task.neutrals)


def make_plan(**values: Any) -> CheckPlan:
    """A plan, with the defaults of its kind where nothing was given.

    Raises:
        InvalidInput: names what is wrong.
    """
    description = PLANS.get(values["plan"])
    if description is not None:
        values["sets"] = description.sets if values["sets"] is None else values["sets"]
        values["documents"] = description.documents if values["documents"] is None else values["documents"]
    try:
        return CheckPlan(**{name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        raise InvalidInput(f"This check cannot be made: {told(error)}.", "Correct the named options.") from error


def _print_table(plan: CheckPlan, answer: dict[str, Any], neutrals: dict[str, float]) -> None:
    """A verdict and the measures of every probe, then every set of the plan's probe."""
    from skipgram_audit.report.check_sentences import comparison_reading, dropped_reading, set_measures
    from skipgram_audit.report.check_verdict import verdict

    outcome = CheckOutcome.model_validate(answer["outcome"])
    for one in outcome.probes:
        found = verdict(plan, one, neutrals.get(one.probe, 0.0))
        typer.echo(f"{one.probe}: {found.title} {found.sentence}")
        if one.agreement is not None:
            for measure in set_measures(one.agreement, plan):
                typer.echo(f"    {measure.name:<22}{measure.value}")
        for comparison in one.comparisons:
            row = answer["sets"][comparison.number - 1]
            typer.echo(f"    Without {len(row['documents'])} documents ({SET_KINDS[row['kind']].lower()}):")
            typer.echo(f"        {' '.join(comparison_reading(comparison))}")
        if dropped := outcome.dropped_words.get(one.probe):
            typer.echo(f"    {dropped_reading(dropped)}")
        if one.unmeasured:
            typer.echo(f"    {len(one.unmeasured)} sets could not be measured: {next(iter(one.unmeasured.values()))}")
    typer.echo("The sets, their documents and every seed's scores: --json.")
